"""Rows of fair tests, and what the diary says about one. No Telegram, no commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Answer,
    Delivery,
    Experiment,
    FlagHit,
    Habit,
    HabitDay,
    HitAnswer,
    Kind,
    ProfileItem,
    Reminder,
    TrialStatus,
    User,
)
from bot.dispatch.claims import UserFlag
from bot.features.diary import hits
from bot.features.diary.names import uid_of
from bot.features.diary.queries import facts_between
from bot.features.experiments import rules
from bot.features.experiments.design import WITH, WITHOUT, Course, Plan, Tally, tallies
from bot.features.experiments.rules import LOOKS_BACK, Refusal, Sign, Subject, Why
from bot.features.reminders import queries as reminders
from bot.local_time.nights import local_time, night_of
from bot.local_time.person import zone_of

HABITS = {
    Subject.STRETCH: Habit.STRETCH_DONE,
    Subject.CAFFEINE: Habit.CAFFEINE_AFTER_CUTOFF,
    Subject.DRINKS: Habit.HYDRATION_DONE,
    Subject.MEAL: Habit.MAGNESIUM_RICH_MEAL,
    Subject.OTHER: Habit.OTHER,
}
SUBJECTS = {habit: subject for subject, habit in HABITS.items()}
KINDS = {
    Subject.STRETCH: (Kind.STRETCH,),
    Subject.CAFFEINE: (Kind.CAFFEINE, Kind.DINNER_CAFFEINE),
    Subject.DRINKS: (Kind.HYDRATION,),
    Subject.MEAL: (Kind.MEAL,),
    Subject.OTHER: (Kind.CUSTOM,),
}
"""The reminders that follow the blocks; the first one is switched on for the test."""
DONE_IS_NO = frozenset({Habit.CAFFEINE_AFTER_CUTOFF})
"""Habits whose day says the opposite of what is tested: no late caffeine."""
BASELINE = timedelta(weeks=8)
LEAST_BASELINE = 14
"""Covered nights from which a person's usual number of cramp nights is reckoned."""


@dataclass(frozen=True)
class Kept:
    """Evenings of an arm on which the habit was kept, out of those that are known."""

    done: int
    known: int


@dataclass(frozen=True)
class Record:
    """What the diary knows of a test so far, block by block, and how the habit was kept."""

    counts: tuple[Tally, ...]
    cramp_nights: frozenset[date]
    covered_nights: frozenset[date]
    nights_over: int
    covered: int
    """Of the nights that are over."""
    recent_missing: int
    """Of the last seven nights that are over, those without an entry."""
    kept: dict[str, Kept]
    """Arm → evenings."""


def course_of(experiment: Experiment) -> Course:
    """A stored test laid upon the calendar."""
    return Course(experiment.blocks, experiment.block_days, experiment.starts_on)


def subject_of(experiment: Experiment) -> Subject:
    """What a stored test is about."""
    return SUBJECTS[experiment.habit]


def tonight(user: User, now: datetime) -> date:
    """The night that has begun, where the person is."""
    return night_of(local_time(now, zone_of(user)))


def today(user: User, now: datetime) -> date:
    """The date where the person is."""
    return local_time(now, zone_of(user)).date()


# Rows --------------------------------------------------------------------------------------------


async def owned(session: Session, experiment_id: int | None, user_id: int) -> Experiment | None:
    """A test, only if it is this person's."""
    if experiment_id is None:
        return None
    found = await session.exec(
        select(Experiment).where(Experiment.id == experiment_id, Experiment.user_id == user_id)
    )
    return found.one_or_none()


HAS_OPEN_TEST = UserFlag(
    "has_open_test",
    sa.exists().where(
        col(Experiment.user_id) == col(User.id),
        sa.or_(col(Experiment.status) == TrialStatus.RUNNING, col(Experiment.told_at).is_(None)),
    ),
)
"""Whether a person has a fair test that runs, or whose result they have not been told yet."""
IS_RUNNING = sa.exists().where(
    col(Experiment.user_id) == sa.bindparam("user_id"),
    col(Experiment.status) == TrialStatus.RUNNING,
)
"""Whether a person has a test that runs."""


