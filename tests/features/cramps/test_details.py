"""The further details of an entry, notes, and entries of an earlier time, over the whole bot."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.database.models import Cramp, FlagHit, User
from bot.features.cramps import queries, values
from tests.features.cramps.test_handlers import AT_NIGHT, LOG, NIGHT, logged, only_row, sleeper
from tests.support.harness import Harness


@pytest.mark.parametrize(
    ("path", "column", "value"),
    [
        (("More…", "How many", "3"), "count_tonight", 3),
        (("More…", "How many", "4 or more"), "count_tonight", 4),
        (("More…", "Even more…", "Doing what", "After a meal"), "context", "after_meal"),
        (("More…", "Even more…", "Did it help", "A lot"), "relief_helped", "a_lot"),
        (("More…", "Even more…", "Back to sleep", "Not again"), "back_to_sleep", "not_again"),
        (("More…", "Even more…", "Sleep disturbed", "7"), "sleep_disturbance", 7),
        (("More…", "Even more…", "Next day", "Did less"), "day_impact", "limited_activity"),
    ],
)
async def test_a_detail_is_one_tap_in_place(
    harness: Harness, path: tuple[str, ...], column: str, value: object
) -> None:
    ann = await logged(harness)
    message, count = ann.last, len(ann.bot_messages)
    for label in path:
        await ann.taps(label, message)
    row = await only_row(harness)
    assert getattr(row, column) == value
    assert row.edited_at is not None
    assert timedelta(0) <= row.edited_at - AT_NIGHT < timedelta(minutes=1)
    assert len(ann.bot_messages) == count


async def test_several_triggers_and_reliefs_are_kept_in_their_order(harness: Harness) -> None:
    ann = await logged(harness)
    for label in ("More…", "Even more…", "What led up to it", "Stress", "Hot day"):
        await ann.taps(label)
    assert (await only_row(harness)).possible_triggers == "hot_day,stress"
    await ann.taps("• Stress")
    assert (await only_row(harness)).possible_triggers == "hot_day"
    await ann.taps("Nothing I know of")
    assert (await only_row(harness)).possible_triggers == "none_known"
    for label in ("◀ Back", "What I tried", "Walked", "Stretched"):
        await ann.taps(label)
    assert (await only_row(harness)).relief_tried == "stretched,walked"
    assert ann.last.words.startswith("Logged: 03:12, Wednesday night\nstretched · walked")


async def test_a_twitch_asks_what_a_twitch_needs(harness: Harness) -> None:
    ann = await logged(harness)
    for label in ("More…", "Cramp or twitch", "Twitch"):
        await ann.taps(label)
    assert {"Going on for", "In other places too", "Weak or stiff there"} <= set(ann.last.buttons)
    assert "How long" not in ann.last.buttons
    assert "Cramp or twitch?" in ann.last.buttons
    await ann.taps("Going on for")
    await ann.taps("Over 2 weeks")
    await ann.taps("In other places too")
    await ann.taps("Yes")
    row = await only_row(harness)
    assert (row.event_type, row.twitch_days, row.twitch_elsewhere) == ("twitch", "gt_14days", "yes")


async def test_a_cramp_that_was_a_twitch_tells_of_cramps_no_more(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("9")
    for label in ("More…", "How many", "3", "Cramp or twitch", "Twitch"):
        await ann.taps(label)
    assert ann.last.words == "Twitch logged: 03:12, Wednesday night"
    await ann.taps("• Cramp or twitch")
    await ann.taps("Cramp")
    assert ann.last.words == "Logged: 03:12, Wednesday night\nstrength 9 · 3 cramps"


async def test_an_entry_moves_to_another_night_and_back(harness: Harness) -> None:
    ann = await logged(harness)
    for label in ("More…", "Even more…", "To the night before"):
        await ann.taps(label)
    row = await only_row(harness)
    assert row.night_on == NIGHT - timedelta(days=1)
    assert row.occurred_at == AT_NIGHT - timedelta(days=1)
    await ann.taps("To the night after")
    assert (await only_row(harness)).occurred_at == AT_NIGHT
    assert "To the night after" not in ann.last.buttons
    await ann.forges(f"cramps:night:{row.id}:20270120")
    assert (await only_row(harness)).night_on == NIGHT


async def test_an_entry_without_a_time_moves_into_the_night_of_its_tap(harness: Harness) -> None:
    """The hour that stands for a night is still to come at half past one."""
    ann = await logged(harness, at=datetime(2027, 1, 14, 0, 30, tzinfo=UTC))
    for label in ("Last night", "More…", "Even more…", "To the night after"):
        await ann.taps(label)
    row = await only_row(harness)
    assert (row.night_on, row.time_precision) == (NIGHT, "night_only")
    assert row.occurred_at <= row.tapped_at
    assert "To the night after" not in ann.last.buttons


async def test_no_entry_is_offered_a_time_to_come(harness: Harness) -> None:
    ann = await logged(harness, at=datetime(2027, 1, 14, 0, 30, tzinfo=UTC))
    await ann.says("yesterday 03:00")
    for label in ("More…", "Even more…"):
        await ann.taps(label)
    assert (await only_row(harness)).night_on == NIGHT - timedelta(days=1)
    assert "To the night after" not in ann.with_button("To the night before").buttons


@pytest.mark.parametrize("text", ["03:05", "8"])
async def test_what_is_typed_afterwards_marks_the_entry_as_corrected(
    harness: Harness, text: str
) -> None:
    ann = await logged(harness)
    assert (await only_row(harness)).edited_at is None
    await ann.says(text)
    assert (await only_row(harness)).edited_at is not None


# Notes --------------------------------------------------------------------------------------------


async def test_a_reply_to_the_entry_is_its_note(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    harness.telegram.reply(ann.telegram_person, message.id, "after <b>gardening</b> & digging")
    await harness.settled()
    assert (await only_row(harness)).note == "after <b>gardening</b> & digging"
    assert "after <b>gardening</b> & digging" in message.words
    assert ann.last is message  # nothing piles up
    assert ann.messages[-1].reaction == "✍"


async def test_where_a_reaction_cannot_be_set_the_receipt_is_said(harness: Harness) -> None:
    ann = await logged(harness)
    harness.telegram.faults.set("server_error", method="setMessageReaction")
    harness.telegram.reply(ann.telegram_person, ann.last.id, "after gardening")
    await harness.settled()
    assert (await only_row(harness)).note == "after gardening"
    assert ann.last.words == "Noted for 03:12, Wednesday night."
    assert ann.last.silent


async def test_a_reply_to_the_own_tap_is_a_note_too_and_others_are_not(harness: Harness) -> None:
    ann = await logged(harness)
    own = next(message for message in ann.messages if message.words == LOG)
    harness.telegram.reply(ann.telegram_person, own.id, "foot out of bed")
    await harness.settled()
    assert (await only_row(harness)).note == "foot out of bed"
    start = ann.bot_messages[0]
    harness.telegram.reply(ann.telegram_person, start.id, "something else")
    await harness.settled()
    assert (await only_row(harness)).note == "foot out of bed"


async def test_a_note_can_be_asked_for_and_removed(harness: Harness) -> None:
    ann = await logged(harness)
    for label in ("More…", "Even more…", "Note…"):
        await ann.taps(label)
    await ann.says("x" * (values.LONGEST_NOTE + 1))
    assert ann.last.words == "That is long for a note: up to 500 letters, please."
    assert (await only_row(harness)).note is None
    await ann.says("a long walk")
    assert (await only_row(harness)).note == "a long walk"
    assert (await harness.rows(User))[0].awaiting is None
    for label in ("More…", "Even more…", "• Note…", "Remove the note"):
        await ann.taps(label)
    assert (await only_row(harness)).note is None


@pytest.mark.parametrize("way", ["◀ Back", "Remove the note"])
async def test_what_is_typed_after_turning_back_is_no_note(harness: Harness, way: str) -> None:
    ann = await logged(harness)
    harness.telegram.reply(ann.telegram_person, ann.last.id, "first")
    await harness.settled()
    for label in ("More…", "Even more…", "• Note…", way):
        await ann.taps(label)
    note = (await only_row(harness)).note
    await harness.live_for(timedelta(hours=1))
    await ann.says("yesterday 3am")
    first, second = await harness.rows(Cramp)
    assert (first.note, second.note) == (note, None)
    assert second.night_on == NIGHT - timedelta(days=1)


async def test_a_note_that_is_too_long_has_a_way_back(harness: Harness) -> None:
    ann = await logged(harness)
    harness.telegram.reply(ann.telegram_person, ann.last.id, "ש👍" * 2000)
    await harness.settled()
    assert ann.last.words.startswith("That is long for a note")
    await ann.taps("Leave it as it is")
    assert ann.last.words.startswith("Logged: 03:12, Wednesday night")
    assert "✏️ Correct" in ann.last.buttons


async def test_a_note_stays_with_its_owner(harness: Harness) -> None:
    """Message ids of two chats may be the same numbers."""
    ann = await logged(harness)
    entry = await only_row(harness)
    bob = await sleeper(harness, "Bob")
    async with harness.database.transaction() as session:
        for number in (entry.message_id, entry.reply_message_id or 0):
            found = await queries.behind_message(session, ann.id, number)
            assert found is not None
            assert found.id == entry.id
            assert await queries.behind_message(session, bob.id, number) is None


# Earlier ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "occurred_at", "night_on", "precision"),
    [
        ("yesterday 3am", datetime(2027, 1, 13, 2, 0, tzinfo=UTC), date(2027, 1, 12), "exact"),
        ("Tue 02:40", datetime(2027, 1, 12, 1, 40, tzinfo=UTC), date(2027, 1, 11), "exact"),
        (
            "tuesday night 02:40",
            datetime(2027, 1, 13, 1, 40, tzinfo=UTC),
            date(2027, 1, 12),
            "exact",
        ),
        ("12 Jan 03:10", datetime(2027, 1, 12, 2, 10, tzinfo=UTC), date(2027, 1, 11), "exact"),
        ("about 3am on tue", datetime(2027, 1, 12, 2, 0, tzinfo=UTC), date(2027, 1, 11), "about"),
        ("~3am yesterday", datetime(2027, 1, 13, 2, 0, tzinfo=UTC), date(2027, 1, 12), "about"),
        ("last night", datetime(2027, 1, 14, 2, 0, tzinfo=UTC), date(2027, 1, 13), "night_only"),
        (
            "monday night",
            datetime(2027, 1, 12, 2, 0, tzinfo=UTC),
            date(2027, 1, 11),
            "night_only",
        ),
    ],
)
@pytest.mark.parametrize("how", ["typed", "command", "asked"])
async def test_a_cramp_of_an_earlier_time_in_plain_words(
    harness: Harness, text: str, occurred_at: datetime, night_on: date, precision: str, how: str
) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    if how == "command":
        await ann.says(f"/cramp {text}")
    else:
        if how == "asked":
            await ann.says("/history")
            await ann.taps("Add a cramp…")
        await ann.says(text)
    row = await only_row(harness)
    assert (row.occurred_at, row.night_on) == (occurred_at, night_on)
    assert row.time_precision == precision
    assert row.tapped_at == harness.clock.now().replace(microsecond=0)
    assert ann.last.words.startswith("Logged: ")
    await ann.taps("Undo")
    assert (await only_row(harness)).deleted_at is not None


async def test_a_time_that_is_only_about_right_says_so(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("about 2:30")
    assert ann.last.words == "Changed to about 02:30, Wednesday night."
    row = await only_row(harness)
    assert (row.time_precision, row.occurred_at.hour) == ("about", 1)
    await ann.taps("Put back")
    assert (await only_row(harness)).time_precision == "exact"


async def test_a_bare_time_is_asked_about_never_guessed(harness: Harness) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says("03:10")
    assert ann.last.words == "A cramp at 03:10, Wednesday night?"
    assert await harness.rows(Cramp) == []
    offer = ann.last
    await ann.taps("Log it")
    row = await only_row(harness)
    assert row.occurred_at == datetime(2027, 1, 14, 2, 10, tzinfo=UTC)
    assert offer.words.startswith("Logged: 03:10")


async def test_the_offer_tapped_twice_is_one_entry_and_no_means_no(harness: Harness) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says("03:10")
    said = next(message for message in ann.messages if message.words == "03:10")
    for _ in range(2):
        await ann.forges(f"cramps:logat:{said.id}:{int(AT_NIGHT.timestamp())}")
    assert len(await harness.rows(Cramp)) == 1
    harness.clock.set(harness.clock.now() + timedelta(hours=1))
    await ann.says("04:10")
    await ann.taps("No")
    assert ann.last.words == "Fine, nothing is logged."
    assert len(await harness.rows(Cramp)) == 1


async def test_an_old_offer_tapped_again_calls_off_no_question_asked_since(
    harness: Harness,
) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says("03:12")
    offer = ann.last
    said = next(message for message in ann.messages if message.words == "03:12")
    data = f"cramps:logat:{said.id}:{int(AT_NIGHT.timestamp())}"
    await ann.forges(data)
    for label in ("More…", "Even more…", "Note…"):
        await ann.taps(label)
    await ann.forges(data, offer)
    await ann.says("after a long walk")
    assert (await only_row(harness)).note == "after a long walk"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tomorrow 3am", "I could not read that as a time"),
        ("lots", "I could not read that as a time"),
        ("2024-01-01 03:00", "That is more than a year ago"),
    ],
)
async def test_what_cannot_be_is_said_kindly(harness: Harness, text: str, words: str) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says(f"/cramp {text}")
    assert ann.last.words.startswith(words)
    assert await harness.rows(Cramp) == []


# Slips of the thumb -------------------------------------------------------------------------------


async def noted(harness: Harness) -> list[str]:
    return [hit.rule for hit in await harness.rows(FlagHit)]


async def test_a_sign_ticked_by_mistake_is_not_kept(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "Afterwards", "Swollen"):
        await ann.taps(label, message)
    assert await noted(harness) == ["P11"]
    await ann.taps("• Swollen", message)
    assert await noted(harness) == []


async def test_a_removed_entry_tells_no_sign_until_it_is_put_back(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "How long", "Over 10 min", "Done", "Undo"):
        await ann.taps(label, message)
    assert await noted(harness) == []
    await ann.taps("Put it back", message)
    assert await noted(harness) == ["P11"]


async def test_a_sign_that_another_entry_tells_stays(harness: Harness) -> None:
    ann = await logged(harness)
    first = ann.last
    for label in ("More…", "How long", "Over 10 min"):
        await ann.taps(label, first)
    harness.clock.set(AT_NIGHT + timedelta(minutes=30))
    await ann.presses(LOG)
    second = ann.last
    for label in ("More…", "Afterwards", "Swollen", "• Swollen"):
        await ann.taps(label, second)
    assert await noted(harness) == ["P11"]
