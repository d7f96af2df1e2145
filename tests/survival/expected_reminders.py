"""A second computation of what has to become due, and when, to compare the bot's with.

It reads what people set (their own columns of ``users`` and ``reminders``) and uses the rules of
``bot.dispatch.schedule``. It never reads the bot's plan (``next_at``, ``next_local``,
``last_local``), and reads deliveries only to compare them at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import Cramp, Fluids, Kind, NightCheck, NightStatus, Reminder, User
from bot.dispatch import schedule as rules
from bot.dispatch.schedule import Occurrence, Schedule, ZonePlan, instant_of
from bot.dispatch.spreading import offset_of
from bot.local_time.nights import (
    local_time,
    morning_ends,
    night_of,
    sleep_across_noon,
    slept_night,
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
LATER_LASTS = HOUR
"""A reminder that was postponed is dropped an hour after the requested time."""


@dataclass(frozen=True)
class Person:
    """The settings of a person that all their reminders depend on."""

    time_zone: str
    home_zone: str | None
    home_zone_until_on: date | None
    bed_time: time
    wake_time: time
    fluids: Fluids
    spread_seconds: int
    paused: bool
    paused_until_at: datetime | None
    is_blocked: bool
    created_at: datetime

    @property
    def zones(self) -> ZonePlan:
        """The time zone of each local date."""
        return ZonePlan(self.time_zone, self.home_zone, self.home_zone_until_on)

    @property
    def began_on(self) -> date:
        """The night in which the person started to use the bot, in their present time zone."""
        return night_of(local_time(self.created_at, self.time_zone))

    @property
    def sleeps_across_noon(self) -> bool:
        """Whether noon cuts their sleep, so that their waking day has the date of its evening."""
        return sleep_across_noon(self.bed_time, self.wake_time) is not None


@dataclass(frozen=True)
class ReminderChoice:
    """What a person chose for one reminder."""

    kind: Kind
    enabled: bool
    times: str | None
    weekdays: int
    rests: str | None


@dataclass(frozen=True)
class Setting:
    """A reminder with everything that its times depend on."""

    person: Person
    choice: ReminderChoice

    @property
    def is_stopped(self) -> bool:
        """Whether it is kept off because the person's drinks may be limited."""
        return self.choice.kind is Kind.HYDRATION and self.person.fluids is not Fluids.FREE

    @property
    def is_on(self) -> bool:
        """Whether it is sent at all; a pause does not count."""
        return self.choice.enabled and not self.person.is_blocked and not self.is_stopped

    @property
    def usual_times(self) -> tuple[time, ...]:
        """The default local times."""
        bed, wake = self.person.bed_time, self.person.wake_time
        match self.choice.kind:
            case Kind.STRETCH:
                return rules.stretch_times(bed)
            case Kind.CAFFEINE:
                return rules.caffeine_times(bed)
            case Kind.DINNER_CAFFEINE:
                return rules.dinner_caffeine_times(bed)
            case Kind.MEAL:
                return rules.meal_times(bed)
            case Kind.HYDRATION:
                return rules.hydration_times(bed, wake)
            case Kind.CHECK_IN:
                return (wake,)
            case Kind.SUMMARY:
                return (time(18),)
        return ()

    @property
    def schedule(self) -> Schedule:
        """The local times and weekdays in force."""
        chosen = self.choice.times
        return Schedule(
            tuple(map(time.fromisoformat, chosen.split(","))) if chosen else self.usual_times,
            frozenset(day for day in range(7) if self.choice.weekdays >> day & 1),
            timedelta(0) if chosen else offset_of(self.choice.kind, self.person.spread_seconds),
            by_night=self.choice.kind is Kind.STRETCH
            or (
                self.person.sleeps_across_noon
                and self.choice.kind is not Kind.SUMMARY
                and (self.choice.kind is not Kind.CUSTOM or self.choice.rests is not None)
            ),
            rests=rules.parse_rests(self.choice.rests),
        )

    def occurrences(self, key: datetime) -> Iterator[Occurrence]:
        """The occurrences with a greater wall-clock time than this, in order."""
        return rules.occurrences_after(self.schedule, self.person.zones, key)

    def useful_until(self, due: Occurrence, next_at: datetime) -> datetime:
        """Until when an occurrence is worth sending, by the rules that the documentation states."""
        person, at = self.person, due.due_at
        bed = datetime.combine(due.key.date(), person.bed_time)
        bed = bed if bed >= due.key else bed + DAY
        bed_at = instant_of(bed, person.zones.on(bed.date())) or FAR
        match self.choice.kind:
            case Kind.SUMMARY:
                return FAR
            case Kind.CAFFEINE | Kind.DINNER_CAFFEINE:
                return at + 2 * HOUR
            case Kind.MEAL:
                return at + 3 * HOUR
            case Kind.CUSTOM:
                return at + 4 * HOUR
            case Kind.CHECK_IN:
                over = morning_ends(due.key, person.bed_time, person.wake_time)
                over_at = instant_of(over, person.zones.on(over.date())) or at
                return max(over_at, at + 4 * HOUR)
            case Kind.STRETCH:
                return max(min(bed_at, at + 4 * HOUR), at + 10 * MINUTE)
        limit = min(at + 3 * HOUR, next_at - 30 * MINUTE, bed_at - 2 * HOUR)
        return max(limit, at + 10 * MINUTE)


