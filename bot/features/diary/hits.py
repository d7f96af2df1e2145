"""Queries for met warning signs (``flag_hits``). They use no Telegram and never commit."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import FlagHit, HitAnswer


async def record(
    session: Session,
    user_id: int,
    rule: str,
    level: str,
    hit_on: date,
    now: datetime,
    *,
    shown: bool,
) -> FlagHit:
    """Store that a sign was met on a local date. Each sign has one row a day.

    Args:
        session: the open transaction.
        user_id: whose diary.
        rule: ``P1`` to ``P14``, or the code of a sign on the warning cards.
        level: info, soon, urgent or emergency; a later level of the same day replaces it.
        hit_on: the local date.
        now: an aware instant, stored in a new row.
        shown: whether the person has been shown it; True is never set back to False.
    """
    insert = insert_for(session)(FlagHit).values(
        user_id=user_id, rule=rule, level=level, hit_on=hit_on, hit_at=now, shown=shown
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "rule", "hit_on"],
            set_={"level": level, "shown": sa.or_(col(FlagHit.shown), sa.literal(shown))},
        )
    )
    found = await session.exec(
        select(FlagHit).where(
            FlagHit.user_id == user_id, FlagHit.rule == rule, FlagHit.hit_on == hit_on
        )
    )
    return found.one()


async def not_shown(session: Session, user_id: int, hit_on: date, since: datetime) -> set[str]:
    """The rules that were met on a local date since an instant and were not shown to the person."""
    found = await session.exec(
        select(FlagHit.rule).where(
            FlagHit.user_id == user_id,
            FlagHit.hit_on == hit_on,
            FlagHit.hit_at >= since,
            col(FlagHit.shown).is_(False),
        )
    )
    return set(found)


async def mark_shown(session: Session, user_id: int, rule: str, hit_on: date) -> None:
    """Mark a met sign as shown. Does nothing when it is not stored."""
    await session.exec(
        sa.update(FlagHit)
        .where(
            col(FlagHit.user_id) == user_id,
            col(FlagHit.rule) == rule,
            col(FlagHit.hit_on) == hit_on,
        )
        .values(shown=True)
    )


async def withdraw(session: Session, user_id: int, rule: str, hit_on: date) -> None:
    """Delete a sign that was stored by mistake, unless the person has answered it."""
    await session.exec(
        sa.delete(FlagHit).where(
            col(FlagHit.user_id) == user_id,
            col(FlagHit.rule) == rule,
            col(FlagHit.hit_on) == hit_on,
            col(FlagHit.answer).is_(None),
        )
    )


async def between(session: Session, user_id: int, first_on: date, last_on: date) -> list[FlagHit]:
    """The signs that were met in a span of local dates, both ends included, oldest first."""
    found = await session.exec(
        select(FlagHit)
        .where(FlagHit.user_id == user_id, col(FlagHit.hit_on).between(first_on, last_on))
        .order_by(col(FlagHit.hit_on), col(FlagHit.id))
    )
    return list(found)


async def owned(session: Session, hit_id: int | None, user_id: int) -> FlagHit | None:
    """The hit with this id, or None when this person has no such hit."""
    if hit_id is None:
        return None
    found = await session.exec(
        select(FlagHit).where(FlagHit.id == hit_id, FlagHit.user_id == user_id)
    )
    return found.one_or_none()


def set_answer(session: Session, hit: FlagHit, answer: HitAnswer, now: datetime) -> None:
    """Store the person's answer. The same answer twice changes nothing."""
    if hit.answer is not answer:
        hit.answer, hit.answered_at = answer, now
        session.add(hit)
