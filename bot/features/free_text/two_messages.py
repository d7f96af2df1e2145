"""Messages after one sentence has logged two cramps, and after both were removed."""

from collections.abc import Sequence
from html import escape

from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.entry_card import open_button
from bot.features.cramps.messages.entry_words import one_line
from bot.features.free_text.messages import with_way_back
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Message


def two_logged(
    tr: Translator, new: Sequence[Entry], others: Sequence[Entry], undo: str | None
) -> Message:
    """Two entries that one sentence tells, each with its button, and one way back.

    Args:
        tr: the text's language.
        new: entries that the sentence made, which the way back removes.
        others: entries that were there before.
        undo: callback data of the way back; None when nothing is new.
    """
    lines = [one_line(tr, one) for one in new]
    if others:
        # TRANSLATORS: Above cramps that were logged before, one in each line below.
        lines += [escape(tr.gettext("Already in your diary:")), *(one_line(tr, o) for o in others)]
    both = sorted((*new, *others), key=lambda one: one.local_at)
    opens = tuple(open_button(one, f"✏️ {clock(tr, one.local_at)}", "first") for one in both)
    return with_way_back(tr, Message("\n".join(lines), (opens,)), undo)


def two_removed(tr: Translator, entries: Sequence[Entry], undo: str) -> Message:
    """Both entries are removed."""
    times = ", ".join(clock(tr, one.local_at) for one in entries)
    return with_way_back(
        tr, Message(escape(tr.gettext("Removed: {when}.").format(when=times)), ()), undo
    )
