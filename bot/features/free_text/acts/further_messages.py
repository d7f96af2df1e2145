"""Answers to sentences that look, correct, tell or only talk (see ``further_values.py``)."""

# TRANSLATORS, ALL: Answers to typed questions, thanks and greetings. A line with a colon stands
# above an entry.

from collections.abc import Sequence
from datetime import date, time
from html import escape

from bot.database.stored_values import Habit
from bot.features.check_in.messages import habit_words
from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.entry_card import change_button
from bot.features.cramps.messages.entry_words import headline
from bot.features.cramps.messages.labels import code_labels, helped_labels, night_name
from bot.features.cramps.told_codes import Told
from bot.features.diary.tried import Tried
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.meanings.values import Page, Show, encode
from bot.features.free_text.messages import choice
from bot.features.learn.messages import label as card_label
from bot.features.summary.messages import caveat
from bot.features.summary.month_quarter_messages import span_lines
from bot.features.summary.nights_in_a_row import NightsInARow
from bot.features.summary.periods import PeriodFigures
from bot.features.users.messages.menu_and_help import can_type
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

# The diary ---------------------------------------------------------------------------------------


def before_the_diary(tr: Translator, first_on: date) -> Message:
    """Say that the diary has no night of the time that was asked about."""
    _ = tr.gettext
    text = _("Your diary does not go back that far. It begins here: {day}")
    first = formats.day(tr, first_on, "yMMMd")
    return Message(escape(text.format(day=first)), _nights(tr))


def _nights(tr: Translator) -> Rows:
    return ((Button(tr.gettext("Your nights"), pack("history", "open")),),)


def many_nights(tr: Translator, figures: PeriodFigures, total: int) -> str:
    """The words about a span of nights, as HTML: its dates, coverage, cramps and strength."""
    lines = [f"<b>{escape(formats.days(tr, figures.first_on, figures.last_on, 'yMMMd'))}</b>"]
    lines += span_lines(tr, figures, total)
    if total and figures.covered and not figures.cramps:
        lines.append(escape(tr.gettext("No cramps on the nights you logged.")))
    return "\n".join(lines)


def in_a_row(tr: Translator, found: NightsInARow | None) -> str:
    """The words about nights in a row, as HTML; None of a diary that says nothing of any night."""
    _ = tr.gettext
    lines = [f"<b>{escape(_('Nights in a row'))}</b>"]
    if found is None:
        lines.append(escape(_("No entries so far, and that is fine.")))
    else:
        lines += (escape(line) for line in _row_lines(tr, found))
    return "\n".join((*lines, "", caveat(tr)))


def _row_lines(tr: Translator, found: NightsInARow) -> list[str]:
    """The newest row, then the last night without cramps and the longest row of such nights."""
    _ = tr.gettext
    newest, longest = found.newest, found.longest_free
    if newest.has_cramps:
        newest_line = tr.ngettext(
            "With cramps: {count} night. The last one: {day}",
            "With cramps: {count} nights in a row. The last one: {day}",
            newest.nights,
        )
    else:
        newest_line = tr.ngettext(
            "Without cramps: {count} night. The last one: {day}",
            "Without cramps: {count} nights in a row. The last one: {day}",
            newest.nights,
        )
    lines = [newest_line.format(count=newest.nights, day=formats.day(tr, newest.last_on))]
    if newest.has_cramps and found.last_free_on is not None:
        day = formats.day(tr, found.last_free_on)
        lines.append(_("Your last night without cramps: {day}").format(day=day))
    elif found.last_free_on is None:
        lines.append(_("No night is marked as free of cramps so far."))
    if longest is not None and longest.nights > 1 and longest != newest:
        days = formats.days(tr, longest.first_on, longest.last_on)
        line = tr.ngettext(
            "Longest time without cramps: {count} night, {days}",
            "Longest time without cramps: {count} nights in a row, {days}",
            longest.nights,
        )
        lines.append(line.format(count=longest.nights, days=days))
    return lines


