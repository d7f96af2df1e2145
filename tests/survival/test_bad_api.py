"""A Bot API with random faults, during several hundred taps and messages.

It answers 429 with and without a time, 500, something that is not JSON, or nothing, and cuts the
connection before or after acting. Every tap becomes one row. The state of every reminder follows
from what happened to its requests, one by one: nothing is lost without a trace, and only a message
whose request was cut off after acting can arrive unnoticed.
"""

import asyncio
import logging
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Answer, Cramp, Delivery, DeliveryStatus, Kind, Reminder
from bot.dispatch.outcomes import SUMMARY_ATTEMPTS
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.faults import Kind as Trouble
from bot.sandbox.models import Call
from tests.support.harness import Harness, Someone
from tests.support.lengths import soak_length

log = logging.getLogger(__name__)

PEOPLE, TAPS = soak_length(45, 120), soak_length(100, 300)
WITH_SUMMARY = PEOPLE // 4
LONG_WAITS = soak_length(2, 6)
"""How many faults of each kind that costs seconds there are."""
STRETCH = datetime(2027, 1, 17, 21, 20, tzinfo=UTC)
"""A Sunday evening."""
SENT, UNKNOWN = DeliveryStatus.SENT, DeliveryStatus.UNKNOWN
OFTEN: tuple[Trouble, ...] = ("server_error", "garbage", "drop_before", "drop_after", "slow")
FAILING: tuple[Trouble, ...] = ("server_error", "garbage", "drop_before")
REFUSED = frozenset({"too_many_requests", "server_error"})
"""Answers after which the request was not carried out."""
MAY_HAVE_ARRIVED = ("garbage", "drop_before", "drop_after", "hang")


