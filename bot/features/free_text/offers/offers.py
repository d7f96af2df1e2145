"""Makes offers for a text that no rule understands. Pure: the instant is passed in.

Offers are buttons, and nothing is done without a tap. So words that are unknown may be left out
here, unlike in ``whole_sentence.py``, and misspelt ones are corrected.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import TypeVar

from rapidfuzz import fuzz, process

from bot.features.cramps.entry_times import is_night_time
from bot.features.cramps.values import STRONGEST
from bot.features.free_text.meanings.act_values import RemindDaily, RemindOnce
from bot.features.free_text.meanings.offer_values import Offer, OpenCommand, OpenReminder
from bot.features.free_text.meanings.values import (
    LogCramp,
    Meaning,
    MoveReminder,
    Show,
    Unclear,
)
from bot.features.free_text.offers.likely_offers import with_likely
from bot.features.free_text.offers.nearest import nearest
from bot.features.free_text.rules.amount_rules import tells_of_alcohol, with_alcohol
from bot.features.free_text.rules.cramp_fields import whole_site, with_site
from bot.features.free_text.rules.cramp_rules import cramp
from bot.features.free_text.rules.cramp_times import last_at, moment_of_night
from bot.features.free_text.rules.day_before import of_the_night_after
from bot.features.free_text.rules.detail_rules import details
from bot.features.free_text.rules.page_rules import PAGES
from bot.features.free_text.rules.reminder_rules import KINDS
from bot.features.free_text.understanding.every_language import (
    in_own_letters,
    is_of_language,
    understand,
)
from bot.features.free_text.understanding.one_language import Reading
from bot.features.free_text.understanding.refusals import is_refused
from bot.features.free_text.understanding.sentence import Remainder, Situation
from bot.features.free_text.understanding.sentence_parts import of_parts
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE, readings_of, said
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.i18n.vocabulary.spelling import corrected, guessed
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import NOON_TO_NOON, Nights

LONGEST_TEXT = 120
"""The most characters of a text that is guessed at."""
MOST_OFFERS = 3
NEAR_COMMAND = 70.0
"""The least rapidfuzz ratio at which a command is offered for one that does not exist."""
SHORTEST_NEAR = 4
"""Letters of a word of a longer text that may be a button's label: "me" is not "mes"."""
NEAR_LABEL = 80.0
"""The least rapidfuzz ratio at which a button is offered for words that resemble its label."""

_HOURS_OF_KIND: Mapping[str, range] = {
    "stretch": range(12, 24),
    "caffeine": range(11, 23),
    "dinner_caffeine": range(12, 24),
    "meal": range(7, 20),
    "hydration": range(7, 21),
    "check_in": range(4, 13),
}
"""Kind of reminder → hours at which it is likely: of "at 9", that half of the day comes first."""
_WORD = re.compile(r"[^\W\d_]+")
Choice = TypeVar("Choice", Meaning, Offer)
_HOURS = re.compile(r"\b([01]?\d|2[0-3]) ?(?:h|ч)\b")
"""A number of hours that can be a time of day, as in "crampe hier 3h"."""
_COMMANDS = {
    "SUMMARY": "summary",
    "HISTORY": "history",
    "REMINDER": "reminders",
    "PAUSE": "pause",
    "QUIET": "pause",
    "RESUME": "resume",
    "HELP": "help",
    "STRETCH": "stretch",
    "CRAMP": "cramp",
    "TURN_OFF": "stop",
}
"""Concept of a command in the person's language → the command."""


def offers(
    text: str,
    language: str,
    now: datetime,
    zone: str,
    hours: int = 24,
    nights: Nights = NOON_TO_NOON,
    reading: Reading | None = None,
) -> tuple[Offer, ...]:
    """What a text may mean, the likeliest first. Commands have :func:`near_commands`.

    The arguments are those of ``understand``, and how it read the text, if that is known already.
    """
    text = in_own_letters(text.strip(), language)
    found = _offers(text, language, now, zone, hours, nights, reading)
    is_drunk = tells_of_alcohol({one.kind for one in lex(text, language, LONGEST_SENTENCE)})
    return tuple(
        with_alcohol(one) if is_drunk and isinstance(one, LogCramp) else one for one in found
    )


