#!/usr/bin/env python3
"""A consumer to copy: counts the steps on the events topic by type and month, exactly once (see follow.py).

    count_steps.py --bootstrap HOST:PORT --database FILE [--topic skyndsamt.events.v1] [--until N] [--batch 1000]

It looks at headers alone: the type, and the month in which a step was recorded, say nothing about a person.

Says `counted N` after each transaction. Goes on for ever, or until N positions are counted; then prints
the counts as one JSON object. Exits with 2 where it must not go on.
"""
import json

import follow

TABLES = "create table if not exists steps (type text, month text, count integer not null, primary key (type, month));"


def count(database, header, _):
    database.execute("insert into steps values (?, ?, 1) on conflict do update set count = count + 1",
                     (header["ce_type"], header["ce_time"][:7]))


def show(database):
    print(json.dumps({f"{kind} {month}": n for kind, month, n in
                      database.execute("select type, month, count from steps order by type, month")}))


if __name__ == "__main__":
    follow.run(__doc__, "skyndsamt.events.v1", TABLES, count, "counted", show)
