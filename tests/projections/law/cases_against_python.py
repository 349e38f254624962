"""The lengths, due days and verdicts in expected/*.json, counted once more without the engine.

Usage: cases_against_python.py CASES_DIRECTORY... EXPECTED_DIRECTORY

For every expected leg whose facts have dates (or whose clock runs to as_of): the days and working
days between the bounds of what its facts state, the last day of its limit, and what follows for the
routine. Dates by datetime, zoneinfo and dateutil, days off by python3-holidays. Legs that rest on
relative times, or on who may have been first, are counted by hand alone; how many is printed.
"""
import datetime
import json
import pathlib
import re
import sys
import zoneinfo

import holidays
from dateutil.relativedelta import relativedelta

STOCKHOLM = zoneinfo.ZoneInfo("Europe/Stockholm")
UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
TINY = datetime.timedelta(microseconds=1)
OFF = holidays.Sweden(years=range(1990, 2031))
TERMS = {"21": ((1, 1), (6, 30)), "22": ((6, 1), (8, 31)), "23": ((8, 1), (12, 31)),
         "VT": ((1, 1), (6, 30)), "HT": ((8, 1), (12, 31))}


class ByHand(Exception):
    """What this script does not count."""


# Instants are kept in UTC: two clock faces of one zone are compared by their faces alone.
def starts(day):
    return datetime.datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM).astimezone(UTC)


def ends(day):
    return starts(day + DAY) - TINY


def day_of(instant):
    return instant.astimezone(STOCKHOLM).date()


def one_date(text):
    """First instant, last instant, and the unit of what is written; an approximate mark is off."""
    found = re.fullmatch(r"(VT|HT)(\d{4})", text)
    if found:
        first, last = TERMS[found[1]]
        year = int(found[2])
        return starts(datetime.date(year, *first)), ends(datetime.date(year, *last)), relativedelta(months=6)
    found = re.fullmatch(r"(\d{4})-(2[123])", text)
    if found:
        first, last = TERMS[found[2]]
        year = int(found[1])
        return starts(datetime.date(year, *first)), ends(datetime.date(year, *last)), relativedelta(months=6)
    if re.fullmatch(r"\d{4}", text):
        year = int(text)
        return starts(datetime.date(year, 1, 1)), ends(datetime.date(year, 12, 31)), relativedelta(years=1)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        first = datetime.date.fromisoformat(text + "-01")
        return starts(first), ends(first + relativedelta(months=1) - DAY), relativedelta(months=1)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = datetime.date.fromisoformat(text)
        return starts(day), ends(day), relativedelta(days=1)
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})([+-]\d{2}:\d{2})?", text)
    if found:
        face = datetime.datetime.fromisoformat(found[1])
        if found[2]:
            first = last = datetime.datetime.fromisoformat(text).astimezone(UTC)
        else:  # a face that a clock change repeats is both
            first = face.replace(tzinfo=STOCKHOLM, fold=0).astimezone(UTC)
            last = face.replace(tzinfo=STOCKHOLM, fold=1).astimezone(UTC)
        return first, last + MINUTE - TINY, None
    raise ByHand(text)


def end_of_interval(text, widen):
    if text == "..":
        return None, None
    mark = text[-1] in "~?%"
    first, last, unit = one_date(text.rstrip("~?%"))
    if mark and widen:
        first = starts(day_of(first) - unit)
        last = ends(day_of(last + TINY) + unit - DAY)
    return first, last


def interval(text, widen=True):
    """(earliest, latest), each None where it is open."""
    if text == "unknown":
        return None, None
    begin, _, end = text.partition("/")
    return end_of_interval(begin, widen)[0], end_of_interval(end or begin, widen)[1]


def least(values):
    return None if None in values else min(values)


def is_working(day):
    return day.weekday() < 5 and day not in OFF


def working_days(first, last):
    return sum(is_working(first + n * DAY) for n in range(1, (last - first).days + 1))


def count(start, end, between):
    """The least and the most that lie between two intervals, as the expected files write it."""
    low = 0
    if start[1] and end[0] and start[1] < end[0]:
        low = max(0, between(day_of(start[1]), day_of(end[0])))
    if start[0] is None or end[1] is None:
        return f"{low}.."
    high = max(0, between(day_of(start[0]), day_of(end[1])))
    return str(low) if low == high else f"{low}..{high}"


