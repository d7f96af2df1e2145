"""Questions and answers about cramps that were not logged at once."""

from datetime import datetime
from html import escape

from bot.features.cramps.messages.labels import night_name
from bot.features.cramps.values import Unusable
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.local_time.nights import night_of
from bot.telegram.message import Button, Message, pack


def ask_backdated(tr: Translator) -> Message:
    """Ask when a cramp was that the person did not log at once."""
    text = tr.gettext(
        "When was it? Type it: yesterday 3am, Tue 02:40, 12 Jan 03:10, or just: last night."
    )
    rows = ((Button(tr.gettext("◀ Back"), pack("history", "open")),),)
    return Message(escape(text), rows)


def unusable_backdated(tr: Translator, why: Unusable) -> Message:
    """Say why no cramp can be logged at a typed time."""
    _ = tr.gettext
    text = {
        Unusable.TO_COME: _("That time is still to come. Which one before now do you mean?"),
        Unusable.TOO_LONG_AGO: _("That is more than a year ago, further back than I can go."),
        Unusable.UNCLEAR: _("I could not read that as a time. Try yesterday 3am or Tue 02:40."),
    }[why]
    rows = ((Button(_("◀ Back"), pack("history", "open")),),)
    return Message(escape(text), rows)


def offer(tr: Translator, message_id: int, local_at: datetime, at: datetime) -> Message:
    """Ask whether a typed time that was not asked for is that of a cramp.

    Args:
        tr: the text's language.
        message_id: of the message with the time; it will identify the entry.
        local_at: the wall-clock time that was understood.
        at: the same time as an aware instant.
    """
    _ = tr.gettext
    night = night_name(tr, night_of(local_at))
    text = _("A cramp at {time}, {night}?").format(time=clock(tr, local_at), night=night)
    data = pack("cramps", "logat", message_id, int(at.timestamp()))
    rows = ((Button(_("Log it"), data, "primary"), Button(_("No"), pack("cramps", "nolog"))),)
    return Message(escape(text), rows)


def not_logged(tr: Translator) -> Message:
    """Say that nothing was logged."""
    _ = tr.gettext
    rows = ((Button(_("Help"), pack("users", "help")),),)
    return Message(escape(_("Fine, nothing is logged.")), rows)
