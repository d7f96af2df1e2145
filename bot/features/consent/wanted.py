"""Finds out what somebody of whom nothing may be stored wants, so that the answer fits."""

from bot.features.consent.kept_cramp import KeptCramp
from bot.features.consent.messages import Wanted
from bot.features.free_text.meanings.act_values import (
    Mute,
    RemindDaily,
    RemindOnce,
    Reset,
    SetDays,
    SetSound,
    Shift,
    Snooze,
    TurnOwn,
)
from bot.features.free_text.meanings.further_values import (
    AskHelped,
    AskInARow,
    AskLast,
    AskNights,
    AskTrend,
    AskWorst,
    OpenCard,
)
from bot.features.free_text.meanings.values import (
    MoveReminder,
    Page,
    Pause,
    Resume,
    Show,
    TurnReminder,
)
from bot.features.free_text.pages import show_page
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.understanding.sentence import Understood
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.telegram.context import Context
from bot.telegram.replies import Replies
from bot.telegram.typed_text import is_own_text

FOR_ANYBODY = frozenset({Page.HELP, Page.PRIVACY, Page.ERASE, Page.WARNINGS})
"""Pages that can be read without a consent, by a command or in words."""
AFTER_WITHDRAWAL = FOR_ANYBODY | {Page.EXPORT}
OF_REMINDERS = ("/reminders", "/pause", "/resume", "/stop")
ABOUT_REMINDERS = (
    MoveReminder
    | TurnReminder
    | Pause
    | Resume
    | RemindOnce
    | RemindDaily
    | TurnOwn
    | SetDays
    | SetSound
    | Shift
    | Reset
    | Mute
    | Snooze
)
ASKS = Show | AskHelped | AskInARow | AskLast | AskNights | AskTrend | AskWorst | OpenCard


async def readable_page(context: Context) -> Replies | None:
    """The page that a typed sentence asks for, if it can be read without a consent."""
    pages = AFTER_WITHDRAWAL if context.is_known else FOR_ANYBODY
    asked = _meant(context)
    if not isinstance(asked, Show) or asked.page not in pages:
        return None
    return await show_page(context, asked.page)


def wanted(context: Context, kept: KeptCramp | None) -> Wanted:
    """What a message wants, which is not done.

    Args:
        context: of the message.
        kept: the cramp that it tells.
    """
    if kept is not None:
        return Wanted.CRAMP
    if context.message is not None and context.message.document is not None:
        return Wanted.FILE
    meant = readings_of(_meant(context))
    if context.text.startswith(OF_REMINDERS) or (meant and all(map(_is_of_reminders, meant))):
        return Wanted.REMINDERS
    if context.text.startswith("/") or (meant and all(isinstance(one, ASKS) for one in meant)):
        return Wanted.SHOWN
    return Wanted.OTHER


def _is_of_reminders(meaning: object) -> bool:
    pages = (Show(Page.REMINDERS), Show(Page.STOP))
    return isinstance(meaning, ABOUT_REMINDERS) or meaning in pages


def _meant(context: Context) -> Understood | None:
    """What a typed sentence surely says; None for everything else."""
    if not is_own_text(context):
        return None
    reading = reading_of(context, context.text)
    return reading.understood if reading.is_exact else None
