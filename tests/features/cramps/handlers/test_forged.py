"""Forged callback data, and taps on messages that are gone or old."""

from bot.database.models import User
from tests.features.cramps.entries import logged, only_row, sleeper
from tests.support.harness import Harness

GONE = "That entry no longer exists."


ABOUT_AN_ENTRY = (
    "set:{id}:strength:7",
    "set:{id}:site:calf",
    "many:{id}:effect:weak:1",
    "many:{id}:trigger:stress:1",
    "night:{id}:20270112",
    "note:{id}",
    "set:{id}:note:clear",
    "time:{id}:last",
    "at:{id}",
    "leave:{id}",
    "back:{id}:1799892000:exact",
    "undo:{id}",
    "restore:{id}",
    "other:{id}",
    "same:{id}",
    "open:{id}:more",
)


FORGED = (
    "set",
    "set:{id}",
    "set:{id}:strength",
    "set:{id}:strength:11",
    "set:{id}:strength:-1",
    "set:{id}:strength:07",
    "set:{id}:type:clear",
    "set:{id}:type:chest",
    "set:{id}:user_id:1",
    "set:{id}:effect:weak",
    "set:{id}:site:calf.",
    "set::strength:7",
    "set:x:strength:7",
    "set:999999999999999999:strength:7",
    "many:{id}:effect:weak:2",
    "many:{id}:effect:weak",
    "many:{id}:effect:cold:1",
    "many:{id}:site:calf:1",
    "many:{id}:user_id:1:1",
    "set:{id}:note:hello",
    "set:{id}:count:clear",
    "set:{id}:count:5",
    "night:{id}:20279912",
    "night:{id}",
    "logat:0:1799892000",
    "logat:5:99999999999",
    "logat:5",
    "time:{id}:tomorrow",
    "time:{id}",
    "back:{id}:99999999999999:exact",
    "back:{id}:-99999999999999:exact",
    "back:{id}:1799892000:roughly",
    "back:{id}",
    "open:{id}:secrets",
    "open:{id}",
    "warning:mild",
    "warning",
    "nonsense:{id}",
)


async def test_nobody_can_reach_another_persons_entry(harness: Harness) -> None:
    await logged(harness)
    before = await only_row(harness)
    bob = await sleeper(harness, "Bob")
    count = len(bob.bot_messages)
    for data in ABOUT_AN_ENTRY:
        assert await bob.forges(f"cramps:{data.format(id=before.id)}") == GONE, data
        assert await only_row(harness) == before, data
        assert len(bob.bot_messages) == count, data
    assert all(user.awaiting is None for user in await harness.rows(User))


async def test_forged_data_changes_nothing_and_is_answered(harness: Harness) -> None:
    ann = await logged(harness)
    before, message = await only_row(harness), ann.last
    words, count = message.words, len(ann.bot_messages)
    for data in FORGED:
        tap = harness.telegram.tap_data(
            ann.telegram_person, message, f"cramps:{data.format(id=before.id)}"
        )
        await harness.settled()
        assert tap.answer is not None, data
        assert await only_row(harness) == before, data
        assert (message.words, len(ann.bot_messages)) == (words, count), data


async def test_a_tap_on_a_deleted_message_is_stored_and_answered_in_a_new_one(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    message = ann.last
    harness.telegram.delete_chat_history(ann.telegram_person)
    await ann.forges(f"cramps:set:{(await only_row(harness)).id}:strength:7", message)
    assert (await only_row(harness)).intensity == 7
    assert ann.last.words.startswith("Cramp logged: 03:12")


async def test_a_tap_too_old_to_be_answered_is_stored(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    tap = harness.telegram.tap(ann.telegram_person, message.id, "8")
    tap.expired = True
    await harness.settled()
    assert (await only_row(harness)).intensity == 8
    assert "• 8" in message.buttons
