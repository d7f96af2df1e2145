"""What is on screen is what is meant: typed text with an entry open, and right after a log."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.database.models import Cramp, User
from tests.features.cramps.entries import LOG, again, heard, own, sleeper
from tests.support.harness import Harness, Someone

FRIDAY = datetime(2027, 1, 16, 2, 10, tzinfo=UTC)
"""03:10 on Friday night, in Berlin."""
FRIDAY_ON = date(2027, 1, 15)
WEDNESDAY = datetime(2027, 1, 20, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def with_friday_open(harness: Harness) -> Someone:
    """Somebody who has logged a cramp on Friday and one last night, and opens the one of Friday."""
    ann = await sleeper(harness, at=FRIDAY)
    await ann.presses(LOG)
    harness.clock.set(WEDNESDAY - timedelta(hours=6))
    await ann.presses(LOG)
    harness.clock.set(WEDNESDAY)
    await open_friday(ann)
    return ann


async def open_friday(ann: Someone) -> None:
    await ann.says("/history")
    await ann.taps("Fri 15 Jan", ann.last)
    label = next(one for one in ann.last.buttons if "Cramp" in one)
    await ann.taps(label, ann.last)


async def entries(harness: Harness) -> list[Cramp]:
    return await harness.rows(Cramp)


async def test_typed_text_is_about_the_entry_that_is_open(harness: Harness) -> None:
    ann = await with_friday_open(harness)
    (_friday, last_night) = await entries(harness)
    for text, minutes in (
        ("04:10", 60),
        ("23:55", -195),
        ("at 12:30", -14 * 60 - 40),
        ("11:45", 8 * 60 + 35),
        ("about 02:30", -40),
        ("03:10", 0),
    ):
        await ann.says(text)
        friday, other = await entries(harness)
        assert abs(friday.occurred_at - FRIDAY - minutes * MINUTE) < MINUTE, text
        assert (friday.night_on, other) == (FRIDAY_ON, last_night), text
        assert "Friday night" in ann.last.words
        await again(harness, ann, own(ann))  # the same message once more
        assert (await entries(harness))[0].occurred_at == friday.occurred_at
    await ann.says("7")
    assert [one.intensity for one in await entries(harness)] == [7, None]
    await ann.says("left calf, 5")  # details do as well
    found = [(one.side, one.intensity) for one in await entries(harness)]
    assert found == [("left", 5), (None, None)]
    await ann.says("tell me a joke")  # a slip, or something else that nobody understands
    await ann.says("04:11")
    assert "04:11, Friday night" in ann.last.words
    assert heard(ann, "That time is still to come") == 0


@pytest.mark.parametrize(
    "end",
    [
        ("tap", "More…", "Done"),
        ("tap", "◀ That night"),
        ("tap", "Remove entry"),
        ("say", "/summary"),
        ("say", "no cramps on sunday night"),
        ("press", LOG),
        ("wait", "2"),
    ],
)
async def test_an_entry_is_not_open_for_ever(harness: Harness, end: tuple[str, ...]) -> None:
    ann = await with_friday_open(harness)
    how, *what = end
    for one in what:
        if how == "tap":
            await ann.taps(one, ann.last)
        elif how == "say":
            await ann.says(one)
        elif how == "press":
            await ann.presses(one)
        else:
            harness.clock.set(WEDNESDAY + timedelta(hours=int(one)))
    before = (await entries(harness))[0]
    await ann.says("04:10")
    assert (await entries(harness))[0].occurred_at == before.occurred_at


async def test_another_entry_takes_the_place_of_the_open_one(harness: Harness) -> None:
    ann = await with_friday_open(harness)
    await ann.says("/history")
    await ann.taps("Tue 19 Jan", ann.last)
    label = next(one for one in ann.last.buttons if "Cramp" in one)
    await ann.taps(label, ann.last)
    await harness.restart()  # what is open is in the database
    await ann.says("04:10")
    friday, last_night = await entries(harness)
    assert friday.occurred_at < FRIDAY + MINUTE
    assert last_night.night_on == date(2027, 1, 19)
    assert last_night.occurred_at == datetime(2027, 1, 20, 3, 10, tzinfo=UTC)


async def test_an_old_entry_speaks_of_its_own_night_and_leads_back(harness: Harness) -> None:
    ann = await with_friday_open(harness)
    card = ann.last
    assert not {"Now", "• Now", "Last night", "Earlier tonight"} & set(card.buttons)
    assert {"The evening before", "That morning", "Some time that night"} <= set(card.buttons)
    for label, clock, precision in (
        ("The evening before", (15, 21, 30), "about"),
        ("That morning", (16, 6, 0), "about"),
        ("Some time that night", (16, 2, 0), "night_only"),
    ):
        await ann.taps(label, card)
        friday = (await entries(harness))[0]
        at = friday.occurred_at
        assert ((at.day, at.hour, at.minute), friday.time_precision) == (clock, precision)
        assert friday.night_on == FRIDAY_ON
    await ann.taps("◀ That night", card)
    assert card.words.startswith("Night of Fri 15 Jan")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Another cramp", ["03:10 20", "02:40 19"]),
        ("Correct that entry", ["02:40 19"]),
        ("Neither", ["03:10 20"]),
    ],
)
async def test_a_time_with_its_day_right_after_a_log_is_asked_about(
    harness: Harness, answer: str, expected: list[str]
) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 20, 2, 10, tzinfo=UTC))
    await ann.presses(LOG)
    await ann.says("tue 02:40")
    question = ann.last
    assert question.words == (
        "Tue 19 Jan, 02:40: is that another cramp, or the right time for this entry: "
        "03:10, Tuesday night?"
    )
    assert len(await entries(harness)) == 1
    buttons = {b["text"]: b["callback_data"] for row in question.inline for b in row}
    for _ in range(2):  # tapped twice
        await ann.forges(buttons[answer], question)
    rows = await entries(harness)
    found = [f"{row.occurred_at + timedelta(hours=1):%H:%M %d}" for row in rows]
    assert found == expected
    await ann.says("03:05")  # alone it corrects the newest
    assert [row.occurred_at.minute for row in await entries(harness)][-1] == 5


async def test_nothing_is_open_before_the_setup_is_done(harness: Harness) -> None:
    bob = await harness.person("Bob")
    await bob.says("/start")
    await bob.says("Berlin")
    await bob.says("yes")
    await bob.says("/cramp")
    harness.clock.advance(timedelta(hours=1))
    await bob.taps("More…")
    await bob.says("22:30")  # the answer to the question for the bedtime
    (user,) = await harness.rows(User)
    assert (user.bed_time is not None, user.on_screen) == (True, None)
