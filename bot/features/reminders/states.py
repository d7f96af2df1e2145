"""The states of reminders as messages show them, computed from their rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.database.models import Delivery, Kind, Reminder, User
from bot.dispatch.planning import GATE_OF_KIND, is_kept_off, is_on, once_on
from bot.dispatch.schedule import covers, parse_rests
from bot.features.reminders import queries
from bot.features.reminders.messages.names import PlanItem
from bot.features.reminders.messages.settings import ReminderState
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of


def plan_items(reminders: Sequence[Reminder], user: User) -> list[PlanItem]:
    """The days and times of all reminders that are on."""
    return [
        PlanItem(
            reminder.kind,
            queries.shown_times(reminder, user),
            reminder.times is None,
            reminder.words,
            reminder.weekdays,
        )
        for reminder in reminders
        if is_on(reminder, user) and once_on(reminder) is None
    ]


def states_of(
    reminders: Sequence[Reminder],
    user: User,
    now: datetime,
    *,
    has_leg_sign: bool = False,
    moved_ahead: Delivery | None = None,
) -> list[ReminderState]:
    """The states of all reminders of a person, in the same order.

    Args:
        reminders: their rows.
        user: the person's row.
        now: the current instant (aware, UTC).
        has_leg_sign: whether a sign of one leg keeps the stretch back.
        moved_ahead: the next occurrence of one of them, if it comes at another time than usual.
    """
    dinner = any(one.kind is Kind.DINNER_CAFFEINE and one.enabled for one in reminders)
    is_paused = user.paused and (user.paused_until_at is None or user.paused_until_at > now)
    return [
        replace(one, kept_off_by="leg") if has_leg_sign and one.kind is Kind.STRETCH else one
        for one in (
            _state(reminder, user, now, dinner, is_paused, moved_ahead) for reminder in reminders
        )
    ]


def _state(
    reminder: Reminder,
    user: User,
    now: datetime,
    dinner_enabled: bool,
    is_paused: bool,
    moved: Delivery | None,
) -> ReminderState:
    """The state of one reminder.

    ``next_local`` is the instant at which it is due, with its spread, in the zone where the
    person is; the reminder itself may follow the zone of their home.
    """
    zone = zone_of(user)
    today = local_time(now, zone).date()
    once = once_on(reminder)
    next_at = reminder.next_at
    if moved is not None and moved.reminder_id == reminder.id:
        next_at = moved.later_at
    next_local = None if next_at is None else local_time(next_at, zone)
    return ReminderState(
        kind=reminder.kind,
        enabled=reminder.enabled,
        times=queries.shown_times(reminder, user),
        is_default=reminder.times is None,
        weekdays=reminder.weekdays,
        with_sound=reminder.with_sound,
        next_local=next_local,
        today=today,
        is_paused=is_paused,
        kept_off_by=GATE_OF_KIND[reminder.kind] if is_kept_off(reminder.kind, user) else None,
        dinner_enabled=dinner_enabled,
        slot=reminder.slot,
        words=reminder.words,
        rests_now=once is None and covers(parse_rests(reminder.rests), today),
        is_muted=covers(parse_rests(reminder.muted), today),
        once_on=once,
    )
