"""What is kept, taking it along, and leaving, in words and buttons."""

from collections.abc import Mapping
from html import escape

from bot.features.data_export.queries import Coming
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Document, Message, Rows, pack

HOURS = 48
"""A bot can remove messages of the last 48 hours only (Bot API, deleteMessage)."""


def _paragraphs(title: str, *parts: str) -> str:
    return "\n\n".join((f"<b>{escape(title)}</b>", *map(escape, parts)))


# Privacy -----------------------------------------------------------------------------------------


def privacy(tr: Translator, retention_days: int, *, is_helped: bool = False) -> Message:
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
        _("One person you invited sees your weeks and can log cramps for you: /caregiver")
        if is_helped
        else _("Nobody else sees your diary. /caregiver is for letting one person help."),
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
        "How long: your nights, and how you answered, for {count} day; what you told of yourself "
        "and your settings until you delete them. If you block me for as long, all of it goes.",
        "How long: your nights, and how you answered, for {count} days; what you told of yourself "
        "and your settings until you delete them. If you block me for as long, all of it goes.",
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


OTHERS = ("profile", "medicines", "warning_signs", "fair_tests", "weeks", "reminders")
"""Parts of a file that are counted together."""


def _counted(tr: Translator, counts: Mapping[str, int], *, has_settings: bool) -> str:
    """So many of each, those that there are."""
    entries, mornings = counts["entries"], counts["night_checks"]
    habits, answers = counts["habits"], counts["deliveries"]
    others = sum(counts[part] for part in OTHERS)
    words = (
        (entries, tr.ngettext("{count} entry", "{count} entries", entries)),
        (mornings, tr.ngettext("{count} morning", "{count} mornings", mornings)),
        (habits, tr.ngettext("{count} word on a habit", "{count} words on habits", habits)),
        (answers, tr.ngettext("{count} past reminder", "{count} past reminders", answers)),
        (others, tr.ngettext("{count} other thing", "{count} other things", others)),
        (int(has_settings), tr.gettext("your settings")),
    )
    return ", ".join(text.format(count=count) for count, text in words if count)


def import_question(tr: Translator, coming: Coming, document_id: int) -> Message:
    """What a file would bring, and whether to take it in.

    Args:
        tr: the text's language.
        coming: what it holds.
        document_id: the message that carries the file, which this one answers.
    """
    _ = tr.gettext
    held = _counted(tr, coming.held, has_settings=bool(coming.settings))
    if not coming.is_anything_new:
        return Message(escape(_all_here(tr, coming)), reply_to=document_id)
    parts = [_("Your file holds {parts}.").format(parts=held)]
    if coming.known:
        parts.append(
            tr.ngettext(
                "{count} of them is here already.",
                "{count} of them are here already.",
                coming.known,
            ).format(count=coming.known)
        )
    parts += _left_out(tr, coming)
    is_whole = not coming.known and not coming.removed and not coming.crowded
    parts.append(_("Shall I add it?") if is_whole else _("Shall I add the rest?"))
    parts.append(_("What is here stays as it is."))
    rows: Rows = (
        (
            Button(_("Add it"), pack("takeout", "import"), "primary"),
            Button(_("No"), pack("takeout", "noimport")),
        ),
    )
    return Message(escape(" ".join(parts)), rows, reply_to=document_id)


def _left_out(tr: Translator, coming: Coming) -> list[str]:
    """What of a file stays outside, and why."""
    parts = []
    if coming.removed:
        parts.append(
            tr.ngettext(
                "{count} entry that you removed here stays removed.",
                "{count} entries that you removed here stay removed.",
                coming.removed,
            ).format(count=coming.removed)
        )
    if coming.crowded:
        parts.append(
            tr.ngettext(
                "There is no room for {count} of them.",
                "There is no room for {count} of them.",
                coming.crowded,
            ).format(count=coming.crowded)
        )
    return parts


def _all_here(tr: Translator, coming: Coming) -> str:
    _ = tr.gettext
    if not any(coming.held.values()):
        return _("Your file holds nothing that is not here.")
    held = _counted(tr, coming.held, has_settings=False)
    parts = [_("Your file holds {parts}.").format(parts=held)]
    left_out = _left_out(tr, coming)
    parts += left_out or [_("All of it is here already.")]
    if left_out and coming.known:
        parts.append(_("The rest is here already."))
    return " ".join(parts)


def imported(tr: Translator, coming: Coming, *, is_set_up: bool) -> Message:
    """What was added.

    Args:
        tr: the text's language.
        coming: what was not here before.
        is_set_up: whether all questions of the beginning are answered now.
    """
    _ = tr.gettext
    text = _("All of it is here.")
    if coming.is_anything_new:
        new = {part: len(rows) for part, rows in coming.new.items()}
        added = _counted(tr, new, has_settings=bool(coming.settings))
        text = " ".join([_("Added: {parts}.").format(parts=added), *_left_out(tr, coming)])
    if not is_set_up:
        text += " " + _("A few questions are still open: /start")
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


def file_failed(tr: Translator) -> Message:
    """A file did not arrive."""
    return Message(escape(tr.gettext("The file could not be sent. Please try again.")))


def broken_file(tr: Translator, place: str) -> Message:
    """A diary file that holds something impossible."""
    _ = tr.gettext
    text = _("Something in that file cannot be right ({place}), so I took nothing of it.")
    return Message(escape(text.format(place=place)))


def too_big(tr: Translator) -> Message:
    """A file beyond what is read."""
    return Message(escape(tr.gettext("That file is too big for me: up to 5 MB, please.")))


# Leaving -----------------------------------------------------------------------------------------


def delete_question(tr: Translator, file_message_id: int | None = None) -> Message:
    """The one confirmation before everything is erased, with a last file offered first.

    Args:
        tr: the text's language.
        file_message_id: the message of the last file, once that was sent; it is not removed.
    """
    _ = tr.gettext
    text = _paragraphs(
        _("Erase everything?"),
        _("Your diary, reminders, settings and all else about you here. This cannot be undone."),
        _(
            "I then remove our messages of the last 48 hours too, files among them, but not the "
            "diary that you ask for below. A bot cannot remove older ones: to clear those, open "
            "the menu of this chat and choose Clear history or Delete chat."
        ),
    )
    kept = () if file_message_id is None else (file_message_id,)
    rows: Rows = (
        (Button(_("Send me my diary first"), pack("takeout", "last")),),
        (Button(_("Yes, erase everything"), pack("takeout", "delete", "yes", *kept), "danger"),),
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
