"""Warning signs as people meet them: over HTTP, with the whole bot."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import (
    Cramp,
    FailedUpdate,
    FlagHit,
    Fluids,
    HitAnswer,
    Kind,
    Reminder,
    User,
)
from bot.dispatch.claims import ClaimedDelivery
from bot.features.cramps.signs import OLD_CODES, TIER_OF
from bot.features.diary.facts import Facts
from bot.features.health_profile.queries import set_item
from bot.features.summary.sending import SummaryRenderer
from bot.i18n.translator import translator
from bot.sandbox.models import Message
from tests.features.warning_signs.diaries import ON, cramps, facts, weeks
from tests.features.warning_signs.rows import keep
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words

SUNDAY_SIX = datetime(2027, 1, 17, 17, 0, tzinfo=UTC)
"""18:00 in Berlin on the first Sunday."""
AT_NIGHT = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
LOG, THIS_WEEK = "🦵 Log cramp", "📊 This week"
SEEN, NOT_NOW, MEANING, BACK = "Seen a doctor", "Not now", "What does this mean?", "◀ Back"
TAKE_BACK = "Undo"
GONE = "That no longer exists."
WOKEN = "A cramp woke you on 3 nights or more a week, in 2 of the last 3 weeks."
RUNNING = "three weeks running"
MANY = "Cramps on 5 nights or more in one week."
TWO_WEEKS = "Cramps on 5 nights or more a week, two weeks running."

IN_FULL = "Each sign in full"


async def sleeper(harness: Harness, name: str = "Ann", fluids: Fluids = Fluids.LIMITED) -> Someone:
    """A person who gets only the summary."""
    someone = await harness.set_up_person(name, fluids=fluids)
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) != Kind.SUMMARY)
            .values(enabled=False, next_at=None)
        )
    return someone


async def tell(harness: Harness, someone: Someone, told: Facts) -> None:
    async with harness.database.transaction() as session:
        keep(session, someone.id, told)


async def summed_up(harness: Harness, told: Facts) -> Someone:
    """A person with a diary, and the first summary."""
    someone = await sleeper(harness)
    await tell(harness, someone, told)
    await harness.live_until(SUNDAY_SIX)
    assert someone.last.photo is not None
    return someone


async def found(harness: Harness, someone: Someone) -> list[tuple[str, date, bool]]:
    return [
        (hit.rule, hit.hit_on, hit.shown)
        for hit in await harness.rows(FlagHit)
        if hit.user_id == someone.id
    ]


def due(someone: Someone) -> ClaimedDelivery:
    """The delivery that is due on the first Sunday."""
    return ClaimedDelivery(
        delivery_id=1,
        reminder_id=1,
        user_id=someone.id,
        kind=Kind.SUMMARY,
        due_at=SUNDAY_SIX,
        night_on=ON,
        send_at=SUNDAY_SIX,
        useful_until_at=None,
        attempts=0,
        priority=1,
        tr=translator("en"),
        zone="Europe/Berlin",
        bed_time=None,
        wake_time=None,
        with_sound=False,
    )


def pictures(someone: Someone) -> list[Message]:
    return [message for message in someone.bot_messages if message.photo is not None]


async def told_on(harness: Harness, someone: Someone, sunday: int) -> Message:
    """The summary of a Sunday, in weeks after the first."""
    await harness.live_until(SUNDAY_SIX + sunday * WEEK)
    assert len(pictures(someone)) == sunday + 1
    return pictures(someone)[-1]


# The weekly summary ------------------------------------------------------------------------------


async def test_a_quiet_week_has_no_nudge(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((1, 0, 0)))
    assert SEEN not in ann.last.buttons
    assert await found(harness, ann) == []


async def test_exactly_one_nudge_with_its_buttons(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 4, 4), woke_me="yes", intensity=8))
    assert WOKEN not in ann.last.words  # strong cramps rank before disturbed sleep
    assert "at least three of four cramps with a known strength were strong" in ann.last.words
    nights = "December: 27, 28, 29, 30; January: 3, 4, 5, 6, 12"
    assert f"Nights counted – {nights}" not in ann.last.words
    assert "Nights counted – December: 30, 31; January: 1, 2" in ann.last.words
    assert RUNNING not in ann.last.words
    assert MANY not in ann.last.words
    assert ann.last.buttons[:3] == [SEEN, NOT_NOW, MEANING]
    assert len(ann.last.words) <= 1024
    assert_kind_words(ann.last.words)
    assert await found(harness, ann) == [
        ("P1", ON, False),
        ("P2", ON, False),
        ("P3", ON, False),
        ("P8", ON, True),
    ]


async def test_an_info_line_when_there_is_nothing_to_ask_about_soon(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 0, 0)))
    assert MANY in ann.last.words
    assert ann.last.buttons[:3] == [SEEN, NOT_NOW, MEANING]


async def test_asking_for_the_week_shows_it_and_makes_nothing_new(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 4, 4)))
    sent, noted = ann.last, await found(harness, ann)
    await ann.presses(THIS_WEEK)
    await ann.forges("summary:week:20270110", ann.last)
    assert (ann.last.words, ann.last.buttons) == (sent.words, sent.buttons)
    await tell(harness, ann, facts(cramps(range(14), context="walking")))
    await ann.presses(THIS_WEEK)
    nudge, _week = ann.bot_messages[-2:]
    assert nudge.words.startswith("Pain or cramps while walking")
    assert await found(harness, ann) == [*noted, ("P9", ON, True)]
    count = len(ann.bot_messages)
    await ann.presses(THIS_WEEK)
    assert len(ann.bot_messages) == count + 1, "it is said once"


@pytest.mark.parametrize("asked", [THIS_WEEK, "/report"])
async def test_asking_before_the_summary_tells_at_once_and_the_summary_does_not_repeat_it(
    harness: Harness, asked: str
) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((4, 4, 4)))
    await harness.live_until(SUNDAY_SIX - timedelta(days=1))
    await ann.says(asked)
    await harness.settled()
    told = [message for message in ann.bot_messages if SEEN in message.buttons]
    assert [RUNNING in message.words for message in told] == [True]
    assert [one for one in await found(harness, ann) if one[2]] == [
        ("P2", ON - timedelta(days=1), True)
    ]
    await harness.live_until(SUNDAY_SIX)
    assert SEEN not in pictures(ann)[-1].buttons


async def test_paging_away_and_back_keeps_it(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 4, 4)))
    words, buttons = ann.last.words, ann.last.buttons
    await ann.taps("More", ann.last)
    await ann.taps("◀ 4–10 Jan", ann.last)
    assert ann.last.words.startswith("4–10 Jan")
    assert SEEN not in ann.last.buttons
    await ann.forges("summary:week:20270110", ann.last)
    assert (ann.last.words, ann.last.buttons) == (words, buttons)


async def test_a_correction_neither_loses_nor_duplicates_it(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 4, 3)))
    sent = ann.last
    assert RUNNING in sent.words
    await harness.live_for(timedelta(minutes=1))
    async with harness.database.transaction() as session:
        first = (await session.exec(sa.select(sa.func.min(Cramp.id)))).scalar_one()  # type: ignore[call-overload]
    await ann.forges(f"cramps:undo:{first}", sent)
    changed = next(message for message in pictures(ann) if message.id == sent.id)
    assert "Cramps on 4 nights" in changed.words
    assert changed.words.count(RUNNING) == 1
    assert changed.buttons[:3] == [SEEN, NOT_NOW, MEANING]
    assert [one for one in await found(harness, ann) if one[2]] == [("P2", ON, True)]


async def test_rules_about_how_often_share_one_silence(harness: Harness) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((4,) * 8, on=ON + 4 * WEEK, woke_me="yes"))
    told = [(await told_on(harness, ann, sunday)).words for sunday in range(5)]
    assert [WOKEN in words for words in told] == [True, *[False] * 3, True]
    assert not any(RUNNING in words for words in told)


async def test_a_higher_level_is_mentioned_at_once(harness: Harness) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((5, 5, 0, 0), on=ON + WEEK))
    assert MANY in (await told_on(harness, ann, 0)).words
    assert TWO_WEEKS in (await told_on(harness, ann, 1)).words
    assert SEEN not in (await told_on(harness, ann, 2)).buttons


async def test_after_a_doctor_was_seen_it_is_muted_for_eight_weeks(harness: Harness) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((3,) * 13, on=ON + 8 * WEEK))
    first = await told_on(harness, ann, 0)
    assert RUNNING in first.words
    assert await ann.taps(SEEN, first) == "Noted."
    assert "I will not mention this for 8 weeks." in first.words
    assert first.buttons[:4] == ["No", "A bit", "A lot", TAKE_BACK]  # the next question
    for sunday in range(1, 8):
        assert SEEN not in (await told_on(harness, ann, sunday)).buttons
    assert RUNNING in (await told_on(harness, ann, 8)).words


async def test_not_now_may_come_up_again_and_can_be_taken_back(harness: Harness) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((3,) * 9, on=ON + 4 * WEEK))
    first = await told_on(harness, ann, 0)
    before = (first.words, first.buttons)
    for _ in range(2):
        assert await ann.taps(NOT_NOW, first) == "Noted."
        assert "I may mention it again" in first.words
        assert await ann.taps(TAKE_BACK, first) == "Undone."
        assert (first.words, first.buttons) == before
    await ann.taps(NOT_NOW, first)
    for sunday in range(1, 4):
        assert SEEN not in (await told_on(harness, ann, sunday)).buttons
    assert RUNNING in (await told_on(harness, ann, 4)).words


async def test_what_it_means_and_back(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 4, 3)))
    summary = ann.last
    await ann.taps(MEANING)
    card = ann.last
    assert card.id != summary.id
    assert "the newest first: 5, 4 and 3." in card.words
    assert "our choice: no source gives a number" in card.words
    assert card.silent is False
    await ann.taps(BACK, card)
    assert RUNNING in card.words
    assert card.buttons == [SEEN, NOT_NOW, MEANING, "Warning signs"]
    await ann.taps(MEANING, card)
    assert ann.last.id == card.id
    await ann.taps(BACK, card)
    await ann.taps(SEEN, card)
    for message in (card, summary):
        assert "I will not mention this for 8 weeks." in message.words
        assert TAKE_BACK in message.buttons
    await ann.taps("Warning signs", card)
    assert ann.last.words.startswith("Call 112 now")


async def test_the_same_tap_twice_is_one(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 4, 3)))
    hit = next(one for one in await harness.rows(FlagHit) if one.shown)
    for _ in range(2):
        assert await ann.forges(f"flags:seen:{hit.id}") == "Noted."
    after = next(one for one in await harness.rows(FlagHit) if one.shown)
    assert after.answer is HitAnswer.SEEN_DOCTOR
    assert after.answered_at is not None
    assert len(await harness.rows(FlagHit)) == len(
        {one.rule for one in await harness.rows(FlagHit)}
    )


async def test_a_summary_that_is_sent_twice_mentions_the_same(harness: Harness) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((5, 4, 4), woke_me="yes"))
    harness.telegram.faults.set("drop_after", method="sendPhoto", times=1)
    await harness.live_until(SUNDAY_SIX + timedelta(minutes=2))
    first, second = pictures(ann)
    assert (first.words, first.buttons) == (second.words, second.buttons)
    assert [one for one in await found(harness, ann) if one[2]] == [("P1", ON, True)]


async def test_a_shown_hit_is_noted_when_the_transaction_is_repeated(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((5, 4, 4), woke_me="yes"))
    await harness.live_until(SUNDAY_SIX - timedelta(minutes=1))
    renderer, job = SummaryRenderer(harness.app.deps), due(ann)
    assert await renderer.message(job) is not None
    async with harness.database.transaction() as session:
        await renderer.on_sent(session, job, 99)
        await session.rollback()
    assert not any(shown for _rule, _on, shown in await found(harness, ann))
    async with harness.database.transaction() as session:
        await renderer.on_sent(session, job, 99)
    assert [one for one in await found(harness, ann) if one[2]] == [("P1", ON, True)]


async def test_an_undelivered_summary_has_shown_nothing(harness: Harness) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, weeks((3,) * 7, on=ON + WEEK))
    harness.telegram.block(ann.telegram_person)
    await harness.settled()
    await harness.live_until(SUNDAY_SIX + timedelta(hours=1))
    assert not any(shown for _rule, _on, shown in await found(harness, ann))
    harness.telegram.unblock(ann.telegram_person)
    await harness.settled()
    await harness.live_until(SUNDAY_SIX + WEEK)
    assert RUNNING in pictures(ann)[-1].words


@pytest.mark.parametrize("verb", ["seen", "notnow", "again", "explain", "nudge"])
async def test_the_hit_of_another_person_is_refused(harness: Harness, verb: str) -> None:
    await summed_up(harness, weeks((5, 4, 3)))
    before = await harness.rows(FlagHit)
    ben = await harness.set_up_person("Ben")
    for hit in before:
        for place in ("", ":card"):
            seen = len(ben.bot_messages)
            assert await ben.forges(f"flags:{verb}:{hit.id}{place}") == GONE
            assert len(ben.bot_messages) == seen
    assert await harness.rows(FlagHit) == before


@pytest.mark.parametrize(
    "data",
    [
        "seen",
        "seen:x",
        "explain:99",
        "nudge:-1",
        "signs:x",
        "tick:P1",
        "tick:x",
        "untick:1:x",
        "setnumber:1",
        "setnumber:123456",
        "again:999999999999999999",
        "number:x",
    ],
)
async def test_forged_taps_change_nothing(harness: Harness, data: str) -> None:
    ann = await summed_up(harness, weeks((5, 4, 3)))
    before, number = await harness.rows(FlagHit), (await harness.rows(User))[0].emergency_number
    await ann.forges(f"flags:{data}")
    assert await harness.rows(FlagHit) == before
    assert (await harness.rows(User))[0].emergency_number == number
    assert await harness.rows(FailedUpdate) == []


# At once -----------------------------------------------------------------------------------------


async def log(harness: Harness, fluids: Fluids = Fluids.FREE) -> Someone:
    someone = await sleeper(harness, fluids=fluids)
    await harness.live_until(AT_NIGHT)
    await someone.presses(LOG)
    return someone


async def test_an_urgent_entry_is_recorded_with_its_card(harness: Harness) -> None:
    ann = await log(harness)
    entry = ann.last
    number = (await harness.rows(Cramp))[0].id
    await ann.forges(f"cramps:set:{number}:duration:gt_10min", entry)
    assert ann.last.words.startswith("Get checked today")
    hits = await harness.rows(FlagHit)
    assert [(hit.rule, hit.level, hit.hit_on, hit.shown) for hit in hits] == [
        ("P11", "urgent", date(2027, 1, 14), True)
    ]
    seen = len(ann.bot_messages)
    await ann.forges(f"cramps:set:{number}:duration:gt_10min", entry)
    await ann.forges(f"cramps:many:{number}:effect:weak:1", entry)
    assert len(ann.bot_messages) == seen
    assert len(await harness.rows(FlagHit)) == 1


@pytest.mark.parametrize(
    ("fluids", "words"),
    [
        (Fluids.FREE, "glad of a drink"),
        (Fluids.LIMITED, "yours may be limited"),
        (Fluids.UNSURE, "yours may be limited"),
    ],
)
async def test_lost_fluid_is_answered_at_once_and_drinks_only_where_they_are_free(
    harness: Harness, fluids: Fluids, words: str
) -> None:
    ann = await log(harness, fluids)
    number = (await harness.rows(Cramp))[0].id
    await ann.forges(f"cramps:many:{number}:trigger:vomiting_diarrhoea_sweating:1", ann.last)
    assert ann.last.words.startswith("Get checked today: a doctor")
    assert "Cramps after much vomiting" in ann.last.words
    assert words in ann.last.words
    assert ann.last.silent is True
    assert [(hit.rule, hit.level, hit.shown) for hit in await harness.rows(FlagHit)] == [
        ("P13", "urgent", True)
    ]
    await ann.taps("Warning signs")
    assert ann.last.words.startswith("Call 112 now")


async def test_a_card_that_was_lost_in_a_crash_is_sent_when_the_tap_is_repeated(
    harness: Harness,
) -> None:
    """The process was killed between the commit and the card; Telegram repeats the tap."""
    ann = await harness.set_up_person("Ann")
    await ann.says("/cramp")
    entry = ann.last
    (row,) = await harness.rows(Cramp)
    taps = f"cramps:set:{row.id}:duration:gt_10min"

    def cards() -> int:
        return sum("urgent-care line" in message.words for message in ann.bot_messages)

    await ann.forges(taps, entry)
    assert cards() == 1
    await ann.forges(taps, entry)
    assert cards() == 1
    async with harness.database.transaction() as session:
        await session.exec(sa.update(FlagHit).values(shown=False))
    await ann.forges(taps, entry)
    await ann.forges(taps, entry)
    assert cards() == 2
    assert [hit.shown for hit in await harness.rows(FlagHit)] == [True]


async def test_a_card_that_could_not_be_sent_is_not_noted_as_shown(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/cramp")
    entry = ann.last
    (row,) = await harness.rows(Cramp)
    taps = f"cramps:set:{row.id}:duration:gt_10min"
    harness.telegram.tap_data(ann.telegram_person, entry, taps)
    harness.telegram.block(ann.telegram_person)  # before the bot gets the tap
    await harness.settled()
    assert [hit.shown for hit in await harness.rows(FlagHit)] == [False]


async def test_what_was_shown_at_once_is_not_in_the_summary(harness: Harness) -> None:
    ann = await log(harness)
    number = (await harness.rows(Cramp))[0].id
    await ann.forges(f"cramps:set:{number}:duration:gt_10min", ann.last)
    await harness.live_until(SUNDAY_SIX)
    assert ann.last.photo is not None
    assert SEEN not in ann.last.buttons
    assert await found(harness, ann) == [("P11", date(2027, 1, 14), True)]


# Ticking a sign ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "sign", "first", "row"),
    [
        (None, "Chest pain", "Call 112 now if", ("chest", "emergency")),
        ("Check today", "One leg swollen", "Get checked today: ", ("one_leg", "urgent")),
        ("Doctor soon", "Pain on walking", "Noted for ", ("pain_on_walking", "soon")),
    ],
)
async def test_a_tick_is_noted_and_says_what_to_do(
    harness: Harness, tier: str | None, sign: str, first: str, row: tuple[str, str]
) -> None:
    ann = await sleeper(harness)
    await ann.says("/warnings")
    card = ann.last
    if tier == "Doctor soon":
        await ann.taps(IN_FULL, card)
    if tier is not None:
        await ann.taps(tier, card)
    shown = (card.words, card.buttons)
    if tier is None:
        await ann.taps(IN_FULL, card)
    await ann.taps("I have one of these", card)
    listed = (card.words, card.buttons)
    for _ in range(2):
        await ann.taps(sign, card)
        assert ann.last.id == card.id
        assert card.words.startswith(first)
        assert "Noted for 13 January:" in card.words
        hits = await harness.rows(FlagHit)
        assert [(hit.rule, hit.level) for hit in hits] == [row]
        assert (hits[0].hit_on, hits[0].shown) == (date(2027, 1, 13), True)
        assert await ann.taps("Undo", card) == "Undone: nothing is noted."
        assert await harness.rows(FlagHit) == []
        assert (card.words, card.buttons) == listed
    await ann.taps(BACK, card)
    assert (card.words, card.buttons) == shown


async def test_buttons_and_rows_of_earlier_versions_keep_working(harness: Harness) -> None:
    """An old button records today's sign; an old row can be taken back with its own button."""
    ann = await sleeper(harness)
    for old, new in OLD_CODES.items():
        await ann.forges(f"flags:tick:{old}")
        (hit,) = await harness.rows(FlagHit)
        assert (hit.rule, hit.level) == (new, TIER_OF[new])
        assert "Noted for 13 January:" in ann.last.words
        await ann.forges(f"flags:untick:{hit.id}:{old}")
        assert await harness.rows(FlagHit) == []
    async with harness.database.transaction() as session:
        now, day = harness.clock.now(), date(2027, 1, 12)
        session.add(
            FlagHit(user_id=ann.id, rule="one_leg_swollen", level="urgent", hit_on=day, hit_at=now)
        )
    (hit,) = await harness.rows(FlagHit)
    await ann.forges(f"flags:untick:{hit.id}:one_leg_swollen")
    assert await harness.rows(FlagHit) == []


