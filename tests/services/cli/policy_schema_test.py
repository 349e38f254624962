"""Every policy file fits the published schema, and the schema refuses what the format refuses.

Usage: policy_schema_test.py DIRECTORY RULES, where policy.schema.json and the policy files are, and
the rules that the product ships.
"""

import copy
import json
import pathlib
import sys
import unittest

import jsonschema

RULES = pathlib.Path(sys.argv.pop(2))
POLICIES = pathlib.Path(sys.argv.pop(1))
SCHEMA = json.loads((POLICIES / "policy.schema.json").read_text(encoding="utf-8"))
FILES = [path for path in POLICIES.glob("*.json") if path.name != "policy.schema.json"] + [RULES]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def example():
    return json.loads((POLICIES / "exempelkommun.json").read_text(encoding="utf-8"))


class Schema(unittest.TestCase):
    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_fits_every_policy_file(self):
        self.assertGreaterEqual(len(FILES), 2)
        for path in FILES:
            with self.subTest(path.name):
                faults = VALIDATOR.iter_errors(json.loads(path.read_text(encoding="utf-8")))
                self.assertEqual([], [(fault.json_path, fault.message) for fault in faults])

    def test_refuses(self):
        def change(what):
            changed = example()
            what(changed)
            return changed

        refused = {
            "nothing to publish": lambda p: [p.pop(k) for k in ("routines", "closing_days", "yardsticks")],
            "no authority": lambda p: p.pop("authority"),
            "an authority by name and id": lambda p: p["authority"].update(id="7"),
            "an unknown key": lambda p: p["routines"][0].update(extra=1),
            "an unknown leg": lambda p: p["routines"][0]["limits"][0].update(leg="hurry"),
            "a malformed limit": lambda p: p["routines"][0]["limits"][0].update(limit="a week"),
            "a malformed date": lambda p: p["routines"][0].update({"from": "1 augusti"}),
            "a malformed day of the year": lambda p: p["routines"][0]["year_parts"][0].update(
                first_day="08-17"
            ),
            "a closing day without a reason": lambda p: p["closing_days"][0]["days"][0].pop("reason"),
            "a negative length": lambda p: p["yardsticks"][0]["yardsticks"][0].update(days=-1),
            "null": lambda p: p["routines"][0].update(source=None),
        }
        for name, what in refused.items():
            with self.subTest(name):
                self.assertFalse(VALIDATOR.is_valid(change(what)))
        self.assertTrue(VALIDATOR.is_valid(copy.deepcopy(example())))


if __name__ == "__main__":
    unittest.main()
