"""The task after a start that gives everybody the kinds of reminders that a new version brings."""

from bot.features.reminders.queries import KINDS, add_missing_kinds
from bot.operations.batches import Task

NEW_KINDS = Task("reminder_kinds", ",".join(KINDS), add_missing_kinds)
