"""Sentences of every language: understood exactly, asked, or refused; never guessed."""

from datetime import UTC, datetime
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.free_text.meanings.act_values import Act, with_own_words
from bot.features.free_text.meanings.further_values import (
    AskLast,
    AskNights,
    AskTrend,
    OpenCard,
    Said,
)
from bot.features.free_text.meanings.values import (
    LogCramp,
    Meaning,
    NoCramps,
    Page,
    Pause,
    Resume,
    Show,
    Unclear,
    Why,
    decode,
    encode,
)
from bot.features.free_text.understanding.every_language import exactly
from bot.features.free_text.understanding.sentence import Understood
from bot.features.free_text.understanding.whole_sentence import agreed
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE, examples, languages
from tests.features.free_text import (
    english,
    french,
    further_sentences,
    german,
    portuguese,
    russian,
    spanish,
)
from tests.features.free_text.sentences import (
    FURTHER,
    NONE_LAST_NIGHT,
    NOW,
    ZONE,
    at,
    cramp,
    move,
)
from tests.support.cases import check_each

TABLES: tuple[ModuleType, ...] = (english, german, spanish, portuguese, french, russian)
ANSWERS = Show | AskNights | AskLast | AskTrend | OpenCard
"""Meanings that change nothing and answer a question as well."""
NOT = {"en": "not", "de": "nicht", "es": "no", "pt_BR": "não", "fr": "pas", "ru": "не"}
LEAST_SENTENCES, LEAST_REFUSED = 60, 15
MEANINGS: dict[Meaning, None] = dict.fromkeys(
    [meaning for table in TABLES for _, meaning in table.UNDERSTOOD]
    + [meaning for table in TABLES for _, candidates in table.ASKED for meaning in candidates]
)
each_language = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.LANGUAGE)


def differs(text: str, table: ModuleType, expected: Understood) -> str | None:
    """What is wrong with how a text of a language is understood; None when nothing is."""
    found = exactly(text, table.LANGUAGE, NOW, ZONE)
    return None if found == expected else f"{text!r} is {found}, expected {expected}"


@each_language
def test_there_are_enough_sentences(table: ModuleType) -> None:
    texts = [text for text, _ in (*table.UNDERSTOOD, *table.ASKED)] + list(table.REFUSED)
    assert len(texts) == len(set(texts))
    assert len(table.UNDERSTOOD) >= LEAST_SENTENCES
    assert len(table.ASKED) + len(table.REFUSED) >= LEAST_REFUSED
    assert len(table.REFUSED) >= LEAST_REFUSED


@each_language
def test_understood(table: ModuleType) -> None:
    check_each(table.UNDERSTOOD, lambda row: differs(row[0], table, row[1]))


@pytest.mark.parametrize("language", further_sentences.UNDERSTOOD)
def test_what_looks_or_corrects_is_understood(language: str) -> None:
    def check(row: tuple[str, Meaning]) -> str | None:
        found = exactly(row[0], language, NOW, ZONE)
        return None if found == row[1] else f"{row[0]!r} is {found}, expected {row[1]}"

    check_each(further_sentences.UNDERSTOOD[language], check)


@each_language
def test_asked(table: ModuleType) -> None:
    check_each(table.ASKED, lambda row: differs(row[0], table, Unclear(row[1])))


@each_language
def test_refused(table: ModuleType) -> None:
    def check(text: str) -> str | None:
        found = exactly(text, table.LANGUAGE, NOW, ZONE)
        if found is None or (isinstance(found, Unclear) and not found.candidates):
            return None
        return f"{text!r} is {found}, expected to be refused"

    check_each(table.REFUSED, check)


@each_language
def test_english_is_understood_in_every_language(table: ModuleType) -> None:
    def check(row: tuple[str, Meaning]) -> str | None:
        text, meaning = row
        found = exactly(text, table.LANGUAGE, NOW, ZONE)
        # A text with another meaning in the language is shown or asked; nothing else is done.
        is_asked = isinstance(found, Unclear) and meaning in found.candidates
        if found == meaning or is_asked or isinstance(found, Show):
            return None
        return f"{text!r} is {found}, expected {meaning}"

    check_each(english.UNDERSTOOD, check)


@each_language
def test_what_people_are_told_to_type_is_understood(table: ModuleType) -> None:
    shown = examples(table.LANGUAGE)
    assert len(shown) == 5
    assert table.LANGUAGE == SOURCE_LANGUAGE or shown != examples(SOURCE_LANGUAGE)
    found = [exactly(one, table.LANGUAGE, NOW, ZONE) for one in shown]
    assert not any(one is None or isinstance(one, Unclear) for one in found)


def test_every_language_has_a_table() -> None:
    further = {"it", "uk"}  # their sentences are in the folder "everyday"
    assert {table.LANGUAGE.casefold() for table in TABLES} == set(languages()) - further


@each_language
def test_capitals_accents_and_spaces_make_no_difference(table: ModuleType) -> None:
    def check(row: tuple[str, Meaning]) -> str | None:
        text, meaning = row
        return differs(f"  {text.upper()}  ", table, meaning) or differs(f"{text}!", table, meaning)

    check_each(table.UNDERSTOOD, check)


@each_language
@pytest.mark.parametrize("word", ["xyzzy", "?", "{no}", "7 8 9"])
def test_a_word_too_many_is_never_passed_over(table: ModuleType, word: str) -> None:
    further = word.format(no=NOT[table.LANGUAGE])

    def check(row: tuple[str, Meaning]) -> str | None:
        text, meaning = row
        if further == "?" and isinstance(meaning, ANSWERS):
            return None
        if further == "xyzzy" and isinstance(meaning, Said):
            return None  # "thanks a bunch": a friendly word is answered with one
        for longer in (f"{text} {further}", f"{further} {text}"):
            if exactly(longer, table.LANGUAGE, NOW, ZONE) == meaning:
                return f"{longer!r} is {meaning}, as without {further!r}"
        return None

    check_each(table.UNDERSTOOD, check)


