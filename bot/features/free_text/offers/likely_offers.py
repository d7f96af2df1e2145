"""Adds offers for the topics that a text resembles most to those that its concepts make. Pure.

Likeness only says what a text is about. The rules still read its time, day and place, from the
sentence with the missing concept added.
"""

from collections.abc import Collection, Iterator, Sequence

from bot.features.free_text.meanings.act_values import RemindDaily, RemindOnce
from bot.features.free_text.meanings.further_values import WasWrong
from bot.features.free_text.meanings.offer_values import Offer
from bot.features.free_text.meanings.topics import CONCEPTS, plain_offer, topic_of
from bot.features.free_text.meanings.values import LogCramp, LogTwo, Pause
from bot.features.free_text.offers.likeness import TALK, likeness
from bot.features.free_text.offers.nearest import (
    NOTHING,
    is_of_effort,
    is_told_of_drink,
    nearest,
    tells_of_none,
)
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.rules.somebody_rules import SOMEBODY, is_told_of_somebody
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.refusals import is_refused
from bot.features.free_text.understanding.sentence import Situation
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.i18n.vocabulary.lexicon import phrases_for
from bot.i18n.vocabulary.tokens import Token

ENOUGH = 50
"""The least likeness of a topic that is offered although no concept of the text is about it."""
ENOUGH_BESIDE = 45
"""The least likeness for offering a topic that is not the likeliest one."""
LESS_LIKELY = 0.5
"""The least share of the best offer's weight that such a topic must have."""
TOO_LITTLE = 30
"""An offer that a concept made is left out below this likeness: "the train was late again"."""
MOST_TOPICS = 3
_FIRST, _OTHERS = 40, 24
"""Added to the likeness of the first offer that concepts made, and of each further one."""
_REMOVING = frozenset({"erase", "remove", "undo"})
_ERASING = frozenset({"ERASE", "DELETE"})
_ALONE = frozenset({"erase", "stop", "remove", "undo", "wrong", "let_go", "own"})
"""Topics that are offered only if they are the likeliest."""
_OF_A_NIGHT = frozenset({"cramp", "no_cramp", "wrong", "let_go"})
"""Topics that are not offered for what is only feared or wished for: "if I get a cramp tonight"."""
_NO_LOG = frozenset({"NOT", "NO_CRAMP", "ASKING", "UNREAL"}) | SOMEBODY


def with_likely(
    found: Collection[Offer], text: str, tokens: Sequence[Token], situation: Situation, most: int
) -> tuple[Offer, ...]:
    """Offers by what a text is like, and those that its concepts make, the likeliest first.

    Args:
        found: what its concepts make, the likeliest first.
        text: what was typed.
        tokens: of the text, with misspelt words corrected.
        situation: who typed it, and when.
        most: how many offers are wanted.
    """
    like = likeness(text, tokens, situation.language)
    kinds = {token.kind for token in tokens}
    there = {topic_of(offer) for offer in found}
    if found and is_told_of_somebody([token.kind for token in tokens]):
        if "PAUSE" in kinds:  # "pause until my husband is back"
            return tuple(sorted(found, key=lambda one: not isinstance(one, Pause)))[:most]
        by_log = sorted(found, key=lambda one: isinstance(one, LogCramp | LogTwo | WasWrong))
        return tuple(by_log)[:most]  # whose night it was comes first
    if "UNREAL" in kinds:
        like.update({topic: -like[topic] for topic in _OF_A_NIGHT})
    elif max(like.values(), default=0) < ENOUGH and all(like[one] < TOO_LITTLE for one in there):
        return tuple(found) if is_of_effort(kinds) else ()
    if EVENTS.keys().isdisjoint(kinds) and (tells_of_none(kinds) or is_of_effort(kinds)):
        like["cramp"] = -like["cramp"]
    if not kinds.isdisjoint({*EVENTS, "OR"}) and kinds.isdisjoint(NOTHING):
        like["no_cramp"] = -like["no_cramp"]  # "last night or the one before, I had one"
    likeliest = like.most_common(MOST_TOPICS)
    if not likeliest or likeliest[0][0] == TALK:
        return tuple(found)[:most]
    weighed = [
        (like[topic_of(offer)] + (_OTHERS if at else _FIRST), offer)
        for at, offer in enumerate(found)
    ]
    (first, weight), *further = likeliest
    if first not in there and weight >= ENOUGH:
        weighed += [(weight, one) for one in _in_full(first, text, tokens, situation)]
    best = max((weight for weight, _offer in weighed), default=0)
    for topic, weight in further if weighed else ():
        if topic not in there and weight >= max(ENOUGH_BESIDE, best * LESS_LIKELY):
            weighed += [(weight, one) for one in _beside(topic, tokens, situation)]
    weighed.sort(key=lambda one: -one[0])
    return tuple(dict.fromkeys(offer for _weight, offer in weighed))[:most]


