"""What people type below the emergency card: that they called, that it is over. Pure."""

import tomllib
from enum import Enum
from functools import lru_cache
from pathlib import Path

from bot.features.emergency.patterns import Phrase, patterns_of
from bot.features.emergency.preparation import words_of
from bot.features.emergency.reading import ORDER
from bot.features.emergency_numbers.lookup import every_number

ANSWERS = Path(__file__).with_name("answers.toml")
MOST_WORDS = 8
"""The most words of an answer: a longer text says more than its known words."""
_BESIDE = {"called": ("filler", "help"), "fine": ("filler",)}
"""Lists of words that may be added to an answer all of whose words have to be known."""


class CardAnswer(Enum):
    """An answer to "call now"."""

    AGAIN = "again"
    """It gets worse, or somebody asks what to do."""
    CALLED = "called"
    """They called, or help is there."""
    NOT_ME = "not_me"
    """It is about somebody else."""
    FINE = "fine"
    """It is over, or was nothing."""


def card_answer(text: str) -> CardAnswer | None:
    """What a text answers to the emergency card, in any language.

    That they called, or that it is over, is only believed when every word of the text is known: "it
    has not stopped" and "call an ambulance" have the same words. What may be the opposite is
    answered with the card again.

    A text with other figures than a number to call is not an answer: it may be a diary entry.
    An order to remind of something is not one either.
    """
    words = words_of(text)
    has_figures = any(word[0].isdigit() and word not in every_number() for word in words)
    if has_figures or len(words) > MOST_WORDS or ORDER.search(text):
        return None
    found = {name: covered(words, phrases) for name, phrases in _phrases().items()}
    if _somebody_called(words, found):
        return CardAnswer.CALLED
    for sure in (CardAnswer.AGAIN, CardAnswer.NOT_ME):
        if found[sure.value]:
            return sure
    said = [one for one in (CardAnswer.CALLED, CardAnswer.FINE) if found[one.value]]
    if not said and not found["help"]:
        return CardAnswer.AGAIN if _only_denies(words, found) else None
    if "?" in text or not said:
        return CardAnswer.AGAIN
    for one in said:
        known = found[one.value].union(*(found[name] for name in _BESIDE[one.value]))
        if all(at in known or word[0].isdigit() for at, word in enumerate(words)):
            return one
    listed = set().union(*(found[one.value] for one in said))
    is_doubtful = not found["doubt"] <= listed
    return CardAnswer.AGAIN if is_doubtful or CardAnswer.CALLED in said else None


def _somebody_called(words: list[str], found: dict[str, set[int]]) -> bool:
    """Whether a text says only that somebody else called: "my wife called them"."""
    known = found["phoned"].union(found["not_me"], found["called"], found["help"], found["filler"])
    return bool(found["phoned"] and found["not_me"]) and len(known) == len(words)


def _only_denies(words: list[str], found: dict[str, set[int]]) -> bool:
    """Whether a text says "no, it's not" and no more. A bare "no" may answer something else."""
    known = found["doubt"] | found["filler"]
    return bool(found["doubt"]) and 1 < len(words) == len(known)


def covered(words: list[str], phrases: tuple[Phrase, ...]) -> set[int]:
    """The positions of the words that are part of one of the phrases."""
    return {
        at
        for phrase in phrases
        for start in range(len(words) - len(phrase) + 1)
        if all(
            word.startswith(one.letters) if one.is_begun else word == one.letters
            for word, one in zip(words[start:], phrase, strict=False)
        )
        for at in range(start, start + len(phrase))
    }


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[Phrase, ...]]:
    """The phrases of every list, in all languages."""
    listed = tomllib.loads(ANSWERS.read_text(encoding="utf-8"))
    return {
        name: tuple(
            phrase
            for patterns in languages.values()
            for pattern in patterns_of(patterns)
            for group in pattern.groups
            for phrase in group.phrases
        )
        for name, languages in listed.items()
    }
