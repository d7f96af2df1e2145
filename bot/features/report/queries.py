"""Reads the data of a report, and reads and changes its draft. No Telegram, no commit."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Experiment,
    FlagHit,
    Medicine,
    NightCheck,
    NightExposure,
    ProfileItem,
    ReportDraft,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.features.cramps.signs import OLD_CODES, TIER_OF
from bot.features.diary import hits
from bot.features.diary.queries import facts_without_cramps, first_covered_nights
from bot.features.experiments.design import WITH, WITHOUT, arm
from bot.features.experiments.queries import course_of, ended, topic_of
from bot.features.experiments.record_queries import record
from bot.features.health_profile.queries import medicines_of, profile_of
from bot.features.report.report_data import FairTest, ListedMedicine, ReportData, WarningSign
from bot.features.report.typed_fields import TYPED_FIELDS
from bot.features.summary.comparisons import BASELINE_NIGHTS
from bot.features.summary.queries import beginning_and_tonight, first_night
from bot.features.summary.stats import NIGHTS
from bot.features.summary.weeks import newest_night
from bot.local_time.nights import is_quiet, local_time, nights_of
from bot.local_time.person import zone_of

DEFAULT_WEEKS = 8
NOTE_PREFIX = "note."
"""What the code of a note begins with; see :func:`bot.features.report.report_data.note_code`."""
MAX_STORED_CHARACTERS = 1000
"""The length of the column that stores the chosen codes."""
OF_ONE_ENTRY = frozenset({"P11", "P13", *TIER_OF, *OLD_CODES})
"""Signs of the cards that are ticked or met by a single entry; the other rules are about weeks."""
CODES_OF_OLD_ONES = {
    "covered": ("headline", "baseline", "at_once"),
    "coverage": ("headline",),
    "by_week": ("weeks", "strip"),
    "measures": ("headline", "total", "strength", "woke", "disturbance", "limited", "hours"),
    "where": ("headline", "sites", "sides", "durations", "contexts", "typical"),
    "symptoms": ("warning", "twitch", "urge", "rules"),
    "twitching": ("twitch",),
    "twitch_long": ("twitch",),
    "twitch_elsewhere": ("twitch",),
    "twitch_weak": ("twitch",),
    "led_up": ("noted",),
    "tried": ("relief",),
    "helped": ("relief",),
}
"""Code of a line or section of older versions → what stands in its place now.

So what somebody left out then does not come back by itself.
"""


def last_night(user: User, now: datetime) -> date:
    """The last night that is over. A night is over at the person's wake time."""
    local = local_time(now, zone_of(user))
    nights = nights_of(user)
    tonight = nights.of(local)
    is_asleep = is_quiet(local.time(), user.bed_time, user.wake_time)
    is_over = not is_asleep and not nights.is_to_come(tonight, local)
    return tonight if is_over else tonight - timedelta(days=1)


async def _newest_night(session: Session, user: User, now: datetime) -> date:
    """The last night that is over, or the present one once it has an entry, as in the week."""
    last_on, tonight = last_night(user, now), nights_of(user).of(local_time(now, zone_of(user)))
    if tonight == last_on:
        return last_on
    _begun, is_logged = await beginning_and_tonight(session, user, tonight)
    return newest_night(tonight, is_logged=is_logged)


async def draft_of(session: Session, user: User, now: datetime) -> ReportDraft:
    """The person's draft, created if there is none. Its period ends with the newest night.

    Of who took back their consent nothing is stored: their pages are made from a copy.
    """
    last_on = await _newest_night(session, user, now)
    if user.consent_withdrawn_at is not None:
        stored = await session.get(ReportDraft, user.id)
        values = {} if stored is None else stored.model_dump()
        return ReportDraft(**{"user_id": user.id, **values, "last_on": last_on, "updated_at": now})
    await session.exec(
        insert_for(session)(ReportDraft)
        .values(user_id=user.id, weeks=DEFAULT_WEEKS, last_on=last_on, updated_at=now)
        .on_conflict_do_nothing()
    )
    draft = await session.get_one(ReportDraft, user.id)
    draft.last_on, draft.updated_at = last_on, now
    session.add(draft)
    return draft


