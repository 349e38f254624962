#!/usr/bin/env python3
"""Checks deploy/kafka/asyncapi.json against what is sent: every message type's JSON Schema is
the one that its proto has, every reference leads somewhere, and topics are named as the relay does.

    asyncapi_test.py DESCRIPTORS ROOT

DESCRIPTORS is a FileDescriptorSet that protoc made of proto/skyndsamt/log/v1 and statistics/v1, with what they
import; ROOT is the source tree. That real messages keep to it is for read_topic.py and read_figures.py to see.
"""
import json
import re
import sys
from pathlib import Path

import jsonschema
from google.protobuf import descriptor_pb2

Field = descriptor_pb2.FieldDescriptorProto
SCALARS = {  # as protobuf's JSON mapping writes them
    Field.TYPE_STRING: {"type": "string"},
    Field.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    Field.TYPE_UINT64: {"type": "string", "pattern": "^[0-9]+$"},
    Field.TYPE_UINT32: {"type": "integer", "minimum": 0},
    Field.TYPE_BOOL: {"type": "boolean"},
}


def schema_of(message, enums):
    """A message's JSON Schema by its proto; what has its default value is left out of the JSON."""
    properties = {}
    for field in message.field:
        if field.type == Field.TYPE_MESSAGE:
            one = {"$ref": "#/components/schemas/" + field.type_name.rsplit(".", 1)[1]}
        elif field.type == Field.TYPE_ENUM:
            one = {"enum": enums[field.type_name]}
        else:
            one = dict(SCALARS[field.type])
        many = field.label == Field.LABEL_REPEATED
        properties[field.json_name] = {"type": "array", "items": one} if many else one
    return {"type": "object", "properties": properties, "additionalProperties": False}


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def main():
    descriptors, root = Path(sys.argv[1]), Path(sys.argv[2])
    home = root / "deploy/kafka"
    document = json.loads((home / "asyncapi.json").read_text())
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes())
    messages = {m.name: m for file in files.file for m in file.message_type
                if file.package in ("skyndsamt.log.v1", "skyndsamt.statistics.v1")}
    enums = {f".{file.package}.{e.name}": [v.name for v in e.value] for file in files.file for e in file.enum_type}
    wrong = []

    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft7Validator.check_schema(schema)
        if name in messages and schema != schema_of(messages[name], enums):
            wrong.append(f"{name} is not as its proto: {json.dumps(schema_of(messages[name], enums))}")
    for reference in references(document):
        target, node = reference, document
        if not reference.startswith("#/"):
            if not (home / reference).is_file():
                wrong.append(f"{reference} is not there")
            continue
        for step in target[2:].split("/"):
            node = node.get(step) if node is not None else None
        if node is None:
            wrong.append(f"{reference} leads nowhere")
    named = set(re.findall(r'prefix \+ "([^"]+)"', (root / "eventstore/kafka/topics.h").read_text()))
    described = {c["address"].removeprefix("skyndsamt.") for c in document["channels"].values()}
    if not described or not described <= named:
        wrong.append(f"channels {described} are not among the topics {named}")
    if not messages.keys() & document["components"]["schemas"].keys():
        wrong.append("no message of the protos is described")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
