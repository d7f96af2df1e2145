"""The card for choosing a language and a clock with 12 or 24 hours."""

# TRANSLATORS, ALL: {name} is the name of the language in itself, {time} an example such as "22:15".

from datetime import time
from html import escape

from babel import Locale

from bot.i18n.formats import clock
from bot.i18n.translator import Translator, available_languages
from bot.telegram.message import Button, Message, pack

EXAMPLE_TIME = time(22, 15)
FOLLOW = "auto"
"""Stands in callback data for the language that the Telegram app is set to."""
ICON = "🌐"


def own_name(language: str) -> str:
    """A language's name in that language: "Deutsch", "Português (Brasil)"."""
    name = str(Locale.parse(language).get_display_name(language) or language)
    return name[:1].upper() + name[1:]


def card(tr: Translator, language: str | None, hour_cycle: int | None) -> Message:
    """Language and clock, with a tick at each current choice.

    Args:
        tr: the translator into the current language.
        language: the chosen language; None follows the Telegram app.
        hour_cycle: the chosen clock, 12 or 24; None follows the country.
    """
    _ = tr.gettext
    lines = [
        f"{ICON} <b>{escape(_('Language: {name}').format(name=own_name(tr.language)))}</b>",
        escape(_("Times are shown like this: {time}").format(time=clock(tr, EXAMPLE_TIME))),
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
            for label, hours in (("22:15", 24), ("10:15 PM", 12), (_("As in my country"), None))
        )
    )
    rows.append((Button(_("◀ Settings"), pack("users", "settings")),))
    return Message("\n".join(lines), tuple(rows))


def _ticked(label: str, is_current: bool) -> str:
    return f"✓ {label}" if is_current else label