async def running(session: Session, user_id: int) -> Experiment | None:
    """The person's test that runs, or None."""
    found = await session.exec(
        select(Experiment)
        .where(Experiment.user_id == user_id, Experiment.status == TrialStatus.RUNNING)
        .order_by(col(Experiment.id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def newest(session: Session, user_id: int) -> Experiment | None:
    """The test that runs, else the one that began last."""
    test = await running(session, user_id)
    if test is not None:
        return test
    found = await over(session, user_id)
    return found[0] if found else None


async def over(session: Session, user_id: int) -> list[Experiment]:
    """The person's tests that have ended, newest first."""
    found = await session.exec(
        select(Experiment)
        .where(Experiment.user_id == user_id, Experiment.status != TrialStatus.RUNNING)
        .order_by(col(Experiment.created_at).desc(), col(Experiment.id).desc())
    )
    return list(found)


async def profile(session: Session, user_id: int) -> dict[str, str]:
    """What the person told of themselves, by item."""
    found = await session.exec(select(ProfileItem).where(ProfileItem.user_id == user_id))
    return {one.item: one.value for one in found}


# Who may -----------------------------------------------------------------------------------------


async def _hits(session: Session, user: User, since: date, now: datetime) -> list[FlagHit]:
    return await hits.between(session, user.id, since, today(user, now) + timedelta(days=1))


def _sign(hit: FlagHit, begun_at: datetime | None = None) -> Sign:
    return Sign(
        hit.rule,
        hit.level,
        hit.hit_on,
        hit.answer is HitAnswer.SEEN_DOCTOR,
        begun_at is not None and hit.hit_at >= begun_at,
    )


async def refusal(session: Session, user: User, subject: Subject, now: datetime) -> Refusal | None:
    """Why this person cannot test this now; None: they can."""
    on = today(user, now)
    found = await _hits(session, user, on - LOOKS_BACK, now)
    return rules.refusal(
        subject, [_sign(hit) for hit in found], on, drinks_are_free=await may_drink(session, user)
    )


async def may_drink(session: Session, user: User) -> bool:
    """Whether nobody has limited this person's drinks."""
    return rules.drinks_are_free(user.fluids, await profile(session, user.id))


async def note_seen(session: Session, user: User, now: datetime) -> None:
    """A doctor has seen everything that keeps this person from a test. Not what is of today."""
    on = today(user, now)
    for hit in await _hits(session, user, on - LOOKS_BACK, now):
        if rules.blocking([_sign(hit)], on) and hit.hit_on < on:
            hits.set_answer(session, hit, HitAnswer.SEEN_DOCTOR, now)


# Starting and stopping ---------------------------------------------------------------------------


async def reminders_behind(
    session: Session, user: User, subject: Subject, slot: int
) -> list[Reminder]:
    """The reminders that follow a test's blocks."""
    found = [
        await reminders.reminder_of(session, user.id, kind, slot if kind is Kind.CUSTOM else 0)
        for kind in KINDS[subject]
    ]
    return [one for one in found if one is not None]


async def own_reminder(session: Session, user_id: int, slot: int | None) -> Reminder | None:
    """A reminder in the person's own words."""
    if slot is None:
        return None
    return await reminders.reminder_of(session, user_id, Kind.CUSTOM, slot)


async def prepare_own(
    session: Session, user: User, words: str, now: datetime, slot: int
) -> Reminder | None:
    """Keep the words of a test as a reminder that is off until the test begins.

    None when the person has as many reminders as there may be.
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
    """When a test's own reminder is to come, once it begins."""
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
    """Begin a test with the next evening, and have its reminders follow it.

    Args:
        nonce: names the card that it was started from; the same card starts one test, ever.
        slot: of the reminder in the person's own words, when it is about those.

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
    """Switch the habit's reminder on, and have it rest in the blocks without the habit."""
    for number, reminder in enumerate(found):
        if number == 0:
            reminder.enabled = True
        session.add(reminder)
        await session.flush()
        spans = course_of(experiment).spans(WITHOUT)
        await reminders.set_rests(session, user, reminder.kind, spans, now, reminder.slot)


async def reminders_of_test(session: Session, user: User, experiment: Experiment) -> list[Reminder]:
    """The reminders of a stored test; its own one is known by its words and the rests it has."""
    subject = subject_of(experiment)
    if subject is not Subject.OTHER:
        return await reminders_behind(session, user, subject, 0)
    found = await session.exec(
        select(Reminder)
        .where(
            Reminder.user_id == user.id,
            Reminder.kind == Kind.CUSTOM,
            Reminder.words == experiment.words,
        )
        .order_by(col(Reminder.rests).is_(None), col(Reminder.slot).desc())
    )
    return list(found)[:1]


async def stop(
    session: Session, user: User, experiment: Experiment, why: Why, on: date, now: datetime
) -> None:
    """End a test before its time. Its reminders come every evening again, as they are set."""
    experiment.status = TrialStatus.STOPPED
    experiment.stopped_on, experiment.stopped_why = on, why.value
    session.add(experiment)
    for reminder in await reminders_of_test(session, user, experiment):
        await reminders.set_rests(session, user, reminder.kind, (), now, reminder.slot)


async def go_on(session: Session, user: User, experiment: Experiment, now: datetime) -> None:
    """Take a stop back: the test runs as it was drawn."""
    experiment.status = TrialStatus.RUNNING
    experiment.stopped_on = experiment.stopped_why = None
    session.add(experiment)
    found = await reminders_of_test(session, user, experiment)
    await _follow(session, user, experiment, found, now)


async def settle(session: Session, user: User, experiment: Experiment, now: datetime) -> bool:
    """Bring a running test to its end when it has come: whoever looks first does it, once.

    Returns:
        Whether it has ended just now.
    """
    if experiment.status is not TrialStatus.RUNNING:
        return False
    course, night_on = course_of(experiment), tonight(user, now)
    found = await _hits(session, user, experiment.starts_on - LOOKS_BACK, now)
    sign = rules.stopping_sign(_sign(hit, experiment.created_at) for hit in found)
    if sign is not None and sign.hit_on <= course.last_on:
        await stop(session, user, experiment, Why.WARNING_SIGN, sign.hit_on, now)
        return True
    is_over = night_on > course.last_on
    subject = subject_of(experiment)
    if subject is Subject.DRINKS and not is_over and not await may_drink(session, user):
        await stop(session, user, experiment, Why.FLUIDS, today(user, now), now)
        return True
    counts = (await record(session, user, experiment, now)).counts
    if rules.fell_silent(course, counts, night_on):
        await stop(session, user, experiment, Why.NO_ENTRIES, today(user, now), now)
        return True
    if is_over:
        experiment.status = TrialStatus.FINISHED
        session.add(experiment)
        for reminder in await reminders_of_test(session, user, experiment):
            await reminders.set_rests(session, user, reminder.kind, (), now, reminder.slot)
    return is_over


# What the diary says -----------------------------------------------------------------------------


async def record(session: Session, user: User, experiment: Experiment, now: datetime) -> Record:
    """What the diary knows of a test, up to its end or to where it was stopped.

    A night that has not ended counts once something is logged in it.
    """
    course = course_of(experiment)
    last_on = min(course.last_on, tonight(user, now))
    if experiment.stopped_on is not None:
        last_on = min(last_on, experiment.stopped_on - timedelta(days=1))
    facts = await facts_between(session, user.id, course.starts_on, last_on)
    covered = facts.covered_nights()
    first = course.starts_on
    ended = min(last_on, tonight(user, now) - timedelta(days=1))
    over = [first + timedelta(days=day) for day in range((ended - first).days + 1)]
    known = {fact.night_on: fact.done for fact in facts.habits if fact.habit == experiment.habit}
    if subject_of(experiment) is Subject.OTHER:
        known = await _answers(session, user, experiment, last_on) | known
    means_no = experiment.habit in DONE_IS_NO
    kept = {}
    for arm in (WITH, WITHOUT):
        own = [
            done != means_no for night_on, done in known.items() if course.arm_of(night_on) == arm
        ]
        kept[arm] = Kept(sum(own), len(own))
    return Record(
        tallies(course, facts.cramp_nights(), covered),
        facts.cramp_nights(),
        covered,
        len(over),
        sum(night_on in covered for night_on in over),
        sum(night_on not in covered for night_on in over[-7:]),
        kept,
    )


async def _answers(
    session: Session, user: User, experiment: Experiment, last_on: date
) -> dict[date, bool]:
    """What the answers to a reminder of the person's own tell of its evenings."""
    found = await reminders_of_test(session, user, experiment)
    if not found:
        return {}
    rows = await session.exec(
        select(Delivery).where(
            Delivery.reminder_id == found[0].id,
            col(Delivery.night_on).between(experiment.starts_on, last_on),
            col(Delivery.answer).in_((Answer.DONE, Answer.SKIPPED)),
        )
    )
    told: dict[date, bool] = {}
    for one in rows:
        told[one.night_on] = told.get(one.night_on, False) or one.answer is Answer.DONE
    return told


async def usual_nights(session: Session, user: User, now: datetime) -> float | None:
    """Cramp nights a week over the last eight weeks; None when too few nights are covered."""
    last_on = tonight(user, now) - timedelta(days=1)
    facts = await facts_between(session, user.id, last_on - BASELINE + timedelta(days=1), last_on)
    covered = len(facts.covered_nights())
    return None if covered < LEAST_BASELINE else 7 * len(facts.cramp_nights()) / covered


async def evening_told(session: Session, experiment: Experiment, night_on: date) -> bool | None:
    """Whether the habit was kept on an evening, as far as the person said; None: not said."""
    found = await session.exec(
        select(HabitDay).where(
            HabitDay.user_id == experiment.user_id,
            HabitDay.night_on == night_on,
            HabitDay.habit == experiment.habit,
        )
    )
    day = found.one_or_none()
    return None if day is None else day.done != (experiment.habit in DONE_IS_NO)


async def tell_evening(
    session: Session, experiment: Experiment, night_on: date, kept: bool, now: datetime
) -> None:
    """Note whether the habit was kept on an evening. The same twice changes nothing."""
    done = kept != (experiment.habit in DONE_IS_NO)
    insert = insert_for(session)(HabitDay).values(
        user_id=experiment.user_id,
        night_on=night_on,
        habit=experiment.habit,
        done=done,
        answered_at=now,
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "night_on", "habit"],
            set_={"done": done, "answered_at": now},
        )
    )


def note_told(session: Session, experiment: Experiment, now: datetime) -> None:
    """The person has been told the result. The first time counts."""
    if experiment.told_at is None:
        experiment.told_at = now
        session.add(experiment)
