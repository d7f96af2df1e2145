"""Offers for a text that nobody understands, as buttons."""

# TRANSLATORS, ALL: Names of pages of the bot, as they stand on its buttons.

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from bot.features.free_text.acts.act_messages import quoting
from bot.features.free_text.cramp_words import cramp_words, two_words
from bot.features.free_text.meanings.further_values import HadCaffeine
from bot.features.free_text.meanings.offer_values import Offer, OpenCommand, OpenReminder
from bot.features.free_text.meanings.values import LogCramp, LogTwo, Page, Show
from bot.features.free_text.messages import PAGES, choice, help_row, unknown_words
from bot.features.free_text.reading_labels import label, reminder_words
from bot.i18n.translator import Translator
from bot.local_time.nights import NOON_TO_NOON, Nights
from bot.telegram.message import Button, Message, Rows, pack

COMMANDS: Mapping[str, tuple[str, str]] = {
    **{page.value: opened for page, opened in PAGES.items()},
    "timezone": ("users", "zone"),
    "pause": ("users", "askpause"),
    "resume": ("users", "resume"),
}
"""Command → feature and verb of the button that does the same; the others are only links."""


def labels(tr: Translator) -> list[tuple[str, str]]:
    """What can be opened by typing the words of its button: a name, and the words."""
    _ = tr.gettext
    return [
        ("relief", _("Relief")),
        ("summary", _("This week")),
        ("summary", _("◀ Week").removeprefix("◀").strip()),
        ("month", _("Month")),
        ("history", _("Your nights")),
        ("reminders", _("Reminders")),
        ("settings", _("Settings")),
        ("pause", _("Pause reminders")),
        ("warnings", _("Warning signs")),
        ("learn", _("Learn")),
        ("help", _("Help")),
    ]


def offered(
    tr: Translator,
    found: Sequence[Offer],
    message_id: int,
    local_now: datetime,
    locals_of: Mapping[LogCramp | HadCaffeine, datetime],
    unknown: Sequence[str],
    otherwise: LogCramp,
    nights: Nights = NOON_TO_NOON,
    words: str = "",
) -> Message:
    """What a text may have been meant as, each on a button; the words that are not known are named.

    Args:
        tr: the texts' language.
        found: the likeliest first; none when it looks like nothing that the bot can do.
        message_id: of the text: the key of the entry that a button makes.
        local_now: the local time.
        locals_of: the local time of each cramp that is offered.
        unknown: words that no list has, as typed.
        otherwise: what is offered with the help when the text looks like nothing.
        nights: the person's nights.
        words: their own, which the question quotes.
    """
    _ = tr.gettext
    each: dict[str, Button] = {}
    for one in found:  # a week's page and its count have the same name
        button = _button(tr, one, message_id, local_now, locals_of, nights)
        each.setdefault(button.label, button)
    is_one = len(each) == 1
    question = _("Did you mean this?") if is_one else _("Did you mean one of these?")
    named = unknown_words(tr, unknown)
    unsure = _("Sorry, I did not catch that. Nothing is changed.")
    lines = (*named, question) if found else named or (unsure,)
    text = escape(quoting(tr, "\n".join(lines), words))
    is_help_there = any(
        one == Show(Page.HELP) or (isinstance(one, OpenCommand) and one.name == "help")
        for one in found
    )
    rows = (*((button,) for button in each.values()), *_help_rows(tr, is_there=is_help_there))
    if found:
        return Message(text, rows)
    log = choice(otherwise, _("Log a cramp now"), message_id)
    return Message(text, ((log,), *rows))


def _help_rows(tr: Translator, *, is_there: bool) -> Rows:
    """The way to everything that can be typed, unless it is offered already."""
    return () if is_there else (help_row(tr),)


def _button(
    tr: Translator,
    offer: Offer,
    message_id: int,
    local_now: datetime,
    locals_of: Mapping[LogCramp | HadCaffeine, datetime],
    nights: Nights,
) -> Button:
    match offer:
        case OpenReminder(kind):
            return Button(reminder_words(tr, kind), pack("reminders", "kind", kind))
        case OpenCommand(name, words):
            opened = COMMANDS.get(name)
            return Button(words, pack(*opened)) if opened else _page(name, words, message_id)
        case LogCramp():
            words = cramp_words(tr, offer, locals_of[offer], local_now, nights)
        case LogTwo():
            words = two_words(tr, offer, locals_of, local_now, nights)
        case _:
            words = label(tr, offer, local_now.date())
    return choice(offer, words, message_id)


def _page(name: str, words: str, message_id: int) -> Button:
    """The button of a page that no other button of this bot opens by itself."""
    return choice(Show(Page(name)), words, message_id)


def near_commands(tr: Translator, typed: str, found: Sequence[str]) -> Message:
    """Offer the commands that an unknown command may mean.

    Args:
        tr: the texts' language.
        typed: what was typed, with its slash.
        found: the commands without their slash, the likeliest first.
    """
    _ = tr.gettext
    text = _("I do not know {command}. Did you mean this?").format(command=typed)
    links = "\n".join(f"/{name}" for name in found)
    buttons = [(Button(f"/{name}", pack(*COMMANDS[name])),) for name in found if name in COMMANDS]
    rows = (*buttons, *_help_rows(tr, is_there="help" in found))
    return Message(f"{escape(text)}\n\n{links}", rows)
