"""The moves, their words in large letters, and what is counted when: pure rules and texts."""

from datetime import datetime, timedelta

import pytest

from bot.drawing.canvas import MARGIN, WIDTH
from bot.drawing.large_words import SMALLEST, broken, with_words
from bot.features.cramps.relief import relief_card
from bot.features.relief import messages
from bot.features.relief.messages import Shown
from bot.features.relief.moves import LYING, SEATED, WAYS, following, moves_of, shown, ways_of
from bot.features.relief.timing import (
    BELIEVED,
    WARNING_AFTER,
    after_tap,
    length_of,
    minutes_of,
    next_change,
)
from bot.i18n.translator import available_languages, translator
from tests.support.wording import visible_text

TR = translator("en")
AT = datetime(2027, 1, 14, 3, 12)
LEG = ("leg", "stretch", "standing", "seated", "warmth")
EVERY_GATE = ((), ("warmth",), ("seated", "stretch"), ("seated", "warmth"), LEG)
CAPTION = 1024


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("shut", "is_leg", "codes"),
    [
        ((), True, ["foot", "towel", "rub", "warm"]),
        (("standing", "stretch?", "drinks"), True, ["foot", "towel", "rub", "warm"]),
        (("warmth",), True, ["foot", "towel", "rub"]),
        (("stretch", "standing", "seated"), True, ["still", "warm"]),
        (("seated", "warmth"), True, ["still"]),
        (LEG, True, ["leg"]),
        ((), False, ["rub", "warm"]),
        (LEG, False, ["leg"]),
    ],
)
def test_gates_leave_moves_open(shut: tuple[str, ...], is_leg: bool, codes: list[str]) -> None:
    for way in WAYS:
        assert [move.code for move in moves_of(shut, way, is_leg=is_leg)] == codes
    has_ways = "foot" in codes
    assert ways_of(shut, is_leg=is_leg) == (WAYS if has_ways else ())


def test_the_next_move_goes_round_and_an_unknown_one_is_the_first() -> None:
    moves = moves_of((), SEATED)
    assert [following(moves, move) for move in moves] == [*moves[1:], moves[0]]
    assert shown(moves, "towel") is moves[1]
    assert shown(moves, "nonsense") is moves[0]
    assert following(moves_of(LEG, LYING), moves_of(LEG, LYING)[0]) is None


def test_a_leg_that_nobody_has_seen_gets_neither_stretch_nor_rub_nor_warmth() -> None:
    text = visible_text(relief_card(TR, LEG))
    for words in ("Pull your foot", "Rub the muscle", "towel", "Warm pack"):
        assert words not in text
    assert "before a doctor has seen it" in text.splitlines()[1]


def test_the_first_moves_have_five_words() -> None:
    for shut in EVERY_GATE:
        for move in moves_of(shut, SEATED):
            assert len(move.words.split()) == 5, move.words


@pytest.mark.parametrize("language", available_languages())
def test_large_words_fit_and_captions_are_whole(language: str) -> None:
    tr = translator(language)
    for shut in EVERY_GATE:
        for way in WAYS:
            moves = moves_of(shut, way)
            for move in moves:
                words = tr.gettext(move.words)
                assert len(words.split()) <= 6
                assert broken(words, SMALLEST, WIDTH - 2 * MARGIN) is not None, words
                for passed in (None, 0, 1, 5, 10, 12):
                    state = Shown(1, move, following(moves, move), LYING, AT, passed, False)
                    message = messages.relief(tr, state)
                    text = visible_text(message.text)
                    assert len(text) <= CAPTION
                    assert "{" not in text
                    assert text.startswith(words)
                    assert sum(map(len, message.rows)) <= 4


def test_the_picture_is_high_enough_for_the_words_and_no_higher() -> None:
    for drawing in ("foot_seated", "foot_lying", "calf_seated", "calf_lying", "rub", "warm", None):
        picture = with_words("Pull your foot toward you", drawing)
        assert picture.startswith(b"\x89PNG")
        assert 4_000 < len(picture) < 60_000


@pytest.mark.parametrize(
    ("passed", "code"),
    [
        (0, "lt_1min"),
        (0.99, "lt_1min"),
        (1, "1_5min"),
        (4.9, "1_5min"),
        (5, "5_10min"),
        (10, "5_10min"),
        (10.1, "gt_10min"),
        (19, "gt_10min"),
    ],
)
def test_a_length_is_that_of_the_entry(passed: float, code: str) -> None:
    assert length_of(minutes(passed)) == code
    assert minutes_of(minutes(passed)) == int(passed)


@pytest.mark.parametrize(
    ("passed", "is_warned", "after"),
    [
        (0, False, 1),
        (0.5, False, 1),
        (1, False, 2),
        (9.5, False, 10),
        (10, False, 10),
        (10, True, None),
        (15, False, 15),
        (BELIEVED / minutes(1), False, None),
        (600, False, None),
    ],
)
def test_a_message_changes_each_minute_and_ten_bring_the_card(
    passed: float, is_warned: bool, after: float | None
) -> None:
    found = next_change(AT, AT + minutes(passed), is_warned=is_warned)
    assert found == (None if after is None else AT + minutes(after))
    assert minutes(10) == WARNING_AFTER


def test_a_tap_beside_an_edit_of_the_timer_is_made_good() -> None:
    for second in (1, 59, 61):
        now = AT + timedelta(seconds=second)
        assert after_tap(AT, now, is_warned=False) == now + timedelta(seconds=3)
    assert after_tap(AT, AT + timedelta(seconds=30), is_warned=False) == AT + minutes(1)
    assert after_tap(AT, AT + minutes(12), is_warned=True) is None
