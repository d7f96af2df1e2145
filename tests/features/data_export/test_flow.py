"""Privacy, export, import and erasure, through the whole bot."""

import csv
import io
import json
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from bot.database.models import Cramp, Fluids, SetupStep, User
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words

LOG = "🦵 Log cramp"


async def diarist(harness: Harness) -> Someone:
    ann = await harness.set_up_person("Ann")
    await ann.presses(LOG)
    await ann.taps("8")
    harness.telegram.reply(ann.telegram_person, ann.last.id, "=note, with 'odd' \"signs\" שלום")
    await harness.settled()
    return ann


async def file_of(ann: Someone, label: str) -> bytes:
    await ann.says("/export")
    await ann.taps(label)
    file = ann.last.file
    assert file is not None
    return file.content


async def rows_about(harness: Harness, user_id: int) -> dict[str, int]:
    """Table → number of rows about a person, for every table about people."""
    counts = {}
    async with harness.database.transaction() as session:
        for table in SQLModel.metadata.sorted_tables:
            name = "id" if table.name == "users" else "user_id"
            if name in table.columns:
                query = sa.select(sa.func.count()).where(table.columns[name] == user_id)
                found = await (await session.connection()).execute(query)
                counts[table.name] = found.scalar_one()
    return counts


async def test_the_privacy_card(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/privacy")
    card, count = ann.last, len(ann.bot_messages)
    details = ["What?", "Who?", "How long?"]
    assert card.buttons == [*details, "Export my diary…", "Erase everything…"]
    assert "/export gives you all of it as files." in card.words
    for label, *said in (
        ("What?", "What is stored: your Telegram id, ", "not stored: your name, your location"),
        ("Who?", "on the server of the person who runs this bot, who can read it"),
        ("How long?", "until you erase it.", "can only remove messages of the last 48 hours"),
    ):
        assert_kind_words(card.words)
        await ann.taps(label, card)
        assert [one for one in said if one in card.words] == said
        assert card.buttons == [*(one for one in details if one != label), "◀ Privacy"]
    await ann.taps("◀ Privacy", card)
    assert card.buttons == [*details, "Export my diary…", "Erase everything…"]
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize(("label", "suffix"), [("Entries (CSV)", "csv"), ("Calendar (ICS)", "ics")])
async def test_a_file_has_a_name_and_a_caption(harness: Harness, label: str, suffix: str) -> None:
    ann = await diarist(harness)
    content = await file_of(ann, label)
    assert ann.last.file is not None
    assert ann.last.file.name == f"calmcalf-2027-01-13.{suffix}"
    assert ann.last.words
    if suffix == "csv":
        (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        assert row["note"] == "’=note, with 'odd' \"signs\" שלום"


async def test_files_have_no_telegram_id(harness: Harness) -> None:
    ann = await diarist(harness)
    for label in ("Entries (CSV)", "Calendar (ICS)", "Complete (JSON)"):
        content = await file_of(ann, label)
        assert str(ann.id).encode() not in content


async def test_import_restores_an_erased_diary(harness: Harness) -> None:
    ann = await diarist(harness)
    content = await file_of(ann, "Complete (JSON)")
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    assert not any((await rows_about(harness, ann.id)).values())
    await ann.says("/start")
    harness.telegram.send_document(ann.telegram_person, content, "calmcalf.json")
    await harness.settled()
    question = ann.last
    assert question.words == (
        "Your file contains 1 entry, your settings. Shall I add it? What is here stays as it is."
    )
    assert harness.telegram.keyboard(ann.telegram_person) == []
    await ann.taps("Add it")
    assert question.words == "Added: 1 entry, your settings."
    assert harness.telegram.keyboard(ann.telegram_person)[0][0] == LOG  # all is answered already
    again = json.loads(await file_of(ann, "Complete (JSON)"))
    before = json.loads(content)
    for one in (again, before):
        del one["exported_at"], one["account"]
    version, *_others = before.pop("earlier_versions")  # they are not imported
    assert (version["before"], version["after"]) == ({"intensity": None}, {"intensity": 8})
    # A file opens no gate: that drinks are free has to be answered anew.
    before["settings"]["fluids"] = "unsure"
    for row in before["reminders"]:
        row["enabled"] &= row["kind"] != "hydration"
    assert again == before


async def test_import_is_idempotent(harness: Harness) -> None:
    ann = await diarist(harness)
    content = await file_of(ann, "Complete (JSON)")
    harness.telegram.send_document(ann.telegram_person, content, "calmcalf.json")
    await harness.settled()
    assert ann.last.words.endswith("All of it is already here.")
    bob = await harness.set_up_person("Bob")
    harness.telegram.send_document(bob.telegram_person, content, "x.json", origin_name="Ann")
    await harness.settled()
    question = bob.last
    for words in ("Added: 1 entry.", "Everything is here."):
        await bob.forges("takeout:import", question)
        assert question.words == words
    assert bob.last.id == question.id  # the keyboard is there: it does not come again
    rows = [row for row in await harness.rows(Cramp) if row.user_id == bob.id]
    assert len(rows) == 1
    await bob.says("/history")
    assert "1 cramp" in bob.last.words


LONG_KEY = b'{"exported_at": "2027-01-13T02:12:00Z", "settings": {"language": "en"}, "%s": 1}' % (
    b"<b>x" * 5000
)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("holiday.jpg", b"\xff\xd8", "I can only read complete files"),
        ("x.json", b"not json", "I can only read complete files"),
        ("x.json", b'{"format": "other"}', "I can only read complete files"),
        ("x.json", b"[" * 100_000, "I can only read complete files"),
        ("x.json", b"PK\x03\x04" + b"\0" * 1000, "I can only read complete files"),
        ("x.json", LONG_KEY, f"Something in that file is not right ({'<b>x' * 20})"),
    ],
)
async def test_a_file_that_is_not_a_diary_is_refused(
    harness: Harness, name: str, content: bytes, words: str
) -> None:
    ann = await diarist(harness)
    before = await harness.rows(Cramp)
    harness.telegram.send_document(ann.telegram_person, content, name)
    await harness.settled()
    assert ann.last.words.startswith(words)
    assert await harness.rows(Cramp) == before


