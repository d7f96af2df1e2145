"""Messages in quick succession that belong together: "left calf", then "cramp", then "hurts"."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from bot.features.free_text.acts.detail_acts import agrees, meant_entry
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.meanings.values import LogCramp, Unclear, decode
from bot.features.free_text.offering import question
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.rules.cramp_rules import without_sites
from bot.features.free_text.rules.detail_rules import Details, details
from bot.features.free_text.understanding.sentence import Understood
from bot.telegram import open_question
from bot.telegram.context import Context
from bot.telegram.message import unpack
from bot.telegram.replies import Replies, Say

SOON = timedelta(minutes=10)
"""Within this time, a message may continue the one before it."""
_OF_ANOTHER = frozenset({*EVENTS, "AGAIN", "ALSO", "OTHER_ONE", "NOW", "AT", "THEN", "NEXT"})
"""Concepts with which details may be those of a further cramp."""


def with_told_before(context: Context, understood: Understood) -> LogCramp | None:
    """A present cramp, completed by the previous message, whose question is still open.

    Returns:
        None when that message told nothing about it.
    """
    asked = _asked_cramp(context)
    if not isinstance(understood, LogCramp) or understood.at != context.written_at:
        return None
    if asked is None or not timedelta(0) <= understood.at - asked.at <= SOON:
        return None
    told = dict(understood.told)
    if any(told.get(name, code) != code for name, code in asked.told):
        return None
    return replace(understood, told=tuple(sorted({*understood.told, *asked.told})))


async def more_told(context: Context, text: str) -> Replies | None:
    """Ask anew about a cramp of which a detail is said below its question: "right", "it was a 7".

    Returns:
        None when the question is about something else, or an entry may be meant.
    """
    told, asked, opened = (
        details(text, context.tr.language),
        _asked_cramp(context),
        context.question,
    )
    if told is None or asked is None or opened is None or len(told.sites) > 1:
        return None
    if told.has_let_go or await meant_entry(context) is not None:
        return None
    whole = replace(asked, told=tuple(sorted({**dict(asked.told), **dict(told.fields)}.items())))
    return open_question.without_buttons(opened, [Say(question(context, Unclear((whole,))))])


def _asked_cramp(context: Context) -> LogCramp | None:
    """The cramp of the moment that the open question offers to log; None when there is none."""
    if context.question is None:
        return None
    taps = (unpack(data) for _label, data, _style in context.question.buttons)
    meanings = (decode(tap.word(1)) for tap in taps if tap and tap.is_for("typed", "yes"))
    cramps = [one for one in meanings if isinstance(one, LogCramp) and one.precision == "exact"]
    found = without_sites(cramps) if len(cramps) > 1 else cramps
    return found[0] if len(found) == 1 else None


async def without_cramp_again(context: Context, asked: Unclear) -> Unclear:
    """Offer no further present cramp right after an entry: "ouch" is said about that entry."""
    others = tuple(one for one in asked.candidates if not _is_bare(context, one))
    if not others or others == asked.candidates:
        return asked
    cramp = await meant_entry(context)
    is_fresh = cramp is not None and context.written_at - cramp.tapped_at <= SOON
    return replace(asked, candidates=others) if is_fresh else asked


async def of_its_entry(context: Context, asked: Unclear, concepts: Collection[str]) -> Unclear:
    """Right after an entry, details without a cramp are those of the entry: "a bad one, 9"."""
    if not _OF_ANOTHER.isdisjoint(concepts):
        return asked
    if not any(_is_now(context, one) for one in asked.candidates):
        return asked
    cramp = await meant_entry(context)
    is_fresh = cramp is not None and context.written_at - cramp.tapped_at <= SOON
    if cramp is None or not is_fresh or cramp.event_type != "cramp":
        return asked
    found = [
        Correct(one.told) if isinstance(one, LogCramp) and _is_now(context, one) else one
        for one in asked.candidates
    ]
    found.sort(key=lambda one: not isinstance(one, Correct))
    return replace(asked, candidates=tuple(dict.fromkeys(found)))


async def may_be_told_again(context: Context, cramp: LogCramp) -> bool:
    """Whether "cramp left calf" may tell more about the entry that was made minutes ago."""
    if cramp.at != context.written_at or not cramp.told:
        return False
    there = await meant_entry(context)
    is_fresh = there is not None and context.written_at - there.tapped_at <= SOON
    return there is not None and is_fresh and agrees(there, Details(cramp.told))


def _is_now(context: Context, meaning: object) -> bool:
    """Whether a meaning is a present cramp of which only details are told."""
    is_now = isinstance(meaning, LogCramp) and meaning.at == context.written_at
    return is_now and isinstance(meaning, LogCramp) and bool(meaning.told)


def _is_bare(context: Context, meaning: object) -> bool:
    """Whether a meaning is a present cramp without any detail."""
    return isinstance(meaning, LogCramp) and meaning.at == context.written_at and not meaning.told
