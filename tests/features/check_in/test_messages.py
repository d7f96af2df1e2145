"""The words and buttons of the check-in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from bot.database.models import Habit, NightStatus
from bot.features.check_in import messages
from bot.features.check_in.messages import LONGEST_LABEL, State
from bot.i18n.translator import translator
from bot.telegram.message import MAX_CALLBACK_BYTES, Button, Message, unpack
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
ASKED: dict[Habit, str | None] = {habit: None for habit in Habit if habit is not Habit.OTHER}
OWN: dict[Habit, str | None] = {Habit.OTHER: "<b>Feet up & legs crossed</b> for a good while"}
MENU = ("reminders", "menu")
OPEN = State(999_999_999_999, date(2027, 1, 13), None, {}, ASKED)


def every_message() -> Iterator[tuple[str, Message]]:
    for status, done, own in product((None, *NightStatus), (None, True, False), (False, True)):
        habits = {} if done is None else dict.fromkeys(Habit, done)
        state = replace(
            OPEN,
            status=status,
            habits=habits,
            asked=ASKED | (OWN if own else {}),
            entry_id=888_888_888_888 if status is NightStatus.HAD_CRAMPS else None,
            count=4,
        )
        yield f"question, {status}, {done}, {own}", messages.question(TR, state)
        yield f"closed, {status}", messages.closed(TR, state)


def buttons(message: Message) -> list[Button]:
    return [button for row in message.rows for button in row]


@pytest.mark.parametrize(("name", "message"), list(every_message()))
def test_every_message_can_be_sent_and_leads_on(name: str, message: Message) -> None:
    text = visible_text(message.text)
    assert 0 < len(text) <= 300
    assert "{" not in text
    assert_kind_words(text)
    assert buttons(message), name
    for button in buttons(message):
        assert len(button.data.encode()) <= MAX_CALLBACK_BYTES
        tap = unpack(button.data)
        assert tap is not None
        assert tap.feature in {"checkin", "cramps"} or (tap.feature, tap.verb) == MENU
        assert 0 < len(button.label) <= 24
        assert_kind_words(button.label)
    data = [button.data for button in buttons(message)]
    assert len(set(data)) == len(data)


@pytest.mark.parametrize(("name", "message"), list(every_message()))
def test_a_row_is_not_too_wide_for_a_phone(name: str, message: Message) -> None:
    for row in message.rows:
        assert sum(len(button.label) + 2 for button in row) <= 48, name


@pytest.mark.parametrize("status", list(NightStatus))
def test_the_answer_given_is_marked_and_no_other(status: NightStatus) -> None:
    message = messages.question(TR, replace(OPEN, status=status))
    marked = [
        button.label
        for button in (*message.rows[0], *message.rows[1])
        if button.label.startswith("• ")
    ]
    words = {"none_last_night": "No cramps", "had_cramps": "Had cramps", "skip": "Skip"}
    assert marked == [f"• {words[status]}"]


def test_a_marked_habit_is_taken_back_and_the_other_one_set() -> None:
    message = messages.question(TR, replace(OPEN, habits={Habit.STRETCH_DONE: False}))
    data = {button.label: button.data.rpartition(":")[2] for button in buttons(message)}
    assert data["• Did not stretch"] == "x"
    assert data["Stretched"] == "1"
    assert (data["Late caffeine"], data["No late caffeine"]) == ("1", "0")


@pytest.mark.parametrize("status", [None, NightStatus.NONE_LAST_NIGHT, NightStatus.SKIP])
def test_the_count_is_asked_only_when_there_is_an_entry(status: NightStatus | None) -> None:
    labels = [one.label for one in buttons(messages.question(TR, replace(OPEN, status=status)))]
    assert not {"1", "2", "3", "How strong, where, when…"} & set(labels)
    cramps = replace(OPEN, status=NightStatus.HAD_CRAMPS)
    labels = [one.label for one in buttons(messages.question(TR, cramps))]
    assert "How strong, where, when…" not in labels  # the night has other entries


def test_long_own_words_are_cut_to_fit() -> None:
    (yes, no) = messages.habit_words(TR, "Legs up on the wall for ten minutes")[Habit.OTHER]
    assert len(yes) <= LONGEST_LABEL
    assert yes == "Legs up on the wall…"
    assert no == "Not done"


def test_the_toasts_are_kind() -> None:
    for text in (messages.gone(TR), messages.answered_reminder(TR)):
        assert len(text) <= 200
        assert_kind_words(text)
