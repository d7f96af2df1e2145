"""The guided stretch: its steps and words, what is counted when, and the way through the chat."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.database.models import Answer, StretchCount, User
from bot.features.learn.sources import SOURCES
from bot.features.reminders.guided_stretch import (
    HOLD_SECONDS,
    HOLDS,
    REST_SECONDS,
    ROUTINE,
    Moment,
    Phase,
    moment_at,
    moments,
)
from bot.features.reminders.handlers import FEATURE
from bot.features.reminders.messages import guided_stretch as messages
from bot.features.reminders.stretch_positions import POSITIONS, WAYS, open_ways
from bot.i18n.translator import available_languages, translator
from bot.sandbox.faults import Kind as FaultKind
from bot.telegram.message import unpack
from tests.features.reminders.steps import delivery, stretched
from tests.support.handlers import verbs_of
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
CAPTION = 1024


# Pure rules -------------------------------------------------------------------------------------


def test_routine_is_the_one_that_was_tried() -> None:
    assert (HOLD_SECONDS, REST_SECONDS, HOLDS) == (10, 10, 3)
    assert [step.muscle for step in ROUTINE] == ["calf", "calf", "thigh", "thigh"]
    assert [step.title for step in ROUTINE][:2] == ["Left calf", "Right calf"]
    stretching = [moment for _at, moment in moments() if moment.phase in {Phase.HOLD, Phase.REST}]
    held = [moment for moment in stretching if moment.phase is Phase.HOLD]
    assert len(held) == 2 * 3 * len(ROUTINE)  # twice in each hold
    assert 180 <= moments()[-1][0] - 10 * len(ROUTINE) <= 210  # without getting ready


def test_a_message_is_edited_once_in_some_seconds() -> None:
    starts = [at for at, _moment in moments()]
    assert all(later - one >= 5 for one, later in pairwise(starts))
    assert len(starts) <= 40


@pytest.mark.parametrize(
    ("first", "seconds", "moment"),
    [
        (0, 0, Moment(0, Phase.READY, 1, 10)),
        (0, 9.9, Moment(0, Phase.READY, 1, 10)),
        (0, 10, Moment(0, Phase.HOLD, 1, 10)),
        (0, 15, Moment(0, Phase.HOLD, 1, 5)),
        (0, 20, Moment(0, Phase.REST, 2, 10)),
        (0, 30, Moment(0, Phase.HOLD, 2, 10)),
        (0, 60, Moment(1, Phase.READY, 1, 10)),
        (3, 55, Moment(3, Phase.HOLD, 3, 5)),
        (3, 60, Moment(3, Phase.END)),
        (0, 240, Moment(3, Phase.END)),
        (0, 100_000, Moment(3, Phase.END)),
        (0, -5, Moment(0, Phase.READY, 1, 10)),
    ],
)
def test_what_is_counted_follows_from_the_time(first: int, seconds: float, moment: Moment) -> None:
    assert moment_at(first, timedelta(seconds=seconds)) == moment


@pytest.mark.parametrize(
    ("shut", "ways"),
    [
        ("", WAYS),
        ("balance", WAYS),
        ("standing", WAYS[1:]),
        ("stretch?", WAYS[1:]),
        ("stretch", WAYS[1:]),
        ("stretch,standing,seated", ()),
    ],
)
def test_gates_leave_ways_open(shut: str, ways: tuple[str, ...]) -> None:
    assert open_ways(shut.split(",")) == ways


# Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", available_languages())
def test_every_step_can_be_done_from_its_words_and_fits_below_a_drawing(language: str) -> None:
    tr = translator(language)
    every = [None, *(moment for _at, moment in moments())]
    for number, step in enumerate(ROUTINE):
        for way in WAYS:
            for moment in every:
                message = messages.routine_step(tr, 1, number, way, moment=moment)
                text = visible_text(message.text)
                assert len(text) <= CAPTION
                assert "{" not in text
                assert tr.gettext(step.leg) in text
                assert all(tr.gettext(line) in text for line in step.position(way).lines)
    for shut in ("", "standing", "stretch?"):
        assert len(visible_text(messages.introduction(tr, 1, shut.split(",")).text)) <= CAPTION


@pytest.mark.parametrize("name", POSITIONS)
def test_positions_read_well(name: str) -> None:
    position = POSITIONS[name]
    assert set(position.sources) <= set(SOURCES)
    text = " ".join(position.lines)
    assert re.search(r"never painful", text)
    assert "Hold 10 seconds" in text
    assert all(len(line.split()) <= 15 for line in position.lines)
    assert_kind_words(text)
    assert name.endswith("standing") or "towel" in text


def test_the_introduction_says_how_and_who_asks_first() -> None:
    text = visible_text(messages.introduction(TR, 1, ()).text)
    for words in ("Hold on to something", "towel", "about 3 minutes", "never pain", "breathing"):
        assert words in text
    for words in ("Surgery", "injury", "plaster", "balance", "swollen, hot or red"):
        assert words in text
    shut = visible_text(messages.introduction(TR, 1, ("standing",)).text)
    assert "No standing stretch for now: ask whoever treated you first." in shut


def test_stop_and_back_are_at_every_step() -> None:
    every = [None, *(moment for _at, moment in moments())]
    for number in range(len(ROUTINE)):
        for way in WAYS:
            for moment in every:
                message = messages.routine_step(TR, 1, number, way, moment=moment)
                labels = [one.label for row in message.rows for one in row]
                assert {"◀ Back", "Stop here"} <= set(labels)
                assert len(set(labels)) == len(labels)
                for tap in (unpack(one.data) for row in message.rows for one in row):
                    assert tap is not None
                    assert tap.verb in verbs_of(FEATURE)


# In the chat --------------------------------------------------------------------------------------


async def answered(harness: Harness, gates: str = "") -> Someone:
    """Somebody who has just got the stretch reminder, with only these gates shut."""
    ann = await stretched(harness)
    async with harness.database.transaction() as session:
        (await session.get_one(User, ann.id)).shut_gates = gates
    return ann


async def seconds_pass(harness: Harness, seconds: int) -> None:
    harness.clock.set(harness.clock.now() + timedelta(seconds=seconds))
    await harness.app.stretches.tick()
    await harness.app.stretches.stop()
    await harness.settled()


async def test_a_stretch_is_counted_to_its_end_and_survives_a_restart(harness: Harness) -> None:
    ann = await answered(harness)
    reminder = ann.last
    await ann.taps("Show me, 3 minutes")
    guide, count = ann.last, len(ann.bot_messages)
    assert guide is not reminder
    assert guide.photo is not None
    assert guide.buttons == ["Standing", "Seated", "Lying down", "Stop here"]
    await ann.taps("Seated")
    assert guide.words.startswith("Left calf · 1 of 4\n1. Stretch the left leg.\n2. Sit on the")
    calf = guide.photo
    await ann.taps("▶ Count for me")
    assert "Get ready: it starts in 10 s." in guide.words
    await seconds_pass(harness, 10)
    assert "Hold 1 of 3: 10 s." in guide.words
    await ann.forges(f"reminders:count:{(await delivery(harness)).id}:0:seated", guide)
    await seconds_pass(harness, 5)
    assert "Hold 1 of 3: 5 s." in guide.words  # a second tap does not start anew
    await harness.restart()
    await seconds_pass(harness, 5)
    assert "Rest 10 s, then hold 2 of 3." in guide.words
    assert guide.photo == calf
    await seconds_pass(harness, 110)
    assert guide.words.startswith("Back of the left thigh · 3 of 4\n")
    assert guide.photo != calf
    await seconds_pass(harness, 200)
    assert "All done" in guide.words
    assert await harness.rows(StretchCount) == []
    assert len(ann.bot_messages) == count
    await ann.taps("Finished", guide)
    assert reminder.words == "🌙 Stretch, 22:20: done"
    assert guide not in ann.messages
    assert (await delivery(harness)).answer is Answer.DONE


@pytest.mark.parametrize("fault", ["too_many_requests", "server_error"])
async def test_an_edit_that_fails_is_made_good_by_a_later_one(
    harness: Harness, fault: FaultKind
) -> None:
    ann = await answered(harness)
    await ann.taps("Show me, 3 minutes")
    await ann.taps("Seated")
    await ann.taps("▶ Count for me")
    harness.telegram.faults.set(fault, method="editMessageCaption", times=1, retry_after=4)
    await seconds_pass(harness, 10)
    assert "Get ready" in ann.last.words
    await seconds_pass(harness, 1)
    assert "Get ready" in ann.last.words  # not at once again
    await seconds_pass(harness, 4)
    assert "Hold 1 of 3: 5 s." in ann.last.words


async def test_a_stretch_can_be_left_at_every_step(harness: Harness) -> None:
    ann = await answered(harness)
    reminder, words = ann.last, ann.last.words
    await ann.taps("Show me, 3 minutes")
    guide = ann.last
    await ann.taps("Lying down")
    assert "Lie on your back" in guide.words
    await ann.taps("▶ Count for me")
    await ann.taps("Next ▶")
    assert "Get ready" in guide.words
    await ann.taps("⏸ Stop counting")
    assert await harness.rows(StretchCount) == []
    await ann.taps("◀ Back")
    await ann.taps("◀ Back")
    assert guide.words.startswith("Stretch with me\n")
    await ann.taps("Standing")
    await ann.taps("▶ Count for me")
    await ann.taps("Stop here")
    assert guide not in ann.messages
    assert await harness.rows(StretchCount) == []
    assert reminder.words == words
    assert (await delivery(harness)).answer is None


async def test_gates_choose_the_way(harness: Harness) -> None:
    ann = await answered(harness, "standing")
    reminder = ann.last
    await ann.taps("Show me, 3 minutes")
    assert ann.last.buttons == ["Seated", "Lying down", "Stop here"]
    refused = await ann.forges(f"reminders:pose:{(await delivery(harness)).id}:0:standing")
    assert refused == "Ask whoever treated you first."
    async with harness.database.transaction() as session:
        (await session.get_one(User, ann.id)).shut_gates = "stretch,standing,seated"
    count = len(ann.bot_messages)
    said = await ann.taps("Show me, 3 minutes", reminder)
    assert said == "Ask whoever treated you first."
    assert len(ann.bot_messages) == count


async def test_without_a_reminder_nothing_is_noted(harness: Harness) -> None:
    ann = await answered(harness)
    await ann.says("/learn stretch")
    await ann.taps("Show me, 3 minutes")
    guide = ann.last
    await ann.taps("Seated")
    for _step in ROUTINE[1:]:
        await ann.taps("Next ▶")
    assert await ann.taps("Finished") == "All done: both legs, calf and thigh."
    assert guide not in ann.messages
    assert (await delivery(harness)).answer is None


async def test_a_message_that_is_gone_is_not_counted_in_any_more(harness: Harness) -> None:
    ann = await answered(harness)
    await ann.taps("Show me, 3 minutes")
    await ann.taps("Seated")
    await ann.taps("▶ Count for me")
    del harness.telegram.chats[ann.id].messages[ann.last.id]
    await seconds_pass(harness, 10)
    assert await harness.rows(StretchCount) == []


@pytest.mark.parametrize(
    "data",
    [
        "reminders:pose:999:0:seated",
        "reminders:pose:1:9:seated",
        "reminders:pose:1:0:nonsense",
        "reminders:count:999:0:seated",
        "reminders:count:1:-1:seated",
        "reminders:finish:999",
        "reminders:guide:999",
        "reminders:intro:x",
    ],
)
async def test_forged_taps_change_nothing(harness: Harness, data: str) -> None:
    ann = await answered(harness)
    words, count = ann.last.words, len(ann.bot_messages)
    await ann.forges(data)
    assert ann.last.words == words
    assert len(ann.bot_messages) == count
    assert await harness.rows(StretchCount) == []
    assert (await delivery(harness)).answer is None
