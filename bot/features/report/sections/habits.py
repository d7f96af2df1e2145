"""Section on habits: answered reminders, evenings, comparisons and fair tests."""

from collections.abc import Iterable

from bot.database.models import Habit
from bot.features.diary.facts import Facts
from bot.features.experiments.subject_messages import name as subject_name
from bot.features.history.messages import habit_names
from bot.features.reminders.messages.names import names as reminder_names
from bot.features.report.model import Line, Section
from bot.features.report.report_data import FairTest, ReportData
from bot.features.report.sections.wording import date_range, labelled
from bot.features.summary.comparisons import SideBySide, side_by_side
from bot.features.summary.detail_messages import side_by_side_words
from bot.features.summary.periods import PeriodFigures
from bot.i18n.translator import Translator

COMPARED_HABITS = ("stretch_done", "caffeine_after_cutoff")
"""Habits for which nights with and without are printed side by side."""


def habits_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """Counts only: what a habit did to the cramps is left to the reader."""
    _ = tr.gettext
    names = {str(kind): name for kind, name in reminder_names(tr).items()}
    lines = []
    for one in figures.adherence:
        words = _(
            "done {done} of {delivered} reminders, {skipped} skipped, {none} without an answer."
        )
        text = words.format(
            done=one.done, delivered=one.delivered, skipped=one.skipped, none=one.no_answer
        )
        lines.append(labelled(tr, f"kept.{one.kind}", names.get(one.kind, one.kind), text))
    facts = data.period_facts
    lines += _evening_lines(tr, facts, figures.nights)
    pairs = (side_by_side(facts, habit) for habit in COMPARED_HABITS)
    lines += [_comparison_line(tr, pair) for pair in pairs if pair is not None]
    lines += [_fair_test_line(tr, test) for test in data.fair_tests]
    return Section("habits", _("Habits and reminders"), tuple(lines))


def _evening_lines(tr: Translator, facts: Facts, nights: int) -> Iterable[Line]:
    """For each habit the number of evenings with yes, with no and without an answer."""
    words = tr.gettext("yes on {yes} evenings, no on {no}, no answer on {unknown}.")
    names = habit_names(tr)
    for habit in Habit:
        yes, no = (len(facts.habit_nights(habit, done=done)) for done in (True, False))
        if yes or no:
            text = words.format(yes=yes, no=no, unknown=nights - yes - no)
            name = names[habit]
            yield labelled(tr, f"evenings.{habit}", name[:1].upper() + name[1:], text)


def _comparison_line(tr: Translator, pair: SideBySide) -> Line:
    text = side_by_side_words(tr, pair)
    return labelled(tr, f"compared.{pair.habit}", tr.gettext("Side by side"), text)


def _fair_test_line(tr: Translator, test: FairTest) -> Line:
    """The counts of a fair test, without its result."""
    words = tr.gettext(
        "{name}, {span}, {blocks} blocks of {days} nights in an order drawn by lot: cramps on "
        "{with_cramps} of {with_nights} logged nights in blocks with it, on {without_cramps} of "
        "{without_nights} in blocks without."
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
