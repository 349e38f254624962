"""The civil calendar 1900-2200 against Debian's python3-holidays, python3-dateutil and zoneinfo.

Usage: calendar_against_python.py PROGRAM   (calendar_days.cc, compiled)

Every day must agree, or its difference must be one of EXPECTED, each with its reason and the exact
number of days it concerns: a difference that disappears is as much an error as one that appears.
"""
import collections
import datetime
import subprocess
import sys
import zoneinfo

import dateutil.easter
import dateutil.relativedelta
import holidays

DAY = datetime.timedelta(days=1)
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


def read(program):
    days, lengths, easters, months = {}, {}, {}, []
    output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        kind, first, *rest = line.split(" ")
        if kind == "day":
            name = " ".join(rest[2:]).lower()
            days[datetime.date.fromisoformat(first)] = (
                rest[0] == "1", rest[1] == "1", None if name == "-" else name)
        elif kind == "length":
            lengths[datetime.date.fromisoformat(first)] = int(rest[0])
        elif kind == "easter":
            easters[int(first)] = datetime.date.fromisoformat(rest[0])
        elif kind == "month":
            months.append((datetime.date.fromisoformat(first), int(rest[0]),
                           datetime.date.fromisoformat(rest[1])))
        else:
            sys.exit("unknown line: " + line)
    return days, lengths, easters, months


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


def compare_rest(days, lengths, easters, months, errors):
    stockholm = zoneinfo.ZoneInfo("Europe/Stockholm")
    expected = (datetime.date(2200, 12, 31) - datetime.date(1900, 1, 1)).days + 1
    if len(days) != expected or len(lengths) != expected or len(easters) != 301 or not months:
        errors.append(f"{len(days)} days, {len(lengths)} lengths, {len(easters)} Easters")
    for day, seconds in lengths.items():
        start = datetime.datetime(day.year, day.month, day.day, tzinfo=stockholm)
        next_day = day + DAY
        end = datetime.datetime(next_day.year, next_day.month, next_day.day, tzinfo=stockholm)
        if (end.astimezone(datetime.timezone.utc) - start).total_seconds() != seconds:
            errors.append(f"{day} lasts {seconds} s here")
    for year, easter in easters.items():
        if easter != dateutil.easter.easter(year):
            errors.append(f"Easter {year}: {easter}")
    for start, count, end in months:
        if end != start + dateutil.relativedelta.relativedelta(months=count):
            errors.append(f"{start} + {count} months = {end}")


def main():
    errors = []
    days, lengths, easters, months = read(sys.argv[1])
    compare_holidays(days, errors)
    compare_rest(days, lengths, easters, months, errors)
    print(f"{len(days)} days, {len(easters)} Easters, {len(months)} sums of months compared")
    for error in errors[:40]:
        print("differs:", error)
    sys.exit(1 if errors else 0)


main()
