"""Warning signs that were met, with their date. No Telegram, no commit."""

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
    """Note that a sign was met on a local date; once a day each, twice changes nothing.

    Args:
        rule: ``P1`` to ``P14``, or the code of a sign of the warning cards.
        level: info, soon, urgent or emergency; the latest word of a day counts.
        shown: whether the person was told; once told stays told.
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


async def untold(session: Session, user_id: int, hit_on: date, since: datetime) -> set[str]:
    """Rules met on a local date, since an instant, that the person was not told of yet."""
    found = await session.exec(
        select(FlagHit.rule).where(
            FlagHit.user_id == user_id,
            FlagHit.hit_on == hit_on,
            FlagHit.hit_at >= since,
            col(FlagHit.shown).is_(False),
        )
    )
    return set(found)


async def note_told(session: Session, user_id: int, rule: str, hit_on: date) -> None:
    """The person was told of it; nothing when it was not noted."""
    await session.exec(
        sa.update(FlagHit)
        .where(
            col(FlagHit.user_id) == user_id,
            col(FlagHit.rule) == rule,
            col(FlagHit.hit_on) == hit_on,
        )
        .values(shown=True)
    )


async def take_back(session: Session, user_id: int, rule: str, hit_on: date) -> None:
    """A sign was noted by mistake: as if it had never been, unless it was answered already."""
    await session.exec(
        sa.delete(FlagHit).where(
            col(FlagHit.user_id) == user_id,
            col(FlagHit.rule) == rule,
            col(FlagHit.hit_on) == hit_on,
            col(FlagHit.answer).is_(None),
        )
    )


async def between(session: Session, user_id: int, first_on: date, last_on: date) -> list[FlagHit]:
    """What was met in a span of local dates, oldest first."""
    found = await session.exec(
        select(FlagHit)
        .where(FlagHit.user_id == user_id, col(FlagHit.hit_on).between(first_on, last_on))
        .order_by(col(FlagHit.hit_on), col(FlagHit.id))
    )
    return list(found)


async def owned(session: Session, hit_id: int | None, user_id: int) -> FlagHit | None:
    """A hit, only if it is this person's."""
    if hit_id is None:
        return None
    found = await session.exec(
        select(FlagHit).where(FlagHit.id == hit_id, FlagHit.user_id == user_id)
    )
    return found.one_or_none()


def set_answer(session: Session, hit: FlagHit, answer: HitAnswer, now: datetime) -> None:
    """Note what the person said to it. The same answer twice changes nothing."""
    if hit.answer is not answer:
        hit.answer, hit.answered_at = answer, now
        session.add(hit)
