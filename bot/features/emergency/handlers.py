"""The first look at everything that people type: emergencies, despair, and some questions."""

from collections.abc import Callable, Mapping

from bot.features.emergency import messages
from bot.features.emergency.crisis_lines import LINES
from bot.features.emergency.reading import Crisis, Emergency, Question, Reading, Today, read
from bot.features.emergency_numbers.lookup import UNKNOWN, number_for
from bot.features.learn.cards import NAMES
from bot.features.learn.messages import card
from bot.local_time.tz_database import territory_of
from bot.telegram.context import Context
from bot.telegram.feature import Feature, FirstAnswer, Outcome, Rest
from bot.telegram.message import Message
from bot.telegram.replies import Replies, Say

CARDS: Mapping[str, tuple[str, ...]] = {
    "why": ("why_cramps", "compare"),
    "magnesium": ("low_magnesium", "magnesium"),
    "remedies": ("heard_about", "myths"),
    "twitch": ("twitches", "compare"),
    "medicine": ("medicines", "when"),
}
"""Category of a question → the card that answers it: the first of these that there is."""


def first_look(text: str) -> FirstAnswer | None:
    """What a text is answered with before anything else reads it."""
    match read(text):
        case None:
            return None
        case Crisis() as reading:
            return FirstAnswer(_answering(reading), Rest.NOTHING, is_urgent=True)
        case Emergency() as reading:
            return FirstAnswer(_answering(reading), Rest.OWN_WORDS, is_urgent=True)
        case Today() as reading:
            return FirstAnswer(_answering(reading), Rest.EVERYTHING)
        case Question() as reading:
            return FirstAnswer(_answering(reading), Rest.FIRST)


def _answering(reading: Reading) -> Callable[[Context, Outcome], Replies]:
    """Makes the replies to a reading."""

    def replies(context: Context, outcome: Outcome) -> Replies:
        return [Say(_message(context, reading, outcome))]

    return replies


def _message(context: Context, reading: Reading, outcome: Outcome) -> Message:
    tr, is_stranger = context.tr, outcome is Outcome.STRANGER
    call = UNKNOWN if is_stranger else number_for(context.person)
    match reading:
        case Crisis():
            country = territory_of(context.person.time_zone)
            return messages.crisis(tr, call, LINES.get(country or ""), outcome)
        case Emergency() if is_stranger:
            return messages.stranger(tr)
        case Emergency():
            return messages.emergency(tr, call, reading, outcome)
        case Today():
            return messages.today(tr, call, reading, outcome)
        case Question(category):
            return card(tr, next(name for name in CARDS[category] if name in NAMES))


FEATURE = Feature(name="emergency", first_look=first_look)
