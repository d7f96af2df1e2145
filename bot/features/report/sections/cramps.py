"""Sections about the cramps: how many and how strong, where and how long, triggers, relief."""

from collections import Counter

from bot.features.cramps.messages.labels import code_labels
from bot.features.report.model import Counts, Line, Section
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import (
    by_count,
    comma_separated,
    in_order,
    labelled,
    number,
    part_of,
)
from bot.features.summary.detail_messages import cramps_words, hour_names
from bot.features.summary.periods import PeriodFigures
from bot.features.summary.stats import HOURS
from bot.i18n.translator import Translator


def measures_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """How many cramps, how strong, how much they disturbed, and at which hours."""
    _ = tr.gettext
    lines = []
    if figures.cramps:
        total = tr.ngettext(
            "{count} on {nights} night.", "{count} on {nights} nights.", figures.cramp_nights
        ).format(
            nights=figures.cramp_nights,
            count=cramps_words(tr, figures.cramps, at_least=figures.at_least),
        )
        lines.append(labelled(tr, "total", _("In all"), total))
    if figures.median_intensity is not None:
        words = tr.ngettext(
            "median {median} of 10, 7 or more in {strong} of {count} entry.",
            "median {median} of 10, 7 or more in {strong} of {count} entries.",
            figures.with_intensity,
        ).format(
            count=figures.with_intensity,
            median=number(tr, figures.median_intensity),
            strong=figures.strong,
        )
        lines.append(labelled(tr, "strength", _("Strength"), words))
    if figures.woke_answered:
        woke = _("{count}.").format(count=part_of(tr, figures.woke, figures.woke_answered))
        lines.append(labelled(tr, "woke", _("Woken by it"), woke))
    if figures.median_sleep_disturbance is not None:
        words = tr.ngettext(
            "median {median} of 10, from {count} entry.",
            "median {median} of 10, from {count} entries.",
            figures.with_sleep_disturbance,
        ).format(
            count=figures.with_sleep_disturbance,
            median=number(tr, figures.median_sleep_disturbance),
        )
        lines.append(labelled(tr, "disturbance", _("Sleep disturbed"), words))
    if data.limited:
        lines.append(_limited_line(tr, Counter(data.limited)))
    names = hour_names(tr)
    histogram = None
    if figures.timed:
        pairs = tuple((names[hour], figures.hours.get(hour, 0)) for hour in HOURS)
        histogram = Counts("hours", _("Entries by time of night"), pairs)
    return Section("measures", _("Cramps"), tuple(lines), histogram=histogram)


def _limited_line(tr: Translator, answers: Counter[str]) -> Line:
    _ = tr.gettext
    pairs = in_order(answers, {"no": _("no"), "a_bit": _("a bit"), "a_lot": _("a lot")})
    words = tr.ngettext(
        "{list} (own word on {count} week).",
        "{list} (own word on {count} weeks).",
        answers.total(),
    ).format(list=comma_separated(pairs), count=answers.total())
    return labelled(tr, "limited", _("Limited by cramps"), words)


def places_section(tr: Translator, figures: PeriodFigures) -> Section:
    """Entries by site, side, duration and context."""
    _, labels = tr.gettext, code_labels(tr)
    groups = (
        Counts("sites", _("Site"), by_count(figures.sites, labels["site"])),
        Counts("sides", _("Side"), in_order(figures.sides, labels["side"])),
        Counts("durations", _("Duration"), in_order(figures.durations, labels["duration"])),
        Counts("contexts", _("Doing what"), by_count(figures.contexts, labels["context"])),
    )
    lines: tuple[Line, ...] = ()
    if figures.typical_site or figures.other_site:
        words = _("Calf and foot: {typical}. Elsewhere: {other}.").format(
            typical=figures.typical_site, other=figures.other_site
        )
        lines = (Line("typical", words),)
    return Section(
        "where",
        _("Where, how long, doing what (number of entries)"),
        lines,
        counts=tuple(group for group in groups if group.pairs),
    )


def triggers_section(tr: Translator, figures: PeriodFigures) -> Section:
    """Possible triggers with their number of entries."""
    _, labels = tr.gettext, code_labels(tr)
    pairs = by_count(figures.triggers, labels["trigger"])
    lines = (Line("triggers", comma_separated(pairs)),) if pairs else ()
    return Section("led_up", _("What led up to it, as ticked (number of entries)"), lines)


def relief_section(tr: Translator, figures: PeriodFigures) -> Section:
    """What the person tried against the cramp, and the time after it."""
    _, labels = tr.gettext, code_labels(tr)
    parts = (
        ("tried", _("Tried"), by_count(figures.reliefs, labels["relief"])),
        ("helped", _("Did it help"), in_order(figures.relief_helped, labels["helped"])),
        ("back", _("Back to sleep"), in_order(figures.back_to_sleep, labels["back"])),
        ("impact", _("Next day"), in_order(figures.day_impacts, labels["impact"])),
    )
    lines = [
        labelled(tr, code, label, comma_separated(pairs)) for code, label, pairs in parts if pairs
    ]
    return Section("relief", _("What was tried, and after it (number of entries)"), tuple(lines))
