"""The persistent reply keyboard and its labels."""

# TRANSLATORS, ALL: The keyboard below the chat.

from html import escape

from bot.i18n.translator import Translator
from bot.telegram.message import Message, ReplyKeyboard


def log_label(tr: Translator) -> str:
    """The label of the first button, which logs a cramp."""
    return f"🦵 {tr.gettext('Log cramp')}"


def relief_label(tr: Translator) -> str:
    """The label of the button beside it, which shows what helps during a cramp."""
    return f"🦶 {tr.gettext('Relief')}"


def week_label(tr: Translator) -> str:
    """The label of the button that shows the weekly summary."""
    return f"📊 {tr.gettext('This week')}"


def reminders_label(tr: Translator) -> str:
    """The label of the button that lists the reminders."""
    return f"🔔 {tr.gettext('Reminders')}"


def main_keyboard(tr: Translator) -> ReplyKeyboard:
    """The keyboard that stays below the text field."""
    return ReplyKeyboard(
        ((log_label(tr), relief_label(tr)), (week_label(tr), reminders_label(tr))),
        placeholder=tr.gettext("Message"),
    )


def keyboard_message(tr: Translator) -> Message:
    """The message that brings the keyboard. Telegram does not let a bot edit it later."""
    _ = tr.gettext
    return Message(
        escape(
            _("One tap below logs a cramp, even half asleep. At night I answer without a sound.")
        ),
        reply_keyboard=main_keyboard(tr),
    )
