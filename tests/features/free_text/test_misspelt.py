"""Typing errors and words in any order: asked or understood, and never done wrong."""

import os
import random
import string
from collections.abc import Iterator
from types import ModuleType

import pytest

from bot.features.free_text.meanings import FurtherMeaning
from bot.features.free_text.understanding import Reading, understand
from bot.features.free_text.values import Meaning, Show, Unclear
from tests.features.free_text.sentences import NOW, ZONE
from tests.features.free_text.test_everyday import TABLES as EVERYDAY
from tests.features.free_text.test_sentences import TABLES
from tests.support.cases import check_each

SCALE = int(os.environ.get("FUZZ_SCALE", "0"))
MISSPELT = 4000 if SCALE else 150
"""Sentences with typing errors that are tried in each language."""
SEQUENCES = 100_000 if SCALE else 400
"""Random sequences of words that are tried in all."""
LONGEST_SEQUENCE = 10
SENTENCES: dict[str, list[tuple[str, Meaning]]] = {}
for each in (*TABLES, *EVERYDAY):
    SENTENCES.setdefault(each.LANGUAGE, []).extend(each.UNDERSTOOD)
LETTERS = string.ascii_lowercase
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def misspelt(text: str, edits: int, chance: random.Random) -> str:
    """A text with typing errors: letters too many, missing, other ones or in the wrong order."""
    letters = CYRILLIC if any(letter in CYRILLIC for letter in text.lower()) else LETTERS
    for _ in range(edits):
        places = [at for at, letter in enumerate(text) if letter.isalpha()]
        if not places:
            break
        at = chance.choice(places)
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[at + 1 :]
            case 1:
                text = text[:at] + chance.choice(letters) + text[at:]
            case 2:
                text = text[:at] + chance.choice(letters) + text[at + 1 :]
            case _:
                text = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    return text


def is_done_wrong(found: Reading, meant: Meaning) -> bool:
    """Whether something is changed at once that was not meant; a page or an answer is harmless."""
    harmless = Show | FurtherMeaning
    return found.is_sure and found.understood != meant and not isinstance(found.understood, harmless)


@pytest.mark.parametrize("language", SENTENCES)
def test_typing_errors_are_never_done_wrong(language: str) -> None:
    chance = random.Random(f"{language}")

    def cases() -> Iterator[tuple[str, str, Meaning]]:
        for _ in range(MISSPELT):
            text, meant = chance.choice(SENTENCES[language])
            yield text, misspelt(text, chance.choice((1, 2)), chance), meant

    def check(case: tuple[str, str, Meaning]) -> str | None:
        text, typed, meant = case
        found = understand(typed, language, NOW, ZONE)
        if not is_done_wrong(found, meant):
            return None
        return f"{typed!r} ({text!r}) is {found.understood}, expected {meant}"

    check_each(cases(), check)
