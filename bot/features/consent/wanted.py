"""What somebody of whom nothing may be stored wants with a message: the answer fits it."""

from bot.features.consent.kept import KeptCramp
from bot.features.consent.messages import Wanted
from bot.features.free_text.pages import show_page
from bot.features.free_text.reading import reading_of
from bot.features.free_text.values import MoveReminder, Page, Pause, Resume, Show, TurnReminder
from bot.telegram.context import Context
from bot.telegram.replies import Replies
from bot.telegram.typed_text import is_own_text

FOR_ANYBODY = frozenset({Page.HELP, Page.PRIVACY, Page.ERASE, Page.WARNINGS})
"""Pages that can be read without a consent, by a command or in words."""
AFTER_WITHDRAWAL = FOR_ANYBODY | {Page.EXPORT}
OF_REMINDERS = ("/reminders", "/pause", "/resume", "/stop")


async def readable_page(context: Context) -> Replies | None:
    """The page that a typed sentence asks for, if it can be read without a consent."""
    pages = AFTER_WITHDRAWAL if context.is_known else FOR_ANYBODY
    asked = _meant(context)
    if not isinstance(asked, Show) or asked.page not in pages:
        return None
    return await show_page(context, asked.page)


def wanted(context: Context, kept: KeptCramp | None) -> Wanted:
    """What a message wants that is not done.

    Args:
        context: of the message.
        kept: the cramp that it tells.
    """
    if kept is not None:
        return Wanted.CRAMP
    if context.message is not None and context.message.document is not None:
        return Wanted.FILE
    meant = _meant(context)
    if context.text.startswith(OF_REMINDERS) or meant == Show(Page.REMINDERS):
        return Wanted.REMINDERS
    if isinstance(meant, MoveReminder | TurnReminder | Pause | Resume):
        return Wanted.REMINDERS
    if context.text.startswith("/") or isinstance(meant, Show):
        return Wanted.SHOWN
    return Wanted.OTHER


def _meant(context: Context) -> object:
    """What a typed sentence surely says; None for everything else."""
    if not is_own_text(context):
        return None
    reading = reading_of(context, context.text)
    return reading.understood if reading.is_exact else None
