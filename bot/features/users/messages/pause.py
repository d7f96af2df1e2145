"""Pausing and resuming reminders."""

# TRANSLATORS, ALL: How long reminders are paused: buttons, two in a row.

from datetime import datetime
from html import escape

from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def pause_question(tr: Translator) -> Message:
    """Ask how long reminders shall be paused."""
    _ = tr.gettext
    rows = (
        (
            Button(_("Tonight"), pack("users", "pause", "night")),
            Button(_("A week"), pack("users", "pause", "week")),
        ),
        (
            Button(_("Until a day…"), pack("users", "pause", "date")),
            Button(_("Until I resume"), pack("users", "pause", "open")),
        ),
    )
    text = _("How long should I pause your reminders? You can still log cramps.")
    return Message(escape(text), rows)


def pause_until_question(tr: Translator) -> Message:
    """Ask for the date on which reminders resume."""
    text = tr.gettext("Until which day? Type a date, such as 24 Jan, or a weekday.")
    return Message(escape(text))


def pause_words(tr: Translator, until_local: datetime | None) -> str:
    """The pause as a sentence.

    Args:
        tr: the translator for this person.
        until_local: the end of the pause, as wall-clock time where the person is; None for a pause
            without an end.
    """
    _ = tr.gettext
    if until_local is None:
        return _("Reminders are paused until you resume them.")
    return _("Reminders are paused until {day}, {time}.").format(
        day=day(tr, until_local.date()), time=clock(tr, until_local)
    )


def paused(tr: Translator, words: str) -> Message:
    """The confirmation of a pause."""
    rows = ((Button(tr.gettext("Resume now"), pack("users", "resume")),),)
    return Message(escape(words), rows)


def resumed(tr: Translator) -> Message:
    """The confirmation that reminders are resumed."""
    return _with_reminders(tr, tr.gettext("Reminders are on again."))


def not_paused(tr: Translator) -> Message:
    """The answer to who wants to resume while there is no pause."""
    return _with_reminders(
        tr, tr.gettext("Nothing was paused: your reminders are as you set them.")
    )


def _with_reminders(tr: Translator, text: str) -> Message:
    rows = ((Button(tr.gettext("Reminders"), pack("reminders", "list")),),)
    return Message(escape(text), rows)
