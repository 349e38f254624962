#!/usr/bin/env python3
"""Checks deploy/kafka/asyncapi.json: it is an AsyncAPI 3.0 document by AsyncAPI's own schema, every
reference leads somewhere, every value has the schema that is made of its proto, and its topics are
those that the relay names, all of them.

    asyncapi_test.py ROOT

ROOT is the source tree; npm fetches AsyncAPI's schemas into its build/asyncapi. That schemas are as
their protos is for schemas_test.py to see, that real topics and messages keep to the document for
check_topics.py, read_topic.py and read_figures.py.
"""
import copy
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema

# Each makes a document that is none: the validator is held to refusing it.
DAMAGE = {
    "another version": lambda d: d.update(asyncapi="2.6.0"),
    "no title": lambda d: d["info"].pop("title"),
    "an unknown action": lambda d: d["operations"]["sendEvents"].update(action="sends"),
    "a channel's unknown field": lambda d: d["channels"]["events"].update(adress="x"),
    "partitions that are no number": lambda d: d["channels"]["events"]["bindings"]["kafka"].update(partitions="1"),
    "an unknown cleanup policy":
        lambda d: d["channels"]["events"]["bindings"]["kafka"]["topicConfiguration"].update({"cleanup.policy": ["x"]}),
    "headers that are no object": lambda d: d["components"]["messages"]["checkpoint"].update(headers="none"),
}


def official(root):
    """AsyncAPI's schema of a document of version 3.0.0, as its makers publish it."""
    home = root / "build/asyncapi"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(root / "tests/deploy/asyncapi/package.json", home)
    found = home / "node_modules/@asyncapi/specs"
    pinned = json.loads((home / "package.json").read_text())["dependencies"]["@asyncapi/specs"]
    if not found.is_dir() or json.loads((found / "package.json").read_text())["version"] != pinned:
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=home, check=True)
    return jsonschema.Draft7Validator(json.loads((found / "schemas/3.0.0.json").read_text()))


def not_asyncapi(root, document):
    schema = official(root)
    for error in schema.iter_errors(document):
        deepest = jsonschema.exceptions.best_match([error])
        yield f"no AsyncAPI at {list(deepest.absolute_path)}: {deepest.message}"
    for what, damage in DAMAGE.items():
        damaged = copy.deepcopy(document)
        damage(damaged)
        if schema.is_valid(damaged):
            yield f"the schema lets {what} pass"


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
    wrong = list(not_asyncapi(root, document))

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
    named = set(re.findall(r'prefix \+ "([^"]+\.v\d+)"', (root / "eventstore/kafka/topics.h").read_text()))
    described = {c["address"].removeprefix("skyndsamt.") for c in document["channels"].values()}
    if not described or described != named:
        wrong.append(f"channels are {described}, topics {named}")
    for path in sorted((home / "schemas").glob("*.json")):
        if f"schemas/{path.name}" not in references(document):
            wrong.append(f"{path.name} is not referred to")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
