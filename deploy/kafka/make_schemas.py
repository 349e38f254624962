#!/usr/bin/env python3
"""Makes a JSON Schema (draft 7) of each value on the topics from its proto, as protobuf's JSON mapping
writes it.

    make_schemas.py [FOLDER]        FOLDER is deploy/kafka/schemas unless said; protoc is needed

They are open, as protobuf is: a field that is not named is allowed, and so is a code that a later
version may add (it has its enum's prefix), so that whoever holds an old schema goes on with a newer
server. closed() makes of one what knows this version alone, for a test or a strict consumer.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2

ROOT = Path(__file__).resolve().parents[2]
# What lies on the topics, by proto.
VALUES = {
    "skyndsamt/log/v1/log.proto": "skyndsamt.log.v1.Record",
    "skyndsamt/log/v1/relay.proto": "skyndsamt.log.v1.RelayPosition",
    "skyndsamt/statistics/v1/figure.proto": "skyndsamt.statistics.v1.Figure",
}
Field = descriptor_pb2.FieldDescriptorProto
BYTES = {"type": "string", "contentEncoding": "base64"}
SIGNED, UNSIGNED = {"type": "string", "pattern": "^-?[0-9]+$"}, {"type": "string", "pattern": "^[0-9]+$"}
SCALARS = {
    Field.TYPE_STRING: {"type": "string"}, Field.TYPE_BYTES: BYTES, Field.TYPE_BOOL: {"type": "boolean"},
    Field.TYPE_INT32: {"type": "integer"}, Field.TYPE_SINT32: {"type": "integer"},
    Field.TYPE_UINT32: {"type": "integer", "minimum": 0},
    Field.TYPE_INT64: SIGNED, Field.TYPE_SINT64: SIGNED, Field.TYPE_UINT64: UNSIGNED,
}


class Protos:
    """Messages and enums of some protos, with their comments."""

    def __init__(self, files):
        self.messages, self.enums, self.comments = {}, {}, {}
        for file in files:
            for index, message in enumerate(file.message_type):
                self.add(file, f".{file.package}.{message.name}", message, [4, index])
            for index, enum in enumerate(file.enum_type):
                self.enums[f".{file.package}.{enum.name}"] = enum

    def add(self, file, name, message, path):
        self.messages[name] = message
        told = {tuple(l.path): l.leading_comments or l.trailing_comments for l in file.source_code_info.location}
        text = lambda where: " ".join(told.get(tuple(where), "").split())
        self.comments[name] = text(path)
        for index, field in enumerate(message.field):
            self.comments[f"{name}.{field.name}"] = text(path + [2, index])
        for index, nested in enumerate(message.nested_type):
            self.add(file, f"{name}.{nested.name}", nested, path + [3, index])
        for enum in message.enum_type:
            self.enums[f"{name}.{enum.name}"] = enum

    def value(self, field, used):
        """The schema of one value of a field; messages that it needs go to `used`."""
        if field.type == Field.TYPE_MESSAGE:
            used.append(field.type_name)
            return {"$ref": "#/definitions/" + field.type_name[1:]}
        if field.type == Field.TYPE_ENUM:
            names = [value.name for value in self.enums[field.type_name].value]
            prefix = names[0].removesuffix("UNSPECIFIED")
            return {"anyOf": [{"enum": names}, {"type": "string", "pattern": f"^{prefix}[A-Z0-9_]+$"}]}
        return dict(SCALARS[field.type])

    def schema(self, name, used):
        message, properties = self.messages[name], {}
        for field in message.field:
            one = self.value(field, used)
            if field.label == Field.LABEL_REPEATED:
                one = {"type": "array", "items": one}
            # Draft 7 looks at nothing beside a $ref.
            if (comment := self.comments[f"{name}.{field.name}"]) and "$ref" not in one:
                one["description"] = comment
            properties[field.json_name] = one
        schema = {"type": "object", "properties": properties}
        if comment := self.comments[name]:
            schema["description"] = comment
        ones = [[f.json_name for f in message.field if f.HasField("oneof_index") and f.oneof_index == index
                 and not f.proto3_optional] for index in range(len(message.oneof_decl))]
        if rules := [at_most_one(names) for names in ones if names]:
            schema["allOf"] = rules
        return schema


def at_most_one(names):
    has = [{"required": [name]} for name in names]
    return {"oneOf": [*has, {"not": {"anyOf": has}}]}


def schema_of(protos, name):
    """A whole document of its own: what the message needs is among its definitions."""
    used, definitions = [], {}
    top = protos.schema("." + name, used)
    while used:
        if (one := used.pop()) not in definitions:
            definitions[one] = protos.schema(one, used)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"urn:skyndsamt:schema:{name}", "title": name}
    return {**head, **top, "definitions": {one[1:]: definitions[one] for one in sorted(definitions)}}


def closed(node):
    """Of a schema what allows this version's fields and codes alone."""
    if isinstance(node, list):
        return [closed(child) for child in node]
    if not isinstance(node, dict):
        return node
    if "enum" in (node.get("anyOf") or [{}])[0]:
        return node["anyOf"][0]
    shut = {key: closed(child) for key, child in node.items()}
    return {**shut, "additionalProperties": False} if "properties" in node else shut


def make():
    """The documents by file name."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["protoc", "-I", ROOT / "proto", "--include_imports", "--include_source_info",
                        f"--descriptor_set_out={file.name}", *VALUES], check=True, cwd=ROOT / "proto")
        protos = Protos(descriptor_pb2.FileDescriptorSet.FromString(file.read()).file)
    return {f"{name}.json": json.dumps(schema_of(protos, name), indent=2, ensure_ascii=False) + "\n"
            for name in VALUES.values()}


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "deploy/kafka/schemas"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in make().items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
