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
"""Of a longer text, a few words are not all that was meant."""


class CardAnswer(Enum):
    """An answer to "call now"; the first that fits a text is meant."""

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

    A text with other figures than a number to call is no answer: it may be an entry of the diary.
    An order to remind of something is none.
    """
    words = words_of(text)
    has_figures = any(word[0].isdigit() and word not in every_number() for word in words)
    if has_figures or len(words) > MOST_WORDS or ORDER.search(text):
        return None
    told = _phrases()
    return next((one for one in CardAnswer if any(_has(words, it) for it in told[one])), None)


def _has(words: list[str], phrase: Phrase) -> bool:
    """Whether a phrase stands somewhere in a text."""
    return any(
        all(
            word.startswith(one.letters) if one.is_begun else word == one.letters
            for word, one in zip(words[start:], phrase, strict=False)
        )
        for start in range(len(words) - len(phrase) + 1)
    )


@lru_cache(maxsize=1)
def _phrases() -> dict[CardAnswer, tuple[Phrase, ...]]:
    """The phrases of every answer, in all languages."""
    listed = tomllib.loads(ANSWERS.read_text(encoding="utf-8"))
    return {
        one: tuple(
            phrase
            for patterns in listed[one.value].values()
            for pattern in patterns_of(patterns)
            for group in pattern.groups
            for phrase in group.phrases
        )
        for one in CardAnswer
    }
