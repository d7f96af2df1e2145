"""/stop, /stretch and /settings: what a person who types them expects."""

from datetime import timedelta

from bot.database.models import Kind, Reminder, User
from tests.support.harness import Harness


async def test_stop_is_one_tap_for_everything_and_has_an_undo(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/stop")
    card = ann.last
    assert card.words.startswith("What should stop?")
    assert card.buttons[0] == "Stop all reminders"
    assert {"Pause for a while…", "💧 Drinks", "📊 Weekly summary", "Erase everything…"} <= set(
        card.buttons
    )
    plans = await harness.rows(Reminder)
    await ann.taps("Stop all reminders")
    assert card.words == (
        "All reminders are stopped until you resume them. You can still use your diary."
    )
    assert {row.next_at for row in await harness.rows(Reminder)} == {None}
    count = len(ann.bot_messages)
    await harness.live_for(timedelta(days=2))
    assert len(ann.bot_messages) == count
    await ann.taps("◀ Back")
    assert card.buttons[0] == "Resume now"
    await ann.taps("Resume now")
    (user,) = await harness.rows(User)
    assert not user.paused
    await ann.says("/stop")
    await ann.taps("Stop all reminders")
    await ann.taps("Undo the stop")
    assert ann.last.buttons[0] == "Stop all reminders"
    assert [row.enabled for row in await harness.rows(Reminder)] == [row.enabled for row in plans]
    assert all(row.next_at for row in await harness.rows(Reminder) if row.enabled)


async def test_stop_stops_one_kind(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/stop")
    await ann.taps("💧 Drinks")
    assert ann.last.words == "💧 Drinks: stopped. /reminders can start it again."
    rows = {row.kind: row for row in await harness.rows(Reminder)}
    assert not rows[Kind.HYDRATION].enabled
    assert rows[Kind.STRETCH].next_at is not None
    await ann.taps("◀ Back")
    assert "💧 Drinks" not in ann.last.buttons
    await ann.forges("reminders:unoff:hydration")
    assert "💧 Drinks" in ann.last.buttons


async def test_stop_leads_to_the_pause_and_to_the_erasure(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/stop")
    await ann.taps("Pause for a while…")
    assert "How long should I pause your reminders?" in ann.last.words
    await ann.says("/stop")
    await ann.taps("Erase everything…")
    assert "Yes, erase everything" in ann.last.buttons


async def test_before_the_questions_are_answered(harness: Harness) -> None:
    nina = await harness.beginner("Nina")
    await nina.says("/stop")
    assert nina.last.buttons == ["Stop all reminders", "Pause for a while…", "Erase everything…"]
    await nina.says("/settings")
    assert "Bedtime" not in nina.last.buttons  # the question of where they are comes first


async def test_stretch_begins_at_once_and_respects_the_gates(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/stretch")
    assert ann.last.words.startswith("Stretch with me\n")
    assert "Seated" in ann.last.buttons
    await ann.taps("Seated")
    assert "1 of 4" in ann.last.words
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.shut_gates = "stretch,standing,seated"
    await ann.says("/stretch")
    assert "Seated" not in ann.last.buttons
    assert "ask" in ann.last.words.casefold()


async def test_settings_holds_what_can_be_set(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/settings")
    assert ann.last.words.startswith("Settings\nPlace: Berlin")
    for label in ("Place", "Bedtime", "Getting up", "Drinks", "Reminders", "🌐 Language and clock"):
        assert label in ann.last.buttons
