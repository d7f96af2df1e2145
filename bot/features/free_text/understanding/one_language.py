"""Reads a sentence by the words of one language. Pure.

A sentence whose words are all known is read as it is. Where one is misspelt or unknown, what is
read is asked and never done.
"""

from dataclasses import dataclass, replace

from bot.features.cramps.entry_times import is_night_time
from bot.features.free_text.meanings.act_values import Answered, SleepTimes
from bot.features.free_text.meanings.further_values import AskHelped, DidHabit, OpenCard, Said, Talk
from bot.features.free_text.meanings.values import LogCramp, Meaning, NoCramps, Unclear
from bot.features.free_text.rules.amount_rules import (
    tells_of_alcohol,
    with_alcohol,
    without_amounts,
)
from bot.features.free_text.rules.cramp_fields import EVENTS, SITES
from bot.features.free_text.rules.cramp_rules import without_sites
from bot.features.free_text.rules.cramp_times import ASLEEP_FROM, ASLEEP_UNTIL, moment_of_night
from bot.features.free_text.rules.day_before import after_bedtime, of_the_night_after, without_day
from bot.features.free_text.rules.helped_question import asks_what_helped
from bot.features.free_text.rules.keep_rules import to_keep
from bot.features.free_text.rules.other_night_rules import other_night
from bot.features.free_text.rules.reminder_rules import KINDS
from bot.features.free_text.understanding.clauses import (
    after_work,
    and_a_night,
    exception,
    says_little,
    without_cause,
    without_reason,
)
from bot.features.free_text.understanding.doubts import (
    DOUBTS,
    NEGATIONS,
    as_question,
    only_looks,
    without_doubts,
)
from bot.features.free_text.understanding.own_words import (
    kinds_of,
    misspelt_order,
    read_own_words,
    with_misspelt,
)
from bot.features.free_text.understanding.sentence import (
    MOST_CANDIDATES,
    Situation,
    Understood,
    asked,
)
from bot.features.free_text.understanding.whole_sentence import (
    LONGEST_SENTENCE,
    is_broken,
    readings_of,
)
from bot.i18n.vocabulary.bed_spans import FROM_BED
from bot.i18n.vocabulary.helped import OF_THE_DAY, fields_of, helped, helped_after
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.spelling import guessed
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import local_time

_QUIET = frozenset({"QUIET", "NO_CRAMP", "SLEPT_WELL", "FINE"})
_DAYS = frozenset({"YESTERDAY", "DAY_BEFORE_YESTERDAY", "AGO", *(f"DAY{day}" for day in range(7))})
MOST_LEFT_OUT = 2
"""Unknown words that a question may leave out."""
MOST_BEFORE_CAUSE = 3
"""Words before a cause: "à force de"."""
_NOT_AMONG_OTHERS = frozenset({Talk.FINE, Talk.VOICE})
"""Small talk that gets no answer if unknown words are left out: "call me Maggie". Thanks do:
"thanks a bunch"."""
_HARMLESS = frozenset({Said(Talk.THANKS), Said(Talk.GOOD_NIGHT), Said(Talk.BYE)})
"""Small talk that is answered although a word of it was guessed."""


@dataclass(frozen=True)
class Reading:
    """What a sentence means, and how sure that is."""

    understood: Understood
    """A meaning if it is sure; an ``Unclear`` with candidates if the person is to be asked."""
    unknown: tuple[str, ...] = ()
    """Words that no language's list has, as typed."""
    concepts: frozenset[str] = frozenset()
    """The concepts of the sentence, which tell its subject when nothing better is known."""
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

    @property
    def is_understood(self) -> bool:
        """Whether it is sure or asked."""
        return self.is_sure or self.is_asked