def _offers(
    text: str,
    language: str,
    now: datetime,
    zone: str,
    hours: int,
    nights: Nights,
    reading: Reading | None,
) -> tuple[Offer, ...]:
    if text.isdecimal() and len(text) <= 2:
        return _of_number(int(text), now, zone)
    if reading is None:
        reading = understand(text, language, now, zone, hours, nights)
    readings = [reading]
    if (with_hours := _HOURS.sub(r"\1:00", text)) != text:
        readings.append(understand(with_hours, language, now, zone, hours, nights))
    for one in readings:
        understood = one.understood
        if isinstance(understood, Unclear):
            if understood.candidates:
                return likeliest_first(understood.candidates)[:MOST_OFFERS]
        elif understood is not None:
            return (understood,)
    situation = Situation(language, now, zone, hours, nights)
    is_own = is_of_language(text, language) or (reading.is_exact and not reading.unknown)
    for spoken in dict.fromkeys((language, language if is_own else SOURCE_LANGUAGE)):
        sentence = corrected(text, spoken, LONGEST_TEXT)
        told = details(sentence, spoken) if sentence else None
        whole = whole_site(told.sites) if told is not None else ""
        if told is not None and (told.fields or whole):
            fields = with_site(told.fields, whole) if whole else told.fields
            return (_by_night(LogCramp(now, "exact", fields), situation),)
    if {one.kind for one in said(text, language)} == {"AGAIN"}:  # "again", after an entry
        return (LogCramp(now, "exact"),)
    woken = _of_waking(text, situation)
    if woken:
        return woken
    clear = of_parts(text, situation)
    about = [
        _by_night(one, situation) if isinstance(one, LogCramp) else one
        for one in _of_subjects(text, situation)
    ]
    found = tuple(dict.fromkeys((*clear, *about)))
    return _once_before_daily(sorted(found, key=_unlikely))[:MOST_OFFERS]


def _of_subjects(text: str, situation: Situation) -> tuple[Offer, ...]:
    """What a text that is no sentence is about, read in the person's language or else in English.

    The English reading does not know the "not" of the other language, so refusals are looked for in
    both.
    """
    in_own = lex(text, situation.language, LONGEST_SENTENCE)
    said_in_own = {one.kind for one in in_own}
    for spoken in dict.fromkeys((situation.language, SOURCE_LANGUAGE)):
        there = replace(situation, language=spoken)
        is_own = spoken == situation.language
        tokens = in_own if is_own else lex(text, spoken, LONGEST_SENTENCE)
        tokens = of_the_night_after(tokens) or tokens
        found = nearest(tokens, there, MOST_OFFERS)
        guess = None if found else guessed(tokens, spoken)
        if guess is not None:
            tokens = guess.tokens
            found = nearest(tokens, there, MOST_OFFERS)
        kinds = {token.kind for token in tokens}
        named = _wished((*found, *_pages(kinds)), kinds | said_in_own)
        likely = with_likely(named, text, tokens, there, MOST_OFFERS)
        if wished := _wished(likely, kinds | said_in_own):
            return wished
    return ()


def _wished(found: Iterable[Offer], kinds: Collection[str]) -> tuple[Offer, ...]:
    """Each offer once, without those that the text refuses ("don't delete")."""
    return tuple(one for one in dict.fromkeys(found) if not is_refused(one, kinds))


def _pages(kinds: Collection[str]) -> Iterator[Offer]:
    """The reminders and pages that a text names."""
    yield from (OpenReminder(kind) for concept, kind in KINDS.items() if concept in kinds)
    yield from (Show(page) for concept, page in PAGES.items() if concept in kinds)


def _of_waking(text: str, situation: Situation) -> tuple[Offer, ...]:
    """ "I woke up at 6": perhaps from a cramp."""
    tokens = said(text, situation.language)
    kinds = [token.kind for token in tokens]
    if "WOKE" not in kinds or not all(token.is_known for token in tokens):
        return ()
    found = readings_of(cramp(Remainder([*tokens, Token("CRAMP", "")]), situation))
    cramps = [_by_night(one, situation) for one in found if isinstance(one, LogCramp)]
    return tuple(cramps)[:MOST_OFFERS]


