"""Longer views in words and pictures: the details of a week, a month, three months."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape

from babel.dates import get_day_names

from bot.features.cramps.messages import words_for
from bot.features.summary.messages import trend_words, week_title
from bot.features.summary.month_chart import MonthLabels, QuarterLabels
from bot.features.summary.periods import (
    Baseline,
    MonthFigures,
    PeriodFigures,
    QuarterFigures,
    SideBySide,
    Trend,
)
from bot.features.summary.stats import HOURS, NIGHTS
from bot.i18n import formats
from bot.i18n.formats import first_weekday, in_sentence
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

MOST_LISTED = 4
"""Sites, contexts and so on that are named; the rest are counted together."""
SCALE = (1, 3, 5, 7)


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _honest(tr: Translator) -> str:
    words = tr.gettext(
        "This counts what you logged; nights without an entry are not counted as free of cramps."
    )
    return f"<i>{escape(words)}</i>"


def logged_nights(tr: Translator, figures: PeriodFigures) -> str:
    """Cramp nights of a span among those that were logged."""
    return tr.ngettext(
        "Cramps on {cramps} of {covered} logged night",
        "Cramps on {cramps} of {covered} logged nights",
        figures.covered,
    ).format(cramps=figures.cramp_nights, covered=figures.covered)


def cramps_words(tr: Translator, count: int, *, at_least: bool) -> str:
    """A number of cramps; "4 or more" in an entry makes it a lower bound."""
    words = tr.ngettext("{count} cramp", "{count} cramps", count).format(count=count)
    return tr.gettext("at least {count}").format(count=words) if at_least else words


def hour_names(tr: Translator) -> dict[str, str]:
    """Parts of the night, in their order."""
    _ = tr.gettext
    return dict(
        zip(
            HOURS,
            (
                _("before 22:00"),
                "22–24",
                "0–2",
                "2–4",
                "4–6",
                "6–8",
                _("by day"),
            ),
            strict=True,
        )
    )


# Details of a week -------------------------------------------------------------------------------


def _listed(tr: Translator, counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    """Codes by their number, the most frequent first; further ones are counted together."""
    order = list(names)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], order.index(pair[0])))
    parts = [f"{in_sentence(tr, names[code])} {number}" for code, number in ranked[:MOST_LISTED]]
    rest = sum(number for _code, number in ranked[MOST_LISTED:])
    if rest:
        parts.append(tr.gettext("others {count}").format(count=rest))
    return ", ".join(parts)


def splits(tr: Translator, figures: PeriodFigures) -> list[str]:
    """Where, on which side, when and doing what: plain counts of entries."""
    _, words = tr.gettext, words_for(tr)
    hours = {code: figures.hours[code] for code in HOURS if code in figures.hours}
    by_hour = ", ".join(f"{hour_names(tr)[code]}: {number}" for code, number in hours.items())
    parts = (
        (_("Where: {list}"), _listed(tr, figures.sites, words["site"])),
        (_("Side: {list}"), _listed(tr, figures.sides, words["side"])),
        (_("When: {list}"), by_hour),
        (_("How long: {list}"), _listed(tr, figures.durations, words["duration"])),
        (_("Doing what: {list}"), _listed(tr, figures.contexts, words["context"])),
        (_("What led up to it: {list}"), _listed(tr, figures.triggers, words["trigger"])),
        (_("Afterwards: {list}"), _listed(tr, figures.after_effects, words["effect"])),
        (_("Tried: {list}"), _listed(tr, figures.reliefs, words["relief"])),
    )
    return [line.format(list=found) for line, found in parts if found]


def side_by_side_words(tr: Translator, pair: SideBySide) -> str:
    """Two plain counts, and that chance is likely."""
    _ = tr.gettext
    words = {
        "stretch_done": _(
            "Nights with a stretch: cramps on {with_cramps} of {with_nights}. Nights without: "
            "{without_cramps} of {without_nights}. Chance is likely."
        ),
        "caffeine_after_cutoff": _(
            "Nights with late caffeine: cramps on {with_cramps} of {with_nights}. Nights without: "
            "{without_cramps} of {without_nights}. Chance is likely."
        ),
    }
    return words[pair.habit].format(
        with_cramps=pair.with_cramps,
        with_nights=pair.with_nights,
        without_cramps=pair.without_cramps,
        without_nights=pair.without_nights,
    )


def details(
    tr: Translator, figures: PeriodFigures, pairs: Sequence[SideBySide], picture: bytes
) -> Message:
    """A week's splits, and habits side by side over the whole diary."""
    _ = tr.gettext
    lines = [f"<b>{escape(week_title(tr, figures.first_on))}</b>"]
    lines += [escape(line) for line in splits(tr, figures)] or [
        escape(_("No details were told this week."))
    ]
    if pairs:
        lines += ["", f"<b>{escape(_('All your nights, side by side'))}</b>"]
        lines += [escape(side_by_side_words(tr, pair)) for pair in pairs]
    back = Button(_("◀ Back"), pack("summary", "week", _day(figures.first_on)))
    return Message("\n".join(lines), ((back,),), picture=picture)


# Month -------------------------------------------------------------------------------------------


def month_title(tr: Translator, year: int, month: int) -> str:
    """A month and its year: "January 2027"."""
    return formats.day(tr, date(year, month, 1), "yMMMM")


