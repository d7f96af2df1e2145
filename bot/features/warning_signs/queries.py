"""The diary as the rules read it, and the stored hits. No Telegram, no commit."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import FlagHit, HitAnswer, Medicine, ProfileItem, User
from bot.features.diary import hits as stored
from bot.features.diary.queries import facts_between
from bot.features.warning_signs import rules, selection
from bot.features.warning_signs.rules import LOOK_BACK_NIGHTS, RULES, Diary
from bot.features.warning_signs.selection import MUTED_FOR, SHOWN_AT_ONCE, Nudge, Past
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of

PREGNANT = ("pregnant", "yes")
"""The item of the health profile, and its value, that P14 needs."""
SUMMARY_RULES = tuple(rule for rule in RULES if rule not in SHOWN_AT_ONCE)
"""Rules that summaries mention."""


async def diary(session: Session, user_id: int, on: date) -> Diary:
    """What the rules read on a local date: the ten weeks of nights before it, and the profile."""
    first_on, last_on = on - timedelta(days=LOOK_BACK_NIGHTS), on - timedelta(days=1)
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
    """A stored hit as a summary mentions it."""
    return Nudge(hit.id or 0, hit.rule, hit.level, hit.answer)


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
            # An answered hit was shown, even if the sending could not be recorded.
            col(FlagHit.shown).is_(True) | col(FlagHit.answer).is_not(None),
        )
        .order_by(col(FlagHit.id).desc())
    )
    return {hit.hit_on: nudge_of(hit) for hit in found}  # the first hit of a day is the last here


async def choose_nudge(session: Session, user: User, on: date, now: datetime) -> Nudge | None:
    """Store the rules that are newly met on a local date, and choose what its summary mentions.

    They are stored as not shown; call :func:`note_shown` when the summary was sent. Idempotent for
    a date.
    """
    already = await shown_nudge(session, user.id, on)
    if already is not None:
        return already
    found = rules.hits(await diary(session, user.id, on), on)
    past = await _past(session, user, on)
    chosen = selection.choose(found, on, past)
    nudge = None
    for hit in found:
        if hit == chosen or selection.is_new(hit, on, past, shown_only=False):
            row = await stored.record(session, user.id, hit.rule, hit.level, on, now, shown=False)
            nudge = nudge_of(row) if hit == chosen else nudge
    return nudge


async def _past(session: Session, user: User, on: date) -> list[Past]:
    """Hits of the year and eight weeks before: a late answer to one may still mute its rule."""
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
    """Note that a hit was mentioned to the person."""
    hit = await stored.owned(session, hit_id, user_id)
    if hit is not None:
        hit.shown = True
        session.add(hit)


def take_answer_back(session: Session, hit: FlagHit) -> None:
    """Delete the answer to a hit."""
    hit.answer, hit.answered_at = None, None
    session.add(hit)
