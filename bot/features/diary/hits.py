"""Queries for met warning signs (``flag_hits``). They use no Telegram and never commit."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

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
    counted: dict[str, Any] | None = None,
) -> FlagHit:
    """Store that a sign was met on a local date. Each sign has one row a day.

    A row that was withdrawn stands again.

    Args:
        session: the open transaction.
        user_id: whose diary.
        rule: ``P1`` to ``P14``, or the code of a sign on the warning cards.
        level: info, soon, urgent or emergency; a later level of the same day replaces it.
        hit_on: the local date.
        now: an aware instant, stored in a new row.
        shown: whether the person has been shown it; True is never set back to False.
        counted: what a rule about several nights counted.
    """
    insert = insert_for(session)(FlagHit).values(
        user_id=user_id,
        rule=rule,
        level=level,
        hit_on=hit_on,
        hit_at=now,
        shown=shown,
        counted=sa.null() if counted is None else counted,
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "rule", "hit_on"],
            set_={
                "level": level,
                "shown": sa.or_(col(FlagHit.shown), sa.literal(shown)),
                "counted": insert.excluded.counted,
                "withdrawn_at": None,
            },
        )
    )
    found = await session.exec(
        select(FlagHit)
        .where(FlagHit.user_id == user_id, FlagHit.rule == rule, FlagHit.hit_on == hit_on)
        .execution_options(populate_existing=True)
    )
    return found.one()


async def mark_shown(session: Session, user_id: int, rule: str, hit_on: date) -> None:
    """Note that the person has seen a sign. Does nothing when it is not stored."""
    await session.exec(
        sa.update(FlagHit)
        .where(
            col(FlagHit.user_id) == user_id,
            col(FlagHit.rule) == rule,
            col(FlagHit.hit_on) == hit_on,
        )
        .values(shown=True)
    )


def withdraw(session: Session, hit: FlagHit, now: datetime) -> None:
    """Take a sign off all pages, because a change of the diary left it without a reason."""
    hit.withdrawn_at = now
    session.add(hit)


async def between(
    session: Session,
    user_id: int,
    first_on: date,
    last_on: date,
    *,
    rules: Collection[str] | None = None,
    with_withdrawn: bool = False,
) -> list[FlagHit]:
    """The signs that were met in a span of local dates, both ends included, oldest first.

    Args:
        session: the open transaction.
        user_id: whose diary.
        first_on: the first date.
        last_on: the last date.
        rules: only these; None: all.
        with_withdrawn: also those that a change of the diary left without a reason.
    """
    query = select(FlagHit).where(
        FlagHit.user_id == user_id, col(FlagHit.hit_on).between(first_on, last_on)
    )
    if rules is not None:
        query = query.where(col(FlagHit.rule).in_(rules))
    if not with_withdrawn:
        query = query.where(col(FlagHit.withdrawn_at).is_(None))
    found = await session.exec(query.order_by(col(FlagHit.hit_on), col(FlagHit.id)))
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
