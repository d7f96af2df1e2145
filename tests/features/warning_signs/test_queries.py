"""The diary as the rules read it, and stored hits, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.database.engine import Database, Session
from bot.database.models import (
    Cramp,
    FlagHit,
    Fluids,
    HitAnswer,
    Medicine,
    ProfileItem,
    SetupStep,
    User,
)
from bot.features.diary import hits as stored
from bot.features.warning_signs import queries
from bot.features.warning_signs.rules import Diary, Hit, Level, hits
from bot.features.warning_signs.selection import Nudge
from bot.identity.people import get_or_create
from tests.features.warning_signs.diaries import (
    ON,
    cramp,
    cramps,
    facts,
    night,
    quiet,
    stretched,
    weeks,
)
from tests.features.warning_signs.rows import keep

NOW = datetime(2027, 1, 17, 17, 0, tzinfo=UTC)
ANN, BEN = 5_000_000_001, 5_000_000_002
BERLIN = "Europe/Berlin"


async def person(session: Session, user_id: int = ANN, zone: str = BERLIN) -> User:
    user = await get_or_create(session, user_id, NOW - timedelta(days=100), "en")
    user.time_zone, user.setup_step, user.fluids = zone, SetupStep.DONE, Fluids.FREE
    session.add(user)
    await session.flush()
    return user


async def rows(session: Session) -> list[tuple[str, str, date, bool]]:
    found = await stored.between(session, ANN, date(2020, 1, 1), date(2030, 1, 1))
    return [(row.rule, row.level, row.hit_on, row.shown) for row in found]


def later(number: int) -> tuple[date, datetime]:
    """The Sunday this many weeks later, and its evening."""
    return ON + timedelta(weeks=number), NOW + timedelta(weeks=number)


# The diary ---------------------------------------------------------------------------------------


async def test_the_diary_is_that_of_the_facts(database: Database) -> None:
    told = facts(
        [cramp(3, woke_me="yes", side="left"), *cramps([2, 69], intensity=7)],
        quiet(1, 4),
        stretched([1, 2]),
    )
    outside = facts(cramps([-1, 70]), quiet(-2, 71))
    async with database.transaction() as session:
        await person(session)
        keep(session, ANN, told)
        keep(session, ANN, outside)
        await person(session, BEN)
        keep(session, BEN, facts(cramps(range(5))))
        await session.flush()
        diary = await queries.diary(session, ANN, ON)
    assert diary.facts.cramp_nights() == told.cramp_nights()
    assert diary.facts.covered_nights() == told.covered_nights()
    assert set(diary.facts.habits) == set(told.habits)
    assert (diary.pregnant, diary.medicines_on) == (False, ())


@pytest.mark.parametrize(
    ("on", "zone"),
    [
        (date(2027, 4, 4), BERLIN),
        (date(2027, 11, 7), BERLIN),
        (date(2027, 3, 21), "America/New_York"),
        (date(2027, 11, 14), "America/New_York"),
        (date(2027, 4, 11), "Australia/Lord_Howe"),
    ],
)
async def test_weeks_in_which_the_clocks_change_are_weeks(
    database: Database, on: date, zone: str
) -> None:
    """Two weeks of cramps at half past two, on the night of the change too."""
    told = weeks((5, 5, 0), on=on)
    change = [cramp(back, on) for back in range(14)]
    async with database.transaction() as session:
        await person(session, zone=zone)
        keep(session, ANN, told, zone)
        await session.flush()
        assert hits(await queries.diary(session, ANN, on), on) == hits(Diary(told), on)
        keep(session, ANN, facts(change), zone)
        await session.flush()
        found = hits(await queries.diary(session, ANN, on), on)
        assert Hit("P3", Level.SOON) in found


async def test_removed_entries_and_second_taps_do_not_count(database: Database) -> None:
    async with database.transaction() as session:
        await person(session)
        keep(session, ANN, facts(cramps(range(5))))
        keep(session, ANN, facts(cramps([5, 6], duration="gt_10min")))
        await session.flush()
        every = list(await session.exec(select(Cramp).order_by(col(Cramp.id))))
        every[-1].deleted_at, every[-2].same_as_id = NOW, every[0].id
        await session.flush()
        found = hits(await queries.diary(session, ANN, ON), ON)
        assert found == (Hit("P3", Level.INFO),)


@pytest.mark.parametrize(
    ("item", "value", "expected"),
    [("pregnant", "yes", True), ("pregnant", "no", False), ("breastfeeding", "yes", False)],
)
async def test_pregnant_is_an_item_of_the_profile(
    database: Database, item: str, value: str, expected: bool
) -> None:
    async with database.transaction() as session:
        for user_id in (ANN, BEN):
            await person(session, user_id)
        session.add(ProfileItem(user_id=ANN, item=item, value=value, told_at=NOW))
        await session.flush()
        assert (await queries.diary(session, ANN, ON)).pregnant is expected
        assert not (await queries.diary(session, BEN, ON)).pregnant


async def test_medicines_count_from_the_date_that_was_told(database: Database) -> None:
    async with database.transaction() as session:
        for user_id in (ANN, BEN):
            await person(session, user_id)
        for user_id, words, started_on in (
            (ANN, "one", night(13)),
            (ANN, "two", None),
            (BEN, "three", night(3)),
        ):
            session.add(Medicine(user_id=user_id, words=words, started_on=started_on, told_at=NOW))
        await session.flush()
        assert (await queries.diary(session, ANN, ON)).medicines_on == (night(13),)


# Noting and telling ------------------------------------------------------------------------------


async def test_every_hit_is_stored_and_one_is_mentioned(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5, 3, 3), woke_me="yes"))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW)
        assert nudge is not None
        assert (nudge.rule, nudge.level, nudge.answer) == ("P1", "soon", None)
        assert await rows(session) == [
            ("P1", "soon", ON, False),
            ("P2", "soon", ON, False),
            ("P3", "info", ON, False),
        ]
        assert await queries.shown_nudge(session, ANN, ON) is None
        assert await queries.choose_nudge(session, user, ON, NOW) == nudge
        assert len(await rows(session)) == 3
        await queries.note_shown(session, ANN, nudge.hit_id)
        await session.flush()
        assert await queries.shown_nudge(session, ANN, ON) == nudge
        assert await queries.choose_nudge(session, user, ON, NOW) == nudge
        assert [shown for *_rest, shown in await rows(session)] == [True, False, False]


async def test_a_shown_nudge_stays_although_the_diary_changes(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5,)))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW)
        assert nudge is not None
        await queries.note_shown(session, ANN, nudge.hit_id)
        keep(session, ANN, facts(cramps(range(14), after_effects=frozenset({"weak"}))))
        await session.flush()
        assert await queries.choose_nudge(session, user, ON, NOW) == nudge
        assert await queries.shown_nudge(session, ANN, ON) == nudge


async def test_the_hit_of_another_person_cannot_be_noted_as_shown(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5,)))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW)
        assert nudge is not None
        await queries.note_shown(session, BEN, nudge.hit_id)
        await queries.note_shown(session, ANN, nudge.hit_id + 1)
        await session.flush()
        assert await queries.shown_nudge(session, ANN, ON) is None


async def live(session: Session, user: User, number: int) -> Nudge | None:
    """The Sunday this many weeks later, with its summary sent."""
    on, now = later(number)
    nudge = await queries.choose_nudge(session, user, on, now)
    if nudge is not None:
        await queries.note_shown(session, user.id, nudge.hit_id)
    await session.flush()
    return nudge


async def test_over_the_weeks_rules_take_turns_and_hits_are_stored_every_two_weeks(
    database: Database,
) -> None:
    async with database.transaction() as session:
        user = await person(session)
        far = ON + timedelta(weeks=6)
        keep(session, ANN, weeks((4,) * 9, on=far, woke_me="yes"))
        await session.flush()
        told = [await live(session, user, number) for number in range(6)]
        assert [one.rule if one else None for one in told] == ["P1", "P2"] * 3
        noted = await rows(session)
        assert [(rule, hit_on) for rule, _level, hit_on, _shown in noted] == [
            *((rule, ON + timedelta(weeks=0)) for rule in ("P1", "P2")),
            ("P2", later(1)[0]),
            ("P1", later(2)[0]),
            ("P2", later(3)[0]),
            ("P1", later(4)[0]),
            ("P2", later(5)[0]),
        ]
        assert all(shown for rule, _level, hit_on, shown in noted[2:])


async def test_a_higher_level_within_two_weeks(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5, 5, 0), on=later(1)[0]))
        await session.flush()
        first, second = await live(session, user, 0), await live(session, user, 1)
        assert (first.level if first else None, second.level if second else None) == (
            "info",
            "soon",
        )
        assert await live(session, user, 2) is None


async def answered(
    session: Session, nudge: Nudge, answer: HitAnswer, at: datetime
) -> FlagHit | None:
    hit = await stored.owned(session, nudge.hit_id, ANN)
    if hit is not None:
        stored.set_answer(session, hit, answer, at)
        await session.flush()
    return hit


async def test_muting_is_counted_in_local_dates(
    database: Database,
) -> None:
    """Answered when it is Monday already in Auckland and still Sunday in UTC."""
    async with database.transaction() as session:
        user = await person(session, zone="Pacific/Auckland")
        far = ON + timedelta(weeks=9)
        keep(session, ANN, weeks((3,) * 14, on=far), "Pacific/Auckland")
        await session.flush()
        nudge = await live(session, user, 0)
        assert nudge is not None
        assert nudge.rule == "P2"
        monday = datetime(2027, 1, 17, 11, 30, tzinfo=UTC)
        await answered(session, nudge, HitAnswer.SEEN_DOCTOR, monday)
        told = [await live(session, user, number) for number in range(1, 10)]
        assert [one.rule if one else None for one in told] == [None] * 8 + ["P2"]
        noted = [hit_on for rule, _level, hit_on, _shown in await rows(session) if rule == "P2"]
        assert noted == [later(number)[0] for number in (0, 2, 4, 6, 8, 9)]


async def test_not_now_does_not_mute(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((3,) * 6, on=later(2)[0]))
        await session.flush()
        nudge = await live(session, user, 0)
        assert nudge is not None
        await answered(session, nudge, HitAnswer.NOT_NOW, NOW)
        assert await live(session, user, 1) is None
        assert await live(session, user, 2) is not None


async def test_an_answer_that_is_taken_back_mutes_nothing(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((3,) * 6, on=later(2)[0]))
        await session.flush()
        nudge = await live(session, user, 0)
        assert nudge is not None
        hit = await answered(session, nudge, HitAnswer.SEEN_DOCTOR, NOW)
        assert hit is not None
        queries.take_answer_back(session, hit)
        await session.flush()
        assert await live(session, user, 2) is not None


async def test_an_answer_to_a_message_with_unknown_outcome_is_kept(database: Database) -> None:
    """A summary of the same date that is sent again mentions the same hit."""
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5, 3, 3), woke_me="yes"))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW)
        assert nudge is not None
        await answered(session, nudge, HitAnswer.SEEN_DOCTOR, NOW)
        again = await queries.choose_nudge(session, user, ON, NOW)
        assert again is not None
        assert (again.hit_id, again.answer) == (nudge.hit_id, "seen_doctor")


async def test_ticked_signs_and_hits_shown_at_once_are_not_mentioned(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        for rule in ("P11", "P13", "seizure"):
            await stored.record(session, ANN, rule, "urgent", ON, NOW, shown=True)
        assert await queries.shown_nudge(session, ANN, ON) is None
        keep(session, ANN, facts([cramp(0, duration="gt_10min")]))
        await session.flush()
        assert await queries.choose_nudge(session, user, ON, NOW) is None
        assert len(await rows(session)) == 3


async def test_hits_of_imported_entries_are_stored_for_the_report(
    database: Database,
) -> None:
    """No card was shown for an imported entry."""
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, facts([cramp(0, duration="gt_10min")]))
        await session.flush()
        assert await queries.choose_nudge(session, user, ON, NOW) is None
        assert await rows(session) == [("P11", "urgent", ON, False)]