def chosen_codes(draft: ReportDraft) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of lines that are left out, and the codes of notes that are included."""
    stored = (code for code in draft.left_out.split(",") if code)
    codes = frozenset(one for code in stored for one in CODES_OF_OLD_ONES.get(code, (code,)))
    notes = frozenset(code for code in codes if code.startswith(NOTE_PREFIX))
    return codes - notes, notes


def choose(draft: ReportDraft, code: str, *, included: bool) -> bool:
    """Include a line or leave it out.

    A note is left out by default, so its code is stored when it is included. Any other line is
    included by default, so its code is stored when it is left out.

    Returns:
        False if nothing was changed, because no more codes fit into the column.
    """
    codes = {one for one in draft.left_out.split(",") if one}
    is_stored = included if code.startswith(NOTE_PREFIX) else not included
    codes = codes | {code} if is_stored else codes - {code}
    text = ",".join(sorted(codes))
    if len(text) > MAX_STORED_CHARACTERS:
        return False
    draft.left_out = text
    return True


async def report_data(
    session: Session, user: User, draft: ReportDraft, now: datetime
) -> ReportData:
    """Read the data for the report that a draft describes, except the entries of its period.

    There can be many of them, so they are read in slices.
    """
    last_on = draft.last_on
    first_on = last_on - timedelta(days=draft.weeks * NIGHTS - 1)
    first = await first_night(session, user)
    today = local_time(now, zone_of(user)).date()
    found = await hits.between(session, user.id, first_on, today)
    medicines = await medicines_of(session, user.id)
    facts = await facts_without_cramps(session, user.id, first_on, last_on)
    with_cramps, without = await first_covered_nights(session, user.id, BASELINE_NIGHTS)
    return ReportData(
        facts=replace(
            facts,
            cramps=tuple(one for one in with_cramps if one.night_on < first_on),
            checks=(*(one for one in without if one.night_on < first_on), *facts.checks),
        ),
        first_on=first_on,
        last_on=last_on,
        created_on=today,
        name=draft.name,
        questions=draft.questions,
        typed={field: getattr(draft, field) for field in TYPED_FIELDS if getattr(draft, field)},
        profile=await profile_of(session, user.id),
        told_on=await _told_on(session, user),
        medicines=[_listed(one) for one in medicines],
        warning_signs=[_sign(hit) for hit in found if hit.rule in OF_ONE_ENTRY],
        rules_met=[_sign(hit) for hit in found if hit.rule not in OF_ONE_ENTRY],
        sleep=await _sleep(session, user.id, first_on, last_on),
        exposures=await _exposures(session, user.id, first_on, last_on),
        limited=await _limited(session, user.id, first_on, last_on),
        fair_tests=await _fair_tests(session, user, first_on, now),
        diary_starts_on=first,
        night_begins=_night_begins(user, last_on),
    )


def _night_begins(user: User, night_on: date) -> time | None:
    nights = nights_of(user)
    return nights.span_of(night_on)[0].time() if nights.is_across_noon else None


def _listed(one: Medicine) -> ListedMedicine:
    return ListedMedicine(
        one.uid, one.words, one.started_on, one.changed_on, one.stopped_on, one.worse_after
    )


def _sign(hit: FlagHit) -> WarningSign:
    return WarningSign(hit.rule, hit.level, hit.hit_on, hit.shown)


async def _told_on(session: Session, user: User) -> dict[str, date]:
    """Item of the health profile → the local date on which it was told."""
    found = await session.exec(select(ProfileItem).where(ProfileItem.user_id == user.id))
    return {one.item: local_time(one.told_at, zone_of(user)).date() for one in found}


async def _sleep(session: Session, user_id: int, first_on: date, last_on: date) -> dict[date, int]:
    """Night → how the person slept, for the nights whose morning was answered."""
    found = await session.exec(
        select(NightCheck).where(
            NightCheck.user_id == user_id,
            col(NightCheck.night_on).between(first_on, last_on),
            col(NightCheck.sleep_quality).is_not(None),
        )
    )
    return {one.night_on: one.sleep_quality for one in found if one.sleep_quality is not None}


async def _exposures(
    session: Session, user_id: int, first_on: date, last_on: date
) -> dict[str, dict[date, bool]]:
    """What was asked about every night → night → whether it was so."""
    found = await session.exec(
        select(NightExposure).where(
            NightExposure.user_id == user_id, col(NightExposure.night_on).between(first_on, last_on)
        )
    )
    answers: dict[str, dict[date, bool]] = {}
    for one in found:
        answers.setdefault(one.exposure, {})[one.night_on] = one.present
    return answers


async def _limited(session: Session, user_id: int, first_on: date, last_on: date) -> list[str]:
    """Answers to whether cramps limited the person, one for each answered week."""
    found = await session.exec(
        select(WeeklySummary).where(
            WeeklySummary.user_id == user_id,
            col(WeeklySummary.week_on).between(first_on, last_on),
            col(WeeklySummary.limited).is_not(None),
        )
    )
    return [row.limited for row in found if row.limited is not None]


async def _fair_tests(
    session: Session, user: User, first_on: date, now: datetime
) -> list[FairTest]:
    """Fair tests that were completed on or after the first night of the report."""
    found = []
    for experiment in await ended(session, user.id):
        test = await _fair_test(session, user, experiment, now)
        if test is not None and test.last_on >= first_on:
            found.append(test)
    return found


async def _fair_test(
    session: Session, user: User, experiment: Experiment, now: datetime
) -> FairTest | None:
    """The counts of a completed test; None if the person stopped it early."""
    if experiment.status is not TrialStatus.FINISHED:
        return None
    counts = (await record(session, user, experiment, now)).counts
    order, days = experiment.blocks, experiment.block_days
    return FairTest(
        experiment.uid,
        topic_of(experiment),
        experiment.starts_on,
        course_of(experiment).last_on,
        len(order),
        days,
        arm(order, counts, WITH, days),
        arm(order, counts, WITHOUT, days),
    )
