#!/usr/bin/env python3
"""A consumer to copy: keeps the figures of the statistics topic as they stand, exactly once (see follow.py).

    keep_figures.py --bootstrap HOST:PORT --database FILE [--topic skyndsamt.statistics.v1] [--from-beginning] [--until N]
        [--batch 1000]

A correction is a figure with the same id: it takes the place of the one before, and of all its cells; a withdrawn
one leaves nothing to show. Figures may be added up, since no step is in two; cells only within one attribute of a
figure. A breakdown that is not there, and a cell without a value, is "not told", never none.

Says `kept N` after each transaction. Goes on for ever, or until N figures have been taken; then prints a table of
those that stand (with `--until 0` nothing is read). Exits with 2 where follow.py says that it stops, with 1
at any other failure. Values may be protobuf or JSON; protobuf needs what protoc makes of the topic's message:
keep_figures.sh makes it, with the same options.
"""
import json

import follow

TABLES = """
create table if not exists figures (
    id text primary key, revision integer not null, withdrawn integer not null,
    authority text not null, form text not null, unit text not null, first_day text not null, last_day text not null,
    step text not null, leg text not null, imported integer not null, count integer not null, k integer not null);
create table if not exists cells (
    figure text not null references figures, attribute text not null, value text not null, count integer not null,
    primary key (figure, attribute, value));
"""


def figure_of(header, value):
    """As deploy/kafka/schemas/skyndsamt.statistics.v1.Figure.json has it; what has its default may be left out."""
    if header["content-type"] == "application/json":
        return json.loads(value)
    from google.protobuf import json_format
    from skyndsamt.statistics.v1.figure_pb2 import Figure
    return json_format.MessageToDict(Figure.FromString(value))


def keep(database, header, value):
    figure = figure_of(header, value)
    key, revision = figure["id"], figure.get("revision", 0)
    known = database.execute("select revision from figures where id = ?", (key,)).fetchone()
    if known and revision <= known[0]:
        return  # an older one changes nothing
    texts = [figure.get(name, "") for name in ("authority", "form", "unit", "firstDay", "lastDay", "step", "leg")]
    database.execute("delete from cells where figure = ?", (key,))
    database.execute("insert or replace into figures values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     (key, revision, figure.get("withdrawn", False), *texts, figure.get("imported", False),
                      int(figure.get("count", 0)), figure.get("k", 0)))
    database.executemany("insert into cells values (?, ?, ?, ?)",
                         [(key, breakdown["attribute"], cell.get("value", ""), int(cell["count"]))
                          for breakdown in figure.get("breakdowns", []) for cell in breakdown["cells"]])


def lines(database):
    """Of whom, period, step, count, breakdowns."""
    standing = database.execute("select id, authority, form, unit, first_day, last_day, step, leg, imported, count from "
                                "figures where not withdrawn order by authority, unit, form, first_day, last_day, step, leg")
    for key, authority, form, unit, first, last, step, leg, imported, count in standing.fetchall():
        divided = {}
        for attribute, value, n in database.execute(
                "select attribute, value, count from cells where figure = ? order by attribute, value", (key,)):
            divided.setdefault(attribute.removeprefix("ATTRIBUTE_"), []).append(f"{value or 'not told apart'} {n}")
        of = f"unit {unit}" if unit else f"{form.removeprefix('UNIT_FORM_') or 'authority'} {authority}"
        what = [step.removeprefix("STEP_"), leg.removeprefix("LEG_"), "imported" if imported else ""]
        yield (of, f"{first}/{last}", " ".join(filter(None, what)), str(count),
               "; ".join(f"{attribute}: {', '.join(cells)}" for attribute, cells in divided.items()))


def show(database):
    table = [("OF", "PERIOD", "STEP", "COUNT", "DIVIDED BY"), *lines(database)]
    widths = [max(map(len, column)) for column in zip(*table)]
    for line in table:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())


if __name__ == "__main__":
    follow.run(__doc__, "skyndsamt.statistics.v1", TABLES, keep, "kept", show)
