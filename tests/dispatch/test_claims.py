"""Claims, outcomes and recovery, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.database import leases
from bot.database.engine import Database, Session
from bot.database.models import Answer, Delivery, DeliveryStatus, Fluids, Kind, Reminder, User
from bot.dispatch import claims, next_due_check, outcomes, recovery
from bot.dispatch.planning import format_key
from bot.dispatch.replanning import follow_new_rules, move_to_zone, replan
from bot.features.reminders import queries
from bot.identity import people as users
from bot.telegram.sender import Blocked, Failed, NotSent, Outcome, RetryLater, Sent, Unknown

NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
"""A Wednesday, 13:00 in Berlin."""
ANN = 5_000_000_001
DUE = {
    Kind.STRETCH: datetime(2027, 1, 13, 21, 20, tzinfo=UTC),
    Kind.CAFFEINE: datetime(2027, 1, 13, 13, 30, tzinfo=UTC),
    Kind.HYDRATION: datetime(2027, 1, 13, 14, 30, tzinfo=UTC),
    Kind.SUMMARY: datetime(2027, 1, 17, 17, 0, tzinfo=UTC),
}


async def add_person(database: Database, user_id: int = ANN, now: datetime = NOW) -> None:
    async with database.transaction() as session:
        user = await users.get_or_create(session, user_id, now, "en")
        user.time_zone, user.bed_time, user.wake_time = "Europe/Berlin", time(22, 30), time(7)
        user.fluids, user.spread_seconds = Fluids.FREE, 0
        session.add(user)
        await queries.ensure_reminders(session, user)
        await replan(session, user, now)


async def claim(
    database: Database, now: datetime, me: str = "one", limit: int = 100
) -> list[claims.ClaimedDelivery]:
    async with database.transaction() as session:
        return (await claims.claim(session, me, now, limit)).deliveries


async def deliveries(database: Database) -> list[Delivery]:
    async with database.transaction() as session:
        return list(await session.exec(select(Delivery).order_by(col(Delivery.due_at))))


async def reminder(database: Database, kind: Kind, user_id: int = ANN) -> Reminder:
    async with database.transaction() as session:
        found = await queries.reminder_of(session, user_id, kind)
        assert found is not None
        return found


async def set_only(database: Database, kind: Kind) -> None:
    """Leave one kind switched on."""
    async with database.transaction() as session:
        await session.exec(
            sa.update(Reminder).where(col(Reminder.kind) != kind).values(next_at=None)
        )


async def test_the_plan_of_a_new_person(database: Database) -> None:
    await add_person(database)
    for kind, due_at in DUE.items():
        assert (await reminder(database, kind)).next_at == due_at
    assert (await reminder(database, Kind.DINNER_CAFFEINE)).next_at is None


async def test_nothing_is_claimed_before_it_is_due(database: Database) -> None:
    await add_person(database)
    assert await claim(database, DUE[Kind.CAFFEINE] - timedelta(seconds=1)) == []


async def test_a_claim_writes_a_delivery_and_moves_the_reminder(database: Database) -> None:
    await add_person(database)
    jobs = await claim(database, DUE[Kind.CAFFEINE])
    assert [(job.kind, job.due_at, job.night_on) for job in jobs] == [
        (Kind.CAFFEINE, DUE[Kind.CAFFEINE], date(2027, 1, 13))
    ]
    row = (await deliveries(database))[0]
    assert (row.status, row.claimed_by) == (DeliveryStatus.CLAIMED, "one")
    moved = await reminder(database, Kind.CAFFEINE)
    assert moved.next_at == DUE[Kind.CAFFEINE] + timedelta(days=1)
    assert (moved.last_local, moved.next_local) == ("2027-01-13T14:30", "2027-01-14T14:30")


async def test_a_second_claim_finds_nothing(database: Database) -> None:
    await add_person(database)
    assert len(await claim(database, DUE[Kind.CAFFEINE])) == 1
    assert await claim(database, DUE[Kind.CAFFEINE], me="two") == []


async def test_claims_side_by_side_never_share_a_row(database: Database) -> None:
    people = [ANN + number for number in range(40)]
    for person in people:
        await add_person(database, person)
    due = DUE[Kind.CAFFEINE]
    batches = await asyncio.gather(
        *(claim(database, due, me=f"process {number}", limit=5) for number in range(16))
    )
    claimed = [job.user_id for jobs in batches for job in jobs]
    while rest := await claim(database, due, me="last", limit=5):
        claimed += [job.user_id for job in rest]
    assert sorted(claimed) == people


async def test_reminders_of_the_first_priority_are_claimed_first(database: Database) -> None:
    await add_person(database)
    local = DUE[Kind.HYDRATION].astimezone(ZoneInfo("Europe/Berlin"))
    async with database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.next_at).is_not(None))
            .values(next_at=DUE[Kind.HYDRATION], next_local=format_key(local))
        )
    jobs = await claim(database, DUE[Kind.HYDRATION], limit=4)
    assert {job.kind for job in jobs[:3]} == {Kind.STRETCH, Kind.CAFFEINE, Kind.CHECK_IN}
    assert jobs[3].kind in queries.LOW_PRIORITY


@pytest.mark.parametrize("hours", [-1, 1], ids=["planned early", "planned late"])
@pytest.mark.parametrize("is_replanned", [False, True])
async def test_plans_of_older_time_zone_rules_are_claimed_once_at_the_right_time(
    database: Database, hours: int, is_replanned: bool
) -> None:
    """The person is served before their reminders are planned again by the new rules."""
    await add_person(database)
    due, stored = DUE[Kind.CAFFEINE], DUE[Kind.CAFFEINE] + timedelta(hours=hours)
    async with database.transaction() as session:
        await session.exec(
            sa.update(Reminder).where(col(Reminder.kind) == Kind.CAFFEINE).values(next_at=stored)
        )
    assert await claim(database, due - timedelta(seconds=1)) == []
    if is_replanned:
        async with database.transaction() as session:
            assert await follow_new_rules(session, [ANN], due - timedelta(seconds=1))
    jobs = await claim(database, due if is_replanned else max(due, stored))
    assert [(job.kind, job.due_at) for job in jobs if job.kind is Kind.CAFFEINE] == [
        (Kind.CAFFEINE, due)
    ]
    async with database.transaction() as session:
        await follow_new_rules(session, [ANN], due)
    assert (await reminder(database, Kind.CAFFEINE)).next_at == due + timedelta(days=1)


async def test_a_claim_that_exists_already_is_not_made_again(database: Database) -> None:
    """A delivery is unique by reminder and due instant, even if a reminder were set back."""
    await add_person(database)
    await claim(database, DUE[Kind.CAFFEINE])
    async with database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.CAFFEINE)
            .values(next_at=DUE[Kind.CAFFEINE], next_local="2027-01-13T14:30")
        )
    assert await claim(database, DUE[Kind.CAFFEINE]) == []
    assert len(await deliveries(database)) == 1


async def test_a_row_that_cannot_be_planned_rests_and_stops_nobody(database: Database) -> None:
    await add_person(database)
    await add_person(database, ANN + 1)
    async with database.transaction() as session:
        await session.exec(
            sa.update(User).where(col(User.id) == ANN).values(time_zone="Nowhere/Land")
        )
    jobs = await claim(database, DUE[Kind.CAFFEINE])
    assert [job.user_id for job in jobs] == [ANN + 1]
    assert (await reminder(database, Kind.CAFFEINE)).next_at == DUE[Kind.CAFFEINE] + timedelta(
        hours=1
    )


class TestAfterAnOutage:
    async def test_nobody_gets_a_burst(self, database: Database) -> None:
        """After two days, what is too late is recorded as missed, and the newest is sent."""
        await add_person(database)
        await set_only(database, Kind.HYDRATION)
        back = datetime(2027, 1, 15, 11, 40, tzinfo=UTC)  # 12:40 in Berlin
        jobs = await claim(database, back)
        assert [job.due_at for job in jobs] == [datetime(2027, 1, 15, 11, 30, tzinfo=UTC)]
        rows = await deliveries(database)
        assert [row.status for row in rows] == [DeliveryStatus.MISSED] * 7 + [
            DeliveryStatus.CLAIMED
        ]
        assert (await reminder(database, Kind.HYDRATION)).next_at == datetime(
            2027, 1, 15, 14, 30, tzinfo=UTC
        )

    async def test_a_stretch_after_bedtime_is_dropped(self, database: Database) -> None:
        await add_person(database)
        await set_only(database, Kind.STRETCH)
        assert await claim(database, DUE[Kind.STRETCH] + timedelta(minutes=11)) == []
        assert [row.status for row in await deliveries(database)] == [DeliveryStatus.MISSED]

    async def test_the_newest_weekly_summary_is_always_sent(self, database: Database) -> None:
        await add_person(database)
        await set_only(database, Kind.SUMMARY)
        jobs = await claim(database, DUE[Kind.SUMMARY] + timedelta(days=16))
        assert [job.due_at for job in jobs] == [DUE[Kind.SUMMARY] + timedelta(days=14)]

    @pytest.mark.parametrize(
        ("wake", "minutes", "is_sent"),
        [
            (time(7), 300, True),
            (time(7), 301, False),
            (time(15), 240, True),
            (time(15), 241, False),
        ],
    )
    async def test_the_morning_question_comes_until_noon_or_four_hours(
        self, database: Database, wake: time, minutes: int, is_sent: bool
    ) -> None:
        await add_person(database)
        async with database.transaction() as session:
            user = await session.get_one(User, ANN)
            user.wake_time = wake
            session.add(user)
            await replan(session, user, NOW)
        await set_only(database, Kind.CHECK_IN)
        due = (await reminder(database, Kind.CHECK_IN)).next_at
        assert due is not None
        jobs = await claim(database, due + timedelta(minutes=minutes))
        assert [job.due_at for job in jobs] == [due] * is_sent

    async def test_a_year_is_caught_up_in_one_claim(self, database: Database) -> None:
        await add_person(database)
        await set_only(database, Kind.CAFFEINE)
        back = DUE[Kind.CAFFEINE] + timedelta(days=365, hours=1)
        await claim(database, back)
        assert (await reminder(database, Kind.CAFFEINE)).next_at == DUE[Kind.CAFFEINE] + timedelta(
            days=366
        )


async def mark(database: Database, job: claims.ClaimedDelivery, me: str = "one") -> bool:
    async with database.transaction() as session:
        return await outcomes.mark_sending(session, [job], me) == {job.delivery_id}


async def recover(database: Database, me: str) -> None:
    async with database.transaction() as session:
        if not database.is_sqlite:  # there a claim is released when its lease has expired
            await session.exec(
                sa.update(Delivery)
                .where(col(Delivery.claimed_by) != me)
                .values(lease_until_at=sa.func.clock_timestamp() - timedelta(seconds=1))
            )
        await recovery.recover(session, me)


class TestAfterACrash:
    async def test_a_claimed_delivery_goes_out_again(self, database: Database) -> None:
        await add_person(database)
        first = await claim(database, DUE[Kind.CAFFEINE])
        await recover(database, "two")
        again = await claim(database, DUE[Kind.CAFFEINE], me="two")
        assert [job.delivery_id for job in again] == [job.delivery_id for job in first]

    async def test_one_in_sending_is_not_sent_again(self, database: Database) -> None:
        await add_person(database)
        job = (await claim(database, DUE[Kind.CAFFEINE]))[0]
        assert await mark(database, job)
        await recover(database, "two")
        assert await claim(database, DUE[Kind.CAFFEINE], me="two") == []
        assert [row.status for row in await deliveries(database)] == [DeliveryStatus.UNKNOWN]

    async def test_a_summary_in_sending_is(self, database: Database) -> None:
        await add_person(database)
        await set_only(database, Kind.SUMMARY)
        job = (await claim(database, DUE[Kind.SUMMARY]))[0]
        assert await mark(database, job)
        await recover(database, "two")
        assert len(await claim(database, DUE[Kind.SUMMARY], me="two")) == 1

    async def test_a_process_does_not_recover_its_own_work(self, database: Database) -> None:
        await add_person(database)
        await claim(database, DUE[Kind.CAFFEINE])
        async with database.transaction() as session:
            await recovery.recover(session, "one")
        assert await claim(database, DUE[Kind.CAFFEINE]) == []

    async def test_of_a_dead_process_only_what_it_has_not_begun_to_send_goes_out_sooner(
        self, postgres_url: str
    ) -> None:
        """It is dead when its own lease has ended; that of a claim is longer."""
        database = Database(postgres_url)
        await add_person(database)
        job = (await claim(database, DUE[Kind.CAFFEINE]))[0]
        async with database.transaction() as session:
            await leases.renew(session, "one")
            await recovery.recover(session, "two")
        assert await claim(database, DUE[Kind.CAFFEINE], me="two") == []
        async with database.transaction() as session:
            await leases.release(session, "one")
            await recovery.recover(session, "two")
        assert len(await claim(database, DUE[Kind.CAFFEINE], me="two")) == 1
        assert await mark(database, job, "two")
        async with database.transaction() as session:
            await recovery.recover(session, "three")
        assert [row.status for row in await deliveries(database)] == [DeliveryStatus.SENDING]
        await database.close()

    async def test_what_was_claimed_without_a_lease_goes_out_again(
        self, database: Database
    ) -> None:
        """SQLite has no leases, and such a row may have been moved to PostgreSQL."""
        await add_person(database)
        first = await claim(database, DUE[Kind.CAFFEINE])
        async with database.transaction() as session:
            await session.exec(sa.update(Delivery).values(lease_until_at=None))
        await recover(database, "two")
        again = await claim(database, DUE[Kind.CAFFEINE], me="two")
        assert [job.delivery_id for job in again] == [job.delivery_id for job in first]


class TestMarkSending:
    async def test_only_once(self, database: Database) -> None:
        await add_person(database)
        job = (await claim(database, DUE[Kind.CAFFEINE]))[0]
        assert [await mark(database, job), await mark(database, job)] == [True, False]

    async def test_not_by_one_whose_claim_was_taken_over(self, database: Database) -> None:
        await add_person(database)
        job = (await claim(database, DUE[Kind.CAFFEINE]))[0]
        await recover(database, "two")
        await claim(database, DUE[Kind.CAFFEINE], me="two")
        assert [await mark(database, job, "one"), await mark(database, job, "two")] == [
            False,
            True,
        ]


async def sent(database: Database, outcome: Outcome, now: datetime, kind: Kind) -> Delivery:
    await add_person(database)
    await set_only(database, kind)
    job = (await claim(database, DUE[kind]))[0]
    assert await mark(database, job)
    async with database.transaction() as session:
        await outcomes.record(session, [outcomes.Report(job, outcome, now, has_buttons=True)])
    return (await deliveries(database))[0]


OUTCOMES: list[tuple[Outcome, timedelta, DeliveryStatus, timedelta]] = [
    (Sent(77), timedelta(0), DeliveryStatus.SENT, timedelta(0)),
    (Unknown(), timedelta(0), DeliveryStatus.UNKNOWN, timedelta(0)),
    (Failed("no"), timedelta(0), DeliveryStatus.FAILED, timedelta(0)),
    (Blocked(), timedelta(0), DeliveryStatus.FAILED, timedelta(0)),
    (NotSent(), timedelta(0), DeliveryStatus.CLAIMED, timedelta(seconds=1)),
    (RetryLater(timedelta(seconds=9)), timedelta(0), DeliveryStatus.CLAIMED, timedelta(seconds=9)),
    (NotSent(), timedelta(hours=3), DeliveryStatus.MISSED, timedelta(0)),
    (RetryLater(timedelta(hours=3)), timedelta(0), DeliveryStatus.CLAIMED, timedelta(minutes=2)),
]


@pytest.mark.parametrize(("outcome", "late", "status", "again_in"), OUTCOMES)
async def test_what_becomes_of_a_delivery(
    database: Database,
    outcome: Outcome,
    late: timedelta,
    status: DeliveryStatus,
    again_in: timedelta,
) -> None:
    row = await sent(database, outcome, DUE[Kind.CAFFEINE] + late, Kind.CAFFEINE)
    assert (row.status, row.send_at, row.claimed_by) == (
        status,
        DUE[Kind.CAFFEINE] + again_in,
        None,
    )
    assert row.message_id == (77 if status is DeliveryStatus.SENT else None)


async def test_a_summary_with_an_unknown_outcome_is_sent_again(database: Database) -> None:
    row = await sent(database, Unknown(), DUE[Kind.SUMMARY], Kind.SUMMARY)
    assert (row.status, row.send_at) == (
        DeliveryStatus.CLAIMED,
        DUE[Kind.SUMMARY] + timedelta(seconds=30),
    )


async def test_a_person_who_blocked_the_bot_has_nothing_planned(database: Database) -> None:
    await sent(database, Blocked(), DUE[Kind.CAFFEINE], Kind.CAFFEINE)
    async with database.transaction() as session:
        assert (await session.get_one(User, ANN)).blocked_at == DUE[Kind.CAFFEINE]
        assert await next_due_check.next_due(session) is None


async def test_the_next_one_closes_the_previous(database: Database) -> None:
    first = await sent(database, Sent(77), DUE[Kind.CAFFEINE], Kind.CAFFEINE)
    tomorrow = DUE[Kind.CAFFEINE] + timedelta(days=1)
    job = (await claim(database, tomorrow))[0]
    assert await mark(database, job)
    async with database.transaction() as session:
        report = outcomes.Report(job, Sent(78), tomorrow, has_buttons=True)
        closed = (await outcomes.record(session, [report]))[job.delivery_id]
    assert [(one.delivery_id, one.message_id, one.answer) for one in closed] == [
        (first.id, 77, Answer.NO_ANSWER)
    ]
    assert [row.answer for row in await deliveries(database)] == [Answer.NO_ANSWER, None]


async def test_later_comes_again_without_moving_the_schedule(database: Database) -> None:
    row = await sent(database, Sent(77), DUE[Kind.CAFFEINE], Kind.CAFFEINE)
    later = DUE[Kind.CAFFEINE] + timedelta(minutes=30)
    async with database.transaction() as session:
        owned = await queries.owned_delivery(session, row.id, ANN)
        assert owned is not None
        queries.snooze(session, owned, later)
    assert await claim(database, later - timedelta(seconds=1)) == []
    jobs = await claim(database, later)
    assert [(job.delivery_id, job.due_at, job.send_at) for job in jobs] == [
        (row.id, row.due_at, later)
    ]
    assert (await reminder(database, Kind.CAFFEINE)).next_at == row.due_at + timedelta(days=1)


async def test_nobody_can_reach_the_delivery_of_another_person(database: Database) -> None:
    row = await sent(database, Sent(77), DUE[Kind.CAFFEINE], Kind.CAFFEINE)
    async with database.transaction() as session:
        assert await queries.owned_delivery(session, row.id, ANN + 1) is None


class TestCallingOff:
    """What was due before a pause, or before a reminder was turned off, is not sent after it."""

    @pytest.mark.parametrize(
        ("kind", "slot", "comes"),
        [
            (None, None, False),
            (Kind.CAFFEINE, None, False),
            (Kind.CAFFEINE, 0, False),
            (Kind.CAFFEINE, 1, True),
            (Kind.HYDRATION, None, True),
        ],
    )
    @pytest.mark.parametrize("waits_for", ["another try", "later"])
    async def test_nothing_comes_late(
        self, database: Database, kind: Kind | None, slot: int | None, comes: bool, waits_for: str
    ) -> None:
        due, later = DUE[Kind.CAFFEINE], DUE[Kind.CAFFEINE] + timedelta(minutes=30)
        outcome: Outcome = Sent(77) if waits_for == "later" else RetryLater(timedelta(minutes=1))
        row = await sent(database, outcome, due, Kind.CAFFEINE)
        async with database.transaction() as session:
            if waits_for == "later":
                queries.snooze(session, row, later)
            await queries.cancel_pending(session, ANN, kind, slot)
        assert bool(await claim(database, later)) is comes

    async def test_a_delivery_in_flight_is_not_touched(self, database: Database) -> None:
        await add_person(database)
        (job,) = await claim(database, DUE[Kind.CAFFEINE])
        async with database.transaction() as session:
            await queries.cancel_pending(session, ANN)
        assert await mark(database, job)

    async def test_other_people_are_not_affected(self, database: Database) -> None:
        await sent(database, RetryLater(timedelta(minutes=1)), DUE[Kind.CAFFEINE], Kind.CAFFEINE)
        async with database.transaction() as session:
            await queries.cancel_pending(session, ANN + 1)
        assert await claim(database, DUE[Kind.CAFFEINE] + timedelta(minutes=30))


class TestPause:
    async def test_until_resumed(self, database: Database) -> None:
        await add_person(database)
        async with database.transaction() as session:
            user = await session.get_one(User, ANN)
            user.paused = True
            await replan(session, user, NOW)
        async with database.transaction() as session:
            assert await next_due_check.next_due(session) is None

    async def test_until_an_instant(self, database: Database) -> None:
        await add_person(database)
        async with database.transaction() as session:
            user = await session.get_one(User, ANN)
            user.paused, user.paused_until_at = True, NOW + timedelta(days=7)
            await replan(session, user, NOW)
        async with database.transaction() as session:
            first = await next_due_check.next_due(session)
        assert first == DUE[Kind.CAFFEINE] + timedelta(days=7)

    async def test_what_is_due_as_it_ends_comes(self, database: Database) -> None:
        """A pause until somebody gets up ends with the question of that morning."""
        await add_person(database)
        async with database.transaction() as session:
            user = await session.get_one(User, ANN)
            user.paused, user.paused_until_at = True, DUE[Kind.CAFFEINE]
            await replan(session, user, NOW)
        async with database.transaction() as session:
            assert await next_due_check.next_due(session) == DUE[Kind.CAFFEINE]
        assert Kind.CAFFEINE in {job.kind for job in await claim(database, DUE[Kind.CAFFEINE])}


async def test_drinks_are_planned_only_if_fluids_are_not_limited(database: Database) -> None:
    await add_person(database)
    for fluids, planned in ((Fluids.LIMITED, False), (Fluids.UNSURE, False), (Fluids.FREE, True)):
        async with database.transaction() as session:
            user = await session.get_one(User, ANN)
            user.fluids = fluids
            await replan(session, user, NOW)
        next_at = (await reminder(database, Kind.HYDRATION)).next_at
        assert (next_at is not None) is planned, fluids


async def test_travel_moves_what_is_planned_and_keeps_its_key(database: Database) -> None:
    await add_person(database)
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        user.time_zone = "America/New_York"
        await move_to_zone(session, user, NOW)
    stretch = await reminder(database, Kind.STRETCH)
    assert stretch.next_local == "2027-01-13T22:20"
    assert stretch.next_at == DUE[Kind.STRETCH] + timedelta(hours=6)


PLANNERS = {
    "travelling": move_to_zone,
    "anything": replan,
}


@pytest.mark.parametrize("change", PLANNERS.values(), ids=PLANNERS)
async def test_planning_waits_for_a_claim_that_is_not_committed_yet(
    database: Database, change: Callable[[Session, User, datetime], Awaitable[object]]
) -> None:
    """Otherwise it would overwrite the claim of this evening, which would be sent twice."""
    await add_person(database)
    claiming, has_read = asyncio.Event(), asyncio.Event()

    async def travel() -> None:
        await claiming.wait()
        async with database.transaction() as session:
            user = await session.get_one(User, ANN)
            await queries.reminders_of(session, ANN)
            user.time_zone = "Europe/London"
            has_read.set()
            await change(session, user, DUE[Kind.STRETCH])

    travelling = asyncio.create_task(travel())
    async with database.transaction() as session:
        jobs = (await claims.claim(session, "one", DUE[Kind.STRETCH], 100)).deliveries
        claiming.set()
        if not database.is_sqlite:  # there it waits with its first question already
            await has_read.wait()
            await asyncio.wait({travelling}, timeout=0.2)
            assert not travelling.done()
    await travelling
    assert Kind.STRETCH in {job.kind for job in jobs}
    stretch = await reminder(database, Kind.STRETCH)
    assert (stretch.last_local, stretch.next_local) == ("2027-01-13T22:20", "2027-01-14T22:20")
    assert stretch.next_at == DUE[Kind.STRETCH] + timedelta(days=1, hours=1)
    assert await claim(database, DUE[Kind.STRETCH] + timedelta(hours=2)) == []


async def test_travel_moves_nothing_into_a_pause(database: Database) -> None:
    """Far to the east the evening begins during the pause, so its stretch is left out."""
    await add_person(database)
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        user.paused, user.paused_until_at = True, NOW + timedelta(hours=1)
        await replan(session, user, NOW)
        user.time_zone = "Pacific/Auckland"
        await move_to_zone(session, user, NOW)
    stretch = await reminder(database, Kind.STRETCH)
    assert stretch.next_local == "2027-01-14T22:20"
    assert stretch.next_at == datetime(2027, 1, 14, 9, 20, tzinfo=UTC)
