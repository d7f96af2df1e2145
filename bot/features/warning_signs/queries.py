"""The diary as the rules read it, and the stored hits. No Telegram, no commit."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.cramp_values import YesNo
from bot.database.engine import Session, is_one_of
from bot.database.models import FlagHit, HitAnswer, Medicine, ProfileItem, User
from bot.features.diary import hits as stored
from bot.features.diary.facts import Facts
from bot.features.diary.rule_queries import (
    MOST_ENTRIES,
    covered_counts,
    first_stretch_on,
    rule_facts,
)
from bot.features.warning_signs import rules, selection
from bot.features.warning_signs.findings import (
    LOOK_BACK_NIGHTS,
    MONTH,
    Counted,
    Diary,
    Hit,
    StretchRun,
    Weeks,
)
from bot.features.warning_signs.frequency_rules import has_stretched_enough, stretched_nights
from bot.features.warning_signs.rules import RULES
from bot.features.warning_signs.selection import SHOWN_AT_ONCE, Nudge
from bot.features.warning_signs.silence import FORGOTTEN_AFTER, Past
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of

PREGNANT = ("pregnant", "yes")
"""The item of the health profile, and its value, that P14 needs."""
SUMMARY_RULES = tuple(rule for rule in RULES if rule not in SHOWN_AT_ONCE)
"""Rules about several nights, which are mentioned."""
LOOKED_AT_AGAIN = tuple(rule for rule in SUMMARY_RULES if rule not in {"P10", "P12"})
"""Rules whose hits are looked at again after a change of the nights that they counted."""
_INSTANT = Medicine.__table__.c.worse_asked_at.type  # type: ignore[attr-defined]
DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=LOOK_BACK_NIGHTS)
MOST_NIGHTS = timedelta(days=31)
"""When a change is of nights that are further apart, no hit is looked at again."""
FEWEST_FOR_TREND = 60
"""Covered nights below which twelve weeks cannot have five in each, so that P4 cannot be met."""
WeeksOf = Callable[[Session, User], Awaitable[Weeks]]
"""Reads what the weeks of a diary are counted from; the feature of summaries hands it in."""
HAS_PATTERNS = sa.or_(
    sa.exists().where(
        col(FlagHit.user_id) == sa.bindparam("user_id"),
        col(FlagHit.hit_on) > sa.bindparam("first_changed"),
        is_one_of(col(FlagHit.rule), LOOKED_AT_AGAIN),
    ),
    sa.exists().where(
        col(Medicine.user_id) == sa.bindparam("user_id"), col(Medicine.worse_after) == YesNo.YES
    ),
)
"""Whether rules may be met or were met, whatever the entries say; built once."""


# The diary ---------------------------------------------------------------------------------------


_TOLD = (
    sa.select(sa.literal(True), sa.cast(sa.null(), _INSTANT))
    .where(
        sa.exists().where(
            col(ProfileItem.user_id) == sa.bindparam("user_id"),
            col(ProfileItem.item) == PREGNANT[0],
            col(ProfileItem.value) == PREGNANT[1],
        )
    )
    .union_all(
        sa.select(sa.literal(False), col(Medicine.worse_asked_at)).where(
            col(Medicine.user_id) == sa.bindparam("user_id"),
            col(Medicine.worse_after) == YesNo.YES,
        )
    )
)
"""Whether the person is pregnant, and when they were asked about medicines; built once."""


async def _diary(session: Session, user: User, facts: Facts, on: date, weeks_of: WeeksOf) -> Diary:
    """What the rules read on a local date, from the facts of the nights before it."""
    told = await (await session.connection()).execute(_TOLD, {"user_id": user.id})
    rows = told.all()
    zone = zone_of(user)
    has_long_diary = len(facts.covered_nights()) >= FEWEST_FOR_TREND
    return Diary(
        facts,
        pregnant=any(is_pregnant for is_pregnant, _at in rows),
        worse_after=tuple(local_time(at, zone).date() for _one, at in rows if at is not None),
        weeks=await weeks_of(session, user) if has_long_diary else None,
        stretching=await _stretch_run(session, user.id, facts, on),
    )


async def _stretch_run(session: Session, user_id: int, facts: Facts, on: date) -> StretchRun | None:
    """Since when a person has stretched; read only if they stretched often enough for P12."""
    if not has_stretched_enough(stretched_nights(facts, on)):
        return None
    began_on = await first_stretch_on(session, user_id)
    if began_on is None:
        return None
    first_on = began_on - timedelta(days=MONTH)
    before = await covered_counts(session, user_id, first_on, began_on - DAY)
    return StretchRun(began_on, *before)


# Looking -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """What a look at a diary found."""

    today: date
    """The local date."""
    on: date
    """Only nights before this date were counted."""
    chosen: Hit | None
    """The rule that may be mentioned now, if there is one."""


async def look(
    session: Session,
    user: User,
    now: datetime,
    weeks_of: WeeksOf,
    *,
    changed: Collection[date] = (),
    summary_on: date | None = None,
) -> Look:
    """Store the rules that are newly met, and choose what may be mentioned.

    Args:
        session: the open transaction, which is flushed.
        user: whose diary.
        now: an aware instant.
        weeks_of: reads what the weeks of the diary are counted from.
        changed: nights that changed: hits that counted them are looked at again.
        summary_on: the local date of the summary that looks: only nights before it count. None:
            all nights up to now.
    """
    today = summary_on or local_time(now, zone_of(user)).date()
    rows = await stored.between(
        session, user.id, today - FORGOTTEN_AFTER, today, with_withdrawn=True
    )
    facts = await rule_facts(session, user.id, today - LOOK_BACK, today)
    is_tonight = summary_on is None and any(fact.night_on == today for fact in facts.cramps)
    on = today + DAY if is_tonight else today
    diary = await _diary(session, user, facts, on, weeks_of)
    await _look_again(session, user, rows, changed, diary.weeks, now)
    past = _past(rows, zone_of(user))
    found = rules.hits(diary, on)
    for hit in found:
        if hit.rule not in SHOWN_AT_ONCE and selection.is_new(hit, today, past):
            await record(session, user.id, hit, today, on, now, shown=False)
    return Look(today, on, selection.choose(found, today, past))


def _counted_before(row: FlagHit) -> date:
    """The date before which the nights are that a hit counted."""
    return date.fromisoformat(row.counted["before"]) if row.counted else row.hit_on


def _counting(rows: Collection[FlagHit], changed: Collection[date]) -> list[FlagHit]:
    """The hits of rules that may have counted one of the changed nights.

    After an import none is looked at again: it changes many nights, and takes none away.
    """
    if not changed or max(changed) - min(changed) > MOST_NIGHTS:
        return []
    return [
        row
        for row in rows
        if row.rule in LOOKED_AT_AGAIN
        and min(changed) < _counted_before(row)
        and max(changed) >= _counted_before(row) - LOOK_BACK
    ]


async def _look_again(
    session: Session,
    user: User,
    rows: Collection[FlagHit],
    changed: Collection[date],
    weeks: Weeks | None,
    now: datetime,
) -> None:
    """Withdraw hits that are not met any more after a change, and put back what is met again."""
    again = _counting(rows, changed)
    if not again:
        return
    days = [_counted_before(row) for row in again]
    facts = await rule_facts(session, user.id, min(days) - LOOK_BACK, max(days) - DAY)
    if len(facts.cramps) == MOST_ENTRIES:
        return  # the oldest nights may be missing
    diary = Diary(facts, pregnant=True, weeks=weeks)  # who was pregnant then may not be now
    for row, before in zip(again, days, strict=True):
        finding = RULES[row.rule](diary, before)
        if finding.level is not None:
            row.withdrawn_at, row.level = None, finding.level.value
            row.counted = _counted_values(Counted(finding.numbers, finding.nights), before)
        elif row.withdrawn_at is None:
            row.withdrawn_at = now
        session.add(row)


async def record(
    session: Session, user_id: int, hit: Hit, hit_on: date, on: date, now: datetime, *, shown: bool
) -> FlagHit:
    """Store a rule that is met, with what it counted before the date ``on``."""
    counted = _counted_values(hit.counted, on)
    return await stored.record(
        session, user_id, hit.rule, hit.level.value, hit_on, now, shown=shown, counted=counted
    )


def _counted_values(counted: Counted, on: date) -> dict[str, Any]:
    """What a rule counted, as it is stored."""
    nights = [night.isoformat() for night in counted.nights]
    return {"before": on.isoformat(), "numbers": list(counted.numbers), "nights": nights}


def _past(rows: Collection[FlagHit], zone: str) -> list[Past]:
    """Earlier hits. A withdrawn one keeps nothing from being told, but an answer to it stands."""
    return [
        Past(
            row.rule,
            row.level,
            row.hit_on,
            row.shown and row.withdrawn_at is None,
            local_time(row.answered_at, zone).date()
            if row.answer is HitAnswer.SEEN_DOCTOR and row.answered_at is not None
            else None,
        )
        for row in rows
        if row.withdrawn_at is None or row.answer is not None
    ]


# Mentioning --------------------------------------------------------------------------------------


def nudge_of(hit: FlagHit) -> Nudge:
    """A stored hit as it is mentioned."""
    counted = hit.counted or {}
    return Nudge(
        hit.id or 0,
        hit.rule,
        hit.level,
        hit.answer,
        Counted(
            tuple(counted.get("numbers", ())),
            tuple(map(date.fromisoformat, counted.get("nights", ()))),
        ),
    )


async def note_mention(session: Session, user_id: int, found: Look, now: datetime) -> Nudge | None:
    """Store that the chosen rule is mentioned now; None when none was chosen."""
    if found.chosen is None:
        return None
    return nudge_of(
        await record(session, user_id, found.chosen, found.today, found.on, now, shown=True)
    )


async def shown_nudge(session: Session, user_id: int, on: date) -> Nudge | None:
    """The nudge that the summary of a local date has mentioned, whatever has changed since."""
    return (await shown_nudges(session, user_id, [on])).get(on)


async def shown_nudges(
    session: Session, user_id: int, days: Collection[date]
) -> Mapping[date, Nudge]:
    """Local date → the nudge that its summary has mentioned."""
    found = await session.exec(
        select(FlagHit)
        .where(
            FlagHit.user_id == user_id,
            col(FlagHit.hit_on).in_(days),
            col(FlagHit.rule).in_(SUMMARY_RULES),
            col(FlagHit.withdrawn_at).is_(None),
            # An answered hit was shown, even if the sending could not be recorded.
            col(FlagHit.shown).is_(True) | col(FlagHit.answer).is_not(None),
        )
        .order_by(col(FlagHit.id).desc())
    )
    return {hit.hit_on: nudge_of(hit) for hit in found}  # the first hit of a day is the last here


async def choose_nudge(
    session: Session, user: User, on: date, now: datetime, weeks_of: WeeksOf
) -> Nudge | None:
    """Store the rules that are newly met on a local date, and choose what its summary mentions.

    They are stored as not shown; call :func:`note_shown` when the summary was sent. Idempotent for
    a date.
    """
    already = await shown_nudge(session, user.id, on)
    if already is not None:
        return already
    found = await look(session, user, now, weeks_of, summary_on=on)
    if found.chosen is None:
        return None
    return nudge_of(await record(session, user.id, found.chosen, on, on, now, shown=False))


async def note_shown(session: Session, user_id: int, hit_id: int) -> None:
    """Note that a hit was mentioned to the person."""
    hit = await stored.owned(session, hit_id, user_id)
    if hit is not None:
        hit.shown = True
        session.add(hit)


def take_answer_back(session: Session, hit: FlagHit) -> None:
    """Delete the answer to a hit."""
    hit.answer, hit.answered_at = None, None
    session.add(hit)
