"""A cramp that somebody else had: "my husband had a cramp 20 minutes ago". Pure.

The sentence is read as if it were about the person, without the words that name somebody else. The
cramp is never logged before the bot has asked whose it is.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.features.cramps.entry_times import is_night_time
from bot.features.free_text.meanings.further_values import OpenCard
from bot.features.free_text.meanings.values import LogCramp, Page, Show
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.rules.cramp_rules import without_sites
from bot.features.free_text.understanding.sentence import Situation, Understood
from bot.features.free_text.understanding.whole_sentence import (
    LONGEST_SENTENCE,
    read_tokens,
    readings_of,
)
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import NOON_TO_NOON, Nights, local_time

SOMEBODY = frozenset({"CAREGIVER", "SOMEONE"})
"""Concepts that name who had it."""
MOST_UNKNOWN = 2
"""Unknown words that may be left out, such as a name."""
_LEFT_OUT = SOMEBODY | {"MAYBE", "COMMON"}
_NO_REPORT = frozenset(
    {
        *("NOT", "UNREAL", "NO_CRAMP", "?", "WHY", "WHEN", "HOW_MANY", "HOW_WAS", "DID_I"),
        *("ASKING", "HELPING", "HELPS_NOW", "REMIND", "DONT_REMIND", "DAILY", "NOTE", "UNDO"),
        *("DELETE", "WRONG", "MEANT", "SHOW"),
    }
)
"""With these concepts a sentence tells of no cramp that has come."""
_QUESTION = frozenset({"?", "ASKING", "WHY", "HELPS_NOW"})
_FOR_EVERYBODY = (Show(Page.RELIEF), Show(Page.LEARN), Show(Page.WARNINGS))
_HABIT = frozenset({"NIGHT", "EVENING", "MORNING"})
"""Words for when cramps recur: "at night". They name no particular night."""


def is_told_of_somebody(kinds: Sequence[str]) -> bool:
    """Whether who had the cramp is named before it; not "I had a cramp, my husband rubbed it"."""
    named = next((at for at, kind in enumerate(kinds) if kind in SOMEBODY), None)
    return named is not None and (EVENTS.keys() | {"WOKE"}).isdisjoint(kinds[:named])


def cramp_of_somebody(
    text: str,
    language: str,
    now: datetime,
    zone: str,
    hours: int = 24,
    nights: Nights = NOON_TO_NOON,
) -> LogCramp | None:
    """The cramp that a sentence tells of somebody else; None when it tells none, or several.

    Args:
        text: what was typed.
        language: such as ``de`` or ``pt_BR``; English is read, too.
        now: when it was typed, as an aware instant.
        zone: the IANA zone where the cramp was.
        hours: 12 where clocks count to twelve.
        nights: of who had it.
    """
    for spoken in dict.fromkeys((language, SOURCE_LANGUAGE)):
        tokens = lex(text, spoken, LONGEST_SENTENCE)
        found = _told(tokens, Situation(spoken, now, zone, hours, nights))
        if found is not None:
            return found
    return None


def _told(tokens: Sequence[Token], situation: Situation) -> LogCramp | None:
    kinds = {token.kind for token in tokens if token.is_known}
    unknown = sum(not token.is_known for token in tokens)
    is_told = not kinds.isdisjoint(SOMEBODY) and not kinds.isdisjoint({*EVENTS, "WOKE"})
    if not is_told or unknown > MOST_UNKNOWN or not kinds.isdisjoint(_NO_REPORT):
        return None
    rest = [token for token in tokens if token.is_known and token.kind not in _LEFT_OUT]
    found = readings_of(read_tokens(rest, situation))
    cramps = [one for one in found if isinstance(one, LogCramp)]
    if len(cramps) > 1:
        cramps = without_sites(cramps)
    by_night = [one for one in cramps if is_night_time(local_time(one.at, situation.zone).time())]
    cramps = by_night if len(cramps) == 2 and len(by_night) == 1 else cramps  # "at 3"
    is_clear = len(cramps) == 1 and all(isinstance(one, LogCramp) for one in found)
    return cramps[0] if is_clear and not _is_habit(rest, situation) else None


def _is_habit(tokens: Sequence[Token], situation: Situation) -> bool:
    """Whether several cramps are told without their time: "my mother gets cramps at night"."""
    kinds = {token.kind for token in tokens}
    if "CRAMPS" not in kinds or "NOW" in kinds:
        return False
    found = readings_of(read_tokens([one for one in tokens if one.kind not in _HABIT], situation))
    return any(isinstance(one, LogCramp) and one.at == situation.said_at for one in found)


def whoever_asks(tokens: Sequence[Token], situation: Situation) -> Understood:
    """ "my wife has a cramp, what can I do?": a card or a page to read helps whoever has it."""
    general = [token for token in tokens if token.kind not in SOMEBODY]
    if _QUESTION.isdisjoint(token.kind for token in general):
        return None  # "my sister says that magnesium helps"
    found = read_tokens(general, situation)
    is_read = isinstance(found, OpenCard) or found in _FOR_EVERYBODY
    return found if is_read else None
