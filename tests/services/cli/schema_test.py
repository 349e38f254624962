"""Every case file fits the published schema, and the schema refuses what the format refuses.

Usage: schema_test.py DIRECTORY MORE, where casefile.schema.json and the published case files are,
and where more case files are.
"""

import copy
import json
import pathlib
import sys
import unittest

import jsonschema

CASES = pathlib.Path(sys.argv.pop(1))
MORE = pathlib.Path(sys.argv.pop(1))
SCHEMA = json.loads((CASES / "casefile.schema.json").read_text(encoding="utf-8"))
FILES = sorted(path for path in CASES.glob("*.json") if path.name != "casefile.schema.json")
AUTHORED = sorted(MORE.glob("*.json"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def story():
    return json.loads((CASES / "sandsbro-routine.json").read_text(encoding="utf-8"))


class Schema(unittest.TestCase):
    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_fits_every_case_file(self):
        self.assertGreaterEqual(len(FILES), 11)
        self.assertGreaterEqual(len(AUTHORED), 40)
        for path in FILES + AUTHORED:
            with self.subTest(path.name):
                faults = VALIDATOR.iter_errors(json.loads(path.read_text(encoding="utf-8")))
                self.assertEqual([], [(fault.json_path, fault.message) for fault in faults])

    def test_every_kind_of_fact_is_played(self):
        kinds = set(SCHEMA["$defs"]["fact"]["properties"]["fact"]["enum"])
        played = {
            fact["fact"]
            for path in FILES
            for fact in json.loads(path.read_text(encoding="utf-8"))["facts"]
        }
        self.assertEqual(kinds, played)

    def test_refuses(self):
        def change(what):
            changed = story()
            what(changed)
            return changed

        refused = {
            "an unknown key": lambda s: s.update(extra=1),
            "an unknown key of a fact": lambda s: s["facts"][0].update(hapened="2012"),
            "another kind's key": lambda s: s["facts"][0].update(measure="m1"),
            "an unknown kind": lambda s: s["facts"][0].update(fact="forgotten"),
            "no happened": lambda s: s["facts"][0].pop("happened"),
            "a malformed time": lambda s: s["facts"][0].update(happened="18 juni 2012"),
            "both after and before": lambda s: s["facts"][0].update(
                happened={"after": "a1", "before": "a2"}
            ),
            "an unknown code": lambda s: s["facts"][0].update(kind="caretaker"),
            "null": lambda s: s["facts"][0].update(person=None),
            "no incidents": lambda s: s.update(incidents=[]),
            "an unknown leg": lambda s: s["routine"][0].update(leg="hurry"),
            "a malformed limit": lambda s: s["routine"][0].update(limit="a week"),
        }
        for name, what in refused.items():
            with self.subTest(name):
                self.assertFalse(VALIDATOR.is_valid(change(what)))
        self.assertTrue(VALIDATOR.is_valid(copy.deepcopy(story())))


if __name__ == "__main__":
    unittest.main()