def read_in_language(text: str, situation: Situation) -> Reading:
    """Read a sentence by the words of the situation's language alone."""
    if (kept := to_keep(text, situation.language)) is not None:
        return Reading(kept)
    if asks_what_helped(text, situation.language):
        return Reading(AskHelped())
    if (moved := other_night(text, situation)) is not None:
        return Reading(moved)
    found = _with_what_helped(_with_its_cause(text, situation), text, situation)
    found = _with_alcohol(found, text, situation)
    if not says_little(text):
        return found
    drank = [one for one in readings_of(found.understood) if _is_drink(one)]
    return replace(found, understood=Unclear((OpenCard("drinks"),))) if drank else found


def _with_alcohol(found: Reading, text: str, situation: Situation) -> Reading:
    """A cramp that is asked about, with the alcohol of the evening: "two glasses of wine, …"."""
    asking = found.understood
    if not isinstance(asking, Unclear):
        return found
    if not tells_of_alcohol(kinds_of(text, situation.language)):
        return found
    noted = (with_alcohol(one) if isinstance(one, LogCramp) else one for one in asking.candidates)
    return replace(found, understood=replace(asking, candidates=tuple(noted)))


def _is_drink(meaning: Meaning) -> bool:
    if isinstance(meaning, Answered):
        return meaning == Answered(True, KINDS["DRINK"])
    return isinstance(meaning, DidHabit) and meaning.habit == "hydration_done"


def _after_a_day(text: str, situation: Situation) -> Reading | None:
    """A cramp of this night that is followed by words about the day: it is asked about."""
    is_night = is_night_time(situation.sleep_clock.time())
    told = without_day(text, situation.language, is_night=is_night)
    if told is None:
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


def _with_what_helped(found: Reading, text: str, situation: Situation) -> Reading:
    """A cramp with what helped against it, too: "cramp at 3, walked it off"."""
    language = situation.language
    besides = helped_after(
        text, language, LONGEST_SENTENCE, lambda words: _names_event(words, language)
    )
    if besides is None:
        return found
    cramps = _only_cramps(found)
    if not cramps:  # a word of what helped was read as something else
        found = _read(besides[1], situation)
        found = replace(found, understood=as_question(found.understood))
        cramps = [one for one in _only_cramps(found) if one.at != situation.said_at]
    told = fields_of(besides[0])
    with_it = tuple(replace(one, told=tuple(sorted({*one.told, *told}))) for one in cramps)
    if not with_it:
        return found
    return replace(found, understood=with_it[0] if found.is_sure else Unclear(with_it))


def _only_cramps(found: Reading) -> list[LogCramp]:
    """The cramps that a reading may be; none when it may be something else."""
    meanings = readings_of(found.understood)
    cramps = [one for one in meanings if isinstance(one, LogCramp)]
    return cramps if len(cramps) == len(meanings) else []


def _with_its_cause(text: str, situation: Situation) -> Reading:
    """Read a sentence, or else its wish or cramp without the reason that is given for it."""
    if (of_night := _after_a_day(text, situation)) is not None:
        return of_night
    if (of_two := _of_quiet_night(text, situation)) is not None:
        return of_two
    if (bed := _bed_after_work(text, situation)) is not None:
        return bed
    told = without_cause(text, lambda clause: _names_event(clause, situation.language))
    is_from_bed = FROM_BED in kinds_of(text, situation.language)
    if told != text and not is_from_bed and _names_event(told, situation.language):
        found = _read(told, situation)  # "because of the gardening yesterday" says no time
        if found.is_understood:
            asked = as_question(found.understood)
            cause = text[len(told) :] if text.startswith(told) else ""
            asked = _night_first(asked, cause, situation)
            return replace(found, understood=_with_its_day(asked, cause, situation.language))
    found = _read(text, situation)
    wish = without_reason(text)
    if wish in ("", text) or found.is_understood:
        return found
    alone = _read(wish, situation)  # "nothing tomorrow, because I'm away"
    if not alone.is_understood:
        return found
    return replace(alone, understood=as_question(alone.understood))


