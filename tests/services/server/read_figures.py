#!/usr/bin/env python3
"""Reads a statistics topic as a stranger would, read_committed, and says whether every figure is there once.

    read_figures.py --bootstrap HOST:PORT --topic NAME --until N --proto DIR --asyncapi FILE [--seconds 300]

DIR holds the modules that protoc made of proto/skyndsamt/statistics/v1 and what it imports, FILE is
deploy/kafka/asyncapi.json, to which and to whose schema every message is held: a value that is JSON as it is, another
as protobuf writes it in JSON. Reads on until N figures have come and the end of what is committed is reached. Prints
one JSON object: figures, the SHA-256 over their keys and values in hex, and `wrong`, the first thing that is not as it
must be, or null.
"""
import argparse
import hashlib
import importlib
import json
import sys
import time
from pathlib import Path

import jsonschema
from confluent_kafka import Consumer, KafkaError, TopicPartition
from google.protobuf import json_format


def validators(path):
    sys.path.insert(0, str(path.parent))
    closed = importlib.import_module("make_schemas").closed  # nothing but what this version knows
    components = json.loads(path.read_text())["components"]
    payload = components["messages"]["figureJson"]["payload"]["schema"]["$ref"]
    return (jsonschema.Draft7Validator(components["schemas"]["FigureHeaders"]),
            jsonschema.Draft7Validator(closed(json.loads((path.parent / payload).read_text()))))


def check(message, expected, figure, headers, value):
    """What is wrong with the message that should be number `expected`, or nothing."""
    said = {name: text.decode() for name, text in message.headers()}
    before = f"{expected - 1:020}" if expected else None
    if said["ce_sequence"] != f"{expected:020}" or said.get("ce_previoussequence") != before:
        return f"number {expected} expected, {said['ce_sequence']} after {said.get('ce_previoussequence')} came"
    if said["content-type"] == "application/json":
        written = json.loads(message.value())  # as it is: what a reader without protobuf gets
        json_format.ParseDict(written, figure)
    else:
        figure.ParseFromString(message.value())
        written = json_format.MessageToDict(figure)
    wrong = [error.message for error in headers.iter_errors(said)]
    wrong += [error.message for error in value.iter_errors(written)]
    if wrong:
        return f"{expected} is not as documented: {wrong[0]}"
    key = figure.unit or figure.authority
    instant = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(message.timestamp()[1] / 1000))
    if (message.key().decode(), said["ce_id"], said["ce_time"]) != (key, f"{figure.id}.{figure.revision}", instant):
        return f"{expected} says one thing in its headers and another in its value"
    return None


def read(asked, figure):
    consumer = Consumer({"bootstrap.servers": asked.bootstrap, "group.id": "read-figures",
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(asked.topic, 0, 0)])
    headers, value = validators(asked.asyncapi)
    count, digest, until = 0, hashlib.sha256(), time.monotonic() + asked.seconds
    while time.monotonic() < until:
        for message in consumer.consume(1000, 0.2):
            if message.error():
                if message.error().code() == KafkaError._PARTITION_EOF and count >= asked.until:
                    consumer.close()
                    return count, digest, None
                continue
            figure.Clear()
            wrong = check(message, count, figure, headers, value)
            if wrong:
                return count, digest, wrong
            digest.update(message.key() + message.value())
            count += 1
    return count, digest, f"only {count} of {asked.until} came in {asked.seconds} seconds"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--until", type=int, required=True)
    parser.add_argument("--proto", required=True)
    parser.add_argument("--asyncapi", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=300)
    asked = parser.parse_args()
    sys.path.insert(0, asked.proto)
    figure = importlib.import_module("skyndsamt.statistics.v1.figure_pb2").Figure()
    count, digest, wrong = read(asked, figure)
    print(json.dumps({"figures": count, "hash": digest.hexdigest(), "wrong": wrong}))


if __name__ == "__main__":
    main()
