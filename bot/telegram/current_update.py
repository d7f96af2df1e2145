"""Passes results through python-telegram-bot: a context variable with the current update.

``Application.process_update`` returns nothing and swallows exceptions, so the frame and the error
handler leave their results here.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.telegram.inbox import Held
from bot.telegram.replies import Replies

if TYPE_CHECKING:
    from bot.telegram.context import Context


@dataclass
class CurrentUpdate:
    """An update, and what an attempt to handle it came to."""

    held: Held
    error: BaseException | None = None
    """The exception that the handler raised."""
    context: "Context | None" = None
    """Set once the effect is committed."""
    replies: Replies = ()


current_update: ContextVar[CurrentUpdate | None] = ContextVar("current_update", default=None)


class NotHeldError(Exception):
    """The update's row refused the transaction, which was rolled back: its effect is stored
    already, another process has taken it over, or an earlier update of the person comes first."""
