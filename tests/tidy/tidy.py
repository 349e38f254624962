#!/usr/bin/env python3
"""The rules of the house that a machine can check.

    tests/tidy/tidy.py [ROOT]

Refuses: an include or a link that points upward or to messages that the folder may not know, rdkafka outside eventstore/kafka, a file or a
function that has grown too long, a header that does not begin by saying what it is for, names of
files that become drains, globbed sources, words that mark unfinished work, and a system header,
Python module, CMake package or program that no package of deploy/packages.txt brings; a section of the
runbook that is not there; a proto that Go cannot place; a source that clang-format would change. Prints one line for each finding
and exits with 1 if there is any.
"""
import functools
import re
import shutil
import subprocess
import sys
from pathlib import Path

FILE_LIMIT = 400
FUNCTION_LIMIT = 80
DRAINS = {"types.h", "common.h", "utils.h", "util.h", "constants.h", "helpers.h", "misc.h"}

# What a folder may include and link, besides itself and the messages of proto/.
BASE = {"eventstore/base"}
STORE = BASE | {"eventstore/merkle", "eventstore/vault", "eventstore/log"}
VIEWS = STORE | {"projections/engine", "projections/law"}
COMMANDS = VIEWS | {"projections/views", "services/domain"}
API = COMMANDS | {"services/commands", "services/access", "services/timers"}
SERVER = API | {"services/api", "eventstore/kafka", "projections/statistics"}
MAY_USE = {
    "eventstore/base": set(),
    "eventstore/merkle": BASE,
    "eventstore/vault": BASE,
    "eventstore/log": BASE | {"eventstore/merkle", "eventstore/vault"},
    "eventstore/kafka": STORE,
    "projections/law": BASE,
    "projections/engine": STORE,
    "projections/views": VIEWS,
    "projections/statistics": VIEWS | {"projections/views"},
    "services/domain": BASE,
    "services/commands": COMMANDS,
    "services/access": STORE,
    "services/timers": VIEWS | {"projections/views"},
    "services/api": API,
    "services/server": SERVER,
    "services/cli": SERVER | {"services/server"},
}
# The messages of proto/ that a folder may know: the log stores bytes and knows no domain, and what
# folds or decides knows neither rows nor calls.
LAW = {"event", "api"}
MESSAGES = {
    "eventstore/log": {"log"},
    "eventstore/kafka": {"log"},
    "projections/law": LAW,
    "projections/engine": {"log"},
    "projections/views": LAW | {"log", "view"},
    "projections/statistics": LAW | {"log", "view", "statistics"},
    "services/domain": LAW,
    "services/commands": LAW | {"log"},
    "services/access": {"event"},
    "services/timers": {"event", "log"},
    "services/api": LAW | {"log"},
    "services/server": LAW | {"log", "health"},
    "services/cli": LAW | {"log"},
}
# Third-party headers that only these folders may include.
ONLY_IN = {
    "rocksdb/": ("eventstore/vault", "eventstore/log", "projections/engine", "projections/views", "tests"),
    "librdkafka/": ("eventstore/kafka", "tests"),
    "grpcpp/": ("services/api", "services/server", "services/cli", "tests"),
    "grpc/": ("services/api", "services/server", "services/cli", "tests"),
    "cjose/": ("services/access", "tests"),
}
# CMake package or pkg-config module -> Debian package.
CMAKE_PACKAGES = {
    "Protobuf": "libprotobuf-dev", "absl": "libabsl-dev", "OpenSSL": "libssl-dev",
    "fmt": "libfmt-dev", "Threads": "g++", "RocksDB": "librocksdb-dev", "gRPC": "libgrpc++-dev",
    "spdlog": "libspdlog-dev", "CLI11": "libcli11-dev", "nlohmann_json": "nlohmann-json3-dev",
    "PkgConfig": "pkg-config", "jemalloc": "libjemalloc-dev", "GTest": "libgtest-dev",
    "rapidcheck": "librapidcheck-dev",
    "cjose": "libcjose-dev", "Python3": "python3", "rdkafka": "librdkafka-dev",
    "benchmark": "libbenchmark-dev", "prometheus-cpp": "prometheus-cpp-dev",
}
# Packages that every installation of a C++ compiler brings.
WITH_THE_COMPILER = re.compile(r"^(libc6-dev|linux-libc-dev|libstdc\+\+-\d+-dev|libgcc-\d+-dev|gcc.*|g\+\+.*)$")
# Program -> Debian package; and what the shell and every Debian have.
PROGRAMS = {
    "cmake": "cmake", "ninja": "ninja-build", "ctest": "cmake", "git": "git", "go": "golang-go",
    "protoc": "protobuf-compiler", "openssl": "openssl", "python3": "python3", "kcat": "kcat",
    "mvn": "maven", "java": "default-jdk-headless", "clang-format": "clang-format", "curl": "curl",
    "jq": "jq", "node": "nodejs", "npm": "npm", "chromium": "chromium",
}
OF_THE_BASE_SYSTEM = set(
    "break case cd command continue do done echo elif else esac exec exit export fi for function if local printf "
    "read return set shift source test then trap true umask unset wait while "
    "apt-get awk cat chmod cp cut date dirname dpkg-query env find flock grep head id install kill ln ls mkdir "
    "mktemp mv nohup readlink rm sed seq setsid sha256sum sleep sort tail tar tee timeout touch tr uniq wc "
    "xargs".split())
