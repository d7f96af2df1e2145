"""Section on symptoms and warning signs that a clinician asks about, with their dates."""

from collections.abc import Iterable
from datetime import date

from bot.features.cramps.messages.labels import code_labels
from bot.features.diary.facts import CrampFact
from bot.features.report.model import Line, Section
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import labelled, short_date
from bot.features.warning_signs.sign_messages import stored_labels
from bot.i18n.translator import Translator

SYMPTOMS = ("numb_or_tingling", "weak", "swollen", "warm_or_red")
"""Codes of after-effects that are listed as symptoms."""
MAX_DATES = 10
"""How many dates of a symptom or sign are printed; further ones are only counted."""


def symptoms_section(tr: Translator, data: ReportData) -> Section:
    """Symptoms by night and warning signs by day."""
    _, labels = tr.gettext, code_labels(tr)
    nights: dict[str, list[date]] = {}
    for fact in data.period_facts.cramps:
        for code in _symptom_codes(fact):
            nights.setdefault(code, []).append(fact.night_on)
    names = {code: labels["effect"][code] for code in SYMPTOMS} | {
        "walking": _("Cramp while walking"),
        "over_ten": _("Cramp of over 10 min"),
        "twitching": _("Twitching"),
        "twitch_long": _("Twitching over 2 weeks"),
        "twitch_elsewhere": _("Twitching elsewhere too"),
        "twitch_weak": _("Weak, stiff at a twitch"),
        "urge_to_move": labels["type"]["urge_to_move"],
        "other_pain": labels["type"]["other_pain"],
    }
    lines = [
        labelled(tr, code, name, _dates_text(tr, nights[code]))
        for code, name in names.items()
        if code in nights
    ]
    title = _("Ticked beside the cramps, by night; warning signs, by day")
    return Section("symptoms", title, (*lines, *_warning_sign_lines(tr, data)))


def _symptom_codes(fact: CrampFact) -> Iterable[str]:
    """Codes of the lines in which an entry is listed."""
    yield from (code for code in SYMPTOMS if code in fact.after_effects)
    if fact.event_type == "cramp":
        if fact.context == "walking":
            yield "walking"
        if fact.duration == "gt_10min":
            yield "over_ten"
    elif fact.event_type == "twitch":
        yield "twitching"
        if fact.twitch_days == "gt_14days":
            yield "twitch_long"
        if fact.twitch_elsewhere == "yes":
            yield "twitch_elsewhere"
        if fact.twitch_weak_or_stiff == "yes":
            yield "twitch_weak"
    else:
        yield fact.event_type


def _warning_sign_lines(tr: Translator, data: ReportData) -> Iterable[Line]:
    """One line for each warning sign and the card that was shown for it."""
    _ = tr.gettext
    cards = _card_names(tr)
    names = stored_labels(tr) | {
        "P11": _("Entry with a warning sign"),
        "P13": _("Cramp with vomiting, diarrhoea or heavy sweating"),
    }
    dates: dict[tuple[str, str], list[date]] = {}
    for sign in data.warning_signs:
        if data.first_on <= sign.on and sign.rule in names and sign.level in cards:
            dates.setdefault((sign.rule, sign.level), []).append(sign.on)
    for (rule, level), days in dates.items():
        text = _("{sign}: {dates}. Card shown: {card}.").format(
            sign=names[rule], card=cards[level], dates=_dates_text(tr, days)
        )
        yield labelled(tr, f"event.{rule}.{level}", _("Warning sign"), text)


def _card_names(tr: Translator) -> dict[str, str]:
    """Level of a sign → name of its card. Level "info" has no card and is not reported."""
    _ = tr.gettext
    return {
        "soon": _("See a doctor soon"),
        "urgent": _("Get checked today"),
        "emergency": _("Emergency now"),
    }


def _dates_text(tr: Translator, days: Iterable[date]) -> str:
    """Distinct dates in order, the first ten in full; how many more there are follows."""
    ordered = sorted(set(days))
    printed = (short_date(tr, day).replace(" ", "\u00a0") for day in ordered[:MAX_DATES])
    text = ", ".join(printed)
    more = len(ordered) - MAX_DATES
    if more <= 0:
        return text
    return tr.ngettext("{days} and {count} more", "{days} and {count} more", more).format(
        days=text, count=more
    )
