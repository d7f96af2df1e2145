"""Adds a diary file to what is stored about a person. No Telegram, no commit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Cramp,
    Delivery,
    Experiment,
    Fluids,
    Kind,
    Reminder,
    SetupStep,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.dispatch.planning import is_gate_shut
from bot.dispatch.replanning import replan
from bot.dispatch.schedule import only_day, parse_rests
from bot.features.cramps import queries as cramps
from bot.features.data_export.import_files import WITH_NIGHTS
from bot.features.data_export.import_preview_queries import TABLES, ImportPreview, preview_import
from bot.features.data_export.private_ids import exported_ids_key
from bot.features.data_export.reminder_keys import imported_slot, key_of
from bot.features.data_export.schema import DiaryFile
from bot.features.data_export.schema_entries import LIST_COLUMNS, Entry
from bot.features.data_export.schema_health import ExperimentRow, WeekRow
from bot.features.data_export.schema_reminders import DeliveryRow, ReminderRow
from bot.features.experiments import queries as experiments
from bot.features.experiments.design import WITHOUT
from bot.features.experiments.own_reminders import behind
from bot.features.experiments.rules import StopReason
from bot.features.health_profile.gate_queries import follow_gates, gates_for
from bot.features.health_profile.medicine_words import speaks_of_drinking
from bot.features.reminders.queries import (
    ensure_reminders,
    reminders_of,
    set_rests,
)
from bot.features.warning_signs.entry_queries import signs_in
from bot.local_time.nights import nights_of

INSERT_BATCH = 500
"""Rows per INSERT: SQLite limits the number of parameters of a statement."""
LOWEST_IMPORTED_KEY = -(10**9)
"""Imported entries have ``message_id`` values between this and 0.

The values below it belong to entries that were added in the history.
"""


async def import_diary(
    session: Session, user: User, diary: DiaryFile, now: datetime, *, is_first: bool = True
) -> tuple[ImportPreview, set[date]]:
    """Add what is not stored yet. It is idempotent, and it changes nothing that is stored.

    Args:
        session: an open transaction.
        user: whose diary it is.
        diary: the file, or a slice of it.
        now: the current instant.
        is_first: whether it is the slice that may have settings, reminders and fair tests.

    Returns:
        What was added, and the nights that changed.
    """
    # Without this lock two concurrent imports would give their entries the same keys.
    await session.exec(select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    preview = await preview_import(session, user, diary)
    gates = await gates_for(session, user, now.date())
    new = dict(preview.new)
    nights = {row.night_on for part in WITH_NIGHTS for row in new[part]}
    running = None
    if is_first:
        running = await _running_experiment(session, user, new, now)
        await _import_settings(session, user, preview.settings)
    await _insert(session, Cramp, await _cramp_values(session, user.id, new["entries"]))
    for part in (
        "night_checks",
        "habits",
        "exposures",
        "profile",
        "medicines",
        "warning_signs",
        "reminder_nights",
    ):
        await _insert(session, TABLES[part][0], [_values(user.id, one) for one in new[part]])
    await _insert(
        session,
        Experiment,
        [
            _values(user.id, one) | ({} if one is running else _stopped(one, user, now))
            for one in new["fair_tests"]
        ],
    )
    if is_first:
        await _import_reminders(session, user, new["reminders"], running, now)
    await _import_deliveries(session, user.id, new["deliveries"])
    await _import_weeks(session, user.id, new["weeks"], now)
    if is_first:
        await replan(session, user, now)
    if is_first or new["profile"] or new["medicines"]:
        await follow_gates(session, user, now, answered=(), before_file=gates)
    return preview, nights


async def _running_experiment(
    session: Session, user: User, new: Mapping[str, Sequence[Any]], now: datetime
) -> ExperimentRow | None:
    """The fair test of the file that continues here; None if there is none.

    A test does not continue when it is not on the closed list, when another one is running, or when
    something forbids to start one, such as a recent warning sign. Answers about health of the same
    file are not stored yet: they end a running test, imported or not.
    """
    found = [
        one
        for one in new["fair_tests"]
        if one.status is TrialStatus.RUNNING and one.habit in experiments.LISTED_HABITS
    ]
    if not found or await experiments.running(session, user.id) is not None:
        return None
    newest: ExperimentRow = max(found, key=lambda one: one.created_at)
    subject = experiments.SUBJECTS[newest.habit]
    refusal = await experiments.refusal(session, user, subject, now)
    return newest if refusal is None else None


def _stopped(row: ExperimentRow, user: User, now: datetime) -> dict[str, Any]:
    """The columns that stop a running test which cannot continue, without a message about it."""
    if row.status is not TrialStatus.RUNNING:
        return {}
    is_listed = row.habit in experiments.LISTED_HABITS
    why = StopReason.IMPORTED if is_listed else StopReason.OFF_LIST
    return {
        "status": TrialStatus.STOPPED,
        "stopped_why": why.value,
        "stopped_on": experiments.today(user, now),
        "told_at": row.told_at or now,
    }


def _values(user_id: int, row: Any) -> dict[str, Any]:
    values: dict[str, Any] = row.model_dump()
    return values | {"user_id": user_id}


async def _cramp_values(
    session: Session, user_id: int, entries: Sequence[Entry]
) -> list[dict[str, Any]]:
    """The columns of imported entries, in the order in which they were first entered.

    No message logged them, so each gets a negative ``message_id`` as its unique key.
    """
    if not entries:
        return []
    found = await session.exec(
        select(sa.func.min(Cramp.message_id)).where(
            Cramp.user_id == user_id, col(Cramp.message_id) > LOWEST_IMPORTED_KEY
        )
    )
    first = min(found.one() or 0, 0) - len(entries)
    rows = []
    in_order = sorted(entries, key=lambda entry: (entry.entered_at, entry.uid))
    for key, entry in enumerate(in_order, first):
        row = entry.model_dump(exclude={"entered_at", *LIST_COLUMNS})
        row |= {name: ",".join(getattr(entry, name)) for name in LIST_COLUMNS}
        row |= {"user_id": user_id, "message_id": key, "tapped_at": entry.entered_at}
        row["signs"] = signs_in(entry)  # so that its card is not shown
        rows.append(row)
    return rows


async def _insert(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Insert rows in batches, skipping those that exist."""
    for start in range(0, len(rows), INSERT_BATCH):
        await (await session.connection()).execute(
            insert_for(session)(table).on_conflict_do_nothing(), rows[start : start + INSERT_BATCH]
        )


