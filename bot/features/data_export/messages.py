"""Messages about export, import and erasure."""

# TRANSLATORS, ALL: Export, import and erasure. {parts} is a list such as "3 entries, 2
# mornings, your settings".

from collections.abc import Mapping
from html import escape

from bot.features.data_export.import_preview_queries import ImportCounts
from bot.features.diary import limits
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Document, Message, Rows, pack


def paragraphs(title: str, *parts: str) -> str:
    return "\n\n".join((f"<b>{escape(title)}</b>", *map(escape, parts)))


# Export ------------------------------------------------------------------------------------------


def export_card(tr: Translator) -> Message:
    """The file formats, and how a file is imported."""
    _ = tr.gettext
    text = paragraphs(
        _("Export your diary"),
        _(
            "Tables open in any spreadsheet: one row for each night in words, or one row for each "
            "entry with every detail as a code. The calendar shows your cramps beside your days. "
            "The complete file contains everything: send it to me, here or in another account, "
            "and I import it without duplicates."
        ),
        _(
            "For a clinic's system there is a FHIR file, with the weeks and lines of your pages "
            "for a doctor. Look at those pages first: /report."
        ),
    )
    rows: Rows = (
        (
            Button(_("Nights (CSV)"), pack("takeout", "file", "nights")),
            Button(_("Entries (CSV)"), pack("takeout", "file", "csv")),
        ),
        (
            Button(_("Calendar (ICS)"), pack("takeout", "file", "ics")),
            Button(_("Complete (JSON)"), pack("takeout", "file", "json")),
        ),
        (Button(_("For a clinic's system (FHIR)"), pack("takeout", "file", "fhir")),),
    )
    return Message(text, rows)


def _file_caption(tr: Translator, file_format: str) -> str:
    _ = tr.gettext
    return {
        "nights": _("Your nights as a table, one row for each night."),
        "csv": _("Your entries as a table."),
        "ics": _("Your cramps as a calendar."),
        "json": _("Your complete diary. Keep it somewhere safe: it is not encrypted."),
        "fhir": _(
            "For a clinic's system (FHIR R4): what your pages for a doctor say, and each entry of "
            "those weeks. Lines that you left out there are left out here. It is not encrypted."
        ),
    }[file_format]


def file_message(tr: Translator, file_format: str, document: Document) -> Message:
    """The exported file with its caption."""
    return Message(escape(_file_caption(tr, file_format)), document=document)


# Import ------------------------------------------------------------------------------------------


OTHER_PARTS = (
    "profile",
    "medicines",
    "warning_signs",
    "fair_tests",
    "weeks",
    "reminders",
    "reminder_nights",
    "exposures",
)
"""Parts of a file that are counted together."""


def _counts_text(tr: Translator, counts: Mapping[str, int], *, has_settings: bool) -> str:
    """The number of rows of each part that has any, in one line."""
    entries, mornings = counts["entries"], counts["night_checks"]
    habits, answers = counts["habits"], counts["deliveries"]
    others = sum(counts[part] for part in OTHER_PARTS)
    words = (
        (entries, tr.ngettext("{count} entry", "{count} entries", entries)),
        (mornings, tr.ngettext("{count} morning", "{count} mornings", mornings)),
        (
            habits,
            tr.ngettext("{count} answer about habits", "{count} answers about habits", habits),
        ),
        (answers, tr.ngettext("{count} past reminder", "{count} past reminders", answers)),
        (others, tr.ngettext("{count} other item", "{count} other items", others)),
        (int(has_settings), tr.gettext("your settings")),
    )
    return ", ".join(text.format(count=count) for count, text in words if count)


def import_question(tr: Translator, preview: ImportCounts, document_id: int) -> Message:
    """What an import would add, and the question whether to import.

    Args:
        tr: The language of the message.
        preview: What the file contains and what is new.
        document_id: The message with the file; this message is a reply to it.
    """
    _ = tr.gettext
    in_file = _counts_text(tr, preview.in_file, has_settings=preview.has_settings)
    if not preview.is_anything_new:
        return Message(escape(_nothing_new(tr, preview)), reply_to=document_id)
    parts = [_("Your file contains {parts}.").format(parts=in_file)]
    if preview.known:
        parts.append(
            tr.ngettext(
                "{count} of them is already here.",
                "{count} of them are already here.",
                preview.known,
            ).format(count=preview.known)
        )
    parts += _not_imported_parts(tr, preview)
    is_all_new = not preview.known and not preview.deleted and not preview.over_limit
    parts.append(_("Shall I add it?") if is_all_new else _("Shall I add the rest?"))
    parts.append(_("What is here stays as it is."))
    rows: Rows = (
        (
            Button(_("Add it"), pack("takeout", "import"), "primary"),
            Button(_("No"), pack("takeout", "noimport")),
        ),
    )
    return Message(escape(" ".join(parts)), rows, reply_to=document_id)


