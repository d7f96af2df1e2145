"""Privacy, export, import and erasing, over the whole bot."""

import csv
import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from bot.models import Cramp, User
from tests.wording import assert_kind_words
from tests.world import Someone, World

LOG = "🦵 Log cramp"


async def diarist(world: World) -> Someone:
    ann = await world.set_up_person("Ann")
    await ann.presses(LOG)
    await ann.taps("7")
    world.telegram.reply(ann.telegram_person, ann.last.id, "=note, with 'odd' \"signs\" שלום")
    await world.settled()
    return ann


async def file_of(ann: Someone, label: str) -> bytes:
    await ann.says("/export")
    await ann.taps(label)
    file = ann.last.file
    assert file is not None
    return file.content


async def rows_about(world: World, user_id: int) -> dict[str, int]:
    """Rows of every table that name this person, whatever the table."""
    counts = {}
    async with world.database.transaction() as session:
        for table in SQLModel.metadata.sorted_tables:
            name = "id" if table.name == "users" else "user_id"
            if name in table.columns:
                query = sa.select(sa.func.count()).where(table.columns[name] == user_id)
                found = await (await session.connection()).execute(query)
                counts[table.name] = found.scalar_one()
    return counts


async def test_privacy_in_plain_words(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await ann.says("/privacy")
    for words in (
        "Kept: your Telegram id, ",
        "Not kept: your name, your position",
        "on the server of whoever runs this bot, who can read it",
        "How long: until you delete it.",
        "/export gives you all of it",
        "messages of the last 48 hours only",
    ):
        assert words in ann.last.words
    assert ann.last.buttons == ["Take it along…", "Delete everything…"]
    assert_kind_words(ann.last.words)


@pytest.mark.parametrize(("label", "suffix"), [("Table (CSV)", "csv"), ("Calendar (ICS)", "ics")])
async def test_a_file_comes_with_its_name_and_a_word(world: World, label: str, suffix: str) -> None:
    ann = await diarist(world)
    content = await file_of(ann, label)
    assert ann.last.file is not None
    assert ann.last.file.name == f"calmcalf-2027-01-13.{suffix}"
    assert ann.last.words
    if suffix == "csv":
        (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        assert row["note"] == "'=note, with 'odd' \"signs\" שלום"


async def test_no_telegram_id_leaves_in_a_file(world: World) -> None:
    ann = await diarist(world)
    for label in ("Table (CSV)", "Calendar (ICS)", "Complete (JSON)"):
        content = await file_of(ann, label)
        assert str(ann.id).encode() not in content


async def test_export_wipe_import_gives_the_diary_back(world: World) -> None:
    ann = await diarist(world)
    content = await file_of(ann, "Complete (JSON)")
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    assert not any((await rows_about(world, ann.id)).values())
    world.telegram.send_document(ann.telegram_person, content, "calmcalf.json")
    await world.settled()
    assert ann.last.words.startswith("Your file holds 1 entry, 0 mornings, 0 other things.")
    question = ann.last
    await ann.taps("Add it")
    assert question.words == "Added: 1 entry, and what belongs to it."
    again = json.loads(await file_of(ann, "Complete (JSON)"))
    before = json.loads(content)
    for one in (again, before):
        del one["exported_at"]
    assert again == before


async def test_the_same_file_twice_brings_nothing_more(world: World) -> None:
    ann = await diarist(world)
    content = await file_of(ann, "Complete (JSON)")
    world.telegram.send_document(ann.telegram_person, content, "calmcalf.json")
    await world.settled()
    assert ann.last.words.endswith("All of it is here already.")
    bob = await world.set_up_person("Bob")
    world.telegram.send_document(bob.telegram_person, content, "x.json")
    await world.settled()
    question = bob.last
    for _ in range(2):
        await bob.forges("takeout:import", question)
    rows = [row for row in await world.rows(Cramp) if row.user_id == bob.id]
    assert len(rows) == 1
    await bob.says("/history")
    assert "1 cramp" in bob.last.words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("holiday.jpg", b"\xff\xd8", "I only read files that /export made"),
        ("x.json", b"not json", "I only read files that /export made"),
        ("x.json", b'{"format": "other"}', "I only read files that /export made"),
        ("x.json", b"[" * 100_000, "I only read files that /export made"),
    ],
)
async def test_a_file_that_is_no_diary_is_answered_kindly(
    world: World, name: str, content: bytes, words: str
) -> None:
    ann = await diarist(world)
    before = await world.rows(Cramp)
    world.telegram.send_document(ann.telegram_person, content, name)
    await world.settled()
    assert ann.last.words.startswith(words)
    assert await world.rows(Cramp) == before


async def test_a_broken_diary_is_taken_not_even_in_part(world: World) -> None:
    ann = await diarist(world)
    value = json.loads(await file_of(ann, "Complete (JSON)"))
    value["entries"].append(value["entries"][0] | {"uid": "f" * 32, "site": "elbow"})
    world.telegram.send_document(ann.telegram_person, json.dumps(value).encode(), "x.json")
    await world.settled()
    assert ann.last.words.startswith("Something in that file cannot be right (entries.1)")
    assert len(await world.rows(Cramp)) == 1


async def test_a_question_whose_file_is_gone_asks_for_it_again(world: World) -> None:
    ann = await diarist(world)
    await ann.forges("takeout:import")
    assert ann.last.words == "I cannot reach that file any more. Please send it again."


# Leaving ------------------------------------------------------------------------------------------


async def test_one_question_a_last_file_and_everything_is_gone(world: World) -> None:
    ann, bob = await diarist(world), await world.set_up_person("Bob")
    await bob.presses(LOG)
    bobs = await rows_about(world, bob.id)
    await ann.says("/delete")
    question = ann.last
    assert "messages of the last 48 hours" in question.words
    await ann.taps("Send me my diary first")
    assert ann.last.file is not None
    assert (await rows_about(world, ann.id))["cramps"] == 1
    await ann.taps("Yes, erase everything", question)
    assert not any((await rows_about(world, ann.id)).values())
    assert await rows_about(world, bob.id) == bobs
    file, farewell = ann.messages  # the file was sent after the question, to be kept
    assert file.file is not None
    assert farewell.words == ann.last.words
    assert ann.last.words.startswith("Everything about you is erased here.")
    assert world.telegram.keyboard(ann.telegram_person) == []


async def test_older_messages_stay_and_are_spoken_of(world: World) -> None:
    ann = await diarist(world)
    world.clock.set(world.clock.now() + timedelta(days=3))
    old = len(ann.messages)
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    assert len(ann.messages) == old + 1
    assert "choose Clear history or Delete chat" in ann.last.words


async def test_the_last_tap_twice_is_harmless(world: World) -> None:
    ann = await diarist(world)
    await ann.says("/delete")
    question = ann.last
    await ann.taps("Yes, erase everything")
    await ann.forges("takeout:delete:yes", ann.last)
    assert not any((await rows_about(world, ann.id)).values())
    assert question.id != ann.last.id
    await ann.says("/start")
    assert ann.last.words.startswith("Hello")


async def test_no_keeps_it(world: World) -> None:
    ann = await diarist(world)
    await ann.says("/delete")
    await ann.taps("No, keep it")
    assert len(await world.rows(User)) == 1


@pytest.mark.parametrize("data", ["file:exe", "file", "delete:no", "import:x"])
async def test_forged_data_erases_nothing(world: World, data: str) -> None:
    ann = await diarist(world)
    await ann.forges(f"takeout:{data}")
    assert len(await world.rows(Cramp)) == 1