class Verdict(StrEnum):
    """What is expected of an occurrence, before anything is sent."""

    SEND = "send"
    LATE = "late"
    NEEDLESS = "needless"


@dataclass
class ExpectedReminder:
    """One reminder during the whole run."""

    owner: int
    reference: str
    """Its kind; for custom reminders with the slot: ``custom.17``."""
    setting: Setting
    planned: Occurrence | None = None
    last_key: datetime | None = None
    due: dict[datetime, Verdict] = field(default_factory=dict)
    """For each due instant, what is expected of the occurrence."""

    @property
    def next_at(self) -> datetime:
        """When it has to be due next."""
        return self.planned.due_at if self.planned else FAR

    def plan_anew(self, now: datetime) -> None:
        """The first occurrence after ``now`` (or after a pause) that has not been due yet.

        One that is due already and would be due still stays.
        """
        if self._stays_due(now):
            return
        self.planned = None
        person = self.setting.person
        start = now
        if person.paused:
            if person.paused_until_at is None:
                return
            start = max(now, person.paused_until_at - timedelta(microseconds=1))
        if not self.setting.is_on:
            return
        zone = person.zones.on(start.date())
        key = start.astimezone(zone).replace(tzinfo=None) - 2 * DAY
        if self.last_key is not None and not person.zones.comes_twice(self.last_key):
            key = max(key, self.last_key)
        while self.planned is None:
            found = list(self.setting.occurrences(key))
            if not found:
                return
            self.planned = next((one for one in found if one.due_at > start), None)
            key = found[-1].key

    def _stays_due(self, now: datetime) -> bool:
        if self.planned is None or self.planned.due_at > now:
            return False
        if not self.setting.is_on or self._is_paused_at(self.planned.due_at):
            return False
        shortly_before = self.planned.key - MINUTE
        found = list(self.setting.occurrences(shortly_before))
        if self.setting.person.zones.comes_twice(self.planned.key):
            return self.planned in found
        return found[:1] == [self.planned]

    def _is_paused_at(self, instant: datetime) -> bool:
        person = self.setting.person
        return person.paused and instant < (person.paused_until_at or FAR)

    def move(self, now: datetime) -> None:
        """Change the time zone: the planned occurrence keeps its wall-clock time."""
        if self.planned is None or not self.setting.is_on:
            self.plan_anew(now)
            return
        key, was_due_at = self.planned.key, self.planned.due_at
        zones = self.setting.person.zones
        found = [one for one in (zones.by_home(key), zones.by_zone(key)) if one is not None]
        instant = min(found, key=lambda one: abs(one - was_due_at), default=None)
        if instant is None:
            self.planned = next(self.setting.occurrences(key), None)
        else:
            self.planned = Occurrence(key, instant + self.setting.schedule.spread)
            is_weekly = self.setting.choice.kind is Kind.SUMMARY
            if self.planned.due_at - was_due_at >= 12 * HOUR and not is_weekly:
                self._lives_again(was_due_at - key.replace(tzinfo=UTC), now)
                return
        if self.planned is not None and self._is_paused_at(self.planned.due_at):
            self.plan_anew(now)

    def _lives_again(self, offset: timedelta, now: datetime) -> None:
        """Over the date line back: a date comes again, not before half the usual time passed."""
        if self.last_key is not None:
            sent_at = self.last_key.replace(tzinfo=UTC) + offset
            again_at = sent_at + 12 * HOUR / len(self.setting.schedule.times)
            zone = self.setting.person.zones.on(now.date())
            again = again_at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
            self.last_key = min(self.last_key, again)
        self.planned = None
        self.plan_anew(now)

    def after(self, one: Occurrence) -> Occurrence | None:
        """The following occurrence; two wall-clock times in one clock-change gap are one.

        Where the time of home ends a date ahead, wall-clock times of that date come again.
        """
        if self.setting.person.zones.comes_twice(one.key):
            following = self.setting.occurrences(one.key - 2 * DAY)
            return next((other for other in following if other.due_at > one.due_at), None)
        following = self.setting.occurrences(one.key)
        return next((other for other in following if other.due_at != one.due_at), None)

    def advance(self, now: datetime, known: frozenset[date]) -> int:
        """Record what is due by ``now``; the newest is to be sent if it is still useful.

        Args:
            now: an instant at which the bot looks.
            known: the nights of which the person's diary says whether there was a cramp.

        Returns:
            How many have come due.
        """
        came: list[Occurrence] = []
        while self.planned is not None and self.planned.due_at <= now:
            came.append(self.planned)
            self.planned = self.after(self.planned)
        for one in came:
            self.due[one.due_at] = Verdict.LATE
        if came:
            newest = came[-1]
            self.last_key = newest.key
            next_at = self.planned.due_at if self.planned else FAR
            if now <= self.setting.useful_until(newest, next_at):
                needed = self.is_needed(newest, known)
                self.due[newest.due_at] = Verdict.SEND if needed else Verdict.NEEDLESS
        return len(came)

    def is_needed(self, one: Occurrence, known: frozenset[date]) -> bool:
        """Whether there is something to say.

        There is no question about a night of which all is told, and no summary of a week before
        the first.
        """
        person = self.setting.person
        if self.setting.choice.kind is Kind.SUMMARY:
            return one.key.date() - DAY >= person.began_on
        if self.setting.choice.kind is not Kind.CHECK_IN:
            return True
        # On a journey the night is that of the place, also while reminders keep the time of home.
        is_away = person.home_zone is not None
        local = local_time(one.due_at, person.time_zone) if is_away else one.key
        night = slept_night(local, person.bed_time, person.wake_time)
        return night >= person.began_on and night not in known


