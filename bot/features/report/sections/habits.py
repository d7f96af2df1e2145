"""Sections on habits (answered reminders, evenings) and fair tests. Counts only."""

# TRANSLATORS, ALL: Pages for a doctor: sober, short, about "the person". {name} is a habit, {span}
# a range of dates.

from bot.database.stored_values import Habit
from bot.features.experiments.subject_messages import name as subject_name
from bot.features.history.messages import habit_names
from bot.features.reminders.messages.names import names as reminder_names
from bot.features.report.model import Line, Section
from bot.features.report.report_data import FairTest, ReportData
from bot.features.report.sections.days import with_and_without
from bot.features.report.sections.wording import date_range, labelled
from bot.features.summary.periods import PeriodFigures
from bot.i18n.translator import Translator


def habits_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """Answered reminders and evenings; whether a habit changed the cramps is left to the reader."""
    _ = tr.gettext
    names = {str(kind): name for kind, name in reminder_names(tr).items()}
    words = _("done {done} of {delivered} reminders, {skipped} skipped, {none} without an answer.")
    lines = [
        labelled(
            tr,
            f"kept.{one.kind}",
            names.get(one.kind, one.kind),
            words.format(
                done=one.done, delivered=one.delivered, skipped=one.skipped, none=one.no_answer
            ),
        )
        for one in figures.adherence
    ]
    evenings = habit_names(tr)
    for habit in Habit:
        yes, no = (set(data.period_facts.habit_nights(habit, done=done)) for done in (True, False))
        if yes or no:
            text = with_and_without(tr, data, yes, no, figures.nights)
            name = evenings[habit]
            lines.append(labelled(tr, f"evenings.{habit}", name[:1].upper() + name[1:], text))
    return Section("habits", _("Habits and reminders"), tuple(lines))


def tests_section(tr: Translator, data: ReportData) -> Section:
    """The counts of finished fair tests."""
    lines = tuple(_fair_test_line(tr, test) for test in data.fair_tests)
    return Section("tests", tr.gettext("Fair tests of one habit, as counts"), lines)


def _fair_test_line(tr: Translator, test: FairTest) -> Line:
    """The counts of a fair test, without its result."""
    words = tr.gettext(
        "{name}, {span}, {blocks} blocks of {days} nights in random order: cramps on "
        "{with_cramps} of {with_nights} logged nights in blocks with it, on {without_cramps} of "
        "{without_nights} in blocks without it."
    )
    text = words.format(
        name=subject_name(tr, test.topic),
        span=date_range(tr, test.first_on, test.last_on),
        blocks=test.blocks,
        days=test.block_days,
        with_cramps=test.with_habit.cramp_nights,
        with_nights=test.with_habit.covered,
        without_cramps=test.without.cramp_nights,
        without_nights=test.without.covered,
    )
    return labelled(tr, f"trial.{test.uid}", tr.gettext("Fair test"), text)
