"""Which occurrences of a reminder have come due, and until when they are worth sending."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from bot.database.stored_values import Kind
from bot.dispatch import schedule as rules
from bot.dispatch.planning import UserSettings, schedule_of, zone_plan_of
from bot.dispatch.schedule import Occurrence
from bot.local_time.nights import (
    QUIET_FROM,
    QUIET_UNTIL,
    local_time,
    morning_ends,
    night_of,
    sleep_across_noon,
    slept_night,
)

CATCH_UP = 100
"""After an outage, this many occurrences of one reminder are recorded as missed; the rest of them
leave no row."""


class DueReminder(NamedTuple):
    """The columns of a due reminder and of its owner that planning and the message need."""

    reminder_id: int
    user_id: int
    kind: Kind
    words: str | None
    times: str | None
    weekdays: int
    rests: str | None
    muted: str | None
    with_sound: bool
    priority: int
    stop_asked_at: datetime | None
    next_at: datetime | None
    next_local: str | None
    language: str
    chosen_language: str | None
    hour_cycle: int | None
    time_zone: str | None
    home_zone: str | None
    home_zone_until_on: date | None
    bed_time: time | None
    wake_time: time | None
    spread_seconds: int
    shut_gates: str | None
    flags: frozenset[str]
    """Names of the user flags (see ``claims.UserFlag``) that are true."""


@dataclass(frozen=True)
class Due:
    """An occurrence that has come due, and whether it is still worth sending."""

    occurrence: Occurrence
    useful_until_at: datetime | None
    missed: bool


def useful_until(
    kind: Kind, due: Occurrence, following: Occurrence | None, user: UserSettings
) -> datetime | None:
    """Until when an occurrence is worth sending (aware, UTC); None: always."""
    bed_at = None
    if user.bed_time is not None:
        bed_key = rules.bedtime_after(due.key, user.bed_time)
        bed_at = rules.instant_of(bed_key, zone_plan_of(user).on(bed_key.date()))
    if kind is Kind.STRETCH:
        return rules.stretch_useful_until(due, bed_at)
    if kind is Kind.HYDRATION:
        return rules.hydration_useful_until(due, following.due_at if following else None, bed_at)
    if kind is Kind.SUMMARY:
        return None
    if kind is Kind.CHECK_IN:
        end = morning_ends(due.key, user.bed_time, user.wake_time)
        end_at = rules.instant_of(end, zone_plan_of(user).on(end.date()))
        return rules.check_in_useful_until(due, end_at)
    if kind is Kind.MEAL:
        return due.due_at + rules.MEAL_USEFUL
    if kind is Kind.CUSTOM:
        return due.due_at + rules.CUSTOM_USEFUL
    return rules.caffeine_useful_until(due)


def come_due(row: DueReminder, now: datetime) -> tuple[list[Due], Occurrence | None]:
    """The occurrences of a reminder that are due by ``now``, and the next one.

    At most the newest one is to be sent, so that nobody gets a burst after an outage. The instant
    of the first one is computed again: it may have been stored by older time-zone rules, which
    made it come too early or too late.

    Returns:
        The due occurrences, oldest first, and the first one after ``now``.
    """
    if row.next_at is None or row.next_local is None:
        return [], None
    schedule, plan = schedule_of(row, row), zone_plan_of(row)
    due = rules.moved(schedule, plan, datetime.fromisoformat(row.next_local), row.next_at)
    if due is not None and due.due_at > now:
        return [], due
    found: list[Due] = []
    while due is not None and due.due_at <= now and len(found) < CATCH_UP:
        following = rules.following(schedule, plan, due)
        limit = useful_until(row.kind, due, following, row)
        found.append(Due(due, limit, missed=limit is not None and now > limit))
        due = following
    if due is not None and due.due_at <= now:
        due = rules.first_after(schedule, plan, now, due.key)
    older = [Due(late.occurrence, late.useful_until_at, missed=True) for late in found[:-1]]
    return older + found[-1:], due


def night_on(kind: Kind, due: Occurrence, user: UserSettings) -> date:
    """The night that an occurrence belongs to, by its evening's date.

    A check-in asks about the night just slept, as the diary counts it: on a journey that is by the
    clock of the place, also while reminders keep the time of home. A stretch belongs to the night
    that begins.
    """
    key = due.key
    if kind is Kind.CHECK_IN:
        bed, wake = user.bed_time or QUIET_FROM, user.wake_time or QUIET_UNTIL
        if user.home_zone is not None and user.time_zone is not None:
            key = local_time(due.due_at, user.time_zone)
        return slept_night(key, bed, wake)
    is_by_night = kind is Kind.STRETCH or (
        kind is not Kind.SUMMARY and sleep_across_noon(user.bed_time, user.wake_time) is not None
    )
    return night_of(key) if is_by_night else key.date()
