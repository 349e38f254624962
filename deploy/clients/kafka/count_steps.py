#!/usr/bin/env python3
"""A consumer to copy: counts the steps on the events topic by type and month, exactly once.

    count_steps.py --bootstrap HOST:PORT --database FILE [--topic skyndsamt.events.v1] [--until N] [--batch 1000]

It keeps the last position that it counted in the same SQLite transaction as the counts. Killed at any
moment, or given a message twice, it neither loses nor doubles one; where one is missing, or the one that it
counted last is not there any more but another (records were given up in a promotion), it stops and says so.
Nothing is stored at the broker. It looks at headers alone: the type, and the month in which a step was
recorded, say nothing about a person.

Says `counted N` after each transaction. Goes on for ever, or until N positions are counted; then prints
the counts as one JSON object. Exits with 2 where it must not go on.
"""
import argparse
import json
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaException, TopicPartition

PARTITION = 0  # a log is a partition
TABLES = """
create table if not exists place
  (topic text primary key, last integer not null, at_offset integer not null, mark text not null);
create table if not exists steps (type text, month text, count integer not null, primary key (type, month));
"""


class Stop(Exception):
    pass


def mark(header):
    """What tells a record from any other that may come to stand at its position."""
    return " ".join(header[name] for name in ("ce_source", "ce_id", "ce_time"))


def place(database, topic):
    """The last position that was counted (-1: none), at which offset it was, and its mark. It is read again at
    each start: it must still be the same."""
    return (database.execute("select last, at_offset, mark from place where topic = ?", (topic,)).fetchone()
            or (-1, 0, ""))


def count(database, topic, messages):
    """Counts messages and keeps the place, all of it or nothing; the last position counted."""
    with database:  # one transaction
        last, offset, known = place(database, topic)
        for message in messages:
            header = {name: value.decode() for name, value in message.headers()}
            position = int(header["ce_sequence"])
            if position == last and mark(header) != known:
                raise Stop(f"another history: position {last} is not the record that was counted")
            if position <= last:
                continue  # it came twice
            before = int(header.get("ce_previoussequence", -1))
            if before != last:
                raise Stop(f"gap: position {last} is the last one counted, the next says it follows {before}")
            database.execute("insert into steps values (?, ?, 1) on conflict do update set count = count + 1",
                             (header["ce_type"], header["ce_time"][:7]))
            last, offset, known = position, message.offset(), mark(header)
        database.execute("insert or replace into place values (?, ?, ?, ?)", (topic, last, offset, known))
    return last


def follow(database, asked):
    consumer = Consumer({"bootstrap.servers": asked.bootstrap, "group.id": "count-steps",
                         "isolation.level": "read_committed", "enable.auto.commit": False,
                         "auto.offset.reset": "error"})
    last, offset, _ = place(database, asked.topic)
    consumer.assign([TopicPartition(asked.topic, PARTITION, offset)])
    while asked.until is None or last + 1 < asked.until:
        messages = consumer.consume(asked.batch, 0.2)
        for message in messages:
            if message.error() and not message.error().retriable():
                raise KafkaException(message.error())
        messages = [message for message in messages if not message.error()]
        if messages:
            last = count(database, asked.topic, messages)
            print("counted", last, flush=True)
    consumer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--topic", default="skyndsamt.events.v1")
    parser.add_argument("--until", type=int)
    parser.add_argument("--batch", type=int, default=1000)
    asked = parser.parse_args()
    database = sqlite3.connect(asked.database)
    database.executescript(TABLES)
    try:
        follow(database, asked)
    except Stop as stop:
        print(stop, file=sys.stderr)
        sys.exit(2)
    print(json.dumps({f"{kind} {month}": n for kind, month, n in
                      database.execute("select type, month, count from steps order by type, month")}))


if __name__ == "__main__":
    main()
