"""Section on warning signs: each with its place and date, and the cards that were shown."""

# TRANSLATORS, ALL: Pages for a doctor: names of warning signs, each followed by places and dates.
# {card} is the title of a card.

from collections.abc import Iterable, Mapping
from datetime import date

from bot.features.cramps.messages.labels import code_labels
from bot.features.cramps.sign_texts import tier_names
from bot.features.diary.facts import CrampFact
from bot.features.report.model import Line, Section, Told
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import dates_text, labelled, place_of
from bot.features.warning_signs.sign_messages import stored_labels
from bot.i18n.translator import Translator

SYMPTOMS = ("swollen", "warm_or_red", "weak", "numb_or_tingling")
"""Codes of after-effects that are listed, in this order."""
SUDDEN_PLACES = {"chest": "chest", "arm": "arm_or_belly", "abdomen": "arm_or_belly"}
"""Site → the line in which a cramp or pain there is listed."""
MAX_PLACES = 6
"""How many places of a sign are printed; entries at further ones are only counted."""


def warnings_section(tr: Translator, data: ReportData) -> Section:
    """Signs by place and night, then what was ticked or met on a day with the card shown."""
    _, labels = tr.gettext, code_labels(tr)
    names = {code: labels["effect"][code] for code in SYMPTOMS} | {
        "chest": _("In the chest"),
        "arm_or_belly": _("In an arm or the belly"),
        "over_ten": _("Over 10 min"),
        "walking": _("While walking"),
        "lost_fluid": labels["trigger"]["vomiting_diarrhoea_sweating"],
        "other_pain": labels["type"]["other_pain"],
    }
    found: dict[str, list[CrampFact]] = {}
    for fact in data.period_facts.cramps:
        for code in _sign_codes(fact):
            found.setdefault(code, []).append(fact)
    lines = [
        labelled(tr, code, name, _places_text(tr, found[code], names_site=code != "chest"))
        for code, name in names.items()
        if code in found
    ]
    if not lines and any("none" in fact.after_effects for fact in data.period_facts.cramps):
        none = _("questions about signs answered on at least one entry, and no sign on any")
        lines.append(labelled(tr, "no_sign", labels["effect"]["none"], none, Told.NO))
    title = _("Warning signs logged, by place and night")
    return Section("warning", title, (*lines, *_card_lines(tr, data)))


def _sign_codes(fact: CrampFact) -> Iterable[str]:
    """Codes of the lines in which an entry is listed."""
    yield from (code for code in SYMPTOMS if code in fact.after_effects)
    if fact.event_type in {"cramp", "other_pain"}:
        if fact.site in SUDDEN_PLACES:
            yield SUDDEN_PLACES[fact.site]
        if fact.duration == "gt_10min":
            yield "over_ten"
        if fact.context == "walking":
            yield "walking"
        if "vomiting_diarrhoea_sweating" in fact.possible_triggers:
            yield "lost_fluid"
    if fact.event_type == "other_pain":
        yield "other_pain"


def _places_text(tr: Translator, facts: Iterable[CrampFact], *, names_site: bool) -> str:
    """ "Calf, left: 3 Jan, 7 Jan; Calf, right: 9 Jan", the place with the first date first."""
    nights: dict[tuple[str | None, str | None], list[date]] = {}
    for fact in sorted(facts, key=lambda fact: fact.local_at):
        side = None if fact.side == "unsure" else fact.side
        place = (fact.site, side) if names_site else (None, None)
        nights.setdefault(place, []).append(fact.night_on)
    listed = list(nights.items())
    words = tr.gettext("{label}: {text}") if names_site else "{text}"
    text = "; ".join(
        words.format(label=place_of(tr, *place), text=dates_text(tr, days))
        for place, days in listed[:MAX_PLACES]
    )
    more = sum(len(days) for _place, days in listed[MAX_PLACES:])
    if not more:
        return text
    words = tr.ngettext("{text}; {count} more elsewhere", "{text}; {count} more elsewhere", more)
    return words.format(text=text, count=more)


def _card_lines(tr: Translator, data: ReportData) -> Iterable[Line]:
    """One line for each sign of a card, and the card that was shown for it."""
    _ = tr.gettext
    cards = _card_titles(tr)
    names: Mapping[str, str] = stored_labels(tr) | {
        "P11": _("Entry with a warning sign"),
        "P13": _("Cramp with vomiting, diarrhoea or heavy sweating"),
    }
    dates: dict[tuple[str, str, bool], list[date]] = {}
    for sign in data.warning_signs:
        if data.first_on <= sign.on and sign.rule in names and sign.level in cards:
            dates.setdefault((sign.rule, sign.level, sign.shown), []).append(sign.on)
    for (rule, level, shown), days in dates.items():
        words = (
            _("{sign}: {dates}; card shown: “{card}”")
            if shown
            else _("{sign}: {dates}; not shown yet: “{card}”")
        )
        text = words.format(sign=names[rule], card=cards[level], dates=dates_text(tr, days))
        code = f"event.{rule}.{level}" if shown else f"unseen.{rule}.{level}"
        yield labelled(tr, code, _("By day"), text)


def _card_titles(tr: Translator) -> dict[str, str]:
    """Level of a sign → the title of its card. Level "info" has no card."""
    return {tier.value: name for tier, name in tier_names(tr).items()}