_OF_WAKING = frozenset({"woke", "back"})
"""Fields of a cramp that somebody had in bed."""
_NO_SLEEP = ("woke", "no_was_awake")


def _by_night(cramp: LogCramp, situation: Situation) -> LogCramp:
    """Move a cramp that is told by day to last night, if only waking or sleep is said of it."""
    is_day = not is_night_time(situation.sleep_clock.time())
    fields = {name for name, _code in cramp.told}
    is_only_woken = not fields.isdisjoint(_OF_WAKING) and fields <= _OF_WAKING | {"count"}
    is_only_woken |= _NO_SLEEP in cramp.told  # "didn't get a wink with that calf"
    if not is_day or cramp.at != situation.said_at or not is_only_woken:
        return cramp
    night_on = situation.nights.last_night(situation.local)
    return LogCramp(*moment_of_night(night_on, situation), cramp.told)


def _of_number(number: int, now: datetime, zone: str) -> tuple[Offer, ...]:
    """A number alone: the strength of a cramp now, or the hour of one."""
    found: list[Offer] = []
    if number <= STRONGEST:
        found.append(LogCramp(now, "exact", (("strength", str(number)),)))
    if number < 24:
        evening = time((number + 12) % 24)  # "10" is rather ten in the evening
        is_evening = not is_night_time(time(number)) and 0 < number < 12 and is_night_time(evening)
        clock = evening if is_evening else time(number)
        found.append(LogCramp(last_at(clock, now, zone), "about"))
    return tuple(found)


def likeliest_first(meanings: Sequence[Meaning]) -> tuple[Meaning, ...]:
    """Readings in the order in which they are offered."""
    return _once_before_daily(sorted(meanings, key=_unlikely))


def _once_before_daily(found: Sequence[Choice]) -> tuple[Choice, ...]:
    """Put daily reminders last if a reminder that comes once may be meant as well."""
    if not any(isinstance(one, RemindOnce) for one in found):
        return tuple(found)
    return tuple(sorted(found, key=lambda one: isinstance(one, MoveReminder | RemindDaily)))


def _unlikely(meaning: Meaning | Offer) -> bool:
    """Whether a reading is unlikely: nobody wants to be reminded of drinks in the small hours."""
    if not isinstance(meaning, MoveReminder):
        return False
    hours = _HOURS_OF_KIND.get(meaning.kind, range(24))
    return any(slot.hour not in hours for slot in meaning.times)


def as_typed(text: str, words: Sequence[str]) -> tuple[str, ...]:
    """Words of a text as they were typed, with their accents and capitals."""
    typed = {fold(word): word for word in reversed(_WORD.findall(text))}
    return tuple(typed.get(word, word) for word in words)


def near_labels(text: str, labels: Sequence[tuple[str, str]]) -> tuple[OpenCommand, ...]:
    """The buttons whose words somebody may have typed.

    Args:
        text: what was typed.
        labels: the name of what each opens, and its words without a picture.
    """
    words = fold(text.strip()[:LONGEST_TEXT])
    typed = [words, *(word for word in words.split() if len(word) >= SHORTEST_NEAR)]
    names = {fold(label): OpenCommand(name, label) for name, label in reversed(labels)}
    near = (
        process.extractOne(one, names.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_LABEL)
        for one in typed
    )
    return tuple(names[found[0]] for found in near if found is not None)[:1]


def near_commands(typed: str, names: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The commands that an unknown command may mean, the likeliest first.

    Args:
        typed: the command without its slash.
        names: the commands that there are.
        language: such as ``pt_BR``: a command may be typed in it.
    """
    typed = typed.casefold().strip()[:32]
    near = process.extract(
        typed, names, scorer=fuzz.ratio, score_cutoff=NEAR_COMMAND, limit=MOST_OFFERS
    )
    sentence = corrected(typed.replace("_", " "), language, LONGEST_TEXT)
    spoken = [token.kind for token in lex(sentence or "", language)]
    translated = [_COMMANDS[kind] for kind in spoken if kind in _COMMANDS]
    known = [
        name for name in dict.fromkeys((*translated, *(one[0] for one in near))) if name in names
    ]
    return tuple(known[:MOST_OFFERS])
