"""The next occurrence of a reminder, computed from its row and from its owner's row.

The rules themselves are in ``schedule``. This module reads and writes the stored form of a
schedule and runs no query; ``replanning`` runs them, for all reminders of a person.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

from bot.database.models import EVERY_DAY, Fluids, Kind, Reminder, User
from bot.dispatch import schedule as rules
from bot.dispatch.schedule import Occurrence, Schedule, ZonePlan
from bot.dispatch.spreading import offset_of
from bot.local_time.nights import is_quiet, sleep_across_noon

SUMMARY_TIME = time(18, 0)
ON_SUNDAYS = 1 << 6
"""The weekly summary comes on Sunday by default; a mask of weekdays as ``weekdays_of`` reads it."""
BARELY = timedelta(microseconds=1)
HALF_A_DAY = timedelta(hours=12)
FURTHEST_LAST = timedelta(days=2)
"""No claimed occurrence is further ahead of now, in any time zone."""


class ReminderSettings(Protocol):
    """The columns of a reminder that its schedule depends on; a whole row has them too."""

    @property
    def kind(self) -> Kind: ...
    @property
    def times(self) -> str | None: ...
    @property
    def weekdays(self) -> int: ...
    @property
    def rests(self) -> str | None: ...
    @property
    def muted(self) -> str | None: ...


class UserSettings(Protocol):
    """The columns of a user that schedules depend on; a whole row has them too."""

    @property
    def time_zone(self) -> str | None: ...
    @property
    def home_zone(self) -> str | None: ...
    @property
    def home_zone_until_on(self) -> date | None: ...
    @property
    def bed_time(self) -> time | None: ...
    @property
    def wake_time(self) -> time | None: ...
    @property
    def spread_seconds(self) -> int: ...


# The stored forms.


def format_key(key: datetime) -> str:
    """An occurrence's key in its stored form, which sorts in the order of time."""
    return key.replace(tzinfo=None).isoformat(timespec="minutes")


def weekdays_of(mask: int) -> frozenset[int]:
    """The weekdays (0 = Monday) in a stored bit mask, whose bit 0 is Monday."""
    return frozenset(day for day in range(7) if mask >> day & 1)


# The schedule in force.


def default_times(kind: Kind, user: UserSettings) -> tuple[time, ...]:
    """The local times of a kind for a person who chose none.

    Empty while the bed or wake time that they are computed from is unknown.
    """
    if kind is Kind.SUMMARY:
        return (_summary_time(user),)
    if kind is Kind.CUSTOM:
        return ()
    if user.bed_time is None or user.wake_time is None:
        return ()
    if kind is Kind.STRETCH:
        return rules.stretch_times(user.bed_time)
    if kind is Kind.CAFFEINE:
        return rules.caffeine_times(user.bed_time)
    if kind is Kind.DINNER_CAFFEINE:
        return rules.dinner_caffeine_times(user.bed_time)
    if kind is Kind.MEAL:
        return rules.meal_times(user.bed_time)
    if kind is Kind.CHECK_IN:
        return (user.wake_time,)
    return rules.hydration_times(user.bed_time, user.wake_time)


def _summary_time(user: UserSettings) -> time:
    """Six in the evening; an hour after getting up for who is asleep then."""
    bed, wake = user.bed_time, user.wake_time
    is_asleep = sleep_across_noon(bed, wake) is not None and is_quiet(SUMMARY_TIME, bed, wake)
    later = rules.shift(wake, timedelta(hours=1)) if wake is not None and is_asleep else time()
    return max(later, SUMMARY_TIME)


def default_weekdays(kind: Kind) -> int:
    """The default bit mask of weekdays: every day, but only Sunday for the weekly summary."""
    return ON_SUNDAYS if kind is Kind.SUMMARY else EVERY_DAY


def times_of(reminder: ReminderSettings, user: UserSettings) -> tuple[time, ...]:
    """The local times in force: the ones that the person chose, else the defaults."""
    return (
        rules.parse_times(reminder.times) if reminder.times else default_times(reminder.kind, user)
    )


