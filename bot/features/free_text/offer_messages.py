"""What a text looked like that nobody understands, as buttons."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

from bot.features.cramps.messages.labels import code_labels
from bot.features.free_text.messages import label, reminder_words
from bot.features.free_text.offers import Offer, OpenCommand, OpenReminder
from bot.features.free_text.values import LogCramp, Page, Show, encode
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

NOW = timedelta(minutes=2)
PAGES: Mapping[Page, tuple[str, str]] = {
    Page.SUMMARY: ("summary", "week"),
    Page.HISTORY: ("history", "open"),
    Page.REMINDERS: ("reminders", "list"),
    Page.HELP: ("users", "help"),
    Page.RELIEF: ("relief", "open"),
    Page.MONTH: ("history", "month"),
    Page.SETTINGS: ("users", "settings"),
    Page.LANGUAGE: ("language", "open"),
    Page.EXPORT: ("takeout", "export"),
    Page.REPORT: ("report", "open"),
    Page.PRIVACY: ("takeout", "privacy"),
    Page.ERASE: ("takeout", "delete"),
    Page.LEARN: ("learn", "open"),
    Page.WARNINGS: ("cramps", "warnings"),
    Page.PROFILE: ("about", "open"),
    Page.CAREGIVER: ("care", "open"),
    Page.FAIR_TEST: ("experiments", "open"),
}
"""Page → feature and verb of the button that opens it; the page is also the command's name."""
COMMANDS: Mapping[str, tuple[str, str]] = {
    **{page.value: opened for page, opened in PAGES.items()},
    "timezone": ("users", "zone"),
    "pause": ("users", "askpause"),
    "resume": ("users", "resume"),
}
"""Command → feature and verb of the button that does the same; the others are only links."""

OPENED_BY_LABEL = COMMANDS


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
    locals_of: Mapping[LogCramp, datetime],
) -> Message:
    """What a text may have been meant as, each on a button.

    Args:
        tr: the texts' language.
        found: the likeliest first.
        message_id: of the text: the key of the entry that a button makes.
        local_now: the local time.
        locals_of: the local time of each cramp that is offered.
    """
    _ = tr.gettext
    is_one = len(found) == 1
    question = _("Did you mean this?") if is_one else _("Did you mean one of these?")
    text = f"{_('I am not sure what you mean, so I changed nothing.')}\n{question}"
    buttons = [_button(tr, one, message_id, local_now, locals_of) for one in found]
    is_help_there = any(isinstance(one, OpenCommand) and one.name == "help" for one in found)
    rows = (*((button,) for button in buttons), *_help_rows(tr, is_there=is_help_there))
    return Message(escape(text), rows)


def _help_rows(tr: Translator, *, is_there: bool) -> Rows:
    """The way to everything that can be typed, unless it is offered already."""
    return () if is_there else ((Button(tr.gettext("Help"), pack("users", "help")),),)


def _button(
    tr: Translator,
    offer: Offer,
    message_id: int,
    local_now: datetime,
    locals_of: Mapping[LogCramp, datetime],
) -> Button:
    match offer:
        case OpenReminder(kind):
            return Button(reminder_words(tr, kind), pack("reminders", "kind", kind))
        case OpenCommand(name, words):
            return Button(words, pack(*OPENED_BY_LABEL[name]))
        case Show(page):
            return Button(f"/{page.value}", pack(*PAGES[page]))
        case LogCramp():
            words = _cramp(tr, offer, locals_of[offer], local_now)
        case _:
            words = label(tr, offer)
    return Button(words, pack("typed", "yes", message_id, encode(offer)))


def _cramp(tr: Translator, meaning: LogCramp, local_at: datetime, local_now: datetime) -> str:
    """When the cramp was, and what is told of it."""
    _ = tr.gettext
    if meaning.precision == "exact" and local_now - local_at < NOW:
        when = _("Log a cramp now")
    elif local_at.date() == local_now.date():
        when = _("Log a cramp at {time}").format(time=clock(tr, local_at))
    else:
        when = _("Log a cramp: {day}, {time}").format(
            day=day(tr, local_at.date()), time=clock(tr, local_at)
        )
    words = code_labels(tr)
    told = [
        _("strength {number}").format(number=code) if name == "strength" else words[name][code]
        for name, code in meaning.told
    ]
    return " · ".join((when, *told))


def near_commands(tr: Translator, typed: str, found: Sequence[str]) -> Message:
    """The commands that one that does not exist may mean.

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
