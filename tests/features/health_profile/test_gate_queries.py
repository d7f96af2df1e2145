"""Reminders follow the gates, on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Database, Session
from bot.database.models import (
    Delivery,
    DeliveryStatus,
    Fact,
    FlagHit,
    Fluids,
    InboxRow,
    Kind,
    Medicine,
    ProfileItem,
    Reminder,
    SetupStep,
    User,
)
from bot.dispatch import claims, outcomes
from bot.dispatch.replanning import replan
from bot.features.health_profile import gate_queries, queries
from bot.features.health_profile.everybody import gates_for_everybody
from bot.features.health_profile.gate_queries import HAS_LEG_SIGN, Change
from bot.features.health_profile.shut_gates import shut_gates
from bot.features.reminders import queries as reminders
from bot.identity import people as users
from bot.operations.batches import run_batch
from bot.telegram.message import Message
from bot.telegram.replies import Say
from bot.telegram.stored_replies import ReplyStore

NOW = datetime(2027, 1, 13, 14, 30, tzinfo=UTC)
"""15:30 in Berlin, when a drink is due."""
ANN, BEN, CLEO = 5_000_000_001, 5_000_000_002, 5_000_000_003
STORE = ReplyStore("secret")


async def add_person(database: Database, user_id: int = ANN, own: Sequence[str] = ()) -> None:
    before = NOW - timedelta(hours=1)
    async with database.transaction() as session:
        user = await users.get_or_create(session, user_id, before, "en")
        user.time_zone, user.bed_time, user.wake_time = "Europe/Berlin", time(22, 30), time(7)
        user.fluids, user.spread_seconds, user.setup_step = Fluids.FREE, 0, SetupStep.DONE
        session.add(user)
        await reminders.ensure_reminders(session, user)
        for slot, words in enumerate(own, start=1):
            await reminders.add_custom(session, user, words, (time(15, 30),), before, slot)
        await replan(session, user, before)


async def answer(
    database: Database, item: str, value: str, user_id: int = ANN, now: datetime = NOW
) -> Change:
    async with database.transaction() as session:
        user = await session.get_one(User, user_id)
        await queries.set_item(session, user_id, item, value, now)
        return await gate_queries.follow_gates(session, user, now, answered={item})


async def claim(database: Database) -> list[claims.ClaimedDelivery]:
    async with database.transaction() as session:
        found = await claims.claim(session, "me", NOW, 100, (HAS_LEG_SIGN,))
        return found.deliveries


async def enabled(database: Database, user_id: int = ANN) -> set[str]:
    """Kinds, or own words, of the reminders that are on and have a next time."""
    async with database.transaction() as session:
        rows = await session.exec(select(Reminder).where(Reminder.user_id == user_id))
        return {row.words or str(row.kind) for row in rows if row.enabled and row.next_at}


async def codes(database: Database, user_id: int = ANN) -> str | None:
    async with database.transaction() as session:
        return (await session.get_one(User, user_id)).shut_gates


@pytest.mark.parametrize("item", ["heart_failure", "kidney_disease", "liver_disease", "low_sodium"])
async def test_a_drink_that_is_claimed_when_the_answer_comes_is_not_sent(
    database: Database, item: str
) -> None:
    await add_person(database, own=("Drink a glass of water", "Call Mum"))
    claimed = await claim(database)
    assert {(one.kind, one.words) for one in claimed} == {
        (Kind.HYDRATION, None),
        (Kind.CUSTOM, "Drink a glass of water"),
        (Kind.CUSTOM, "Call Mum"),
    }
    change = await answer(database, item, "unsure")
    assert change.switched_off == (Kind.HYDRATION,)
    assert change.own_off == ("Drink a glass of water",)
    async with database.transaction() as session:
        held = await outcomes.mark_sending(session, claimed, "me")
    kept = [one.delivery_id for one in claimed if one.words == "Call Mum"]
    assert held == set(kept)
    async with database.transaction() as session:
        rows = await session.exec(select(Delivery).where(Delivery.kind == Kind.HYDRATION))
        assert [row.status for row in rows] == [DeliveryStatus.NOT_NEEDED]
    assert await enabled(database) & {"hydration", "Drink a glass of water"} == set()
    assert {"stretch", "Call Mum"} <= await enabled(database)


async def test_what_opens_again_waits_for_the_person(database: Database) -> None:
    await add_person(database, own=("Wasser trinken",))
    await answer(database, "heart_failure", "yes")
    assert (await answer(database, "heart_failure", "no")).opened == ("drinks",)
    assert await enabled(database) & {"hydration", "Wasser trinken"} == set()
    async with database.transaction() as session:  # what the person switches on again stays on
        user = await session.get_one(User, ANN)
        own = await reminders.reminder_of(session, ANN, Kind.CUSTOM, 1)
        assert own is not None
        own.enabled = True
        session.add(own)
        await replan(session, user, NOW)
    await answer(database, "diabetes", "yes")
    assert "Wasser trinken" in await enabled(database)


async def test_a_water_tablet_among_the_medicines_counts_until_it_is_stopped(
    database: Database,
) -> None:
    await add_person(database)
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        medicine = await queries.add_medicine(session, ANN, 7, "Furosemid 40", NOW)
        assert medicine is not None
        assert "drinks" in (await gate_queries.follow_gates(session, user, NOW)).shut
        medicine.stopped_on = NOW.date()
        session.add(medicine)
        assert "drinks" in (await gate_queries.follow_gates(session, user, NOW)).opened
    assert "hydration" not in await enabled(database)


async def test_the_sign_of_one_leg_is_found_with_each_delivery(database: Database) -> None:
    await add_person(database)
    async with database.transaction() as session:
        session.add(
            FlagHit(user_id=ANN, rule="one_leg", level="urgent", hit_on=NOW.date(), hit_at=NOW)
        )
        user = await session.get_one(User, ANN)
        assert not (await gate_queries.gates_for(session, user, NOW.date())).stretch.is_open
    assert {one.flags for one in await claim(database)} == {frozenset({"has_leg_sign"})}
    async with database.transaction() as session:
        await gate_queries.note_leg_seen(session, ANN, NOW)
        assert not await gate_queries.has_leg_sign(session, ANN)


async def test_an_unanswered_question_opens_only_by_its_own_items(database: Database) -> None:
    await add_person(database)
    await answer(database, "diabetes", "no")
    assert await codes(database) == "food?,stretch?,nuts?"
    async with database.transaction() as session:  # as a file would bring it
        user = await session.get_one(User, ANN)
        before = await gate_queries.gates_for(session, user, NOW.date())
        for item in ("stretch_check", "food_check"):
            await queries.set_item(session, ANN, item, "no", NOW)
        await gate_queries.follow_gates(session, user, NOW, answered=(), before_file=before)
    assert await codes(database) == "nuts?,food?,stretch?"
    await answer(database, "diabetes", "yes")
    assert await codes(database) == "nuts?,food?,stretch?"
    await answer(database, "stretch_check", "no")
    assert await codes(database) == "nuts?,food?"


async def test_people_of_today_are_brought_in_line_once_with_a_word(database: Database) -> None:
    for person in (ANN, BEN, CLEO):
        await add_person(database, person, own=("пить воду",) if person == ANN else ())
    async with database.transaction() as session:
        session.add(ProfileItem(user_id=ANN, item="kidney_disease", value="yes", told_at=NOW))
        session.add(Medicine(user_id=BEN, words="paracetamol", told_at=NOW))
    task = gates_for_everybody(STORE)
    for _ in range(3):
        async with database.transaction() as session:
            await run_batch(session, NOW, task)
    assert await codes(database, ANN) == "drinks,food,stretch?,nuts?"
    assert await codes(database, BEN) == await codes(database, CLEO) == "food?,stretch?,nuts?"
    assert await enabled(database, ANN) & {"hydration", "пить воду"} == set()
    assert "hydration" in await enabled(database, BEN)
    async with database.transaction() as session:
        assert (await session.get_one(Fact, task.name)).value == task.version
        (row,) = list(await session.exec(select(InboxRow)))
    assert row.user_id == ANN
    assert row.replies is not None
    (said,) = STORE.load(row.replies).replies
    assert isinstance(said, Say)
    assert isinstance(said.content, Message)
    assert said.content.text == (
        "Drink as your care team told you. I will not remind you to drink.\n"
        "Switched off: Drinks, пить воду.\n"
        "You can switch your own reminders on again yourself: /reminders."
    )


async def test_a_batch_that_is_cut_off_is_done_again(database: Database) -> None:
    await add_person(database)
    await answer(database, "kidney_disease", "yes")
    async with database.transaction() as session:
        await session.exec(sa.update(User).values(shut_gates=None))
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.HYDRATION)
            .values(enabled=True, next_at=NOW)
        )
    task = gates_for_everybody(STORE)
    session = Session(database.engine)
    await run_batch(session, NOW, task)
    await session.close()  # as a kill does, before the commit
    assert await codes(database) is None
    async with database.transaction() as session:
        await run_batch(session, NOW, task)
    assert "hydration" not in await enabled(database)


async def test_cards_list_nuts_until_an_allergy_is_told(database: Database) -> None:
    await add_person(database)
    for answered, is_left_out in ((None, False), ("no", False), ("yes", True)):
        if answered is not None:
            await answer(database, "nut_allergy", answered)
        async with database.transaction() as session:
            codes_of_cards = await shut_gates(session, await session.get_one(User, ANN))
        assert ("nuts" in codes_of_cards) is is_left_out
        assert "nuts?" not in codes_of_cards
