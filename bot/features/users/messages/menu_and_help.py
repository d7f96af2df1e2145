"""The menu, the help card, and the answer to what no feature understands."""

# TRANSLATORS, ALL: The menu and the list of commands.

from html import escape

from bot.i18n.translator import Translator
from bot.i18n.vocabulary.lexicon import examples
from bot.telegram.message import Button, Message, Rows, pack


def menu(tr: Translator, pause: str | None = None) -> Message:
    """The answer to /start once all questions are answered."""
    _ = tr.gettext
    lines = [f"<b>{escape(_('Hello again.'))}</b>"]
    if pause:
        lines.append(escape(pause))
    lines.append(escape(_("Log a cramp with the button below, or choose what you want to see.")))
    return Message("\n".join(lines), menu_rows(tr, paused=pause is not None))


def menu_rows(tr: Translator, *, paused: bool = False, is_help: bool = False) -> Rows:
    """The buttons of the menu; below the help itself, that has no button."""
    _ = tr.gettext
    pause = (
        Button(_("Resume reminders"), pack("users", "resume"))
        if paused
        else Button(_("Pause reminders"), pack("users", "askpause"))
    )
    return (
        (
            Button(_("Reminders"), pack("reminders", "list")),
            Button(_("Settings"), pack("users", "settings")),
        ),
        (pause,) if is_help else (pause, Button(_("Help"), pack("users", "help"))),
        (
            Button(_("Learn"), pack("learn", "open")),
            Button(_("Warning signs"), pack("cramps", "warnings")),
        ),
    )


def help_card(tr: Translator, information: str, *, paused: bool = False) -> Message:
    """Everything that the bot can do, on one screen."""
    _ = tr.gettext
    lines = (
        _("/cramp logs a cramp, /relief shows what helps; so do the buttons."),
        _("An earlier one? Type when: yesterday 3am, Tue 02:40, last night."),
        _(
            "After logging, type 03:10 to correct the time. For Tue 02:40 I ask if it was another "
            "cramp."
        ),
        _("Reply to an entry to add a note. Edit your own message to change what it said."),
        _("/summary shows your week, /history your nights, to correct."),
        _("/stretch guides you through a three-minute stretch."),
        _("/reminders changes your reminders. /pause and /stop halt them, /resume restarts them."),
        _("/learn has short cards: relief, stretches, food, caffeine."),
        _("/warnings shows warning signs."),
        _("/experiment tests one habit fairly: some weeks with it, some without."),
        _("/report makes pages for a doctor, /export files for you."),
        _("/profile holds what a doctor should know."),
        _("/caregiver lets one person you trust see your weeks and log cramps for you."),
        _(
            "/settings has your place and times. /timezone is for travel, /language for words and "
            "clock."
        ),
        _("/start shows the menu, /help this list."),
        _("/privacy says what is kept, /delete erases it."),
    )
    text = "\n".join(
        (f"<b>{escape(_('What I can do'))}</b>", *map(escape, lines), "", f"<i>{information}</i>")
    )
    return Message(text, menu_rows(tr, paused=paused, is_help=True))


def not_understood(tr: Translator, *, paused: bool = False) -> Message:
    """The answer to a message that no feature handles."""
    text = tr.gettext(
        "I did not understand that. To log a cramp, tap the button below or send /cramp. Right "
        "after logging you can type a time, such as 03:10."
    )
    return Message(f"{escape(text)}\n\n{can_type(tr)}", menu_rows(tr, paused=paused))


def not_looked_at(tr: Translator) -> Message:
    """The answer to a picture, a sticker or a file without words."""
    text = tr.gettext(
        "I can read words, also those below a photo. I cannot look at pictures, stickers or "
        "files, and I keep none of them."
    )
    return Message(f"{escape(text)}\n\n{can_type(tr)}")


def not_heard(tr: Translator, call: str) -> Message:
    """The answer to a recording.

    Args:
        tr: the texts' language.
        call: whom to call in an emergency, as a sentence.
    """
    text = tr.gettext(
        "I cannot listen to voice messages or watch videos. Nobody hears what you said. "
        "Please type it."
    )
    return Message(f"{escape(text)} {escape(call, quote=False)}\n\n{can_type(tr)}")


def can_type(tr: Translator) -> str:
    """Examples of sentences that can be typed, in the person's language."""
    listed = "\n".join(f"• {escape(one)}" for one in examples(tr.language))
    return f"{escape(tr.gettext('You can type, for instance:'))}\n{listed}"
