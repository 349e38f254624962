#!/usr/bin/env python3
"""tidy must see what it is for: each fault is planted in a copy of the tree and must be named."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).parent))
from tidy import Tidy, files_of  # noqa: E402


class TidySees(unittest.TestCase):
    def setUp(self):
        self.temp = tempfile.TemporaryDirectory()
        self.root = Path(self.temp.name)
        for name in files_of(ROOT):
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
        subprocess.run(["git", "init", "-q", self.root], check=True)

    def tearDown(self):
        self.temp.cleanup()

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + text)

    def expect(self, name, words):
        findings = [f for f in Tidy(self.root).check() if f.startswith(name) and words in f]
        self.assertTrue(findings, f"tidy did not say '{words}' of {name}")

    def test_an_upward_include(self):
        self.plant("eventstore/base/up.cc", '#include "services/domain/incident.h"\n')
        self.expect("eventstore/base/up.cc", "upward include")

    def test_law_including_an_engine(self):
        self.plant("projections/law/up.cc", '#include "projections/engine/runner.h"\n')
        self.expect("projections/law/up.cc", "upward include")

    def test_an_upward_link(self):
        self.plant("eventstore/log/CMakeLists.txt", "target_link_libraries(skyndsamt_log PUBLIC skyndsamt_views)\n")
        self.expect("eventstore/log/CMakeLists.txt", "upward link")

    def test_an_upward_link_of_a_library_that_is_not_named_after_its_folder(self):
        self.plant("services/api/CMakeLists.txt", "target_link_libraries(skyndsamt_api PUBLIC skyndsamt_casefile)\n")
        self.expect("services/api/CMakeLists.txt", "upward link of skyndsamt_casefile")

    def test_a_log_that_knows_the_domain(self):
        self.plant("eventstore/log/up.cc", '#include "skyndsamt/event/v1/fact.pb.h"\n')
        self.expect("eventstore/log/up.cc", "may not know")
        self.plant("eventstore/log/CMakeLists.txt", "target_link_libraries(skyndsamt_log PUBLIC skyndsamt_event_proto)\n")
        self.expect("eventstore/log/CMakeLists.txt", "may not link")

    def test_a_domain_that_links_grpc(self):
        self.plant("services/domain/CMakeLists.txt", "target_link_libraries(skyndsamt_domain PUBLIC skyndsamt_api_grpc)\n")
        self.expect("services/domain/CMakeLists.txt", "may not link")

    def test_rdkafka_outside_its_folder(self):
        self.plant("services/api/kafka.cc", "#include <librdkafka/rdkafka.h>\n")
        self.expect("services/api/kafka.cc", "belongs to")

    def test_a_file_that_has_grown_too_long(self):
        self.plant("services/domain/long.cc", "int x;\n" * 401)
        self.expect("services/domain/long.cc", "lines, at most")

    def test_a_function_that_has_grown_too_long(self):
        self.plant("services/domain/long.cc", "int F() {\n" + "  Call();\n" * 90 + "}\n")
        self.expect("services/domain/long.cc", "function of")

    def test_a_method_that_has_grown_too_long(self):
        self.plant("services/domain/long.h", "class Long {\n  int F() {\n" + "    Call();\n" * 90 + "  }\n};\n")
        self.expect("services/domain/long.h:2", "function of")

    def test_a_header_that_says_nothing(self):
        self.plant("services/domain/mute.h", "#pragma once\n")
        self.expect("services/domain/mute.h", "begins by saying")

    def test_a_drain(self):
        self.plant("eventstore/base/utils.h", "// Things.\n#pragma once\n")
        self.expect("eventstore/base/utils.h", "drain")

    def test_a_package_the_install_list_does_not_name(self):
        self.plant("CMakeLists.txt", "find_package(benchmark REQUIRED)\n")
        self.expect("CMakeLists.txt", "libbenchmark-dev")

    def test_a_package_that_was_taken_off_the_list(self):
        listed = self.root / "deploy/packages.txt"
        listed.write_text(listed.read_text().replace("build librocksdb-dev\n", ""))
        self.expect("CMakeLists.txt", "librocksdb-dev")
        self.expect("eventstore/", "librocksdb-dev")

    def test_a_program_that_no_package_brings(self):
        self.plant("deploy/quickstart.sh", "rsync -a here there\n")
        self.expect("deploy/quickstart.sh", "does not know which package brings rsync")

    def test_a_program_whose_package_was_taken_off_the_list(self):
        listed = self.root / "deploy/packages.txt"
        listed.write_text("\n".join(l for l in listed.read_text().split("\n") if not l.endswith(" maven")))
        self.expect("deploy/kafka/fetch.sh", "does not name maven")

    def test_unfinished_work(self):
        self.plant("services/api/later.cc", "// " + "TO" + "DO: later\n")
        self.expect("services/api/later.cc", "unfinished")

    def test_a_proto_that_go_cannot_place(self):
        self.plant("proto/skyndsamt/log/v1/lost.proto", 'syntax = "proto3";\n// option go_package = "x;y";\n')
        self.expect("proto/skyndsamt/log/v1/lost.proto", "go_package")

    def test_a_section_of_the_runbook_that_is_not_there(self):
        self.plant("services/api/lost.cc", "// see the runbook, 'when all is lost'\n")
        self.expect("services/api/lost.cc", "no section")

    def test_a_source_that_is_not_formatted(self):
        self.plant("services/api/loose.cc", "int   F( ){return 1 ;}\n")
        self.plant("services/api/neat.cc", "int F() { return 1; }\n")
        tidy = Tidy(self.root)
        tidy.formatting(["services/api/loose.cc", "services/api/neat.cc"])
        self.assertEqual(tidy.findings, ["services/api/loose.cc: is not formatted: clang-format -i"])

    def test_the_files_of_a_clone_that_another_user_owns(self):
        files = files_of(self.root)
        with mock.patch.dict(os.environ, {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}):
            refused = subprocess.run(["git", "-C", self.root, "ls-files"], capture_output=True, text=True)
            self.assertIn("dubious ownership", refused.stderr)
            self.assertEqual(files_of(self.root), files)
        self.assertIn(Path("tests/run.sh"), files)

    def test_globbed_sources(self):
        self.plant("eventstore/log/CMakeLists.txt", "file(GLOB all *.cc)\n")
        self.expect("eventstore/log/CMakeLists.txt", "never globbed")


if __name__ == "__main__":
    unittest.main()
