"""Answers in words to a question of several buttons."""

from datetime import UTC, date, datetime

import pytest

from bot.features.free_text.answered_choice import pause_said, taps_by_clock
from bot.features.free_text.meanings.act_values import RemindOnce
from bot.features.free_text.meanings.values import LogCramp, Meaning, Pause, encode
from bot.features.free_text.understanding.sentence import Situation
from bot.telegram.message import pack
from bot.telegram.open_question import OpenQuestion

TUESDAY = datetime(2026, 12, 1, 2, 13, tzinfo=UTC)
PAUSES = (Pause(tonight=True), Pause(date(2026, 12, 8)), Pause())
REMINDERS = tuple(RemindOnce(datetime(2026, 12, 1, hour)) for hour in (9, 21))


def question(meanings: tuple[Meaning, ...]) -> OpenQuestion:
    buttons = tuple(("…", pack("typed", "yes", 7, encode(one)), None) for one in meanings)
    return OpenQuestion(1, (*buttons, ("None of these", pack("typed", "no"), None)))


@pytest.mark.parametrize(
    ("language", "text", "until_on"),
    [
        ("en", "3 days", date(2026, 12, 4)),
        ("en", "until friday", date(2026, 12, 4)),
        ("en", "for a week", date(2026, 12, 8)),
        ("de", "3 tage", date(2026, 12, 4)),
        ("de", "bis freitag", date(2026, 12, 4)),
        ("es", "hasta el viernes", date(2026, 12, 4)),
        ("fr", "3 jours", date(2026, 12, 4)),
        ("it", "fino a venerdì", date(2026, 12, 4)),
        ("pt_BR", "até sexta", date(2026, 12, 4)),
        ("ru", "до пятницы", date(2026, 12, 4)),
        ("uk", "3 дні", date(2026, 12, 4)),
        ("en", "3", None),
        ("en", "cramp", None),
        ("en", "yes", None),
        ("en", "left calf", None),
    ],
)
def test_how_long_a_pause_is_can_be_typed(language: str, text: str, until_on: date | None) -> None:
    situation = Situation(language, TUESDAY, "Europe/Berlin", 24)
    found = pause_said(question(PAUSES), text, situation)
    assert found == (None if until_on is None else Pause(until_on))
    assert pause_said(question(REMINDERS), text, situation) is None


@pytest.mark.parametrize(
    ("language", "text", "hours"),
    [
        ("en", "9pm", [21]),
        ("en", "9", [9, 21]),
        ("en", "at 9", [9, 21]),
        ("de", "21 uhr", [21]),
        ("es", "a las 21", [21]),
        ("fr", "21h", [21]),
        ("ru", "в 21", [21]),
        ("en", "10pm", []),
        ("en", "bedtime 21:00", None),
        ("en", "left calf", None),
        ("en", "never mind", None),
    ],
)
def test_a_time_names_the_buttons_of_that_time(
    language: str, text: str, hours: list[int] | None
) -> None:
    taps = taps_by_clock(question(REMINDERS), text, language, "Europe/Berlin")
    codes = {encode(one): one.at.hour for one in REMINDERS}
    assert (None if taps is None else [codes[tap.word(1) or ""] for tap in taps]) == hours


def test_a_number_below_the_question_for_a_cramp_may_be_its_strength() -> None:
    asked = question((LogCramp(TUESDAY, "exact"),))
    assert taps_by_clock(asked, "3", "en", "Europe/Berlin") is None
    assert taps_by_clock(asked, "at 10", "en", "Europe/Berlin") is None
    named = taps_by_clock(asked, "3:13", "en", "Europe/Berlin")
    assert named is not None
    assert len(named) == 1