def schedule_of(reminder: ReminderSettings, user: UserSettings) -> Schedule:
    """The schedule in force. A chosen time is kept to the minute; a default one is spread."""
    spread = timedelta(0)
    if reminder.times is None:
        spread = offset_of(reminder.kind, user.spread_seconds)
    return _schedule(
        times_of(reminder, user),
        reminder.weekdays,
        spread,
        _is_by_night(reminder, user),
        reminder.rests,
        reminder.muted,
    )


@lru_cache(maxsize=1024)
def _schedule(
    times: tuple[time, ...],
    weekdays: int,
    spread: timedelta,
    by_night: bool,
    rests: str | None,
    muted: str | None,
) -> Schedule:
    """Cached, because a claim needs each twice, and many people have the same."""
    return Schedule(
        times,
        weekdays_of(weekdays),
        spread,
        by_night=by_night,
        rests=rules.parse_rests(rests) + rules.parse_rests(muted),
    )


def _is_by_night(reminder: ReminderSettings, user: UserSettings) -> bool:
    """Whether times before noon belong to the evening before.

    A person's own reminder keeps the days of the calendar, unless a fair test lets it rest.
    """
    if reminder.kind is Kind.STRETCH:
        return True
    if reminder.kind is Kind.SUMMARY or sleep_across_noon(user.bed_time, user.wake_time) is None:
        return False
    is_of_test = reminder.rests is not None and once_on(reminder) is None
    return reminder.kind is not Kind.CUSTOM or is_of_test


def once_on(reminder: ReminderSettings) -> date | None:
    """The day of a reminder that comes once and never again; None for every other one."""
    return rules.only_day(rules.parse_rests(reminder.rests))


def zone_plan_of(user: UserSettings) -> ZonePlan:
    """The time zones that the person's reminders follow, by local date.

    Raises:
        ValueError: the person has not set their time zone yet.
    """
    if user.time_zone is None:
        raise ValueError("no time zone yet")
    return ZonePlan(user.time_zone, user.home_zone, user.home_zone_until_on)


GATE_OF_KIND = {Kind.HYDRATION: "drinks", Kind.MEAL: "food", Kind.STRETCH: "stretch"}
"""The gate that switches a kind of reminder off; see ``bot.features.health_profile.gates``."""


def shut_codes(codes: str | None) -> frozenset[str]:
    """The codes in the stored form of ``users.shut_gates``."""
    return frozenset(filter(None, (codes or "").split(",")))


def is_gate_shut(user: User, gate: str) -> bool:
    """Whether answers about health keep a gate shut, such as ``drinks``, ``food`` or ``nuts``.

    A gate whose question waits for an answer is not meant: its reminder asks the question. Drinks
    are suggested only to people who answered that their fluids are not limited.
    """
    if gate == "drinks" and user.fluids is not Fluids.FREE:
        return True
    return gate in shut_codes(user.shut_gates)


def is_kept_off(kind: Kind, user: User) -> bool:
    """Whether a gate keeps the reminders of a kind off."""
    return kind in GATE_OF_KIND and is_gate_shut(user, GATE_OF_KIND[kind])


def is_on(reminder: Reminder, user: User) -> bool:
    """Whether this reminder is sent at all; a pause does not count.

    Nothing is sent before the person has set their time zone, or after they blocked the bot or took
    back their consent, or when a gate keeps it off.
    """
    if is_kept_off(reminder.kind, user) or user.consent_withdrawn_at is not None:
        return False
    return reminder.enabled and user.time_zone is not None and user.blocked_at is None


def is_paused_at(user: User, instant: datetime) -> bool:
    """Whether the person's pause of all reminders covers an instant."""
    return user.paused and (user.paused_until_at is None or instant < user.paused_until_at)


# The next occurrence.


def next_occurrence(reminder: Reminder, user: User, now: datetime) -> Occurrence | None:
    """The first occurrence after ``now`` and not in a pause; None when none will come.

    One at the very end of a pause comes: a pause for the night ends with the morning's question.
    """
    if not is_on(reminder, user):
        return None
    start = now
    if user.paused:
        if user.paused_until_at is None:
            return None
        start = max(now, user.paused_until_at - BARELY)
    return rules.first_after(
        schedule_of(reminder, user), zone_plan_of(user), start, _last(reminder)
    )


def _last(reminder: Reminder) -> datetime | None:
    """The key of the latest occurrence that was claimed."""
    return datetime.fromisoformat(reminder.last_local) if reminder.last_local else None


