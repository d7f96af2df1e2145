"""The card of an entry from an earlier night, which the list of nights opens.

It speaks of its own night, never of "now" and "last night", and leads back to that night.
"""

# TRANSLATORS, ALL: Buttons for when in its night an older entry was. {day} is a date such as "Tue
# 12 Jan".

from collections.abc import Collection
from datetime import date, timedelta
from html import escape

from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.chips import chips, in_rows, marked
from bot.features.cramps.messages.entry_card import open_button
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
    hint = _("To change the time, type it: 03:10")
    lines.append(f"<i>{escape(hint)}</i>")
    rows = list(_part_rows(tr, entry, parts))
    if entry.event_type == "cramp":
        words = code_labels(tr)["strength"]
        rows += in_rows(chips(entry, "strength", words, words), PER_ROW)
    rows.append(
        (
            open_button(entry, _("More…"), "more"),
            Button(_("Remove entry"), pack("cramps", "undo", entry.id)),
        )
    )
    back = [Button(_("◀ That night"), pack("history", "night", entry.night_on))]
    if entry.told_in is not None:
        # TRANSLATORS: Back to two cramps that one sentence told.
        back.append(Button(_("◀ Both cramps"), pack("typed", "both", entry.told_in)))
    rows.append(tuple(back))
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
            marked(label, chosen=part == "night" and not entry.has_time),
            pack("cramps", "part", entry.id, part),
        )
        for part, label in labels.items()
        if part in parts
    ]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