def hours(start, end):
    hour = datetime.timedelta(hours=1)
    low = max(0, (end[0] - start[1]) // hour) if start[1] and end[0] else 0
    if start[0] is None or end[1] is None:
        return f"{low}.."
    high = max(0, (end[1] + TINY - start[0]) // hour)
    return str(low) if low == high else f"{low}..{high}"


class Case:
    def __init__(self, path):
        self.json = json.loads(path.read_text(encoding="utf-8"))
        self.facts = {f["id"]: f for f in self.json["facts"]}
        for incident in self.json["incidents"]:
            incident.setdefault("fact", "incident_opened")

    def stated(self, question):
        """The facts as they stand at the question's known_at."""
        stand = {}
        ids = [f["id"] for f in self.json["facts"]]
        known = ids[:ids.index(question["known_at"]) + 1] if "known_at" in question else ids
        acts = {}  # correction -> whether it acts
        for fact_id in reversed(known):
            fact = self.facts[fact_id]
            if fact["fact"] == "correction":
                acts.setdefault(fact_id, True)
                if acts[fact_id] and self.facts[fact["of"]]["fact"] == "correction":
                    acts[fact["of"]] = False
        for fact_id in known:
            fact = self.facts[fact_id]
            if fact["fact"] != "correction":
                stand[fact_id] = fact
            elif acts[fact_id] and fact["of"] in stand and "replacement" in fact:
                stand[fact["of"]] = fact["replacement"]
        return stand

    def versions(self, start):
        """The routine in force at some time of the start: a list of (limits by leg)."""
        dates = sorted({limit["from"] for limit in self.json.get("routine", [])})
        found = []
        for i, begins in enumerate(["0001-01-01"] + dates):
            first = datetime.date.fromisoformat(begins)
            until = datetime.date.fromisoformat(dates[i]) if i < len(dates) else datetime.date.max
            if start[1] and day_of(start[1]) < first or start[0] and day_of(start[0]) >= until:
                continue
            limits = {}
            for limit in sorted(self.json.get("routine", []), key=lambda l: l["from"]):
                if limit["from"] <= begins:
                    limits[limit["leg"]] = limit
            found.append(limits)
        return found


def last_day(limit, day):
    found = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", limit["limit"])
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    day = day + relativedelta(years=years, months=months)
    days += 7 * weeks
    if limit.get("days") == "working":
        while days:
            day += DAY
            days -= is_working(day)
    else:
        day += days * DAY
    while limit.get("roll_forward") and not is_working(day):
        day += DAY
    return day


def passing(at, limit):
    """An instant so many hours later, as time passes."""
    found = re.fullmatch(r"PT(\d+)H", limit["limit"])
    return at + datetime.timedelta(hours=int(found[1]))


def clock_time(span):
    """A minute that is stated is that clock time, not the minute that follows."""
    if span[0] and span[1] and span[1] - span[0] < MINUTE:
        return span[0], span[0]
    return span


def against(limit, start, end, state):
    """(verdict, due) by one limit."""
    if not limit or "limit" not in limit:
        return "no_limit", ""
    if limit["limit"].startswith("PT"):
        start, end = clock_time(start), clock_time(end)
        due = [at and passing(at, limit) for at in start]
        name = due[0].astimezone(STOCKHOLM).isoformat() if due[0] and due[0] == due[1] else ""
        late = due[1] and end[0] and end[0] > due[1]
        within = due[0] and end[1] and end[1] <= due[0]
    else:
        due = [at and last_day(limit, day_of(at)) for at in start]
        name = due[0].isoformat() if due[0] and due[0] == due[1] else ""
        late = due[1] and end[0] and day_of(end[0]) > due[1]
        within = due[0] and end[1] and day_of(end[1]) <= due[0]
    return verdict(late, within, state), name


def verdict(late, within, state):
    if late:
        return "late"
    if not within or state == "undetermined":
        return "undetermined"
    return "within" if state == "fulfilled" else "running"


def against_plan(decided, end, state):
    """(verdict, due) by the plan's own date; an approximate one must hold on either reading."""
    due = day_of(interval(decided["due"], widen=False)[1])
    loosest = day_of(interval(decided["due"])[1])
    strictest = due
    if decided["due"][-1] in "~?%":
        _, last, unit = one_date(decided["due"].rstrip("~?%"))
        strictest = day_of(last + TINY) - unit - DAY
    late = end[0] and day_of(end[0]) > loosest
    within = end[1] and day_of(end[1]) <= strictest
    return verdict(late, within, state), due.isoformat()


def span_of(ids, stand, told, latest):
    spans = []
    for fact_id in ids:
        when = stand[fact_id]["happened"]
        related = any(not isinstance(fact["happened"], str) for fact in stand.values())
        if not isinstance(when, str) or related and when == "unknown":
            raise ByHand(fact_id)
        first, last = interval(when)
        spans.append((first, min(filter(None, (last, told)))))
    if latest:
        firsts = [first for first, _ in spans if first]
        return (max(firsts) if firsts else None), max(last for _, last in spans)
    return least([first for first, _ in spans]), min(last for _, last in spans)


def recount(case, question, leg):
    """What the leg should say: days, working, routine, due and, where asked for, hours."""
    as_of = question.get("as_of", case.json.get("as_of"))
    asked = ends(datetime.date.fromisoformat(as_of)) if len(as_of) == 10 else interval(as_of)[1]
    told = interval(case.json["as_of"])[1] if "as_of" in case.json else asked
    stand = case.stated(question)
    name = leg["leg"].split("#")[0].split(":")[0]
    remarks = leg.get("remarks", [])
    start = span_of(leg["from"], stand, told, name == "evaluate_measures")
    end = (asked, asked)
    if leg.get("to"):
        end = span_of(leg["to"], stand, told, False)
        if leg["state"] == "undetermined":
            end = (min(end[0], asked) if end[0] else None), asked
    if "inferred_end" in remarks:
        if name == "complete_investigation":
            start = (None, start[1])
        else:
            end = (None, end[1])
    if "done_before_it_began" in remarks:
        out = {"days": "0", "working": "0", "hours": "0"}
    else:
        out = {"days": count(start, end, lambda a, b: (b - a).days), "hours": hours(start, end)}
        if None not in start + end:
            out["working"] = count(start, end, working_days)
    answers = [against(limits.get(name), start, end, leg["state"]) for limits in case.versions(start)]
    incident = question.get("incident", case.json["incidents"][0]["id"])
    decided = next((f for f in stand.values() if f["fact"] == "measure_decided" and
                    f["measure"] == leg["leg"].partition(":")[2] and
                    f.get("incident", incident) == incident), {})
    if name == "carry_out_measures" and "due" in decided:
        answers = [against_plan(decided, end, leg["state"])]
    if "done_before_it_began" in remarks and answers[0][0] != "no_limit":
        answers = [("within", answers[0][1])]
    agree = len({a[0] for a in answers}) == 1
    out["routine"] = answers[0][0] if agree else "undetermined"
    if leg.get("perhaps_not_required") and out["routine"] != "no_limit":
        out["routine"] = "undetermined"
    out["due"] = answers[0][1] if len({a[1] for a in answers}) == 1 else ""
    return out


def main():
    *directories, expected = map(pathlib.Path, sys.argv[1:])
    errors, counted, by_hand = [], 0, 0
    for path in sorted(expected.glob("*.json")):
        source = next(d / path.name for d in directories if (d / path.name).exists())
        case = Case(source)
        for question in json.loads(path.read_text(encoding="utf-8")):
            for leg in question.get("legs", []):
                if not leg.get("from") or "days" not in leg:
                    continue  # nothing was counted
                if leg.get("by_hand"):
                    by_hand += 1
                    continue
                try:
                    right = recount(case, question, leg)
                except ByHand:
                    by_hand += 1
                    continue
                counted += 1
                kept = {"days": leg["days"], "working": leg.get("working"), "hours": leg.get("hours"),
                        "routine": leg.get("routine", "no_limit"), "due": leg.get("due", "")}
                for key, value in kept.items():
                    if key == "hours" and value is None:
                        continue
                    if value != right.get(key):
                        errors.append(f"{path.stem} {leg['leg']}: {key} {value}, counted {right.get(key)}")
    print(f"{counted} legs counted, {by_hand} by hand alone")
    print("\n".join(errors))
    sys.exit(1 if errors or counted < 200 else 0)


if __name__ == "__main__":
    main()
