"""What the diary says about a fair test: nights, cramps, and whether the habit was kept.

No Telegram, no commit.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Answer, Delivery, Experiment, User
from bot.features.diary.queries import facts_between
from bot.features.experiments.design import WITH, WITHOUT, Adherence, Tally, tallies
from bot.features.experiments.own_reminders import behind
from bot.features.experiments.queries import (
    INVERTED_HABITS,
    KINDS,
    course_of,
    subject_of,
    tonight,
)


@dataclass(frozen=True)
class Record:
    """What the diary says about a test so far."""

    counts: tuple[Tally, ...]
    """One for each block."""
    cramp_nights: frozenset[date]
    covered_nights: frozenset[date]
    nights_over: int
    """Nights of the test that have ended."""
    covered: int
    """Nights of these with an entry."""
    recent_missing: int
    """Nights without an entry among the last seven that have ended."""
    kept: dict[str, Adherence]
    """Arm → evenings on which the habit was kept."""


async def record(session: Session, user: User, experiment: Experiment, now: datetime) -> Record:
    """Count the nights of a test, up to its last night or to the day on which it was stopped.

    The current night counts once something is logged in it.
    """
    course = course_of(experiment)
    last_on = min(course.last_on, tonight(user, now))
    if experiment.stopped_on is not None:
        last_on = min(last_on, experiment.stopped_on - timedelta(days=1))
    facts = await facts_between(session, user.id, course.starts_on, last_on)
    covered = facts.covered_nights()
    last_ended_on = min(last_on, tonight(user, now) - timedelta(days=1))
    number = (last_ended_on - course.starts_on).days + 1
    ended = [course.starts_on + timedelta(days=day) for day in range(number)]
    known = {fact.night_on: fact.done for fact in facts.habits if fact.habit == experiment.habit}
    if subject_of(experiment) not in KINDS:
        known = await _answers(session, user, experiment, last_on) | known
    is_inverted = experiment.habit in INVERTED_HABITS
    kept = {}
    for arm in (WITH, WITHOUT):
        evenings = [
            done != is_inverted
            for night_on, done in known.items()
            if course.arm_of(night_on) == arm
        ]
        kept[arm] = Adherence(sum(evenings), len(evenings))
    return Record(
        tallies(course, facts.cramp_nights(), covered),
        facts.cramp_nights(),
        covered,
        len(ended),
        sum(night_on in covered for night_on in ended),
        sum(night_on not in covered for night_on in ended[-7:]),
        kept,
    )


async def _answers(
    session: Session, user: User, experiment: Experiment, last_on: date
) -> dict[date, bool]:
    """Night → whether the habit was done, by the answers to the test's own reminder."""
    found = await behind(session, user, experiment)
    if not found:
        return {}
    rows = await session.exec(
        select(Delivery).where(
            Delivery.reminder_id == found[0].id,
            col(Delivery.night_on).between(experiment.starts_on, last_on),
            col(Delivery.answer).in_((Answer.DONE, Answer.SKIPPED)),
        )
    )
    done: dict[date, bool] = {}
    for one in rows:
        done[one.night_on] = done.get(one.night_on, False) or one.answer is Answer.DONE
    return done