def none_logged(tr: Translator, event_type: str) -> Message:
    """Say that the diary has no entry of a type."""
    _ = tr.gettext
    is_cramp = event_type == "cramp"
    text = _("No cramp is logged so far.") if is_cramp else _("No twitch is logged so far.")
    return Message(escape(text), _nights(tr))


def no_strength(tr: Translator) -> Message:
    """Say that no cramp of the nights that were asked about has a strength."""
    _ = tr.gettext
    text = _(
        "No strength was noted on these nights, so I cannot say which cramp was the strongest."
    )
    return Message(escape(text), _nights(tr))


def strongest_entry(tr: Translator, entry: Entry, today: date) -> str:
    """The words about the strongest cramp, as HTML."""
    return headline(tr, entry, tr.gettext("The strongest cramp:"), today)


def last_entry(tr: Translator, entry: Entry, today: date) -> str:
    """The words about the last entry of its type, as HTML."""
    _ = tr.gettext
    title = _("Your last cramp:") if entry.event_type == "cramp" else _("Your last twitch:")
    return headline(tr, entry, title, today)


FEW_ANSWERS = 5
"""Below so many entries that say whether something helped, they are called few."""


def what_helped(tr: Translator, tried: Sequence[Tried], message_id: int) -> Message:
    """How often each thing that was tried is noted as having helped, the most often first."""
    _, names = tr.gettext, code_labels(tr)["relief"]
    relief = choice(Show(Page.RELIEF), _("Relief"), message_id)
    if not tried:
        # TRANSLATORS: Somebody asks what helped them best. The example is something to be typed.
        text = _(
            "No entry says yet what helped. After a cramp you can simply type it, such as: walking"
            " helped"
        )
        return Message(escape(text), ((relief,),))
    lines = [f"<b>{escape(_('What helped so far'))}</b>"]
    for one in sorted(tried, key=lambda one: (-one.helped, one.answered)):
        if not one.answered:
            count = tr.ngettext("{count} entry", "{count} entries", one.entries)
            words = count.format(count=one.entries)
            lines.append(escape(_("{label}: {text}").format(label=names[one.code], text=words)))
            continue
        # TRANSLATORS: {what} is what was tried against a cramp, such as "Walked"; {helped} of
        # {count} entries say that it helped.
        text = tr.ngettext(
            "{what}: helped on {helped} of {count} entry",
            "{what}: helped on {helped} of {count} entries",
            one.answered,
        )
        line = text.format(what=names[one.code], helped=one.helped, count=one.answered)
        lines.append(escape(line))
    is_little = sum(one.answered for one in tried) < FEW_ANSWERS
    last = (
        _("That is little to go by so far.")
        if is_little
        else _("This is no test: chance plays a part too.")
    )
    return Message("\n".join((*lines, escape(last))), ((relief,),))


def entry_ways(tr: Translator, entry_id: int, night_on: date) -> Rows:
    """Ways from the picture of a week to the entry that the words are about."""
    _ = tr.gettext
    return (
        (
            Button(_("✏️ Change"), pack("cramps", "open", entry_id, "first")),
            Button(_("◀ That night"), pack("history", "night", night_on)),
        ),
    )


# Undo and corrections ----------------------------------------------------------------------------


def nothing_to_undo(tr: Translator) -> Message:
    """Say that there is nothing to undo, and where to look."""
    _ = tr.gettext
    text = _("There is nothing to undo here. You can change entries and reminders below.")
    reminders = Button(_("Reminders"), pack("reminders", "list"))
    return Message(escape(text), (*_nights(tr), (reminders,)))


def setting_was_tapped(tr: Translator) -> Message:
    """Say that a setting changed with a button is not undone by typing, and where it is."""
    _ = tr.gettext
    text = _("The last change was a setting that you tapped. You can change it back here:")
    reminders = Button(_("Reminders"), pack("reminders", "list"))
    settings = Button(_("Settings"), pack("users", "settings"))
    return Message(escape(text), ((reminders,), (settings,), *_nights(tr)))


def leave_button(tr: Translator) -> Button:
    """The button that changes nothing."""
    return Button(tr.gettext("Leave it as it is"), pack("typed", "no"))


