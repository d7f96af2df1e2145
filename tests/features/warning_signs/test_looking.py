"""Warning signs are looked at whenever the diary changes or is looked at, over HTTP."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.cramp_values import YesNo
from bot.database.models import Cramp, FlagHit, Kind, Medicine, Reminder, User
from bot.features.report.queries import draft_of, report_data
from tests.features.caregivers.test_flow import ann_and_caregiver
from tests.features.cramps.entries import AT_NIGHT, LOG, NIGHT, logged, sleeper
from tests.features.data_export.test_flow import file_of
from tests.features.mini_app.serving import KEY, opened
from tests.features.warning_signs.diaries import cramps, facts, quiet
from tests.features.warning_signs.rows import keep
from tests.support.harness import Harness, Someone

EMERGENCY, TODAY = "Call 112 now", "Get checked today"
RUNNING = "Cramps on 3 nights or more a week, three weeks running."
ON = NIGHT + timedelta(days=1)
"""The local date of the tests' night."""
Way = Callable[[Someone], Awaitable[None]]


async def standing(harness: Harness) -> list[tuple[str, str, date]]:
    """The hits that stand, of whoever they are."""
    return [
        (hit.rule, hit.level, hit.hit_on)
        for hit in await harness.rows(FlagHit)
        if hit.withdrawn_at is None
    ]


async def newest(harness: Harness) -> int:
    rows = await harness.rows(Cramp)
    return max(row.id or 0 for row in rows)


# Whichever way an entry is made ------------------------------------------------------------------


async def by_keyboard(ann: Someone) -> None:
    await ann.presses(LOG)


async def by_command(ann: Someone) -> None:
    await ann.says("/cramp 02:10")


async def by_sentence(ann: Someone) -> None:
    await ann.says("cramp left calf at 2:10")


async def in_the_history(ann: Someone) -> None:
    await ann.forges(f"history:add:{NIGHT:%Y%m%d}:1")


@pytest.mark.parametrize("way", [by_keyboard, by_command, by_sentence, in_the_history])
async def test_a_sign_is_answered_at_once_whichever_way_its_entry_was_made(
    harness: Harness, way: Way
) -> None:
    ann = await sleeper(harness)
    await way(ann)
    number = await newest(harness)
    await ann.forges(f"cramps:set:{number}:site:chest")
    assert ann.last.words.startswith(EMERGENCY)
    assert await standing(harness) == [("P11", "emergency", ON)]
    await ann.forges(f"cramps:set:{number}:site:calf")
    await ann.forges(f"cramps:set:{number}:type:other_pain")
    assert await standing(harness) == []
    await ann.forges(f"cramps:set:{number}:duration:gt_10min")
    assert ann.last.words.startswith(TODAY)
    assert await standing(harness) == [("P11", "urgent", ON)]


async def test_after_the_morning_question(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 6, 0, tzinfo=UTC))
    await ann.taps("Had cramps")
    await ann.forges(f"cramps:many:{await newest(harness)}:effect:warm_or_red:1")
    assert any(message.words.startswith(TODAY) for message in ann.bot_messages)
    assert ("P11", "urgent", ON) in await standing(harness)


async def test_on_the_page(harness: Harness) -> None:
    async with opened(harness, 18_471) as (ann, phone):
        await phone.gets("log", {"key": KEY})
        number = await newest(harness)
        await ann.forges(f"cramps:set:{number}:duration:gt_10min")
        assert ann.last.words.startswith(TODAY)
        await phone.gets("undo", {"key": KEY})
        assert await standing(harness) == []


