"""The messages of reminders as dispatch sends them."""

from datetime import timedelta

from bot.database.engine import Database, Session
from bot.database.stored_values import Answer, Kind
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Closing, Removal, Superseded
from bot.dispatch.planning import GATE_OF_KIND
from bot.features.health_profile.gate_messages import QUESTIONS, gate_question, own_reminder_line
from bot.features.health_profile.gate_queries import HAS_LEG_SIGN
from bot.features.health_profile.medicine_words import speaks_of_medicine
from bot.features.reminders import queries
from bot.features.reminders.messages import sent as messages
from bot.features.reminders.messages.menu import stop_question
from bot.features.reminders.tips import tip
from bot.local_time.nights import local_time
from bot.telegram.message import Message


class ReminderRenderer:
    """Renders reminders of every kind except check-ins and weekly summaries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The reminder, with a tip that fits its kind, night and time.

        While the question of a gate waits for an answer, the question is sent in its place. None
        while a gate is shut.
        """
        tr, kind, shut = delivery.tr, delivery.kind, delivery.shut_gates
        gate = GATE_OF_KIND.get(kind, "")
        if gate in shut or (kind is Kind.STRETCH and HAS_LEG_SIGN.name in delivery.flags):
            return None
        if f"{gate}?" in shut and gate in QUESTIONS:
            return gate_question(tr, gate, delivery.delivery_id)
        if kind is Kind.HYDRATION and await self._asks_to_stop(delivery):
            return stop_question(tr, delivery.delivery_id, delivery.times)
        line = tip(tr, kind, delivery.number, shut, len(delivery.times))
        if kind is Kind.CUSTOM and speaks_of_medicine(delivery.words or ""):
            line = own_reminder_line(tr) if await self._is_first(delivery) else ""
        return messages.reminder_due(tr, kind, delivery.delivery_id, line, words=delivery.words)

    async def _asks_to_stop(self, delivery: ClaimedDelivery) -> bool:
        """Whether the question about stopping is sent in place of this drink.

        It is stored before it is sent, so it is asked at most once.
        """
        asked_at = delivery.stop_asked_at
        since = None if asked_at is None else delivery.due_at - asked_at
        if since is not None and timedelta(0) != since < queries.ASKED_AGAIN_AFTER:
            return False
        async with self._database.transaction() as session:
            return await queries.claim_stop_question(session, delivery.reminder_id, delivery.due_at)

    async def _is_first(self, delivery: ClaimedDelivery) -> bool:
        async with self._database.transaction() as session:
            return await queries.was_never_sent(session, delivery.reminder_id)

    async def on_sent(
        self, _session: Session, _delivery: ClaimedDelivery, _message_id: int | None, /
    ) -> None:
        """Store nothing: the row of the delivery already has the message id."""

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Closing:
        """One line without buttons that says how an earlier message was answered.

        An unanswered message is deleted: at once if the reminder makes no sound, after a day as a
        line if it does, because the person may have noticed it. Until the next one comes it can be
        answered. Only a last call for caffeine becomes a line before that, so that a day fits one
        screen beside the keyboard; the next morning asks about caffeine anyway.
        """
        if earlier.due_at == delivery.stop_asked_at:
            return Closing(None, Removal.LATER)  # the question stays longer than a drink
        is_loud, is_caffeine = delivery.with_sound, delivery.kind in _CAFFEINE
        if earlier.is_last and is_loud and not is_caffeine:
            return Closing(None, Removal.LATER)
        due_local = local_time(earlier.due_at, delivery.zone)
        line = messages.reminder_closed(
            delivery.tr, delivery.kind, due_local, earlier.answer, words=delivery.words
        )
        if earlier.answer is not Answer.NO_ANSWER:
            return Closing(line)
        if earlier.is_last:
            return Closing(line, Removal.LATER if is_loud else Removal.AT_ONCE, is_interim=True)
        return Closing(line, Removal.LATER if is_loud and not is_caffeine else Removal.AT_ONCE)


_CAFFEINE = {Kind.CAFFEINE, Kind.DINNER_CAFFEINE}