def edit_not_followed(tr: Translator) -> Message:
    """Say that nothing follows the edit of a message that logged no cramp."""
    text = tr.gettext(
        "Nothing is changed: I only follow edits to messages that logged a cramp. Please send this "
        "as a new message."
    )
    return Message(escape(text))


def ask_undo(tr: Translator, entry: Entry, button: Button) -> Message:
    """Ask whether the change that a button names is to be undone."""
    text = f"{escape(tr.gettext('Undo this?'))}\n{headline(tr, entry)}"
    return Message(text, ((button,), (leave_button(tr),)))


def remove_button(tr: Translator, entry: Entry) -> Button:
    """The button that removes an entry."""
    return Button(tr.gettext("Remove entry"), pack("cramps", "undo", entry.id))


def put_back_button(tr: Translator, entry: Entry) -> Button:
    """The button that restores a removed entry."""
    return Button(tr.gettext("Undo"), pack("cramps", "restore", entry.id))


def ask_remove(tr: Translator, entry: Entry) -> Message:
    """Ask whether an older entry is to be removed."""
    text = f"{escape(tr.gettext('Remove this entry?'))}\n{headline(tr, entry)}"
    return Message(text, ((remove_button(tr, entry),), (leave_button(tr),)))


def entry_is_back(tr: Translator, entry: Entry) -> Message:
    """Say that a removed entry is there again."""
    text = f"{escape(tr.gettext('Undone.'))}\n{headline(tr, entry)}"
    return Message(text, ((change_button(tr, entry), remove_button(tr, entry)),))


def what_is_wrong(tr: Translator, entry: Entry | None, undo: Button) -> Message:
    """Ask what is to be done about something that is wrong: undo it, change it, or nothing."""
    lines = [escape(tr.gettext("Sorry. What should I do?"))]
    if entry is None:
        return Message(lines[0], ((undo,), (leave_button(tr),)))
    rows = ((undo,), (change_button(tr, entry),), (leave_button(tr),))
    return Message("\n".join((*lines, headline(tr, entry))), rows)


def corrected(tr: Translator, entry: Entry, undo: Button | None) -> Message:
    """Say what an entry is after it was corrected, with the way back."""
    text = f"{escape(tr.gettext('Changed to match your message:'))}\n{headline(tr, entry)}"
    rows = () if undo is None else ((undo,),)
    return Message(text, (*rows, (change_button(tr, entry),)))


def tried_is_kept(tr: Translator, entry: Entry, undo: Button | None, told: Told) -> Message:
    """Say what was tried about a cramp; where that is not said, ask how far it helped."""
    labels = helped_labels(tr)
    is_told = "helped" in dict(told)
    lines = (escape(tr.gettext("Noted what you tried:")), headline(tr, entry))
    asked = tuple(
        Button(labels[code], pack("typed", "fix", entry.id, encode(Correct((("helped", code),)))))
        for code in (() if is_told else ("a_lot", "a_bit"))
    )
    rows = (asked, () if undo is None else (undo,), (change_button(tr, entry),))
    return Message("\n".join(lines), tuple(row for row in rows if row))


def ask_correction(
    tr: Translator, entry: Entry, buttons: tuple[Button, ...], *, of_time: bool
) -> Message:
    """Ask whether an entry is to be changed, or which time or other correction is meant."""
    _ = tr.gettext
    which = _("Which time do you mean?") if of_time else _("Which of these do you mean?")
    question = _("Change this entry?") if len(buttons) == 1 else which
    rows = tuple((button,) for button in (*buttons, leave_button(tr)))
    return Message(f"{escape(question)}\n{headline(tr, entry)}", rows)


def no_entry(tr: Translator) -> Message:
    """Say that there is no entry that a correction can be about."""
    text = tr.gettext("There is no recent entry to change. Older ones are here:")
    return Message(escape(text), _nights(tr))


def no_entry_to_note(tr: Translator) -> Message:
    """Say that a note needs an entry, and where to open one. What was typed is not stored."""
    _ = tr.gettext
    text = _("A note belongs to an entry, and there is no recent one. Open an entry, then type it:")
    return Message(escape(text), _nights(tr))


