"""Asking for typed times of a reminder."""

from html import escape

from bot.database.models import Kind
from bot.features.reminders.messages.names import title
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

MOST_TIMES = {Kind.HYDRATION: 8, Kind.CUSTOM: 8, Kind.CHECK_IN: 1, Kind.SUMMARY: 1}
MOST_TIMES_OTHERWISE = 3


def ask_times(
    tr: Translator, kind: Kind, reference: str | None = None, *, words: str | None = None
) -> Message:
    """Ask for one or more typed times of day."""
    _ = tr.gettext
    reference = reference or kind
    if most_times(kind) > 1:
        text = _("Type one or more times, such as 8:00, 12.30 and 3pm.")
    else:
        text = _("Type a time, such as 18:00 or 6pm.")
    rows = ((Button(_("◀ Back"), pack("reminders", "kind", reference)),),)
    return Message(f"{title(tr, kind, words)}\n{escape(text)}", rows)


def most_times(kind: Kind) -> int:
    """The most times of day that a reminder of this kind can have."""
    return MOST_TIMES.get(kind, MOST_TIMES_OTHERWISE)


def unclear_times(tr: Translator, kind: Kind, reference: str | None = None) -> Message:
    """The answer to times that could not be parsed, or to too many of them."""
    text = tr.ngettext(
        "I could not read that. I take {count} time here, such as 22:15 or 10.15pm.",
        "I could not read that. I take up to {count} times here, such as 8:00, 12.30 and 3pm.",
        most_times(kind),
    ).format(count=most_times(kind))
    rows = ((Button(tr.gettext("◀ Back"), pack("reminders", "kind", reference or kind)),),)
    return Message(escape(text), rows)
