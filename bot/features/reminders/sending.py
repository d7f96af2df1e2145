"""The messages of reminders as dispatch sends them."""

from bot.database.engine import Session
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Superseded
from bot.features.reminders.messages import sent as messages
from bot.local_time.nights import local_time
from bot.telegram.message import Message


class ReminderRenderer:
    """Renders reminders of every kind except check-ins and weekly summaries."""

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The reminder, with a tip that fits its kind, night and time."""
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
        """Store nothing: the row of the delivery already has the message id."""

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Message | None:
        """The text that replaces an earlier message: no buttons, and how it was answered."""
        due_local = local_time(earlier.due_at, delivery.zone)
        return messages.reminder_closed(
            delivery.tr, delivery.kind, due_local, earlier.answer, words=delivery.words
        )