def month_labels(tr: Translator, month: MonthFigures) -> MonthLabels:
    """The words of a month's picture."""
    _ = tr.gettext
    names, first = get_day_names("abbreviated", locale=tr.locale), first_weekday(tr)
    empty = month.figures.covered == 0
    return MonthLabels(
        title=month_title(tr, month.year, month.month),
        headline=_("No entries yet") if empty else logged_nights(tr, month.figures),
        weekdays=tuple(names[(first + place) % NIGHTS] for place in range(NIGHTS)),
        cramp=_("cramps, strongest"),
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
        tr: the words' language.
        month: its figures.
        picture: its picture.
        earlier: year and month before, if there is anything to show of it.
        later: year and month after, unless it is still to come.
    """
    _ = tr.gettext
    lines = [f"<b>{escape(month_title(tr, month.year, month.month))}</b>"]
    lines += _span_lines(tr, month.figures, month.known_nights)
    lines += ["", _honest(tr)]
    paging = [
        Button(label.format(month=_month_name(tr, *other)), pack("summary", "month", _code(*other)))
        for label, other in (("◀ {month}", earlier), ("{month} ▶", later))
        if other is not None
    ]
    last_on = month.nights[-1].night_on
    rows: list[tuple[Button, ...]] = [tuple(paging)] if paging else []
    rows.append(
        (
            Button(_("◀ Week"), pack("summary", "week", _day(last_on))),
            Button(_("3 months"), pack("summary", "quarter")),
            Button(_("Nights"), pack("history", "page", _day(last_on))),
        )
    )
    return Message("\n".join(lines), tuple(rows), picture=picture)


def _month_name(tr: Translator, year: int, month: int) -> str:
    return formats.day(tr, date(year, month, 1), "MMM")


def _code(year: int, month: int) -> str:
    return f"{year:04}{month:02}"


def _span_lines(tr: Translator, figures: PeriodFigures, total: int) -> Iterable[str]:
    """What is said of a longer span: coverage, cramps, strength, and where they were."""
    _ = tr.gettext
    if total == 0:
        return [escape(_("No night is over yet."))]
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


# Three months ------------------------------------------------------------------------------------


def quarter_title(tr: Translator, figures: QuarterFigures) -> str:
    """The span of three months: "18 Oct – 16 Jan"."""
    first, last = figures.figures.first_on, figures.figures.last_on
    return formats.days(tr, first, last)


def _has_marks(figures: QuarterFigures) -> bool:
    """Whether there is a baseline to compare with, and a whole week to draw it upon."""
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
    """The words of the picture of three months."""
    _ = tr.gettext
    return QuarterLabels(
        title=quarter_title(tr, figures),
        headline=_("No entries yet")
        if figures.figures.covered == 0
        else logged_nights(tr, figures.figures),
        scale={nights: str(nights) for nights in SCALE},
        weeks=tuple(formats.day(tr, week.week_on, "MMMd") for week in figures.weeks),
        cramp=_("cramps"),
        none=_("no cramps"),
        no_entry=_("no entry"),
        partial=_("a partial week, and how many of its nights were logged"),
        baseline=_baseline_words(tr, figures) if _has_marks(figures) else None,
        quarter_fewer=_("a quarter fewer: also seen with placebo") if _has_marks(figures) else None,
    )


def quarter_message(
    tr: Translator,
    figures: QuarterFigures,
    trend: Trend | None,
    pairs: Sequence[SideBySide],
    picture: bytes,
) -> Message:
    """Three months: a column a week, the baseline beside them."""
    _ = tr.gettext
    lines = [f"<b>{escape(quarter_title(tr, figures))}</b>"]
    lines += _span_lines(tr, figures.figures, figures.known_nights)
    if trend is not None:
        lines.append(escape(trend_words(tr, trend, figures.figures.last_on)))
    lines += [escape(side_by_side_words(tr, pair)) for pair in pairs]
    if _has_marks(figures):
        lines += ["", escape(_placebo(tr))]
    elif figures.baseline is not None:
        lines.append(escape(_first_nights(tr, figures.baseline)))
    lines += ["", _honest(tr)]
    last_on = figures.figures.last_on
    rows: Rows = (
        (
            Button(_("◀ Week"), pack("summary", "week", _day(last_on))),
            Button(_("Month"), pack("summary", "month", f"{last_on:%Y%m}")),
        ),
    )
    return Message("\n".join(lines), rows, picture=picture)


def _first_nights(tr: Translator, baseline: Baseline) -> str:
    """The baseline in words, where the picture has no marks for it."""
    return tr.ngettext(
        "Your first {count} logged night: cramps on {cramps}.",
        "Your first {count} logged nights: cramps on {cramps}.",
        baseline.covered,
    ).format(count=baseline.covered, cramps=baseline.cramp_nights)


def _placebo(tr: Translator) -> str:
    """Trials' placebo arms: Roguin Maor 2017; Frusso 1999. The quarter: Cochrane, 2020."""
    return tr.gettext(
        "The marks show, for as many nights as you logged that week, your first 14 logged nights "
        "and a quarter fewer than those. In trials people given a placebo had fewer cramps after "
        "some weeks too, and cramps differ by season, so a lower number does not say what made it."
    )
