"""Queries for the list of nights. They use no Telegram and never commit."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Cramp, NightCheck
from bot.features.cramps.queries import entries_between
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.diary.queries import facts_between

MOST_ADDED = 99
"""How many entries can be added to one night from the list of nights."""


def key_of(night_on: date, number: int) -> int:
    """The negative number stored as message id of the n-th entry added to a night."""
    return -(int(night_on.strftime("%Y%m%d")) * (MOST_ADDED + 1) + number)


async def next_number(session: Session, user_id: int, night_on: date) -> int:
    """The number that the next entry added to a night gets, from 1; removed ones count too."""
    found = await session.exec(
        select(sa.func.min(Cramp.message_id)).where(
            Cramp.user_id == user_id,
            col(Cramp.message_id).between(key_of(night_on, MOST_ADDED), key_of(night_on, 0)),
        )
    )
    lowest: int | None = found.one()
    return 1 if lowest is None else key_of(night_on, 0) - lowest + 1


@dataclass(frozen=True)
class NightRow:
    """One night: its entries in the order of their time, and what the person said about it."""

    night_on: date
    entries: tuple[Cramp, ...]
    check: str | None
    habits: tuple[tuple[str, bool], ...] = ()
    exposures: tuple[tuple[str, bool], ...] = ()
    sleep_quality: int | None = None
    """0, the best, to 10, the worst."""

    @property
    def cramps(self) -> int:
        """How many cramps were logged. One entry may stand for several."""
        return sum(one.count_tonight for one in self.entries if one.event_type in COUNTED_CRAMPS)


async def nights_between(
    session: Session, user_id: int, first_on: date, last_on: date
) -> list[NightRow]:
    """Every night of a span, both ends included, newest first."""
    entries = await entries_between(session, user_id, first_on, last_on)
    found = await session.exec(
        select(NightCheck).where(
            NightCheck.user_id == user_id, col(NightCheck.night_on).between(first_on, last_on)
        )
    )
    checks = {check.night_on: check for check in found}
    facts = await facts_between(session, user_id, first_on, last_on)
    count = (last_on - first_on).days
    nights = [last_on - timedelta(days=back) for back in range(count + 1)]
    return [
        NightRow(
            night_on,
            tuple(one for one in entries if one.night_on == night_on),
            None if check is None else str(check.status),
            tuple((fact.habit, fact.done) for fact in facts.habits if fact.night_on == night_on),
            tuple(
                (fact.exposure, fact.present)
                for fact in facts.exposures
                if fact.night_on == night_on
            ),
            None if check is None else check.sleep_quality,
        )
        for night_on, check in ((night_on, checks.get(night_on)) for night_on in nights)
    ]
