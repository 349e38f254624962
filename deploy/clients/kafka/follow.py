"""What the consumers beside it share: following a topic exactly once.

The last ce_sequence that was taken lies in the same SQLite transaction as what was made of it. Killed at any
moment, or given a message twice, a consumer neither loses nor doubles one; where one is missing it stops and says
so, with exit code 2. Nothing is stored at the broker.
"""
import argparse
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaException, TopicPartition

PARTITION = 0  # a log is a partition
PLACE = "create table if not exists place (topic text primary key, last integer not null, next_offset integer not null);"


class Gap(Exception):
    pass


def place(database, topic):
    """The last sequence that was taken (-1: none), and the offset to go on from."""
    return database.execute("select last, next_offset from place where topic = ?", (topic,)).fetchone() or (-1, 0)


def take_all(database, topic, messages, take):
    """Takes messages and keeps the place, all of it or nothing; the last sequence taken."""
    with database:  # one transaction
        last, offset = place(database, topic)
        for message in messages:
            header = {name: value.decode() for name, value in message.headers()}
            sequence, offset = int(header["ce_sequence"]), message.offset() + 1
            if sequence <= last:
                continue  # it came twice
            before = int(header.get("ce_previoussequence", -1))
            if before != last:
                raise Gap(f"position {last} is the last one taken, the next says it follows {before}")
            take(database, header, message.value())
            last = sequence
        database.execute("insert or replace into place values (?, ?, ?)", (topic, last, offset))
    return last


def follow(database, asked, take, said):
    consumer = Consumer({"bootstrap.servers": asked.bootstrap, "group.id": "follow-" + asked.topic,
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "auto.offset.reset": "error"})
    last, offset = place(database, asked.topic)
    consumer.assign([TopicPartition(asked.topic, PARTITION, offset)])
    while asked.until is None or last + 1 < asked.until:
        messages = consumer.consume(asked.batch, 0.2)
        for message in messages:
            if message.error() and not message.error().retriable():
                raise KafkaException(message.error())
        messages = [message for message in messages if not message.error()]
        if messages:
            last = take_all(database, asked.topic, messages, take)
            print(said, last, flush=True)
    consumer.close()


def run(about, topic, tables, take, said, show):
    """A consumer's command line. `tables` are made where they are not there; take(database, header, value) puts one
    message into them, inside the transaction; `said N` is printed after each; show(database) prints what there is."""
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--topic", default=topic)
    parser.add_argument("--until", type=int)
    parser.add_argument("--batch", type=int, default=1000)
    asked = parser.parse_args()
    database = sqlite3.connect(asked.database)
    database.executescript(PLACE + tables)
    try:
        follow(database, asked, take, said)
    except Gap as gap:
        print(f"gap: {gap}", file=sys.stderr)
        sys.exit(2)
    show(database)
