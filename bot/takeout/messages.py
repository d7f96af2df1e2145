"""What is kept, taking it along, and leaving, in words and buttons."""

from html import escape

from bot.i18n import Translator
from bot.message import Button, Document, Message, Rows, pack
from bot.takeout.queries import Coming

HOURS = 48
"""A bot can remove messages of the last 48 hours only (Bot API, deleteMessage)."""


def _paragraphs(title: str, *parts: str) -> str:
    return "\n\n".join((f"<b>{escape(title)}</b>", *map(escape, parts)))


# Privacy -----------------------------------------------------------------------------------------


def privacy(tr: Translator, retention_days: int) -> Message:
    """What is stored, where, who can see it, and for how long."""
    _ = tr.gettext
    text = _paragraphs(
        _("Privacy"),
        _(
            "Kept: your Telegram id, language, time zone, bed and wake time, your answer about "
            "drinks and an emergency number if you set one; your cramps with all you tell of them "
            "and your notes; your mornings and habits; your reminders and how you answered them; "
            "what you choose to tell about your health and medicines; warning signs you met; your "
            "fair tests; weekly summaries; and a report in the making."
        ),
        _(
            "Not kept: your name, your position, and what else you write. Only a message that I "
            "fail on is kept for a week, so that it can be made good."
        ),
        _(
            "Where: on the server of whoever runs this bot, who can read it. Nothing is passed "
            "on. Telegram itself sees this chat."
        ),
        _retention(tr, retention_days),
        _("/export gives you all of it as files. /delete erases everything about you here."),
        _chat_words(tr),
    )
    rows: Rows = (
        (Button(_("Take it along…"), pack("takeout", "export")),),
        (Button(_("Delete everything…"), pack("takeout", "delete")),),
    )
    return Message(text, rows)


def _retention(tr: Translator, days: int) -> str:
    _ = tr.gettext
    if days == 0:
        return _("How long: until you delete it.")
    return tr.ngettext(
        "How long: for {count} day, or until you delete it.",
        "How long: for {count} days, or until you delete it.",
        days,
    ).format(count=days)


def _chat_words(tr: Translator) -> str:
    return tr.gettext(
        "In Telegram a bot can remove messages of the last 48 hours only. To clear the rest, open "
        "the menu of this chat and choose Clear history or Delete chat."
    )


# Export ------------------------------------------------------------------------------------------


def export_card(tr: Translator) -> Message:
    """The files that can be had, and how one comes back."""
    _ = tr.gettext
    text = _paragraphs(
        _("Take your diary along"),
        _(
            "A table opens in any spreadsheet. The calendar shows your cramps beside your days. "
            "The complete file holds everything: send it to me again, here or in another account, "
            "and I take it in without doubles."
        ),
    )
    rows: Rows = (
        (
            Button(_("Table (CSV)"), pack("takeout", "file", "csv")),
            Button(_("Calendar (ICS)"), pack("takeout", "file", "ics")),
        ),
        (Button(_("Complete (JSON)"), pack("takeout", "file", "json")),),
    )
    return Message(text, rows)


def file_words(tr: Translator, kind: str) -> str:
    """What stands below a file."""
    _ = tr.gettext
    return {
        "csv": _("Your entries as a table."),
        "ics": _("Your cramps as a calendar."),
        "json": _("Your complete diary. Keep it somewhere safe: it is not encrypted."),
    }[kind]


def file_message(tr: Translator, kind: str, document: Document) -> Message:
    """A file to keep."""
    return Message(escape(file_words(tr, kind)), document=document)


# Import ------------------------------------------------------------------------------------------


def import_question(tr: Translator, coming: Coming, document_id: int) -> Message:
    """What a file would bring, and whether to take it in.

    Args:
        tr: the text's language.
        coming: what it holds.
        document_id: the message that carries the file, which this one answers.
    """
    _ = tr.gettext
    lines = [
        tr.ngettext("{count} entry", "{count} entries", coming.entries).format(
            count=coming.entries
        ),
        tr.ngettext("{count} morning", "{count} mornings", coming.nights).format(
            count=coming.nights
        ),
        tr.ngettext("{count} other thing", "{count} other things", coming.others).format(
            count=coming.others
        ),
    ]
    known = coming.entries + coming.nights + coming.others
    known -= coming.new_entries + coming.new_nights + coming.new_others
    text = _("Your file holds {parts}.").format(parts=", ".join(lines))
    if not coming.is_anything_new:
        all_here = _("All of it is here already.")
        return Message(escape(f"{text} {all_here}"), reply_to=document_id)
    parts = [text]
    if known:
        parts.append(
            tr.ngettext(
                "{count} of them is here already.", "{count} of them are here already.", known
            ).format(count=known)
        )
    parts.append(_("Shall I add the rest? What is here stays as it is."))
    rows: Rows = (
        (
            Button(_("Add it"), pack("takeout", "import"), "primary"),
            Button(_("No"), pack("takeout", "noimport")),
        ),
    )
    return Message(escape(" ".join(parts)), rows, reply_to=document_id)


def imported(tr: Translator, coming: Coming) -> Message:
    """What was added."""
    _ = tr.gettext
    text = tr.ngettext(
        "Added: {count} entry, and what belongs to it.",
        "Added: {count} entries, and what belongs to them.",
        coming.new_entries,
    ).format(count=coming.new_entries)
    rows: Rows = ((Button(_("Your nights"), pack("history", "open")),),)
    return Message(escape(text), rows)


def not_imported(tr: Translator) -> Message:
    """The file stays outside."""
    return Message(escape(tr.gettext("Fine, nothing is added.")))


def send_again(tr: Translator) -> Message:
    """The file cannot be had any more."""
    return Message(escape(tr.gettext("I cannot reach that file any more. Please send it again.")))


def not_ours(tr: Translator) -> Message:
    """A file that is no diary."""
    _ = tr.gettext
    text = _(
        "I only read files that /export made, the complete ones (JSON). I cannot use this one."
    )
    return Message(escape(text), ((Button(_("Take it along…"), pack("takeout", "export")),),))


def broken_file(tr: Translator, place: str) -> Message:
    """A diary file that holds something impossible."""
    _ = tr.gettext
    text = _("Something in that file cannot be right ({place}), so I took nothing of it.")
    return Message(escape(text.format(place=place)))


def too_big(tr: Translator) -> Message:
    """A file beyond what is read."""
    return Message(escape(tr.gettext("That file is too big for me: up to 5 MB, please.")))


# Leaving -----------------------------------------------------------------------------------------


def delete_question(tr: Translator) -> Message:
    """The one confirmation before everything is erased, with a last file offered first."""
    _ = tr.gettext
    text = _paragraphs(
        _("Erase everything?"),
        _("Your diary, reminders, settings and all else about you here. This cannot be undone."),
        _(
            "I then remove our messages of the last 48 hours too; a bot cannot remove older ones. "
            "To clear those, open the menu of this chat and choose Clear history or Delete chat."
        ),
    )
    rows: Rows = (
        (Button(_("Send me my diary first"), pack("takeout", "file", "json")),),
        (Button(_("Yes, erase everything"), pack("takeout", "delete", "yes"), "danger"),),
        (Button(_("No, keep it"), pack("users", "settings")),),
    )
    return Message(text, rows)


def deleted(tr: Translator) -> Message:
    """Everything is gone."""
    _ = tr.gettext
    text = _(
        "Everything about you is erased here. To clear what you still see, open the menu of this "
        "chat and choose Clear history or Delete chat. If you ever want to begin again: /start"
    )
    return Message(escape(text), removes_keyboard=True)
