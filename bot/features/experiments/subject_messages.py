"""What a fair test is about, in words, and parts that all of its messages share.

Words about health follow the health reference, section (g): no causes, no doses, no promise.
"""

from html import escape

from bot.features.experiments.design import WITH
from bot.features.experiments.rules import Subject, Topic
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

ICON = "⚖️"


def names(tr: Translator) -> dict[Subject, str]:
    """Subject → its name on buttons and in titles."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _("Stretching before bed"),
        Subject.CAFFEINE: _("No late caffeine"),
        Subject.DRINKS: _("Drinks through the day"),
        Subject.MEAL: _("A magnesium-rich meal"),
        Subject.OTHER: _("Something a clinician advised"),
    }


def name(tr: Translator, topic: Topic) -> str:
    """What a test is topic."""
    if topic.words:
        return tr.gettext("“{words}”").format(words=topic.words)
    return names(tr)[topic.subject]


def with_text(tr: Translator, topic: Topic) -> str:
    """What to do in the blocks with the habit."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _("a short stretch every evening, right before bed"),
        Subject.CAFFEINE: _("no caffeine after your last-caffeine time"),
        Subject.DRINKS: _("a drink when I remind you"),
        Subject.MEAL: _("a magnesium-rich meal every day"),
        Subject.OTHER: _("“{words}”, every day").format(words=topic.words or ""),
    }[topic.subject]


def without_text(tr: Translator, topic: Topic) -> str:
    """What to do in the blocks without the habit."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _(
            "no stretch before bed and no reminder. A cramp may be stretched away as ever"
        ),
        Subject.CAFFEINE: _("caffeine whenever you used to have it, and no reminder"),
        Subject.DRINKS: _("no reminder. Drink as you usually do, and whenever you are thirsty"),
        Subject.MEAL: _("eat as you usually do, and no reminder"),
        Subject.OTHER: _("leave it out, and no reminder"),
    }[topic.subject]


def arm_name(tr: Translator, arm: str) -> str:
    """The name of an arm: "with it" or "without it"."""
    _ = tr.gettext
    return _("with it") if arm == WITH else _("without it")


def title(text: str) -> str:
    """The first line of a message, as HTML."""
    return f"{ICON} <b>{escape(text)}</b>"


def back_row(tr: Translator) -> tuple[Button, ...]:
    """The button back to the tests."""
    return (Button(tr.gettext("◀ Fair tests"), pack("experiments", "open")),)


def warnings_button(tr: Translator) -> Button:
    """The button to the warning cards."""
    return Button(tr.gettext("Warning signs"), pack("cramps", "warnings"))


def not_set_up(tr: Translator) -> Message:
    """Set-up is not finished, so the person's evenings are not known."""
    text = tr.gettext(
        "A test follows your evenings, and I do not know them yet. Send /start first."
    )
    return Message(escape(text))


def gone(tr: Translator) -> str:
    """A toast: this test does not exist (any more)."""
    return tr.gettext("That test is not there any more.")
