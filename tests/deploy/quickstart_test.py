#!/usr/bin/env python3
"""deploy/quickstart.sh plays the published cases and none that is made up, and stops the server that
it started, whatever a build has done to its file since, and no other process.

    quickstart_test.py PROGRAM SOURCE_DIR
"""
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM, SOURCE = sys.argv[1], Path(sys.argv[2])


class Quickstart(unittest.TestCase):
    def setUp(self):
        # A tree of its own: the script works beside the place where it lies.
        self.temp = tempfile.TemporaryDirectory()
        self.root = Path(os.path.realpath(self.temp.name))
        self.program = self.root / "build/release/services/cli/skyndsamt"
        self.home = self.root / "build/quickstart"
        for folder in (self.root / "deploy", self.program.parent, self.home):
            folder.mkdir(parents=True)
        shutil.copy(SOURCE / "deploy/quickstart.sh", self.root / "deploy/quickstart.sh")
        shutil.copy(PROGRAM, self.program)

    def tearDown(self):
        self.temp.cleanup()

    def start(self, *command):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        (self.home / "pid").write_text(f"{process.pid}\n")
        return process

    def serve(self):
        process = self.start(self.program, "serve", "--data", self.home / "data", "--listen", "127.0.0.1:0", "--dev-tokens")
        while process.poll() is None and not (self.home / "data" / "views").exists():
            time.sleep(0.1)
        return process

    def stop(self):
        return subprocess.run([self.root / "deploy/quickstart.sh", "stop"], capture_output=True, text=True)

    def expect_stopped(self, process):
        ran = self.stop()
        self.assertEqual((ran.returncode, ran.stdout), (0, "stopped\n"), ran.stderr)
        self.assertIsNotNone(process.poll(), "said to be stopped, and still there")

    def test_stops_its_server(self):
        self.expect_stopped(self.serve())

    def test_stops_its_server_after_a_build_has_replaced_the_file(self):
        process = self.serve()
        self.program.unlink()
        shutil.copy(PROGRAM, self.program)
        self.assertTrue(os.readlink(f"/proc/{process.pid}/exe").endswith(" (deleted)"))
        self.expect_stopped(process)

    def stop_as_nobody(self):
        nobody = pwd.getpwnam("nobody")
        self.root.chmod(0o755)
        return subprocess.run([self.root / "deploy/quickstart.sh", "stop"], capture_output=True, text=True,
                              user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])

    @unittest.skipIf(os.getuid() != 0, "takes two users")
    def test_does_not_say_that_another_users_server_is_stopped(self):
        process = self.serve()
        try:
            ran = self.stop_as_nobody()
            self.assertEqual((ran.returncode, ran.stdout), (1, ""))
            self.assertIn(f"process {process.pid} is another user's", ran.stderr)
            self.assertIsNone(process.poll())
        finally:
            self.expect_stopped(process)

    @unittest.skipIf(os.getuid() != 0, "takes two users")
    def test_does_not_take_another_users_process_with_that_id_for_the_server(self):
        process = self.start("sleep", "600")
        try:
            ran = self.stop_as_nobody()
            self.assertEqual((ran.returncode, ran.stdout), (0, "stopped\n"), ran.stderr)
            self.assertIsNone(process.poll())
        finally:
            process.kill()
            process.wait()

    def test_leaves_another_process_with_that_id_alone(self):
        process = self.start("sleep", "600")
        try:
            self.assertEqual(self.stop().returncode, 0)
            self.assertIsNone(process.poll())
        finally:
            process.kill()
            process.wait()

    def test_has_nothing_to_stop_where_nothing_was_started(self):
        self.assertEqual(self.stop().stdout, "stopped\n")

    def run_script(self, listen, grpcurl):
        ran = self.script(listen, grpcurl)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return ran.stdout

    def script(self, listen, grpcurl, **variables):
        """The script and the program as they are; what installs and builds is stood in for."""
        tools = self.root / "build/tools"
        tools.mkdir(exist_ok=True)
        stands_in = {self.root / "deploy/install.sh": "exit 0", tools / "cmake": f'echo "$*" >>"{self.root}/built"',
                     tools / "go": "exit 1"}
        if grpcurl:
            stands_in[tools / "grpcurl"] = 'echo "called: $*"'
        for path, line in stands_in.items():
            path.write_text(f"#!/bin/sh\n{line}\n")
            path.chmod(0o755)
        return subprocess.run([self.root / "deploy/quickstart.sh"], capture_output=True, text=True,
                              env={**os.environ, **variables, "SKYNDSAMT_LISTEN": listen,
                                   "PATH": f"{tools}:{os.environ['PATH']}"})

    def test_plays_the_published_cases_and_none_that_is_made_up_and_leaves_a_server_to_ask(self):
        shutil.copytree(SOURCE / "deploy/cases", self.root / "deploy/cases")
        listen = self.free_address()
        try:
            first = self.run_script(listen, grpcurl=False)
            self.assertIn("grpcurl could not be installed", first)
            self.assertEqual(len(self.next_commands(first)), 2, first)
            second = self.run_script(listen, grpcurl=True)  # nothing doubles
            for case in (SOURCE / "deploy/cases").glob("*.json"):
                if case.name.endswith("schema.json"):
                    continue
                made_up = json.loads(case.read_text()).get("authored", False)
                reports = first.count(f"\n{case.stem} · incident ")  # one for each child
                self.assertEqual(reports == 0, made_up, case.name)
                self.assertEqual(second.count(f"\n{case.stem} · incident "), reports, case.name)
            commands = self.next_commands(second)
            self.assertEqual(len(commands), 3, second)
            for command in commands:
                ran = subprocess.run(["bash", "-c", command], cwd=self.root, capture_output=True, text=True)
                self.assertEqual(ran.returncode, 0, command + ran.stderr)
            self.assertRegex(ran.stdout, r"called: .*Bearer [\w.-]{100,} " + listen)
        finally:
            self.assertEqual(self.stop().returncode, 0)

    def play_one_case(self, **variables):
        (self.root / "deploy/cases").mkdir()
        shutil.copy(SOURCE / "deploy/cases/rh-2007-20.json", self.root / "deploy/cases")
        try:
            ran = self.script(self.free_address(), grpcurl=True, **variables)
        finally:
            self.assertEqual(self.stop().returncode, 0)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("rh-2007-20 · incident ", ran.stdout)

    def test_leaves_what_the_caller_has_set_for_another_server_alone(self):
        with socket.create_server(("127.0.0.1", 0)) as broker:
            broker.setblocking(False)
            self.play_one_case(SKYNDSAMT_KAFKA_BOOTSTRAP=f"127.0.0.1:{broker.getsockname()[1]}",
                               SKYNDSAMT_TOKEN="of.an.earlier.server", SKYNDSAMT_SERVER="127.0.0.1:1",
                               SKYNDSAMT_DATA=str(self.root / "another"), SKYNDSAMT_NO_SUCH_NAME="x")
            self.assertRaises(BlockingIOError, broker.accept)
        self.assertFalse((self.root / "another").exists())

    def test_leaves_a_build_with_tests_one_with_tests(self):
        cases = {"none yet": (None, "OFF"), "without": ("BUILD_TESTING:BOOL=OFF\n", "OFF"), "with": ("BUILD_TESTING:BOOL=ON\n", "ON")}
        (self.root / "deploy/cases").mkdir()
        for before, (cache, expected) in cases.items():
            with self.subTest(before):
                if cache:
                    (self.root / "build/release/CMakeCache.txt").write_text("CMAKE_BUILD_TYPE:STRING=Release\n" + cache)
                    (self.root / "build/release/build.ninja").touch()
                (self.root / "built").unlink(missing_ok=True)
                self.script("no address", grpcurl=True)
                configured, built = (self.root / "built").read_text().splitlines()
                self.assertIn(f"-DBUILD_TESTING={expected} ", configured)
                self.assertIn("--target skyndsamt ", built)

    def test_configures_without_tests_where_a_build_with_them_was_never_generated(self):
        (self.root / "build/release/CMakeCache.txt").write_text("BUILD_TESTING:BOOL=ON\n")
        self.script("no address", grpcurl=True)
        self.assertIn("-DBUILD_TESTING=OFF ", (self.root / "built").read_text())

    def test_does_not_take_another_server_on_the_address_for_its_own(self):
        (self.home / "server.log").write_text("serving on 127.0.0.1:1, said by an earlier one\n")
        listen = self.free_address()
        other = subprocess.Popen([PROGRAM, "serve", "--data", self.root / "other", "--listen", listen, "--dev-tokens"],
                                 stderr=subprocess.DEVNULL)
        try:
            while subprocess.run([PROGRAM, "token", "--server", listen], capture_output=True).returncode != 0:
                self.assertIsNone(other.poll())
                time.sleep(0.1)
            ran = self.script(listen, grpcurl=True)
            self.assertEqual(ran.returncode, 1, ran.stdout)
            self.assertIn("the server did not start", ran.stderr)
        finally:
            other.terminate()
            other.wait()

    def test_stops_its_server_through_a_link(self):
        process = self.serve()
        link = Path(self.temp.name + ".link")
        link.symlink_to(self.root)
        try:
            ran = subprocess.run([link / "deploy/quickstart.sh", "stop"], capture_output=True, text=True)
            self.assertEqual(ran.stdout, "stopped\n", ran.stderr)
            self.assertIsNotNone(process.poll(), "said to be stopped, and still there")
        finally:
            link.unlink()

    def free_address(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{free.getsockname()[1]}"

    def next_commands(self, told):
        return [line.strip() for line in told.split("Things to type next\n")[1].split("\n\n")[0].splitlines()]


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
