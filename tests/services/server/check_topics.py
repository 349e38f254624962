#!/usr/bin/env python3
"""Holds a cluster to deploy/kafka/asyncapi.json: its topics are those of the document and as their bindings say, and
each message of the checkpoints and of the relay's position has the headers, key and value that it declares.

    check_topics.py --bootstrap HOST:PORT,... --root ROOT

ROOT is the source tree. Prints what is not so, a line each, then `checked N messages of TOPIC` for those two topics.
That events and figures are as declared is for read_topic.py and read_figures.py to see.
"""
import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource
from google.protobuf import json_format

HELD = ("checkpoints", "relayPosition")  # channels


def contradictions(admin, channels):
    """Between the cluster's topics and the document's, in words."""
    found = {name: about for name, about in admin.list_topics(timeout=60).topics.items() if not name.startswith("__")}
    described = {channel["address"]: channel["bindings"]["kafka"] for channel in channels.values()}
    if set(found) != set(described):
        yield f"topics are {sorted(found)}, described are {sorted(described)}"
    for name in set(found) & set(described):
        partitions, binding = found[name].partitions, described[name]
        shape = [len(partitions), *{len(one.replicas) for one in partitions.values()}]
        if shape != [binding["partitions"], binding["replicas"]]:
            yield f"{name} has {shape[0]} partitions of {shape[1:]} copies, not as described"
        resource = ConfigResource("topic", name)
        config = admin.describe_configs([resource])[resource].result(60)
        for key, value in binding["topicConfiguration"].items():
            wanted = ",".join(value) if isinstance(value, list) else str(value)
            if config[key].value != wanted:
                yield f"{name} has {key} {config[key].value}, described is {wanted}"


def messages(bootstrap, topic):
    """All that is committed."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "check-topics", "enable.auto.commit": False,
                         "isolation.level": "read_committed", "enable.partition.eof": True})
    consumer.assign([TopicPartition(topic, 0, 0)])
    while (message := consumer.poll(120)) is not None:
        if not message.error():
            yield message
        elif message.error().code() == KafkaError._PARTITION_EOF:
            break
    consumer.close()


def position_of(root):
    """What reads a relay's position as protobuf's JSON."""
    with tempfile.TemporaryDirectory() as made:
        subprocess.run(["protoc", "-I", root / "proto", f"--python_out={made}", "skyndsamt/log/v1/relay.proto"], check=True)
        sys.path.insert(0, made)
        kind = importlib.import_module("skyndsamt.log.v1.relay_pb2").RelayPosition
    return lambda value: json_format.MessageToDict(kind.FromString(value))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--root", required=True, type=Path)
    asked = parser.parse_args()
    home = asked.root / "deploy/kafka"
    sys.path.insert(0, str(home))
    closed = importlib.import_module("make_schemas").closed  # nothing but what this version knows
    document = json.loads((home / "asyncapi.json").read_text())
    schemas, declared = document["components"]["schemas"], document["components"]["messages"]
    for line in contradictions(AdminClient({"bootstrap.servers": asked.bootstrap}), document["channels"]):
        print(line)
    position = json.loads((home / declared["relayPosition"]["externalDocs"]["url"]).read_text())
    readers = {"checkpoints": (lambda value: value.decode(), declared["checkpoint"], declared["checkpoint"]["payload"]),
               "relayPosition": (position_of(asked.root), declared["relayPosition"], closed(position))}
    for channel in HELD:
        read, message, payload = readers[channel]
        headers = schemas[message["headers"]["$ref"].rsplit("/", 1)[1]]
        topic, count = document["channels"][channel]["address"], 0
        for one in messages(asked.bootstrap, topic):
            said = {name: value.decode() for name, value in one.headers() or []}
            if said.get("content-type") != message["contentType"]:
                print(f"{topic}: content-type {said.get('content-type')}, declared is {message['contentType']}")
            for schema, value in ((headers, said), (payload, read(one.value())),
                                  (message["bindings"]["kafka"]["key"], one.key().decode())):
                for error in jsonschema.Draft7Validator(schema).iter_errors(value):
                    print(f"{topic}: {error.message}")
            count += 1
        print(f"checked {count} messages of {topic}")


if __name__ == "__main__":
    main()