def _bed_after_work(text: str, situation: Situation) -> Reading | None:
    """When somebody goes to bed and gets up, without when their work ends: asked."""
    language = situation.language
    clauses = after_work(text)
    if not clauses or _names_event(text, language):
        return None  # "after work I had a cramp and went to bed at ten"
    for told in clauses:
        if kinds_of(told, language).isdisjoint({"BEDTIME", "TO_BED", "GET_UP"}):
            continue
        found = _read(told, situation)
        times = readings_of(found.understood)
        if times and found.is_exact and all(isinstance(one, SleepTimes) for one in times):
            return replace(found, understood=as_question(found.understood))
    return None


def _night_first(asked: Understood, cause: str, situation: Situation) -> Understood:
    """A cramp without a time whose cause was "yesterday": rather of the last night than of now."""
    if not isinstance(asked, Unclear) or len(asked.candidates) != 1:
        return asked
    (cramp,) = asked.candidates
    if not isinstance(cramp, LogCramp) or cramp.at != situation.said_at:
        return asked
    is_night = is_night_time(situation.sleep_clock.time())
    if is_night or "YESTERDAY" not in kinds_of(cause, situation.language):
        return asked
    at, precision = moment_of_night(situation.nights.last_night(situation.local), situation)
    return replace(asked, candidates=(replace(cramp, at=at, precision=precision), cramp))


def _with_its_day(asked: Understood, cause: str, language: str) -> Understood:
    """Cramps that are asked about, with what the day was like: "from standing all day"."""
    words = cause.split()
    said = (" ".join(words[first:]) for first in range(min(MOST_BEFORE_CAUSE + 1, len(words))))
    codes = next(
        (found for one in said if (found := helped(one, language, LONGEST_SENTENCE))), None
    )
    if not isinstance(asked, Unclear) or not codes or not codes <= OF_THE_DAY:
        return asked
    told = fields_of(codes)
    candidates = tuple(
        replace(one, told=tuple(sorted({*one.told, *told}))) if isinstance(one, LogCramp) else one
        for one in asked.candidates
    )
    return replace(asked, candidates=candidates)


def _of_quiet_night(text: str, situation: Situation) -> Reading | None:
    """A cramp beside a quiet night: "quiet but for a cramp at 6", "one on Monday, none tonight"."""
    said = exception(text)
    if said is not None and _names_event(said[1], situation.language):
        kinds = kinds_of(said[0], situation.language)
        if kinds.isdisjoint(_QUIET) or not kinds.isdisjoint(_DAYS):
            return None
        found = _read(said[1], situation)
        cramps = _by_night(found.understood, situation)
        return replace(found, understood=asked(cramps)) if cramps else None
    clauses = and_a_night(text)
    if clauses is None or not _names_event(clauses[0], situation.language):
        return None
    quiet = readings_of(_read(clauses[1], situation).understood)
    if not quiet or not all(isinstance(one, NoCramps) for one in quiet):
        return None
    found = _read(clauses[0], situation)
    cramps = _by_night(found.understood, situation)
    return replace(found, understood=asked([*cramps, *quiet])) if cramps else None


def _by_night(found: Understood, situation: Situation) -> list[LogCramp]:
    """The cramps of a reading; of the halves of a day, the one in which people sleep."""
    cramps = [one for one in readings_of(found) if isinstance(one, LogCramp)]
    asleep = [
        one
        for one in cramps
        if not ASLEEP_UNTIL <= local_time(one.at, situation.zone).time() < ASLEEP_FROM
    ]
    chosen = asleep or cramps
    return chosen if len(chosen) < MOST_CANDIDATES else without_sites(chosen)


def _names_event(text: str, language: str) -> bool:
    """Whether a text names a cramp, or where one was."""
    return not {*EVENTS, *SITES}.isdisjoint(kinds_of(text, language))


