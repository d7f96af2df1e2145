"""Notes of an entry."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.database.models import Cramp, User
from bot.features.cramps import queries, values
from tests.features.cramps.entries import LOG, NIGHT, logged, only_row, sleeper
from tests.support.harness import Harness, Someone

NOON = datetime(2027, 1, 14, 11, tzinfo=UTC)
"""At which the night ends in Berlin."""


async def test_a_reply_to_an_entry_becomes_its_note(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    harness.telegram.reply(ann.telegram_person, message.id, "after <b>gardening</b> & digging")
    await harness.settled()
    assert (await only_row(harness)).note == "after <b>gardening</b> & digging"
    assert "after <b>gardening</b> & digging" in message.words
    assert ann.last is message  # no further message
    assert ann.messages[-1].reaction == "✍"


async def test_a_message_confirms_a_note_where_a_reaction_cannot_be_set(harness: Harness) -> None:
    ann = await logged(harness)
    harness.telegram.faults.set("server_error", method="setMessageReaction")
    harness.telegram.reply(ann.telegram_person, ann.last.id, "after gardening")
    await harness.settled()
    assert (await only_row(harness)).note == "after gardening"
    assert ann.last.words == "Note saved: 03:12, Wednesday night."
    assert ann.last.silent


async def test_a_reply_to_the_logging_message_is_a_note_and_other_replies_are_not(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    own = next(message for message in ann.messages if message.words == LOG)
    harness.telegram.reply(ann.telegram_person, own.id, "foot out of bed")
    await harness.settled()
    assert (await only_row(harness)).note == "foot out of bed"
    start = ann.bot_messages[0]
    harness.telegram.reply(ann.telegram_person, start.id, "something else")
    await harness.settled()
    assert (await only_row(harness)).note == "foot out of bed"


async def test_a_reply_to_what_was_said_of_an_entry_is_a_note(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("7")
    confirmation = ann.with_button("✏️ Change")
    harness.telegram.reply(ann.telegram_person, confirmation.id, "after gardening")
    await harness.settled()
    assert (await only_row(harness)).note == "after gardening"


async def test_a_reply_tells_details_of_its_entry(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    for text in ("8", "left", "woke me", "after the long walk"):
        harness.telegram.reply(ann.telegram_person, card.id, text)
        await harness.settled()
    row = await only_row(harness)
    assert (row.intensity, row.side, row.woke_me) == (8, "left", "yes")
    assert row.note == "after the long walk"
    assert "left" in card.words
    harness.telegram.reply(ann.telegram_person, card.id, "undo")
    await harness.settled()
    assert (await only_row(harness)).note is None


async def test_a_note_can_be_asked_for_and_removed(harness: Harness) -> None:
    ann = await logged(harness)
    for label in ("More…", "Note, count…", "Add a note…"):
        await ann.taps(label)
    await ann.says("x" * (values.LONGEST_NOTE + 1))
    assert ann.last.words == "That is too long for a note. Please use at most 500 characters."
    assert (await only_row(harness)).note is None
    await ann.says("a long walk")
    assert (await only_row(harness)).note == "a long walk"
    assert (await harness.rows(User))[0].awaiting is None
    for label in ("More…", "Note, count…", "• Change the note…", "Remove the note"):
        await ann.taps(label)
    assert (await only_row(harness)).note is None


@pytest.mark.parametrize("way", ["◀ Back", "Remove the note"])
async def test_text_typed_after_leaving_the_question_is_no_note(harness: Harness, way: str) -> None:
    ann = await logged(harness)
    harness.telegram.reply(ann.telegram_person, ann.last.id, "first")
    await harness.settled()
    for label in ("More…", "Note, count…", "• Change the note…", way):
        await ann.taps(label)
    note = (await only_row(harness)).note
    await harness.live_for(timedelta(hours=1))
    await ann.says("yesterday 3am")
    first, second = await harness.rows(Cramp)
    assert (first.note, second.note) == (note, None)
    assert second.night_on == NIGHT - timedelta(days=1)


async def test_a_note_that_is_too_long_can_be_dismissed(harness: Harness) -> None:
    ann = await logged(harness)
    harness.telegram.reply(ann.telegram_person, ann.last.id, "ש👍" * 2000)
    await harness.settled()
    assert ann.last.words.startswith("That is too long for a note")
    await ann.taps("Leave it as it is")
    assert ann.last.words == "Cramp logged: 03:12, Wednesday night"
    assert "✏️ Change" in ann.last.buttons


async def test_a_message_id_finds_only_the_entries_of_its_owner(harness: Harness) -> None:
    """Message ids are unique within a chat only."""
    ann = await logged(harness)
    entry = await only_row(harness)
    bob = await sleeper(harness, "Bob")
    async with harness.database.transaction() as session:
        for number in (entry.message_id, entry.reply_message_id or 0):
            found = await queries.behind_message(session, ann.id, number)
            assert found is not None
            assert found.id == entry.id
            assert await queries.behind_message(session, bob.id, number) is None


async def with_question_on_a_reduced_card(harness: Harness) -> Someone:
    """Somebody who was asked for a note at night, and whose card was reduced at noon."""
    ann = await logged(harness)
    card = ann.last
    for label in ("More…", "Note, count…", "Add a note…"):
        await ann.taps(label)
    await harness.live_until(NOON + timedelta(minutes=1))
    assert card.buttons == ["✏️ Change"]
    return ann


async def test_a_note_that_is_typed_after_its_card_was_reduced(harness: Harness) -> None:
    """The question is still the entry's, and the answer says so."""
    ann = await with_question_on_a_reduced_card(harness)
    await ann.says("it was after the long walk")
    assert (await only_row(harness)).note == "it was after the long walk"
    assert ann.last.words == "Note saved: 03:12, Wednesday night."


@pytest.mark.parametrize("text", ["cramp right calf", "cramp in my right foot", "stretch at 22:15"])
async def test_a_sentence_after_that_is_none_of_its_notes(harness: Harness, text: str) -> None:
    ann = await with_question_on_a_reduced_card(harness)
    await ann.says(text)
    assert "Note saved" not in ann.last.words
    assert {row.note for row in await harness.rows(Cramp)} == {None}
    assert (await harness.rows(User))[0].awaiting is None


async def test_a_sentence_below_the_question_is_a_note(harness: Harness) -> None:
    """As long as the question is in sight."""
    ann = await logged(harness)
    for label in ("More…", "Note, count…", "Add a note…"):
        await ann.taps(label)
    await ann.says("cramp right calf")
    assert (await only_row(harness)).note == "cramp right calf"
