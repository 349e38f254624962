#!/usr/bin/env python3
"""A consumer to copy: counts the steps on the events topic by type and month, exactly once (see follow.py).

    count_steps.py --bootstrap HOST:PORT --database FILE [--topic skyndsamt.events.v1] [--from-beginning] [--until N]
        [--batch 1000]

It decodes each record, whose leaf and body are what was hashed and signed and whose sealed parts are ciphertext, and
holds its position to the headers. It counts by headers alone: the type, and the month in which a step was recorded,
say nothing about a person.

Says `counted N` after each transaction. Goes on for ever, or until N positions are counted; then prints the counts as
one JSON object. Exits with 2 where follow.py says that it stops, with 1 at any other failure: a value that is of
another record, a broker that refuses. Values may be protobuf or JSON; protobuf needs what protoc makes of the topic's message: count_steps.sh makes it, with the same options.
"""
import json

import follow

TABLES = "create table if not exists steps (type text, month text, count integer not null, primary key (type, month));"


def place_of(header, value):
    """Log and position, as the value has them."""
    if header["content-type"] == "application/json":
        place = json.loads(value).get("position", {})
        return place.get("log", ""), int(place.get("position", 0))
    from skyndsamt.log.v1.log_pb2 import Record
    place = Record.FromString(value).position
    return place.log, place.position


def count(database, header, value):
    if place_of(header, value) != (header["ce_source"], int(header["ce_sequence"])):
        raise ValueError(f"position {int(header['ce_sequence'])}: the value is of another record")
    database.execute("insert into steps values (?, ?, 1) on conflict do update set count = count + 1",
                     (header["ce_type"], header["ce_time"][:7]))


def show(database):
    print(json.dumps({f"{kind} {month}": n for kind, month, n in
                      database.execute("select type, month, count from steps order by type, month")}))


if __name__ == "__main__":
    follow.run(__doc__, "skyndsamt.events.v1", TABLES, count, "counted", show)
