"""Builds the report for a clinician, in the order of section (h) of the health reference.

Plain values in, plain values out. A report has no interpretation, no suggested tests and no
probabilities. Every line has a code by which the person can leave it out.
"""

# TRANSLATORS, ALL: Pages for a doctor: sober, short, about "the person". {span} is a range of
# dates.

from dataclasses import replace

from bot.features.report.messages import who_title
from bot.features.report.model import Report, Section, Told
from bot.features.report.report_data import ReportData
from bot.features.report.sections.days import noted_section
from bot.features.report.sections.habits import habits_section, tests_section
from bot.features.report.sections.headline import headline_section
from bot.features.report.sections.pattern import pattern_section
from bot.features.report.sections.person import (
    conditions_section,
    medicines_section,
    notes_section,
    questions_section,
    results_section,
    who_lines,
)
from bot.features.report.sections.relief import relief_section
from bot.features.report.sections.rules import rules_section
from bot.features.report.sections.sleep import sleep_section
from bot.features.report.sections.twitches import twitch_section, urge_section
from bot.features.report.sections.warnings import warnings_section
from bot.features.report.sections.wording import date_range, full_date
from bot.features.summary.periods import period_figures
from bot.i18n.formats import clock
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
    whole = (
        headline_section(tr, data, figures),
        medicines_section(tr, data),
        conditions_section(tr, data),
        warnings_section(tr, data),
        pattern_section(tr, data, figures),
        twitch_section(tr, data),
        urge_section(tr, data),
        sleep_section(tr, data, figures),
        noted_section(tr, data, figures),
        relief_section(tr, data),
        habits_section(tr, data, figures),
        tests_section(tr, data),
        results_section(tr, data),
        rules_section(tr, data),
        notes_section(tr, data, included_notes),
        questions_section(tr, data),
    )
    who = Section(WHO, who_title(tr), tuple(who_lines(tr, data)))
    sections = tuple(_without(section, left_out) for section in whole)
    shown_who = _without(who, left_out)
    pairs = zip((who, *whole), (shown_who, *sections), strict=True)
    return Report(
        title=_("Diary of night leg cramps"),
        who=shown_who.lines,
        period=_("Nights of {span}; made on {day}").format(
            span=date_range(tr, data.first_on, data.last_on), day=full_date(tr, data.created_on)
        ),
        statement=_statement(tr, data),
        sections=tuple(section for section in sections if not section.is_empty),
        titles={section.code: section.title for section in (who, *whole)},
        told={section.code: _told(section, shown) for section, shown in pairs},
        continued=_("{title} (continued)"),
        information=_(
            "A personal log, put together by a diary bot in Telegram: not medical advice, not a "
            "diagnosis. Nobody reads what is written to the bot, day or night."
        ),
        created=_("Made on {day} with CalmCalf").format(day=full_date(tr, data.created_on)),
        page_number=_("Page {number} of {total}"),
        missing_characters=_("{sign} stands for a character that cannot be printed here."),
        language=tr.locale,
    )


def _statement(tr: Translator, data: ReportData) -> str:
    """What the figures stand on."""
    _ = tr.gettext
    if data.night_begins is None:
        return _(
            "Entered by the person, not verified. A night lasts from noon to noon and is named "
            "after its evening. Strength: 0 is none, 10 is the worst imaginable. Nights without "
            "an entry are not counted as free of cramps."
        )
    return _(
        "Entered by the person, not verified. They sleep by day: a night lasts from {time} to "
        "{time} and is named after the evening before the sleep. Strength: 0 is none, 10 is the "
        "worst imaginable. Nights without an entry are not counted as free of cramps."
    ).format(time=clock(tr, data.night_begins))


def _told(whole: Section, shown: Section) -> Told:
    """What the rest of a section says.

    It is "no" only when nothing was left out, because what was left out may have been a yes.
    """
    return Told.NOT_TOLD if shown.told is Told.NO and shown != whole else shown.told


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
