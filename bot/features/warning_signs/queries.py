"""The diary as the rules look at it, and what is told of the signs met. No Telegram, no commit."""

from datetime import date, datetime, timedelta

from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import FlagHit, HitAnswer, Medicine, ProfileItem, User
from bot.features.diary import hits as stored
from bot.features.diary.queries import facts_between
from bot.features.warning_signs import patterns
from bot.features.warning_signs.patterns import (
    AT_ONCE,
    LOOKS_BACK,
    MUTED_FOR,
    RULES,
    Diary,
    Nudge,
    Past,
)
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of

PREGNANT = ("pregnant", "yes")
"""The profile item, and its value, that P14 asks for."""
TOLD_IN_SUMMARIES = tuple(rule for rule in RULES if rule not in AT_ONCE)


async def diary(session: Session, user_id: int, on: date) -> Diary:
    """What the rules look at on a local date: the ten weeks of nights before it."""
    first_on, last_on = on - timedelta(days=LOOKS_BACK), on - timedelta(days=1)
    facts = await facts_between(session, user_id, first_on, last_on)
    item, value = PREGNANT
    pregnant = await session.exec(
        select(ProfileItem.id).where(
            ProfileItem.user_id == user_id, ProfileItem.item == item, ProfileItem.value == value
        )
    )
    medicines = await session.exec(select(Medicine).where(Medicine.user_id == user_id))
    return Diary(
        facts,
        pregnant=pregnant.one_or_none() is not None,
        medicines_on=tuple(one.started_on for one in medicines if one.started_on is not None),
    )


def nudge_of(hit: FlagHit) -> Nudge:
    """A stored hit as it is told."""
    return Nudge(hit.id or 0, hit.rule, hit.level, hit.answer)


async def told(session: Session, user_id: int, on: date) -> Nudge | None:
    """What the summary of a local date has told; it stays the same however the diary changes."""
    found = await session.exec(
        select(FlagHit)
        .where(
            FlagHit.user_id == user_id,
            FlagHit.hit_on == on,
            col(FlagHit.rule).in_(TOLD_IN_SUMMARIES),
            # An answer comes before the sending is recorded when a message arrived unnoticed.
            col(FlagHit.shown).is_(True) | col(FlagHit.answer).is_not(None),
        )
        .order_by(col(FlagHit.id))
        .limit(1)
    )
    hit = found.one_or_none()
    return None if hit is None else nudge_of(hit)


async def to_tell(session: Session, user: User, on: date, now: datetime) -> Nudge | None:
    """Note the signs met on a local date; what its summary is to tell.

    Everything new is stored as not shown; :func:`note_shown` follows when it was sent. Asked again
    on the same date, it says the same.
    """
    already = await told(session, user.id, on)
    if already is not None:
        return already
    found = patterns.hits(await diary(session, user.id, on), on)
    past = await _past(session, user, on)
    chosen = patterns.choose(found, on, past)
    nudge = None
    for hit in found:
        if hit == chosen or patterns.is_new(hit, on, past, told=False):
            row = await stored.record(session, user.id, hit.rule, hit.level, on, now, shown=False)
            nudge = nudge_of(row) if hit == chosen else nudge
    return nudge


async def _past(session: Session, user: User, on: date) -> list[Past]:
    """Earlier hits that still bear upon what is told: an answer may come late, so a year of it."""
    rows = await stored.between(
        session, user.id, on - MUTED_FOR - timedelta(days=366), on - timedelta(days=1)
    )
    zone = zone_of(user)
    return [
        Past(
            row.rule,
            row.level,
            row.hit_on,
            row.shown,
            local_time(row.answered_at, zone).date()
            if row.answer is HitAnswer.SEEN_DOCTOR and row.answered_at is not None
            else None,
        )
        for row in rows
    ]


async def note_shown(session: Session, user_id: int, hit_id: int) -> None:
    """The person was told of a hit."""
    hit = await stored.owned(session, hit_id, user_id)
    if hit is not None:
        hit.shown = True
        session.add(hit)


def take_answer_back(session: Session, hit: FlagHit) -> None:
    """The person has said nothing to it after all."""
    hit.answer, hit.answered_at = None, None
    session.add(hit)
