"""The cards of entries whose night is over: each is reduced to one line with one button.

The leader does it when no reminder waits (``bot/dispatch/tidying.py``). When somebody logs the next
cramp before that, or is done with a card, it happens at once.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Cramp, User
from bot.dispatch.tidying import OldMessage
from bot.features.cramps.entry import entry_of
from bot.features.cramps.messages import entry_card
from bot.i18n.preferences import translator_for
from bot.local_time.nights import Nights, nights_of

AT_LEAST = timedelta(hours=1)
"""How long a card keeps its buttons after it was last used."""


def reduced_at(night_on: date, now: datetime, zone: str, nights: Nights) -> datetime:
    """When the card of an entry is reduced, if it is used now (aware, UTC).

    When its night ends, or a while after its last use.
    """
    _begins, ends = nights.span_of(night_on)
    return max(ends.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), now + AT_LEAST)


class OldEntryCards:
    """Finds the cards that are to be reduced, for the leader."""

    async def due(self, session: Session, now: datetime, most: int) -> Sequence[OldMessage]:
        """The cards that are due, the longest due first; those that need no change are let go."""
        found = await session.exec(
            select(Cramp, User)
            .join(User, col(User.id) == col(Cramp.user_id))
            .where(col(Cramp.tidy_at) <= now)
            .order_by(col(Cramp.tidy_at))
            .limit(most)
        )
        due = []
        for cramp, user in found:
            is_shown = cramp.deleted_at is None and cramp.same_as_id is None
            if cramp.reply_message_id is None or not is_shown or user.blocked_at is not None:
                cramp.tidy_at = None
                continue
            card = entry_card.closed(translator_for(user), entry_of(cramp, nights=nights_of(user)))
            due.append(OldMessage(cramp.id or 0, user.id, cramp.reply_message_id, card))
        return due

    async def settle(
        self, session: Session, one: OldMessage, now: datetime, again_at: datetime | None
    ) -> None:
        """Note that a card was reduced, or when it is tried again.

        If the person has used the card meanwhile, it is due later, and nothing is changed.
        """
        await session.exec(
            sa.update(Cramp)
            .where(col(Cramp.id) == one.key, col(Cramp.tidy_at) <= now)
            .values(tidy_at=again_at)
        )
