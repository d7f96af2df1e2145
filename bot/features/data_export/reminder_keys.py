"""How a diary file identifies reminders.

In the database a custom reminder has a slot, which is the id of the message that created it.
Message ids must not leave the bot, so a file has a number derived from it with the installation's
key. Numbers of earlier versions, which were derived without a key, are small.
"""

import hashlib
import hmac

from bot.database.models import Kind, Reminder
from bot.features.data_export.schema_types import MAX_SLOT
from bot.features.diary.uids import uid_of

IMPORTED_SLOT_OFFSET = 900_000_000
"""Slots of imported custom reminders lie above this number, and message ids lie below it."""
OLD_SLOTS = 10**8
"""Numbers below this one are of earlier versions."""

ReminderKey = tuple[Kind, int]
"""Kind and slot of a reminder, as written to a file."""


def file_slot(key: bytes, user_id: int, slot: int) -> int:
    """The number in a file for a slot in the database.

    A reminder that came from a file has the same number when it is exported again.
    """
    if slot == 0:
        return 0
    if slot > IMPORTED_SLOT_OFFSET:
        return private_slot(key, slot - IMPORTED_SLOT_OFFSET)
    old = int(uid_of(user_id, "reminder", slot)[:12], 16) % (OLD_SLOTS - 1) + 1
    return private_slot(key, old)


def private_slot(key: bytes, number: int) -> int:
    """The number that stands for one of a file of an earlier version; others stay as they are."""
    if number == 0 or number >= OLD_SLOTS:
        return number
    digest = hmac.digest(key, b"slot %d" % number, hashlib.sha256)
    return OLD_SLOTS + int.from_bytes(digest[:8]) % (MAX_SLOT - OLD_SLOTS)


def imported_slot(slot: int) -> int:
    """The slot in the database for a number in a file."""
    return IMPORTED_SLOT_OFFSET + slot


def key_of(key: bytes, reminder: Reminder) -> ReminderKey:
    """What identifies a reminder in a file; ``key`` is the installation's."""
    return reminder.kind, file_slot(key, reminder.user_id, reminder.slot)
