"""What is said when one sentence has logged two cramps, and when both are removed."""

from collections.abc import Sequence
from html import escape

from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.entry_card import open_button
from bot.features.cramps.messages.entry_words import one_line
from bot.features.free_text.messages import with_way_back
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Message


def two_logged(tr: Translator, entries: Sequence[Entry], undo: str) -> Message:
    """Two entries that one sentence made, each with its button, and one way back for both."""
    text = "\n".join(one_line(tr, one) for one in entries)
    opens = tuple(open_button(one, f"✏️ {clock(tr, one.local_at)}", "first") for one in entries)
    return with_way_back(tr, Message(text, (opens,)), undo)


def two_removed(tr: Translator, entries: Sequence[Entry], undo: str) -> Message:
    """Both entries are removed."""
    times = ", ".join(clock(tr, one.local_at) for one in entries)
    return with_way_back(
        tr, Message(escape(tr.gettext("Removed: {when}.").format(when=times)), ()), undo
    )
