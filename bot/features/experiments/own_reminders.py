"""The reminders that follow the blocks of a fair test. No Telegram, no commit.

Some habits have a reminder that everybody has. For the others a test gets a reminder of its own, of
the kind in own words, which is switched off when the test ends.
"""

from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Experiment, Kind, Reminder, User
from bot.dispatch.schedule import shift
from bot.features.experiments.design import WITHOUT
from bot.features.experiments.queries import KINDS, course_of, subject_of
from bot.features.experiments.rules import Subject
from bot.features.reminders import queries as reminders
from bot.local_time.nights import sleep_across_noon

BED = time(22, 30)
"""The bedtime of a person who has not told theirs."""
BEFORE_BED = {
    Subject.COVERS: timedelta(minutes=20),
    Subject.PILLOW: timedelta(minutes=20),
    Subject.WALK: timedelta(hours=3),
    Subject.WARMTH: timedelta(minutes=60),
    Subject.BREAKS: timedelta(hours=4),
    Subject.SCREEN_OFF: timedelta(minutes=40),
    Subject.ALCOHOL: timedelta(hours=4),
}
"""Subject → how long before bed its reminder is sent."""
MIDDAY = time(12, 30)
"""When the reminders of the other subjects are sent: a night begins at 12:00."""
AFTER_WAKING = timedelta(minutes=30)
"""When they are sent to somebody who is asleep at midday."""


def time_of(subject: Subject, bed_time: time | None, wake_time: time | None = None) -> time:
    """The local time at which the test's own reminder is sent; people can change it."""
    before = BEFORE_BED.get(subject)
    if before is not None:
        return shift(bed_time or BED, -before)
    if wake_time is not None and sleep_across_noon(bed_time, wake_time) is not None:
        return shift(wake_time, AFTER_WAKING)
    return MIDDAY


async def behind(session: Session, user: User, experiment: Experiment) -> list[Reminder]:
    """The reminders that follow the blocks of a stored test; the first is switched on for it.

    The test's own one is found by its words; one that rests comes first.
    """
    kinds = KINDS.get(subject_of(experiment))
    if kinds is not None:
        found = [await reminders.reminder_of(session, user.id, kind) for kind in kinds]
        return [one for one in found if one is not None]
    if experiment.words is None:
        return []
    rows = await session.exec(
        select(Reminder)
        .where(
            Reminder.user_id == user.id,
            Reminder.kind == Kind.CUSTOM,
            Reminder.words == experiment.words,
        )
        .order_by(col(Reminder.rests).is_(None), col(Reminder.slot).desc())
    )
    return list(rows)[:1]


async def ensure_own(
    session: Session, user: User, experiment: Experiment, slot: int, now: datetime
) -> None:
    """Add the reminder of the test's own, unless there is one with its words or no room."""
    subject = subject_of(experiment)
    if subject in KINDS or experiment.words is None or await behind(session, user, experiment):
        return
    at = time_of(subject, user.bed_time, user.wake_time)
    added = await reminders.add_custom(session, user, experiment.words, (at,), now, slot)
    if added is None:
        experiment.words = None
        session.add(experiment)


async def follow(
    session: Session,
    user: User,
    experiment: Experiment,
    now: datetime,
    paused: tuple[date, date] | None = None,
) -> None:
    """Switch the habit's reminder on, and let it rest in the blocks without the habit.

    Args:
        session: an open transaction.
        user: whose test.
        experiment: the test.
        now: the current instant.
        paused: the first and the last evening of a pause, in which nothing reminds of the habit.
    """
    for number, reminder in enumerate(await behind(session, user, experiment)):
        if number == 0:
            reminder.enabled = True
            session.add(reminder)
            await session.flush()
        spans = course_of(experiment).spans(WITHOUT)
        if paused is not None:
            spans = [*spans, paused]
        await reminders.set_rests(session, user, reminder.kind, spans, now, reminder.slot)


async def unfollow(session: Session, user: User, experiment: Experiment, now: datetime) -> None:
    """Restore the reminders of a test: its own one is switched off, the others come every day.

    The reminder of an old test in the person's own words stays theirs, and goes on.
    """
    is_own = subject_of(experiment) not in {*KINDS, Subject.OTHER}
    for reminder in await behind(session, user, experiment):
        if is_own:
            reminder.enabled = False
            session.add(reminder)
            await session.flush()
        await reminders.set_rests(session, user, reminder.kind, (), now, reminder.slot)