HERE_DOCUMENT = re.compile(r"(?<=<<)-?\s*(['\"]?)(\w+)\1[^\n]*\n.*?^\s*\2$", re.M | re.S)
QUOTED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*\"""")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented")


@functools.cache
def package_of(path):
    """The Debian package that owns a file; dpkg reads all its lists to answer."""
    return subprocess.run(["dpkg", "-S", path], capture_output=True, text=True).stdout.split(":")[0]


def files_of(root):
    """What is tracked or will be. The tests may run as root on a clone that somebody else owns, and git
    has to be told that this is meant."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout.split("\n")
    return [Path(f) for f in listed if f and (root / f).is_file()]


class Tidy:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.files = files_of(root)
        self.packages = {line.split()[1] for line in (root / "deploy/packages.txt").read_text().split("\n")
                         if line.strip() and not line.startswith("#")}

    def say(self, where, what):
        self.findings.append(f"{where}: {what}")

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def sources(self, *suffixes):
        return [f for f in self.files if f.suffix in suffixes]

    def folder(self, path):
        return "/".join(path.parts[:2])

    def includes(self):
        for path in self.sources(".h", ".cc"):
            here = self.folder(path)
            in_tests = path.parts[0] == "tests"
            for number, line in enumerate(self.text(path).split("\n"), 1):
                found = re.match(r'\s*#include\s+([<"])([^>"]+)[>"]', line)
                if not found:
                    continue
                target = found.group(2)
                there = "/".join(target.split("/")[:2])
                if not in_tests and there in MAY_USE and there != here and there not in MAY_USE.get(here, set()):
                    self.say(f"{path}:{number}", f"upward include of {target}")
                messages = re.match(r"skyndsamt/(\w+)/", target)
                if messages and here in MAY_USE and messages.group(1) not in MESSAGES.get(here, set()):
                    self.say(f"{path}:{number}", f"{here} may not know {target}")
                for prefix, allowed in ONLY_IN.items():
                    if target.startswith(prefix) and not str(path).startswith(allowed):
                        self.say(f"{path}:{number}", f"{target} belongs to {', '.join(allowed)}")

    def links(self):
        lists = [f for f in self.files if f.name == "CMakeLists.txt" and f.parts[0] != "tests"]
        library = {name: self.folder(path) for path in lists
                   for name in re.findall(r"\bskyndsamt_library\((skyndsamt_\w+)", self.text(path))}
        for path in lists:
            here = self.folder(path)
            for name in re.findall(r"\bskyndsamt_[a-z]+\b", self.text(path)):
                there = library.get(name)
                if there and there != here and here in MAY_USE and there not in MAY_USE[here]:
                    self.say(path, f"upward link of {name}")
            for messages, kind in re.findall(r"\bskyndsamt_([a-z]+)_(proto|grpc)\b", self.text(path)):
                known = MESSAGES.get(here, set())
                if here in MAY_USE and (messages not in known or kind == "grpc" and not here.startswith(ONLY_IN["grpcpp/"])):
                    self.say(path, f"{here} may not link skyndsamt_{messages}_{kind}")
            if re.search(r"file\s*\(\s*GLOB", self.text(path), re.I):
                self.say(path, "sources are listed, never globbed")

    def sizes(self):
        for path in self.sources(".h", ".cc", ".proto", ".py", ".sh"):
            lines = self.text(path).split("\n")
            if len(lines) - 1 > FILE_LIMIT:
                self.say(path, f"{len(lines) - 1} lines, at most {FILE_LIMIT}")
            if path.suffix in (".h", ".cc"):
                self.functions(path, lines, "")
                self.functions(path, lines, "  ")  # of a class

    def functions(self, path, lines, margin):
        """A body opened at the margin and closed there: clang-format makes that reliable."""
        not_a_function = re.compile(
            r"(namespace|class|struct|enum|union|extern|using|typedef|constexpr|const|static const|inline const"
            r"|return|if|for|while|do|switch|case)\b")
        head = start = None
        for number, line in enumerate(lines, 1):
            at_margin = line.startswith(margin)
            text = line[len(margin):]
            if start is None and at_margin and re.match(r"[A-Za-z_~]", text) and not not_a_function.match(text):
                head = number
            if head is not None and line.endswith("{"):
                start, head = head, None
            elif line.endswith(";"):
                head = None
            if not at_margin and line.startswith("}"):
                start = None  # what the margin lies within has ended
            if at_margin and text.startswith("}") and start is not None:
                if number - start > FUNCTION_LIMIT:
                    self.say(f"{path}:{start}", f"function of {number - start} lines, at most {FUNCTION_LIMIT}")
                start = None

    def headers(self):
        for path in self.sources(".h"):
            text = self.text(path)
            if not text.startswith("//"):
                self.say(path, "a header begins by saying what it is for")
            if "#pragma once" not in text:
                self.say(path, "no #pragma once")
            if path.name in DRAINS:
                self.say(path, "a name that becomes a drain")

    def unfinished(self):
        for path in self.sources(".h", ".cc", ".proto", ".py", ".sh"):
            if path.parts[:2] == ("tests", "tidy"):
                continue
            for number, line in enumerate(self.text(path).split("\n"), 1):
                if UNFINISHED.search(line):
                    self.say(f"{path}:{number}", "a word that marks unfinished work")

    def go_packages(self):
        """A client's protoc needs to know where each message goes; Go's has no other way to know."""
        for path in self.sources(".proto"):
            if path.parts[0] == "proto" and not re.search(r'^option go_package = "[^"]+";', self.text(path), re.M):
                self.say(path, "no option go_package, without which Go clients cannot be generated")

    def folders(self):
        for top in ("proto", "eventstore", "projections", "services", "deploy", "tests"):
            if not (self.root / top / "README.md").is_file():
                self.say(top, "a top-level folder has a README")

    # What the install list must name.

    def cmake_packages(self):
        for path in [f for f in self.files if f.name == "CMakeLists.txt" or f.suffix == ".cmake"]:
            names = re.findall(r"find_package\((\w[\w-]*)", self.text(path))
            for modules in re.findall(r"pkg_check_modules\(\w+ ([^)]*)\)", self.text(path)):
                names += [m for m in modules.split() if m not in ("REQUIRED", "IMPORTED_TARGET", "QUIET")]
            for name in names:
                package = CMAKE_PACKAGES.get(name)
                if package is None:
                    self.say(path, f"tidy does not know which package brings {name}")
                elif package not in self.packages:
                    self.say(path, f"deploy/packages.txt does not name {package}, which brings {name}")

    def system_headers(self):
        headers = {}
        for path in self.sources(".h", ".cc"):
            for target in re.findall(r'^#include [<"]([^>"]+/[^>"]+)[>"]', self.text(path), re.M):
                if not (self.root / target).exists() and not target.startswith(("skyndsamt/", "google/rpc/", "grpc/health/")):
                    headers.setdefault(target, path)
        for target, path in sorted(headers.items()):
            self.owned(path, target, [Path("/usr/include") / target,
                                      Path("/usr/include/x86_64-linux-gnu") / target])

    def owned(self, path, what, candidates):
        existing = [c for c in candidates if c.exists()]
        if not existing:
            return
        package = package_of(str(existing[0]))
        if package not in self.packages and not WITH_THE_COMPILER.match(package):
            self.say(path, f"deploy/packages.txt does not name {package}, which brings {what}")

    def python_modules(self):
        own = {f.stem for f in self.sources(".py")} | {"skyndsamt"}  # made of proto/
        for path in self.sources(".py"):
            for name in re.findall(r"^\s*(?:import|from) (\w+)", self.text(path), re.M):
                if name in sys.stdlib_module_names or name in own:
                    continue
                places = [Path("/usr/lib/python3/dist-packages") / name,
                          Path("/usr/lib/python3/dist-packages") / f"{name}.py"]
                if not any(p.exists() for p in places):
                    self.say(path, f"no Debian package here brings the module {name}")
                self.owned(path, name, places)

    def scripts(self):
        """Every program that a script starts is the script's own, the base system's or listed."""
        for path in self.sources(".sh"):
            text = HERE_DOCUMENT.sub("", self.text(path))
            own = set(re.findall(r"^(\w+)\(\)", text, re.M))
            for number, line in enumerate(text.split("\n"), 1):
                line = QUOTED.sub('""', line.split(" # ")[0])
                if line.lstrip().startswith("#"):
                    continue
                for program in re.findall(r"(?:^|[|&;(]|\bthen|\bdo|\bif)\s*([a-z][\w-]+)(?=\s|$)", line):
                    package = PROGRAMS.get(program)
                    if package and package not in self.packages:
                        self.say(f"{path}:{number}", f"deploy/packages.txt does not name {package}, which brings {program}")
                    elif not package and program not in own | OF_THE_BASE_SYSTEM:
                        self.say(f"{path}:{number}", f"tidy does not know which package brings {program}")

    def runbook(self):
        sections = set(re.findall(r"^## (.*)$", self.text("deploy/runbook.md"), re.M))
        for path in self.sources(".h", ".cc"):
            text = re.sub(r'"\s*\n\s*"', "", self.text(path))  # a text broken over lines
            for section in re.findall(r"runbook(?:\.md)?, '([^']+)'", text):
                if section not in sections:
                    self.say(path, f"deploy/runbook.md has no section '{section}'")

    def formatting(self, files=None):
        """Apart from check(): it reads every source and takes seconds."""
        if not shutil.which("clang-format"):
            return self.say("clang-format", "is not installed (deploy/packages.txt names it)")
        files = [str(f) for f in files or self.sources(".h", ".cc")]
        ran = subprocess.run(["clang-format", "--dry-run", "--Werror", *files], cwd=self.root,
                             capture_output=True, text=True)
        for name in sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", ran.stderr, re.M))):
            self.say(name, "is not formatted: clang-format -i")

    def check(self):
        self.includes()
        self.links()
        self.sizes()
        self.headers()
        self.unfinished()
        self.go_packages()
        self.folders()
        self.cmake_packages()
        self.python_modules()
        self.scripts()
        self.runbook()
        if shutil.which("dpkg"):
            self.system_headers()
        return self.findings


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
    tidy = Tidy(root)
    tidy.formatting()
    findings = tidy.check()
    print("\n".join(findings) if findings else f"tidy: {len(tidy.files)} files, nothing to say")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
