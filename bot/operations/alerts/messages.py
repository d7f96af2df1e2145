"""What an operator is told. Counts and names of people never appear in it."""

from html import escape

from bot.i18n.translator import Translator
from bot.operations.alerts.rules import Matter
from bot.telegram.message import Message


def trouble(tr: Translator, matter: Matter) -> Message:
    """Something has become wrong."""
    _ = tr.gettext
    texts = {
        Matter.DATABASE: _(
            "The database cannot be reached. Nothing is lost: Telegram keeps what people send for "
            "24 hours, and the bot goes on by itself when the database is back."
        ),
        Matter.BACKLOG: _("Reminders go out late: the oldest has been due for over five minutes."),
        Matter.TELEGRAM: _(
            "Telegram answers many requests with errors. Reminders are tried again while they "
            "are useful."
        ),
        Matter.DISK: _("The disk is nearly full: less than 500 MB are free."),
        Matter.BACKUP: _(
            "The nightly backup was not made. It is tried again every hour; the log says why."
        ),
    }
    return Message(f"⚠️ {escape(texts[matter], quote=False)}")


def well_again(tr: Translator, matter: Matter) -> Message:
    """What was wrong is well again."""
    _ = tr.gettext
    texts = {
        Matter.DATABASE: _("The database can be reached again."),
        Matter.BACKLOG: _("Reminders go out on time again."),
        Matter.TELEGRAM: _("Telegram answers without errors again."),
        Matter.DISK: _("There is room on the disk again."),
        Matter.BACKUP: _("The nightly backup was made again."),
    }
    return Message(f"✅ {escape(texts[matter], quote=False)}")
