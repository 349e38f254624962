#!/usr/bin/env python3
"""deploy/quickstart.sh stops the server that it started, whatever a build has done to its file since,
and no other process.

    quickstart_test.py PROGRAM SOURCE_DIR
"""
import os
import shutil
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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
