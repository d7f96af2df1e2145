"""Answers to changes of an entry: removed, merged, a typed time or strength, a note."""

# TRANSLATORS, ALL: {when} is when a cramp was, such as "03:12, Tuesday night" or only "Tuesday
# night".

from collections.abc import Sequence
from html import escape

from bot.features.cramps import values
from bot.features.cramps.entry import Entry
from bot.features.cramps.entry_times import Unusable
from bot.features.cramps.messages.chips import chips, in_rows
from bot.features.cramps.messages.entry_card import change_button, open_button, relief_button
from bot.features.cramps.messages.entry_words import headline, one_line
from bot.features.cramps.messages.labels import code_labels, when_words
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


def same(tr: Translator, entry: Entry, first: Entry) -> Message:
    """Say that a tap was merged into an earlier entry, with a button to undo that."""
    _ = tr.gettext
    text = _("Got it: one cramp, {when}.").format(when=when_words(tr, first))
    other = Button(_("No, another cramp"), pack("cramps", "other", entry.id))
    return Message(escape(text), ((other, relief_button(tr, entry)),))


def removed(tr: Translator, entry: Entry) -> Message:
    """Say that an entry was removed, with a button to put it back."""
    _ = tr.gettext
    text = _("Removed: {when}.").format(when=when_words(tr, entry))
    rows = (
        (
            # TRANSLATORS: Puts back an entry that was removed, perhaps by typing "undo".
            Button(tr.pgettext("removed entry", "Undo"), pack("cramps", "restore", entry.id)),
            Button(_("◀ That night"), pack("history", "night", entry.night_on)),
        ),
    )
    return Message(escape(text), rows)


def _undo_row(undo: Button | None) -> Rows:
    return () if undo is None else ((undo,),)


def time_changed(tr: Translator, entry: Entry, undo: Button | None) -> Message:
    """Say that an entry's time was changed, with a button to undo that."""
    _ = tr.gettext
    text = _("Changed to {when}.").format(when=when_words(tr, entry))
    return Message(escape(text), _undo_row(undo))


def strength_set(tr: Translator, entry: Entry, undo: Button | None) -> Message:
    """Say that a typed number was taken as the strength of an entry, with a button to undo that."""
    _ = tr.gettext
    text = _("Strength {number} of 10: {when}.").format(
        number=entry.intensity, when=when_words(tr, entry)
    )
    return Message(escape(text), (*_undo_row(undo), (change_button(tr, entry),)))


def details_set(
    tr: Translator, entry: Entry, undo: Button | None, sites: Sequence[str] = ()
) -> Message:
    """Say what an entry is after details of it were typed.

    Args:
        tr: the text's language.
        entry: the entry after the change.
        undo: the button that undoes the change.
        sites: the sites that can be meant, if there are several: one chip each.
    """
    asked = chips(entry, "site", code_labels(tr)["site"], sites, "where")
    rows = (*in_rows(asked, 2), *_undo_row(undo), (change_button(tr, entry),))
    return Message(one_line(tr, entry), rows)


def _leave_row(tr: Translator, entry_id: int) -> Rows:
    return ((Button(tr.gettext("Leave it as it is"), pack("cramps", "leave", entry_id)),),)


def ask_time(tr: Translator, entry_id: int) -> Message:
    """Ask for the time of an entry."""
    text = tr.gettext("What time was it? Type it: 03:10, 15 min ago, yesterday 3am.")
    return Message(escape(text), _leave_row(tr, entry_id))


def unusable_time(tr: Translator, entry_id: int, why: Unusable) -> Message:
    """Say why a typed time cannot be that of an entry."""
    _ = tr.gettext
    if why is Unusable.TO_COME:
        text = _("That time is still to come. For the day before, type: yesterday 22:00")
    elif why is Unusable.TOO_LONG_AGO:
        text = _("That is more than a year ago, further back than I can go.")
    else:
        text = _("I could not read that as a time. Try 03:10, 15 min ago or yesterday 3am.")
    return Message(escape(text), _leave_row(tr, entry_id))


def ask_note(tr: Translator, entry: Entry) -> Message:
    """Ask for a note."""
    _ = tr.gettext
    lines = [headline(tr, entry), "", escape(_("Type a short note, or reply to the entry."))]
    last = [open_button(entry, _("◀ Back"), "rest")]
    if entry.note:
        last.append(Button(_("Remove the note"), pack("cramps", "set", entry.id, "note", "clear")))
    return Message("\n".join(lines), (tuple(last),))


def note_saved(tr: Translator, entry: Entry, undo: Button | None) -> Message:
    """Say that a note was stored, with a button to undo that."""
    text = tr.gettext("Note saved: {when}.").format(when=when_words(tr, entry))
    return Message(escape(text), (*_undo_row(undo), (change_button(tr, entry),)))


def note_too_long(tr: Translator, entry: Entry) -> Message:
    """Say that a note is too long, alone or together with what is noted already."""
    _ = tr.gettext
    if not entry.note:
        text = tr.ngettext(
            "That is too long for a note. Please use at most {count} character.",
            "That is too long for a note. Please use at most {count} characters.",
            values.LONGEST_NOTE,
        ).format(count=values.LONGEST_NOTE)
    else:
        left = max(values.LONGEST_NOTE - len(entry.note) - 1, 0)
        text = tr.ngettext(
            "That is too long to add to the note that is already there. There is room for {count} "
            "more character. Nothing is changed.",
            "That is too long to add to the note that is already there. There is room for {count} "
            "more characters. Nothing is changed.",
            left,
        ).format(count=left)
    rows = [(open_button(entry, _("Leave it as it is"), "closed"),)]
    if entry.note:
        data = pack("cramps", "set", entry.id, "note", "clear")
        rows.append((Button(_("Remove the note"), data),))
    return Message(escape(text), tuple(rows))


def notes_too_long(tr: Translator) -> str:
    """The answer to a tap that would merge two entries whose notes do not fit into one."""
    return tr.gettext(
        "The two notes together are too long for one entry, so I left both entries as they are."
    )


def stays(tr: Translator, entry: Entry) -> Message:
    """Say that an edited message could not be read, and what stays because of that."""
    _ = tr.gettext
    text = _("I could not understand your edit, so this stays as it is:")
    return Message(f"{escape(text)}\n{headline(tr, entry)}", ((change_button(tr, entry),),))


def edited(tr: Translator, entry: Entry, undo: Button | None) -> Message:
    """Say what an entry is after the message that made it was edited."""
    text = tr.gettext("Changed to match your message:")
    rows = (*_undo_row(undo), (change_button(tr, entry),))
    return Message(f"{escape(text)}\n{headline(tr, entry)}", rows)


def time_unchanged(tr: Translator, entry: Entry) -> Message:
    """Say that an entry's time was left as it is."""
    text = tr.gettext("Left as it is: {when}.").format(when=when_words(tr, entry))
    return Message(escape(text), ((change_button(tr, entry),),))


def too_late_to_put_back(tr: Translator) -> str:
    """The text of the toast for an entry that was removed too long ago."""
    _ = tr.gettext
    return _("You removed this entry more than a week ago, so it cannot be put back.")


def gone(tr: Translator) -> str:
    """The text of the toast for an entry that does not exist."""
    return tr.gettext("That entry no longer exists.")