class RandomFaults(Faults):
    """Random faults in a third of the requests and a quarter of the polls."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.happened: Counter[str] = Counter()
        self._chance = chance
        # At random moments.
        self._waits: list[tuple[Trouble, int | None]] = [("too_many_requests", None)]
        self._waits += [("too_many_requests", 1), ("hang", None)] * LONG_WAITS
        chance.shuffle(self._waits)

    def take(self, method: str, chat_id: int | None) -> Fault | None:  # noqa: ARG002
        luck = self._chance.random()
        fault = None
        if method == "getupdates":
            if luck < 0.25:
                fault = Fault(self._chance.choice(FAILING), method, times=1)
        elif luck < 0.04 and self._waits:
            kind, seconds = self._waits.pop()
            fault = Fault(kind, method, times=1, retry_after=seconds)
        elif luck < 0.34:
            fault = Fault(self._chance.choice(OFTEN), method, times=1, seconds=0.2)
        if fault is not None:
            self.happened[fault.kind] += 1
        return fault


async def plan(harness: Harness, people: list[Someone]) -> None:
    """Plan a stretch reminder for everybody, and for some a summary at the same minute."""
    with_summary = [one.id for one in people[:WITH_SUMMARY]]
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Reminder).values(next_at=None))
        for kind, chosen in ((Kind.STRETCH, None), (Kind.SUMMARY, with_summary)):
            condition = col(Reminder.kind) == kind
            if chosen is not None:
                condition = sa.and_(condition, col(Reminder.user_id).in_(chosen))
            await session.exec(
                sa.update(Reminder)
                .where(condition)
                .values(times="22:20", next_at=STRETCH, next_local="2027-01-17T22:20")
            )


def requests_about(harness: Harness, kind: Kind) -> dict[int, list[Call]]:
    """For each person, the requests that tried to send them this kind."""
    found: dict[int, list[Call]] = {}
    for call in harness.telegram.calls:
        is_it = (
            call.method == "sendPhoto"
            if kind is Kind.SUMMARY
            else call.method == "sendMessage" and str(call.params["text"]).startswith("🌙")
        )
        if is_it:
            found.setdefault(int(call.params["chat_id"]), []).append(call)
    return found


def check_stretch(row: Delivery, calls: list[Call], arrived: int) -> None:
    """Check that a reminder is sent again after a rejected request, but not after a lost answer."""
    *before, last = [call.fault for call in calls]
    assert set(before) <= REFUSED
    assert last not in REFUSED
    assert row.status is (UNKNOWN if last in MAY_HAVE_ARRIVED else SENT)
    assert arrived == (last in (None, "slow", "drop_after"))


def check_summary(row: Delivery, calls: list[Call], arrived: int) -> None:
    """Check that it is sent again until one certainly arrived, up to ``SUMMARY_ATTEMPTS`` times."""
    *before, last = [call.fault for call in calls]
    assert None not in before
    assert "slow" not in before
    tries = sum(fault not in REFUSED for fault in (*before, last))
    assert tries <= SUMMARY_ATTEMPTS
    assert row.status is (SENT if last in (None, "slow") else UNKNOWN)
    if row.status is UNKNOWN:
        assert len(calls) >= SUMMARY_ATTEMPTS
    assert arrived == (row.status is SENT) + [*before, last].count("drop_after")


@pytest.mark.parametrize("seed", range(soak_length(1, 1)))
async def test_every_answer_at_random(sqlite_url: str, seed: int) -> None:
    chance = random.Random(seed)
    async with Harness.open(sqlite_url, STRETCH - timedelta(days=9)) as harness:
        people = [await harness.set_up_person(f"P{number}") for number in range(PEOPLE)]
        await plan(harness, people)
        harness.clock.set(STRETCH - timedelta(seconds=20))
        harness.telegram.calls.clear()
        faults = harness.telegram.faults = RandomFaults(chance)

        async def tap() -> None:
            for number in range(TAPS):
                harness.telegram.say(people[number % PEOPLE].telegram_person, "/cramp")
                await asyncio.sleep(chance.uniform(0, 0.05))

        tapping = asyncio.create_task(tap())
        await harness.app.fast_forward_to(STRETCH + timedelta(minutes=9))
        await tapping
        await harness.settled()
        await harness.app.fast_forward_to(STRETCH + timedelta(minutes=30))
        rows = await harness.rows(Delivery)
        check_fates(harness, rows)
        done = await answer_some(harness, people)
        answers = {
            row.user_id: row for row in await harness.rows(Delivery) if row.answer is not None
        }
        cramps = Counter((row.user_id, row.message_id) for row in await harness.rows(Cramp))
    log.warning(
        "%s taps, %s rows; reminders %s; trouble %s; %s buttons pressed",
        *(TAPS, len(cramps), dict(Counter((row.kind.value, row.status.value) for row in rows))),
        *(dict(faults.happened), len(done)),
    )
    assert (len(cramps), set(cramps.values())) == (TAPS, {1})
    assert {number: row.answer for number, row in answers.items()} == dict.fromkeys(
        done, Answer.DONE
    )
    assert all(row.status is SENT for row in answers.values()), "who answers has seen it"
    assert set(faults.happened) == {"too_many_requests", "hang", *OFTEN}


def check_fates(harness: Harness, rows: list[Delivery]) -> None:
    """Check that every reminder has one row, whose state follows from its requests."""
    assert Counter(row.kind for row in rows) == {Kind.STRETCH: PEOPLE, Kind.SUMMARY: WITH_SUMMARY}
    stretch, summary = requests_about(harness, Kind.STRETCH), requests_about(harness, Kind.SUMMARY)
    for row in rows:
        messages = harness.telegram.chat(harness.telegram.people[row.user_id])
        if row.kind is Kind.STRETCH:
            arrived = sum(one.from_bot and one.words.startswith("🌙") for one in messages)
            check_stretch(row, stretch[row.user_id], arrived)
        else:
            arrived = sum(one.from_bot and one.photo is not None for one in messages)
            check_summary(row, summary[row.user_id], arrived)
    assert {UNKNOWN, SENT} == {row.status for row in rows}


async def answer_some(harness: Harness, people: list[Someone]) -> set[int]:
    """Let every second person whose reminder arrived tap "Done"; returns those people."""
    done = set()
    for one in people[::2]:
        if any("Done" in message.buttons for message in one.bot_messages):
            message = one.with_button("Done")
            harness.telegram.tap(one.telegram_person, message.id, "Done")
            done.add(one.id)
    await harness.settled()
    return done
