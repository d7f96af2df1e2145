"""How a diary file identifies reminders.

In the database a custom reminder has a slot, which is the id of the message that created it.
Message ids must not leave the bot, so a file has a number derived from it.
"""

from bot.database.models import Kind, Reminder
from bot.features.data_export.schema import MAX_SLOT
from bot.features.diary.uids import uid_of

IMPORTED_SLOT_OFFSET = 900_000_000
"""Slots of imported custom reminders lie above this number, and message ids lie below it."""

ReminderKey = tuple[Kind, int]
"""Kind and slot of a reminder, as written to a file."""


def file_slot(user_id: int, slot: int) -> int:
    """The number in a file for a slot in the database.

    A reminder that came from a file has the same number when it is exported again.
    """
    if slot == 0:
        return 0
    if slot > IMPORTED_SLOT_OFFSET:
        return slot - IMPORTED_SLOT_OFFSET
    return int(uid_of(user_id, "reminder", slot)[:12], 16) % (MAX_SLOT - 1) + 1


def imported_slot(slot: int) -> int:
    """The slot in the database for a number in a file."""
    return IMPORTED_SLOT_OFFSET + slot


def key_of(reminder: Reminder) -> ReminderKey:
    """The key of a reminder in a file."""
    return reminder.kind, file_slot(reminder.user_id, reminder.slot)
