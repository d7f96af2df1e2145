"""The table of weeks with its strip of nights, and the baseline."""

# TRANSLATORS, ALL: Pages for a doctor: heads of columns of a table and remarks below it. {sign} is
# a mark such as * or +.

from collections.abc import Sequence
from datetime import date, timedelta

from babel.dates import get_day_names

from bot.features.report.model import (
    OR_MORE,
    PARTIAL,
    Line,
    NightMark,
    NightStrip,
    Table,
)
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import (
    date_range,
    labelled,
    number,
    part_of,
    short_date,
    with_colon,
)
from bot.features.summary.comparisons import Baseline, WeekRow, baseline, week_rows
from bot.features.summary.stats import NIGHTS
from bot.i18n.translator import Translator

DASH = "–"


def baseline_line(tr: Translator, data: ReportData) -> Line | None:
    """The first 14 logged nights; None while there are fewer."""
    first = baseline(data.facts)
    if first is None:
        return None
    return labelled(tr, "baseline", tr.gettext("Baseline"), _baseline_text(tr, first))


def _baseline_text(tr: Translator, first: Baseline) -> str:
    words = tr.ngettext(
        "the first {count} logged night ({span}): cramps on {cramps}.",
        "the first {count} logged nights ({span}): cramps on {cramps}.",
        first.covered,
    )
    span = date_range(tr, first.first_on, first.last_on)
    return words.format(count=first.covered, span=span, cramps=first.cramp_nights)


def week_table(tr: Translator, data: ReportData) -> tuple[Table | None, Line | None]:
    """A table with one row per week, and what its signs and columns mean."""
    _ = tr.gettext
    if not data.period_facts.covered_nights():
        return None, None
    rows = week_rows(data.facts, data.first_on, data.last_on)
    heads = (
        _("Week from"),
        _("Nights logged"),
        _("Cramp nights"),
        _("Cramps"),
        _("Median strength"),
        _("Woken by cramps"),
    )
    table = Table(
        "weeks",
        heads,
        tuple(_week_cells(tr, row) for row in rows),
        _night_strip(tr, data, [row.week_on for row in rows]),
    )
    remarks = []
    if any(row.is_partial for row in rows):
        remarks.append(
            _("{sign} Fewer than 5 nights logged: a partial week, not comparable.").format(
                sign=PARTIAL
            )
        )
    if any(row.at_least for row in rows):
        remarks.append(_("{sign} At least this many.").format(sign=OR_MORE))
    if any(row.median_intensity is not None for row in rows):
        remarks.append(_("Strength is from 0 to 10."))
    if any(row.woke_answered for row in rows):
        remarks.append(_("Woken by cramps: of the entries that say whether they woke the person."))
    return table, Line("weeks_words", " ".join(remarks), is_remark=True) if remarks else None


def _week_cells(tr: Translator, row: WeekRow) -> tuple[str, ...]:
    logged = part_of(tr, row.covered, NIGHTS)
    strength = row.median_intensity
    return (
        short_date(tr, row.week_on),
        f"{logged}{PARTIAL}" if row.is_partial else logged,
        str(row.cramp_nights) if row.covered else DASH,
        _cramp_count(row),
        DASH if strength is None else number(tr, strength, "0.0"),
        part_of(tr, row.woke, row.woke_answered) if row.woke_answered else DASH,
    )


def _cramp_count(row: WeekRow) -> str:
    if not row.covered:
        return DASH
    return f"{row.cramps}{OR_MORE}" if row.at_least else str(row.cramps)


def _night_strip(tr: Translator, data: ReportData, weeks: Sequence[date]) -> NightStrip:
    """A mark for every night of the weeks, which are given by their first nights."""
    _ = tr.gettext
    cramps, covered = data.facts.cramp_nights(), data.facts.covered_nights()

    def mark(night: date) -> NightMark:
        if night in cramps:
            return NightMark.CRAMPS
        return NightMark.NONE if night in covered else NightMark.NO_ENTRY

    nights = [[first + timedelta(days=day) for day in range(NIGHTS)] for first in weeks]
    names = get_day_names("narrow", "stand-alone", locale=tr.locale)
    title = _("Night by night")
    return NightStrip(
        "strip",
        title,
        with_colon(tr, title),
        tuple(names[night.weekday()] for night in nights[0]),
        tuple(tuple(mark(night) for night in week) for week in nights),
        (
            (NightMark.CRAMPS, _("cramps")),
            (NightMark.NONE, _("no cramps")),
            (NightMark.NO_ENTRY, _("no entry")),
        ),
    )
