"""How typed sentences are understood, in steps that can be explained. Pure.

1. Words become concepts, numbers and times (``i18n/vocabulary/lexicon.py``).
2. Each rule whose concepts occur reads the sentence on a copy of its own (``rules.py``).
3. If every word was known and the readings agree, the sentence is *sure*.
4. If a word was misspelt, or one or two words were unknown, the person is *asked* whether the
   reading is meant: nothing is done by a guess.
5. Otherwise the sentence is *not understood*: the unknown words are named, with what it is about.

The person's own language is read first, then English.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.features.cramps.values import is_night_time
from bot.features.free_text.act_values import AskPlace, Travel, own_words
from bot.features.free_text.amount_rules import without_amounts, without_drinks
from bot.features.free_text.clauses import says_little, without_cause, without_reason
from bot.features.free_text.cramp_rules import EVENTS, SITES
from bot.features.free_text.day_before import without_day
from bot.features.free_text.meanings import (
    AskLast,
    AskNights,
    AskTrend,
    AskWorst,
    Correct,
    DidHabit,
    OpenCard,
    Said,
    Talk,
)
from bot.features.free_text.nearest import nearest
from bot.features.free_text.reminder_rules import KINDS
from bot.features.free_text.rules import (
    LONGEST_SENTENCE,
    agreed,
    in_own_words,
    is_broken,
    read_tokens,
    readings_of,
)
from bot.features.free_text.sentence import MOST_CANDIDATES, Situation, Understood, asked
from bot.features.free_text.several_cramps import named_leg, several
from bot.features.free_text.somebody_rules import SOMEBODY, whoever_asks
from bot.features.free_text.values import LogCramp, Meaning, MoveReminder, Page, Show, Unclear
from bot.features.free_text.wishes import two_wishes
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE, lex
from bot.i18n.vocabulary.spelling import guessed, nearest_words
from bot.i18n.vocabulary.tokens import Token
from bot.i18n.vocabulary.transliteration import in_cyrillic
from bot.local_time.nights import NOON_TO_NOON, Nights

MOST_BEFORE_ORDER = 4
"""Words at the beginning of a sentence among which a misspelt "remind" is looked for."""
MOST_LEFT_OUT = 2
"""Unknown words that a question may leave out."""
_DOUBTS = frozenset(
    {"AGAIN", "MAYBE", "?", "EXERCISE", "DISTANCE", "MEANT", "RATHER", "SLEPT_WELL", "COMMON"}
)
"""Concepts that make a question of a sentence that is clear without them."""
_EASED = frozenset(
    {*EVENTS, *SITES, "HURTS", "LET_GO", "STRETCH", "STRETCHED", "HELPING", "REMIND"}
)
"""With these concepts, a walk may be what was done about a cramp."""
_WEAK = frozenset(
    {
        *("HELPING", "TAKE", "HOW_BAD", "FINE", "TURN_ON", "NOW", "ALL", "EVER", "ONCE"),
        *("ASKING", "HELLO", "MOST_OFTEN", "SORE", "LONG", "SHORT", "TO_BED", "NEVER_MIND"),
    }
)
"""Concepts whose words have other meanings, too, such as German "gut": a sentence that is clear
without one of them is asked about, or done where it changes nothing."""
_SUBJECTS = frozenset(
    {
        *(*KINDS, *EVENTS, "NO_CRAMP", "PAUSE", "RESUME", "MUTE", "AWAY", "BEDTIME", "GET_UP"),
        *("LET_GO", "QUIET", "BACK_HOME", "UNDO", "DELETE", "ERASE", "LANGUAGE", "DRANK"),
        "STRETCHED",
    }
)
"""What words of the person's own are not about, or they may hold a second wish."""
KINDRED = {"uk": "ru", "ru": "uk"}
"""Language → another one that many who speak it type. What is read in it is asked."""
_AROUND_KIND = frozenset(
    {"FILLER", "HELPING", "LATER", "SOONER", "ABOUT", "AFTER", "AT", "NOW", ","}
)
_BETWEEN_WISHES = frozenset({"AND", ",", ";"})
_NOT_AMONG_OTHERS = frozenset({Talk.FINE, Talk.VOICE})
"""What is not answered when something else is said: "call me Maggie"; but "thanks a bunch" is."""
_HARMLESS = frozenset({Said(Talk.THANKS), Said(Talk.GOOD_NIGHT), Said(Talk.BYE)})
"""What is answered although a word of it was guessed."""
_UNITS = frozenset({"MIN", "HOUR", "HRS", "H", "DAYS", "WEEK"})
_LOOKS = (AskLast, AskNights, AskTrend, AskWorst, OpenCard)
_NEGATIONS = frozenset({"NOT", "UNREAL", "DONT_REMIND", "NO_CRAMP", "NO_CAFFEINE"})


