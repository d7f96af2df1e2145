"""Removed entries lose their content after a week: a row stays that says nothing of the cramp."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from bot.database.engine import Database
from bot.database.models import REMOVED_KEPT, Cramp, EntryChange
from bot.operations.removed_entries import KEPT, empty_removed_entries
from tests.features.data_export.samples import ANN, NOW, exported, fill
from tests.support.harness import Harness

SECRET = "behind the knee"


async def remove_all(database: Database) -> int:
    """Remove every entry of a diary a week and a little ago; returns how many there were."""
    await fill(database, 2, nights=20)
    async with database.transaction() as session:
        removed_at = NOW - REMOVED_KEPT + timedelta(seconds=30)
        result = await session.exec(
            sa.update(Cramp).values(deleted_at=removed_at, note=SECRET, signs="P11:urgent")
        )
        first = (await session.exec(select(Cramp.id))).first()
        assert first is not None
        session.add(
            EntryChange(user_id=ANN, cramp_id=first, before={"note": SECRET}, after={}, made_at=NOW)
        )
    return result.rowcount


async def all_text(database: Database) -> str:
    """Everything in the tables of entries and their changes."""
    async with database.transaction() as session:
        connection = await session.connection()
        found = [
            (await connection.execute(sa.select(SQLModel.metadata.tables[name]))).all()
            for name in ("cramps", "entry_changes")
        ]
    return str(found)


async def test_content_is_exported_for_a_week_and_then_gone(database: Database) -> None:
    count = await remove_all(database)
    await empty_removed_entries(database, NOW, lambda: True)
    diary = await exported(database)
    assert diary.entries == ()
    assert len(diary.removed_entries) == count, "they are shown as removed"
    assert {row.note for row in diary.removed_entries} == {SECRET}
    assert SECRET in await all_text(database)

    await empty_removed_entries(database, NOW + timedelta(minutes=1), lambda: True)
    assert (await exported(database)).removed_entries == ()
    assert SECRET not in await all_text(database)
    async with database.transaction() as session:
        rows = (
            await (await session.connection()).execute(
                sa.select(SQLModel.metadata.tables["cramps"])
            )
        ).mappings()
        for row in rows:
            told = {name: value for name, value in row.items() if name not in KEPT}
            assert told.pop("occurred_at") == told.pop("tapped_at") == row["deleted_at"]
            assert set(told.values()) <= {None, "", 1, "UTC", "cramp", "exact"}, told


async def test_nothing_is_emptied_by_who_is_not_the_leader_any_more(database: Database) -> None:
    await remove_all(database)
    await empty_removed_entries(database, NOW + timedelta(days=1), lambda: False)
    assert SECRET in await all_text(database)


async def test_an_entry_can_be_put_back_for_a_week_and_then_is_answered_honestly(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses("🦵 Log cramp")
    (row,) = await harness.rows(Cramp)
    for days in (6.9, 7.1):
        await ann.forges(f"cramps:undo:{row.id}")
        harness.clock.set(harness.clock.now() + timedelta(days=days))
        said = await ann.forges(f"cramps:restore:{row.id}")
        (row,) = await harness.rows(Cramp)
        assert (row.deleted_at is None) is (days < 7)
    assert said == "You removed this entry more than a week ago, so it cannot be put back."
    await harness.app.jobs.run_maintenance()
    assert await ann.forges(f"cramps:restore:{row.id}") == "That entry no longer exists."
    (row,) = await harness.rows(Cramp)
    assert (row.is_empty, row.night_on) == (True, date(2027, 1, 13))
