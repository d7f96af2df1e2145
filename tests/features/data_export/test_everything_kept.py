"""All that is kept of a person is in the complete file, or the docs say why it is not."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel, select

from bot.database.engine import Database
from bot.database.models import (
    Caregiver,
    Cramp,
    EntryChange,
    LogAddress,
    Relief,
    ReportDraft,
    User,
)
from bot.features.data_export.export_queries import SOURCES, export_diary
from bot.features.data_export.files import as_json
from bot.features.data_export.privacy_messages import Detail, Kept, privacy_detail
from bot.features.data_export.schema import PARTS, Settings
from bot.features.data_export.schema_kept import (
    AccountRow,
    EarlierVersionRow,
    HelperRow,
    LogAddressRow,
    ReliefRow,
    ReportDraftRow,
)
from bot.features.experiments.rules import StopReason
from bot.i18n.translator import translator
from tests.features.data_export.samples import ANN, BOB, NOW, exported, fill, import_file
from tests.support.backups import some_value
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
HEADS = {
    "users": (Settings, AccountRow),
    "caregivers": (HelperRow,),
    "log_addresses": (LogAddressRow,),
    "report_drafts": (ReportDraftRow,),
}
"""Table → what the file has of it that is no list."""
NAMES = {
    "cramps.tapped_at": "entered_at",
    "cramps.deleted_at": "removed_at",
    "entry_changes.cramp_id": "uid",
    "deliveries.reminder_id": "slot",
}
"""Columns that have another name in the file."""

FILLED = ("reminders", "deliveries")
"""Tables whose rows in ``samples.py`` have something in every column together."""
VALUES: dict[str, object] = {
    "experiments.stopped_why": StopReason.WISH.value,
    "users.earlier_nights": "2027-01-12T16:00=08:30-16:00",
    "users.home_zone_until_on": date.max,  # until further notice
    "users.paused_until_at": datetime(9999, 12, 31, tzinfo=UTC),
}
"""Columns whose values have a form."""


def columns() -> Iterator[str]:
    for table in SQLModel.metadata.sorted_tables:
        yield from (f"{table.name}.{column.name}" for column in table.columns)


def fields_of(table: str) -> set[str]:
    """The fields that a file has of the rows of a table."""
    lists = [PARTS[part] for part, source in SOURCES.items() if source.table.__tablename__ == table]
    return {name for kind in (*lists, *HEADS.get(table, ())) for name in kind.model_fields}


def in_file(column: str) -> bool:
    table, _, name = column.partition(".")
    return NAMES.get(column, name) in fields_of(table)


def table_of(page: Path, heading: str) -> list[list[str]]:
    """The rows of the first table below a line of a page."""
    lines = page.read_text().partition(heading)[2].split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("| ---"))
    rows = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def left_out() -> dict[str, str]:
    """What ``docs/privacy.md`` says is left out → why."""
    rows = table_of(DOCS / "privacy.md", "Everything that is kept of you")
    return {name: why for _, names, why in rows for name in re.findall(r"`([^`]+)`", names)}


def test_every_column_is_in_the_file_or_the_docs_say_why_not() -> None:
    reasons = left_out()
    assert all(reasons.values())
    unnamed = [one for one in columns() if not in_file(one) and not _matches(one, reasons)]
    assert not unnamed, f"neither in the complete file nor in docs/privacy.md: {unnamed}"
    twice = [one for one in columns() if in_file(one) and one in reasons]
    assert not twice, f"docs/privacy.md says that this is not in the file: {twice}"
    gone = [name for name in reasons if not any(fnmatch(one, name) for one in columns())]
    assert not gone, f"docs/privacy.md names what is not stored: {gone}"


def test_whole_tables_are_left_out_only_if_they_belong_to_nobody() -> None:
    """In the others each column is named, so that a new one is not forgotten."""
    for name in left_out():
        table, _, column = name.partition(".")
        if column == "*":
            assert not SQLModel.metadata.tables[table].foreign_keys, name


def _matches(column: str, reasons: Mapping[str, str]) -> bool:
    return any(fnmatch(column, name) for name in reasons)


def test_the_bot_says_so_too() -> None:
    said = privacy_detail(translator("en"), Kept(retention_days=0), Detail.WHAT).text
    assert "Left out is only what could lead to your Telegram account or to others" in said


async def test_the_values_of_all_these_columns_come_into_the_file(database: Database) -> None:
    """A field of the schema that nobody fills would be a promise without content."""
    await fill(database, 2, nights=5)
    async with database.transaction() as session:
        session.add_all(_further_rows())
        await session.flush()
        cramp = (await session.exec(select(Cramp.id))).first() or 0
        session.add(EntryChange(user_id=ANN, cramp_id=cramp, before={}, after={}, made_at=NOW))
        await session.flush()
        for table in SQLModel.metadata.sorted_tables:
            await _fill_empty_columns(await session.connection(), table)
    async with database.transaction() as session:
        diary = await export_diary(session, await session.get_one(User, ANN), NOW)
    whole = json.loads(as_json(diary))
    found: dict[str, set[str]] = {
        "users": {*whole["settings"], *whole["account"]},
        "caregivers": set(whole["helper"]),
        "log_addresses": set(whole["log_address"]),
        "report_drafts": set(whole["report_draft"]),
    }
    for part, source in SOURCES.items():
        names = {name for row in whole[part] for name in row}
        found.setdefault(source.table.__tablename__, set()).update(names)
    empty = [
        column
        for column in columns()
        if in_file(column) and _field(column) not in found[column.partition(".")[0]]
    ]
    assert not empty, f"in no row of the complete file: {empty}"


async def test_an_import_ignores_what_only_the_export_knows(database: Database) -> None:
    await fill(database, 2, nights=5)
    diary = await exported(database)
    uid = diary.entries[0].uid
    account: dict[str, Any] = {
        "created_at": NOW,
        "consent_version": 1,
        "consented_at": NOW,
        "paused": True,
    }
    change: dict[str, Any] = {
        "uid": uid,
        "made_at": NOW,
        "before": {"note": "x"},
        "after": {},
        "undone": False,
    }
    foreign = {
        "account": AccountRow(**account),
        "helper": HelperRow(expires_at=NOW, since_at=NOW),
        "earlier_versions": (EarlierVersionRow(**change),),
        "reliefs": (ReliefRow(started_at=NOW, move="calf", way="lying"),),
    }
    await import_file(database, diary.model_copy(update=foreign), BOB)
    async with database.transaction() as session:
        bob = await session.get_one(User, BOB)
        assert (bob.consent_version, bob.consented_at, bob.paused) == (None, None, False)
        for table in (Caregiver, EntryChange, Relief):
            assert (await session.exec(select(table))).all() == []


def _field(column: str) -> str:
    return NAMES.get(column, column.partition(".")[2])


def _further_rows() -> list[SQLModel]:
    at: dict[str, Any] = {
        "tapped_at": NOW,
        "occurred_at": NOW,
        "night_on": NOW.date(),
        "time_zone": "UTC",
    }
    return [
        Cramp(user_id=ANN, message_id=8, deleted_at=NOW, **at),
        Caregiver(user_id=ANN, code="x", expires_at=NOW),
        LogAddress(user_id=ANN, token_hash="x", made_at=NOW),
        ReportDraft(user_id=ANN, last_on=NOW.date(), updated_at=NOW),
        Relief(user_id=ANN, move="calf", way="lying", started_at=NOW),
    ]


async def _fill_empty_columns(connection: AsyncConnection, table: sa.Table) -> None:
    """Give the first row of a table values in all columns of the file that have none."""
    if table.name in FILLED:
        return
    row = (await connection.execute(sa.select(table).limit(1))).mappings().first()
    values = {
        column.name: VALUES.get(f"{table.name}.{column.name}", some_value(column))
        for column in table.columns
        if in_file(f"{table.name}.{column.name}")
        and f"{table.name}.{column.name}" not in NAMES
        and row is not None
        and (row[column.name] is None or column.name == "caption")
    }
    if row is not None and values:
        (key,) = table.primary_key.columns
        await connection.execute(sa.update(table).where(key == row[key.name]).values(values))