def _read(text: str, situation: Situation) -> Reading:
    """Read a sentence.

    A "yesterday" that does not belong to its cramp is left out, and the rest asked.
    """
    tokens = lex(text, situation.language, LONGEST_SENTENCE)
    of_night = of_the_night_after(tokens)
    if of_night is None:
        found = _read_tokens(text, tokens, situation)
        of_night = after_bedtime(tokens)
        if of_night is None or found.is_understood:
            return found
    found = _read_tokens(text, of_night, situation)
    return replace(found, understood=as_question(found.understood))


def _read_tokens(text: str, tokens: list[Token], situation: Situation) -> Reading:
    """Read all tokens of a sentence."""
    if not tokens:
        return Reading(None, is_exact=False)
    unknown = tuple(dict.fromkeys(token.source for token in tokens if not token.is_known))
    concepts = frozenset(token.kind for token in tokens if token.is_known)
    own = read_own_words(text, tokens, situation)
    if own is not None and unknown:
        return Reading(with_misspelt(own, tokens, situation), (), concepts)
    if is_broken(text, tokens):
        return Reading(Unclear() if concepts else None, unknown, concepts, is_exact=not unknown)
    if not unknown:
        doubts = DOUBTS if own is None else DOUBTS - {"EXERCISE", "COMMON"}  # own words
        found = without_doubts(tokens, situation, doubts)
        found = own if own is not None and found in (None, Unclear()) else found
        return Reading(found, (), concepts)
    return _read_guessed(text, tokens, unknown, situation)


def _read_guessed(
    text: str, tokens: list[Token], unknown: tuple[str, ...], situation: Situation
) -> Reading:
    """Read a sentence with the known words that its unknown ones may be, or without those."""
    guess = guessed(without_amounts(tokens), situation.language)
    if guess is None:
        order = misspelt_order(text, tokens, situation)
        known = frozenset(token.kind for token in tokens if token.is_known)
        return Reading(order, unknown if order is None else (), known, is_exact=order is not None)
    concepts = frozenset(token.kind for token in guess.tokens)
    answered = _after_answer(tokens)
    if answered and (found := _left_out(answered, situation, "NO")) is not None:
        return Reading(found, unknown, concepts, is_exact=False)
    is_negated = bool(guess.unknown) and not NEGATIONS.isdisjoint(concepts)
    if is_negated or len(guess.unknown) > MOST_LEFT_OUT:
        return Reading(None, unknown, concepts, is_exact=False)
    found = without_doubts(guess.tokens, situation)
    is_friendly = isinstance(found, Said) and found.talk not in _NOT_AMONG_OTHERS
    if is_friendly and (not guess.is_guessed or found in _HARMLESS):
        return Reading(found, (), concepts)  # "thanks a bunch"
    found = as_question(found)
    if guess.is_guessed and found in (None, Unclear()) and len(unknown) <= MOST_LEFT_OUT:
        found = _left_out(tokens, situation)
        guess = guess._replace(unknown=unknown) if found else guess
    if guess.is_guessed and guess.unknown and only_looks(found):
        found = None  # its subject itself may be a guess: "wife says" is not about wine
    is_in_own_words = found in (None, Unclear()) or (bool(guess.unknown) and "REMIND" in concepts)
    if is_in_own_words and (order := misspelt_order(text, tokens, situation)):
        return Reading(order, (), concepts)
    left_out = unknown if found in (None, Unclear()) else guess.unknown
    return Reading(found, left_out, concepts, is_exact=False)


def _after_answer(tokens: list[Token]) -> list[Token]:
    """What comes after the answer no: "no, the left one, silly me"; [] if that is not said."""
    kinds = [token.kind for token in tokens]
    return tokens[2:] if kinds[:2] == ["NOT", ","] else []


def _left_out(tokens: list[Token], situation: Situation, *before: str) -> Understood:
    """Read a sentence without its unknown words: similar known words give it no meaning."""
    known = [Token(kind, "") for kind in before] + [token for token in tokens if token.is_known]
    if not NEGATIONS.isdisjoint(token.kind for token in known):
        return None
    found = as_question(without_doubts(known, situation))
    return None if found == Unclear() else found
