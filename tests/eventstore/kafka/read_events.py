#!/usr/bin/env python3
"""Reads an events topic as a consumer that knows one version of the protos or several, and tells what it
makes of each message. ReadEvents.java is the same in Java.

    read_events.py --bootstrap HOST:PORT --topic NAME --until N --descriptors FILE...

Each FILE is a FileDescriptorSet. Prints, for each message and then for each FILE, one line of JSON:

    headers, key   as they are
    record, body   in protobuf's JSON form
    event          the same, or null where the version knows no message for this type
    again          the event's bytes, written by the one who read them, in base64
"""
import argparse
import base64
import json

from confluent_kafka import Consumer, TopicPartition
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

EVENTS = {"incident": "Fact", "authority": "AuthorityEvent", "system": "SystemEvent", "timer": "TimerEvent"}


class Version:
    def __init__(self, path):
        with open(path, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
        self.pool = descriptor_pool.DescriptorPool()
        for one in files:
            self.pool.Add(one)
        self.factory = message_factory.MessageFactory(self.pool)

    def new(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))()

    def read(self, message):
        headers = {name: value.decode() for name, value in message.headers()}
        record, body = self.new("skyndsamt.log.v1.Record"), self.new("skyndsamt.log.v1.Body")
        if headers["content-type"] == "application/json":
            json_format.Parse(message.value(), record, ignore_unknown_fields=True)
        else:
            record.ParseFromString(message.value())
        body.ParseFromString(record.body)
        told = {"headers": headers, "key": message.key().decode(), "record": json_format.MessageToDict(record),
                "body": json_format.MessageToDict(body), "event": None, "again": None}
        try:
            event = self.new("skyndsamt.event.v1." + EVENTS[headers["ce_type"].split(".")[0]])
        except KeyError:
            return told  # a consumer that must know what it reads stops here
        event.ParseFromString(body.event)
        again = base64.b64encode(event.SerializeToString()).decode()
        return {**told, "event": json_format.MessageToDict(event), "again": again}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--until", type=int, required=True)
    parser.add_argument("--descriptors", nargs="+", required=True)
    asked = parser.parse_args()
    versions = [Version(path) for path in asked.descriptors]
    consumer = Consumer({"bootstrap.servers": asked.bootstrap, "group.id": "read-events",
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(asked.topic, 0, 0)])
    seen = 0
    while seen < asked.until:
        message = consumer.poll(1.0)
        if message is None or message.error():
            continue
        for version in versions:
            print(json.dumps(version.read(message)), flush=True)
        seen += 1
    consumer.close()


if __name__ == "__main__":
    main()
