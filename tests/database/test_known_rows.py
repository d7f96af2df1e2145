"""Objects made of known values, and prepared statements, are what SQLAlchemy itself gives."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.cramp_values import EventType, Side
from bot.database.engine import Database
from bot.database.models import Cramp, User
from bot.database.prepared import Prepared
from bot.features.cramps import log_queries
from bot.identity import people

NOW = datetime(2027, 1, 10, 3, 12, tzinfo=UTC)
ANN = 5_000_000_001


@pytest.fixture
async def with_ann(database: Database) -> Database:
    """Both databases with one person."""
    async with database.transaction() as session:
        session.add(User(id=ANN, created_at=NOW))
    return database


async def test_a_logged_entry_is_the_one_that_is_stored(with_ann: Database) -> None:
    """No column may differ from its default in the database."""
    async with with_ann.transaction() as session:
        logged = await log_queries.log(session, ANN, 7, NOW, "Europe/Berlin")
        assert isinstance(logged, tuple)
        made, is_new = logged
    async with with_ann.transaction() as session:
        stored = await session.get_one(Cramp, made.id)
    assert is_new
    assert stored is not made
    for name in Cramp.model_fields:
        assert getattr(made, name) == getattr(stored, name), name
        assert type(getattr(made, name)) is type(getattr(stored, name)), name


@pytest.mark.parametrize("is_kept", [False, True])
async def test_what_is_logged_in_a_part_is_rolled_back_with_it(
    with_ann: Database, is_kept: bool
) -> None:
    """Its savepoint is set although the session keeps its connection."""
    async with with_ann.transaction() as session:
        await log_queries.log_at(session, ANN, 7, NOW, NOW, "exact", "Europe/Berlin")
        part = await session.begin_nested()
        later = NOW + timedelta(hours=1)
        logged = await log_queries.log_at(session, ANN, 8, later, later, "exact", "Europe/Berlin")
        assert isinstance(logged, tuple)
        logged[0].note = "hot day"
        await (part.commit() if is_kept else part.rollback())
        await log_queries.log_at(session, ANN, 9, later, later, "exact", "Europe/Berlin")
    async with with_ann.transaction() as session:
        found = await session.exec(select(Cramp.message_id).order_by(col(Cramp.message_id)))
        assert list(found) == ([7, 8, 9] if is_kept else [7, 9])


async def test_what_is_set_on_it_is_stored(with_ann: Database) -> None:
    async with with_ann.transaction() as session:
        person = await people.get(session, ANN, locks=True)
        assert person is not None
        person.awaiting = "cramps:when"
    async with with_ann.transaction() as session:
        assert (await session.get_one(User, ANN)).awaiting == "cramps:when"


async def test_a_row_that_was_read_before_is_read_again(with_ann: Database) -> None:
    """Whoever waited for the lock must not go on with what they have read before."""
    async with with_ann.transaction() as session:
        before = await session.get_one(User, ANN)
        await (await session.connection()).execute(sa.update(User).values(language="uk"))
        locked = await people.get(session, ANN, locks=True)
        assert locked is before
        assert before.language == "uk"


async def test_a_prepared_statement_gives_the_rows_that_sqlalchemy_gives(
    with_ann: Database,
) -> None:
    """Instants, dates, codes and truth values, given, returned, and part of the statement."""
    async with with_ann.transaction() as session:
        await log_queries.log(session, ANN, 7, NOW, "Europe/Berlin")
        await session.exec(sa.update(Cramp).values(side=Side.LEFT))
    statement = sa.select(
        *sa.inspect(Cramp).columns, sa.exists().where(col(User.id) == sa.bindparam("user_id"))
    ).where(
        col(Cramp.user_id) == sa.bindparam("user_id"),
        col(Cramp.tapped_at) <= sa.bindparam("until"),
        col(Cramp.night_on) >= sa.bindparam("first_on"),
        col(Cramp.event_type) == EventType.CRAMP,
        col(Cramp.is_empty).is_(False),
    )
    given = {"user_id": ANN, "until": NOW, "first_on": date(2027, 1, 9)}
    prepared = Prepared(statement)
    async with with_ann.transaction() as session:
        theirs = (await (await session.connection()).execute(statement, given)).all()
        ours = await prepared.rows(session, given)
        again = await prepared.rows(session, given | {"until": NOW.replace(hour=2)})
    assert len(ours) == 1
    assert ours == [list(row) for row in theirs]
    assert again == []
