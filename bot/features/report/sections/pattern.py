"""Section on the pattern of the cramps: week by week, where, when, how long, doing what."""

# TRANSLATORS, ALL: Pages for a doctor: heads of lists and short lines. {count} may be "3 cramps".

from bot.features.cramps.messages.labels import code_labels
from bot.features.report.model import Counts, Line, Section
from bot.features.report.report_data import ReportData
from bot.features.report.sections.weeks import baseline_line, week_table
from bot.features.report.sections.wording import by_count, in_order, labelled, number, with_colon
from bot.features.summary.detail_messages import cramps_words, hour_names
from bot.features.summary.periods import PeriodFigures
from bot.features.summary.stats import HOURS
from bot.i18n.translator import Translator


def pattern_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """The table of weeks, the measures, and entries by hour, site, side, duration and context."""
    _, labels = tr.gettext, code_labels(tr)
    table, remark = week_table(tr, data)
    lines = [*([remark] if remark else []), *_measure_lines(tr, figures)]
    baseline = baseline_line(tr, data)
    if baseline is not None and figures.covered:
        lines.append(baseline)
    names = hour_names(tr)
    histogram = None
    if figures.timed:
        pairs = tuple((names[hour], figures.hours.get(hour, 0)) for hour in HOURS)
        histogram = _counts(tr, "hours", _("Entries by time of night"), pairs)
    groups = (
        _counts(tr, "sites", _("Site"), by_count(figures.sites, labels["site"])),
        _counts(tr, "sides", _("Side"), in_order(figures.sides, labels["side"])),
        _counts(tr, "durations", _("Duration"), in_order(figures.durations, labels["duration"])),
        _counts(
            tr,
            "contexts",
            _("Activity at the time"),
            by_count(figures.contexts, labels[("context")]),
        ),
    )
    return Section(
        "pattern",
        _("By week; when, where, how long, during which activity (number of entries)"),
        tuple(lines),
        table,
        histogram,
        tuple(group for group in groups if group.pairs),
    )


def _counts(tr: Translator, code: str, title: str, pairs: tuple[tuple[str, int], ...]) -> Counts:
    return Counts(code, title, with_colon(tr, title), pairs)


def _measure_lines(tr: Translator, figures: PeriodFigures) -> list[Line]:
    _ = tr.gettext
    lines = []
    if figures.cramps:
        total = tr.ngettext(
            "{count} on {nights} night.", "{count} on {nights} nights.", figures.cramp_nights
        ).format(
            nights=figures.cramp_nights,
            count=cramps_words(tr, figures.cramps, at_least=figures.at_least),
        )
        lines.append(labelled(tr, "total", _("Total"), total))
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
    if figures.typical_site or figures.other_site:
        words = _("calf and foot {typical}, elsewhere {other}").format(
            typical=figures.typical_site, other=figures.other_site
        )
        lines.append(labelled(tr, "typical", _("Site"), words))
    return lines
