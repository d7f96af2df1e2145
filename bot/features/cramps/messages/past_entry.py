"""The card of an entry of another night, as it is opened from the list of nights.

It speaks of its own night, never of "now" and "last night", and leads back to that night.
"""

from collections.abc import Collection
from datetime import date, timedelta
from html import escape

from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.entry_words import headline
from bot.features.cramps.messages.labels import code_labels
from bot.i18n.formats import day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

PER_ROW = 6
"""Strengths in a row."""


def card(tr: Translator, entry: Entry, *, parts: Collection[str], now_on: date) -> Message:
    """The entry, with what is corrected most often: its time and its strength.

    Args:
        tr: the text's language.
        entry: the entry.
        parts: the parts of its night that it can be moved to.
        now_on: the local date.
    """
    _ = tr.gettext
    lines = [headline(tr, entry)]
    is_dated = entry.night_on < entry.entered_on - timedelta(days=6)
    if not is_dated and entry.night_on < now_on - timedelta(days=6):  # the weekday is a later one
        lines.append(escape(_("Night of {day}").format(day=day(tr, entry.night_on))))
    hint = _("Another time of that night can be typed: 03:10")
    lines.append(f"<i>{escape(hint)}</i>")
    rows = list(_part_rows(tr, entry, parts))
    if entry.event_type == "cramp":
        rows += _strength_rows(tr, entry)
    rows.append(
        (
            Button(_("More…"), pack("cramps", "open", entry.id, "more")),
            Button(_("Remove entry"), pack("cramps", "undo", entry.id)),
        )
    )
    rows.append((Button(_("◀ That night"), pack("history", "night", entry.night_on)),))
    return Message("\n".join(lines), tuple(rows))


def _part_rows(tr: Translator, entry: Entry, parts: Collection[str]) -> Rows:
    """Buttons for when in its night the entry was, where that is not known to the minute."""
    _ = tr.gettext
    labels = {
        "evening": _("The evening before"),
        "morning": _("That morning"),
        "night": _("Some time that night"),
    }
    buttons = [
        Button(
            f"• {label}" if part == "night" and not entry.has_time else label,
            pack("cramps", "part", entry.id, part),
        )
        for part, label in labels.items()
        if part in parts
    ]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def _strength_rows(tr: Translator, entry: Entry) -> Rows:
    now = entry.code("strength")
    buttons = [
        Button(
            f"• {label}" if code == now else label,
            pack("cramps", "set", entry.id, "strength", code),
        )
        for code, label in code_labels(tr)["strength"].items()
    ]
    return tuple(
        tuple(buttons[start : start + PER_ROW]) for start in range(0, len(buttons), PER_ROW)
    )
