"""Callback data: packing within Telegram's limits, and parsing of untrusted data."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.message import MAX_CALLBACK_BYTES, Message, Tap, pack, unpack


def test_round_trip() -> None:
    data = pack("reminders", "in", 12, "2215", "Europe/Berlin", "Etc/GMT+3")
    tap = unpack(data)
    assert tap == Tap("reminders", "in", ("12", "2215", "Europe/Berlin", "Etc/GMT+3"))
    assert (tap.number(0), tap.word(1), tap.number(2), tap.word(9)) == (12, "2215", None, None)


@pytest.mark.parametrize("part", ["a:b", "käse", "a b", "x" * 64])
def test_invalid_parts_cannot_be_packed(part: str) -> None:
    with pytest.raises(ValueError, match="callback data"):
        pack("reminders", "in", part)


@pytest.mark.parametrize(
    "data", [None, "", "reminders", ":", "a b:c", "käse:x", "x:" + "y" * 70, "a:b\n", "a:b:\x00"]
)
def test_malformed_data_is_refused(data: str | None) -> None:
    assert unpack(data) is None


@given(st.text())
def test_any_text_is_parsed_or_refused(data: str) -> None:
    tap = unpack(data)
    if tap is not None:
        assert pack(tap.feature, tap.verb, *tap.arguments) == data
        assert len(data.encode()) <= MAX_CALLBACK_BYTES


@given(st.text(max_size=30))
def test_numbers_are_validated(text: str) -> None:
    number = Tap("a", "b", (text,)).number(0)
    assert number is None or abs(number) < 10**18


@pytest.mark.parametrize("text", ["", "730", "07300", "7.30", "2400", "0760", "+730", "12am"])
def test_times_of_day_are_validated(text: str) -> None:
    assert Tap("users", "bed", (text, "0730")).clock(0) is None
    assert Tap("users", "bed", (text, "0730")).clock(1) == time(7, 30)


def test_quietly_never_makes_a_silent_message_loud() -> None:
    assert Message("x", silent=True).quietly(False).silent
    assert Message("x").quietly(True).silent
    assert not Message("x").quietly(False).silent