def test_a_button_carries_a_meaning_there_and_back() -> None:
    def check(meaning: Meaning) -> str | None:
        code = encode(meaning)
        data = f"typed:yes:{2**31}:{code}"
        if len(data.encode()) > 64:
            return f"{meaning} needs {len(data.encode())} bytes of callback data"
        found = decode(code)
        carried = with_own_words(meaning, "") if isinstance(meaning, Act) else meaning
        return None if found == carried else f"{meaning} comes back as {found}"

    check_each((*MEANINGS, *map(Show, Page), *FURTHER), check)


@given(st.text(max_size=70))
def test_no_button_breaks_anything(code: str) -> None:
    found = decode(code)
    assert found is None or encode(found) == code


@given(st.text(max_size=250), st.sampled_from([table.LANGUAGE for table in TABLES]))
def test_no_text_breaks_anything(text: str, language: str) -> None:
    found = exactly(text, language, NOW, ZONE)
    assert found is None or isinstance(found, Unclear | Meaning)


SENTENCES = [text for table in TABLES for text, _ in (*table.UNDERSTOOD, *table.ASKED)]
WORDS = sorted({word for text in SENTENCES for word in text.split()})


@given(st.lists(st.sampled_from(WORDS), max_size=9), st.sampled_from(TABLES), st.datetimes())
def test_no_order_of_known_words_breaks_anything(
    words: list[str], table: ModuleType, moment: datetime
) -> None:
    now = moment.replace(tzinfo=UTC, year=min(max(moment.year, 1900), 2200), day=1)
    found = exactly(" ".join(words), table.LANGUAGE, now, ZONE)
    if isinstance(found, LogCramp):
        assert found.at <= now


CHATTER = {
    "en": ("good morning", "my leg is fine", "I slept well", "thank you", "what a day", "7", "ok"),
    "de": ("guten Morgen", "mein Bein ist gut", "danke dir", "ich habe gut geschlafen", "na ja"),
    "es": ("buenos días", "he dormido bien", "gracias", "qué tal", "hace calor", "mañana"),
    "pt_BR": ("bom dia", "dormi bem", "obrigado", "tudo bem", "faz calor", "amanhã"),
    "fr": ("bonjour", "j'ai bien dormi", "merci", "ça va", "il fait chaud", "demain"),
    "ru": ("доброе утро", "я хорошо спал", "спасибо", "как дела", "жарко", "завтра"),
}


@each_language
def test_chatter_does_nothing(table: ModuleType) -> None:
    def check(text: str) -> str | None:
        found = exactly(text, table.LANGUAGE, NOW, ZONE)
        asked = found.candidates if isinstance(found, Unclear) else ()
        is_night_asked = bool(asked) and all(isinstance(one, NoCramps) for one in asked)
        is_nothing = found is None or isinstance(found, Said) or is_night_asked  # "I slept well"
        return None if is_nothing else f"{text!r} is {found}"

    check_each(CHATTER[table.LANGUAGE], check)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("remind me to stretch at 10:15", ("10:15", "22:15")),
        ("no caffeine after 2:30", ("02:30", "14:30")),
        ("remind me to stretch at 10:15pm", ("22:15",)),
        ("remind me to stretch at 22:15", ("22:15",)),
        ("stretch at 00:30", ("00:30",)),
    ],
)
def test_where_clocks_count_to_twelve_the_half_of_the_day_is_asked(
    text: str, times: tuple[str, ...]
) -> None:
    found = exactly(text, "en", NOW, ZONE, 12)
    kind = "caffeine" if "caffeine" in text else "stretch"
    expected = tuple(move(kind, clock) for clock in times)
    assert found == (expected[0] if len(expected) == 1 else Unclear(expected))


@pytest.mark.parametrize(
    ("text", "hour", "expected"),
    [
        ("no cramps", 21, Unclear((NONE_LAST_NIGHT,))),
        ("no cramps tonight", 21, Unclear((NONE_LAST_NIGHT,))),
        ("no cramps last night", 21, NONE_LAST_NIGHT),
        ("cramp at 22:15", 20, Unclear(why=Why.TO_COME)),
        ("cramp on 2 jan 2020 at 3am", 20, Unclear(why=Why.TOO_LONG_AGO)),
        ("cramp at 3", 16, Unclear((cramp("15:00"), cramp("03:00")))),
    ],
)
def test_what_depends_on_the_hour(text: str, hour: int, expected: Meaning | Unclear) -> None:
    assert exactly(text, "en", at(f"{hour}:00"), ZONE) == expected


PAUSED, MOVED, SHOWN = Pause(), move("stretch", "22:15"), Show(Page.SUMMARY)


@pytest.mark.parametrize(
    ("own", "in_english", "expected"),
    [
        (PAUSED, PAUSED, PAUSED),
        (PAUSED, None, PAUSED),
        (None, PAUSED, PAUSED),
        (None, None, None),
        (PAUSED, MOVED, Unclear((PAUSED, MOVED))),
        (Unclear((PAUSED,)), MOVED, Unclear((PAUSED, MOVED))),
        (Unclear((PAUSED,)), PAUSED, Unclear((PAUSED,))),
        (PAUSED, Unclear((MOVED,)), PAUSED),
        (SHOWN, Resume(), SHOWN),
        (PAUSED, SHOWN, PAUSED),
    ],
)
def test_two_meanings_in_two_languages_are_asked(
    own: Understood, in_english: Understood, expected: Understood
) -> None:
    assert agreed(own, in_english) == expected
