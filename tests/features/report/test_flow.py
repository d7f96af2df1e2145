"""Making a report, through the whole bot."""

import io
import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
from PIL import Image
from sqlmodel import col, select

from bot.database.models import (
    Cramp,
    Experiment,
    FailedUpdate,
    FlagHit,
    Habit,
    Medicine,
    ReportDraft,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.drawing.canvas import WIDTH
from bot.features.report import messages
from bot.features.report.queries import last_night
from bot.features.report.typed_fields import ALL_FIELDS, tidied
from bot.i18n.translator import translator
from tests.features.summary.test_flow_month_quarter import diarist
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words

BERLIN = ZoneInfo("Europe/Berlin")


async def person_with_preview(harness: Harness, nights: int = 60) -> Someone:
    ann = await diarist(harness, nights)
    async with harness.database.transaction() as session:
        session.add(Medicine(user_id=ann.id, words="a tablet & more", told_at=harness.clock.now()))
        last = await session.exec(select(Cramp).order_by(col(Cramp.occurred_at).desc()).limit(1))
        entry = last.one()
        entry.note = "came after a long walk"
        session.add(entry)
    await ann.says("/report")
    return ann


async def draft(harness: Harness) -> ReportDraft:
    return (await harness.rows(ReportDraft))[0]


async def text_of(ann: Someone) -> str:
    known = {one.id for one in ann.bot_messages}
    await ann.taps("Make the PDF")
    # A reminder that became due meanwhile may come after it.
    made = [one.file for one in ann.bot_messages if one.id not in known and one.file is not None]
    (file,) = made
    assert re.fullmatch(r"calmcalf-report-\d{4}-\d\d-\d\d\.pdf", file.name)
    document = pypdfium2.PdfDocument(file.content)
    assert 1 <= len(document) <= 3
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return re.sub(r"\s+", " ", text)


async def test_pages_are_previewed_changed_and_made(harness: Harness) -> None:
    ann = await person_with_preview(harness)
    message, count, before = ann.last, len(ann.bot_messages), ann.last.photo
    assert message.words.startswith("Pages for a doctor, nurse or pharmacist\n")
    assert before is not None
    assert "In large letters: what is on 1 page." in message.words
    assert Image.open(io.BytesIO(before)).width == WIDTH
    assert "• 8 weeks" in message.buttons
    assert_kind_words(message.words)
    await ann.taps("4 weeks")
    assert (await draft(harness)).weeks == 4
    assert "• 4 weeks" in message.buttons
    assert message.photo != before
    assert len(ann.bot_messages) == count
    text = await text_of(ann)
    assert "Nights logged: 28 of 28." in text
    assert "came after a long walk" not in text  # notes are left out by default
    assert "Nobody reads what you write here, day or night. In an emergency call" in ann.last.words


async def test_lines_sections_and_notes_are_left_out_and_included(harness: Harness) -> None:
    ann = await person_with_preview(harness)
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps("Leave lines out…")
    assert_kind_words(message.words)
    await ann.taps(f"✓ {MEDICINES[:33]}…")
    before = message.photo
    button = next(b for row in message.inline for b in row if b["text"] == "✓ a tablet & more")
    for _time in range(2):  # the second tap changes nothing more
        await ann.forges(button["callback_data"], message)
    assert re.fullmatch("medicine[.][0-9a-f]{12}", (await draft(harness)).left_out)
    assert "✗ a tablet & more" in message.buttons
    assert message.photo != before
    await ann.taps("◀ Back")
    await ann.taps("✓ By week; when, where, how long, d…")
    assert {"✓ The table", "✓ Night by night"} <= set(message.buttons)
    await ann.taps("Leave this part out")
    assert message.words.endswith("All of this is left out.")
    assert [label for label in message.buttons if label.startswith(("✓", "✗"))] == []
    await ann.taps("◀ Back")
    await ann.taps("◀ Back")
    assert "lines are left out." in message.words
    await ann.taps("Notes…")
    await ann.taps("✗ came after a long walk")
    await ann.taps("◀ Back", message)
    assert "• Notes…" in message.buttons
    assert len(ann.bot_messages) == count
    text = await text_of(ann)
    assert "came after a long walk" in text
    assert "a tablet & more" not in text
    assert "Week from" not in text
    await ann.taps("Leave lines out…", message)
    await ann.taps("✗ By week; when, where, how long, d…", message)
    await ann.taps("Include this part again", message)
    assert "pattern" not in (await draft(harness)).left_out
    await ann.taps("◀ Back", message)
    await ann.taps(f"✗ {MEDICINES[:33]}…", message)
    await ann.taps("✗ a tablet & more", message)
    assert (await draft(harness)).left_out.startswith("note.")


MEDICINES = "Medicines, as typed by the person, including over the counter"


async def test_many_notes_are_paged(harness: Harness) -> None:
    ann = await person_with_preview(harness)
    async with harness.database.transaction() as session:
        for number, entry in enumerate(await session.exec(select(Cramp).order_by(col(Cramp.id)))):
            entry.note = f"note {number}"
            session.add(entry)
    message = ann.last
    await ann.taps("Notes…")
    seen = {label for label in message.buttons if label.startswith("✗ note")}
    assert len(seen) == 8
    while "▶" in message.buttons:
        await ann.taps("▶", message)
        seen |= {label for label in message.buttons if label.startswith("✗ note")}
    assert len(seen) == 18  # of the 20 cramps those of eight weeks
    await ann.taps("✗ note 2", message)
    assert "✓ note 2" in message.buttons
    assert "◀" in message.buttons


async def test_what_is_typed_is_on_the_pages_and_can_be_removed(harness: Harness) -> None:
    ann = await person_with_preview(harness, nights=5)
    earlier, count = ann.last, len(ann.bot_messages)
    await ann.taps("My name…")
    assert len(ann.bot_messages) == count
    assert earlier.words.startswith("What name should the pages show?")
    await ann.says("n" * 81)
    assert ann.last.words == "That is too long for the page. Please use at most 80 characters."
    await ann.says("A. Example <b>")
    message = ann.last
    assert "• My name" in message.buttons
    assert earlier.words == "There is a newer preview below."
    assert earlier.buttons == []
    await ann.taps("My questions…")
    await ann.says("one\n" * 6)
    assert ann.last.words == (
        "That does not fit on the page. Please use at most 5 lines of 180 characters."
    )
    await ann.says("Why at night?\n\n  And   now?")
    await ann.taps("More about me…")
    assert set(ann.last.buttons) == {*messages.field_names(translator("en")).values(), "◀ Back"}
    await ann.taps("Blood results")
    await ann.says("Potassium 3.4\nFerritin 18")
    assert "• More about me…" in ann.last.buttons
    async with harness.database.transaction() as session:
        row = await session.get_one(ReportDraft, ann.id)
        row.identifier, row.dialysis_days = "3 May 1948", "Mon, Fri"
        row.tried_before = "quinine years ago: no change"
        session.add(row)
    text = await text_of(ann)
    assert "Name: A. Example <b> · Date of birth or patient number: 3 May 1948" in text
    assert "Tried before: quinine years ago: no change" in text
    assert "Dialysis days: Mon, Fri" in text
    assert "Potassium 3.4 Ferritin 18" in text
    assert "Questions I want to ask Why at night? And now?" in text
    message, count = ann.with_button("• My name"), len(ann.bot_messages)
    await ann.taps("• My name")
    assert message.words.endswith("At the moment: A. Example <b>")
    await ann.taps("Remove", message)
    await ann.forges("report:field:results", message)
    await ann.taps("Remove", message)
    assert len(ann.bot_messages) == count
    row = await draft(harness)
    assert (row.name, row.results, row.identifier) == (None, None, "3 May 1948")
    await ann.says("no longer an answer")
    assert (await draft(harness)).name is None


def test_what_fits_into_each_field() -> None:
    for field, limits in ALL_FIELDS.items():
        most = "\n".join(["n" * limits.characters] * limits.lines)
        assert tidied(field, f" \n{most}\n\n") == most
        assert tidied(field, f"{most}n") is None
        assert tidied(field, " \n ") is None
        size = ReportDraft.__table__.c[field].type.length  # type: ignore[attr-defined]
        assert len(most) <= size
    assert tidied("name", "A.\n Example") == "A. Example"
    assert tidied("results", "one\n" * 11) is None


async def test_a_removed_entry_takes_its_sign_off_the_pages(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses("🦵 Log cramp")
    log = ann.last
    entry = (await harness.rows(Cramp))[-1]
    await ann.forges(f"cramps:many:{entry.id}:effect:swollen:1", log)
    harness.clock.set(harness.clock.now() + timedelta(days=1))
    await ann.says("/report")
    assert "Swollen" in await text_of(ann)
    assert "Entry with a warning sign" in await text_of(ann)
    await ann.forges(f"cramps:undo:{entry.id}", log)
    await ann.says("/report")
    text = await text_of(ann)
    assert "Swollen" not in text
    assert "warning sign" not in text
    await ann.forges(f"cramps:restore:{entry.id}", log)
    await ann.says("/report")
    assert "Swollen: Place not stated: 13 Jan" in await text_of(ann)


async def test_the_button_of_the_weekly_summary_sends_a_new_message(harness: Harness) -> None:
    ann = await person_with_preview(harness, nights=20)
    await ann.presses("📊 This week")
    week, count = ann.last, len(ann.bot_messages)
    words = week.words
    await ann.forges("report:open", week)
    assert len(ann.bot_messages) == count + 1
    assert "Make the PDF" in ann.last.buttons
    assert week.words == words


def test_the_period_ends_with_the_last_night_that_is_over() -> None:
    begun = datetime(2027, 1, 1, tzinfo=BERLIN)
    ann = User(
        id=1,
        time_zone="Europe/Berlin",
        bed_time=time(22, 30),
        wake_time=time(7),
        created_at=begun,
    )
    for day, hour, last in ((14, 9, 13), (14, 13, 13), (15, 2, 13), (15, 7, 14), (15, 23, 14)):
        now = datetime(2027, 3, day, hour, 30 * (hour == 2), tzinfo=BERLIN)
        assert last_night(ann, now) == date(2027, 3, last), (day, hour)


async def test_warning_signs_fair_tests_and_weekly_answers_are_in_the_report(
    harness: Harness,
) -> None:
    ann = await person_with_preview(harness)
    now = harness.clock.now()
    async with harness.database.transaction() as session:
        for rule, level, day in (("dark_urine", "emergency", 2), ("P2", "soon", 3)):
            session.add(
                FlagHit(
                    user_id=ann.id,
                    rule=rule,
                    level=level,
                    hit_on=date(2027, 3, day),
                    hit_at=now,
                    shown=True,
                )
            )
        for week in (date(2027, 2, 21), date(2027, 2, 28)):
            session.add(
                WeeklySummary(
                    user_id=ann.id,
                    week_on=week,
                    figures={},
                    caption="",
                    limited="a_bit",
                    created_at=now,
                    updated_at=now,
                )
            )
        for status in (TrialStatus.FINISHED, TrialStatus.STOPPED):
            session.add(
                Experiment(
                    user_id=ann.id,
                    habit=Habit.CAFFEINE_AFTER_CUTOFF,
                    block_days=7,
                    blocks="abba",
                    starts_on=date(2027, 1, 20),
                    status=status,
                    created_at=now,
                )
            )
    text = await text_of(ann)
    assert "Dark pee: 2 Mar; card shown: “Emergency now”" in text
    assert "P2: Cramps on 3 or more nights a week, 3 weeks in a row: 3 Mar" in text
    assert "a bit 2 (answered for 2 weeks)." in text
    assert text.count("No late caffeine") == 1
    assert "4 blocks of 7 nights in random order: cramps on 4 of 14 logged" in text


async def test_other_pages_can_be_shown_and_replies_are_silent_at_night(harness: Harness) -> None:
    ann = await person_with_preview(harness, nights=20)
    async with harness.database.transaction() as session:
        row = await session.get_one(ReportDraft, ann.id)
        row.questions = "\n".join(f"Question {number}? {'Why? ' * 30}" for number in range(5))
        session.add(row)
        for number in range(20):
            words = f"medicine {number} " + "in many words " * 6
            session.add(Medicine(user_id=ann.id, words=words, told_at=harness.clock.now()))
    silent = [ann.last.silent]
    await harness.live_until(harness.clock.now() + timedelta(hours=14, minutes=30))
    await ann.says("/report")
    message, first = ann.last, ann.last.photo
    assert "◀ Before" not in message.buttons
    await ann.taps(next(one for one in message.buttons if one.startswith("Read on (1 of ")))
    assert message.photo != first
    await ann.taps("◀ Before")
    assert message.photo == first
    silent.append(message.silent)
    await ann.taps("Make the PDF")
    assert [*silent, ann.last.silent] == [False, True, True]


async def test_a_new_person_gets_a_report(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/report")
    await ann.taps("Notes…")
    assert ann.last.words.startswith("There are no notes in these weeks.")
    await ann.taps("◀ Back")
    assert "Nights logged: 0 of 56." in await text_of(ann)
    assert (await draft(harness)).last_on == date(2027, 1, 12)
    await ann.presses("🦵 Log cramp")
    await ann.says("/report")
    text = await text_of(ann)
    assert "Cramp nights: 1 of 1 logged." in text  # tonight's, as the week shows it
    assert "Nights logged: 1 of 56." in text
    assert (await draft(harness)).last_on == date(2027, 1, 13)


FORGED = (
    "weeks:5",
    "weeks",
    "set:headline:2:0",
    "set:headline",
    "set:nonsense:0:0",
    "set:note.999999:1:0",
    "set:medicine.abcdef012345:0:0",
    "set::0:0",
    "clear:weeks",
    "section:nonsense:0",
    "section",
    "section:pattern:-5",
    "section:pattern:99",
    "field:weeks",
    "notes:x",
    "notes:99",
    "page:77",
    "page:-1",
)


async def test_forged_data_changes_nothing(harness: Harness) -> None:
    ann = await person_with_preview(harness, nights=20)
    message = ann.last
    before = await draft(harness)
    for data in FORGED:
        tap = harness.telegram.tap_data(ann.telegram_person, message, f"report:{data}")
        await harness.settled()
        assert tap.answer is not None, data
        after = await draft(harness)
        assert (after.weeks, after.left_out, after.name) == (
            before.weeks,
            before.left_out,
            before.name,
        ), data
    assert await harness.rows(FailedUpdate) == []


async def test_a_report_has_no_data_of_other_people(harness: Harness) -> None:
    await person_with_preview(harness, nights=20)
    bob = await harness.set_up_person("Bob")
    harness.clock.set(harness.clock.now() + timedelta(days=1))
    await bob.says("/report")
    assert "a tablet" not in await text_of(bob)
    note = next(row for row in await harness.rows(Cramp) if row.note)
    medicine = (await harness.rows(Medicine))[0]
    for code in (f"note.{note.id}", f"medicine.{medicine.uid[:12]}"):
        message = bob.with_button("Make the PDF")
        assert await bob.forges(f"report:set:{code}:1:0", message) == "That no longer exists."
        assert "Make the PDF" in message.buttons
    mine = next(row for row in await harness.rows(ReportDraft) if row.user_id == bob.id)
    assert mine.left_out == ""
