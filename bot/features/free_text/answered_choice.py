"""Answers in words to a question of several buttons: the time of one, or the end of a pause."""

from collections.abc import Sequence
from datetime import time

from bot.features.free_text.meanings.act_values import RemindDaily, RemindOnce
from bot.features.free_text.meanings.values import LogCramp, MoveReminder, Pause, decode
from bot.features.free_text.rules.pause_rules import pause
from bot.features.free_text.understanding.sentence import Remainder, Situation
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import local_time
from bot.local_time.typed_answers import is_shown_twice, opposite
from bot.local_time.typed_times import parse_clock
from bot.telegram.message import Tap, unpack
from bot.telegram.open_question import OpenQuestion

_YES = ("typed", "yes")
_BEFORE_AN_END = ("", "FOR", "UNTIL")


def taps_by_clock(question: OpenQuestion, text: str, language: str, zone: str) -> list[Tap] | None:
    """The buttons whose time a text names: "9" and "half past nine" name two of a day.

    Returns:
        None when the text is no time, or no button has one.
    """
    clock = parse_clock(text, language)
    clocked = {
        tap: found
        for tap, meaning in _meanings(question).items()
        if (found := _clock_of(meaning, zone)) is not None
    }
    if clock is None or not clocked:
        return None
    said = {clock, opposite(clock)} if is_shown_twice(text, language) else {clock}
    named = [tap for tap, found in clocked.items() if found in said]
    if any(isinstance(decode(tap.word(1)), LogCramp) for tap in clocked):
        # At the question for a cramp a number may be its strength, another time that of an entry.
        return named if named and not text.strip().isdigit() else None
    return named


def pause_said(question: OpenQuestion, text: str, situation: Situation) -> Pause | None:
    """The pause whose end a text says below the question how long: "3 days", "until friday"."""
    meanings = list(_meanings(question).values())
    if not meanings or not all(isinstance(one, Pause) for one in meanings):
        return None
    tokens = [one for one in lex(text, situation.language) if one.kind != "FILLER"]
    if not all(one.is_known for one in tokens) or text.strip().isdigit():
        return None
    for word in _BEFORE_AN_END:
        before = [Token("PAUSE", ""), *([Token(word, "")] if word else [])]
        found = pause(Remainder([*before, *tokens]), situation)
        if isinstance(found, Pause) and (found.until_on or found.tonight):
            return found
    return None


def _meanings(question: OpenQuestion) -> dict[Tap, object]:
    """What each button of a reading means."""
    taps: Sequence[Tap | None] = [unpack(data) for _label, data, _style in question.buttons]
    return {
        tap: meaning
        for tap in taps
        if tap is not None
        and (tap.feature, tap.verb) == _YES
        and (meaning := decode(tap.word(1))) is not None
    }


def _clock_of(meaning: object, zone: str) -> time | None:
    match meaning:
        case RemindOnce(at=at):
            return at.time()
        case RemindDaily(times=(clock,)):
            return clock
        case MoveReminder(times=(clock,)):
            return clock
        case LogCramp(at, "exact"):
            return local_time(at, zone).time()
    return None
