#!/usr/bin/env python3
"""The case that the README shows on screen is what the program prints.

    readme_test.py PROGRAM ROOT
"""
import re
import subprocess
import sys
from pathlib import Path

INDENT = "    "


def shown(readme):
    """The command's words after the program's path, and the lines below it."""
    lines = readme.splitlines()
    start = next(i for i, line in enumerate(lines) if re.match(r" {4}\$ \S*/skyndsamt demo ", line))
    block = []
    for line in lines[start + 1:]:
        if line and not line.startswith(INDENT):
            break
        block.append(line.removeprefix(INDENT).rstrip())
    return lines[start].split()[2:], "\n".join(block).strip()


def main():
    program, root = sys.argv[1:]
    words, block = shown((Path(root) / "README.md").read_text())
    ran = subprocess.run([program, *words], cwd=root, capture_output=True, text=True, check=True)
    printed = "\n".join(line.rstrip() for line in ran.stdout.splitlines()).strip()
    if printed != block:
        sys.exit(f"README.md shows\n{block}\n\nthe program prints\n{printed}")


main()
