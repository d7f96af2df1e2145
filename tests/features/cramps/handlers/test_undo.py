"""Every change can be undone by a button that names it; the same minute twice is asked about."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Cramp, EntryChange
from bot.i18n.vocabulary.lexicon import is_answer
from tests.features.cramps.entries import AT_NIGHT, LOG, again, counted, logged, only_row, own
from tests.features.mini_app.serving import KEY, opened
from tests.support.harness import Harness, Someone


async def does(harness: Harness, someone: Someone, *steps: str) -> None:
    """Tap buttons; "typed …" types, "reply …" replies to the entry."""
    for step in steps:
        how, _, words = step.partition(" ")
        if how == "typed":
            await someone.says(words)
        elif how == "reply":
            entry = await only_row(harness)
            harness.telegram.reply(someone.telegram_person, entry.reply_message_id or 0, words)
            await harness.settled()
        else:
            await someone.taps(step)


def undo_label(someone: Someone) -> str:
    """The newest button that undoes a change."""
    labels = [label for message in someone.bot_messages for label in message.buttons]
    return next(label for label in reversed(labels) if label.startswith("Undo: "))


def without_times(row: Cramp) -> dict[str, object]:
    return row.model_dump(exclude={"edited_at", "reply_message_id", "signs", "tidy_at"})


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        (("8", "4"), "strength 8 → 4"),
        (("typed 7", "typed 4"), "strength 7 → 4"),
        (("More…", "Woke me"), "woke me"),
        (("typed 02:40",), "03:12 → 02:40"),
        (("Another time…", "15 min ago"), "03:12 → 02:57"),
        (("More…", "Left calf"), "left calf"),
        (("More…", "What I tried…", "Walked"), "walked"),
        (("Another time…", "Move to the night before"), None),
        (("reply warm bath", "reply long walk"), "note"),
        (("More…", "Note, count…", "Add a note…", "typed warm bath"), "note"),
        (
            ("reply warm bath", "More…", "Note, count…", "• Change the note…", "Remove the note"),
            "note removed",
        ),
    ],
)
async def test_a_change_is_undone_by_its_name_once(
    harness: Harness, steps: tuple[str, ...], name: str | None
) -> None:
    ann = await logged(harness)
    await does(harness, ann, *steps[:-1])
    before = without_times(await only_row(harness))
    await does(harness, ann, steps[-1])
    changed = without_times(await only_row(harness))
    assert changed != before
    label = undo_label(ann)
    assert name is None or label == f"Undo: {name}"
    message = ann.with_button(label)
    data = next(b["callback_data"] for row in message.inline for b in row if b["text"] == label)
    if steps == ("8", "4"):
        await harness.restart()
    for _ in range(2):
        await ann.forges(data, message)
        assert without_times(await only_row(harness)) == before
    assert len(await counted(harness, ann)) == 1
    again_data = ":0:".join(data.rsplit(":1:", 1))
    await ann.forges(again_data, message)  # after all
    assert without_times(await only_row(harness)) == changed


async def test_what_changed_since_or_is_removed_is_left_as_it_is(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    await ann.taps("8")
    (first,) = await harness.rows(EntryChange)
    await ann.taps("4")
    undo = f"cramps:revert:{first.id}:1:card"
    assert "changed again" in (await ann.forges(undo, card) or "")
    assert (await only_row(harness)).intensity == 4
    await ann.forges(f"cramps:undo:{first.cramp_id}", card)
    assert "removed" in (await ann.forges(undo, card) or "")
    assert (await only_row(harness)).deleted_at is not None
    assert "too long ago" in (await ann.forges("cramps:revert:999:1:card", card) or "")
    bob = await logged(harness, "Bob")
    await bob.forges(undo, bob.last)
    rows = await harness.rows(Cramp)
    assert [row.intensity for row in rows] == [4, None]


async def test_changes_are_kept_for_a_month(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("8")
    harness.clock.set(AT_NIGHT + timedelta(days=29))
    await harness.app.jobs.run_maintenance()
    assert len(await harness.rows(EntryChange)) == 1
    harness.clock.set(AT_NIGHT + timedelta(days=31))
    await harness.app.jobs.run_maintenance()
    assert await harness.rows(EntryChange) == []


async def test_a_second_note_is_added_and_nothing_is_cut(harness: Harness) -> None:
    ann = await logged(harness)
    await does(harness, ann, "reply warm bath", "reply long walk")
    assert (await only_row(harness)).note == "warm bath\nlong walk"
    await again(harness, ann, own(ann))  # the same message once more
    assert (await only_row(harness)).note == "warm bath\nlong walk"
    await does(harness, ann, "reply " + "x" * 481)
    assert (await only_row(harness)).note == "warm bath\nlong walk"
    assert ann.last.words == (
        "That is too long to add to the note that is already there. "
        "There is room for 480 more characters. Nothing is changed."
    )
    await does(harness, ann, "reply " + "x" * 480)
    assert len((await only_row(harness)).note or "") == 500


# Edited messages ---------------------------------------------------------------------------------


async def edits(harness: Harness, someone: Someone, text: str) -> None:
    """Edit the newest own message; the update comes twice."""
    edited = harness.telegram.edit(someone.telegram_person, own(someone).id, text)
    await harness.settled()
    harness.telegram.inject({"edited_message": harness.telegram.as_json(edited)}, lane=someone.id)
    await harness.settled()


async def test_an_edited_note_is_kept_without_the_word_note(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("note: took a bath")
    await edits(harness, ann, "note: took a warm bath")
    assert (await only_row(harness)).note == "took a warm bath"
    await ann.says("hot day")
    await edits(harness, ann, "hot day, lying awake")
    row = await only_row(harness)
    assert (row.possible_triggers, row.context) == ("hot_day", "lying_awake")


async def test_a_note_is_not_replaced_by_the_word_for_a_note(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("note: took a bath")
    await edits(harness, ann, "note:")
    assert (await only_row(harness)).note == "took a bath"
    assert ann.last.words.startswith("I could not understand your edit")


async def test_an_edit_takes_back_what_the_message_had_told(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("hot day")
    for edited, found in (
        ("stretched", ("", "stretched")),
        ("walked", ("", "walked")),
        ("hot day,", ("hot_day", "")),
    ):
        await edits(harness, ann, edited)
        row = await only_row(harness)
        assert (row.possible_triggers, row.relief_tried) == found, edited
    await ann.says("hot water bottle took the edge off")
    await edits(harness, ann, "the massage did nothing")
    row = await only_row(harness)
    assert (row.relief_tried, row.relief_helped) == ("massaged", "not_at_all")
    assert row.possible_triggers == "hot_day"


@pytest.mark.parametrize(
    ("said", "edited", "found"),
    [
        ("cramp left calf, 7", "cramp right calf, 4", {"side": "right", "intensity": 4}),
        ("cramp at 02:40", "cramp at 02:50", {"at": "02:50"}),
        ("cramp at 02:40, 5", "cramp strength 6", {"at": "02:40", "intensity": 6}),
        ("/cramp yesterday 3am", "/cramp yesterday 4am", {"at": "04:00"}),
        ("yesterday 3am", "yesterday 23:55", {"at": "23:55"}),
        ("cramp at 02:40", "02:45", {"at": "02:45"}),
    ],
)
async def test_an_edited_message_changes_the_entry_that_it_made(
    harness: Harness, said: str, edited: str, found: dict[str, object]
) -> None:
    ann = await logged(harness, at=AT_NIGHT - timedelta(days=1))
    harness.clock.set(AT_NIGHT)
    await ann.says(said)
    count = len(ann.bot_messages)
    before = (await harness.rows(Cramp))[-1]
    await edits(harness, ann, edited)
    other, row = await harness.rows(Cramp)
    told = row.model_dump() | {"at": f"{row.occurred_at + timedelta(hours=1):%H:%M}"}
    assert {name: told[name] for name in found} == found
    assert other.edited_at is None
    assert len(ann.bot_messages) == count + 1
    assert ann.last.words.startswith("Changed to match your message:")
    await ann.taps(undo_label(ann))
    assert without_times((await harness.rows(Cramp))[-1]) == without_times(before)


async def test_an_edit_follows_what_a_message_changed(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("7")
    await edits(harness, ann, "4")
    assert (await only_row(harness)).intensity == 4
    await ann.says("02:40")
    await edits(harness, ann, "02:50")
    assert (await only_row(harness)).occurred_at == AT_NIGHT - timedelta(minutes=22)
    await does(harness, ann, "reply warm bath", "reply long wolk")
    await edits(harness, ann, "long walk")
    assert (await only_row(harness)).note == "warm bath\nlong walk"
    await ann.taps("Undo: note changed")
    assert (await only_row(harness)).note == "warm bath\nlong wolk"
    await edits(harness, ann, "short walk")
    assert (await only_row(harness)).note == "warm bath\nshort walk"


async def test_an_edit_that_is_not_understood_says_what_stays(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.advance(timedelta(hours=1))
    await ann.says("cramp at 02:40, 7")
    before = await harness.rows(Cramp)
    await edits(harness, ann, "my dog ate a shoe")
    assert await harness.rows(Cramp) == before
    assert ann.last.words.startswith(
        "I could not understand your edit, so this stays as it is:\nCramp logged: 02:40"
    )
    entry = (await harness.rows(Cramp))[-1]
    await ann.forges(f"cramps:undo:{entry.id}")
    await edits(harness, ann, "cramp at 02:50")
    assert ann.last.words.startswith("Removed: 02:40")
    assert (await harness.rows(Cramp))[-1].deleted_at is not None
    await ann.says("bedtime 23:15")
    await edits(harness, ann, "bedtime 22:15")
    assert ann.last.words.startswith("Nothing is changed: I only follow edits to messages")
    count = len(ann.bot_messages)
    await edits(harness, ann, "thanks a lot")
    assert len(ann.bot_messages) == count
    await ann.says("cramps at 2 and at 3")
    asked = ann.last
    assert asked.buttons[0] == "Log two cramps: 02:00 and 03:00"
    await edits(harness, ann, "cramps at 1 and at 2")
    assert ann.last is asked
    assert asked.buttons[0] == "Log two cramps: 01:00 and 02:00"
    assert len(ann.bot_messages) == count + 1
    await edits(harness, ann, "cramp left calf at 1:20")
    assert ann.last is asked
    assert asked.words.startswith("Cramp logged: 01:20")
    await edits(harness, ann, "cramp left calf at 1:30")
    assert [f"{row.occurred_at:%H:%M}" for row in await harness.rows(Cramp)][2:] == ["00:30"]


# The same minute, and the same cramp -------------------------------------------------------------


@pytest.mark.parametrize("first", ["tap", "typed"])
async def test_the_same_minute_twice_by_text_is_asked(harness: Harness, first: str) -> None:
    ann = await logged(harness)
    harness.clock.advance(timedelta(hours=2))
    if first == "typed":
        await ann.says("cramp at 03:12")
        await ann.taps("Another cramp")
        assert len(await harness.rows(Cramp)) == 2
    count = len(await harness.rows(Cramp))
    await ann.says("cramp left calf strength 7 at 03:12")
    question = ann.last
    words = (
        "You already logged a cramp at that time: 03:12, Wednesday night. "
        "Is this another cramp, or the same one?"
    )
    assert question.words == words
    await again(harness, ann, own(ann))
    assert len(await harness.rows(Cramp)) == count
    await ann.taps("The same cramp", question)
    rows = await harness.rows(Cramp)
    assert len(rows) == count
    assert (rows[0].side, rows[0].site, rows[0].intensity) == ("left", "calf", 7)
    await ann.taps("Another cramp", ann.with_button("Another cramp"))  # the one that came again
    assert [row.intensity for row in await harness.rows(Cramp)].count(7) == 2


async def test_a_cramp_that_is_asked_about_during_the_set_up_keeps_its_question(
    harness: Harness,
) -> None:
    ann = await harness.person("Ann", language="en-DE")
    await ann.says("/start")
    await ann.taps(ann.last.buttons[0])
    await ann.says("cramp left calf")
    await ann.says("cramp right calf 8/10")
    question = ann.last
    await ann.says("blah")
    assert ann.last.words.startswith("I could not read that time.")
    assert question.buttons == ["Another cramp", "The same cramp"]
    await ann.says("cramp right calf 8/10")
    question = ann.last
    await ann.says("another one")
    assert question.buttons == []
    found = [(row.side, row.intensity) for row in await harness.rows(Cramp)]
    assert sorted(found, key=str) == [("left", None), ("right", 8)]
    await ann.says("left thigh 6")  # said of the entry; the question for the bedtime stays open
    assert ann.last.words.endswith("left thigh · strength 6")
    await ann.says("no cramps yesterday")
    assert ann.last.buttons[0].endswith("night: no cramps")
    await ann.says("ow cramp again right calf 8")
    assert ann.last.buttons[0] == "Log a cramp now · Right · Calf · strength 8"
    await ann.says("22:45")
    assert ann.last.words.startswith("And when do you usually get up?")


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("en", "the same", "same"),
        ("en", "a different one", "another"),
        ("de", "derselbe", "same"),
        ("de", "noch einer", "another"),
        ("es", "es el mismo", "same"),
        ("es", "otro", "another"),
        ("fr", "la même", "same"),
        ("fr", "une autre", "another"),
        ("it", "lo stesso", "same"),
        ("it", "un altro", "another"),
        ("pt_BR", "a mesma", "same"),
        ("pt_BR", "outra", "another"),
        ("ru", "та же", "same"),
        ("ru", "другая", "another"),
        ("uk", "та сама", "same"),
        ("uk", "інша", "another"),
    ],
)
def test_words_for_the_same_or_another(language: str, text: str, answer: str) -> None:
    other = "same" if answer == "another" else "another"
    assert is_answer(text, answer, language)
    assert not is_answer(text, other, language)


async def test_five_minutes_ago_means_five_or_so(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.advance(timedelta(minutes=4))
    await ann.says("cramp 5 min ago")
    assert ann.last.words.startswith("You already logged a cramp at that time: 03:12")
    await ann.says("cramp 20 min ago")
    assert ann.last.words.startswith("Cramp logged: 02:56")
    assert len(await harness.rows(Cramp)) == 2


async def test_the_same_minute_of_the_hour_that_clocks_repeat_is_asked(harness: Harness) -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    ann = await logged(harness, at=first)
    harness.clock.set(first + timedelta(hours=6, minutes=30))
    await ann.says("cramp at 2:30")
    assert ann.last.words.startswith("You already logged a cramp at that time: 02:30")
    await ann.taps("The same cramp")
    assert len(await harness.rows(Cramp)) == 1


async def test_taps_of_page_and_chat_are_one_cramp(harness: Harness, unused_tcp_port: int) -> None:
    async with opened(harness, unused_tcp_port) as (ann, phone):
        await ann.presses(LOG)
        found = await phone.gets("log", {"key": KEY})
        assert found["entry"]["words"] == "Got it: one cramp, 03:12, Wednesday night."
        assert len(await counted(harness, ann)) == 1
        found = await phone.gets("undo", {"key": KEY})
        assert found["entry"]["words"] == "Undone. This entry stays: 03:12, Wednesday night."
        assert len(await counted(harness, ann)) == 1
        harness.clock.advance(timedelta(hours=1))
        for key in (KEY + 1, KEY + 2):
            await phone.gets("log", {"key": key})
        await ann.presses(LOG)
        assert len(await counted(harness, ann)) == 2
        found = await phone.gets("undo", {"key": KEY + 2})  # both taps, but not that of the chat
        rows = [row.message_id > 0 for row in await counted(harness, ann)]
        assert rows == [True, True]
        late = {"key": KEY + 3, "waited": 3_600_000}
        found = await phone.gets("log", late)
        assert found["entry"]["words"].startswith("Got it: one cramp, 03:12")


async def test_what_is_told_of_a_merged_entry_belongs_to_the_one_that_counts(
    database_url: str,
) -> None:
    async with Harness.open(database_url) as harness:
        await merges_and_undoes(harness)


async def merges_and_undoes(harness: Harness) -> None:
    """One cramp, twice logged, in each way of saying so; on each database."""
    ann = await logged(harness)
    harness.clock.advance(timedelta(minutes=5))
    await ann.presses(LOG)
    second = ann.last
    await ann.taps("8", second)
    harness.telegram.reply(ann.telegram_person, second.id, "warm bath")
    await harness.settled()
    entry = (await harness.rows(Cramp))[-1]
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Cramp).values(note="x" * 495).where(col(Cramp.id) != entry.id))
    refused = await ann.forges(f"cramps:same:{entry.id}", second)
    assert refused == (
        "The two notes together are too long for one entry, so I left both entries as they are."
    )
    assert (await harness.rows(Cramp))[-1].same_as_id is None, "its note would be seen nowhere"
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Cramp).values(note=None).where(col(Cramp.id) != entry.id))
    await ann.forges(f"cramps:same:{entry.id}", second)
    first, merged = await harness.rows(Cramp)
    assert merged.same_as_id == first.id
    assert (first.intensity, first.note) == (8, "warm bath")
    await ann.forges(f"cramps:many:{entry.id}:relief:walked:1", second)  # an old button
    assert [row.relief_tried for row in await harness.rows(Cramp)] == ["walked", ""]
    await ann.forges(f"cramps:other:{entry.id}", second)
    first, merged = await harness.rows(Cramp)
    assert (first.intensity, first.note, merged.intensity, merged.note) == (
        None,
        None,
        8,
        "warm bath",
    )
    await ann.says("cramp at 03:12")
    await ann.taps("The same cramp")
    assert len(await counted(harness, ann)) == 2
    harness.clock.advance(timedelta(hours=1))
    await edits(harness, ann, "cramp at 03:11, strength 3")
    await ann.taps("Undo: 03:12 → 03:11, strength 3")
    first, _merged = await harness.rows(Cramp)
    assert (first.occurred_at, first.intensity) == (AT_NIGHT, None)
    changes = await harness.rows(EntryChange)
    assert changes[-1].undone
    harness.clock.advance(timedelta(days=31))
    await harness.app.jobs.run_maintenance()
    assert await harness.rows(EntryChange) == []
