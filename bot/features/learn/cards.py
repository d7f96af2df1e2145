"""All cards to read, and the topics that the index lists.

Rules for their texts: say "may" and "some people"; give no cause, no promise and no amount to take;
say what is not known; tell people who should ask a professional first to do so. Results of studies
come with their year and with what speaks against them. A line has 15 words at most. What the
sources do not confirm is not said; ``docs/content.md`` names every topic and where it is.
"""

# TRANSLATORS, ALL: Names of topics, on buttons.

from dataclasses import dataclass

from bot.features.learn.card_type import Card
from bot.features.learn.cramp_cards import CRAMP_CARDS
from bot.features.learn.daily_cards import DAILY_CARDS
from bot.features.learn.magnesium_cards import MAGNESIUM_CARDS
from bot.features.learn.remedy_cards import REMEDY_CARDS
from bot.features.learn.stretching_cards import STRETCHING_CARDS
from bot.i18n.translator import N_

RELIEF = "relief"
"""Name of the card of what may help right now; ``cramps/relief.py`` has its text."""

CARDS: dict[str, Card] = {
    **STRETCHING_CARDS,
    **CRAMP_CARDS,
    **MAGNESIUM_CARDS,
    **REMEDY_CARDS,
    **DAILY_CARDS,
}


@dataclass(frozen=True)
class Topic:
    """A button of the index. A topic of one card opens that card."""

    label: str
    cards: tuple[str, ...]


TOPICS: dict[str, Topic] = {
    RELIEF: Topic(N_("A cramp right now"), (RELIEF,)),
    "stretching": Topic(
        N_("Stretches"),
        (
            "stretch",
            "calf_standing",
            "calf_seated",
            "calf_lying",
            "thigh_standing",
            "thigh_seated",
            "thigh_lying",
            "stretch_trials",
        ),
    ),
    "cramps": Topic(
        N_("Cramps and twitches"), ("why_cramps", "compare", "twitches", "season", "pregnancy")
    ),
    "mineral": Topic(
        N_("Magnesium"),
        ("magnesium", "low_magnesium", "foods", "needs", "evidence", "myths", "cautions"),
    ),
    "remedies": Topic(N_("Remedies, medicines"), ("heard_about", "medicines", "blood_tests")),
    "daily": Topic(N_("Daily life"), ("sleep", "caffeine", "cups", "drinks", "alcohol", "moving")),
    "when": Topic(N_("When to get help"), ("when",)),
}
"""Topics in the order of the index."""
NAMES = tuple(name for topic in TOPICS.values() for name in topic.cards)
"""The names of all cards."""
ALIASES = {"more_foods": "foods", "more_needs": "needs", "dummy": "evidence"}
"""Cards of earlier versions, whose buttons are still in chats → the card that has their content."""


def card_named(name: str | None) -> str | None:
    """The name of the card that a button means; None when there is none."""
    name = ALIASES.get(name or "", name)
    return name if name in NAMES else None


def topic_of(name: str) -> str:
    """The code of the topic that a card belongs to."""
    return next(code for code, topic in TOPICS.items() if name in topic.cards)
