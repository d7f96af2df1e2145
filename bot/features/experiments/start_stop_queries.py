"""Starting, pausing, stopping and finishing fair tests. No Telegram, no commit."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.installation_secret import key_for
from bot.database.models import Experiment, FlagHit, HitAnswer, TrialStatus, User
from bot.features.diary import hits
from bot.features.diary.uids import PURPOSE, private_uid, uid_of
from bot.features.experiments import rules
from bot.features.experiments.design import Plan
from bot.features.experiments.own_reminders import ensure_own, follow, unfollow
from bot.features.experiments.queries import (
    HABITS,
    KINDS,
    LISTED_HABITS,
    course_of,
    gates,
    hits_since,
    sign_of,
    subject_of,
    tonight,
    waking_day,
)
from bot.features.experiments.record_queries import record
from bot.features.experiments.rules import LONGEST_PAUSE, LOOK_BACK, Sign, StopReason, Subject


class Change(StrEnum):
    """What became of a running test when it was looked at."""

    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    FINISHED = "finished"


async def start(
    session: Session,
    user: User,
    subject: Subject,
    plan: Plan,
    order: str,
    now: datetime,
    *,
    nonce: int,
    reminder_words: str,
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
        reminder_words: the words of the test's own reminder, for a habit without another one.

    Returns:
        The test, and whether it is new.
    """
    key = await key_for(session, PURPOSE)
    uid = private_uid(key, uid_of(user.id, "experiment", str(nonce)))
    created = await (await session.connection()).execute(
        insert_for(session)(Experiment)
        .values(
            user_id=user.id,
            uid=uid,
            habit=HABITS[subject],
            words=None if subject in KINDS else reminder_words,
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
        await ensure_own(session, user, experiment, nonce, now)
        await follow(session, user, experiment, now)
    return experiment, is_new


# Pauses ------------------------------------------------------------------------------------------


async def open_signs(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> list[Sign]:
    """The signs because of which a running test is paused, the most serious first."""
    found = await hits_since(session, user, experiment.starts_on - LOOK_BACK, now)
    signs = [sign_of(hit, experiment.created_at) for hit in found]
    return rules.pausing(signs, course_of(experiment).last_on)


def pause_ends_at(experiment: Experiment) -> datetime | None:
    """The instant at which a paused test ends without a doctor's word; None when not paused."""
    return None if experiment.paused_at is None else experiment.paused_at + LONGEST_PAUSE


async def _pause(
    session: Session, user: User, experiment: Experiment, sign: Sign, now: datetime
) -> None:
    """Pause a test: nothing asks for the habit any more; blocks and nights go on as drawn."""
    experiment.paused_at, experiment.paused_why = now, sign.rule
    experiment.notice_read_at = None
    session.add(experiment)
    await _rest(session, user, experiment, now)


async def _rest(session: Session, user: User, experiment: Experiment, now: datetime) -> None:
    """Let the reminders of a paused test rest for as long as it may be paused."""
    first_on = tonight(user, now)
    await follow(session, user, experiment, now, (first_on, first_on + LONGEST_PAUSE))


async def _resume(session: Session, user: User, experiment: Experiment, now: datetime) -> None:
    experiment.paused_at = experiment.paused_why = experiment.notice_read_at = None
    session.add(experiment)
    await follow(session, user, experiment, now)


async def note_doctor_agrees(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> None:
    """Mark the signs of a paused test as seen by a doctor, so that it goes on. Idempotent."""
    names = {(sign.rule, sign.hit_on) for sign in await open_signs(session, user, experiment, now)}
    for hit in await hits_since(session, user, experiment.starts_on - LOOK_BACK, now):
        if (hit.rule, hit.hit_on) in names:
            hits.set_answer(session, hit, HitAnswer.SEEN_DOCTOR, now)
    await session.flush()


def note_read(session: Session, experiment: Experiment, now: datetime) -> None:
    """Note that the person has read the notice that a test was paused or has ended."""
    if experiment.notice_read_at is None and has_notice(experiment):
        experiment.notice_read_at = now
        session.add(experiment)


def has_notice(experiment: Experiment) -> bool:
    """Whether there is a notice about a test that the person has not read: a pause, or an end that
    they did not wish for."""
    if experiment.notice_read_at is not None or experiment.told_at is not None:
        return False
    if experiment.status is TrialStatus.RUNNING:
        return experiment.paused_at is not None
    return experiment.status is TrialStatus.STOPPED and experiment.stopped_why != StopReason.WISH


# Ends --------------------------------------------------------------------------------------------


async def stop(
    session: Session,
    user: User,
    experiment: Experiment,
    reason: StopReason,
    on: date,
    now: datetime,
) -> None:
    """Stop a test before its end, and let its reminders be as before.

    Since when it was paused is kept, so that an end that is undone does not prolong the pause.
    """
    experiment.status = TrialStatus.STOPPED
    experiment.stopped_on, experiment.stopped_why = on, reason.value
    experiment.notice_read_at = None
    session.add(experiment)
    await unfollow(session, user, experiment, now)


async def go_on(session: Session, user: User, experiment: Experiment, now: datetime) -> None:
    """Undo a stop: the test goes on with the order that was drawn, paused if it was."""
    experiment.status = TrialStatus.RUNNING
    experiment.stopped_on = experiment.stopped_why = None
    session.add(experiment)
    if experiment.paused_at is None:
        await follow(session, user, experiment, now)
    else:
        await _rest(session, user, experiment, now)


async def settle(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> Change | None:
    """Pause, resume, stop or finish a running test if it is time for that.

    Called whenever a test is read, and after every change of the diary or of the answers about
    health. Idempotent.
    """
    if experiment.status is not TrialStatus.RUNNING:
        return None
    reason = await _reason_to_stop(session, user, experiment, now)
    if reason is not None:
        await stop(session, user, experiment, reason, waking_day(user, now), now)
        return Change.STOPPED
    change = await _pause_or_resume(session, user, experiment, now)
    if experiment.paused_at is None and tonight(user, now) > course_of(experiment).last_on:
        experiment.status = TrialStatus.FINISHED
        session.add(experiment)
        await unfollow(session, user, experiment, now)
        return Change.FINISHED
    return change


async def _reason_to_stop(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> StopReason | None:
    if experiment.habit not in LISTED_HABITS:
        return StopReason.OFF_LIST
    is_over = tonight(user, now) > course_of(experiment).last_on
    is_closed = rules.is_closed_by_answer(subject_of(experiment), await gates(session, user, now))
    if is_closed and not is_over:
        return StopReason.GATE
    ends_at = pause_ends_at(experiment)
    if ends_at is not None and now >= ends_at and await open_signs(session, user, experiment, now):
        return StopReason.WARNING_SIGN
    counts = (await record(session, user, experiment, now)).counts
    if rules.has_too_few_entries(course_of(experiment), counts, tonight(user, now)):
        return StopReason.NO_ENTRIES
    return None


async def _pause_or_resume(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> Change | None:
    signs = await open_signs(session, user, experiment, now)
    if signs and experiment.paused_at is None:
        await _pause(session, user, experiment, signs[0], now)
        return Change.PAUSED
    if not signs and experiment.paused_at is not None:
        await _resume(session, user, experiment, now)
        return Change.RESUMED
    return None


async def signs_of_pause(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> list[FlagHit]:
    """The stored signs because of which a test is or was paused, the most serious first."""
    order = [(one.rule, one.hit_on) for one in await open_signs(session, user, experiment, now)]
    found = await hits_since(session, user, experiment.starts_on - LOOK_BACK, now)
    chosen = [hit for hit in found if (hit.rule, hit.hit_on) in order]
    return sorted(chosen, key=lambda hit: order.index((hit.rule, hit.hit_on)))