def _in_full(
    topic: str, text: str, tokens: Sequence[Token], situation: Situation
) -> tuple[Offer, ...]:
    """What can be offered of the likeliest topic: with the time, day and place that are named."""
    read = [*_with_concept(topic, tokens, situation)]
    kinds = {token.kind for token in tokens}
    is_of_own = SOMEBODY.isdisjoint(kinds) and "UNREAL" not in kinds  # "maybe I dreamt it"
    is_of_own &= not {"NIGHT_SHIFT", "BEDTIME"} <= kinds  # "on nights again, bed at 9"
    if topic == "own" and is_of_own and not is_told_of_drink(kinds):
        read += _in_own_words(text, situation)
    return tuple(read[:2]) or _plain(topic, tokens, situation)


def _beside(topic: str, tokens: Sequence[Token], situation: Situation) -> tuple[Offer, ...]:
    """What is offered of a less likely topic.

    For reminders, only their page: to move one would go too far.
    """
    is_of_cramp = not EVENTS.keys().isdisjoint(token.kind for token in tokens)
    is_of_reminder = any(token.kind in ("REMINDER", "REMIND") for token in tokens)
    if topic == "cramp" and is_of_reminder and not is_of_cramp:
        return ()
    if topic in _ALONE or (topic == "no_cramp" and is_of_cramp):
        return ()
    read = _with_concept(topic, tokens, situation) if topic in _OF_A_NIGHT else ()
    return tuple(read)[:1] or _plain(topic, tokens, situation)


def _with_concept(topic: str, tokens: Sequence[Token], situation: Situation) -> Iterator[Offer]:
    """What the rules make of a sentence to which the concept of a topic is added."""
    concept = CONCEPTS.get(topic)
    if concept is not None:
        joined = [*tokens, Token(concept, "")]
        near = nearest(joined, situation, MOST_TOPICS)
        yield from (one for one in near if topic_of(one) == topic)


def _in_own_words(text: str, situation: Situation) -> Iterator[Offer]:
    """A reminder of what a text says, at the time that it says: "physio on monday at 5"."""
    order = min(phrases_for("REMIND", situation.language))
    at, zone, hours, nights = situation.said_at, situation.zone, situation.hours, situation.nights
    read = understand(f"{order} {text}", situation.language, at, zone, hours, nights)
    for one in readings_of(read.understood):
        if isinstance(one, RemindOnce) or (isinstance(one, RemindDaily) and one.times):
            yield one


def _plain(topic: str, tokens: Sequence[Token], situation: Situation) -> tuple[Offer, ...]:
    """What is offered of a topic of which no more is said; nothing that the text speaks against."""
    kinds = {token.kind for token in tokens}
    offer = plain_offer(topic, situation)
    is_against = offer is None or is_refused(offer, kinds)
    is_against |= "NOT" in kinds and topic in _REMOVING  # "don't throw anything away"
    # "please keep everything": what cannot be taken back is offered to nobody who has not named it
    is_against |= topic == "erase" and _ERASING.isdisjoint(kinds)
    is_usual = {"DAILY", "NIGHT"} <= kinds  # "at 3 every night"
    is_against |= topic == "no_cramp" and is_usual and "NOT" not in kinds
    is_against |= topic == "cramp" and (is_usual or not _NO_LOG.isdisjoint(kinds))
    is_against |= topic == "no_cramp" and not _ERASING.isdisjoint(kinds)  # "delete nothing"
    return () if offer is None or is_against else (offer,)
