"""What is said at once about the signs of one entry, beside its card."""

# TRANSLATORS, ALL: What is said at once about the signs of one entry.

from html import escape

from bot.features.cramps.messages.labels import code_labels
from bot.features.warning_signs.nudge_messages import warnings_row
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def within_two_weeks(tr: Translator) -> Message:
    """Numb or tingling skin: one line, not a card (NHS, Leg cramps)."""
    text = tr.gettext("Numb or tingling skin that comes back: ask a doctor within two weeks.")
    return Message(escape(text), warnings_row(tr))


def ask_side(tr: Translator, entry_id: int) -> Message:
    """Ask on which side a leg is swollen, warm or red, when that was not told."""
    labels = code_labels(tr)["side"]
    rows = tuple(
        tuple(Button(labels[code], pack("cramps", "set", entry_id, "side", code)) for code in codes)
        for codes in (("left", "right"), ("both", "unsure"))
    )
    return Message(escape(tr.gettext("Which side is swollen, warm or red?")), rows)
