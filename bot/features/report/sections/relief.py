"""Section on what the person did against a cramp, and whether it helped."""

# TRANSLATORS, ALL: Pages for a doctor: {entries} is like "3 entries", {answers} like "a lot 2, a
# bit 1".

from bot.features.cramps.messages.labels import code_labels
from bot.features.diary.tried import tried_against
from bot.features.report.model import Section
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import comma_separated, in_order, labelled
from bot.i18n.translator import Translator


def relief_section(tr: Translator, data: ReportData) -> Section:
    """Each thing tried: on how many entries, and how these say that it helped."""
    _, labels = tr.gettext, code_labels(tr)
    order = list(labels["relief"])
    tried = sorted(
        tried_against(data.period_facts.cramps),
        key=lambda one: (-one.entries, order.index(one.code)),
    )
    lines = []
    for one in tried:
        text = tr.ngettext("{count} entry", "{count} entries", one.entries).format(
            count=one.entries
        )
        if one.answers:
            helped = comma_separated(in_order(one.answers, labels["helped"]))
            text = _("{entries}; did it help: {answers}").format(entries=text, answers=helped)
        lines.append(labelled(tr, f"tried.{one.code}", labels["relief"][one.code], text))
    title = _("What was tried against the cramp, and whether it helped")
    return Section("relief", title, tuple(lines))
