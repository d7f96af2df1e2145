"""The log stays readable during an outage."""

import logging

import pytest

from bot.operations.logging import REPEAT_SECONDS, RepeatFilter, redact
from bot.trouble_log import TroubleLog

log = logging.getLogger("test")


def record(text: str, level: int, at: float, *arguments: object) -> logging.LogRecord:
    found = logging.LogRecord("test", level, "", 0, text, arguments, None)
    found.created = at
    return found


def test_the_same_warning_passes_once_a_minute_and_says_how_often_it_was_left_out() -> None:
    repeats = RepeatFilter()
    passed = [
        at
        for at in range(2 * REPEAT_SECONDS)
        if repeats.filter(record("delivery %s waits", logging.ERROR, at, at))
    ]
    assert passed == [0, REPEAT_SECONDS]
    last = record("delivery %s waits", logging.ERROR, 3 * REPEAT_SECONDS, 7)
    assert repeats.filter(last)
    assert last.getMessage() == f"delivery 7 waits ({REPEAT_SECONDS - 1} more like this before)"


def test_a_bug_that_everybody_meets_is_told_once_a_minute_and_another_at_once() -> None:
    repeats = RepeatFilter()

    def passes(error: Exception, at: float) -> bool:
        found = record("delivery %s cannot be made", logging.ERROR, at, at)
        found.exc_info = (type(error), error, None)
        return repeats.filter(found)

    assert [passes(KeyError(), at) for at in (0, 1, REPEAT_SECONDS)] == [True, False, True]
    assert passes(ValueError(), 2)


def test_a_clock_that_was_a_year_ahead_hides_no_line() -> None:
    repeats, year = RepeatFilter(), 365 * 86_400
    assert all(repeats.filter(record("it fails", logging.ERROR, at)) for at in (year, 0))


def test_other_lines_and_information_pass() -> None:
    repeats = RepeatFilter()
    assert all(repeats.filter(record(text, logging.WARNING, 0)) for text in "abc")
    assert all(repeats.filter(record("started", logging.INFO, 0)) for _ in range(3))


def test_a_trouble_is_said_at_its_beginning_and_at_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trouble = TroubleLog(log, "polling")
    trouble.over()
    for why in ("no answer", "no answer", "502", "502"):
        trouble.happened(why)
    trouble.over()
    trouble.over()
    trouble.happened("no answer")
    assert [one.getMessage() for one in caplog.records] == [
        "polling fails: no answer",
        "polling fails: 502",
        "polling goes well again after 0 s; it had failed 4 times",
        "polling fails: no answer",
    ]


def test_another_reason_and_another_trouble_are_said_within_the_same_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The token may be revoked just after polling had failed for another reason."""
    caplog.handler.addFilter(repeats := RepeatFilter())
    polling, sending = TroubleLog(log, "polling"), TroubleLog(log, "sending")
    try:
        for why in ("502", "100 % lost", "502", "does not know the token"):
            polling.happened(why)
            sending.happened(why)
            polling.over()
    finally:
        caplog.handler.removeFilter(repeats)
    said = [line for line in caplog.messages if "fails" in line]
    reasons = ("502", "100 % lost", "does not know the token")
    assert said == [f"{what} fails: {why}" for why in reasons for what in ("polling", "sending")]


def test_the_secret_of_an_address_is_redacted() -> None:
    secret = "Xq" + "a-_9" * 10 + "Z"
    assert redact(f"POST /log/{secret} failed") == "POST /log/<token> failed"
    assert redact("the /log/file") == "the /log/file"
