#!/usr/bin/env python3
"""deploy/install.sh asks apt for what is missing and for nothing else.

    install_test.py SOURCE_DIR
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv[1])


class Install(unittest.TestCase):
    def setUp(self):
        self.temp = tempfile.TemporaryDirectory()
        self.root = Path(self.temp.name)
        shutil.copy(SOURCE / "deploy/install.sh", self.root)
        (self.root / "packages.txt").write_text("# purpose package\nrun libone\nrun libtwo\ntest libthree\n")

    def tearDown(self):
        self.temp.cleanup()

    def install(self, *packages, purpose="run"):
        """With these packages on the machine, each as dpkg-query prints it; what apt-get is asked for."""
        (self.root / "packages").write_text("".join(f"{package}\n" for package in packages))
        for program, line in {"dpkg-query": f"cat '{self.root}/packages'", "apt-get": f"echo \"$*\" >>'{self.root}/asked'"}.items():
            (self.root / program).write_text(f"#!/bin/sh\n{line}\n")
            (self.root / program).chmod(0o755)
        ran = subprocess.run([self.root / "install.sh", purpose], capture_output=True, text=True,
                             env={**os.environ, "PATH": f"{self.root}:{os.environ['PATH']}"})
        self.assertEqual(ran.returncode, 0, ran.stderr)
        asked = self.root / "asked"
        return asked.read_text().splitlines()[-1].split()[4:] if asked.exists() else []

    def test_asks_for_nothing_when_all_is_installed(self):
        self.assertEqual(self.install("ii , libone, ", "ii , libtwo, "), [])

    def test_asks_for_what_is_missing(self):
        self.assertEqual(self.install("ii , libone, "), ["libtwo"])

    def test_takes_a_package_that_is_held_for_installed(self):
        self.assertEqual(self.install("hi , libone, ", "ii , libtwo, "), [])

    def test_takes_what_an_installed_package_provides_for_installed(self):
        self.assertEqual(self.install("hi , libother, libone (= 1.2), libtwo"), [])

    def test_asks_for_what_was_removed_and_for_what_is_not_whole(self):
        self.assertEqual(self.install("rc , libone, ", "iU , libtwo, "), ["libone", "libtwo"])
        self.assertEqual(self.install("iHR, libone, ", "hH , libtwo, "), ["libone", "libtwo"])

    def test_asks_for_the_purposes_named(self):
        self.assertEqual(self.install("ii , libone, ", "ii , libtwo, ", purpose="test"), ["libthree"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
