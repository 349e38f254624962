#!/usr/bin/env python3
"""What the README tells a client to type works as it stands: its Python is deploy/clients/python's,
and that program and its sisters run, from generating the messages on, against a server of this
test's own. What they generate and fetch stays in GENERATED, for the next time.

    clients_test.py PROGRAM SOURCE_DIR GENERATED
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM, SOURCE, GENERATED = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
CLIENTS = SOURCE / "deploy" / "clients"


class Served:
    """`skyndsamt serve` on a free port with a data directory of its own."""

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory()
        self.errors = open(Path(self.directory.name) / "err", "w+")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.directory.name + "/data", "--listen", "127.0.0.1:0", "--dev-tokens"],
            stderr=self.errors)
        while self.process.poll() is None:
            found = re.search(r"serving on (\S+),", self.said())
            if found:
                return found.group(1)
            time.sleep(0.1)
        raise RuntimeError(self.said())

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.errors.close()
        self.directory.cleanup()


class Clients(unittest.TestCase):
    def runs_as_it_stands(self, folder):
        with Served() as server:
            ran = subprocess.run([CLIENTS / folder / "run.sh", server], capture_output=True, text=True,
                                 env={**os.environ, "PYTHON": sys.executable, "GENERATED": GENERATED / folder})
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"incident [0-9a-f-]{36} takes next: .*principal_informed")
        self.assertIn("LEG_REPORT_TO_PRINCIPAL is counted from 2", ran.stdout)

    def test_the_python_program_runs_as_it_stands(self):
        self.runs_as_it_stands("python")

    def test_the_go_program_runs_as_it_stands(self):
        self.runs_as_it_stands("go")

    def test_the_typescript_program_runs_as_it_stands(self):
        self.runs_as_it_stands("typescript")

    def test_the_readme_quotes_it(self):
        quoted = re.search(r"```python\n(.*?)```", (SOURCE / "README.md").read_text(), re.S).group(1)
        self.assertIn(quoted.strip(), (CLIENTS / "python" / "report.py").read_text())

    def test_the_readme_names_every_program(self):
        readme = (SOURCE / "README.md").read_text()
        for folder in CLIENTS.iterdir():
            if folder.is_dir() and folder.name != "kafka":  # those read topics: deploy/kafka
                self.assertIn(f"deploy/clients/{folder.name}/run.sh", readme)
                self.assertTrue(os.access(folder / "run.sh", os.X_OK), folder)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
