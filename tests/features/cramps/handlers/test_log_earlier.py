"""Logging a cramp of an earlier time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.database.models import Cramp
from tests.features.cramps.entries import AT_NIGHT, only_row, own, sleeper
from tests.support.harness import Harness

TIMES = (
    ("yesterday 3am", datetime(2027, 1, 13, 2, 0, tzinfo=UTC), date(2027, 1, 12), "exact"),
    ("Tue 02:40", datetime(2027, 1, 12, 1, 40, tzinfo=UTC), date(2027, 1, 11), "exact"),
    ("tuesday night 02:40", datetime(2027, 1, 13, 1, 40, tzinfo=UTC), date(2027, 1, 12), "exact"),
    ("12 Jan 03:10", datetime(2027, 1, 12, 2, 10, tzinfo=UTC), date(2027, 1, 11), "exact"),
    ("about 3am on tue", datetime(2027, 1, 12, 2, 0, tzinfo=UTC), date(2027, 1, 11), "about"),
    ("~3am yesterday", datetime(2027, 1, 13, 2, 0, tzinfo=UTC), date(2027, 1, 12), "about"),
    ("last night", datetime(2027, 1, 14, 2, 0, tzinfo=UTC), date(2027, 1, 13), "night_only"),
    ("monday night", datetime(2027, 1, 12, 2, 0, tzinfo=UTC), date(2027, 1, 11), "night_only"),
)
"""Typed text, and the instant, night and precision that it means."""


@pytest.mark.parametrize("how", ["typed", "command", "asked"])
async def test_a_time_in_plain_words_logs_a_cramp(harness: Harness, how: str) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    times = [row for row in TIMES if how != "typed" or row[3] != "night_only"]
    for text, occurred_at, night_on, precision in times:  # of a night alone it is asked whether
        harness.clock.advance(timedelta(minutes=1))  # stays below the rate limit
        if how == "asked":
            await ann.says("/history")
            await ann.taps("Add a cramp…")
        await ann.says(f"/cramp {text}" if how == "command" else text)
        row = (await harness.rows(Cramp))[-1]
        assert (row.occurred_at, row.night_on) == (occurred_at, night_on), text
        assert (row.time_precision, row.tapped_at) == (precision, own(ann).date), text
        assert ann.last.words.startswith("Cramp logged: "), text
        await ann.taps("Undo")
        assert (await harness.rows(Cramp))[-1].deleted_at is not None, text
    assert len(await harness.rows(Cramp)) == len(times)


async def test_a_bare_time_of_day_is_asked_about(harness: Harness) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says("03:10")
    assert ann.last.words == "A cramp at 03:10, Wednesday night?"
    assert await harness.rows(Cramp) == []
    offer = ann.last
    await ann.taps("Log it")
    row = await only_row(harness)
    assert row.occurred_at == datetime(2027, 1, 14, 2, 10, tzinfo=UTC)
    assert offer.words.startswith("Cramp logged: 03:10")


async def test_the_offer_tapped_twice_makes_one_entry_and_no_makes_none(harness: Harness) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says("03:10")
    said = next(message for message in ann.messages if message.words == "03:10")
    for _ in range(2):
        await ann.forges(f"cramps:logat:{said.id}:{int(AT_NIGHT.timestamp())}")
    assert len(await harness.rows(Cramp)) == 1
    harness.clock.set(harness.clock.now() + timedelta(hours=1))
    await ann.says("04:10")
    await ann.taps("No")
    assert ann.last.words == "All right, nothing is logged."
    assert len(await harness.rows(Cramp)) == 1


async def test_an_old_offer_tapped_again_keeps_a_newer_question_open(
    harness: Harness,
) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says("03:12")
    offer = ann.last
    said = next(message for message in ann.messages if message.words == "03:12")
    data = f"cramps:logat:{said.id}:{int(AT_NIGHT.timestamp())}"
    await ann.forges(data)
    for label in ("More…", "Note, count…", "Add a note…"):
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
async def test_unusable_times_are_explained(harness: Harness, text: str, words: str) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 8, 0, tzinfo=UTC))
    await ann.says(f"/cramp {text}")
    assert ann.last.words.startswith(words)
    assert await harness.rows(Cramp) == []
