"""The words of months and quarters, also with few entries."""

import re
from datetime import datetime

import pytest

from bot.features.cramps.messages.labels import code_labels
from bot.features.diary.facts import Facts, HabitFact
from bot.features.diary.trend import Direction, Trend, trend
from bot.features.summary import detail_messages, month_quarter_messages
from bot.features.summary.comparisons import side_by_side
from bot.features.summary.month_quarter import QuarterFigures, month_figures, quarter_figures
from bot.features.summary.periods import period_figures
from bot.features.summary.stats import HOURS
from bot.i18n.formats import in_sentence
from bot.i18n.translator import translator
from bot.telegram.message import Message
from tests.features.summary.test_periods import FIRST, cramp, diary, night, week
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")


MORE = Trend(20, 28, 9, 56, Direction.MORE, True)


def words(message: Message) -> str:
    return visible_text(message.text)


def quarter_words(letters: str, begun: int = 0) -> str:
    facts, last = diary(letters), night(len(letters) - 1)
    figures = quarter_figures(facts, last, night(begun))
    found = trend(facts.covered_nights(), facts.cramp_nights(), last, looks=True)
    return words(
        month_quarter_messages.quarter_message(
            TR, figures, found, last, b"", earlier_on=None, later_on=None
        )
    )


def month_words(letters: str, now: datetime, begun: int = 0) -> str:
    figures = month_figures(diary(letters), 2027, 1, started_on=night(begun), local_now=now)
    return words(month_quarter_messages.month_message(TR, figures, b"", earlier=None, later=None))


def test_on_the_first_evening_no_night_is_counted() -> None:
    month = month_words("", datetime(2027, 1, 4, 19))
    figures = quarter_figures(Facts(), night(-1), FIRST)
    none = Trend(0, 0, 0, 0)
    quarter = words(
        month_quarter_messages.quarter_message(
            TR, figures, none, FIRST, b"", earlier_on=None, later_on=None
        )
    )
    for text in (month, quarter):
        assert "There is no night to count yet." in text
        assert "0 of 0" not in text


def test_a_night_that_is_logged_counts_though_it_is_not_over() -> None:
    assert "You logged 1 of 1 night." in month_words("C", datetime(2027, 1, 5, 4))


def test_coverage_counts_from_the_diary_s_beginning() -> None:
    assert "You logged 14 of 16 nights." in quarter_words("." * 75 + "Cn" * 7 + "..", begun=75)


def test_dummy_pills_are_mentioned_wherever_there_are_marks() -> None:
    text = quarter_words(week(3) * 13)
    assert "your first 14 logged nights; the dashed line is a quarter less" in text
    assert "People on dummy pills often get there too" in text
    assert_kind_words(text)


@pytest.mark.parametrize(
    ("letters", "said"),
    [
        (week(0) * 12 + week(3), "Your first 14 logged nights: cramps on 0."),
        (week(1, 4) * 13, "Your first 14 logged nights: cramps on 4."),
        ("." * 78 + "C" * 13, None),
    ],
    ids=["without cramps", "partial weeks only", "not complete"],
)
def test_no_mark_is_described_that_is_not_drawn(letters: str, said: str | None) -> None:
    text = quarter_words(letters)
    assert "quarter" not in text
    assert "marks" not in text
    assert ("Your first 14" in text) is (said is not None)
    assert said is None or said in text


def test_no_message_has_a_percentage_or_a_reason() -> None:
    figures = period_figures(diary("Cn" * 40), night(0), night(79))
    details = words(detail_messages.details(TR, figures, (), b""))
    for text in (details, quarter_words("Cn" * 45), month_words("Cn" * 14, datetime(2027, 2, 1))):
        assert "%" not in text
        assert not re.search(r"\b(because|normal|thanks to|caused?)\b", text)


def test_side_by_side_is_two_counts_and_no_test() -> None:
    habits = tuple(HabitFact(night(one), "stretch_done", one < 12) for one in range(23))
    plain = diary("CCC" + "n" * 9 + "CCCCC" + "n" * 6)
    pair = side_by_side(Facts(plain.cramps, plain.checks, (), habits), "stretch_done")
    assert pair is not None
    assert detail_messages.side_by_side_counts(TR, pair) == (
        "Nights with a stretch: cramps on 3 of 12. Nights without a stretch: 5 of 11."
    )
    assert detail_messages.no_test(TR) == (
        "This is no test: those nights may differ in other ways too, and chance plays a part."
    )


@pytest.mark.parametrize("kind", ["site", "side", "duration", "context", "trigger", "relief"])
def test_every_code_has_a_name_in_the_details(kind: str) -> None:
    fields = {
        "trigger": "possible_triggers",
        "relief": "relief_tried",
    }
    for code, name in code_labels(TR)[kind].items():
        value = frozenset({code}) if kind in fields else code
        facts = Facts((cramp(0, **{fields.get(kind, kind): value}),))
        lines = detail_messages.splits(TR, period_figures(facts, night(0), night(6)))
        assert any(f"{in_sentence(TR, name)} 1" in line for line in lines), code


def test_every_part_of_the_night_has_a_name() -> None:
    assert tuple(detail_messages.hour_names(TR)) == HOURS


def test_few_of_many_are_named_and_the_rest_is_counted() -> None:
    sites = ["calf"] * 3 + ["toes"] * 2 + ["shin", "hip_buttock", "thigh_back", "thigh_front"]
    facts = Facts(tuple(cramp(0, site=site) for site in sites))
    line = detail_messages.splits(TR, period_figures(facts, night(0), night(0)))[0]
    assert line.startswith("Where: calf 3, toes 2, ")
    assert line.endswith(", others 2")
    assert sum(int(number) for number in re.findall(r"\d+", line)) == len(sites)


def test_the_most_that_can_be_said_fits_below_a_picture() -> None:
    """Telegram accepts 1,024 characters below a picture."""
    codes = {kind: list(names) for kind, names in code_labels(TR).items()}
    entries = tuple(
        cramp(
            number,
            site=site,
            side=codes["side"][number % 4],
            intensity=number % 11,
            duration=codes["duration"][number % 5],
            context=codes["context"][number % len(codes["context"])],
            possible_triggers=frozenset(codes["trigger"]),
            relief_tried=frozenset(codes["relief"]),
            after_effects=frozenset(codes["effect"]),
            count=4,
        )
        for number in range(91)
        for site in codes["site"]
    )
    habits = tuple(
        HabitFact(night(number), habit, number % 2 == 0)
        for number in range(91)
        for habit in ("stretch_done", "caffeine_after_cutoff")
    )
    facts = Facts(entries, (), (), habits)
    pairs = [
        pair
        for habit in ("stretch_done", "caffeine_after_cutoff")
        if (pair := side_by_side(facts, habit))
    ]
    assert len(pairs) == 2
    quarter: QuarterFigures = quarter_figures(facts, night(90), FIRST)
    shown = (
        detail_messages.details(TR, quarter.figures, pairs, b""),
        month_quarter_messages.quarter_message(
            TR, quarter, MORE, night(86), b"", earlier_on=FIRST, later_on=None
        ),
        month_quarter_messages.month_message(
            TR,
            month_figures(facts, 2027, 1, started_on=FIRST, local_now=datetime(2027, 5, 1)),
            b"",
            earlier=None,
            later=None,
        ),
    )
    for message in shown:
        assert len(words(message)) <= 1024, len(words(message))
