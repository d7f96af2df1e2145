"""A month and the last 13 weeks in words, and the words of their pictures."""

# TRANSLATORS, ALL: Words in a picture of a month or three months: the legend in lower case, next to
# each sign.

from collections.abc import Iterable
from datetime import date, timedelta
from html import escape

from bot.features.diary.trend import Trend
from bot.features.summary.comparisons import Baseline
from bot.features.summary.detail_messages import cramps_words, every_night_button, splits
from bot.features.summary.messages import add_button, caveat, no_night_yet
from bot.features.summary.month_quarter import MonthFigures, QuarterFigures
from bot.features.summary.month_quarter_chart import MonthLabels, QuarterLabels
from bot.features.summary.periods import PeriodFigures
from bot.features.summary.stats import NIGHTS
from bot.features.summary.trend_messages import trend_words
from bot.features.summary.week_labels import logged_nights
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

A_MONDAY = date(2024, 1, 1)
A_NIGHT = "night"
"""Ends callback data whose date is any night of a week, not its first one."""
SCALE = (1, 3, 5, 7)
"""Nights of seven that the scale of the picture of 13 weeks names."""


def _headline(tr: Translator, figures: PeriodFigures) -> str:
    return logged_nights(tr, figures.cramp_nights, figures.covered)


def month_title(tr: Translator, year: int, month: int) -> str:
    """A month and its year as a title, with a capital in every language: "January 2027"."""
    words = formats.day(tr, date(year, month, 1), "yMMMM")
    return words[:1].upper() + words[1:]


def month_labels(tr: Translator, month: MonthFigures, first_weekday: int) -> MonthLabels:
    """The words of a month's picture; its first column is this weekday (0 = Monday)."""
    _ = tr.gettext
    names = [formats.day(tr, A_MONDAY + timedelta(days=day), "EEE") for day in range(NIGHTS)]
    empty = month.figures.covered == 0
    return MonthLabels(
        title=month_title(tr, month.year, month.month),
        headline=_("No entries yet") if empty else _headline(tr, month.figures),
        weekdays=tuple(names[(first_weekday + place) % NIGHTS] for place in range(NIGHTS)),
        cramp=_("cramps, the strongest: 0 to 10"),
        cramp_unknown=_("cramps, strength not given"),
        several=_("two cramps that night"),
        none=_("no cramps"),
        no_entry=_("no entry"),
    )


def month_message(
    tr: Translator,
    month: MonthFigures,
    picture: bytes,
    *,
    earlier: tuple[int, int] | None,
    later: tuple[int, int] | None,
) -> Message:
    """A month as a calendar of nights.

    Args:
        tr: the language.
        month: the figures.
        picture: a PNG.
        earlier: the year and month before, if the diary has anything in it.
        later: the year and month after, unless it is in the future.
    """
    _ = tr.gettext
    lines = [f"<b>{escape(month_title(tr, month.year, month.month))}</b>"]
    lines += span_lines(tr, month.figures, month.known_nights)
    lines += ["", caveat(tr)]
    paging = [
        Button(
            label.format(month=_month_name(tr, *other)),
            pack("summary", "month", month_code(*other)),
        )
        for label, other in (("◀ {month}", earlier), ("{month} ▶", later))
        if other is not None
    ]
    last_on = month.nights[-1].night_on
    quarter = () if later is None else (last_on,)
    rows: list[tuple[Button, ...]] = [tuple(paging)] if paging else []
    if not month.known_nights:
        rows.append((add_button(tr),))
    rows.append(
        (
            Button(_("◀ Week"), pack("summary", "week", last_on, A_NIGHT)),
            Button(_("3 months"), pack("summary", "quarter", *quarter)),
        )
    )
    rows.append(
        (
            Button(_("In words"), pack("summary", "words", "month", last_on)),
            Button(_("Nights"), pack("history", "page", last_on)),
        )
    )
    return Message("\n".join(lines), tuple(rows), picture=picture)


def _month_name(tr: Translator, year: int, month: int) -> str:
    return formats.day(tr, date(year, month, 1), "MMM")


def month_code(year: int, month: int) -> str:
    """A month as callback data writes it: ``202701``."""
    return f"{year:04}{month:02}"


def parse_month(text: str | None) -> tuple[int, int] | None:
    """The year and month of callback data (``202701``), or None when it is not a month."""
    if text is None or len(text) != 6 or not text.isascii() or not text.isdigit():
        return None
    year, month = int(text[:4]), int(text[4:])
    return (year, month) if 2000 <= year < 2100 and 1 <= month <= 12 else None


def span_lines(tr: Translator, figures: PeriodFigures, total: int) -> Iterable[str]:
    """Coverage, cramps, typical strength, and the first three lines of :func:`splits`, as HTML."""
    _ = tr.gettext
    if total == 0:
        return [escape(no_night_yet(tr))]
    lines = [
        tr.ngettext(
            "You logged {covered} of {total} night.",
            "You logged {covered} of {total} nights.",
            total,
        ).format(covered=figures.covered, total=total)
    ]
    if figures.cramps:
        count = cramps_words(tr, figures.cramps, at_least=figures.at_least)
        lines.append(
            tr.ngettext(
                "Cramps on {nights} night: {count}.",
                "Cramps on {nights} nights: {count}.",
                figures.cramp_nights,
            ).format(nights=figures.cramp_nights, count=count)
        )
    if figures.median_intensity is not None and figures.with_intensity > 1:
        strength = formats.number(tr, figures.median_intensity)
        lines.append(
            tr.ngettext(
                "Typical strength: {strength} of 10, from {count} cramp.",
                "Typical strength: {strength} of 10, from {count} cramps.",
                figures.with_intensity,
            ).format(count=figures.with_intensity, strength=strength)
        )
    return [escape(line) for line in (*lines, *splits(tr, figures)[:3])]


