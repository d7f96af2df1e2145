"""Starting, stopping and finishing fair tests, and their reminders. No Telegram, no commit."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import Experiment, Kind, Reminder, TrialStatus, User
from bot.features.diary.uids import uid_of
from bot.features.experiments import rules
from bot.features.experiments.design import WITHOUT, Plan
from bot.features.experiments.queries import (
    HABITS,
    course_of,
    hits_since,
    may_drink,
    reminders_behind,
    reminders_of_test,
    sign_of,
    subject_of,
    today,
    tonight,
)
from bot.features.experiments.record_queries import record
from bot.features.experiments.rules import LOOK_BACK, StopReason, Subject
from bot.features.reminders import queries as reminders


async def own_reminder(session: Session, user_id: int, slot: int | None) -> Reminder | None:
    """A reminder in the person's own words, by its slot; None when there is none."""
    if slot is None:
        return None
    return await reminders.reminder_of(session, user_id, Kind.CUSTOM, slot)


async def prepare_own(
    session: Session, user: User, words: str, now: datetime, slot: int
) -> Reminder | None:
    """Add a reminder with the words of a test. It is off until the test begins. Idempotent.

    Returns:
        The reminder, or None when the person has the maximum number of reminders.
    """
    reminder = await own_reminder(session, user.id, slot)
    if reminder is None:
        reminder = await reminders.add_custom(session, user, words, (), now, slot)
        if reminder is not None:
            reminder.enabled = False
            session.add(reminder)
    return reminder


async def set_own_time(
    session: Session, user: User, reminder: Reminder, at: time, now: datetime
) -> None:
    """Set the local time of a test's own reminder."""
    await reminders.add_custom(session, user, reminder.words or "", (at,), now, reminder.slot)


async def start(
    session: Session,
    user: User,
    subject: Subject,
    plan: Plan,
    order: str,
    now: datetime,
    *,
    nonce: str,
    slot: int = 0,
) -> tuple[Experiment, bool]:
    """Start a test on the next evening, and make its reminders follow the blocks. Idempotent.

    Args:
        session: an open transaction.
        user: who starts it.
        subject: what is tested.
        plan: how many blocks of how many nights.
        order: the drawn order of the blocks.
        now: an instant with a time zone.
        nonce: identifies the card that it is started from; a card starts one test only.
        slot: the slot of the reminder in the person's own words, for ``Subject.OTHER``.

    Returns:
        The test, and whether it is new.
    """
    found = await reminders_behind(session, user, subject, slot)
    uid = uid_of(user.id, "experiment", nonce)
    created = await (await session.connection()).execute(
        insert_for(session)(Experiment)
        .values(
            user_id=user.id,
            uid=uid,
            habit=HABITS[subject],
            words=found[0].words if subject is Subject.OTHER and found else None,
            block_days=plan.block_days,
            blocks=order,
            starts_on=tonight(user, now) + timedelta(days=1),
            status=TrialStatus.RUNNING,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(Experiment.id))
    )
    is_new = created.one_or_none() is not None
    row = await session.exec(
        select(Experiment).where(Experiment.user_id == user.id, Experiment.uid == uid)
    )
    experiment = row.one()
    if is_new:
        await _follow(session, user, experiment, found, now)
    return experiment, is_new


async def _follow(
    session: Session,
    user: User,
    experiment: Experiment,
    found: Sequence[Reminder],
    now: datetime,
) -> None:
    """Switch the habit's reminder on, and pause it in the blocks without the habit."""
    for number, reminder in enumerate(found):
        if number == 0:
            reminder.enabled = True
        session.add(reminder)
        await session.flush()
        spans = course_of(experiment).spans(WITHOUT)
        await reminders.set_rests(session, user, reminder.kind, spans, now, reminder.slot)


async def stop(
    session: Session,
    user: User,
    experiment: Experiment,
    reason: StopReason,
    on: date,
    now: datetime,
) -> None:
    """Stop a test before its end. Its reminders are sent every evening again."""
    experiment.status = TrialStatus.STOPPED
    experiment.stopped_on, experiment.stopped_why = on, reason.value
    session.add(experiment)
    await _unfollow(session, user, experiment, now)


async def _unfollow(session: Session, user: User, experiment: Experiment, now: datetime) -> None:
    """Let the reminders of a test be sent every evening again."""
    for reminder in await reminders_of_test(session, user, experiment):
        await reminders.set_rests(session, user, reminder.kind, (), now, reminder.slot)


async def go_on(session: Session, user: User, experiment: Experiment, now: datetime) -> None:
    """Undo a stop: the test goes on with the order that was drawn."""
    experiment.status = TrialStatus.RUNNING
    experiment.stopped_on = experiment.stopped_why = None
    session.add(experiment)
    found = await reminders_of_test(session, user, experiment)
    await _follow(session, user, experiment, found, now)


async def settle(session: Session, user: User, experiment: Experiment, now: datetime) -> bool:
    """Stop or finish a running test if it is time for that. Called whenever a test is read.

    Returns:
        Whether it was stopped or finished by this call.
    """
    if experiment.status is not TrialStatus.RUNNING:
        return False
    course, night_on = course_of(experiment), tonight(user, now)
    found = await hits_since(session, user, experiment.starts_on - LOOK_BACK, now)
    sign = rules.stopping_sign(sign_of(hit, experiment.created_at) for hit in found)
    if sign is not None and sign.hit_on <= course.last_on:
        await stop(session, user, experiment, StopReason.WARNING_SIGN, sign.hit_on, now)
        return True
    is_over = night_on > course.last_on
    subject = subject_of(experiment)
    if subject is Subject.DRINKS and not is_over and not await may_drink(session, user):
        await stop(session, user, experiment, StopReason.FLUIDS, today(user, now), now)
        return True
    counts = (await record(session, user, experiment, now)).counts
    if rules.has_too_few_entries(course, counts, night_on):
        await stop(session, user, experiment, StopReason.NO_ENTRIES, today(user, now), now)
        return True
    if is_over:
        experiment.status = TrialStatus.FINISHED
        session.add(experiment)
        await _unfollow(session, user, experiment, now)
    return is_over