@dataclass(frozen=True)
class Reading:
    """What a sentence means, and how sure that is."""

    understood: Understood
    """Sure when it is a meaning; to be asked when it is unclear and has candidates."""
    unknown: tuple[str, ...] = ()
    """Words that no language's list has, as typed."""
    concepts: frozenset[str] = frozenset()
    """What the sentence is about, when nothing better is known."""
    is_exact: bool = True
    """Whether every word was known and counted."""

    @property
    def is_sure(self) -> bool:
        """Whether what it means may be done at once."""
        return self.understood is not None and not isinstance(self.understood, Unclear)

    @property
    def is_asked(self) -> bool:
        """Whether there is a reading to ask about, or a reason to state."""
        return isinstance(self.understood, Unclear) and self.understood != Unclear()


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
        found = _in_language(written, Situation(language, now, zone, hours, nights))
        is_look = _changes_nothing(found.understood)
        understood = found.understood if is_look else _asked(found.understood)
        return replace(found, understood=understood, is_exact=False)
    spoken = dict.fromkeys((language, SOURCE_LANGUAGE))
    readings = [_in_language(text, Situation(one, now, zone, hours, nights)) for one in spoken]
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
        found = _in_language(text, Situation(kindred, now, zone, hours, nights))
        if found.is_exact and (found.is_sure or found.is_asked):
            return replace(found, understood=_asked(found.understood))
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
    """A sentence in Latin letters as its language writes it, if more words are known so."""
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
    """Which of two readings is preferred: the lesser."""
    return (not reading.is_exact, not (reading.is_sure or reading.is_asked), len(reading.unknown))


def _in_language(text: str, situation: Situation) -> Reading:
    found = _with_its_cause(text, situation)
    if not says_little(text):
        return found
    drank = [one for one in readings_of(found.understood) if _is_drink(one)]
    return replace(found, understood=Unclear((OpenCard("drinks"),))) if drank else found


def _is_drink(meaning: Meaning) -> bool:
    return isinstance(meaning, DidHabit) and meaning.habit == "hydration_done"


def _after_a_day(text: str, situation: Situation) -> Reading | None:
    """A cramp of this night after which it is told what the day was like: asked, with both."""
    told = without_day(text, situation.language)
    if told is None or not is_night_time(situation.sleep_clock.time()):
        return None
    found = _read(told[0], situation)
    meanings = readings_of(found.understood)
    cramps = [
        replace(one, told=tuple(sorted((*one.told, *told[1]))))
        for one in meanings
        if isinstance(one, LogCramp)
    ]
    is_only_cramp = bool(cramps) and len(cramps) == len(meanings)
    return replace(found, understood=Unclear(tuple(cramps))) if is_only_cramp else None


def _with_its_cause(text: str, situation: Situation) -> Reading:
    if (of_night := _after_a_day(text, situation)) is not None:
        return of_night
    told = without_cause(text, lambda clause: _names_event(clause, situation.language))
    if told != text and _names_event(told, situation.language):
        found = _read(told, situation)  # the day in "because of the gardening yesterday" is no time
        if found.is_sure or found.is_asked:
            return replace(found, understood=_asked(found.understood))
    found = _read(text, situation)
    wish = without_reason(text)
    if wish in ("", text) or found.is_sure or found.is_asked:
        return found
    alone = _read(wish, situation)  # "nothing tomorrow, because I'm away"
    is_read = alone.is_sure or alone.is_asked
    return replace(alone, understood=_asked(alone.understood)) if is_read else found


def _names_event(text: str, language: str) -> bool:
    """Whether a text names a cramp, or where one was."""
    return not {*EVENTS, *SITES}.isdisjoint(kinds_of(text, language))