async def test_what_somebody_told_of_themselves_marks_its_signs(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/warnings")
    card = ann.last
    await ann.taps("Check today", card)
    bold = [entity for entity in card.entities if entity["type"] == "bold"]
    async with harness.database.transaction() as session:
        await set_item(session, ann.id, "cancer", "yes", harness.clock.now())
    await ann.forges("cramps:warning:urgent", card)
    more = [entity for entity in card.entities if entity["type"] == "bold"]
    assert (len(bold), len(more)) == (1, 2)
    at, length = more[1]["offset"], more[1]["length"]
    assert card.words[at : at + length].startswith("One leg stays swollen")


async def test_a_tick_belongs_to_the_day_where_the_person_is(harness: Harness) -> None:
    ann = await sleeper(harness)
    harness.clock.set(datetime(2027, 1, 13, 23, 30, tzinfo=UTC))
    await ann.forges("flags:tick:seizure")
    assert await found(harness, ann) == [("seizure", date(2027, 1, 14), True)]


async def test_ticks_and_undos_are_idempotent(harness: Harness) -> None:
    ann = await sleeper(harness)
    for _ in range(2):
        await ann.forges("flags:tick:seizure")
    (hit,) = await harness.rows(FlagHit)
    for _ in range(2):
        await ann.forges(f"flags:untick:{hit.id}:seizure")
    assert await harness.rows(FlagHit) == []
    assert "A fit (seizure)" in ann.last.buttons


async def test_only_own_ticks_can_be_undone(harness: Harness) -> None:
    ann = await summed_up(harness, weeks((5, 4, 3)))
    await ann.forges("flags:tick:seizure")
    ben = await harness.set_up_person("Ben")
    before = await harness.rows(FlagHit)
    for hit in before:
        await ben.forges(f"flags:untick:{hit.id}:seizure")
        await ann.forges(f"flags:untick:{hit.id}:dark_urine")
    pattern = next(hit for hit in before if hit.rule == "P2")
    await ann.forges(f"flags:untick:{pattern.id}:seizure")
    await ann.forges(f"flags:untick:{pattern.id}:P2")
    assert await harness.rows(FlagHit) == before


async def test_each_sign_is_shown_in_full_in_the_same_message_and_back(harness: Harness) -> None:
    ann = await sleeper(harness)
    heart = "• Racing or uneven heartbeat, and you feel faint or breathless"
    await ann.says("/warnings")
    plain = ann.last
    await ann.forges("flags:tick:chest")
    ticked = ann.last
    await ann.says("I am having a seizure")
    for card in (plain, ticked, ann.last):
        short, buttons, count = card.words, card.buttons, len(ann.bot_messages)
        for _ in range(2):
            await ann.taps(IN_FULL, card)
            assert heart in card.words
            assert heart not in short
            assert "Change number" in card.buttons
            first = next(line for line in short.splitlines() if line.startswith("• "))
            assert card is plain or first in card.words
            await ann.taps(BACK, card)
            assert (card.words, card.buttons) == (short, buttons)
        assert len(ann.bot_messages) == count
    (hit,) = await harness.rows(FlagHit)
    await ann.forges(f"flags:ticked:{hit.id}:seizure:full")
    assert "Noted for" not in ann.last.words
    before = ann.last.words
    for data in (
        "flags:ticked:1:one_leg",
        "emergency:typed:KEPT:one_leg",
        "emergency:typed:x:chest",
    ):
        await ann.forges(data)
        assert ann.last.words == before


# The emergency number ----------------------------------------------------------------------------


async def number_of(harness: Harness) -> str | None:
    (user,) = await harness.rows(User)
    return user.emergency_number


async def test_the_number_is_shown_on_the_card_until_it_is_removed(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/warnings")
    card = ann.last
    assert card.words.endswith("Call 112 now. A guess: Germany.")
    await ann.taps(IN_FULL, card)
    await ann.taps("Change number", card)
    assert "Your time zone says: Germany. There, call 112." in card.words
    assert await ann.taps("999", card) == "Saved: 999."
    assert card.words.startswith("Call 999 now if")
    assert "time zone" not in card.words
    assert await number_of(harness) == "999"
    await ann.says("/help")
    await ann.taps("Warning signs")
    assert ann.last.words.startswith("Call 999 now if")
    await ann.taps(IN_FULL)
    await ann.taps("I have one of these")
    await ann.taps("A fit (seizure)")
    assert ann.last.words.startswith("Call 999 now if")
    await ann.taps(IN_FULL, card)
    await ann.taps("Change number", card)
    assert "At the moment it shows 999." in card.words
    assert await ann.taps("Remove this number", card) == "No number is stored."
    assert card.words.startswith("Call 112 now if")
    assert await number_of(harness) is None


async def test_another_number_is_typed(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/warnings")
    await ann.taps(IN_FULL)
    await ann.taps("Change number")
    await ann.taps("Another number…")
    for unclear in ("no idea", "1", "1234567890123456", "+44 999", "١١٢", "12a"):
        await ann.says(unclear)
        assert ann.last.words.startswith("Please type only digits")
        assert await number_of(harness) is None
    await ann.says(" 116 117 ")
    assert ann.last.words.startswith("Call 116117 now if")
    assert await number_of(harness) == "116117"
    await ann.says("117")
    assert await number_of(harness) == "116117"


async def test_typing_a_number_can_be_cancelled(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/warnings")
    await ann.taps(IN_FULL)
    await ann.taps("Change number")
    await ann.taps("Another number…")
    await ann.taps("Leave it as it is")
    assert ann.last.words.startswith("Call 112 now")
    await ann.says("112")
    assert await number_of(harness) is None


async def test_a_number_tapped_while_one_is_asked_for_ends_the_question(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/warnings")
    await ann.taps(IN_FULL)
    await ann.taps("Change number")
    await ann.taps("Another number…")
    await ann.forges("flags:setnumber:112")
    await ann.says("999")
    assert await number_of(harness) == "112"


# Within reach ------------------------------------------------------------------------------------


async def test_the_warning_signs_are_within_two_taps(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.taps("Warning signs")  # below /start
    assert ann.last.words.startswith("Call 112 now")
    await ann.says("/help")
    await ann.taps("Warning signs", ann.last)
    assert ann.last.words.startswith("Call 112 now")
    await ann.presses(LOG)
    await ann.taps("Relief", ann.last)
    await ann.taps("Warning signs", ann.last)
    assert ann.last.words.startswith("Call 112 now")
    # The keyboard stays below every message, reminders among them.
    await harness.live_until(datetime(2027, 1, 13, 21, 20, tzinfo=UTC))
    assert "Later" in ann.last.buttons
    await ann.presses(THIS_WEEK)
    await ann.taps("Warning signs", ann.last)
    assert ann.last.words.startswith("Call 112 now")
