"""Understands a typed sentence, in steps that can be explained. Pure.

1. Words become concepts, numbers and times (``i18n/vocabulary/lexer.py``).
2. Each rule whose concepts occur reads the sentence on a copy of its own (``whole_sentence.py``).
3. If every word was known and the readings agree, the sentence is *sure*.
4. If a word was misspelt, or one or two words were unknown, the person is *asked* whether the
   reading is meant: nothing is done by a guess.
5. Otherwise the sentence is *not understood*: the unknown words are named, with what it is about.

The person's own language is read first, then English (``one_language.py`` reads each). This
module decides between the two readings.
"""

from dataclasses import replace
from datetime import datetime

from bot.features.free_text.understanding.doubts import as_question, changes_nothing
from bot.features.free_text.understanding.one_language import Reading, read_in_language
from bot.features.free_text.understanding.sentence import Situation, Understood
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE, agreed
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.i18n.vocabulary.transliteration import in_cyrillic
from bot.local_time.nights import NOON_TO_NOON, Nights

KINDRED = {"uk": "ru", "ru": "uk"}
"""Language → another one that many who speak it type. What is read in it is asked."""


def understand(
    text: str,
    language: str,
    now: datetime,
    zone: str,
    hours: int = 24,
    nights: Nights = NOON_TO_NOON,
) -> Reading:
    """How a sentence is understood, in the person's language or in English.

    Args:
        text: what was typed.
        language: such as ``de`` or ``pt_BR``.
        now: when it was typed, as an aware instant.
        zone: the IANA zone where the person is.
        hours: 12 where clocks count to twelve, so that 10:15 may be in the evening.
        nights: the person's nights.
    """
    written = in_own_letters(text, language)
    if written != text:
        found = read_in_language(written, Situation(language, now, zone, hours, nights))
        is_look = changes_nothing(found.understood)
        understood = found.understood if is_look else as_question(found.understood)
        return replace(found, understood=understood, is_exact=False)
    spoken = dict.fromkeys((language, SOURCE_LANGUAGE))
    readings = [read_in_language(text, Situation(one, now, zone, hours, nights)) for one in spoken]
    own, *others = readings
    if not others:
        return own
    (english,) = others
    if own.is_exact and english.is_exact and _is_only_of(text, language):
        return own  # the English reading has words of the person's own in it
    if own.is_exact and english.is_exact:
        both = agreed(own.understood, english.understood)
        concepts = own.concepts | english.concepts
        return Reading(both, own.unknown if both is None else (), concepts)
    if own.is_exact and not own.unknown:
        return own  # every word is one of the person's language: English would be a guess
    kindred = KINDRED.get(language)
    if kindred is not None and not english.is_exact:
        found = read_in_language(text, Situation(kindred, now, zone, hours, nights))
        if found.is_exact and found.is_understood:
            return replace(found, understood=as_question(found.understood))
    if not english.is_exact and is_of_language(text, language):
        return own
    known = [one for one in readings if one.understood is not None]
    return min(known or readings, key=_doubtfulness)


def exactly(
    text: str,
    language: str,
    now: datetime,
    zone: str,
    hours: int = 24,
    nights: Nights = NOON_TO_NOON,
) -> Understood:
    """What a sentence means whose words are all known; None when a word is unknown."""
    reading = understand(text, language, now, zone, hours, nights)
    return reading.understood if reading.is_exact else None


def in_own_letters(text: str, language: str) -> str:
    """A sentence typed in Latin letters, in its own alphabet if more words are known then."""
    written = in_cyrillic(text, language)
    strange = _strange(text, language) if written is not None else 0
    if written is None or not strange:
        return text
    least = min(strange, _strange(text, SOURCE_LANGUAGE))
    return written if _strange(written, language) < least else text


def _strange(text: str, language: str) -> int:
    """How many words of a text a language does not have."""
    return sum(not token.is_known for token in lex(text, language, LONGEST_SENTENCE))


def is_of_language(text: str, language: str) -> bool:
    """Whether a text has more words of a language than English ones, which would be guesses."""
    return _strange(text, language) < _strange(text, SOURCE_LANGUAGE)


def _is_only_of(text: str, language: str) -> bool:
    """Whether a language has every word of a text, and English has not."""
    return _strange(text, language) == 0 < _strange(text, SOURCE_LANGUAGE)


def _doubtfulness(reading: Reading) -> tuple[bool, bool, int]:
    """A sort key for readings: the least doubtful one is the least."""
    return (not reading.is_exact, not reading.is_understood, len(reading.unknown))
