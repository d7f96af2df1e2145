"""What a fair test is about, in words, and parts that all of its messages share.

Words about health follow the health reference, sections (g) and (l): no causes, no doses, no
promise, and nothing that somebody was prescribed is left out.
"""

# TRANSLATORS, ALL: What a fair test is about. Texts in lower case stand after "With it:" or
# "Without it:" and end a sentence.

from collections.abc import Iterable
from html import escape

from bot.features.experiments.design import WITH
from bot.features.experiments.rules import CLOSED_LIST, Care, Subject, Topic
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

ICON = "⚖️"


def names(tr: Translator) -> dict[Subject, str]:
    """Subject → its name on buttons and in titles."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _("Stretching before bed"),
        Subject.CAFFEINE: _("No late caffeine"),
        Subject.COVERS: _("Covers loose at the foot"),
        Subject.PILLOW: _("A pillow at the feet"),
        Subject.WALK: _("An evening walk"),
        Subject.WARMTH: _("Warmth before bed"),
        Subject.SHOES: _("Shoes with support"),
        Subject.BREAKS: _("Getting up each hour"),
        Subject.SCREEN_OFF: _("Screens off before bed"),
        Subject.DRINK_WITH_MEALS: _("A drink with each meal"),
        Subject.MG_MEAL: _("A magnesium-rich meal"),
        Subject.ALCOHOL: _("No alcohol after dinner"),
        Subject.DRINKS: _("Drinks through the day"),
        Subject.OTHER: _("A test in your own words"),
    }


def listed_names(tr: Translator) -> dict[Subject, str]:
    """Subject → its name, for what can be tested."""
    every = names(tr)
    return {subject: every[subject] for subject in CLOSED_LIST}


def name(tr: Translator, topic: Topic) -> str:
    """What a test is about."""
    if topic.words:
        return tr.gettext("“{words}”").format(words=topic.words)
    return names(tr)[topic.subject]


def with_text(tr: Translator, topic: Topic) -> str:
    """What to do in the blocks with the habit."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _("a short stretch in the 30 minutes before bed"),
        Subject.CAFFEINE: _("your last caffeine 8 hours before bed or earlier"),
        Subject.COVERS: _("bed covers loose at the foot"),
        Subject.PILLOW: _("a pillow in bed that keeps your feet from pointing down"),
        Subject.WALK: _("a ten-minute walk or easy cycling in the evening"),
        Subject.WARMTH: _("a warm bath, a warm shower or long socks before bed"),
        Subject.SHOES: _("shoes with support on days when you stand a lot"),
        Subject.BREAKS: _("stand up and move once an hour in the evening"),
        Subject.SCREEN_OFF: _("screens off 30 minutes before bed"),
        Subject.DRINK_WITH_MEALS: _("a drink with each meal, as much as you like"),
        Subject.MG_MEAL: _("one magnesium-rich meal a day"),
        Subject.ALCOHOL: _("no alcohol after dinner"),
        Subject.DRINKS: _("a drink when I remind you"),
        Subject.OTHER: _("“{words}”, every day").format(words=topic.words or ""),
    }[topic.subject]


def without_text(tr: Translator, topic: Topic) -> str:
    """What to do in the blocks without the habit."""
    _ = tr.gettext
    as_before = _("as before")
    return {
        Subject.STRETCH: _("no stretch before bed. You may still stretch away a cramp"),
        Subject.CAFFEINE: _("caffeine as you like, but not more than before"),
        Subject.COVERS: _("covers tucked in as before"),
        Subject.PILLOW: _("no pillow at the feet"),
        Subject.WALK: _("no extra walk"),
        Subject.WARMTH: _("no warm bath, shower or socks just before bed"),
        Subject.SHOES: _("shoes as before"),
        Subject.BREAKS: as_before,
        Subject.SCREEN_OFF: as_before,
        Subject.DRINK_WITH_MEALS: _("drinks as before, not fewer"),
        Subject.MG_MEAL: _("meals as before"),
        Subject.ALCOHOL: _("as before, not more"),
        Subject.DRINKS: _("no reminder. Drink as you usually do, and whenever you are thirsty"),
        Subject.OTHER: _("leave it out, and no reminder"),
    }[topic.subject]


def care_lines(tr: Translator, cares: Iterable[Care]) -> list[str]:
    """What has to be said about the habit to this person, from their answers about health."""
    _ = tr.gettext
    words = {
        Care.SEATED: _("For you, only the seated or lying stretches. Hold on to something."),
        Care.CAFFEINE_LIMIT: _(
            "Pregnant or breastfeeding: up to 200 mg of caffeine a day in all weeks."
        ),
        Care.EASY_WALK: _("With a balance problem: an easy walk, with company."),
        Care.SOCKS_ONLY: _("Where skin is numb or broken: long socks only, nothing hot."),
        Care.WARM_NOT_HOT: _("Pregnant: warm, not hot."),
        Care.NO_NUTS: _("Leave out nuts and seeds."),
        Care.STEADY_GREENS: _("With warfarin, keep greens about the same each day."),
    }
    return [words[care] for care in cares]


def gate_reason(tr: Translator, subject: Subject) -> str:
    """Why a habit is not tested while its gate is shut, and whom to ask."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _("Ask whoever treated you first, before you stretch."),
        Subject.WALK: _(
            "Being out of breath or having chest pain when you move needs a doctor first."
        ),
        Subject.DRINK_WITH_MEALS: _("Drink as your care team told you. I do not test drinks."),
        Subject.MG_MEAL: _("Ask a doctor, nurse or pharmacist which foods suit you."),
        Subject.ALCOHOL: _(
            "Do not stop at once. Speak to a doctor: stopping suddenly can be dangerous."
        ),
    }.get(subject, "")


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
    text = tr.gettext("A test needs your bedtime, and I do not know it yet. Send /start first.")
    return Message(escape(text))


def gone(tr: Translator) -> str:
    """A toast: this test does not exist (any more)."""
    return tr.gettext("That test no longer exists.")
