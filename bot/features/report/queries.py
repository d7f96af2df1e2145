"""What a report is made of, out of the rows. No Telegram, no commit."""

from datetime import date, datetime, timedelta

from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import Experiment, ReportDraft, TrialStatus, User, WeeklySummary
from bot.features.diary import hits
from bot.features.diary.queries import facts_between
from bot.features.experiments.design import WITH, WITHOUT, arm
from bot.features.experiments.queries import course_of, ended, topic_of
from bot.features.experiments.record_queries import record
from bot.features.health_profile.queries import medicines_of, profile_of
from bot.features.report.contents import Event, Material, Taken, Trial
from bot.features.summary.queries import first_night
from bot.features.summary.stats import NIGHTS
from bot.local_time.nights import is_quiet, local_time, night_of
from bot.local_time.person import zone_of

PERIODS = (4, 8, 12)
"""Weeks that a report can span."""
USUAL_WEEKS = 8
NOTE = "note."


def last_night(user: User, now: datetime) -> date:
    """The last night that is over: from wake time on, the one that the person got up from."""
    local = local_time(now, zone_of(user))
    tonight = night_of(local)
    is_over = tonight < local.date() and not is_quiet(local.time(), user.bed_time, user.wake_time)
    return tonight if is_over else tonight - timedelta(days=1)


async def draft_of(session: Session, user: User, now: datetime) -> ReportDraft:
    """The person's draft, made on first sight; its period always ends with the last night."""
    last_on = last_night(user, now)
    await session.exec(
        insert_for(session)(ReportDraft)
        .values(user_id=user.id, weeks=USUAL_WEEKS, last_on=last_on, updated_at=now)
        .on_conflict_do_nothing()
    )
    draft = await session.get_one(ReportDraft, user.id)
    draft.last_on, draft.updated_at = last_on, now
    session.add(draft)
    return draft


def marked(draft: ReportDraft) -> tuple[frozenset[str], frozenset[str]]:
    """Codes of lines that are left out, and of notes that are taken in."""
    codes = frozenset(code for code in draft.left_out.split(",") if code)
    notes = frozenset(code for code in codes if code.startswith(NOTE))
    return codes - notes, notes


def mark(draft: ReportDraft, code: str, *, present: bool) -> bool:
    """Leave a line out or take it in again; False when no more fits.

    A note is stored when it is taken in, any other line when it is left out.
    """
    codes = {one for one in draft.left_out.split(",") if one}
    stored = present if code.startswith(NOTE) else not present
    codes = codes | {code} if stored else codes - {code}
    text = ",".join(sorted(codes))
    if len(text) > 1000:
        return False
    draft.left_out = text
    return True


async def material_of(session: Session, user: User, draft: ReportDraft, now: datetime) -> Material:
    """Everything that the report is made of."""
    last_on = draft.last_on
    first_on = last_on - timedelta(days=draft.weeks * NIGHTS - 1)
    first = await first_night(session, user)
    today = local_time(now, zone_of(user)).date()
    found = await hits.between(session, user.id, first_on, today)
    medicines = await medicines_of(session, user.id)
    return Material(
        facts=await facts_between(session, user.id, min(first, first_on), last_on),
        first_on=first_on,
        last_on=last_on,
        made_on=today,
        name=draft.name,
        questions=draft.questions,
        profile=await profile_of(session, user.id),
        medicines=[Taken(one.uid, one.words, one.started_on) for one in medicines],
        events=[Event(hit.rule, hit.level, hit.hit_on) for hit in found if hit.shown],
        limited=await _limited(session, user.id, first_on, last_on),
        trials=await _trials(session, user, first_on, now),
        begun_on=first,
    )


async def _limited(session: Session, user_id: int, first_on: date, last_on: date) -> list[str]:
    found = await session.exec(
        select(WeeklySummary).where(
            WeeklySummary.user_id == user_id,
            col(WeeklySummary.week_on).between(first_on, last_on),
            col(WeeklySummary.limited).is_not(None),
        )
    )
    return [row.limited for row in found if row.limited is not None]


async def _trials(session: Session, user: User, first_on: date, now: datetime) -> list[Trial]:
    """Fair tests that went their whole length and ended in the report's time."""
    found = []
    for experiment in await ended(session, user.id):
        trial = await _trial(session, user, experiment, now)
        if trial is not None and trial.last_on >= first_on:
            found.append(trial)
    return found


async def _trial(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> Trial | None:
    if experiment.status is not TrialStatus.FINISHED:
        return None
    counts = (await record(session, user, experiment, now)).counts
    order, days = experiment.blocks, experiment.block_days
    return Trial(
        experiment.uid,
        topic_of(experiment),
        experiment.starts_on,
        course_of(experiment).last_on,
        len(order),
        days,
        arm(order, counts, WITH, days),
        arm(order, counts, WITHOUT, days),
    )
