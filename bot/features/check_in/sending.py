"""Rendering the check-in for dispatch."""

from bot.database.engine import Session
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Superseded
from bot.features.check_in import messages, queries
from bot.features.check_in.messages import State
from bot.features.check_in.more_messages import more_of
from bot.features.summary.queries import started_on
from bot.identity import people as users
from bot.telegram.context import Deps
from bot.telegram.message import Message


class CheckInRenderer:
    """Makes the check-in, which asks about last night unless it is logged already.

    Whoever wants further questions gets it after every night, because what is asked only of quiet
    nights, or only of others, cannot be compared.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The question; None when the night is logged or the person started the bot after it."""
        async with self._deps.database.transaction() as session:
            user = await users.get(session, delivery.user_id)
            if user is None or delivery.night_on < started_on(user):
                return None
            known = await queries.known_of(session, delivery.user_id, delivery.night_on)
            asked = await queries.asked_habits(session, user)
        is_logged = known.cramp_entries > 0
        if known.status is not None or (is_logged and not user.asks_more):
            return None
        more = None
        if user.asks_more:
            more = more_of(delivery.night_on, asked, known.exposures, known.sleep_quality)
        state = State(
            delivery.delivery_id,
            delivery.night_on,
            None,
            known.habits,
            asked,
            is_logged=is_logged,
            more=more,
        )
        return messages.question(delivery.tr, state)

    async def on_sent(
        self, _session: Session, _delivery: ClaimedDelivery, _message_id: int | None, /
    ) -> None:
        """Store nothing: the row of the delivery already has the message id."""
        return

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Message | None:
        """The one line that replaces an earlier check-in; None if that was answered."""
        if earlier.answer is not None and earlier.answer != "no_answer":
            return None
        state = State(earlier.delivery_id, earlier.night_on, None, {}, {})
        return messages.closed(delivery.tr, state)