# The last 13 weeks -------------------------------------------------------------------------------


def quarter_title(tr: Translator, figures: QuarterFigures) -> str:
    """The dates of the 13 weeks: "18 Oct – 16 Jan"."""
    first, last = figures.figures.first_on, figures.figures.last_on
    return formats.days(tr, first, last)


def _has_marks(figures: QuarterFigures) -> bool:
    """Whether the picture marks the baseline: it has cramps, and there is a week to mark it on."""
    has_cramps = figures.baseline is not None and figures.baseline.cramp_nights > 0
    return has_cramps and not all(week.is_partial for week in figures.weeks)


def _baseline_words(tr: Translator, figures: QuarterFigures) -> str | None:
    if figures.baseline is None:
        return None
    return tr.ngettext(
        "your first {count} logged night: cramps on {cramps}",
        "your first {count} logged nights: cramps on {cramps}",
        figures.baseline.covered,
    ).format(count=figures.baseline.covered, cramps=figures.baseline.cramp_nights)


def quarter_labels(tr: Translator, figures: QuarterFigures) -> QuarterLabels:
    """The words of the picture of 13 weeks."""
    _ = tr.gettext
    return QuarterLabels(
        title=quarter_title(tr, figures),
        headline=_("No entries yet")
        if figures.figures.covered == 0
        else _headline(tr, figures.figures),
        scale={nights: str(nights) for nights in SCALE},
        weeks=tuple(formats.day(tr, week.week_on, "MMMd") for week in figures.weeks),
        cramp=_("cramps"),
        none=_("no cramps"),
        no_entry=_("no entry"),
        partial=_("few nights logged; the number of 7 is written above"),
        baseline=_baseline_words(tr, figures) if _has_marks(figures) else None,
        quarter_fewer=_("a quarter fewer: people on dummy pills often get there too")
        if _has_marks(figures)
        else None,
    )


def quarter_message(
    tr: Translator,
    figures: QuarterFigures,
    trend: Trend,
    trend_last_on: date,
    picture: bytes,
    *,
    earlier_on: date | None = None,
    later_on: date | None = None,
) -> Message:
    """Thirteen weeks: a column for each, and marks for the baseline.

    Args:
        tr: the language.
        figures: the 13 weeks.
        trend: the counts of 12 weeks.
        trend_last_on: the last night of those.
        picture: a PNG.
        earlier_on: the last night of the 13 weeks before, if the diary has anything in them.
        later_on: the last night of the 13 weeks after, unless these are the last ones.
    """
    _ = tr.gettext
    lines = [f"<b>{escape(quarter_title(tr, figures))}</b>"]
    lines += span_lines(tr, figures.figures, figures.known_nights)
    compared = trend_words(tr, trend) if figures.known_nights else None
    if compared is not None:
        lines.append(escape(compared))
        if trend.is_comparable and trend_last_on != figures.figures.last_on:
            until = _("Counted up to the night of {day}")
            lines.append(escape(until.format(day=formats.day(tr, trend_last_on, "MMMd"))))
    if figures.baseline is not None and _has_marks(figures):
        lines += ["", escape(_placebo(tr, figures.baseline))]
    elif figures.baseline is not None:
        lines.append(escape(_first_nights(tr, figures.baseline)))
    lines += ["", caveat(tr)]
    rows = _quarter_rows(tr, figures.figures.last_on, earlier_on, later_on)
    if not figures.known_nights:
        rows = ((add_button(tr),), *rows)
    return Message("\n".join(lines), rows, picture=picture)


def _quarter_rows(
    tr: Translator, last_on: date, earlier_on: date | None, later_on: date | None
) -> Rows:
    _ = tr.gettext
    paging = [
        Button(label, pack("summary", "quarter", end))
        for label, end in ((_("◀ Earlier"), earlier_on), (_("Later ▶"), later_on))
        if end is not None
    ]
    month = () if later_on is None else (f"{last_on:%Y%m}",)
    rows: Rows = (
        (
            Button(_("◀ Week"), pack("summary", "week", last_on, A_NIGHT)),
            Button(_("Month"), pack("summary", "month", *month)),
        ),
        (
            Button(_("In words"), pack("summary", "words", "quarter", last_on)),
            every_night_button(tr),
        ),
    )
    return (tuple(paging), *rows) if paging else rows


def _first_nights(tr: Translator, baseline: Baseline) -> str:
    """The baseline as a sentence, for a picture without marks."""
    return tr.ngettext(
        "Your first {count} logged night: cramps on {cramps}.",
        "Your first {count} logged nights: cramps on {cramps}.",
        baseline.covered,
    ).format(count=baseline.covered, cramps=baseline.cramp_nights)


def _placebo(tr: Translator, baseline: Baseline) -> str:
    """What the two lines mean, and that people on dummy pills often get there too.

    Sources: Roguin Maor 2017 and Frusso 1999 (placebo groups); Cochrane 2020 (a quarter).
    """
    words = tr.ngettext(
        "The line on each bar is your first {count} logged night; the dashed line is a quarter "
        "less. People on dummy pills often get there too. Cramps also come and go with the "
        "seasons. So a low bar does not show what helped.",
        "The line on each bar is your first {count} logged nights; the dashed line is a quarter "
        "less. People on dummy pills often get there too. Cramps also come and go with the "
        "seasons. So a low bar does not show what helped.",
        baseline.covered,
    )
    return words.format(count=baseline.covered)
