"""The civil calendar 1900-2200 against Debian's python3-holidays, python3-dateutil and zoneinfo.

Usage: calendar_against_python.py PROGRAM   (calendar_days.cc, compiled)

Every day must agree, or its difference must be one of EXPECTED, each with its reason and the exact
number of days it concerns: a difference that disappears is as much an error as one that appears.
Compared are the public holidays with their names and historic changes, the eves, working days and
their counting, rolling forward, weeks and months (Lag 1930:173), the length of every day, and hours
and clock faces across every clock change, those after 2037 among them.
"""
import bisect
import collections
import datetime
import subprocess
import sys
import zoneinfo

import dateutil.easter
import dateutil.relativedelta
import holidays

DAY = datetime.timedelta(days=1)
STOCKHOLM = zoneinfo.ZoneInfo("Europe/Stockholm")
date = datetime.date.fromisoformat


def local(seconds):
    return datetime.datetime.fromtimestamp(seconds, STOCKHOLM)


def starts(day):
    return datetime.datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM).astimezone(datetime.timezone.utc)


EVES = {"midsommarafton", "julafton", "nyårsafton"}
# Names that the library writes otherwise.
SPELLING = {"jungfru marie bebådelsedag": "marie bebådelsedag"}

# reason -> how many days differ for it.
EXPECTED = {
    # Lag (1989:253) names no eves; the library lists them as holidays. Here they are equated days
    # of Lag (1930:173): closed for counting, but public holidays only when they fall on a Sunday.
    "library counts an equated eve as a public holiday": 766,
    # Before the reform midsommarafton was 23 June; the library moves it to a Friday in all years.
    "library moves midsommarafton to a Friday before 1953": 91,
    # Before the reform alla helgons dag was a Sunday; the library puts it on a Saturday in all years.
    "library puts alla helgons dag on a Saturday before 1953": 53,
    # From 1953 Marie bebådelsedag is kept on a Sunday; the library still has 25 March in 1953.
    "library keeps 25 March in 1953": 1,
}


def reason_for(day, ours_public, ours_name, theirs):
    """Names why this day differs; None when no known reason explains it."""
    names = set(theirs)
    if day == datetime.date(1953, 3, 25) and names == {"marie bebådelsedag"} and not ours_public:
        return "library keeps 25 March in 1953"
    if day.year < 1953:
        if names == {"midsommarafton"} and day.weekday() == 4 and ours_name != "midsommarafton":
            return "library moves midsommarafton to a Friday before 1953"
        if "midsommarafton" in names and ours_name == "midsommardagen" and ours_public:
            return "library moves midsommarafton to a Friday before 1953"
        if ours_name == "midsommarafton" and (day.month, day.day) == (6, 23):
            return "library moves midsommarafton to a Friday before 1953"
        if names == {"alla helgons dag"} and day.weekday() == 5 and not ours_public:
            return "library puts alla helgons dag on a Saturday before 1953"
    if ours_name in EVES and names - {"söndag"} == {ours_name} and not ours_public:
        return "library counts an equated eve as a public holiday"
    return None


# The columns of each kind of line, after its name.
COLUMNS = {"length": (date, int), "easter": (int, date), "month": (date, int, date), "week": (date, int, date),
           "roll": (date, date), "work": (date, int, date), "count": (date, date, int),
           "hours": (int, int, int), "face": (int, int, int), "span": (int, int, int, int)}


def read(program):
    """The holidays by day, and the lines of every other kind."""
    days, lines = {}, {kind: [] for kind in COLUMNS}
    output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        kind, *rest = line.split(" ")
        if kind == "day":
            name = " ".join(rest[3:]).lower()
            days[date(rest[0])] = rest[1] == "1", rest[2] == "1", None if name == "-" else name
        else:
            lines[kind].append([column(text) for column, text in zip(COLUMNS[kind], rest, strict=True)])
    return days, lines


def names_by_day():
    """The library's holidays; a Sunday that is also something else has both names."""
    out = {}
    for day, text in holidays.Sweden(years=range(1900, 2201)).items():
        names = (name.strip().lower() for name in text.split(","))
        out[day] = {SPELLING.get(name, name) for name in names}
    return out


