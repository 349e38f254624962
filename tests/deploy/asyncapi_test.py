#!/usr/bin/env python3
"""Checks deploy/kafka/asyncapi.json against what is sent: every reference leads somewhere, every
value has the schema that is made of its proto, and topics are named as the relay does.

    asyncapi_test.py ROOT

ROOT is the source tree. That schemas are as their protos is for schemas_test.py to see, that real
messages keep to them for read_topic.py and read_figures.py.
"""
import json
import re
import sys
from pathlib import Path

import jsonschema

def references(node):
    if isinstance(node, dict):
        yield from (node[key] for key in ("$ref", "url") if key in node)
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def main():
    root = Path(sys.argv[1])
    home = root / "deploy/kafka"
    document = json.loads((home / "asyncapi.json").read_text())
    wrong = []

    for schema in document["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)
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
    for path in sorted((home / "schemas").glob("*.json")):
        if f"schemas/{path.name}" not in references(document):
            wrong.append(f"{path.name} is not referred to")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