def _read(text: str, situation: Situation) -> Reading:
    tokens = lex(text, situation.language, LONGEST_SENTENCE)
    if not tokens:
        return Reading(None, is_exact=False)
    unknown = tuple(dict.fromkeys(token.source for token in tokens if not token.is_known))
    concepts = frozenset(token.kind for token in tokens if token.is_known)
    own = _in_own_words(text, tokens, situation)
    if own is not None and unknown:
        return Reading(_with_misspelt(own, tokens, situation), (), concepts)
    if is_broken(text, tokens):
        return Reading(Unclear() if concepts else None, unknown, concepts, is_exact=not unknown)
    if not unknown:
        doubts = _DOUBTS if own is None else _DOUBTS - {"EXERCISE", "COMMON"}  # own words
        found = _without_doubts(tokens, situation, doubts)
        found = own if own is not None and found in (None, Unclear()) else found
        return Reading(found, (), concepts)
    guess = guessed(without_amounts(tokens), situation.language)
    if guess is None:
        order = _misspelt_order(text, tokens, situation)
        return Reading(
            order, unknown if order is None else (), concepts, is_exact=order is not None
        )
    concepts = frozenset(token.kind for token in guess.tokens)
    is_negated = bool(guess.unknown) and not _NEGATIONS.isdisjoint(concepts)
    if is_negated or len(guess.unknown) > MOST_LEFT_OUT:
        return Reading(None, unknown, concepts, is_exact=False)
    found = _without_doubts(guess.tokens, situation)
    is_friendly = isinstance(found, Said) and found.talk not in _NOT_AMONG_OTHERS
    if is_friendly and (not guess.is_guessed or found in _HARMLESS):
        return Reading(found, (), concepts)  # "thanks a bunch"
    found = _asked(found)
    if guess.is_guessed and found in (None, Unclear()) and len(unknown) <= MOST_LEFT_OUT:
        found = _left_out(tokens, situation)
        guess = guess._replace(unknown=unknown) if found else guess
    if guess.is_guessed and guess.unknown and _only_looks(found):
        found = None  # its subject itself may be a guess: "wife says" is no question about wine
    is_in_own_words = found in (None, Unclear()) or (bool(guess.unknown) and "REMIND" in concepts)
    if is_in_own_words and (order := _misspelt_order(text, tokens, situation)):
        return Reading(order, (), concepts)
    left_out = unknown if found in (None, Unclear()) else guess.unknown
    return Reading(found, left_out, concepts, is_exact=False)


def _left_out(tokens: list[Token], situation: Situation) -> Understood:
    """Read a sentence without its unknown words, where the words that are near them make none."""
    known = [token for token in tokens if token.is_known]
    if not _NEGATIONS.isdisjoint(token.kind for token in known):
        return None
    found = _asked(_without_doubts(known, situation))
    return None if found == Unclear() else found


def _misspelt_order(text: str, tokens: list[Token], situation: Situation) -> Understood:
    """ "remnid me to take my tablets at 9pm": asked, with the person's own words as typed."""
    for token in tokens[:MOST_BEFORE_ORDER]:
        near = None if token.is_known else nearest_words(token.source, situation.language)
        if near is None:
            continue
        fixed = re.sub(rf"\b{re.escape(token.source)}\b", near, text, count=1, flags=re.IGNORECASE)
        read = lex(fixed, situation.language, LONGEST_SENTENCE)
        if any(one.kind == "REMIND" for one in read):
            found = in_own_words(fixed, read, situation)
            return None if found == Unclear() else _asked(found)
    return None


def _in_own_words(text: str, tokens: list[Token], situation: Situation) -> Understood:
    """A sentence in the person's own words; asked when it may be about something else, too."""
    found = in_own_words(text, tokens, situation)
    if isinstance(found, Unclear) and found.candidates:
        moved = _moved(own_words(found.candidates[0]), tokens, situation)
        if moved:
            return asked([*moved, *found.candidates][:MOST_CANDIDATES])
        return asked([*found.candidates, *_wish_after(tokens, situation)])
    if found is None or isinstance(found, Unclear):
        return found
    kinds = [token.kind for token in tokens if token.kind not in ("FILLER", "REMIND")]
    orders = sum(token.kind == "REMIND" for token in tokens)
    words = kinds_of(own_words(found), situation.language)
    is_mixed = orders > 1 or not _SUBJECTS.isdisjoint(kinds)
    near = {
        kind
        for token in tokens
        if not token.is_known and (one := nearest_words(token.source, situation.language))
        for kind in kinds_of(one, situation.language)
    }
    has_time = any(kind.isdigit() or kind in _UNITS for kind in words)
    is_near = any(kind in _SUBJECTS or kind in _UNITS or kind[-1:].isdigit() for kind in near)
    if is_mixed or has_time or is_near:
        moved = _moved(own_words(found), tokens, situation)
        return asked([*moved, found, *_wish_after(tokens, situation)][:MOST_CANDIDATES])
    return found


def _moved(own: str, tokens: list[Token], situation: Situation) -> list[MoveReminder]:
    """What "remind me about stretching a bit later, at ten" means for the reminder of that kind."""
    words = kinds_of(own, situation.language)
    about = words & KINDS.keys()
    if len(about) != 1 or not words <= about | _AROUND_KIND:
        return []
    found = nearest(tokens, situation, MOST_CANDIDATES)
    return [one for one in found if isinstance(one, MoveReminder)]


