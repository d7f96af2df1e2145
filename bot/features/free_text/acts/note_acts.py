"""Adds a typed note to the entry that is meant: "note: slept badly"."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.database.stored_values import SetupStep
from bot.features.cramps import queries
from bot.features.cramps.handlers.entry_card import counted_entry
from bot.features.cramps.handlers.notes import add_note
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.acts.detail_acts import meant_entry
from bot.features.free_text.meanings.act_values import KeepNote
from bot.features.free_text.meanings.further_values import Correct, OpenCard, SetLanguage
from bot.features.free_text.meanings.values import Meaning, Unclear
from bot.features.free_text.rules.note_rules import note_of, tells_cause, triggers_of
from bot.telegram.context import Context
from bot.telegram.message import unpack
from bot.telegram.replies import Replies, Say

_ASKS = frozenset({"ASKING", "HELPING", "HELPS_NOW", "WHY", "SHOW", "?"})
"""Concepts of a question, which is no note."""
LONGEST_OFFERED = 200
"""The most characters of words that are offered to be kept as a note."""


async def guess_note(context: Context, text: str) -> Replies | None:
    """Take what follows "note:" as a note to the entry on screen, or to the newest one.

    Returns:
        None when the text is something else.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return None
    note = note_of(text, context.tr.language)
    if note is None:
        return None
    cramp = await meant_entry(context)
    noted = None if cramp is None else await add_note(context, cramp, note)
    return [Say(messages.no_entry_to_note(context.tr))] if noted is None else noted


async def is_note_question_gone(context: Context) -> bool:
    """Whether a note was asked for on the card of an entry that is reduced to a line by now."""
    question = unpack(context.person.awaiting)
    if question is None or not question.is_for("cramps", "note"):
        return False
    cramp = await queries.owned(context.session, question.number(0), context.person.id)
    return cramp is not None and cramp.reply_message_id is not None and cramp.tidy_at is None


async def keep_note(context: Context, note: KeepNote, message_id: int) -> Replies:
    """Keep words that were typed after an entry as its note, as their button says."""
    if note.entry_id:
        cramp = await counted_entry(context, note.entry_id)  # there may be a newer one by now
    else:
        cramp = await meant_entry(context)
    noted = None
    if cramp is not None:
        noted = await add_note(context, cramp, note.words, message_id=message_id)
    return [Say(messages.no_entry_to_note(context.tr))] if noted is None else noted


async def offered_note(context: Context, text: str) -> KeepNote | None:
    """A text right after an entry that is not meant for the bot, as its note; None otherwise."""
    words = text.strip()
    is_told = len(words.split()) > 1 and "?" not in words and "\n" not in words
    if not is_told or len(words) > LONGEST_OFFERED:
        return None
    cramp = await meant_entry(context)
    return None if cramp is None else KeepNote(words, cramp.id or 0)


async def or_its_note(context: Context, asked: Unclear, concepts: Collection[str]) -> Unclear:
    """A question about a text that is told after an entry, with its note as an answer.

    Args:
        context: of the message that tells it.
        asked: how it was understood.
        concepts: what it is about.
    """
    if not _may_be_cause(asked, concepts):
        return asked
    return with_note(asked, concepts, await offered_note(context, context.text))


def with_note(asked: Unclear, concepts: Collection[str], note: KeepNote | None) -> Unclear:
    """A question that also offers the note, where a cause was told or only pages understood."""
    if note is None or not _may_be_cause(asked, concepts):
        return asked
    if tells_cause(concepts):
        return replace(asked, candidates=as_cause(note, asked.candidates, concepts))
    return replace(asked, candidates=(note, *asked.candidates))


def as_cause(
    note: KeepNote, found: Sequence[object], concepts: Collection[str]
) -> tuple[Meaning, ...]:
    """What is offered for a cause that is told right after an entry: its note comes first.

    A "yesterday" in a cause does not say that there was a cramp in that night, or none.

    Args:
        note: the text as the note.
        found: how it was understood otherwise.
        concepts: what it is about.
    """
    chips = (Correct((("trigger", code),)) for code in triggers_of(concepts))
    return (note, *chips, *(one for one in found if isinstance(one, OpenCard)))


def _may_be_cause(asked: Unclear, concepts: Collection[str]) -> bool:
    """Whether a text may say what a cramp came from: "because of the heat"."""
    if any(isinstance(one, SetLanguage) for one in asked.candidates):
        return False  # "auf Deutsch bitte", whose "bitte" is like "bitter"
    if tells_cause(concepts):
        return True
    is_page = bool(asked.candidates) and all(isinstance(one, OpenCard) for one in asked.candidates)
    return is_page and _ASKS.isdisjoint(concepts)
