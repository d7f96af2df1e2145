"""Every picture is readable: sizes, contrast, and words that fit, in all languages and themes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

import pytest

from bot.drawing.canvas import Card
from bot.drawing.themes import DARK, LIGHT, Theme, contrast
from bot.drawing.typesetting import SMALLEST, WIDTH, length
from bot.features.diary.facts import CrampFact, Facts, NightFact, ReminderFact
from bot.features.experiments import chart as trial_chart
from bot.features.experiments import ended_messages
from bot.features.experiments.design import Adherence, Course, compare, tallies
from bot.features.experiments.ended_messages import EndedTest
from bot.features.experiments.rules import Subject, Topic
from bot.features.report.builder import build_report
from bot.features.report.reading_cards import ReadingCards
from bot.features.summary import month_quarter_messages
from bot.features.summary.month_quarter import month_figures, quarter_figures
from bot.features.summary.month_quarter_chart import MonthDrawing, QuarterDrawing
from bot.features.summary.stats import WeekFigures, summarise
from bot.features.summary.week_chart import WeekDrawing
from bot.features.summary.week_labels import labels
from bot.features.summary.week_report import WeekReport
from bot.i18n.translator import Translator, available_languages, translator
from tests.features.report.samples import full_data
from tests.features.summary.test_periods import diary, night, week

SHOWN_WIDTH = 360
"""CSS pixels of the narrowest phone."""
READABLE, CONTRAST = 11.0, 4.5
MONDAY = date(2027, 1, 11)
NOW = datetime(2027, 1, 17, 13)
THEMES = (DARK, LIGHT)
LANGUAGES = {*available_languages()}
TRANSLATORS = [
    translator(language, country)
    for language, country in [
        *((one, None) for one in sorted(LANGUAGES)),
        ("en", "US"),
        ("es", "MX"),
    ]
]
"""All languages, and two that write the hours of the day with AM and PM."""
LONG_NAME = (
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz und noch ein Glas Wasser"
)


def cramp(day: int, hour: int, minute: int = 0, **told: object) -> CrampFact:
    at = datetime.combine(MONDAY + timedelta(days=day), time(hour, minute))
    at += timedelta(days=hour < 12)
    return CrampFact(at, MONDAY + timedelta(days=day), **told)  # type: ignore[arg-type]


FACTS = Facts(
    (
        cramp(0, 2, 10, intensity=6),
        cramp(0, 4, intensity=3),
        cramp(1, 23, 30, intensity=10),
        cramp(1, 3),
        cramp(3, 15, intensity=2),
        cramp(4, 1, intensity=0),
    ),
    (NightFact(MONDAY + timedelta(days=2), "none_last_night"),),
    tuple(
        ReminderFact(kind, MONDAY + timedelta(days=day), "sent", answer)
        for day, (kind, times) in product(
            range(6),
            {
                "stretch": 1,
                "caffeine": 1,
                "dinner_caffeine": 1,
                "hydration": 5,
                "meal": 1,
                "custom": 2,
            }.items(),
        )
        for answer in (["done", "skipped", None][day % 3], "done", "done", None, None)[:times]
    ),
)


def week_figures(facts: Facts = FACTS) -> WeekFigures:
    return summarise(
        MONDAY,
        facts.cramps,
        facts.checks,
        facts.reminders,
        started_on=MONDAY,
        local_now=NOW,
    )


def week_card(tr: Translator, theme: Theme, facts: Facts = FACTS) -> Card:
    figures = week_figures(facts)
    report = WeekReport(figures, 0, MONDAY, MONDAY, None, time(22, 30), time(7))
    return WeekDrawing(figures, labels(tr, report), theme).drawn()


def month_card(tr: Translator, theme: Theme) -> Card:
    figures = month_figures(FACTS, 2027, 1, started_on=night(0), local_now=NOW)
    words = month_quarter_messages.month_labels(tr, figures, 0)
    return MonthDrawing(figures, words, 0, theme).drawn()


def quarter_card(tr: Translator, theme: Theme) -> Card:
    letters = "".join(week(*one) for one in ((7, 7), (3, 7), (2, 4), (0, 0), (1, 6))) + week(2) * 8
    figures = quarter_figures(diary(letters), night(len(letters) - 1), night(0))
    words = month_quarter_messages.quarter_labels(tr, figures)
    return QuarterDrawing(figures, words, theme).drawn()


def trial_card(tr: Translator, theme: Theme) -> Card:
    course = Course("abbabaab", 7, MONDAY)
    every = [MONDAY + timedelta(days=day) for day in range(course.nights)]
    cramps, covered = frozenset(every[::3]), frozenset(every[::3]) | frozenset(every[1::3])
    result = compare(course.order, course.block_days, tallies(course, cramps, covered))
    kept = {letter: Adherence(0, 0) for letter in "ab"}
    test = EndedTest(1, Topic(Subject.OTHER, LONG_NAME), course, result, kept)
    arms = {"a": result.with_it, "b": result.without_it}
    words = ended_messages.labels(tr, test)
    return trial_chart.trial_card(course, cramps, covered, course.last_on, arms, words, theme)


def empty_card(tr: Translator, theme: Theme) -> Card:
    return week_card(tr, theme, Facts())


CARDS = (week_card, empty_card, month_card, quarter_card, trial_card)


def cards(theme: Theme) -> Iterator[tuple[str, Card]]:
    for draw, tr in product(CARDS, TRANSLATORS):
        yield f"{draw.__name__} {tr.locale}", draw(tr, theme)
    for tr in TRANSLATORS if theme is LIGHT else ():
        # The pages for a doctor before they are made: light like paper.
        read = ReadingCards(build_report(tr, full_data(), frozenset(), frozenset()))
        for number in range(len(read)):
            yield f"card {number} of the pages, {tr.locale}", read.drawn(number)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_is_large_enough_whole_inside_its_box_and_stands_out(theme: Theme) -> None:
    """At 360 CSS pixels nothing is below 11, nothing is cut, and the contrast is 4.5:1 or more."""
    seen = 0
    for name, card in cards(theme):
        for text in card.texts:
            about = (name, text.text)
            line = text.line
            assert line.size * SHOWN_WIDTH / WIDTH >= READABLE, about
            assert not line.is_cut, about
            drawn = length(line.text, line.size, text.weight, line.stretch)
            assert drawn <= text.width, about
            assert contrast(text.colour, text.ground) >= CONTRAST, (*about, text.ground)
            seen += 1
        assert card.height < 1.75 * WIDTH, name  # an upright phone shows it
    assert seen > 1000


def test_eleven_css_pixels_are_the_smallest_size() -> None:
    assert SMALLEST * SHOWN_WIDTH / WIDTH == READABLE


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_mark_stands_out_from_what_is_behind_it(theme: Theme) -> None:
    """Marks and the grounds that they stand on, of all pictures and drawings."""
    cramps = (*theme.ramp, theme.unknown)
    behind = {
        "cramp on a night": product(cramps, (theme.ground, theme.panel, theme.sleep)),
        "strength in a cramp": product((theme.ink,), cramps),
        "no cramps": product((theme.free,), (theme.ground, theme.panel, theme.sleep)),
        "tick in done": product((theme.ink,), (theme.free,)),
        "skipped, no entry, no answer": product((theme.muted, theme.faint), (theme.ground,)),
        "bed and wake time": product((theme.muted,), (theme.panel, theme.sleep)),
        "lines of the quarter, on their halo": product((theme.text,), (theme.ground,)),
        "figure, towel, muscle, arrow": product(
            (theme.figure, theme.muted, theme.towel, theme.free), (theme.ground,)
        ),
        "figure before furniture": product((theme.figure, theme.muted), (theme.sleep, theme.panel)),
        "edges of furniture": product((theme.faint,), (theme.ground,)),
    }
    for name, pairs in behind.items():
        for mark, ground in pairs:
            assert contrast(mark, ground) >= CONTRAST, (name, mark, ground)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
    assert contrast((27, 33, 66), (27, 33, 66)) == 1


# Legends -----------------------------------------------------------------------------------------


def legend_words(facts: Facts) -> list[str]:
    figures = week_figures(facts)
    report = WeekReport(figures, 0, MONDAY, MONDAY, None, time(22, 30), time(7))
    drawing = WeekDrawing(figures, labels(translator("en"), report))
    return [item.words for item in drawing.legend()]


def test_the_legend_names_exactly_what_is_in_the_week() -> None:
    assert legend_words(FACTS) == [
        "cramp and its strength, 0 to 10",
        "cramp, strength not given",
        "no cramps",
        "no entry",
        "bedtime and getting up",
        "at another hour, or the time is not known",
        "done",
        "skipped",
        "no answer",
        "2 of 3 done",
    ]
    assert legend_words(Facts((cramp(0, 2, intensity=4),))) == [
        "cramp and its strength, 0 to 10",
        "no entry",
        "bedtime and getting up",
    ]
    assert legend_words(Facts()) == ["no entry"]


def test_the_legend_names_exactly_what_is_in_the_month_and_the_quarter() -> None:
    tr = translator("en")
    figures = month_figures(diary("Cn.Cn"), 2027, 1, started_on=night(0), local_now=NOW)
    words = month_quarter_messages.month_labels(tr, figures, 0)
    found = [item.words for item in MonthDrawing(figures, words).legend()]
    assert found == ["cramps, strength not given", "no cramps", "no entry"]
    quiet = quarter_figures(diary(week(0) * 13), night(90), night(0))
    words_of_quarter = month_quarter_messages.quarter_labels(tr, quiet)
    assert [item.words for item in QuarterDrawing(quiet, words_of_quarter).legend()] == [
        "no cramps"
    ]


def test_every_kind_of_reminder_has_its_row_and_drinks_say_how_many() -> None:
    texts = [text.text for text in week_card(translator("en"), DARK).texts]
    for name in ("Stretch", "Caffeine", "Dinner", "Drinks", "Meal", "Own reminders"):
        assert name in texts, name
    assert "3/5" in texts  # five drinks, three of them done
    assert "2/2" in texts  # two own reminders that evening
