"""The messages of reminders as dispatch sends them."""

from bot.database.engine import Session
from bot.dispatch.claims import Job, Superseded
from bot.features.reminders.messages import sent as messages
from bot.local_time.nights import local_time
from bot.telegram.message import Message


class ReminderRenderer:
    """Writes reminders of every kind but check-ins and weekly summaries."""

    async def message(self, job: Job) -> Message | None:
        """The reminder, with its line of help for that night."""
        tr = job.tr
        line = messages.helpful_line(tr, job.kind, job.night_on, local_time(job.due_at, job.zone))
        return messages.reminder_due(tr, job.kind, job.delivery_id, line, words=job.words)

    async def on_sent(self, _session: Session, _job: Job, _message_id: int | None, /) -> None:
        """Nothing is stored beside the delivery."""

    def closed(self, job: Job, earlier: Superseded) -> Message | None:
        """The earlier message without its buttons, and with how it was answered."""
        due_local = local_time(earlier.due_at, job.zone)
        return messages.reminder_closed(
            job.tr, job.kind, due_local, earlier.answer, words=job.words
        )
