"""Sections on twitches and on the urge to move the legs."""

# TRANSLATORS, ALL: Pages for a doctor: {dates} is a list of dates.

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.features.cramps.messages.labels import code_labels, field_labels
from bot.features.diary.facts import CrampFact
from bot.features.health_profile.messages import item_names, value_names
from bot.features.health_profile.values import URGE
from bot.features.report.model import Line, Section, Told
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import (
    dates_text,
    in_order,
    labelled,
    place_of,
)
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator

FIELDS = {
    "days": "twitch_days",
    "elsewhere": "twitch_elsewhere",
    "weak": "twitch_weak_or_stiff",
    "tingling": "twitch_tingling",
}
"""Field of a twitch → its column."""


def twitch_section(tr: Translator, data: ReportData) -> Section:
    """Each place with a twitch: nights, since when, elsewhere too, weakness, tingling."""
    by_place: dict[tuple[str, str], list[CrampFact]] = {}
    for fact in data.period_facts.cramps:
        if fact.event_type == "twitch":
            by_place.setdefault((fact.site or "", fact.side or ""), []).append(fact)
    lines = tuple(
        labelled(
            tr,
            f"twitch.{site}.{side}",
            place_of(tr, site or None, side or None),
            _twitch_text(tr, facts),
        )
        for (site, side), facts in by_place.items()
    )
    return Section("twitch", tr.gettext("Twitches, by place"), lines)


def _twitch_text(tr: Translator, facts: Sequence[CrampFact]) -> str:
    names, values = field_labels(tr), code_labels(tr)
    parts = [dates_text(tr, (fact.night_on for fact in facts))]
    for field, column in FIELDS.items():
        told = [getattr(fact, column) for fact in facts]
        pairs = in_order(Counter(code for code in told if code is not None), values[field])
        if pairs:
            text = tr.gettext("{label}: {text}")
            parts.append(
                text.format(label=in_sentence(tr, names[field]), text=_answers_text(tr, pairs))
            )
    return "; ".join(parts)


def _answers_text(tr: Translator, pairs: Sequence[tuple[str, int]]) -> str:
    """The one answer, or several with their numbers of entries."""
    if len(pairs) == 1:
        return in_sentence(tr, pairs[0][0])
    return ", ".join(f"{in_sentence(tr, name)} ({count})" for name, count in pairs)


def urge_section(tr: Translator, data: ReportData) -> Section:
    """The nights with an urge to move the legs, and the answers to four questions about it."""
    _ = tr.gettext
    names, values = item_names(tr), value_names(tr)
    answers = tuple(
        labelled(
            tr,
            f"item.{item}",
            names[item],
            in_sentence(tr, values[data.profile[item]]),
            Told.NO if data.profile[item] == "no" else Told.YES,
        )
        for item in URGE
        if item in data.profile
    )
    nights = {
        fact.night_on for fact in data.period_facts.cramps if fact.event_type == "urge_to_move"
    }
    lines: tuple[Line, ...] = ()
    if nights:
        words = tr.ngettext("on {count} night: {dates}", "on {count} nights: {dates}", len(nights))
        text = words.format(count=len(nights), dates=dates_text(tr, nights))
        lines = (labelled(tr, "urge_to_move", code_labels(tr)["type"]["urge_to_move"], text),)
    short = tuple(replace(line, is_short=True) for line in answers)
    return Section("urge", _("Urge to move the legs"), (*short, *lines))
