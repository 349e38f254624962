#!/usr/bin/env python3
"""deploy/kafka/package.sh, with a Maven that only says how it was called: when it is, and with a network or without.

    package_test.py ROOT
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(sys.argv[1]) / "deploy/kafka/package.sh"
MAVEN = """#!/bin/sh
echo "$@" >>"$CALLS"
case " $* " in *" -o "*) [ -z "$OFFLINE_SAYS" ] || { echo "$OFFLINE_SAYS"; exit 1; } ;; esac
"""


class Packaging(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("bin", "deploy/kafka", "project", "proto"):
            (self.root / name).mkdir(parents=True)
        shutil.copy(SCRIPT, self.root / "deploy/kafka")
        (self.root / "project/pom.xml").write_text("<artifactId>some</artifactId>\n")
        (self.root / "bin/mvn").write_text(MAVEN)
        (self.root / "bin/mvn").chmod(0o755)

    def package(self, source, offline_says="", goal="package"):
        """Its exit code, and how Maven was called."""
        (self.root / "project/source").write_text(source)
        calls = self.root / "calls"
        calls.write_text("")
        ran = subprocess.run([self.root / "deploy/kafka/package.sh", "project", goal], capture_output=True, check=False,
                             env={**os.environ, "PATH": f"{self.root}/bin:{os.environ['PATH']}", "CALLS": str(calls),
                                  "OFFLINE_SAYS": offline_says})
        return ran.returncode, ["-o" in call.split() for call in calls.read_text().splitlines()]

    def test_a_network_is_needed_once(self):
        self.assertEqual(self.package("first"), (0, [False]))
        self.assertEqual(self.package("first"), (0, []))
        self.assertEqual(self.package("second"), (0, [True]))
        self.assertEqual(self.package("second", goal="test"), (0, [True]))

    def test_what_is_no_longer_there_is_fetched_again(self):
        self.package("first")
        lost = "Cannot access central in offline mode and the artifact has not been downloaded"
        self.assertEqual(self.package("second", lost), (0, [True, False]))
        self.assertEqual(self.package("second", lost, goal="test"), (0, [True, False]))

    def test_what_fails_otherwise_is_not_tried_again(self):
        self.package("first")
        self.assertEqual(self.package("second", "COMPILATION ERROR"), (1, [True]))
        self.assertEqual(self.package("second", "a test failed", goal="test"), (1, [True]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
