#!/usr/bin/env python3
"""Breaks each rule of the law engine on purpose, and demands that some test fails each time.

    mutate.py check ROOT                every mutation's text is in the source exactly once
    mutate.py generate ROOT OUT FILE... writes the mutated sources to OUT
    mutate.py run ROOT PROGRAM [FILE...]  runs the tests once for each mutation (of these files);
                                        fails on survivors

All mutants are compiled into one program: where a mutation changes something, the source reads
`(Mutant(n) ? changed : original)`, and the environment variable SKYNDSAMT_MUTANT chooses n. So a
mutant costs a run of the tests and no build. The list is mutations.py, mutations_of_answers.py and
mutations_of_times.py.
"""
import concurrent.futures
import dataclasses
import os
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import mutations  # noqa: E402: beside this file
import mutations_of_answers  # noqa: E402
import mutations_of_times  # noqa: E402

HEADER = """// Generated: which mutant of the law engine runs.
#pragma once
#include <cstdlib>
inline bool Mutant(int n) {
  static const int chosen = [] {
    const char* text = std::getenv("SKYNDSAMT_MUTANT");
    return text == nullptr ? 0 : std::atoi(text);
  }();
  return chosen == n;
}
"""
SECONDS = 300


@dataclasses.dataclass
class Mutation:
    number: int
    file: str     # from projections/law, or from the root where it names a folder
    before: str   # the text up to what changes,
    changed: str  # what changes,
    after: str    # and what follows
    put: str      # what takes its place
    rule: str
    tests: str    # the tests that are to notice, as a filter

    def text(self):
        return self.before + self.changed + self.after

    def place(self, source):
        """Where what changes begins; None unless the text is there exactly once."""
        if source.count(self.text()) != 1:
            return None
        return source.index(self.text()) + len(self.before)

    def mutated(self, original):
        if self.changed.endswith((";", "}")):
            return f"if (Mutant({self.number})) {{ {self.put} }} else {{ {original} }}"
        return f"(Mutant({self.number}) ? ({self.put}) : ({original}))"


def all_mutations():
    out = []
    for number, (file, at, put, rule, tests) in enumerate(
            mutations.MUTATIONS + mutations_of_answers.MUTATIONS + mutations_of_times.MUTATIONS, 1):
        before, rest = at.split("«")
        changed, after = rest.split("»")
        out.append(Mutation(number, file, before, changed, after, put, rule, tests))
    return out


def source_of(root, file):
    folder = pathlib.Path(root) / ("" if "/" in file else "projections/law")
    return (folder / file).read_text(encoding="utf-8")


def check(root):
    """The mutations whose text is not in the source exactly once."""
    lost = [m for m in all_mutations() if m.place(source_of(root, m.file)) is None]
    for m in lost:
        print(f"{m.file}: not there exactly once: {m.text()!r} ({m.rule})")
    return lost


def generate(root, out, files):
    """Writes each file with its mutants; what no longer applies is left out, and check says so."""
    for file in files:
        source = source_of(root, file)
        by_place = {}
        for m in all_mutations():
            if m.file == file and m.place(source) is not None:
                by_place.setdefault((m.place(source), m.changed), []).append(m)
        end = len(source)
        for (place, changed), here in sorted(by_place.items(), reverse=True):
            if place + len(changed) > end:
                sys.exit(f"{file}: mutations overlap: {changed!r}")
            text = changed
            for m in here:  # several of the same text: one inside the other
                text = m.mutated(text)
            source = source[:place] + text + source[place + len(changed):]
            end = place
        path = pathlib.Path(out) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, '#include "mutant.h"\n' + source)
    write(pathlib.Path(out) / "mutant.h", HEADER)


def write(path, text):
    """Leaves a file that says so already as it is, so that it is not compiled again."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def fails(program, number, tests):
    """Whether some of the tests fail, crash or never end."""
    environment = {**os.environ, "SKYNDSAMT_MUTANT": str(number)}
    command = [program, "--gtest_fail_fast", "--gtest_brief=1", f"--gtest_filter={tests}"]
    try:
        ran = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return ran.returncode != 0


def killed(program, mutation):
    """Cheapest first: the tests that are to notice, all but the properties, all."""
    stages = dict.fromkeys([mutation.tests, "-*Property*", "*"])
    if mutation.tests == "*":
        stages = ["-*Property*", "*"]
    return any(fails(program, mutation.number, tests) for tests in stages)


def run(root, program, files):
    if check(root):
        sys.exit(1)
    started = time.monotonic()
    if fails(program, 0, "*"):
        sys.exit("the tests fail without any mutation")
    all_of_them = [m for m in all_mutations() if not files or m.file in files]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda m: killed(program, m), all_of_them))
    survivors = [m for m, dead in zip(all_of_them, results) if not dead]
    print(f"{len(all_of_them)} mutants, {len(survivors)} survived, "
          f"{time.monotonic() - started:.0f} s")
    for m in survivors:
        print(f"survived: {m.rule}\n  {m.file}: {m.text()!r}, put {m.put!r}")
    sys.exit(1 if survivors else 0)


def main():
    command, root, *rest = sys.argv[1:]
    if command == "check":
        sys.exit(1 if check(root) else 0)
    if command == "generate":
        generate(root, rest[0], rest[1:])
    elif command == "run":
        run(root, rest[0], rest[1:])


if __name__ == "__main__":
    main()
