"""Typing errors and words in any order: asked or understood, and never done wrong."""

import math
import os
import random
import string
from dataclasses import replace

import pytest

from bot.features.free_text.meanings.act_values import RemindDaily, RemindOnce, Snooze, TurnOwn
from bot.features.free_text.meanings.further_values import FurtherMeaning
from bot.features.free_text.meanings.values import LogCramp, Meaning, Show, Unclear
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.one_language import Reading
from bot.features.free_text.understanding.sentence import Understood
from tests.features.free_text.sentences import NOW, ZONE
from tests.features.free_text.test_everyday import TABLES as EVERYDAY
from tests.features.free_text.test_sentences import TABLES
from tests.support.cases import check_each
from tests.support.lengths import IS_SHORT

SCALE = int(os.environ.get("FUZZ_SCALE", "0"))
MISSPELT = 4000 if SCALE else 50 if IS_SHORT else 150
"""Sentences with typing errors that are tried in each language."""
SEQUENCES = 100_000 if SCALE else 130 if IS_SHORT else 400
"""Random sequences of words that are tried in all."""
PAIRS = 3000 if SCALE else 50 if IS_SHORT else 150
"""Pairs of sentences that are tried as one in each language."""
OTHER_SENTENCES = 0.003
"""The share of typing errors that make another sentence, such as "ein Krampf" of "kein Krampf"."""
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
    return found.is_sure and changes(found.understood) and _plain(found.understood) != _plain(meant)


def _plain(meaning: Understood) -> Understood:
    """A meaning without words of the person's own, which are kept as they are typed."""
    if isinstance(meaning, RemindOnce | RemindDaily | TurnOwn):
        return replace(meaning, words="")
    return meaning


@pytest.mark.parametrize("language", SENTENCES)
def test_typing_errors_are_never_done_wrong(language: str) -> None:
    chance = random.Random(language)
    wrong = []
    for _ in range(MISSPELT):
        text, meant = chance.choice(SENTENCES[language])
        typed = misspelt(text, chance.choice((1, 2)), chance)
        found = understand(typed, language, NOW, ZONE)
        if is_done_wrong(found, meant):
            wrong.append(f"{typed!r} ({text!r}) is {found.understood}, expected {meant}")
    assert len(wrong) <= math.ceil(MISSPELT * OTHER_SENTENCES), "\n".join(wrong)


def changes(meaning: object) -> bool:
    """Whether a meaning changes something."""
    return not isinstance(meaning, Show | FurtherMeaning)


@pytest.mark.parametrize("language", SENTENCES)
def test_two_wishes_in_one_sentence_are_never_done_at_once(language: str) -> None:
    chance = random.Random(language)
    rows = [row for row in SENTENCES[language] if changes(row[1])]

    def check(_turn: int) -> str | None:
        (one, meant), (other, further) = chance.sample(rows, 2)
        if type(meant) is type(further) or Snooze in (type(meant), type(further)):
            return None  # "later" goes well with most wishes
        typed = f"{one}, {other}"
        found = understand(typed, language, NOW, ZONE)
        is_one_of_both = found.is_sure and changes(found.understood)
        return f"{typed!r} is {found.understood}" if is_one_of_both else None

    check_each(range(PAIRS), check)


def test_words_in_any_order_change_one_thing_at_most() -> None:
    chance = random.Random(1)
    words = {
        language: sorted({word for text, _ in rows for word in text.split()})
        for language, rows in SENTENCES.items()
    }
    for _ in range(SEQUENCES):
        language, spoken = chance.choice(list(words)), chance.choice(list(words))
        length = chance.randint(1, LONGEST_SEQUENCE)
        typed = " ".join(chance.choice(words[spoken]) for _ in range(length))
        found = understand(typed, language, NOW, ZONE)
        assert found.understood is None or isinstance(found.understood, Unclear | Meaning), typed
        if isinstance(found.understood, LogCramp):
            assert found.understood.at <= NOW, typed
        assert not (found.is_sure and found.unknown), typed


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_of_another_language_are_never_done_wrong(language: str) -> None:
    others = [row for one, rows in SENTENCES.items() if one != language for row in rows]

    def check(row: tuple[str, Meaning]) -> str | None:
        found = understand(row[0], language, NOW, ZONE)
        return f"{row[0]!r} is {found.understood}" if is_done_wrong(found, row[1]) else None

    check_each(others[:: 1 if SCALE else 9], check)
