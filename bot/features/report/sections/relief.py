"""Section on what the person did against a cramp, and whether it helped."""

# TRANSLATORS, ALL: Pages for a doctor: {entries} is like "3 entries", {answers} like "a lot 2, a
# bit 1".

from collections import Counter

from bot.features.cramps.messages.labels import code_labels
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.report.model import Section
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import comma_separated, in_order, labelled
from bot.features.summary.periods import PeriodFigures
from bot.i18n.translator import Translator


def relief_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """Each thing tried: on how many entries, and how these say that it helped.

    An entry has one answer, however many things were tried.
    """
    _, labels = tr.gettext, code_labels(tr)
    real = [one for one in data.period_facts.cramps if one.event_type in COUNTED_CRAMPS]
    order = list(labels["relief"])
    tried = sorted(figures.reliefs, key=lambda code: (-figures.reliefs[code], order.index(code)))
    lines = []
    for code in tried:
        answers = Counter(
            one.relief_helped for one in real if code in one.relief_tried and one.relief_helped
        )
        count = figures.reliefs[code]
        text = tr.ngettext("{count} entry", "{count} entries", count).format(count=count)
        if answers:
            helped = comma_separated(in_order(answers, labels["helped"]))
            text = _("{entries}; did it help: {answers}").format(entries=text, answers=helped)
        lines.append(labelled(tr, f"tried.{code}", labels["relief"][code], text))
    title = _("What was tried against the cramp, and whether it helped")
    return Section("relief", title, tuple(lines))
