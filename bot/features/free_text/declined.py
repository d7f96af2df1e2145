"""Declines an open question in other words than its button's: "cancel that", "never mind"."""

from bot.features.free_text import messages
from bot.features.free_text.acts.undo_acts import WAYS_BACK
from bot.features.free_text.meanings.further_values import Undo, WasWrong
from bot.features.free_text.meanings.values import decode
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.understanding.one_language import Reading
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.i18n.vocabulary.lexicon import is_answer
from bot.telegram.context import Context
from bot.telegram.message import Tap, unpack
from bot.telegram.open_question import OpenQuestion, without_buttons
from bot.telegram.replies import Replies, Say

_NO = Tap("typed", "no", ())
_AFTERTHOUGHT = frozenset({"MEANT", "WRONG", "NO", "NOT", "FILLER"})
"""Concepts of "actually no", "no, not after all"."""


async def guess_declined(context: Context, text: str) -> Replies | None:
    """Take words for undoing as the "no" to an open question: nothing else was done since.

    Returns:
        None when no such question is open, or when it asks about undoing itself.
    """
    question = context.question
    taps = _taps(question)
    if question is None or _NO not in taps:
        return None
    reading = reading_of(context, text)
    is_of_undo = any(map(_undoes, taps))
    if not is_answer(text, "no", context.tr.language) and not declines(reading, is_of_undo):
        return None
    context.clear_screen()
    return without_buttons(question, [Say(messages.nothing_changed(context.tr))])


def _taps(question: OpenQuestion | None) -> list[Tap]:
    """What the buttons of a question do."""
    buttons = question.buttons if question is not None else ()
    return [tap for _label, data, _style in buttons if (tap := unpack(data)) is not None]


def _undoes(tap: Tap) -> bool:
    is_way_back = tap.feature == "typed" and tap.verb in WAYS_BACK
    return is_way_back or decode(tap.word(1)) == Undo()


def declines(reading: Reading, is_of_undo: bool) -> bool:
    """Whether a text says that a question is to be dropped.

    Args:
        reading: of the text.
        is_of_undo: whether the question offers to undo something, so that "undo" may mean that.
    """
    if not reading.is_exact:
        return False
    if Undo() in readings_of(reading.understood):
        return "NEVER_MIND" in reading.concepts or not is_of_undo
    is_afterthought = reading.understood in (None, WasWrong())
    has_cause = not reading.concepts.isdisjoint({"MEANT", "WRONG"})
    return is_afterthought and has_cause and reading.concepts <= _AFTERTHOUGHT
