"""A database with a year in it: several people's diaries, and at least a row in every table."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from bot.database.engine import Database
from bot.database.models import (
    Broadcast,
    BroadcastCopy,
    Caregiver,
    Cramp,
    EntryChange,
    Experiment,
    Exposure,
    Fact,
    FailedUpdate,
    FlagHit,
    Habit,
    InboxRow,
    InboxState,
    Job,
    JobState,
    Lease,
    LogAddress,
    NightExposure,
    Pace,
    Relief,
    ReminderNight,
    ReportDraft,
    Revocation,
    Revoked,
    Stranger,
    StretchCount,
    User,
    WeeklySummary,
)
from bot.database.read_only import create_reader
from tests.support.diaries import FIRST_ON, PEOPLE, make_diary, store

FIRST_ID = 6_000_000_001
"""Beyond 32 bits, as Telegram's newer ids are."""
AT = datetime(2027, 1, 4, 19, 30, 15, 123456, tzinfo=UTC)
WORDS = "Ω naïve “quotes”, 'single', back\\slash, tab\t, line\nbreak, 😀 नमस्ते"
"""Text with what copying by hand gets wrong."""
Rows = dict[str, list[dict[str, object]]]


async def fill(url: str, people: int = 3) -> None:
    """Put the year into a migrated, empty database."""
    database = Database(url)
    try:
        for number, habits in enumerate(PEOPLE[:people]):
            await store(database, make_diary(habits, FIRST_ID + number, seed=number))
        async with database.transaction() as session:
            session.add_all(_others())
            await session.flush()
            later = Cramp(**_cramp(901))
            session.add(later)
            for one in (7, FIRST_ID):
                session.add(BroadcastCopy(broadcast_id=3, user_id=one, again_at=AT))
            await session.flush()
            # A tap that was understood as a second one for an entry with a higher number.
            # It was made in the Mini App, whose numbers are long.
            session.add(Cramp(id=100_000, **_cramp(-1_799_892_720_000)))
            await session.flush()
            later.same_as_id = 100_000
            session.add(
                EntryChange(
                    user_id=FIRST_ID,
                    cramp_id=100_000,
                    message_id=901,
                    before={"note": None},
                    after={"note": WORDS},
                    words=WORDS,
                    made_at=AT,
                )
            )
    finally:
        await database.close()


def _cramp(message_id: int) -> dict[str, Any]:
    return {
        "user_id": FIRST_ID,
        "message_id": message_id,
        "tapped_at": AT,
        "occurred_at": AT,
        "time_zone": "Europe/Berlin",
        "night_on": date(2027, 1, 3),
        "note": WORDS,
    }


def _others() -> list[SQLModel]:
    return [
        User(id=7, created_at=AT, language="pt-br", chosen_language="de", hour_cycle=12),
        Stranger(user_id=8, answered_at=AT),
        Revocation(person="0" * 32, what=Revoked.ERASED, revoked_at=AT),
        Broadcast(id=3, admin_id=FIRST_ID, texts={"": WORDS}, created_at=AT),
        Fact(name="Zone", value="2027a"),
        Fact(name="another", value=""),
        Fact(name="Ärger", value=WORDS),
        Pace(id=1, free_at=AT),
        FailedUpdate(
            update_id=2**40, raw={"a": [1, None, WORDS], "b": {}}, error="Bug", failed_at=AT
        ),
        InboxRow(
            update_id=2**40,
            user_id=FIRST_ID,
            state=InboxState.DONE,
            received_at=AT,
            replies=b"\0\xff",
        ),
        ReminderNight(
            user_id=FIRST_ID, night_on=date(2025, 6, 1), answers="hydration:dd-s stretch:d"
        ),
        Lease(name="leader", holder="a", until_at=AT),
        Job(
            user_id=FIRST_ID,
            kind="pages",
            arguments={"words": WORDS},
            state=JobState.DONE,
            queued_at=AT,
            finished_at=AT,
        ),
        Caregiver(user_id=FIRST_ID, code="abc", expires_at=AT, caregiver_id=7, since_at=AT),
        NightExposure(
            user_id=FIRST_ID,
            night_on=date(2027, 1, 3),
            exposure=Exposure.STRESS,
            present=False,
            answered_at=AT,
        ),
        LogAddress(user_id=FIRST_ID, token_hash="0a" * 32, made_at=AT, used_at=AT),
        StretchCount(user_id=FIRST_ID, message_id=9, step=1, way="lying", started_at=AT),
        Relief(user_id=FIRST_ID, entry_id=1, message_id=9, move="foot", way="lying", started_at=AT),
        Experiment(
            user_id=FIRST_ID,
            habit=Habit.OTHER,
            words=WORDS,
            block_days=7,
            blocks="abba",
            starts_on=FIRST_ON,
            created_at=AT,
        ),
        FlagHit(user_id=FIRST_ID, rule="P1", level="soon", hit_on=FIRST_ON, hit_at=AT),
        ReportDraft(user_id=FIRST_ID, last_on=FIRST_ON, questions=WORDS, updated_at=AT),
        *(
            WeeklySummary(
                user_id=FIRST_ID,
                week_on=FIRST_ON + timedelta(weeks=week),
                figures={"nights": week, "share": 0.1, "none": None},
                caption=WORDS,
                created_at=AT,
                updated_at=AT,
            )
            for week in range(52)
        ),
    ]


async def rows_of(url: str) -> Rows:
    """Every row of every table, as the models read them, in the order of the keys."""
    engine = create_reader(url)
    found: Rows = {}
    async with engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            rows = [dict(row) for row in (await connection.execute(sa.select(table))).mappings()]
            keys = [key.name for key in table.primary_key.columns]
            found[table.name] = sorted(rows, key=lambda row: [row[key] for key in keys])
    await engine.dispose()
    return found
