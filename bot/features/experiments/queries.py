"""Rows of fair tests, and whether a person may start one. No Telegram, no commit."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Experiment,
    FlagHit,
    Habit,
    HabitDay,
    HitAnswer,
    Kind,
    TrialStatus,
    User,
)
from bot.dispatch.claims import UserFlag
from bot.features.diary import hits, limits
from bot.features.diary.queries import facts_between
from bot.features.experiments import rules
from bot.features.experiments.design import Course
from bot.features.experiments.rules import CLOSED_LIST, LOOK_BACK, Refusal, Sign, Subject, Topic
from bot.features.health_profile import queries as health
from bot.features.health_profile.gate_queries import gates_for
from bot.features.health_profile.gates import Gates
from bot.local_time.nights import local_time, nights_of
from bot.local_time.person import zone_of

HABITS = {
    Subject.STRETCH: Habit.STRETCH_DONE,
    Subject.CAFFEINE: Habit.CAFFEINE_AFTER_CUTOFF,
    Subject.COVERS: Habit.COVERS,
    Subject.PILLOW: Habit.PILLOW,
    Subject.WALK: Habit.WALK,
    Subject.WARMTH: Habit.WARMTH,
    Subject.SHOES: Habit.SHOES,
    Subject.BREAKS: Habit.BREAKS,
    Subject.SCREEN_OFF: Habit.SCREEN_OFF,
    Subject.DRINK_WITH_MEALS: Habit.DRINK_WITH_MEALS,
    Subject.MG_MEAL: Habit.MAGNESIUM_RICH_MEAL,
    Subject.ALCOHOL: Habit.NO_ALCOHOL,
    Subject.DRINKS: Habit.HYDRATION_DONE,
    Subject.OTHER: Habit.OTHER,
}
"""Subject of a test → the habit whose days are counted."""
SUBJECTS = {habit: subject for subject, habit in HABITS.items()}
LISTED_HABITS = frozenset(HABITS[subject] for subject in CLOSED_LIST)
"""The habits of the closed list; a test of another one is from an earlier version."""
KINDS = {
    Subject.STRETCH: (Kind.STRETCH,),
    Subject.CAFFEINE: (Kind.CAFFEINE, Kind.DINNER_CAFFEINE),
    Subject.DRINKS: (Kind.HYDRATION,),
    Subject.MG_MEAL: (Kind.MEAL,),
}
"""Subject → kinds of reminders that follow the blocks; the first is switched on for the test. The
other subjects have a reminder of the test's own; see ``own_reminders.py``."""
INVERTED_HABITS = frozenset({Habit.CAFFEINE_AFTER_CUTOFF})
"""Habits that the test leaves out: the row says "late caffeine", the test is about none."""
BASELINE = timedelta(weeks=8)
"""The span from which the usual number of cramp nights is computed."""
LEAST_BASELINE = 14
"""Covered nights that are needed for it."""


def course_of(experiment: Experiment) -> Course:
    """The blocks of a stored test on the calendar."""
    return Course(experiment.blocks, experiment.block_days, experiment.starts_on)


def subject_of(experiment: Experiment) -> Subject:
    """The subject of a stored test."""
    return SUBJECTS[experiment.habit]


def topic_of(experiment: Experiment) -> Topic:
    """What a stored test is about. Only an old test is named by the person's own words."""
    subject = subject_of(experiment)
    return Topic(subject, experiment.words if subject is Subject.OTHER else None)


def tonight(user: User, now: datetime) -> date:
    """The night where the person is that is not over: the coming one, once they got up."""
    return nights_of(user).first_unfinished(local_time(now, zone_of(user)))


def today(user: User, now: datetime) -> date:
    """The date where the person is."""
    return local_time(now, zone_of(user)).date()


def waking_day(user: User, now: datetime) -> date:
    """The date of the waking day: its evening's, for who is up all night."""
    return nights_of(user).evening_on(local_time(now, zone_of(user)))


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
"""Whether a person has a running test, or an ended one whose result was not shown yet."""
HAS_RUNNING_TEST = sa.exists().where(
    col(Experiment.user_id) == sa.bindparam("user_id"),
    col(Experiment.status) == TrialStatus.RUNNING,
)
"""Whether a person has a running test."""


