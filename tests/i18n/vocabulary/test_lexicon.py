"""The vocabulary files: complete, without contradictions, and no unknown word is understood."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.language_names import LANGUAGE_CONCEPTS
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import FORMS, concepts, examples, languages, table, words

MAY_BE_MISSING = {
    *("AM", "PM", "H", "HRS", "HOUR", "OCLOCK", "OF", "ON", "ORDINAL"),
    *("MORNING", "SMALL_HOURS", "AFTERNOON", "EVENING", "NIGHT", "TONIGHT", "THIS_NIGHT"),
    *("DIAL", "HALF_PAST", "HALF_TO", "QUARTER_PAST", "QUARTER_TO", "QUARTER_OF", "AND_HALF"),
    *("AND_QUARTER", "TIMES", "COMMON"),
    *("LESS_QUARTER", "LESS", "TO", "PAST"),
}
"""Concepts that some languages have no word for."""
ONLY_IN_TIMES = {"TO", "PAST", "LESS"}
"""Concepts that are replaced outside of a time of day."""
NEVER_IN_FILLER = {
    *("LEFT", "RIGHT", "BOTH", "NOT", "NO_CRAMP", "WOKE", "CALF", "FOOT", "SOLE", "TOES", "SHIN"),
    *("THIGH", "HIP", "HAND", "ARM", "BELLY", "CHEST", "BACK", "NECK", "EYELID", "CRAMP", "CRAMPS"),
    *("STRETCH", "CAFFEINE", "DRINK", "TODAY", "YESTERDAY", "TOMORROW", "LAST_NIGHT"),
}
DENIES_NOTHING = re.compile(
    r"\bне (?:могли|мог|могла|міг) (?:бы|б|би)\b|\bне можете ли\b|^чи не можете$"
    r"|^(?:если|якщо) (?:вам |вас |это |це )?не \w+$|^не спи\w+$"
    r"|^(?:чи |вас )?не (?:затруднит|сложно|важко)(?: ли)?(?: вас| вам)?$"
    r"|^не (?:\w+ )?(?:уснуть|заснуть|заснути|усну|засну)$"
    r"|^(?:me )?ne (?:sono venut|avrò avut)[ie]$|^(?:[mc]e )?ne(?: (?:ha|ho|sono|è)(?: avut\w)?)?$"
    r"|^non di più$"
)
"""Phrases whose "not" denies nothing else: polite questions, "if it is no trouble", "cannot sleep",
"no more than that"; and Italian "ne", which is "of them"."""
IDIOMS = {
    *("incrociamo le dita", "incrocio le dita", "lacrime agli occhi", "non ti dico"),
    *("che non ti dico", "non ti immagini", "da non credere", "se non ti dispiace"),
    *("se non le dispiace", "se non disturbo", "niente male così"),
    *(
        "num susto",
        "num salto",
        "num instante",
        "café da manhã",
        "nem te conto",
        "que nem te conto",
    ),
    *("você não imagina", "que nem louca", "que nem louco", "se não for incômodo"),
    *("se não se importa", "não acredito", "nem te falo"),
}
"""Phrases that say nothing of what their words say: crossed fingers are no cramp of fingers."""


def kinds(text: str, language: str) -> list[str]:
    return [token.kind for token in lex(text, language)]


def test_there_are_eight_languages() -> None:
    assert set(languages()) == {"en", "de", "es", "fr", "it", "pt_br", "ru", "uk"}


@pytest.mark.parametrize("language", languages())
def test_every_concept_has_words_and_an_explanation(language: str) -> None:
    said = {concept for meant in words(language) for concept in meant.split()}
    named = {concept for concept in said if not concept.isdigit()}
    days = {f"DAY{number}" for number in range(7)} | {f"MONTH{number}" for number in range(1, 13)}
    assert named - set(concepts()) - days - set(LANGUAGE_CONCEPTS) == set()
    assert set(concepts()) - said - MAY_BE_MISSING == set()


@pytest.mark.parametrize("language", languages())
def test_no_phrase_has_two_meanings(language: str) -> None:
    found: dict[str, set[str]] = {}
    for meant, phrases in words(language).items():
        for phrase in phrases:
            found.setdefault(" ".join(fold(phrase).split()), set()).add(meant)
    assert {phrase: one for phrase, one in found.items() if len(one) > 1} == {}


@pytest.mark.parametrize("language", languages())
def test_every_phrase_is_read_as_its_concepts(language: str) -> None:
    alone = {phrase for listed in table(language, "alone").values() for phrase in listed}
    for meant, phrases in words(language).items():
        for phrase in () if meant.split()[0] in ONLY_IN_TIMES else set(phrases) - alone:
            assert " ".join(kinds(phrase, language)) == meant, phrase


@pytest.mark.parametrize("language", languages())
def test_a_phrase_that_must_stand_alone_has_its_meaning_only_there(language: str) -> None:
    for meant, phrases in table(language, "alone").items():
        for phrase in phrases:
            assert " ".join(kinds(f"{phrase}!", language)) == meant, phrase
            assert " ".join(kinds(f"{phrase} 7", language)) != f"{meant} 7", phrase


@pytest.mark.parametrize("language", languages())
def test_filler_hides_no_word_that_matters(language: str) -> None:
    for phrase in set(words(language)["FILLER"]) - IDIOMS:
        hidden = {kind for word in phrase.split() for kind in kinds(word, language)}
        allowed = {"NOT", "OR"} if DENIES_NOTHING.search(phrase) else set()
        assert not hidden & NEVER_IN_FILLER - allowed, phrase


@pytest.mark.parametrize("language", languages())
def test_examples_contain_no_unknown_word(language: str) -> None:
    for sentence in examples(language):
        assert all(token.is_known for token in lex(sentence, language)), sentence


def test_a_language_without_a_file_is_read_as_english() -> None:
    assert kinds("cramp", "nl") == ["CRAMP"]
    assert examples("nl") == examples("en")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("cramp left calf, 10 min", "en", "CRAMP LEFT CALF , 10 MIN"),
        ("CALAMBRE  PANTORRILLA\u00a0Izquierda", "es", "CRAMP CALF LEFT"),
        ("calámbre", "es", "CRAMP"),
        ("Fußsohle", "de", "SOLE"),
        ("jusqu’à lundi", "fr", "UNTIL DAY0"),
        ("terça-feira", "pt_BR", "DAY1"),
        ("во вторник", "ru", "DAY1"),
        ("all'una e mezza", "it", "AT 1 DIAL 30"),
        ("о третій десять", "uk", "AT 3 DIAL 10"),
        ("12 mar", "es", "12 MONTH3"),
        ("3 p. m.", "es", "3 PM"),
        ("12.1.", "de", "12 . 1 ."),
        ("xyzzy", "en", "xyzzy"),
    ],
)
def test_text_becomes_concepts(text: str, language: str, expected: str) -> None:
    assert " ".join(kinds(text, language)) == expected


@given(st.text(max_size=80), st.sampled_from(languages()))
def test_any_text_keeps_its_characters(text: str, language: str) -> None:
    tokens = lex(text, language)
    if len(text) <= 64:
        kept = "".join(token.source for token in tokens).replace(" ", "")
        assert kept.replace(".", "") == fold(text).replace(" ", "").replace(".", "")
    else:
        assert tokens == []


@pytest.mark.parametrize("language", languages())
def test_each_form_has_one_concept(language: str) -> None:
    forms = json.loads(FORMS.read_text(encoding="utf-8")).get(language, {})
    assert set(forms) <= set(concepts())
    each = [one for found in forms.values() for one in found]
    assert len(each) == len(set(each))


def test_a_form_is_read_as_its_word() -> None:
    assert kinds("судорога в бёдрах", "ru") == ["CRAMP", "AT", "THIGH"]