async def test_by_a_caregiver_the_person_is_told(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    harness.clock.set(AT_NIGHT)
    await bea.says("/caregiver")
    await bea.taps("🤝 Ann")
    await bea.taps("Log a cramp for them")
    number = await newest(harness)
    await ann.forges(f"cramps:many:{number}:effect:swollen:1")
    assert await standing(harness) != []
    count, seen = len(ann.bot_messages), len(bea.bot_messages)
    await bea.taps("Undo")
    assert await standing(harness) == []
    await bea.forges(f"care:log:{ann.id}", bea.last)
    assert ("P11", "urgent", ON) in await standing(harness)
    told = [message.words for message in ann.bot_messages[count:]]
    assert any(words.startswith(TODAY) for words in told)
    assert len(bea.bot_messages) == seen, "what Ann noted is hers"


async def test_an_import_is_looked_at_and_shouts_at_nobody(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.forges(f"cramps:set:{await newest(harness)}:site:chest")
    assert await standing(harness) == [("P11", "emergency", ON)]
    diary = json.loads(await file_of(ann, "Complete (JSON)"))
    diary["warning_signs"] = []
    bob = await sleeper(harness, "Bob")
    content = json.dumps(diary).encode()
    harness.telegram.send_document(bob.telegram_person, content, "calmcalf.json")
    await harness.settled()
    await bob.taps("Add it")
    await harness.settled()
    assert not any(message.words.startswith(EMERGENCY) for message in bob.bot_messages)
    hits = [hit for hit in await harness.rows(FlagHit) if hit.user_id == bob.id]
    assert [(hit.rule, hit.level, hit.hit_on, hit.shown) for hit in hits] == [
        ("P11", "emergency", ON, False)
    ]


async def test_two_entries_of_a_day_are_each_answered_and_share_a_hit(harness: Harness) -> None:
    ann = await logged(harness)
    first = await newest(harness)
    await ann.forges(f"cramps:set:{first}:duration:gt_10min")
    harness.clock.set(AT_NIGHT + timedelta(hours=1))
    await ann.presses(LOG)
    second = await newest(harness)
    await ann.forges(f"cramps:set:{second}:site:chest")
    assert ann.last.words.startswith(EMERGENCY)
    assert await standing(harness) == [("P11", "emergency", ON)]
    await ann.forges(f"cramps:undo:{second}")
    assert await standing(harness) == [("P11", "urgent", ON)]
    await ann.forges(f"cramps:undo:{first}")
    assert await standing(harness) == []
    await ann.forges(f"cramps:restore:{second}")
    assert await standing(harness) == [("P11", "emergency", ON)]


async def test_a_second_tap_for_the_same_cramp_keeps_its_sign(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(minutes=5))
    await ann.presses(LOG)
    second = await newest(harness)
    await ann.forges(f"cramps:many:{second}:effect:weak:1")
    await ann.forges(f"cramps:same:{second}")
    assert (await harness.rows(Cramp))[-1].same_as_id is not None
    assert await standing(harness) == [("P11", "urgent", ON)]


async def test_a_sign_moves_with_its_entry(harness: Harness) -> None:
    ann = await logged(harness)
    number = await newest(harness)
    await ann.forges(f"cramps:set:{number}:site:chest")
    await ann.forges(f"cramps:night:{number}:{NIGHT - timedelta(days=3):%Y%m%d}")
    assert await standing(harness) == [("P11", "emergency", ON - timedelta(days=3))]


# Over several nights -----------------------------------------------------------------------------


async def often(harness: Harness, *, summaries: bool, paused: bool = False) -> Someone:
    """Somebody who has logged three weeks of cramps but one: three nights a week."""
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        backs = [1, 2, *range(7, 10), *range(14, 17)]
        told = facts(cramps(backs, ON), quiet(*({*range(21)} - {0, *backs}), on=ON))
        keep(session, ann.id, told)
        user = await session.get_one(User, ann.id)
        user.paused = paused
        if not summaries:
            mine = sa.and_(col(Reminder.user_id) == ann.id, col(Reminder.kind) == Kind.SUMMARY)
            await session.exec(sa.update(Reminder).where(mine).values(enabled=False))
    return ann


def told_of(someone: Someone) -> list[str]:
    return [one.words for one in someone.bot_messages if RUNNING in one.words]


async def test_who_gets_no_summaries_is_told_with_the_entry_once_and_of_which_nights(
    harness: Harness,
) -> None:
    ann = await often(harness, summaries=False)
    await ann.presses(LOG)
    nights = "December: 28, 29, 30; January: 4, 5, 6, 11, 12, 13"
    (words,) = told_of(ann)
    assert words.startswith(RUNNING)
    assert words.endswith(f"\nNights counted – {nights}.")
    assert ann.last.buttons[:2] == ["Seen a doctor", "Not now"]
    harness.clock.set(AT_NIGHT + timedelta(hours=1))
    await ann.presses(LOG)
    assert len(told_of(ann)) == 1
    await ann.taps("What does this mean?", ann.bot_messages[-2])
    assert f"Nights counted – {nights}." in ann.bot_messages[-2].words


async def test_who_gets_summaries_is_told_there_and_it_is_stored_now(harness: Harness) -> None:
    ann = await often(harness, summaries=True)
    await ann.presses(LOG)
    assert told_of(ann) == []
    assert await standing(harness) == [("P2", "soon", ON)]


async def test_who_has_paused_is_told_when_they_come_back_and_of_urgent_signs_at_once(
    harness: Harness,
) -> None:
    ann = await often(harness, summaries=False, paused=True)
    await ann.presses(LOG)
    assert told_of(ann) == []
    assert await standing(harness) == [("P2", "soon", ON)]
    await ann.forges(f"cramps:set:{await newest(harness)}:duration:gt_10min")
    assert ann.last.words.startswith(TODAY)
    await ann.says("/resume")
    assert len(told_of(ann)) == 1
    await ann.says("/resume")
    assert len(told_of(ann)) == 1


async def warning_signs_of_report(harness: Harness, someone: Someone) -> set[str]:
    async with harness.database.transaction() as session:
        user = await session.get_one(User, someone.id)
        now = harness.clock.now()
        data = await report_data(session, user, await draft_of(session, user, now), now)
    return {sign.rule for sign in (*data.warning_signs, *data.rules_met)}


async def test_an_undone_entry_takes_its_signs_off_the_pages_and_back(harness: Harness) -> None:
    ann = await often(harness, summaries=False)
    await ann.presses(LOG)
    number = await newest(harness)
    await ann.forges(f"cramps:many:{number}:effect:swollen:1")
    assert await warning_signs_of_report(harness, ann) == {"P2", "P11", "one_leg"}
    for _ in range(2):
        await ann.forges(f"cramps:undo:{number}")
        await ann.forges(f"cramps:undo:{number}")
        assert await standing(harness) == []
        assert await warning_signs_of_report(harness, ann) == set()
        await ann.forges(f"cramps:restore:{number}")
        assert await warning_signs_of_report(harness, ann) == {"P2", "P11", "one_leg"}


async def test_a_corrected_entry_takes_its_signs_off_too(harness: Harness) -> None:
    ann = await often(harness, summaries=False)
    await ann.presses(LOG)
    number = await newest(harness)
    await ann.forges(f"cramps:set:{number}:type:twitch")
    assert await standing(harness) == []
    await ann.forges(f"cramps:set:{number}:type:cramp")
    assert await standing(harness) == [("P2", "soon", ON)]


async def test_a_tick_of_the_same_sign_stays_when_the_entry_goes(harness: Harness) -> None:
    ann = await logged(harness)
    number = await newest(harness)
    await ann.forges(f"cramps:many:{number}:effect:swollen:1")
    await ann.forges("flags:tick:one_leg")
    await ann.forges(f"cramps:undo:{number}")
    assert await standing(harness) == [("one_leg", "urgent", ON)]


# A new medicine ----------------------------------------------------------------------------------


async def test_a_new_medicine_is_asked_about_when_it_is_entered_and_after_two_weeks(
    harness: Harness,
) -> None:
    ann = await often(harness, summaries=True)
    await ann.says("/profile")
    await ann.forges("about:addmedicine")
    await ann.says("a new tablet")
    await ann.says("yesterday")
    question = "Did the cramps start or get worse after it?"
    assert ann.last.words.endswith(question)
    await ann.taps("No")
    await harness.live_until(datetime(2027, 1, 24, 17, 0, tzinfo=UTC))
    assert "start or get worse" not in ann.last.words
    await harness.live_until(datetime(2027, 1, 31, 17, 0, tzinfo=UTC))
    summary = next(one for one in reversed(ann.bot_messages) if one.photo is not None)
    assert "a new tablet: did the cramps start or get worse after it?" in summary.words
    await ann.taps("Yes", summary)
    assert "in the next day or two. Do not stop it yourself." in ann.last.words
    (medicine,) = await harness.rows(Medicine)
    assert medicine.worse_after is YesNo.YES
    assert ("P10", "soon", date(2027, 1, 31)) in await standing(harness)
    await harness.live_until(datetime(2027, 2, 7, 17, 0, tzinfo=UTC))
    summary = next(one for one in reversed(ann.bot_messages) if one.photo is not None)
    assert "start or get worse" not in summary.words