async def test_settings_are_imported_without_entries(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", bed=time(21), fluids=Fluids.LIMITED)
    content = await file_of(ann, "Complete (JSON)")
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    await ann.says("/start")
    harness.telegram.send_document(ann.telegram_person, content, "calmcalf.json")
    await harness.settled()
    assert ann.last.words.startswith("Your file contains your settings. Shall I add it?")
    await ann.taps("Add it")
    (row,) = await harness.rows(User)
    assert (row.bed_time, row.fluids, row.setup_step) == (time(21), Fluids.LIMITED, SetupStep.DONE)


async def test_an_unfinished_set_up_can_continue_after_import(harness: Harness) -> None:
    ann = await harness.person("Ann")
    await ann.says("/cramp")
    content = await file_of(ann, "Complete (JSON)")
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    await ann.says("/start")
    harness.telegram.send_document(ann.telegram_person, content, "calmcalf.json")
    await harness.settled()
    question = ann.last
    await ann.taps("Add it")
    assert question.words == "Added: 1 entry. A few questions are still open: /start"
    assert ann.last.id == question.id  # no keyboard before the questions are answered


async def test_known_entries_are_counted(harness: Harness) -> None:
    ann = await diarist(harness)
    content = await file_of(ann, "Complete (JSON)")
    value = json.loads(content)
    value["entries"].append(value["entries"][0] | {"uid": "f" * 32})
    harness.telegram.send_document(ann.telegram_person, json.dumps(value).encode(), "x.json")
    await harness.settled()
    assert ann.last.words == (
        "Your file contains 2 entries. 1 of them is already here. Shall I add the rest? "
        "What is here stays as it is."
    )
    await ann.taps("No")
    assert ann.last.words == "All right, nothing is added."
    assert len(await harness.rows(Cramp)) == 1


async def test_an_entry_in_the_future_is_refused(harness: Harness) -> None:
    ann = await diarist(harness)
    value = json.loads(await file_of(ann, "Complete (JSON)"))
    value["entries"][0] |= {
        "uid": "f" * 32,
        "occurred_at": "2031-01-13T02:12:00Z",
        "night_on": "2031-01-12",
    }
    harness.telegram.send_document(ann.telegram_person, json.dumps(value).encode(), "x.json")
    await harness.settled()
    assert "is not right (entries.0.occurred_at), so I imported nothing" in ann.last.words


async def test_a_file_that_is_too_large_is_not_downloaded(harness: Harness) -> None:
    ann = await diarist(harness)
    for size, fetched in ((20_000_000, 1), (20_000_001, 1)):
        harness.telegram.send_document(ann.telegram_person, b" " * size, "x.json")
        await harness.settled()
        assert len(harness.telegram.calls_of("getFile")) == fetched
    assert ann.last.words == "That file is too big for me. It may have at most 20 MB."


async def test_a_bot_api_server_that_keeps_its_files_to_itself(
    harness: Harness, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await diarist(harness)
    monkeypatch.setattr(harness.telegram, "local_folder", "/var/lib/telegram-bot-api")
    harness.telegram.send_document(ann.telegram_person, b"{}", "x.json")
    await harness.settled()
    assert ann.last.words.startswith("I cannot fetch files right now.")
    assert "TELEGRAM_API_URL: that Bot API server runs with --local" in caplog.text


async def test_files_are_silent_at_night(harness: Harness) -> None:
    ann = await diarist(harness)
    content = await file_of(ann, "Complete (JSON)")
    assert not ann.last.silent
    harness.clock.set(datetime(2027, 1, 14, 2, tzinfo=UTC))
    for label in ("Entries (CSV)", "Complete (JSON)"):
        await file_of(ann, label)
        assert ann.last.silent
    harness.telegram.send_document(ann.telegram_person, content, "x.json")
    await harness.settled()
    assert ann.last.silent


async def test_an_invalid_diary_is_not_imported_partly(harness: Harness) -> None:
    ann = await diarist(harness)
    value = json.loads(await file_of(ann, "Complete (JSON)"))
    value["entries"].append(value["entries"][0] | {"uid": "f" * 32, "site": "elbow"})
    harness.telegram.send_document(ann.telegram_person, json.dumps(value).encode(), "x.json")
    await harness.settled()
    assert ann.last.words.startswith("Something in that file is not right (entries.1)")
    assert len(await harness.rows(Cramp)) == 1


async def test_a_question_without_its_file_asks_for_it_again(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.forges("takeout:import")
    assert ann.last.words == "I can no longer reach that file. Please send it again."


# Erasure ------------------------------------------------------------------------------------------


async def test_erasure_after_a_confirmation_and_a_last_export(harness: Harness) -> None:
    ann, bob = await diarist(harness), await harness.set_up_person("Bob")
    await bob.presses(LOG)
    bobs = await rows_about(harness, bob.id)
    await ann.says("/delete")
    question = ann.last
    assert "messages of the last 48 hours" in question.words
    await ann.says("/export")
    await ann.taps("Complete (JSON)")  # an earlier file goes with all the rest, as is said
    await ann.taps("Send me my diary first", question)
    assert ann.last.file is not None
    assert question.buttons[0] == "Send me my diary first"
    await ann.presses(LOG)  # what comes after the question goes, too
    assert (await rows_about(harness, ann.id))["cramps"] == 2
    await ann.taps("Yes, erase everything", question)
    assert not any((await rows_about(harness, ann.id)).values())
    assert await rows_about(harness, bob.id) == bobs
    file, farewell = ann.messages  # the file that was asked for there is spared
    assert file.file is not None
    assert farewell.words == ann.last.words
    assert ann.last.words.startswith("Everything about you here is erased.")
    assert harness.telegram.keyboard(ann.telegram_person) == []


async def test_older_messages_stay_and_are_mentioned(harness: Harness) -> None:
    ann = await diarist(harness)
    harness.clock.set(harness.clock.now() + timedelta(days=3))
    old = [message.id for message in ann.messages]
    for _ in range(3):
        await ann.presses(LOG)
        harness.clock.set(harness.clock.now() + timedelta(minutes=5))
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    assert [message.id for message in ann.messages] == [*old, ann.last.id]
    assert "choose Clear history or Delete chat" in ann.last.words


async def test_a_repeated_confirmation_is_harmless(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/delete")
    question = ann.last
    await ann.taps("Yes, erase everything")
    await ann.forges("takeout:delete:yes", ann.last)
    assert not any((await rows_about(harness, ann.id)).values())
    assert question.id != ann.last.id
    await ann.says("/start")
    assert ann.last.words.startswith("Hello")


async def test_declining_erases_nothing(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/delete")
    await ann.taps("No, keep it")
    assert len(await harness.rows(User)) == 1


async def test_forged_callback_data_does_nothing(harness: Harness) -> None:
    ann = await diarist(harness)
    count = len(ann.messages)
    for data in ("file:exe", "file", "file:", "import:x", "delete:no", "delete", "delete:YES:1"):
        await ann.forges(f"takeout:{data}")
        assert len(await harness.rows(Cramp)) == 1, data
    assert len(ann.messages) == count


async def test_a_forged_message_id_is_harmless(harness: Harness) -> None:
    ann, bob = await diarist(harness), await diarist(harness)
    before = [message.id for message in bob.messages]
    await ann.forges(f"takeout:delete:yes:{bob.last.id}")
    assert not any((await rows_about(harness, ann.id)).values())
    assert [message.id for message in bob.messages] == before
    await bob.forges("takeout:delete:yes:-7")
    await bob.forges(f"takeout:delete:yes:{'9' * 18}")
    assert await harness.rows(User) == []


async def test_nights_are_the_same_in_another_account(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    morning = harness.clock.now().replace(hour=6, minute=30) + timedelta(days=1)
    for day in range(8):
        await harness.live_until(morning + timedelta(days=day))
        if day % 3 == 0:
            await ann.taps("No cramps")
    await harness.live_for(timedelta(hours=15))
    await ann.presses(LOG)
    content = await file_of(ann, "Complete (JSON)")
    bob = await harness.set_up_person("Bob")
    harness.telegram.send_document(bob.telegram_person, content, "calmcalf.json")
    await harness.settled()
    await bob.taps("Add it")
    said = []
    for someone in (ann, bob):
        await someone.says("/summary")
        for view in ("Month", "3 months"):
            await someone.taps(view, someone.last)
            said.append(someone.last.words)
    assert said[:2] == said[2:]
    assert "You logged 4 of 9 nights." in said[0]
    await bob.says("/history")
    await bob.taps("◀ Earlier")
    assert bob.last.words.splitlines()[-1] == "Wed 13 Jan: no cramps"
