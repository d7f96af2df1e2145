"""The messages of reminders as dispatch sends them."""

from bot.database.engine import Database, Session
from bot.database.models import Kind
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Superseded
from bot.dispatch.planning import GATE_OF_KIND
from bot.features.health_profile.gate_messages import QUESTIONS, gate_question, own_reminder_line
from bot.features.health_profile.gate_queries import HAS_LEG_SIGN
from bot.features.health_profile.medicine_words import speaks_of_medicine
from bot.features.reminders import queries
from bot.features.reminders.messages import sent as messages
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
        due_local = local_time(delivery.due_at, delivery.zone)
        line = messages.helpful_line(tr, kind, delivery.night_on, due_local, shut)
        if kind is Kind.CUSTOM and speaks_of_medicine(delivery.words or ""):
            line = own_reminder_line(tr) if await self._is_first(delivery) else ""
        return messages.reminder_due(tr, kind, delivery.delivery_id, line, words=delivery.words)

    async def _is_first(self, delivery: ClaimedDelivery) -> bool:
        async with self._database.transaction() as session:
            return await queries.was_never_sent(session, delivery.reminder_id)

    async def on_sent(
        self, _session: Session, _delivery: ClaimedDelivery, _message_id: int | None, /
    ) -> None:
        """Store nothing: the row of the delivery already has the message id."""

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Message | None:
        """The text that replaces an earlier message: no buttons, and how it was answered."""
        due_local = local_time(earlier.due_at, delivery.zone)
        return messages.reminder_closed(
            delivery.tr, delivery.kind, due_local, earlier.answer, words=delivery.words
        )
