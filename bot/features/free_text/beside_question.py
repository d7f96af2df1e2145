"""Sentences that cannot be the typed answer to the open question: a cramp, or a wish.

They are done or asked about, and the question stays open.
"""

from bot.database.stored_values import SetupStep
from bot.features.emergency.messages import question_stays_open
from bot.features.free_text.meanings.act_values import RemindDaily, RemindOnce
from bot.features.free_text.meanings.further_values import AskNights
from bot.features.free_text.meanings.values import LogCramp, Page, Pause, Resume, Show
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.rules.detail_rules import details
from bot.features.free_text.understanding.one_language import Reading
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.telegram.context import Context
from bot.telegram.message import Message, unpack
from bot.telegram.replies import Replies, Say

CRAMPS = frozenset({"CRAMP", "CRAMPS", "TWITCH", "HURTS", "NO_CRAMP"})
"""Concepts of which none is in the answer to a question for a place, a time or a day."""
_PLACE = ("users", "place")
_OF_AN_ENTRY = frozenset({("cramps", "at"), ("cramps", "when")})
_QUESTIONS = _OF_AN_ENTRY | {
    _PLACE,
    ("users", "bed"),
    ("users", "wake"),
    ("users", "keepuntil"),
    ("users", "pause"),
    ("reminders", "at"),
    ("reminders", "times"),
    ("reminders", "type"),
    ("about", "since"),
    ("about", "changed"),
    ("about", "stopped"),
    ("flags", "number"),
}
"""Questions for a place, a time, a day or a number; others take the person's own words."""


def is_beside(context: Context, text: str) -> bool:
    """Whether a text says something else than the answer to the open question."""
    question = unpack(context.person.awaiting)
    asked = (question.feature, question.verb) if question is not None else None
    if asked not in _QUESTIONS:
        return False
    reading = reading_of(context, text)
    found = readings_of(reading.understood)
    cramps = [one for one in found if isinstance(one, LogCramp)]
    if asked in _OF_AN_ENTRY and any(one.at != context.written_at for one in cramps):
        return False  # it says when the cramp was that the question is about
    if tells_cramp(reading) or tells_details(text, context.tr.language):
        return True
    return bool(found) and all(_is_wish(one, asked) for one in found)


def tells_cramp(reading: Reading) -> bool:
    """Whether a cramp is named, or "another one"."""
    if not CRAMPS.isdisjoint(reading.concepts):
        return True
    is_logged = any(isinstance(one, LogCramp) for one in readings_of(reading.understood))
    return "AGAIN" in reading.concepts and (is_logged or reading.concepts <= {"AGAIN", "FILLER"})


def tells_details(text: str, language: str) -> bool:
    """Whether a text says two details of a cramp or more: "8 left calf"."""
    told = details(text, language)
    return told is not None and len(told.fields) + (len(told.sites) > 1) > 1


def _is_wish(meaning: object, asked: tuple[str, str] | None) -> bool:
    match meaning:
        case Pause():
            return asked != ("users", "pause")
        case Resume() | AskNights():
            return True
        case RemindDaily(words=words) | RemindOnce(words=words):
            return bool(words)
        case Show(page):  # a place may have the name of a page: Reading
            return page is not Page.STOP and asked != _PLACE
    return False


def kept_open(context: Context, asked: str | None, replies: Replies) -> Replies:
    """Leave a question open that a cramp or a pause has closed, and say so.

    Args:
        context: of the message or tap that told it.
        asked: what typed text answered before (``users.awaiting``).
        replies: to the message or tap.
    """
    user, question = context.person, unpack(asked)
    stays = question is not None and (question.feature, question.verb) in _QUESTIONS - _OF_AN_ENTRY
    if not stays or user.awaiting not in (None, asked) or user.setup_step is not SetupStep.DONE:
        return replies  # it led to a question of its own, or the question is on screen anyway
    if user.awaiting is None and not context.is_screen_kept:
        context.put_on_screen("typed", "beside")
    user.awaiting = asked
    if context.query is not None:
        return replies  # it was said when the button came
    return [*replies, Say(Message(question_stays_open(context.tr)), is_aside=True)]
