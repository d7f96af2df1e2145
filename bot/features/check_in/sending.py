"""Rendering the check-in for dispatch."""

from bot.database.engine import Session
from bot.database.stored_values import NightStatus
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Closing, Removal, Superseded
from bot.features.check_in import messages, queries
from bot.features.check_in.after_messages import After
from bot.features.check_in.messages import State
from bot.features.check_in.more_messages import more_of
from bot.features.summary.queries import started_on
from bot.identity import people as users
from bot.telegram.context import Deps
from bot.telegram.message import Message


class CheckInRenderer:
    """Makes the check-in, which asks about last night unless it is logged already.

    After a night with a cramp it asks once how the leg is, unless the entry already says so.

    Whoever wants further questions gets it after every night, because what is asked only of quiet
    nights, or only of others, cannot be compared.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The question; None when all is told or the person started the bot after the night."""
        async with self._deps.database.transaction() as session:
            user = await users.get(session, delivery.user_id)
            if user is None or delivery.night_on < started_on(user):
                return None
            if await queries.was_just_asked(session, delivery):
                return None  # the time of getting up was changed in the meantime
            known = await queries.known_of(session, delivery.user_id, delivery.night_on)
            asked = await queries.asked_habits(session, user)
            is_logged, last = known.cramp_entries > 0, None
            if is_logged:
                last = await queries.last_cramp(session, delivery.user_id, delivery.night_on)
        asks_all = known.status is None and (user.asks_more or not is_logged)
        after = queries.after_of(last, is_only=not asks_all)
        if not asks_all:
            return self._after_question(delivery, after, known.status)
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
            after=None if after is None or after.is_answered else after,
        )
        return messages.question(delivery.tr, state)

    @staticmethod
    def _after_question(
        delivery: ClaimedDelivery, after: After | None, status: NightStatus | None
    ) -> Message | None:
        """The question after a cramp; None when it is answered, or the person denied the cramp."""
        is_over = status in {NightStatus.NONE_LAST_NIGHT, NightStatus.SKIP}
        if after is None or after.is_answered or is_over:
            return None
        state = State(
            delivery.delivery_id, delivery.night_on, status, {}, {}, is_logged=True, after=after
        )
        return messages.after_question(delivery.tr, state)

    async def on_sent(
        self, _session: Session, _delivery: ClaimedDelivery, _message_id: int | None, /
    ) -> None:
        """Store nothing: the row of the delivery already has the message id."""
        return

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Closing | None:
        """One line in place of an earlier check-in, for a day; None if that was answered."""
        if earlier.answer is not None and earlier.answer != "no_answer":
            return None
        state = State(earlier.delivery_id, earlier.night_on, None, {}, {})
        return Closing(messages.closed(delivery.tr, state), Removal.LATER)