def compare_holidays(days, errors):
    library = names_by_day()
    counted = collections.Counter()
    for day, (public, working, name) in days.items():
        theirs = library.get(day, set())
        closed = day.weekday() >= 5 or bool(theirs)
        same_name = name is None or name in theirs
        if public == bool(theirs) and working == (not closed) and same_name:
            continue
        reason = reason_for(day, public, name, theirs)
        if reason is None:
            errors.append(f"{day}: public {public}, working {working}, {name}; library {theirs}")
            continue
        counted[reason] += 1
    for reason, count in EXPECTED.items():
        print(f"{counted[reason]:6} days: {reason}")
        if counted[reason] != count:
            errors.append(f"{counted[reason]} days, expected {count}: {reason}")


def compare_times(lines, errors):
    """The lengths of days and hours across clock changes, which zoneinfo knows for all time."""
    for day, seconds in lines["length"]:
        if (starts(day + DAY) - starts(day)).total_seconds() != seconds:
            errors.append(f"{day} lasts {seconds} s here")
    for at, hours, to in lines["hours"]:
        if to - at != 3600 * hours:
            errors.append(f"{local(at)} + {hours} hours = {local(to)}")
    for at, days, to in lines["face"]:
        face = local(at).replace(tzinfo=None) + days * DAY
        if to != (instant_of(face) if days else at):  # no time at all is the same instant
            errors.append(f"{local(at)} + {days} days = {local(to)}")
    for at, to, least, most in lines["span"]:
        between = max(0, to - at - 59) // 3600, max(0, to - at + 60) // 3600
        if (least, most) != between:
            errors.append(f"{local(at)} to {local(to)}: {least} to {most} hours")


def instant_of(face):
    """A face that a clock change skips is the instant of the change; of a repeated one the first."""
    aware = face.replace(tzinfo=STOCKHOLM, fold=0)
    at = int(aware.timestamp())
    if local(at).replace(tzinfo=None) == face:
        return at
    after = int(face.replace(tzinfo=STOCKHOLM, fold=1).timestamp())  # by the offset after the change
    low, high = min(at, after), max(at, after)
    while low < high:  # the first instant with the later offset
        middle = (low + high) // 2
        if local(middle).utcoffset() == local(max(at, after)).utcoffset():
            high = middle
        else:
            low = middle + 1
    return low


def compare_periods(days, lines, errors):
    for year, easter in lines["easter"]:
        if easter != dateutil.easter.easter(year):
            errors.append(f"Easter {year}: {easter}")
    for start, count, end in lines["month"]:
        if end != start + dateutil.relativedelta.relativedelta(months=count):
            errors.append(f"{start} + {count} months = {end}")
    for start, count, end in lines["week"]:
        if end != start + 7 * count * DAY or end.weekday() != start.weekday():
            errors.append(f"{start} + {count} weeks = {end}")
    # The working days themselves were compared with the library; here the counting of them.
    working = [day for day, (_, is_working, _) in days.items() if is_working]
    for start, end in lines["roll"]:
        if end.year <= 2200 and end != working[bisect.bisect_left(working, start)]:
            errors.append(f"{start} rolls to {end}")
    for start, count, end in lines["work"]:
        if end != (working[bisect.bisect_right(working, start) + count - 1] if count else start):
            errors.append(f"{start} + {count} working days = {end}")
    for start, end, count in lines["count"]:
        if count != bisect.bisect_right(working, end) - bisect.bisect_right(working, start):
            errors.append(f"{start} to {end}: {count} working days")


def check_extent(days, lines, errors):
    """Nothing is compared that is not there."""
    every_day = (datetime.date(2200, 12, 31) - datetime.date(1900, 1, 1)).days + 1
    least = {"length": every_day, "roll": every_day, "easter": 301, "month": 14_000, "week": 12_000,
             "work": 12_000, "count": 24_000, "hours": 200_000, "face": 200_000, "span": 200_000}
    for kind, count in {**{k: len(v) for k, v in lines.items()}, "day": len(days)}.items():
        print(f"{count:7} lines: {kind}")
        if count < least.get(kind, every_day):
            errors.append(f"only {count} lines of {kind}")
    changes = [day for day, seconds in lines["length"] if seconds != 86400]
    # 1916, then twice a year from 1980.
    if len(changes) != 2 + 2 * (2200 - 1980 + 1):
        errors.append(f"{len(changes)} clock changes")


def main():
    errors = []
    days, lines = read(sys.argv[1])
    compare_holidays(days, errors)
    compare_periods(days, lines, errors)
    compare_times(lines, errors)
    check_extent(days, lines, errors)
    for error in errors[:40]:
        print("differs:", error)
    sys.exit(1 if errors else 0)


main()
