"""The setting whether pictures are dark or light."""

# TRANSLATORS, ALL: Buttons: dark or light pictures.

from html import escape

from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def picture_choice(tr: Translator, *, light: bool | None) -> Message:
    """Ask whether pictures are dark or light; the answer that holds has a dot."""
    _ = tr.gettext
    lines = (
        f"<b>{escape(_('Dark or light pictures?'))}</b>",
        escape(_("Dark pictures glare less at night. Light pictures print better.")),
        escape(
            _(
                "Pictures that were already sent stay as they are. Pages for a doctor are always "
                "light."
            )
        ),
    )
    choices = tuple(
        Button(f"• {label}" if is_set else label, pack("summary", "pictures", code))
        for code, label, is_set in (
            ("dark", _("Dark"), not light),
            ("light", _("Light"), bool(light)),
        )
    )
    back = (Button(_("◀ Settings"), pack("users", "settings")),)
    return Message("\n".join(lines), (choices, back))
