#!/usr/bin/env python3
"""Reads an events topic as a stranger would, read_committed, and says whether it is a log.

    read_topic.py --bootstrap HOST:PORT --topic NAME --until N --proto DIR --asyncapi FILE [--seconds 120]

DIR holds the modules that protoc made of proto/skyndsamt/log/v1, FILE is deploy/kafka/asyncapi.json, to which
the first messages are held. Reads from the topic's first record
until N positions have been seen and the end of what is committed is reached. Every position must
come once and in order, say which came before it, and have headers that say what its value says.
Prints one JSON object: records, the RFC 9162 root over their leaf data in hex, and `wrong`, the
first thing that is not as it must be, or null. Exits with 1 where something is wrong.
"""
import argparse
import hashlib
import importlib
import json
import struct
import sys
import time
import uuid
from pathlib import Path

import jsonschema
from confluent_kafka import Consumer, KafkaError, TopicPartition
from google.protobuf import json_format


HELD_TO_THE_DOCUMENT = 500  # messages; more of the same would only take time


class Document:
    """What the AsyncAPI document, and the schemas that it refers to, say of the events topic's messages."""

    def __init__(self, path):
        sys.path.insert(0, str(path.parent))
        closed = importlib.import_module("make_schemas").closed  # nothing but what this version knows
        components = json.loads(path.read_text())["components"]
        payload = components["messages"]["eventJson"]["payload"]["schema"]["$ref"]
        self.headers = jsonschema.Draft7Validator(components["schemas"]["EventHeaders"])
        self.value = jsonschema.Draft7Validator(closed(json.loads((path.parent / payload).read_text())))

    def check(self, message, headers):
        """What of a message is not as it says, or nothing."""
        wrong = [error.message for error in self.headers.iter_errors(headers)]
        if headers["content-type"] == "application/json":
            wrong += [error.message for error in self.value.iter_errors(json.loads(message.value()))]
        return wrong


class Tree:
    """The root of an RFC 9162 tree, leaf by leaf."""

    def __init__(self):
        self.size, self.peaks = 0, []  # (height, hash), highest first

    def add(self, leaf):
        node, height = hashlib.sha256(b"\0" + leaf).digest(), 0
        while self.peaks and self.peaks[-1][0] == height:
            node = hashlib.sha256(b"\1" + self.peaks.pop()[1] + node).digest()
            height += 1
        self.peaks.append((height, node))
        self.size += 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            root = hashlib.sha256(b"\1" + peak + root).digest()
        return root


def leaf_fields(leaf):
    """What of a leaf the headers repeat; the grammar is that of eventstore/log/key_format.h."""
    prefix = b"skyndsamt/leaf/v1\0"
    assert leaf.startswith(prefix), "no leaf"
    at = len(prefix)
    position, recorded = struct.unpack_from(">QQ", leaf, at)
    event, stream = (str(uuid.UUID(bytes=leaf[at + 16 + i:at + 32 + i])) for i in (0, 16))
    length_at = at + 16 + 32 + 8 + 32
    length = leaf[length_at]
    kind = leaf[length_at + 1:length_at + 1 + length].decode()
    schema = struct.unpack_from(">I", leaf, length_at + 1 + length)[0]
    return position, recorded, event, stream, kind, schema


def check(message, expected, log_pb2, document):
    """What is wrong with the message that should hold position `expected`, and its leaf."""
    headers = dict(message.headers())
    text = {name: value.decode() for name, value in headers.items()}
    if expected < HELD_TO_THE_DOCUMENT and (wrong := document.check(message, text)):
        return f"at {expected} not as documented: {wrong[0]}", None
    if text["ce_sequence"] != f"{expected:020}":
        return f"position {expected} expected, {text['ce_sequence']} came", None
    before = f"{expected - 1:020}" if expected else None
    if text.get("ce_previoussequence") != before:
        return f"at {expected} the previous is {text.get('ce_previoussequence')}", None
    record = log_pb2.Record()
    if text["content-type"] == "application/protobuf":
        record.ParseFromString(message.value())
    else:
        json_format.Parse(message.value(), record)
    position, recorded, event, stream, kind, schema = leaf_fields(record.leaf_data)
    instant = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(recorded // 1000000)) + f".{recorded % 1000000:06}Z"
    says = {"ce_specversion": "1.0", "ce_id": event, "ce_source": record.position.log,
            "ce_type": kind, "ce_time": instant, "ce_recordedtime": instant, "ce_subject": stream,
            "ce_partitionkey": stream,
            "ce_dataschema": f"urn:skyndsamt:skyndsamt.log.v1.Record#{kind}:{schema}"}
    for name, value in says.items():
        if text.get(name) != value:
            return f"at {expected} {name} is {text.get(name)}, its value says {value}", None
    if message.key().decode() != stream or position != expected or record.position.position != expected:
        return f"at {expected} key or value are of another record", None
    return None, record.leaf_data


def read(asked, log_pb2):
    consumer = Consumer({"bootstrap.servers": asked.bootstrap, "group.id": "read-topic",
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(asked.topic, 0, 0)])
    document = Document(asked.asyncapi)
    tree, until = Tree(), time.monotonic() + asked.seconds
    while time.monotonic() < until:
        for message in consumer.consume(5000, 0.2):
            if message.error():
                if message.error().code() == KafkaError._PARTITION_EOF and tree.size >= asked.until:
                    consumer.close()
                    return tree, None
                continue
            wrong, leaf = check(message, tree.size, log_pb2, document)
            if wrong:
                return tree, wrong
            tree.add(leaf)
    return tree, f"only {tree.size} of {asked.until} positions came in {asked.seconds} seconds"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--until", type=int, required=True)
    parser.add_argument("--proto", required=True)
    parser.add_argument("--asyncapi", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    sys.path.insert(0, asked.proto)
    tree, wrong = read(asked, importlib.import_module("skyndsamt.log.v1.log_pb2"))
    print(json.dumps({"records": tree.size, "root": tree.root().hex(), "wrong": wrong}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