class ExpectedReminders:
    """The expected reminders of all people."""

    def __init__(self) -> None:
        self.reminders: dict[int, ExpectedReminder] = {}
        self.known: dict[int, frozenset[date]] = {}

    async def observe(
        self, session: Session, person_id: int, now: datetime, touched: frozenset[str] = frozenset()
    ) -> None:
        """Read what a person has set by now.

        Args:
            session: a transaction.
            person_id: whose settings may have changed since they were last looked at.
            now: the instant of the change.
            touched: reminders (``stretch``, ``custom.17``; ``*`` for all) that the bot was to plan
                anew even if nothing about them has changed.
        """
        person = await _person(session, person_id)
        if person is None:
            return
        for number, slot, choice in await _choices(session, person_id):
            setting = Setting(person, choice)
            reminder = self.reminders.get(number)
            if reminder is None:
                reference = f"{choice.kind}.{slot}" if slot else str(choice.kind)
                reminder = self.reminders[number] = ExpectedReminder(person_id, reference, setting)
                reminder.plan_anew(now)
                continue
            before, reminder.setting = reminder.setting, setting
            moved = _with_zone_of(before.person, person) != before.person
            if _with_zone_of(before.person, person) != person or before.choice != choice:
                reminder.plan_anew(now)
            elif moved:
                reminder.move(now)
            elif touched & {"*", reminder.reference}:
                reminder.plan_anew(now)
        self.known[person_id] = await _known_nights(session, person_id)

    def advance(self, now: datetime) -> set[int]:
        """Record what is due by ``now``.

        Returns:
            The ids of the people whose reminders those are.
        """
        return {
            reminder.owner
            for reminder in self.reminders.values()
            if reminder.next_at <= now and reminder.advance(now, self.known[reminder.owner])
        }

    def next_due(self) -> datetime:
        """The next instant at which anything has to be due."""
        return min(
            (one.planned.due_at for one in self.reminders.values() if one.planned), default=FAR
        )


def _with_zone_of(person: Person, other: Person) -> Person:
    return replace(
        person,
        time_zone=other.time_zone,
        home_zone=other.home_zone,
        home_zone_until_on=other.home_zone_until_on,
    )


async def _person(session: Session, person_id: int) -> Person | None:
    """The settings of a person; None until the setup is complete."""
    names = [name for name in Person.__dataclass_fields__ if name != "is_blocked"]
    columns: list[Any] = [getattr(User, name) for name in names]
    found = await (await session.connection()).execute(
        sa.select(*columns, col(User.blocked_at)).where(col(User.id) == person_id)
    )
    *values, blocked_at = found.one()
    told = dict(zip(names, values, strict=True))
    if told["fluids"] is None:
        return None
    return Person(is_blocked=blocked_at is not None, **told)


async def _choices(session: Session, person_id: int) -> list[tuple[int, int, ReminderChoice]]:
    names = tuple(ReminderChoice.__dataclass_fields__)
    found = await (await session.connection()).execute(
        sa.select(
            col(Reminder.id), col(Reminder.slot), *(getattr(Reminder, name) for name in names)
        ).where(col(Reminder.user_id) == person_id)
    )
    return [(number, slot, ReminderChoice(*values)) for number, slot, *values in found]


async def _known_nights(session: Session, person_id: int) -> frozenset[date]:
    """Nights about which nothing is left to ask.

    That is what the person answered about the night as a whole, and for a night with a cramp also
    what came of the last one.
    """
    cramps = await (await session.connection()).execute(
        sa.select(col(Cramp.night_on), col(Cramp.after_effects), col(Cramp.relief_helped))
        .where(
            col(Cramp.user_id) == person_id,
            col(Cramp.deleted_at).is_(None),
            col(Cramp.same_as_id).is_(None),
            col(Cramp.event_type) == "cramp",
        )
        .order_by(col(Cramp.occurred_at), col(Cramp.id))
    )
    told = {night: bool(effects) and helped is not None for night, effects, helped in cramps}
    checks = await (await session.connection()).execute(
        sa.select(col(NightCheck.night_on), col(NightCheck.status)).where(
            col(NightCheck.user_id) == person_id
        )
    )
    over = {NightStatus.NONE_LAST_NIGHT, NightStatus.SKIP}
    for night, status in checks:
        told[night] = told.get(night, True) or status in over
    return frozenset(night for night, is_told in told.items() if is_told)