# Told, and talk ----------------------------------------------------------------------------------


def habit_noted(tr: Translator, night_on: date, habit: Habit, undo: str) -> Message:
    """Say what was noted of an evening, with the way back."""
    _ = tr.gettext
    text = _("{label}: {text}").format(
        label=night_name(tr, night_on), text=habit_words(tr)[habit][0]
    )
    return Message(escape(text), ((Button(_("Undo"), undo),),))


def habit_undone(tr: Translator, night_on: date, undo: str) -> Message:
    """Say that what was noted of an evening is as it was, with the way back."""
    text = tr.gettext("Undone: {night}.").format(night=night_name(tr, night_on))
    return Message(escape(text), ((Button(tr.gettext("Undo"), undo),),))


def early_caffeine(tr: Translator, cutoff: time) -> Message:
    """Say that caffeine so early is not noted."""
    text = tr.gettext("Caffeine before {time} does not count as late, so nothing is noted.")
    return Message(escape(text.format(time=formats.clock(tr, cutoff))))


def has_let_go(tr: Translator) -> Message:
    """Answer somebody whose cramp has let go, but who had not opened the relief."""
    return Message(escape(tr.gettext("Glad that it let go.")), _nights(tr))


def welcome(tr: Translator) -> Message:
    """Answer thanks."""
    return Message(escape(tr.gettext("Glad to help.")))


def hello(tr: Translator) -> Message:
    """Answer a greeting with what can be typed."""
    return Message(f"{escape(tr.gettext('Hello.'))}\n{can_type(tr)}")


def alcohol_needs_entry(tr: Translator) -> Message:
    """Answer somebody who tells of alcohol without a recent cramp, with the card about it."""
    _ = tr.gettext
    text = _("Alcohol is noted with a cramp. There is no recent one, so nothing is noted.")
    card = Button(card_label(tr, "alcohol"), pack("learn", "show", "alcohol"))
    return Message(escape(text), ((card,),))


def good_night(tr: Translator) -> Message:
    """Answer a good night."""
    return Message(escape(tr.gettext("Good night.")))


def bye(tr: Translator) -> Message:
    """Answer a goodbye."""
    return Message(escape(tr.gettext("See you soon.")))


def medicines_are_not_kept(tr: Translator) -> Message:
    """Answer somebody who has taken something, without saying whether that is good."""
    _ = tr.gettext
    text = _("The diary does not keep track of what you take, so nothing is noted.")
    more = _("I can remind you of it. Type it with a time, such as: remind me to take it at 21:00")
    return Message(f"{escape(text)}\n{escape(more)}")


def diary_of_people(tr: Translator) -> Message:
    """Answer somebody who tells of a cramp that their dog or cat had."""
    # TRANSLATORS: Somebody tells of a cramp of their dog or cat.
    text = tr.gettext("Poor thing. This diary is only about your own legs, so nothing is logged.")
    return Message(escape(text))


def sore_after_cramp(tr: Translator, message_id: int) -> Message:
    """Answer somebody whose muscle is still sore, with what may help and when to get help."""
    _ = tr.gettext
    text = _("A muscle can stay sore for about a day after a cramp.")
    relief = choice(Show(Page.RELIEF), _("Relief"), message_id)
    warnings = choice(Show(Page.WARNINGS), _("Warning signs"), message_id)
    return Message(escape(text), ((relief,), (warnings,)))


def looks_are_of_telegram(tr: Translator) -> Message:
    """Answer somebody who wants larger letters or other colours."""
    _ = tr.gettext
    text = _(
        "Telegram sets the size of the letters and the colors. Open its settings, then “Chat"
        " Settings” or “Appearance”."
    )
    return Message(escape(text))


def only_writes(tr: Translator) -> Message:
    """Answer somebody who wants to speak, or to be called."""
    _ = tr.gettext
    text = _(
        "I can only read and write. To speak instead of typing, tap the microphone on your"
        " phone’s keyboard: it turns your words into text."
    )
    return Message(escape(text))