def _wish_after(tokens: list[Token], situation: Situation) -> tuple[Meaning, ...]:
    """What the end of a sentence may mean by itself: "… and cramp left calf"."""
    ends = [at for at, token in enumerate(tokens) if token.kind in _BETWEEN_WISHES]
    rest = tokens[ends[-1] + 1 :] if ends else []
    if not rest or not all(token.is_known for token in rest):
        return ()
    found = readings_of(read_tokens(rest, situation))
    is_more = any(isinstance(one, Correct) for one in found)  # ", at 9:00" is one more time
    return () if is_more else found


def kinds_of(words: str, language: str) -> set[str]:
    """The concepts of some words."""
    return {token.kind for token in lex(words, language, LONGEST_SENTENCE)}


def _with_misspelt(own: Understood, tokens: list[Token], situation: Situation) -> Understood:
    """A sentence in the person's own words, or what it means if they are only misspelt."""
    guess = guessed(tokens, situation.language)
    near = None if guess is None or guess.unknown else read_tokens(guess.tokens, situation)
    found = [*readings_of(near), *readings_of(own)] if near is not None else []
    found.sort(key=lambda one: not isinstance(one, AskPlace | Travel))  # a name is rarely a slip
    return asked(found) if found and readings_of(near) else own


def _without_doubts(
    tokens: list[Token], situation: Situation, doubts: frozenset[str] = _DOUBTS
) -> Understood:
    """Read tokens; where only words of doubt are in the way, ask for what is meant without them."""
    found = several(tokens, situation) or read_tokens(tokens, situation)
    if found is not None and found != Unclear():
        return found
    sober = without_drinks(tokens)
    if sober and readings_of(cramps := _without_doubts(sober, situation, doubts)):
        return _asked(cramps)
    rest = tokens
    if _EASED.isdisjoint(token.kind for token in tokens):
        doubts -= {"EXERCISE"}  # "we hiked yesterday" is about no cramp
    if not EVENTS.keys().isdisjoint(token.kind for token in tokens):
        # Where it was, hardly a wish for a pause; and French "tout à l'heure" may be past.
        doubts |= {"AWAY", "LATER", "NIGHT_SHIFT"}
    if any(token.kind == "OTHER_ONE" for token in tokens):
        doubts -= {"AGAIN"}  # "another one on the other side" corrects nothing
    for words in (doubts & {"MAYBE"}, doubts & {"COMMON", "MAYBE"}, doubts):
        rest = [token for token in tokens if token.kind not in words]
        without = None if len(rest) == len(tokens) else read_tokens(rest, situation)
        if without not in (None, Unclear()):
            return _asked(without)
    weak = named_leg(rest, situation) or _without_weak(rest, situation)
    if weak is None and not SOMEBODY.isdisjoint(token.kind for token in tokens):
        return whoever_asks(tokens, situation) or found
    if weak is None:
        both = two_wishes(tokens, situation)
        return found if both is None else both
    is_asked = weak == Show(Page.CAREGIVER) or len(rest) != len(tokens)  # "got my wife to rub it"
    return weak if _changes_nothing(weak) and not is_asked else _asked(weak)


def _without_weak(tokens: list[Token], situation: Situation) -> Understood:
    """Read tokens without a concept that is often no more than an adverb, then without them all."""
    kinds = {token.kind for token in tokens}
    weak = sorted(kinds & _WEAK)
    if not weak or not kinds.isdisjoint(_NEGATIONS - {"NO_CRAMP"}):
        return None
    for left_out in dict.fromkeys((*((one,) for one in weak), tuple(weak))):
        found = read_tokens([one for one in tokens if one.kind not in left_out], situation)
        if found is not None and found != Unclear():
            return found
    return None


def _changes_nothing(found: Understood) -> bool:
    """Whether a meaning only shows or says something."""
    return isinstance(found, (*_LOOKS, Said, Show))


def _only_looks(found: Understood) -> bool:
    """Whether every reading answers a question and changes nothing."""
    asked_for = readings_of(found)
    return bool(asked_for) and all(isinstance(one, _LOOKS) for one in asked_for)


def _asked(found: Understood) -> Understood:
    """What is asked where a meaning was guessed: nothing of "fine" with other words."""
    if found == Said(Talk.FINE):
        return None
    return found if found is None or isinstance(found, Unclear) else Unclear((found,))
