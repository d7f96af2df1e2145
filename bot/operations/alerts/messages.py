"""The messages to operators about alerts. They contain no names of people and no counts."""

# TRANSLATORS, ALL: For whoever runs the bot.

from html import escape

from bot.i18n.translator import Translator
from bot.operations.alerts.rules import Alert
from bot.telegram.message import Message


def firing(tr: Translator, alert: Alert) -> Message:
    """The message for an alert that starts to fire."""
    _ = tr.gettext
    texts = {
        Alert.DATABASE: _(
            "The database cannot be reached. Nothing is lost: Telegram keeps what people send for "
            "24 hours, and the bot goes on by itself when the database is back."
        ),
        Alert.BACKLOG: _("Reminders go out late: the oldest has been due for over five minutes."),
        Alert.TELEGRAM: _(
            "Telegram answers many requests with errors. Reminders are tried again while they "
            "are useful."
        ),
        Alert.DISK: _("The disk is nearly full: less than 500 MB are free."),
        Alert.BACKUP: _(
            "The nightly backup was not made. It is tried again every hour; the log says why."
        ),
        Alert.INBOX: _(
            "What people send is handled late: the oldest message has waited for over five minutes."
        ),
        Alert.BLOCKS: _(
            "Many people seem to have blocked the bot within a minute. I do not believe it, and "
            "their reminders go on. Telegram may be at fault, or a proxy answers in its place."
        ),
        Alert.POLLING: _(
            "I have heard nothing from Telegram for over two minutes. The log says why. Nothing "
            "is lost: Telegram keeps what people send for 24 hours."
        ),
        Alert.LEADER: _(
            "For over a minute no process of the bot has been able to take the lead, so nobody "
            "fetches what people send. The log says why. Nothing is lost: Telegram keeps what "
            "people send for 24 hours."
        ),
        Alert.CLOCK: _(
            "The clock of the computer that I run on differs from Telegram’s by more than a "
            "minute, so I go by Telegram’s. The log says by how much. If the clock is not set by "
            "NTP, turn that on."
        ),
        Alert.SET_ASIDE: _(
            "Something that people asked for failed three times and was set aside. The log says "
            "why. Once the bug is fixed, “python -m bot replay” does it after all."
        ),
    }
    return Message(f"⚠️ {escape(texts[alert], quote=False)}")


def resolved(tr: Translator, alert: Alert) -> Message:
    """The message for an alert that is resolved."""
    _ = tr.gettext
    texts = {
        Alert.DATABASE: _("The database can be reached again."),
        Alert.BACKLOG: _("Reminders go out on time again."),
        Alert.TELEGRAM: _("Telegram answers without errors again."),
        Alert.DISK: _("There is room on the disk again."),
        Alert.BACKUP: _("The nightly backup was made again."),
        Alert.INBOX: _("What people send is handled at once again."),
        Alert.POLLING: _("What people send arrives again."),
        Alert.LEADER: _("A process of the bot leads again."),
        Alert.CLOCK: _("The clock of the computer that I run on counts again."),
        Alert.BLOCKS: _("People can be reached again."),
        Alert.SET_ASIDE: _("Nothing is set aside any more."),
    }
    return Message(f"✅ {escape(texts[alert], quote=False)}")
