"""Buttons that log a cramp which a message about danger tells as well."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from bot.database.stored_values import SetupStep
from bot.features.cramps.values import OTHER_SITES
from bot.features.free_text.cramp_words import cramp_words, two_words
from bot.features.free_text.meanings.further_values import HadCaffeine
from bot.features.free_text.meanings.values import LogCramp, LogTwo
from bot.features.free_text.messages import choice
from bot.features.free_text.offers.offers import offers
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.rules.somebody_rules import SOMEBODY
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.message import Rows

MOST_CRAMPS = 2
"""The most cramps that are offered, so that what to do about the danger stays in sight."""
_ELSEWHERE = frozenset(one for one, sites in SITES.items() if set(sites) <= set(OTHER_SITES))
"""Places other than a leg: a pain there may be the danger itself, not a cramp."""
_OF_CRAMPS = frozenset(
    {*EVENTS, *SITES, *SIDES, "WOKE", "AWAKE", "NO_SLEEP", "AT", "AGO", "LAST_NIGHT"}
)
"""A part of a text tells of a cramp only if it has one of these concepts."""
_NO_ENTRY = frozenset({*SOMEBODY, "NOT", "NO_CRAMP", "UNREAL", "?", "ASKING", "MAYBE", "OR", "WHY"})
"""With one of these concepts it is uncertain that the person had a cramp."""
_BETWEEN = frozenset({",", ";", ".", "!", "AND", "MEANT"})


def cramps_beside(context: Context) -> Rows:
    """A button for each cramp that the text may tell; none where it is not sure that it tells one.

    The button logs and leaves the message: the answer to the danger stays as it is.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return ()
    tr, zone, at = context.tr, context.zone, context.written_at
    told = _told_in(context.text, tr.language)
    if told is None:
        return ()
    found = offers(told, tr.language, at, zone, tr.hour_cycle, context.nights)
    both = [one for one in found if isinstance(one, LogTwo)]
    rows: Rows = ()
    for one in both[:1] or [one for one in found if isinstance(one, LogCramp)][:MOST_CRAMPS]:
        with suppress(ValueError):  # what fits no button can be typed again
            rows += ((choice(one, _words(context, one), context.message_id, "each"),),)
    return rows


def _words(context: Context, one: LogCramp | LogTwo) -> str:
    now, zone = context.local_now, context.zone
    if isinstance(one, LogCramp):
        return cramp_words(context.tr, one, local_time(one.at, zone), now, context.nights)
    locals_of: dict[LogCramp | HadCaffeine, datetime] = {
        cramp: local_time(cramp.at, zone) for cramp in (one.first, one.second)
    }
    return two_words(context.tr, one, locals_of, now, context.nights)


def _told_in(text: str, language: str) -> str | None:
    """The parts of a text that tell of a cramp, without those that tell of the danger."""
    parts = [part for part in _parts(text, language) if _is_of_cramps(part)]
    kinds = {token.kind for part in parts for token in part}
    if EVENTS.keys().isdisjoint(kinds) or not _NO_ENTRY.isdisjoint(kinds):
        return None
    return ", ".join(" ".join(token.source for token in part) for part in parts)


def _parts(text: str, language: str) -> Iterator[list[Token]]:
    """Split a text at commas and "and"."""
    part: list[Token] = []
    for token in lex(text, language, LONGEST_SENTENCE):
        if token.kind in _BETWEEN:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _is_of_cramps(part: list[Token]) -> bool:
    kinds = {token.kind for token in part}
    has_time = any(kind.isdigit() for kind in kinds)
    return (has_time or not _OF_CRAMPS.isdisjoint(kinds)) and _ELSEWHERE.isdisjoint(kinds)
