"""Reminders in the person's own words."""

# TRANSLATORS, ALL: A reminder in the words of the person.

from html import escape

from bot.database.stored_values import Kind
from bot.features.health_profile.gate_messages import own_reminder_line
from bot.features.health_profile.medicine_words import speaks_of_medicine
from bot.features.reminders.messages.names import LONGEST_WORDS, title
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


def _back_to_list(tr: Translator) -> Rows:
    return ((Button(tr.gettext("◀ All reminders"), pack("reminders", "list")),),)


def ask_words(tr: Translator, slot: int | None = None) -> Message:
    """Ask for the words of a reminder.

    Args:
        tr: the translator for this person.
        slot: the reminder whose words are changed; None for a new one.
    """
    _ = tr.gettext
    lines = [
        _("What should I remind you about? Type it in your own words."),
        _("For example, something that a doctor, nurse or pharmacist told you to do."),
    ]
    back = (
        _back_to_list(tr)
        if slot is None
        else ((Button(_("◀ Back"), pack("reminders", "kind", f"{Kind.CUSTOM}.{slot}")),),)
    )
    return Message("\n".join(map(escape, lines)), back)


def unusable_words(tr: Translator) -> Message:
    """The answer to words that are too long for a reminder."""
    text = tr.ngettext(
        "That is too long to read on a phone. Please use at most {count} character.",
        "That is too long to read on a phone. Please use at most {count} characters.",
        LONGEST_WORDS,
    ).format(count=LONGEST_WORDS)
    return Message(escape(text), _back_to_list(tr))


def ask_first_times(tr: Translator, words: str) -> Message:
    """Ask for the times of a new reminder; words of a medicine or an amount get their one line."""
    lines = [tr.gettext("When? Type one or more times, such as 8:00, 12.30 and 3pm.")]
    if speaks_of_medicine(words):
        lines.append(own_reminder_line(tr))
    text = "\n".join(map(escape, lines))
    return Message(f"{title(tr, Kind.CUSTOM, words)}\n{text}", _back_to_list(tr))


def too_many(tr: Translator, most: int) -> Message:
    """The answer when the person has as many reminders as are allowed."""
    text = tr.ngettext(
        "You have {count} reminder, the most I can keep. Remove one first.",
        "You have {count} reminders, the most I can keep. Remove one first.",
        most,
    ).format(count=most)
    return Message(escape(text), _back_to_list(tr))


def remove_question(tr: Translator, slot: int, words: str) -> Message:
    """Ask for confirmation before a reminder and all answers to it are deleted."""
    _ = tr.gettext
    text = _("Remove this reminder and your answers to it?")
    rows = (
        (
            Button(_("Yes, remove it"), pack("reminders", "removed", slot), "danger"),
            Button(_("No, keep it"), pack("reminders", "kind", f"{Kind.CUSTOM}.{slot}")),
        ),
    )
    return Message(f"{title(tr, Kind.CUSTOM, words)}\n{escape(text)}", rows)