async def running(session: Session, user_id: int) -> Experiment | None:
    """The person's running test, or None."""
    found = await session.exec(
        select(Experiment)
        .where(Experiment.user_id == user_id, Experiment.status == TrialStatus.RUNNING)
        .order_by(col(Experiment.id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def newest(session: Session, user_id: int) -> Experiment | None:
    """The running test, else the one that was started last."""
    test = await running(session, user_id)
    if test is not None:
        return test
    found = await ended(session, user_id)
    return found[0] if found else None


async def ended(session: Session, user_id: int) -> list[Experiment]:
    """The person's tests that have ended, newest first."""
    found = await session.exec(
        select(Experiment)
        .where(Experiment.user_id == user_id, Experiment.status != TrialStatus.RUNNING)
        .order_by(col(Experiment.created_at).desc(), col(Experiment.id).desc())
    )
    return list(found)


async def evening_answer(session: Session, experiment: Experiment, night_on: date) -> bool | None:
    """Whether the habit was kept on an evening, by the person's own answer; None without one."""
    found = await session.exec(
        select(HabitDay).where(
            HabitDay.user_id == experiment.user_id,
            HabitDay.night_on == night_on,
            HabitDay.habit == experiment.habit,
        )
    )
    day = found.one_or_none()
    return None if day is None else day.done != (experiment.habit in INVERTED_HABITS)


async def set_evening_answer(
    session: Session, experiment: Experiment, night_on: date, kept: bool, now: datetime
) -> None:
    """Store whether the habit was kept on an evening. Idempotent."""
    done = kept != (experiment.habit in INVERTED_HABITS)
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


def note_result_shown(session: Session, experiment: Experiment, now: datetime) -> None:
    """Note when the result was first shown."""
    if experiment.told_at is None:
        experiment.told_at = now
        session.add(experiment)


# Who may start a test ----------------------------------------------------------------------------


async def hits_since(session: Session, user: User, since: date, now: datetime) -> list[FlagHit]:
    """The warning signs that were met from a local date on, without those that were withdrawn."""
    found = await hits.between(session, user.id, since, today(user, now) + timedelta(days=1))
    return [hit for hit in found if hit.withdrawn_at is None]


def sign_of(hit: FlagHit, begun_at: datetime | None = None) -> Sign:
    """A stored warning sign as the rules read it; ``begun_at`` is when the test was started."""
    return Sign(
        hit.rule,
        hit.level,
        hit.hit_on,
        hit.answer is HitAnswer.SEEN_DOCTOR,
        begun_at is not None and hit.hit_at >= begun_at,
    )


async def gates(session: Session, user: User, now: datetime) -> Gates:
    """What the person's answers about health switch on and off."""
    return await gates_for(session, user, today(user, now))


async def refusal(session: Session, user: User, subject: Subject, now: datetime) -> Refusal | None:
    """Why this person cannot start a test of this now; None when they can, once they answered."""
    tests = select(sa.func.count()).select_from(Experiment).where(Experiment.user_id == user.id)
    if (await session.exec(tests)).one() >= limits.FAIR_TESTS:
        return Refusal.TOO_MANY
    on = today(user, now)
    found = await hits_since(session, user, on - LOOK_BACK, now)
    signs = [sign_of(hit) for hit in found]
    return rules.refusal(subject, signs, on, await gates(session, user, now))


async def asks_doctor_first(session: Session, user_id: int) -> bool:
    """Whether the person should ask a doctor or pharmacist before any test."""
    profile = await health.profile_of(session, user_id)
    medicines = await health.medicines_of(session, user_id)
    taken = [one for one in medicines if one.stopped_on is None]
    return rules.asks_doctor_first(profile, len(taken))


async def blocking_hits(session: Session, user: User, now: datetime) -> list[FlagHit]:
    """The stored signs that keep a test from starting."""
    on = today(user, now)
    found = await hits_since(session, user, on - LOOK_BACK, now)
    chosen = {(one.rule, one.hit_on) for one in rules.blocking(map(sign_of, found), on)}
    return [hit for hit in found if (hit.rule, hit.hit_on) in chosen]


async def note_seen(session: Session, user: User, now: datetime) -> None:
    """Mark the signs that block a test as seen by a doctor, except those of today."""
    on = today(user, now)
    for hit in await blocking_hits(session, user, now):
        if hit.hit_on < on:
            hits.set_answer(session, hit, HitAnswer.SEEN_DOCTOR, now)
    await session.flush()


async def usual_nights(session: Session, user: User, now: datetime) -> float | None:
    """Cramp nights a week over the last eight weeks; None when too few nights are covered."""
    last_on = tonight(user, now) - timedelta(days=1)
    facts = await facts_between(session, user.id, last_on - BASELINE + timedelta(days=1), last_on)
    covered = len(facts.covered_nights())
    return None if covered < LEAST_BASELINE else 7 * len(facts.cramp_nights()) / covered
