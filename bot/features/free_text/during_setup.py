"""Sentences that are typed at a question of /start: a cramp, or a question of one's own.

Answers to the open question are left to its handler; below other answers the question is asked
again. A cramp whose words are all known is logged by :mod:`bot.features.consent.handlers`.
"""

from bot.database.stored_values import SetupStep
from bot.features.free_text.further_acts import do_further
from bot.features.free_text.meanings import OpenCard, Said, Talk
from bot.features.free_text.offering import question
from bot.features.free_text.one_language import Reading
from bot.features.free_text.pages import show_page
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.rules import readings_of
from bot.features.free_text.sentence import Understood
from bot.features.free_text.somebody_rules import cramp_of_somebody
from bot.features.free_text.values import LogCramp, Page, Show, Unclear
from bot.features.users.handlers.bed_wake_fluids import times_by_day
from bot.features.users.handlers.questions import (
    await_open_question,
    onboarding_question,
    show_question,
)
from bot.features.users.handlers.zone_choices import likely_choices, recognized_zone
from bot.features.users.messages.onboarding import place_first
from bot.features.users.messages.place import zone_question
from bot.telegram.context import Context
from bot.telegram.replies import Replies, Say

PAGES = frozenset({Page.RELIEF, Page.WARNINGS, Page.PRIVACY, Page.HELP, Page.LEARN})
"""Pages that are shown before the questions are answered."""
TALK = frozenset({Talk.THANKS, Talk.SORE, Talk.MEDICINE, Talk.LOOKS, Talk.VOICE})
EVENTS = frozenset({"CRAMP", "CRAMPS", "WOKE", "HURTS"})
"""Concepts of which one is in every sentence about a cramp."""
_CRAMPS = frozenset({"CRAMP", "CRAMPS", "TWITCH"})


async def during_setup(context: Context, text: str) -> Replies | None:
    """Ask about a cramp that is nearly clear, or answer what has an answer already.

    Returns:
        None when the text may answer the open question.
    """
    user = context.person
    if user.setup_step is SetupStep.DONE or not context.may_store:
        return None
    reading = reading_of(context, text)
    cramps = _cramps(context, reading.understood)
    if cramps and not EVENTS.isdisjoint(reading.concepts):
        return [Say(question(context, Unclear(cramps), reading.unknown))]
    if user.time_zone is None and _tells_cramp(context, reading):
        return _place_first(context)
    if "NIGHT_SHIFT" in reading.concepts and (asked := times_by_day(context, text)) is not None:
        return asked
    if not reading.is_sure or not reading.is_exact:
        return None
    answered = await _answered(context, reading.understood)
    if answered is None:
        return None
    return [*answered, *show_question(context, onboarding_question(context))]


def _tells_cramp(context: Context, reading: Reading) -> bool:
    """Whether a cramp is told, of whomever. Its time is not clear without the place."""
    if _CRAMPS.isdisjoint(reading.concepts):
        return False
    found = readings_of(reading.understood)
    if any(isinstance(one, LogCramp) for one in found):
        return True
    tr, at, nights = context.tr, context.written_at, context.nights
    zone, hours = context.zone, tr.hour_cycle
    return cramp_of_somebody(context.text, tr.language, at, zone, hours, nights) is not None


def _place_first(context: Context) -> Replies:
    """Say that the place is needed before the time of a cramp, and ask for it again."""
    tr, user = context.tr, context.person
    is_found = recognized_zone(user) is not None
    asked = onboarding_question(context) if is_found else zone_question(tr, likely_choices(context))
    await_open_question(user)
    return show_question(context, place_first(tr, asked))


async def _answered(context: Context, understood: Understood) -> Replies | None:
    match understood:
        case Show(page) if page in PAGES:
            return await show_page(context, page)
        case Said(talk) if talk in TALK:
            return await do_further(context, understood)
        case OpenCard():
            return await do_further(context, understood)
    return None


def _cramps(context: Context, understood: Understood) -> tuple[LogCramp, ...]:
    """The cramps that may be meant, if nothing else may; without a time zone only a present one."""
    if not isinstance(understood, Unclear) or not understood.candidates:
        return ()
    cramps = tuple(one for one in understood.candidates if isinstance(one, LogCramp))
    if len(cramps) != len(understood.candidates):
        return ()
    if context.person.time_zone is None:
        return tuple(one for one in cramps if one.at == context.written_at)
    return cramps
