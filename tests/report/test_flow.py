"""Putting a report together, over the whole bot."""

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from PIL import Image
from sqlmodel import col, select

from bot.models import Cramp, Medicine, ReportDraft
from tests.summary.test_longer import diarist
from tests.wording import assert_kind_words
from tests.world import Someone, World

BERLIN = ZoneInfo("Europe/Berlin")


async def opened(world: World, nights: int = 60) -> Someone:
    ann = await diarist(world, nights)
    async with world.database.transaction() as session:
        session.add(Medicine(user_id=ann.id, words="a tablet & more", told_at=world.clock.now()))
        last = await session.exec(select(Cramp).order_by(col(Cramp.occurred_at).desc()).limit(1))
        entry = last.one()
        entry.note = "came after a long walk"
        session.add(entry)
    await ann.says("/report")
    return ann


async def draft(world: World) -> ReportDraft:
    return (await world.rows(ReportDraft))[0]


async def text_of(ann: Someone) -> str:
    await ann.taps("Make the PDF")
    file = ann.last.file
    assert file is not None
    assert re.fullmatch(r"calmcalf-report-\d{4}-\d\d-\d\d\.pdf", file.name)
    document = pypdfium2.PdfDocument(file.content)
    assert 1 <= len(document) <= 2
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return re.sub(r"\s+", " ", text)


async def test_a_picture_of_the_page_comes_first(world: World) -> None:
    ann = await opened(world)
    assert ann.last.words.startswith("Pages for a doctor, nurse or pharmacist\n")
    assert ann.last.photo is not None
    width, height = Image.open(io.BytesIO(ann.last.photo)).size
    assert height == pytest.approx(width * 297 / 210, rel=0.01)
    assert "• 8 weeks" in ann.last.buttons
    assert_kind_words(ann.last.words)


async def test_the_period_is_changed_in_place(world: World) -> None:
    ann = await opened(world)
    message, count, before = ann.last, len(ann.bot_messages), ann.last.photo
    await ann.taps("4 weeks")
    assert (await draft(world)).weeks == 4
    assert "• 4 weeks" in message.buttons
    assert message.photo != before
    assert len(ann.bot_messages) == count
    assert "28 of 28 nights logged." in await text_of(ann)


async def test_a_line_is_left_out_and_taken_in_again(world: World) -> None:
    ann = await opened(world)
    message = ann.last
    await ann.taps("Leave lines out…")
    while not any("a tablet & more" in label for label in message.buttons):
        await ann.taps("▶", message)
    await ann.taps("✓ a tablet & more", message)
    assert (await draft(world)).left_out.startswith("medicine.")
    assert "✗ a tablet & more" in message.buttons
    await ann.taps("◀ Back", message)
    assert "1 line is left out." in message.words
    assert "a tablet & more" not in await text_of(ann)
    await ann.taps("Leave lines out…", message)
    while "✗ a tablet & more" not in message.buttons:
        await ann.taps("▶", message)
    await ann.taps("✗ a tablet & more", message)
    await ann.taps("◀ Back", message)
    assert "a tablet & more" in await text_of(ann)


async def test_notes_are_taken_in_one_by_one(world: World) -> None:
    ann = await opened(world)
    assert "came after a long walk" not in await text_of(ann)
    preview = ann.with_button("Notes…")
    await ann.taps("Notes…")
    await ann.taps("✗ came after a long walk")
    await ann.taps("◀ Back", preview)
    assert "came after a long walk" in await text_of(ann)


async def test_name_and_questions_are_typed_shown_and_removed(world: World) -> None:
    ann = await opened(world)
    await ann.taps("My name…")
    await ann.says("A. Example <b>")
    assert "• My name" in ann.last.buttons
    await ann.taps("My questions…")
    await ann.says("Why at night?\n\nAnd now?")
    text = await text_of(ann)
    assert "Name: A. Example <b>" in text
    assert "Questions I want to ask Why at night? And now?" in text
    await ann.taps("• My name")
    assert ann.last.words.endswith("Now: A. Example <b>")
    await ann.taps("Remove")
    assert (await draft(world)).name is None
    assert "A. Example" not in await text_of(ann)


async def test_too_long_a_name_is_not_taken(world: World) -> None:
    ann = await opened(world)
    await ann.taps("My name…")
    await ann.says("n" * 81)
    assert ann.last.words == "That is too long for the page: up to 80 letters, please."
    assert (await draft(world)).name is None


async def test_a_second_page_can_be_leafed_to(world: World) -> None:
    ann = await opened(world)
    await ann.taps("My questions…")
    await ann.says("\n".join(f"Question number {number}?" for number in range(40)))
    first = ann.last.photo
    await ann.taps("Page 2 ▶")
    assert ann.last.photo != first
    await ann.taps("◀ Page 1")
    assert ann.last.photo == first


async def test_somebody_new_gets_an_honest_page(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await ann.says("/report")
    assert "nights logged" in await text_of(ann)


async def test_it_is_silent_at_night(world: World) -> None:
    ann = await opened(world)
    silent = [ann.last.silent]
    await world.live_until(datetime(2027, 3, 14, 23, 30, tzinfo=BERLIN))
    await ann.says("/report")
    silent.append(ann.last.silent)
    await ann.taps("Make the PDF")
    assert [*silent, ann.last.silent] == [False, True, True]


@pytest.mark.parametrize(
    "data",
    [
        "weeks:5",
        "weeks",
        "set:lines:0:coverage:2",
        "set:lines:0:nonsense:0",
        "set:lines:9999:coverage:0",
        "set:secrets:0:coverage:0",
        "clear:weeks",
        "lines:-5",
        "lines:99",
        "notes:x",
        "page:77",
    ],
)
async def test_forged_data_changes_nothing(world: World, data: str) -> None:
    ann = await opened(world, nights=20)
    before = await draft(world)
    tap = world.telegram.tap_data(ann.telegram_person, ann.last, f"report:{data}")
    await world.settled()
    assert tap.answer is not None
    after = await draft(world)
    assert (after.weeks, after.left_out, after.name) == (
        before.weeks,
        before.left_out,
        before.name,
    )


async def test_the_same_tap_twice_is_once(world: World) -> None:
    ann = await opened(world, nights=20)
    message = ann.last
    await ann.taps("Leave lines out…")
    button = next(b for row in message.inline for b in row if b["text"].startswith("✓"))
    for _ in range(2):
        await ann.forges(button["callback_data"], message)
    assert len((await draft(world)).left_out.split(",")) == 1


async def test_nothing_of_another_person_is_in_it(world: World) -> None:
    await opened(world, nights=20)
    bob = await world.set_up_person("Bob")
    world.clock.set(world.clock.now() + timedelta(days=1))
    await bob.says("/report")
    text = await text_of(bob)
    assert "a tablet" not in text
    assert "Cramps on" not in text
