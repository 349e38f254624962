"""More mutations, in the form of mutations.py: of the network of times and its bounds, of rounds and
reports, and of every day from or until which a shipped statute holds.
"""
import datetime
import json
import pathlib

MUTATIONS = [
    ("network.cc", "(days.most + 1) * kDay - 1 + «kClockChange»;", "0",
     "so many days later may be an hour more, where the clock changes", "Network*:*Truth*"),
    ("network.cc", "out.days.least * kDay - («dated» ? kClockChange : 0) + seconds;", "false",
     "a length of days and hours may be an hour less", "Network*:*Truth*"),
    ("network.cc", "days.most * kDay + («dated» ? kClockChange : 0) + seconds;", "false",
     "a length of days and hours may be an hour more", "Network*:*Truth*"),
    ("network.cc", "*first <= *last && «*last - *first <= kAnchoredDays») {", "false",
     "a month from a known start is as long as it is", "Network*:*Truth*"),
    ("network.cc", "«consider(absl::CivilDay(month));»", ";",
     "a month is counted from every day that it may have begun", "Network*:*Truth*"),
    ("network.cc", "for (size_t p : because) «points_[p].contradicted = true;»", ";",
     "nothing rests on what contradicts", "*"),
    ("network.cc", "if («anchored(least, first)») {", "false",
     "a month after the 31st is the last day of the next: at least", "Network*:*Truth*"),
    ("network.cc", "if («anchored(most, last)») {", "false",
     "a month after the 31st is the last day of the next: at most", "Network*:*Truth*"),
    ("network.cc", "layer.Add({b, a, in_days ? -lower.days.least : «-lower.least_micros», because(least)});", "0",
     "at least so long after: by the clock", "Network*:*Truth*"),
    ("network.cc", "layer.Add({a, b, in_days ? «upper.days.most» : upper.most_micros", "upper.days.most + 1",
     "at most so long after: by the day", "Network*:*Truth*"),
    ("network.cc", "if (!narrowed.earliest || «at > *narrowed.earliest») {", "false",
     "an order narrows the later time from below", "Network*:*Truth*"),
    ("network.cc", "if (!narrowed.latest || «at < *narrowed.latest») {", "false",
     "an order narrows the earlier time from above", "Network*:*Truth*"),
    ("network.cc", "if (at && («vague» || !approximate)) precision", "true",
     "what was stated approximately is told by that unit", "*"),
    ("network.cc", "if (back) out.min = std::max<int64_t>(0, «-*back»);", "0",
     "the least length between two is known without dates", "Network*:*Truth*"),
    ("network.cc", "if (most) out.max = std::max<int64_t>(0, «*most + 1») / kHour;", "*most + 1 + kHour",
     "the longest length in hours is not rounded up", "Network*:*Truth*"),
    ("network.cc", "if (in_days && «*in_days < 0») return true;", "*in_days <= 0",
     "on the same day neither certainly comes first", "*"),
    ("network.cc", "return in_instants && «*in_instants < 0»;", "false",
     "an order within the day is an order", "*"),
    ("network.cc", "return in_instants && «*in_instants <= 0»;", "false",
     "at the same instant is not after", "*"),
    ("network.cc", "if (stated.earliest && stated.latest && «*stated.latest < *stated.earliest») {", "false",
     "a time that ends before it begins contradicts itself", "*"),
    ("difference_bounds.cc", "«Unite(because, bounds_[via[v]].because);»", ";",
     "a contradiction names all that contradict", "Network*:*Truth*"),
    ("difference_bounds.cc", "if (out.most[far] && «through >= *out.most[far]») return false;", "true",
     "the tightest of several paths counts", "Network*:*Truth*"),
    ("difference_bounds.cc", "«out.insert(out.end(), bound.because.begin(), bound.because.end());»", ";",
     "a bound names the facts that it comes from", "*"),
    ("request_legs.cc", "return found != nullptr && «*found == id»;", "true",
     "each request has an answer of its own", "*"),
    ("rounds.cc", "if («knowledge.knower == Knower::kAuthority») return true;", "false",
     "a report to the authority may open a round", "Rounds.*"),
    ("rounds.cc", "return «knowledge.knower == Knower::kAuthority» ? closed_ : principal_;", "false",
     "a report to the authority opens a round only after the closing", "Rounds.*"),
    ("measure_legs.cc", "return !followed_up || «!CertainlyBefore(MomentOf(*one.fact), *followed_up)»;", "true",
     "what was followed up last is counted to the evaluation that came after it", "EvaluateMeasures.*"),
    ("measure_legs.cc", "if («outcome.done_before») {", "false",
     "a follow-up after the evaluation does not hide how long that took", "EvaluateMeasures.*"),
    ("external_report_legs.cc", "const Certainty unasked = «!first ? true : Not(ByTheDayOf(*first, reported))»;", "Certainty(!first)",
     "a report before any concern is counted from the first knowledge", "SocialServicesReport.*"),
    ("external_report_legs.cc", "legs.push_back(«unasked == true» ? outcome", "true",
     "whether a report came before any concern may be uncertain", "SocialServicesReport.*"),
    ("external_report_legs.cc", "} else if («!first») {", "true",
     "what a concern asks for is not also nobody's", "SocialServicesReport.*:Cases/*"),
    ("external_report_legs.cc", "legs.push_back(Decide(leg, arose, EarliestOf(«answers»)));", "reports",
     "no report answers a concern that arose after it", "SocialServicesReport.*"),
    ("external_report_legs.cc", "NotBefore(reports, *arose, «/*same_day_is_after=*/true»)", "false",
     "a concern of the day of the report is what was reported", "SocialServicesReport.*"),
    ("external_report_legs.cc", "return «reported.certain» ? outcome : PerhapsNotRequired(", "true",
     "a report that may not have been made asks for nothing for certain", "SocialServicesReport.*:*Property*"),
    ("information_legs.cc", "} else if («suspected && suspected->certain») {", "false",
     "a suspected guardian is neither informed nor proposed (NOT_REQUIRED)", "InformGuardian.*:*Property*"),
    ("information_legs.cc", "if («suspected && outcome.state != api::v1::LEG_STATE_NOT_REQUIRED») {", "false",
     "whether a guardian was suspected may be uncertain", "InformGuardian.*:*Property*"),
    ("information_legs.cc", "if («CertainlyAfter(dated.when, reading.file().as_of)») continue;", "false",
     "nobody was suspected before the day it is said of", "InformGuardian.*:*Property*"),
    ("case_reading.cc", "Micros bound = «unmoved» ? effective.first_recorded", "false",
     "a correction that leaves the time alone leaves the bound", "*Correction*"),
    ("case_reading.cc", "told_at.Of(«unmoved» ? original", "false",
     "a correction that leaves the time alone leaves when it was told", "*Correction*"),
]

RULES = pathlib.Path(__file__).parents[4] / "projections/law/shipped_rules.json"


def days():
    """Every first and last day of a shipped statute."""
    statutes = json.loads(RULES.read_text(encoding="utf-8"))["rule_set"]["statutes"]
    return sorted({day for statute in statutes
                   for day in (statute["from"], statute.get("until")) if day})


def wrong_days():
    """Each of them a day later, wherever it stands."""
    for day in days():
        later = datetime.date.fromisoformat(day) + datetime.timedelta(days=1)
        yield ("shipped_rules.cc",
               "reflection.SetString(&message, field, «value.get<std::string>()»);",
               f'value == "{day}" ? std::string("{later}") : value.get<std::string>()',
               f"a statute holds from or until {day}", "RuleSet.*:LawChange.*:Shipped*")


MUTATIONS += wrong_days()