async def _import_settings(session: Session, user: User, settings: Mapping[str, Any]) -> None:
    """Set settings that are not set yet.

    A file opens no gate: that drinks are free has to be answered here, and counts as "not sure"
    until then.
    """
    for name, value in settings.items():
        setattr(user, name, Fluids.UNSURE if value is Fluids.FREE else value)
    if "time_zone" in settings:  # as when the person sets the zone: it applies to earlier entries
        await cramps.tell_zone(session, user.id, settings["time_zone"], nights_of(user))
    answers = (user.time_zone, user.bed_time, user.wake_time, user.fluids)
    if all(answer is not None for answer in answers) and user.setup_step is not SetupStep.DONE:
        user.setup_step, user.awaiting = SetupStep.DONE, None
    session.add(user)
    await session.flush()


async def _import_reminders(
    session: Session,
    user: User,
    rows: Sequence[ReminderRow],
    running: ExperimentRow | None,
    now: datetime,
) -> None:
    """Add or change reminders; those of the running fair test pause as its blocks require."""
    await ensure_reminders(session, user)
    key = await exported_ids_key(session)
    known = await reminders_of(session, user.id, for_update=True)
    stored = {key_of(key, one): one for one in known}
    for row in rows:
        reminder = stored.get((row.kind, row.slot))
        if reminder is None:
            reminder = Reminder(user_id=user.id, kind=row.kind, slot=imported_slot(row.slot))
        for name in ("words", "enabled", "times", "weekdays", "muted", "with_sound"):
            setattr(reminder, name, getattr(row, name))
        if row.kind is Kind.CUSTOM and is_gate_shut(user, "drinks"):
            reminder.enabled &= not speaks_of_drinking(row.words or "")
        is_kept = running is not None or only_day(parse_rests(row.rests)) is not None
        reminder.rests = row.rests if is_kept else None
        session.add(reminder)
    await session.flush()
    if running is not None and running.paused_at is None:  # else the file has the pause, too
        experiment = Experiment(user_id=user.id, **running.model_dump())
        for reminder in await behind(session, user, experiment):
            spans = experiments.course_of(experiment).spans(WITHOUT)
            await set_rests(session, user, reminder.kind, spans, now, reminder.slot)


async def _import_deliveries(session: Session, user_id: int, rows: Sequence[DeliveryRow]) -> None:
    if not rows:
        return
    key = await exported_ids_key(session)
    ids = {key_of(key, one): one.id for one in await reminders_of(session, user_id)}
    await _insert(
        session,
        Delivery,
        [
            {
                "reminder_id": ids[row.kind, row.slot],
                "user_id": user_id,
                "send_at": row.due_at,
                "attempts": 0,
                "has_buttons": False,
                **row.model_dump(exclude={"slot"}),
            }
            for row in rows
        ],
    )


async def _import_weeks(
    session: Session, user_id: int, weeks: Sequence[WeekRow], now: datetime
) -> None:
    """Add answers to whether cramps limited the person; an answer given here stays."""
    rows: list[dict[str, Any]] = [
        {
            "user_id": user_id,
            "week_on": row.week_on,
            "figures": {},
            "caption": "",
            "limited": row.limited,
            "limited_at": row.limited_at,
            "created_at": now,
            "updated_at": now,
        }
        for row in weeks
    ]
    insert = insert_for(session)(WeeklySummary)
    keep = {
        name: sa.func.coalesce(getattr(WeeklySummary, name), insert.excluded[name])
        for name in ("limited", "limited_at")
    }
    insert = insert.on_conflict_do_update(index_elements=["user_id", "week_on"], set_=keep)
    if rows:
        await (await session.connection()).execute(insert, rows)
