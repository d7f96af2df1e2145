"""The diary as the rules read it, and stored hits, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.database.cramp_values import YesNo
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
from bot.features.diary import rule_queries
from bot.features.diary.facts import Facts
from bot.features.diary.rule_queries import rule_facts
from bot.features.summary.queries import weeks_of
from bot.features.warning_signs import queries
from bot.features.warning_signs.findings import Diary, Level
from bot.features.warning_signs.rules import hits
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


async def read(session: Session, user_id: int = ANN, on: date = ON) -> Facts:
    return await rule_facts(session, user_id, on - queries.LOOK_BACK, on - timedelta(days=1))


async def test_the_diary_is_that_of_the_facts(database: Database) -> None:
    told = facts(
        [cramp(3, woke_me="yes", side="left"), *cramps([2, 111], intensity=7)],
        quiet(1, 4),
        [*stretched([1, 2]), *stretched([3], done=False)],
    )
    outside = facts(cramps([-1, 112]), quiet(-2, 113))
    async with database.transaction() as session:
        await person(session)
        keep(session, ANN, told)
        keep(session, ANN, outside)
        await person(session, BEN)
        keep(session, BEN, facts(cramps(range(5))))
        await session.flush()
        found = await read(session)
    assert found.cramp_nights() == told.cramp_nights()
    assert found.covered_nights() == told.covered_nights()
    for done in (True, False):
        stretches = found.habit_nights("stretch_done", done)
        assert stretches == told.habit_nights("stretch_done", done)
    assert [fact.woke_me for fact in found.cramps] == [None, "yes", None]


async def test_many_entries_are_read_up_to_a_limit_the_newest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_queries, "MOST_ENTRIES", 3)
    async with database.transaction() as session:
        await person(session)
        keep(session, ANN, facts(cramps([5, 1, 9, 3, 0])))
        await session.flush()
        assert (await read(session)).cramp_nights() == {night(0), night(1), night(3)}


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
        assert hits(Diary(await read(session, on=on)), on) == hits(Diary(told), on)
        keep(session, ANN, facts(change), zone)
        await session.flush()
        found = hits(Diary(await read(session, on=on)), on)
        assert ("P3", Level.SOON) in [(hit.rule, hit.level) for hit in found]


async def test_removed_entries_and_second_taps_do_not_count(database: Database) -> None:
    async with database.transaction() as session:
        await person(session)
        keep(session, ANN, facts(cramps(range(5))))
        keep(session, ANN, facts(cramps([5, 6], duration="gt_10min")))
        await session.flush()
        every = list(await session.exec(select(Cramp).order_by(col(Cramp.id))))
        every[-1].deleted_at, every[-2].same_as_id = NOW, every[0].id
        await session.flush()
        found = hits(Diary(await read(session)), ON)
        assert [(hit.rule, hit.level) for hit in found] == [("P3", Level.INFO)]


async def test_what_the_person_told_about_themself(database: Database) -> None:
    async with database.transaction() as session:
        for user_id in (ANN, BEN):
            await person(session, user_id)
        keep(session, ANN, facts(cramps([0, 1])))
        session.add(ProfileItem(user_id=BEN, item="pregnant", value="yes", told_at=NOW))
        session.add(ProfileItem(user_id=ANN, item="breastfeeding", value="yes", told_at=NOW))
        user = await session.get_one(User, ANN)
        await session.flush()
        assert (await queries.look(session, user, NOW, weeks_of)).chosen is None
        session.add(ProfileItem(user_id=ANN, item="pregnant", value="yes", told_at=NOW))
        await session.flush()
        found = (await queries.look(session, user, NOW, weeks_of)).chosen
        assert (found.rule if found else None) == "P14"
        for words, answer in (("one", YesNo.NO), ("two", YesNo.YES)):
            session.add(
                Medicine(
                    user_id=ANN, words=words, worse_after=answer, worse_asked_at=NOW, told_at=NOW
                )
            )
        await session.flush()
        found = (await queries.look(session, user, NOW, weeks_of)).chosen
        assert (found.rule, found.counted.numbers) if found else None == ("P10", (1,))


async def test_six_weeks_of_stretching_are_put_beside_the_four_before(database: Database) -> None:
    told = facts(
        [*cramps([0, 1]), *cramps(range(45, 51))],
        quiet(*range(2, 20), *range(51, 73)),
        [*stretched(range(45)), *stretched([60], done=False)],
    )
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, told)
        await session.flush()
        found = (await queries.look(session, user, NOW, weeks_of)).chosen
    assert found is not None
    assert (found.rule, found.counted.numbers) == ("P12", (42, 6, 28, 2, 20))


# Noting and telling ------------------------------------------------------------------------------


async def test_every_hit_is_stored_and_one_is_mentioned(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5, 3, 3), woke_me="yes"))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW, weeks_of)
        assert nudge is not None
        assert (nudge.rule, nudge.level, nudge.answer) == ("P1", "soon", None)
        assert await rows(session) == [
            ("P1", "soon", ON, False),
            ("P2", "soon", ON, False),
            ("P3", "info", ON, False),
        ]
        assert await queries.shown_nudge(session, ANN, ON) is None
        assert await queries.choose_nudge(session, user, ON, NOW, weeks_of) == nudge
        assert len(await rows(session)) == 3
        await queries.note_shown(session, ANN, nudge.hit_id)
        await session.flush()
        assert await queries.shown_nudge(session, ANN, ON) == nudge
        assert await queries.choose_nudge(session, user, ON, NOW, weeks_of) == nudge
        assert [shown for *_rest, shown in await rows(session)] == [True, False, False]


async def test_a_shown_nudge_stays_although_the_diary_changes(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5,)))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW, weeks_of)
        assert nudge is not None
        await queries.note_shown(session, ANN, nudge.hit_id)
        keep(session, ANN, facts(cramps(range(14), after_effects=frozenset({"weak"}))))
        await session.flush()
        assert await queries.choose_nudge(session, user, ON, NOW, weeks_of) == nudge
        assert await queries.shown_nudge(session, ANN, ON) == nudge


async def test_the_hit_of_another_person_cannot_be_noted_as_shown(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5,)))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW, weeks_of)
        assert nudge is not None
        await queries.note_shown(session, BEN, nudge.hit_id)
        await queries.note_shown(session, ANN, nudge.hit_id + 1)
        await session.flush()
        assert await queries.shown_nudge(session, ANN, ON) is None


async def live(session: Session, user: User, number: int) -> Nudge | None:
    """The Sunday this many weeks later, with its summary sent."""
    on, now = later(number)
    nudge = await queries.choose_nudge(session, user, on, now, weeks_of)
    if nudge is not None:
        await queries.note_shown(session, user.id, nudge.hit_id)
    await session.flush()
    return nudge


async def test_over_the_weeks_the_silence_doubles_and_hits_are_stored_every_two_weeks(
    database: Database,
) -> None:
    async with database.transaction() as session:
        user = await person(session)
        far = ON + timedelta(weeks=13)
        keep(session, ANN, weeks((4,) * 16, on=far, woke_me="yes"))
        await session.flush()
        told = [await live(session, user, number) for number in range(13)]
        weeks_told = {number: one.rule for number, one in enumerate(told) if one is not None}
        assert weeks_told == {0: "P1", 4: "P1", 12: "P1"}
        noted = await rows(session)
        for rule in ("P1", "P2"):
            stored_on = [hit_on for name, _level, hit_on, _shown in noted if name == rule]
            assert stored_on == [later(number)[0] for number in range(0, 13, 2)]
        assert [hit_on for *_rest, hit_on, shown in noted if shown] == [
            later(number)[0] for number in weeks_told
        ]


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


async def test_not_now_does_not_mute(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((3,) * 8, on=later(4)[0]))
        await session.flush()
        nudge = await live(session, user, 0)
        assert nudge is not None
        await answered(session, nudge, HitAnswer.NOT_NOW, NOW)
        assert [await live(session, user, number) for number in (1, 2, 3)] == [None] * 3
        assert await live(session, user, 4) is not None


async def test_an_answer_that_is_taken_back_mutes_nothing(database: Database) -> None:
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((3,) * 8, on=later(4)[0]))
        await session.flush()
        nudge = await live(session, user, 0)
        assert nudge is not None
        hit = await answered(session, nudge, HitAnswer.SEEN_DOCTOR, NOW)
        assert hit is not None
        queries.take_answer_back(session, hit)
        await session.flush()
        assert await live(session, user, 4) is not None


async def test_an_answer_to_a_message_with_unknown_outcome_is_kept(database: Database) -> None:
    """A summary of the same date that is sent again mentions the same hit."""
    async with database.transaction() as session:
        user = await person(session)
        keep(session, ANN, weeks((5, 3, 3), woke_me="yes"))
        await session.flush()
        nudge = await queries.choose_nudge(session, user, ON, NOW, weeks_of)
        assert nudge is not None
        await answered(session, nudge, HitAnswer.SEEN_DOCTOR, NOW)
        again = await queries.choose_nudge(session, user, ON, NOW, weeks_of)
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
        assert await queries.choose_nudge(session, user, ON, NOW, weeks_of) is None
        assert len(await rows(session)) == 3
