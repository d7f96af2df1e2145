"""The setting for messages to everybody."""

# TRANSLATORS, ALL: Whether somebody gets messages from whoever runs this bot.

from html import escape

from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

CHOICES = ("on", "off")


def stopped(tr: Translator) -> str:
    """The person wants no more of these."""
    return tr.gettext("You get no more of these. /settings brings them back.")


def choice(tr: Translator, *, gets: bool) -> Message:
    """Whether the person gets messages to everybody, with a dot at the choice."""
    _ = tr.gettext
    lines = (
        f"<b>{escape(_('News about this bot'))}</b>",
        escape(
            _("Now and then, whoever runs this bot writes to everybody. Do you want to read it?"),
            quote=False,
        ),
    )
    labels = {"on": _("Yes"), "off": _("No")}
    row = tuple(
        Button(f"• {label}" if gets is (code == "on") else label, pack("news", "setting", code))
        for code, label in labels.items()
    )
    return Message("\n".join(lines), (row, (Button(_("◀ Settings"), pack("users", "settings")),)))
