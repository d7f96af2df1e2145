"""Section on sleep, falls and the day after."""

# TRANSLATORS, ALL: Pages for a doctor: sober, short. {count} may be "5 mornings", {list} is like
# "no 2, a lot 1".

from collections import Counter
from collections.abc import Iterable
from statistics import median

from bot.features.cramps.messages.labels import code_labels
from bot.features.cramps.values import STRONGEST
from bot.features.health_profile.messages import item_names, value_names
from bot.features.health_profile.values import BOTHER, GLOBAL_CHANGE
from bot.features.report.model import Line, Section, Told
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import (
    comma_separated,
    dates_text,
    full_date,
    in_order,
    labelled,
    number,
    part_of,
)
from bot.features.summary.periods import PeriodFigures
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator


def sleep_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """Sleep in the morning and disturbed by cramps, falls, and what the next day was like."""
    _, labels = tr.gettext, code_labels(tr)
    lines = [*_quality_lines(tr, data)]
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
    if figures.woke_answered:
        woke = _("{count}.").format(count=part_of(tr, figures.woke, figures.woke_answered))
        lines.append(labelled(tr, "woke", _("Woken by cramps"), woke))
    back = in_order(figures.back_to_sleep, labels["back"])
    if back:
        lines.append(labelled(tr, "back", _("Back to sleep"), comma_separated(back)))
    lines += _fall_lines(tr, data)
    impact = in_order(figures.day_impacts, labels["impact"])
    if impact:
        lines.append(labelled(tr, "impact", _("Next day"), comma_separated(impact)))
    if data.limited:
        lines.append(_limited_line(tr, Counter(data.limited)))
    lines += _own_view_lines(tr, data)
    return Section("sleep", _("Sleep, falls, the day after (number of entries)"), tuple(lines))


def _quality_lines(tr: Translator, data: ReportData) -> Iterable[Line]:
    if not data.sleep:
        return
    cramp_nights = data.facts.cramp_nights()
    after = [quality for night, quality in data.sleep.items() if night in cramp_nights]
    text = tr.gettext("median {median} from {count}, 0 is best, 10 is worst").format(
        median=number(tr, median(data.sleep.values())), count=_mornings(tr, len(data.sleep))
    )
    yield labelled(tr, "quality", tr.gettext("Sleep"), text)
    if after:
        text = tr.gettext("median {median} from {count}").format(
            median=number(tr, median(after)), count=_mornings(tr, len(after))
        )
        yield labelled(tr, "quality_after", tr.gettext("After cramps"), text)


def _mornings(tr: Translator, count: int) -> str:
    return tr.ngettext("{count} morning", "{count} mornings", count).format(count=count)


def _fall_lines(tr: Translator, data: ReportData) -> Iterable[Line]:
    """One line for each kind of fall, with its nights; "no" only when nothing else was told."""
    names = code_labels(tr)["fell"]
    facts = [fact for fact in data.period_facts.cramps if fact.fell is not None]
    for kind, name in names.items():
        nights = [fact.night_on for fact in facts if fact.fell == kind]
        if not nights or kind == "no":
            continue
        text = tr.gettext("{label}: {text}").format(label=name, text=dates_text(tr, nights))
        yield labelled(tr, f"fell.{kind}", tr.gettext("Fell"), text)
    said_no = sum(fact.fell == "no" for fact in facts)
    if said_no:
        text = f"{names['no']} {said_no}"
        yield labelled(tr, "fell.no", tr.gettext("Fell"), text, Told.NO)


def _own_view_lines(tr: Translator, data: ReportData) -> Iterable[Line]:
    """How much cramps bother the person, and the change since the diary began, with their dates."""
    names, values = item_names(tr), value_names(tr)
    for item in (BOTHER, GLOBAL_CHANGE):
        if item in data.profile:
            value = in_sentence(tr, values[data.profile[item]])
            if item == BOTHER:
                value = part_of(tr, int(data.profile[item]), STRONGEST)
            told_on = data.told_on.get(item)
            if told_on is not None:
                words = tr.gettext("{value}, stated on {day}")
                value = words.format(value=value, day=full_date(tr, told_on))
            yield labelled(tr, f"item.{item}", names[item], value)


def _limited_line(tr: Translator, answers: Counter[str]) -> Line:
    _ = tr.gettext
    pairs = in_order(answers, {"no": _("no"), "a_bit": _("a bit"), "a_lot": _("a lot")})
    words = tr.ngettext(
        "{list} (answered for {count} week).",
        "{list} (answered for {count} weeks).",
        answers.total(),
    ).format(list=comma_separated(pairs), count=answers.total())
    return labelled(tr, "limited", _("Limited by cramps"), words)
