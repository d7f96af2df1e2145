"""The messages of reminders as dispatch sends them."""

from bot.database.engine import Session
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Superseded
from bot.features.reminders.messages import sent as messages
from bot.local_time.nights import local_time
from bot.telegram.message import Message


class ReminderRenderer:
    """Writes reminders of every kind but check-ins and weekly summaries."""

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The reminder, with its line of help for that night."""
        tr = delivery.tr
        line = messages.helpful_line(
            tr, delivery.kind, delivery.night_on, local_time(delivery.due_at, delivery.zone)
        )
        return messages.reminder_due(
            tr, delivery.kind, delivery.delivery_id, line, words=delivery.words
        )

    async def on_sent(
        self, _session: Session, _delivery: ClaimedDelivery, _message_id: int | None, /
    ) -> None:
        """Nothing is stored beside the delivery."""

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Message | None:
        """The earlier message without its buttons, and with how it was answered."""
        due_local = local_time(earlier.due_at, delivery.zone)
        return messages.reminder_closed(
            delivery.tr, delivery.kind, due_local, earlier.answer, words=delivery.words
        )
