#!/usr/bin/env python3
"""deploy/quickstart.sh plays the published cases and none that is made up, and stops the server that
it started, whatever a build has done to its file since, and no other process.

    quickstart_test.py PROGRAM SOURCE_DIR
"""
import json
import os
import shutil
import signal
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

    def test_plays_the_published_cases_and_none_that_is_made_up(self):
        # The script itself; what it installs, builds and starts is stood in for.
        shutil.copytree(SOURCE / "deploy/cases", self.root / "deploy/cases")
        tools = self.root / "build/tools"
        tools.mkdir()
        played = self.root / "played"
        stands_in = {
            self.root / "deploy/install.sh": "exit 0",
            tools / "cmake": "exit 0",
            tools / "grpcurl": "exit 0",
            self.program: f'case "$1" in serve) exec sleep 600 ;; play) shift 3; printf "%s\\n" "$@" >{played} ;; esac',
        }
        for path, line in stands_in.items():
            path.write_text(f"#!/bin/sh\n{line}\n")
            path.chmod(0o755)
        ran = subprocess.run([self.root / "deploy/quickstart.sh"], capture_output=True, text=True,
                             env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
        os.kill(int((self.home / "pid").read_text()), signal.SIGTERM)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        cases = [path for path in sorted((SOURCE / "deploy/cases").glob("*.json")) if not path.name.endswith("schema.json")]
        published = [path.name for path in cases if not json.loads(path.read_text()).get("authored", False)]
        self.assertLess(len(published), len(cases))
        self.assertEqual([Path(line).name for line in played.read_text().splitlines()], published)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