def _not_imported_parts(tr: Translator, preview: ImportCounts) -> list[str]:
    """Sentences on what an import would not add, and why."""
    parts = []
    if preview.deleted:
        parts.append(
            tr.ngettext(
                "{count} entry that you removed here stays removed.",
                "{count} entries that you removed here stay removed.",
                preview.deleted,
            ).format(count=preview.deleted)
        )
    if preview.over_limit:
        parts.append(
            tr.ngettext(
                "There is no room for {count} of them.",
                "There is no room for {count} of them.",
                preview.over_limit,
            ).format(count=preview.over_limit)
        )
    return parts


def _nothing_new(tr: Translator, preview: ImportCounts) -> str:
    _ = tr.gettext
    if not any(preview.in_file.values()):
        return _("Your file contains nothing new.")
    in_file = _counts_text(tr, preview.in_file, has_settings=False)
    parts = [_("Your file contains {parts}.").format(parts=in_file)]
    not_imported = _not_imported_parts(tr, preview)
    parts += not_imported or [_("All of it is already here.")]
    if not_imported and preview.known:
        parts.append(_("The rest is already here."))
    return " ".join(parts)


def imported(tr: Translator, preview: ImportCounts, *, is_set_up: bool) -> Message:
    """What an import added.

    Args:
        tr: The language of the message.
        preview: What was new.
        is_set_up: Whether all questions of the set-up are answered.
    """
    _ = tr.gettext
    text = _("Everything is here.")
    if preview.is_anything_new:
        added = _counts_text(tr, preview.new, has_settings=preview.has_settings)
        sentences = [_("Added: {parts}.").format(parts=added), *_not_imported_parts(tr, preview)]
        text = " ".join(sentences)
    if not is_set_up:
        text += " " + _("A few questions are still open: /start")
    rows: Rows = ((Button(_("Your nights"), pack("history", "open")),),)
    return Message(escape(text), rows)


def too_many_imports(tr: Translator) -> str:
    """The person has imported as many files today as are allowed."""
    text = tr.gettext("I can import {most} files a day. Please send me this one again tomorrow.")
    return text.format(most=limits.IMPORTS_A_DAY)


def not_imported(tr: Translator) -> Message:
    """The person declined the import."""
    return Message(escape(tr.gettext("All right, nothing is added.")))


def download_failed(tr: Translator) -> Message:
    """The file could not be downloaded."""
    return Message(escape(tr.gettext("I can no longer reach that file. Please send it again.")))


def files_out_of_reach(tr: Translator) -> Message:
    """No file can be downloaded until the operator changes something."""
    text = tr.gettext(
        "I cannot fetch files right now. Nothing is wrong with yours: whoever runs this bot has to "
        "change a setting."
    )
    return Message(escape(text))


def not_a_diary(tr: Translator) -> Message:
    """The file is not an exported diary."""
    _ = tr.gettext
    text = _("I can only read complete files (JSON) made by /export. I cannot use this one.")
    return Message(escape(text), ((Button(_("Export my diary…"), pack("takeout", "export")),),))


def file_failed(tr: Translator) -> Message:
    """An exported file could not be sent."""
    return Message(escape(tr.gettext("The file could not be sent. Please try again.")))


def invalid_value(tr: Translator, path: str) -> Message:
    """The file has an invalid value at a path such as ``entries.0.site``."""
    _ = tr.gettext
    text = _("Something in that file is not right ({place}), so I imported nothing.")
    return Message(escape(text.format(place=path)))


def file_too_large(tr: Translator) -> Message:
    """The file is larger than the limit."""
    return Message(escape(tr.gettext("That file is too big for me. It may have at most 20 MB.")))


# Erasure -----------------------------------------------------------------------------------------


def delete_question(tr: Translator, file_message_id: int | None = None) -> Message:
    """The confirmation before everything is erased; it offers an export first.

    Args:
        tr: The language of the message.
        file_message_id: The message with that export, if it was sent; it is not deleted.
    """
    _ = tr.gettext
    text = paragraphs(
        _("Erase everything?"),
        _(
            "Your diary, reminders, settings and everything else about you here. It cannot "
            "be undone."
        ),
        _(
            "I then remove our messages of the last 48 hours too, including files, but not the "
            "diary that you ask for below. A bot cannot remove older messages. To clear those, "
            "open the menu of this chat and choose Clear history or Delete chat."
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
    """Everything is erased."""
    _ = tr.gettext
    text = _(
        "Everything about you here is erased. To clear what you still see, open the menu of this "
        "chat and choose Clear history or Delete chat. If you ever want to start again: /start"
    )
    return Message(escape(text), removes_keyboard=True)
