"""The card on which somebody chooses a language and how the clock is read."""

from datetime import time
from html import escape

from babel import Locale

from bot.i18n.formats import clock
from bot.i18n.translator import Translator, available_languages
from bot.telegram.message import Button, Message, pack

AFTERNOON = time(22, 15)
FOLLOW = "auto"
ICON = "🌐"


def own_name(language: str) -> str:
    """A language as its speakers call it: "Deutsch", "Português (Brasil)"."""
    name = str(Locale.parse(language).get_display_name(language) or language)
    return name[:1].upper() + name[1:]


def card(tr: Translator, language: str | None, hour_cycle: int | None) -> Message:
    """Language and clock, a tick at what holds.

    Args:
        tr: the text's language, which is the one that holds.
        language: what was chosen; None: as Telegram has it.
        hour_cycle: 12 or 24 when that was chosen; None: as the country has it.
    """
    _ = tr.gettext
    lines = [
        f"{ICON} <b>{escape(_('Language: {name}').format(name=own_name(tr.language)))}</b>",
        escape(_("Times look like this: {time}").format(time=clock(tr, AFTERNOON))),
    ]
    buttons = [
        Button(_ticked(own_name(code), code == language), pack("language", "set", code))
        for code in sorted(available_languages(), key=own_name)
    ]
    rows: list[tuple[Button, ...]] = [
        tuple(buttons[place : place + 2]) for place in range(0, len(buttons), 2)
    ]
    follow = _ticked(_("Same as in Telegram"), language is None)
    rows.append((Button(follow, pack("language", "set", FOLLOW)),))
    rows.append(
        tuple(
            Button(_ticked(label, hour_cycle == hours), pack("language", "clock", hours or 0))
            for label, hours in (("22:15", 24), ("10:15 PM", 12), (_("As usual here"), None))
        )
    )
    rows.append((Button(_("◀ Settings"), pack("users", "settings")),))
    return Message("\n".join(lines), tuple(rows))


def _ticked(label: str, holds: bool) -> str:
    return f"✓ {label}" if holds else label
