"""From rows to the plain values that messages show."""

from collections.abc import Sequence
from datetime import datetime

from bot.database.models import Fluids, Kind, Reminder, User
from bot.dispatch.planning import default_weekdays, is_on, schedule_of
from bot.features.reminders import queries
from bot.features.reminders.messages import PlanItem, State
from bot.local_time.nights import local_time


def plan_items(reminders: Sequence[Reminder], user: User) -> list[PlanItem]:
    """The times of day of every daily reminder that is planned."""
    return [
        PlanItem(
            reminder.kind,
            queries.shown_times(reminder, user),
            reminder.times is None,
            reminder.words,
        )
        for reminder in reminders
        if reminder.kind is not Kind.SUMMARY and is_on(reminder, user)
    ]


def states(reminders: Sequence[Reminder], user: User, now: datetime) -> list[State]:
    """What is shown of each reminder."""
    dinner = any(one.kind is Kind.DINNER_CAFFEINE and one.enabled for one in reminders)
    is_paused = user.paused and (user.paused_until_at is None or user.paused_until_at > now)
    return [state(reminder, user, now, dinner, is_paused) for reminder in reminders]


def state(
    reminder: Reminder, user: User, now: datetime, dinner_enabled: bool, is_paused: bool
) -> State:
    """What is shown of one reminder; wall-clock values in the zone that reminders follow."""
    zone = user.time_zone or "UTC"
    today = local_time(now, zone).date()
    next_local = None
    if reminder.next_at is not None:
        # Shown as the instant it really comes, with the spread, in the place where the person is.
        next_local = local_time(reminder.next_at, zone)
    return State(
        kind=reminder.kind,
        enabled=reminder.enabled,
        times=queries.shown_times(reminder, user),
        is_default=reminder.times is None,
        weekdays=reminder.weekdays,
        with_sound=reminder.with_sound,
        next_local=next_local,
        today=today,
        is_paused=is_paused,
        fluids_free=user.fluids is Fluids.FREE,
        dinner_enabled=dinner_enabled,
        default_weekdays=default_weekdays(reminder.kind),
        slot=reminder.slot,
        words=reminder.words,
        rests_now=schedule_of(reminder, user).is_resting(today),
    )
