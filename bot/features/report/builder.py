"""Builds the report for a clinician, in the order of section (h) of the health reference.

Plain values in, plain values out. A report has no interpretation, no suggested tests and no
probabilities. Every line has a code by which the person can leave it out.
"""

from dataclasses import replace
from html import unescape

from bot.features.cramps.health_texts import general_information
from bot.features.report.model import Report, Section
from bot.features.report.report_data import ReportData
from bot.features.report.sections.coverage import coverage_section, weeks_section
from bot.features.report.sections.cramps import (
    measures_section,
    places_section,
    relief_section,
    triggers_section,
)
from bot.features.report.sections.habits import habits_section
from bot.features.report.sections.person import (
    conditions_section,
    medicines_section,
    notes_section,
    questions_section,
    who_lines,
)
from bot.features.report.sections.symptoms import symptoms_section
from bot.features.report.sections.wording import date_range, full_date
from bot.features.summary.periods import period_figures
from bot.i18n.translator import Translator

WHO = "who"
"""Code of the lines below the title, which are chosen like a section."""


def build_report(
    tr: Translator, data: ReportData, left_out: frozenset[str], included_notes: frozenset[str]
) -> Report:
    """Build the report of a period.

    Args:
        tr: The language of the report.
        data: What the report is built from.
        left_out: Codes of lines and sections that are left out.
        included_notes: Codes of the notes that are included; other notes are not.
    """
    _ = tr.gettext
    figures = period_figures(data.facts, data.first_on, data.last_on)
    sections = (
        coverage_section(tr, data, figures),
        weeks_section(tr, data),
        measures_section(tr, data, figures),
        places_section(tr, figures),
        symptoms_section(tr, data),
        triggers_section(tr, figures),
        relief_section(tr, figures),
        habits_section(tr, data, figures),
        medicines_section(tr, data),
        conditions_section(tr, data),
        notes_section(tr, data, included_notes),
        questions_section(tr, data),
    )
    reduced = (_without(section, left_out) for section in sections)
    return Report(
        title=_("Diary of night leg cramps"),
        who=tuple(
            line for line in who_lines(tr, data) if not left_out.intersection((WHO, line.code))
        ),
        period=_("Nights of {span}").format(span=date_range(tr, data.first_on, data.last_on)),
        statement=_(
            "Entered by the person themselves, with a diary in Telegram; not verified by anyone. "
            "It counts what was logged: nights without an entry are not counted as free of cramps."
        ),
        sections=tuple(section for section in reduced if not section.is_empty),
        information=unescape(general_information(tr)),
        created=_("Made on {day} with CalmCalf").format(day=full_date(tr, data.created_on)),
        page_number=_("Page {number} of {total}"),
        missing_characters=_("{sign} stands for a character that cannot be printed here."),
        language=tr.locale,
    )


def _without(section: Section, left_out: frozenset[str]) -> Section:
    """The section without the parts that are left out.

    The remarks below a table are left out together with it.
    """
    if section.code in left_out:
        return replace(section, lines=(), table=None, histogram=None, counts=())
    table, histogram = section.table, section.histogram
    if table is not None and table.strip is not None and table.strip.code in left_out:
        table = replace(table, strip=None)
    if table is not None and table.code in left_out:
        left_out |= {line.code for line in section.lines if line.is_remark}
        table = None
    if histogram is not None and histogram.code in left_out:
        histogram = None
    return replace(
        section,
        lines=tuple(line for line in section.lines if line.code not in left_out),
        table=table,
        histogram=histogram,
        counts=tuple(one for one in section.counts if one.code not in left_out),
    )
