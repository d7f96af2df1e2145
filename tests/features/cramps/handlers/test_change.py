"""Changing an entry with buttons."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.database.models import Cramp, WeeklySummary
from bot.sandbox.models import Message as SandboxMessage
from tests.features.cramps.entries import AT_NIGHT, LOG, NIGHT, counted, logged, only_row
from tests.support.harness import Harness, Someone


async def test_strength_and_waking_are_one_tap_each_in_place(harness: Harness) -> None:
    ann = await logged(harness)
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps("8")
    assert (await only_row(harness)).intensity == 8
    assert "• 8" in message.buttons
    for label in ("More…", "Woke me", "Left calf", "1–5 min", "3"):
        await ann.taps(label)  # all on one page
    row = await only_row(harness)
    assert (row.intensity, row.woke_me, row.duration) == (3, "yes", "1_5min")
    assert {"• 3", "• Woke me", "• Left calf", "• 1–5 min"} <= set(message.buttons)
    assert "left calf · strength 3 · woke me · 1 to 5 min" in message.words
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize(
    ("path", "column", "value"),
    [
        (("Note, count…", "Twitch"), "event_type", "twitch"),
        (("Elsewhere…", "Calf"), "site", "calf"),
        (("Elsewhere…", "Back"), "site", "back"),
        (("Elsewhere…", "Left"), "side", "left"),
        (("1–5 min",), "duration", "1_5min"),
        (("Left calf",), "side", "left"),
        (("Left calf",), "site", "calf"),
        (("9",), "intensity", 9),
        (("I was awake",), "woke_me", "no_was_awake"),
        (("Afterwards…", "Sore next day"), "after_effects", "sore_next_day"),
    ],
)
async def test_every_field_can_be_set(
    harness: Harness, path: tuple[str, ...], column: str, value: object
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", *path[:-1]):
        await ann.taps(label, message)
    choice = next(b for row in message.inline for b in row if b["text"] == path[-1])
    for _ in range(2):  # a second time changes nothing
        await ann.forges(choice["callback_data"], message)
        assert getattr(await only_row(harness), column) == value


@pytest.mark.parametrize(
    ("path", "column"),
    [
        (("Elsewhere…", "Calf"), "site"),
        (("Elsewhere…", "Left"), "side"),
        (("1–5 min",), "duration"),
        (("4",), "intensity"),
        (("I was awake",), "woke_me"),
    ],
)
async def test_a_second_tap_on_a_page_of_details_clears_a_field(
    harness: Harness, path: tuple[str, ...], column: str
) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", *path):
        await ann.taps(step, message)
    assert getattr(await only_row(harness), column) is not None
    await ann.taps(f"• {path[-1]}", message)
    assert getattr(await only_row(harness), column) is None


async def test_a_field_with_a_page_of_its_own_can_be_cleared(harness: Harness) -> None:
    """A button of an earlier version, or of another kind of entry, shows one field alone."""
    ann = await logged(harness)
    for step in ("More…", "Note, count…", "Other pain", "Calf", "1 to 5 min", "Walking"):
        await ann.taps(step)
    for step in ("◀ Back", "• What I was doing", "Clear"):
        await ann.taps(step)
    assert (await only_row(harness)).context is None


async def test_next_leads_through_all_pages_of_details(harness: Harness) -> None:
    """What is told on one page needs two taps from the page before: "Next", and its chip."""
    ann = await logged(harness)
    for step in (
        *("More…", "Elsewhere…", "Calf", "Next ▶", "Nearly", "Next ▶", "Stress", "Next ▶"),
        *("Did less", "Next ▶", "Walked", "Next ▶", "2", "Done"),
    ):
        await ann.taps(step)
    row = await only_row(harness)
    assert (row.site, row.fell, row.possible_triggers) == ("calf", "nearly", "stress")
    assert (row.day_impact, row.relief_tried, row.count_tonight) == (
        *("limited_activity", "walked", 2),
    )
    assert ann.last.buttons == ["✏️ Change"]


async def test_after_effects_can_be_several_and_none_clears_them(harness: Harness) -> None:
    ann = await logged(harness)
    for step in ("More…", "Afterwards…", "Sore next day", "Numb, tingling"):
        await ann.taps(step, (await reply_of(harness, ann)))
    assert (await only_row(harness)).after_effects == "sore_next_day,numb_or_tingling"
    await ann.taps("• Sore next day")
    assert (await only_row(harness)).after_effects == "numb_or_tingling"
    await ann.taps("None of these")
    assert (await only_row(harness)).after_effects == "none"


async def reply_of(harness: Harness, someone: Someone) -> SandboxMessage:
    """The message that shows the newest entry."""
    row = (await harness.rows(Cramp))[-1]
    assert row.reply_message_id is not None
    return harness.telegram.message(someone.telegram_person, row.reply_message_id)


async def test_a_closed_card_can_be_corrected_days_later(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    await ann.taps("More…")
    await ann.taps("Done")
    assert message.words == "Cramp logged: 03:12, Wednesday night"
    assert message.buttons == ["✏️ Change"]
    harness.clock.set(AT_NIGHT + timedelta(days=5))
    await harness.restart()
    await ann.taps("✏️ Change", message)
    assert "◀ That night" in message.buttons
    await ann.taps("8", message)
    assert (await only_row(harness)).intensity == 8
    assert message.words.startswith("Cramp logged: 03:12\nWednesday night")


@pytest.mark.parametrize(
    ("chip", "occurred_at", "precision", "night_on", "words"),
    [
        ("15 min ago", AT_NIGHT - timedelta(minutes=15), "exact", NIGHT, "02:57\nWednesday night"),
        ("Earlier tonight", AT_NIGHT, "night_only", NIGHT, "Wednesday night"),
        (
            "Last night",
            datetime(2027, 1, 13, 2, 0, tzinfo=UTC),
            "night_only",
            NIGHT - timedelta(days=1),
            "Tuesday night",
        ),
    ],
)
async def test_time_chips_set_the_time_from_the_tap(
    harness: Harness,
    chip: str,
    occurred_at: datetime,
    precision: str,
    night_on: date,
    words: str,
) -> None:
    ann = await logged(harness)
    await ann.taps("Another time…")
    data = next(b["callback_data"] for row in ann.last.inline for b in row if b["text"] == chip)
    harness.clock.advance(
        timedelta(minutes=10)
    )  # chips count back from the tap that logged the entry
    for _ in range(2):
        await ann.forges(data)  # the same tap twice
        row = await only_row(harness)
        assert (row.occurred_at, row.time_precision) == (occurred_at, precision)
        assert (row.night_on, row.tapped_at) == (night_on, AT_NIGHT)
    assert ann.last.words.startswith(f"Cramp logged: {words}")
    for label in ("More…", "Another time…"):
        await ann.taps(label)
    assert f"• {chip}" in ann.last.buttons
    await ann.taps("Now")
    row = await only_row(harness)
    assert (row.occurred_at, row.time_precision, row.night_on) == (AT_NIGHT, "exact", NIGHT)


@pytest.mark.parametrize(
    ("path", "column", "value"),
    [
        (("More…", "Note, count…", "3"), "count_tonight", 3),
        (("More…", "Note, count…", "4 or more"), "count_tonight", 4),
        (("More…", "Activity, fall…", "After a meal"), "context", "after_meal"),
        (("More…", "What I tried…", "A lot"), "relief_helped", "a_lot"),
        (("More…", "Afterwards…", "Not again"), "back_to_sleep", "not_again"),
        (("More…", "Afterwards…", "7"), "sleep_disturbance", 7),
        (("More…", "Afterwards…", "Did less"), "day_impact", "limited_activity"),
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


async def test_several_triggers_and_reliefs_are_stored_in_the_order_of_the_value_set(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    for label in ("More…", "That day…", "Stress", "Hot day"):
        await ann.taps(label)
    assert (await only_row(harness)).possible_triggers == "hot_day,stress"
    await ann.taps("• Stress")
    assert (await only_row(harness)).possible_triggers == "hot_day"
    await ann.taps("Nothing I know of")
    assert (await only_row(harness)).possible_triggers == "none_known"
    for label in ("◀ Back", "What I tried…", "Walked", "Stretched"):
        await ann.taps(label)
    assert (await only_row(harness)).relief_tried == "stretched,walked"
    assert ann.last.words.startswith("Cramp logged: 03:12\nWednesday night\nstretched · walked")


async def test_a_twitch_has_its_own_fields(harness: Harness) -> None:
    ann = await logged(harness)
    for label in ("More…", "Note, count…", "Twitch", "◀ Back"):
        await ann.taps(label)
    assert {"How long so far", "In other places too", "Weak or stiff there"} <= set(
        ann.last.buttons
    )
    assert "How long" not in ann.last.buttons
    assert "Cramp or twitch?" in ann.last.buttons
    await ann.taps("How long so far")
    await ann.taps("Over 2 weeks")  # the next question follows
    await ann.taps("Yes")
    row = await only_row(harness)
    assert (row.event_type, row.twitch_days, row.twitch_elsewhere) == ("twitch", "gt_14days", "yes")


async def test_a_twitch_shows_no_details_of_a_cramp_until_it_is_one_again(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("8")
    for label in ("More…", "Note, count…", "3", "Twitch", "◀ Back"):
        await ann.taps(label)
    assert ann.last.words == "Twitch logged: 03:12\nWednesday night"
    await ann.taps("• Cramp or twitch")
    await ann.taps("Cramp")
    assert ann.last.words.startswith("Cramp logged: 03:12\nWednesday night\nstrength 8 · 3 cramps")


async def test_an_entry_moves_to_another_night_and_back(harness: Harness) -> None:
    ann = await logged(harness)
    for label in ("More…", "Another time…", "Move to the night before"):
        await ann.taps(label)
    row = await only_row(harness)
    assert row.night_on == NIGHT - timedelta(days=1)
    assert row.occurred_at == AT_NIGHT - timedelta(days=1)
    await ann.taps("Move to the night after")
    assert (await only_row(harness)).occurred_at == AT_NIGHT
    assert "Move to the night after" not in ann.last.buttons
    await ann.forges(f"cramps:night:{row.id}:20270120")
    assert (await only_row(harness)).night_on == NIGHT


async def test_an_entry_without_a_time_moves_into_the_night_of_its_tap(harness: Harness) -> None:
    """At 01:30, 03:00, which stands for an unknown time, is still in the future."""
    ann = await logged(harness, at=datetime(2027, 1, 14, 0, 30, tzinfo=UTC))
    for label in (
        "Another time…",
        "Last night",
        "More…",
        "Another time…",
        ("Move to the night after"),
    ):
        await ann.taps(label)
    row = await only_row(harness)
    assert (row.night_on, row.time_precision) == (NIGHT, "night_only")
    assert row.occurred_at <= row.tapped_at
    assert "Move to the night after" not in ann.last.buttons


async def test_no_entry_can_be_moved_into_the_future(harness: Harness) -> None:
    ann = await logged(harness, at=datetime(2027, 1, 14, 0, 30, tzinfo=UTC))
    await ann.says("yesterday 03:00")
    for label in ("Correct that entry", "More…", "Another time…"):
        await ann.taps(label)
    assert (await only_row(harness)).night_on == NIGHT - timedelta(days=1)
    assert "Move to the night after" not in ann.with_button("Move to the night before").buttons


async def test_undo_and_put_back(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("8", "More…", "Note, count…", "Remove entry"):
        await ann.taps(label)
    assert message.words == "Removed: 03:12, Wednesday night."
    assert message.buttons == ["Undo", "◀ That night"]
    assert await counted(harness, ann) == []
    await ann.taps("Undo")
    assert [row.intensity for row in await counted(harness, ann)] == [8]
    assert message.words.startswith("Cramp logged: 03:12\nWednesday night")


async def test_stale_chips_do_not_show_a_removed_entry_as_logged(harness: Harness) -> None:
    ann = await logged(harness)
    row = await only_row(harness)
    await ann.taps("Undo")
    for data in (f"cramps:set:{row.id}:strength:7", f"cramps:open:{row.id}:more"):
        await ann.forges(data)
        assert ann.last.words.startswith("Removed")
    assert await counted(harness, ann) == []


async def test_after_undo_the_next_tap_is_an_entry_of_its_own(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Undo")
    await ann.presses(LOG)
    assert ann.last.words.startswith("Cramp logged")
    assert len(await counted(harness, ann)) == 1


async def test_every_change_refreshes_the_stored_week(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.presses("📊 This week")

    async def figures() -> dict[str, object]:
        (week,) = await harness.rows(WeeklySummary)
        return week.figures

    seen = [await figures()]
    for path in (
        ("8",),
        ("More…", "Woke me"),
        ("Another time…", "15 min ago"),
        ("Another time…", "Last night"),
        ("More…", "Note, count…", "Remove entry"),
        ("Undo",),
    ):
        for label in path:
            await ann.taps(label, reply)
        seen.append(await figures())
    assert all(one != following for one, following in pairwise(seen))
    before = await figures()
    await ann.says("02:30")
    assert await figures() != before


async def test_an_entry_moved_to_another_week_refreshes_both(harness: Harness) -> None:
    ann = await logged(harness, at=datetime(2027, 1, 17, 2, 12, tzinfo=UTC))  # Saturday night
    await ann.presses("📊 This week")
    harness.clock.set(datetime(2027, 1, 19, 2, 12, tzinfo=UTC))  # the first night of a week
    await ann.presses(LOG)
    reply = ann.last
    await ann.presses("📊 This week")

    async def cramps() -> list[object]:
        return [week.figures["cramps"] for week in await harness.rows(WeeklySummary)]

    assert await cramps() == [1, 2]  # the week before, and the last seven nights
    for label in ("Another time…", "Last night"):
        await ann.taps(label, reply)
    assert await cramps() == [2, 2]
