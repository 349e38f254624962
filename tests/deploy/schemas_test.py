#!/usr/bin/env python3
"""The JSON Schemas of deploy/kafka/schemas are those that make_schemas.py makes of the protos, take every
JSON form that protobuf writes of such a message, and refuse another.

    schemas_test.py ROOT        ROOT is the source tree
"""
import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

ROOT = Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "deploy/kafka"))
import make_schemas  # noqa: E402

Field = make_schemas.Field


def classes():
    """A class for each value on the topics, by its name."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["protoc", "-I", ROOT / "proto", "--include_imports", f"--descriptor_set_out={file.name}",
                        *make_schemas.VALUES], check=True, cwd=ROOT / "proto")
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    pool = descriptor_pool.DescriptorPool()
    for one in files:
        pool.Add(one)
    factory = message_factory.MessageFactory(pool)
    return {name: factory.GetPrototype(pool.FindMessageTypeByName(name)) for name in make_schemas.VALUES.values()}


def fill(message, chance, some):
    """Sets fields at random, each with that chance; codes may be ones that nobody knows."""
    for field in message.DESCRIPTOR.fields:
        if chance.random() > some:
            continue
        if field.label == field.LABEL_REPEATED:
            for _ in range(chance.randrange(3)):
                fill(getattr(message, field.name).add(), chance, some) if field.message_type else \
                    getattr(message, field.name).append(value(field, chance))
        elif field.message_type:
            inner = getattr(message, field.name)
            inner.SetInParent()
            fill(inner, chance, some)
        else:
            setattr(message, field.name, value(field, chance))


def value(field, chance):
    number = chance.choice((0, 1, 1 << 30))
    return {field.CPPTYPE_STRING: b"\xff\0" if field.type == field.TYPE_BYTES else "å",
            field.CPPTYPE_BOOL: True,
            field.CPPTYPE_ENUM: chance.choice(field.enum_type.values).number if field.enum_type else 0,
            field.CPPTYPE_UINT64: number << 32, field.CPPTYPE_INT64: -number << 32,
            field.CPPTYPE_INT32: -number, field.CPPTYPE_UINT32: number}[field.cpp_type]


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = {path.stem: json.loads(path.read_text()) for path in (ROOT / "deploy/kafka/schemas").glob("*.json")}
        cls.open = {name: jsonschema.Draft7Validator(schema) for name, schema in cls.kept.items()}
        cls.closed = {name: jsonschema.Draft7Validator(make_schemas.closed(s)) for name, s in cls.kept.items()}

    def test_are_those_of_the_protos(self):
        made = make_schemas.make()
        found = {path.name: path.read_text() for path in (ROOT / "deploy/kafka/schemas").glob("*.json")}
        self.assertEqual(found, made, "run deploy/kafka/make_schemas.py")
        for schema in self.kept.values():
            jsonschema.Draft7Validator.check_schema(schema)

    def test_take_every_form_that_protobuf_writes(self):
        chance = random.Random(1)
        for name, kind in classes().items():
            for some in [1.0] + [0.6] * 200:
                message = kind()
                fill(message, chance, some)
                written = json_format.MessageToDict(message)
                self.closed[name].validate(written)
                self.open[name].validate(written)

    def test_refuse_what_has_another_form(self):
        chance = random.Random(2)
        for name, kind in classes().items():
            message = kind()
            fill(message, chance, 1.0)
            written = json_format.MessageToDict(message)
            for field in written:
                for other in ({"no": "such"}, [[]], 7.5, None):
                    if isinstance(other, dict) and isinstance(written[field], dict):
                        other = "no object"
                    self.assertFalse(self.open[name].is_valid({**written, field: other}), f"{name}.{field}: {other}")

    def test_are_open_to_what_a_later_version_adds_and_can_be_closed(self):
        for name in self.kept:
            self.assertTrue(self.open[name].is_valid({"ofALaterVersion": 1}))
            self.assertFalse(self.closed[name].is_valid({"ofALaterVersion": 1}))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
