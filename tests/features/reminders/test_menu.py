"""What "…" on a reminder offers: move, mute and stop, each with an Undo, and a way back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.database.models import Fluids, Kind, Reminder
from tests.features.reminders.steps import DAY, STRETCH, delivery, next_at, stretched, with_only
from tests.support.harness import Harness, Someone

DRINK = datetime(2027, 1, 14, 7, 0, tzinfo=UTC)
"""The first drink of a day: 08:00 in Berlin."""


async def plan(harness: Harness, someone: Someone, kind: Kind) -> Reminder:
    """The row of a reminder."""
    rows = await harness.rows(Reminder)
    return next(row for row in rows if row.user_id == someone.id and row.kind is kind)


async def drank(harness: Harness) -> Someone:
    """Somebody who has just got the first drink of the day."""
    ann = await with_only(harness, Kind.HYDRATION)
    await harness.live_until(DRINK)
    return ann


async def test_the_menu_and_the_way_back(harness: Harness) -> None:
    ann = await drank(harness)
    words, buttons = ann.last.words, ann.last.buttons
    assert buttons[-1] == "…"
    await ann.taps("…")
    assert ann.last.words == "💧 Drinks\nMove it, mute it or stop it?"
    assert ann.last.buttons == [
        *("30 min earlier", "30 min later"),
        "Type a time…",
        *("No more today", "Mute for a week"),
        *("Stop it", "◀ Back"),
    ]
    await ann.taps("◀ Back")
    assert (ann.last.words, ann.last.buttons) == (words, buttons)


async def test_the_morning_question_has_a_menu_too(harness: Harness) -> None:
    ann = await with_only(harness, Kind.CHECK_IN)
    await harness.live_until(DRINK - timedelta(hours=1))
    sent = ann.last
    words, buttons, planned = sent.words, sent.buttons, await next_at(harness, ann, Kind.CHECK_IN)
    assert (words.startswith("☀️ How was last night?"), buttons[3]) == (True, "…")
    menu = "☀️ Morning question\nMove it, mute it or stop it?"
    for change, said, undo in (
        ("30 min later", "☀️ Morning question: from now on at 07:30.", "Undo the move"),
        ("Skip the next one", "☀️ Morning question: muted, next", "Undo the mute"),
        ("Stop it", "☀️ Morning question: stopped.", "Undo the stop"),
    ):
        await ann.taps("…", sent)
        assert sent.words == menu
        await ann.taps(change, sent)
        assert sent.words.startswith(said)
        await ann.taps(undo, sent)
        assert sent.words == menu
        assert await next_at(harness, ann, Kind.CHECK_IN) == planned
        await ann.taps("◀ Back", sent)
        assert (sent.words, sent.buttons) == (words, buttons)
    await ann.taps("…", sent)
    await ann.taps("Type a time…", sent)
    await ann.says("8:15")
    assert (await plan(harness, ann, Kind.CHECK_IN)).times == "08:15"
    await ann.taps("◀ Back")
    await ann.taps("No cramps")
    assert ann.last.words.startswith("☀️ Wednesday night: no cramps.")


async def test_a_move_and_its_undo(harness: Harness) -> None:
    ann = await stretched(harness)
    sent, planned = ann.last, await next_at(harness, ann, Kind.STRETCH)
    assert planned is not None
    words = sent.words
    await ann.taps("…")
    move = next(
        button["callback_data"]
        for row in sent.inline
        for button in row
        if button["text"] == "30 min later"
    )
    await ann.taps("30 min later")
    assert sent.words == "🌙 Stretch: from now on at 22:50."
    assert sent.buttons == ["Undo the move", "◀ Back"]
    assert await next_at(harness, ann, Kind.STRETCH) == STRETCH + timedelta(minutes=30)
    await ann.forges(move, sent)  # the second of two fast taps keeps the first one's Undo
    assert (await plan(harness, ann, Kind.STRETCH)).times == "22:50"
    await ann.taps("Undo the move")
    assert (await plan(harness, ann, Kind.STRETCH)).times is None
    assert await next_at(harness, ann, Kind.STRETCH) == planned
    assert sent.words == words


async def test_typed_times_and_the_undo_to_chosen_ones(harness: Harness) -> None:
    ann = await with_only(harness, Kind.HYDRATION)
    await ann.forges("reminders:set:hydration:0800.1000")
    await harness.live_until(DRINK)
    first = ann.last
    await ann.taps("…")
    await ann.taps("Type a time…")
    assert ann.last.buttons == ["◀ Back"]
    await ann.says("soon")
    assert ann.last.words.startswith("I could not read that.")
    await ann.says("9:30 and 3pm")
    assert ann.last.words == "💧 Drinks: from now on at 09:30, 15:00."
    assert first.buttons == []
    assert (await plan(harness, ann, Kind.HYDRATION)).times == "09:30,15:00"
    await ann.taps("Undo the move")
    assert (await plan(harness, ann, Kind.HYDRATION)).times == "08:00,10:00"
    assert "Done" in ann.last.buttons


@pytest.mark.parametrize(
    ("kind", "label", "missed", "words"),
    [
        (Kind.HYDRATION, "No more today", 3, "💧 Drinks: muted, next tomorrow 08:00."),
        (Kind.HYDRATION, "Mute for a week", 27, "💧 Drinks: muted, next Thu 21 Jan, 08:00."),
        (Kind.STRETCH, "Skip the next one", 1, "🌙 Stretch: muted, next Fri 15 Jan, 22:20."),
        (Kind.STRETCH, "Mute for a week", 7, "🌙 Stretch: muted, next Thu 21 Jan, 22:20."),
    ],
)
async def test_a_mute_and_its_undo(
    harness: Harness, kind: Kind, label: str, missed: int, words: str
) -> None:
    ann = await (drank(harness) if kind is Kind.HYDRATION else stretched(harness))
    planned = await next_at(harness, ann, kind)
    await ann.taps("…")
    await ann.taps(label)
    assert ann.last.words == words
    assert (await plan(harness, ann, kind)).enabled
    await ann.says("/reminders")
    assert "muted, next" in ann.last.words
    await ann.taps("Undo the mute", ann.with_button("Undo the mute"))
    assert await next_at(harness, ann, kind) == planned
    assert (await plan(harness, ann, kind)).muted is None
    assert missed > 0


async def test_a_mute_ends_by_itself_or_by_switching_on(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("…")
    await ann.taps("Skip the next one")
    await harness.live_for(DAY + timedelta(minutes=5))
    assert len([row for row in await harness.rows(Reminder) if row.muted]) == 1
    assert (await delivery(harness)).due_at.date() == datetime(2027, 1, 13, tzinfo=UTC).date()
    await harness.live_for(DAY)
    assert (await delivery(harness, 1)).due_at.date() == datetime(2027, 1, 15, tzinfo=UTC).date()
    await ann.taps("…")
    await ann.taps("Mute for a week")
    await ann.says("/reminders")
    await ann.taps("🌙 Stretch")
    await ann.taps("Switch on")
    assert (await plan(harness, ann, Kind.STRETCH)).muted is None


async def test_a_stop_takes_two_taps_and_has_an_undo(harness: Harness) -> None:
    ann = await drank(harness)
    sent, planned = ann.last, await next_at(harness, ann, Kind.HYDRATION)
    await ann.taps("…")
    await ann.taps("Stop it")
    assert sent.words == "💧 Drinks: stopped. /reminders can start it again."
    row = await plan(harness, ann, Kind.HYDRATION)
    assert (row.enabled, row.next_at) == (False, None)
    await ann.taps("Undo the stop")
    assert await next_at(harness, ann, Kind.HYDRATION) == planned
    assert "A moment for a drink" in sent.words


async def test_an_undo_opens_no_gate(harness: Harness) -> None:
    ann = await drank(harness)
    await ann.taps("…")
    await ann.taps("Stop it")
    await ann.forges("users:fluids:limited", ann.bot_messages[0])
    await ann.taps("Undo the stop")
    assert await next_at(harness, ann, Kind.HYDRATION) is None
    assert not (await plan(harness, ann, Kind.HYDRATION)).enabled


FORGED = (
    "reminders:menu",
    "reminders:menu:x",
    "reminders:move:{id}",
    "reminders:move:{id}:2561",
    "reminders:move:{id}:08",
    "reminders:move:{id}:0800090010001100120013001400150016",
    "reminders:unmove:{id}:",
    "reminders:unmove:{id}:xx",
    "reminders:mute:{id}",
    "reminders:mute:{id}:20261231",
    "reminders:mute:{id}:20280101",
    "reminders:mute:{id}:never",
    "reminders:off:nonsense",
    "reminders:unoff:custom.7",
)


async def test_forged_taps_change_nothing(harness: Harness) -> None:
    ann = await drank(harness)
    eve = await harness.set_up_person("Eve", fluids=Fluids.UNSURE)
    number, plans = (await delivery(harness)).id, await harness.rows(Reminder)
    for data in FORGED:
        await ann.forges(data.format(id=number))
    for verb in ("menu", "move", "unmove", "type", "mute", "unmute", "stop", "unstop", "keep"):
        toast = await eve.forges(f"reminders:{verb}:{number}:0900")
        assert toast == "That reminder no longer exists."
    assert await harness.rows(Reminder) == plans