def set_next(reminder: Reminder, occurrence: Occurrence | None) -> None:
    """Set the columns that say when the reminder is due next; None: never."""
    reminder.next_at = occurrence.due_at if occurrence else None
    reminder.next_local = format_key(occurrence.key) if occurrence else None


def replan_reminder(reminder: Reminder, user: User, now: datetime) -> None:
    """Compute when the reminder is due next, after its settings may have changed.

    An occurrence that is due but not yet claimed is kept if the new settings have it too. It would
    be lost otherwise when a person opens the reminder in the second in which it is due, or while
    many reminders wait to be sent.
    """
    if not _stays_due(reminder, user, now):
        set_next(reminder, next_occurrence(reminder, user, now))


def _stays_due(reminder: Reminder, user: User, now: datetime) -> bool:
    if reminder.next_at is None or reminder.next_local is None or reminder.next_at > now:
        return False
    due = Occurrence(datetime.fromisoformat(reminder.next_local), reminder.next_at)
    if not is_on(reminder, user) or is_paused_at(user, due.due_at):
        return False
    schedule, plan = schedule_of(reminder, user), zone_plan_of(user)
    return due == rules.first_after(schedule, plan, due.due_at - BARELY, _last(reminder))


def is_planned_at(reminder: ReminderSettings, user: UserSettings, instant: datetime) -> bool:
    """Whether the schedule in force has an occurrence at this instant."""
    schedule, plan = schedule_of(reminder, user), zone_plan_of(user)
    found = rules.first_after(schedule, plan, instant - BARELY)
    return found is not None and found.due_at == instant


def plan_far_one_anew(reminder: Reminder, user: User, now: datetime) -> bool:
    """Plan a reminder anew if its own rule does not explain that it is due so far ahead.

    Returns:
        Whether it is due at another instant now.
    """
    before, last = reminder.next_at, _last(reminder)
    if last is not None and last.replace(tzinfo=UTC) > now + FURTHEST_LAST:
        reminder.last_local = None  # claimed while the clock was wrong
    set_next(reminder, next_occurrence(reminder, user, now))
    return reminder.next_at != before


def plan_again_from(reminder: Reminder, user: User, now: datetime) -> None:
    """Plan a reminder from now on, whatever was claimed of what is yet to come.

    What is due already is left for the next claim.
    """
    reminder.last_local = None
    if reminder.next_at is None or reminder.next_at > now:
        set_next(reminder, next_occurrence(reminder, user, now))


def move_reminder(reminder: Reminder, user: User, now: datetime) -> None:
    """Give the planned occurrence its instant in the person's new time zone; its key stays.

    When that instant is past already the reminder is due at once, and the late rules decide about
    it, so that travel neither doubles nor loses an occurrence. An occurrence that would fall into
    a pause there is left out.

    Whoever comes back over the date line lives a date again, with its reminders.
    """
    planned = None
    if reminder.next_local is not None and is_on(reminder, user):
        key = datetime.fromisoformat(reminder.next_local)
        schedule, plan = schedule_of(reminder, user), zone_plan_of(user)
        planned = rules.moved(schedule, plan, key, reminder.next_at)
        if planned is not None and _begins_date_again(reminder, user, planned, now):
            planned = None
    if planned is None or is_paused_at(user, planned.due_at):
        planned = next_occurrence(reminder, user, now)
    set_next(reminder, planned)


def _begins_date_again(reminder: Reminder, user: User, planned: Occurrence, now: datetime) -> bool:
    """Whether the person's clocks went back over the date line; then keys may come again.

    They may as soon as half the usual time between two occurrences has passed. Half a day is as
    far as clocks go back on a journey that does not cross the line. A week has one summary.
    """
    next_at, last, following = reminder.next_at, _last(reminder), reminder.next_local
    if reminder.kind is Kind.SUMMARY or next_at is None or following is None:
        return False
    if planned.due_at - next_at < HALF_A_DAY:
        return False
    if last is not None:
        sent_at = next_at - (datetime.fromisoformat(following) - last)
        again_at = sent_at + HALF_A_DAY / len(times_of(reminder, user))
        zone = zone_plan_of(user).on(now.date())
        again = format_key(again_at.astimezone(zone))
        reminder.last_local = min(again, format_key(last))
    return True
