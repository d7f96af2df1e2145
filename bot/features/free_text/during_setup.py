"""Sentences that are typed at a question of /start: a cramp, or a question of one's own.

Answers to the open question are left to its handler; below other answers the question is asked
again. A cramp whose words are all known is logged by :mod:`bot.features.consent.handlers`.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.database.stored_values import SetupStep
from bot.features.free_text.acts.detail_acts import details_during_setup
from bot.features.free_text.acts.further_acts import do_further
from bot.features.free_text.beside_question import tells_cramp, tells_details
from bot.features.free_text.meanings.further_values import OpenCard, Said, Talk
from bot.features.free_text.meanings.values import (
    LogCramp,
    Meaning,
    NoCramps,
    Page,
    Pause,
    Show,
    Unclear,
)
from bot.features.free_text.offering import question
from bot.features.free_text.offers.offers import offers
from bot.features.free_text.pages import show_page
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.rules.cramp_fields import WHOLE, with_site
from bot.features.free_text.rules.somebody_rules import cramp_of_somebody
from bot.features.free_text.understanding.one_language import Reading
from bot.features.free_text.understanding.sentence import Understood
from bot.features.free_text.understanding.whole_sentence import readings_of
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
EVENTS = frozenset({"CRAMP", "CRAMPS", "WOKE", "HURTS", "AGAIN"})
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
    cramps = _cramps(context, reading)
    if cramps and not EVENTS.isdisjoint(reading.concepts):
        return [Say(question(context, Unclear(cramps), reading.unknown))]
    if user.time_zone is None and _tells_cramp(context, reading):
        return _place_first(context)
    if "NIGHT_SHIFT" in reading.concepts and (asked := times_by_day(context, text)) is not None:
        return asked
    is_clear = reading.is_sure and reading.is_exact
    answered = await _answered(context, reading.understood) if is_clear else None
    if answered is None:
        return await _beside_question(context, text, reading)
    return [*answered, *show_question(context, onboarding_question(context))]


async def _beside_question(context: Context, text: str, reading: Reading) -> Replies | None:
    """Enter or ask about what cannot be the answer to the open question, which stays on screen."""
    understood = reading.understood
    if isinstance(understood, LogCramp):
        return None  # it is logged
    if tells_details(text, context.tr.language):
        told = await details_during_setup(context, text)
        return told or _nearest(context, text, reading)
    if tells_cramp(reading):
        return _nearest(context, text, reading)
    found = readings_of(understood)
    if found and all(isinstance(one, Pause) for one in found):
        return [Say(question(context, Unclear(found)))]
    return None


def _tells_cramp(context: Context, reading: Reading) -> bool:
    """Whether a cramp is told, of whomever. Its time is not clear without the place."""
    if _CRAMPS.isdisjoint(reading.concepts):
        return False
    found = readings_of(reading.understood)
    if any(isinstance(one, LogCramp) for one in found):
        return True
    return _is_of_somebody(context)


def _is_of_somebody(context: Context) -> bool:
    """Whether somebody else had the cramp."""
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


def _nearest(context: Context, text: str, reading: Reading) -> Replies | None:
    """Ask about the cramp, or the night without one, that a text comes nearest to."""
    if _is_of_somebody(context):
        return None
    tr, at, user = context.tr, context.written_at, context.person
    found = offers(text, tr.language, at, context.zone, tr.hour_cycle, context.nights, reading)
    cramps = [one for one in found if isinstance(one, LogCramp)]
    if user.time_zone is None or any(one.at == at for one in cramps):
        meant: tuple[Meaning, ...] = _fullest([one for one in cramps if one.at == at])
    else:
        meant = tuple(one for one in found if isinstance(one, LogCramp | NoCramps))
    return [Say(question(context, Unclear(meant), reading.unknown))] if meant else None


def _fullest(cramps: Sequence[LogCramp]) -> tuple[LogCramp, ...]:
    """The cramp of which most is told, at the place that is surely meant: a foot, not its sole."""
    if not cramps:
        return ()
    fullest = max(cramps, key=lambda one: len(one.told))
    sites = [dict(one.told).get("site", "") for one in cramps]
    whole = next((site for site in sites if site in WHOLE.values()), "")
    told = with_site(fullest.told, whole) if whole else fullest.told
    return (replace(fullest, told=told),)


async def _answered(context: Context, understood: Understood) -> Replies | None:
    match understood:
        case Show(page) if page in PAGES:
            return await show_page(context, page)
        case Said(talk) if talk in TALK:
            return await do_further(context, understood)
        case OpenCard():
            return await do_further(context, understood)
    return None


def _cramps(context: Context, reading: Reading) -> tuple[LogCramp, ...]:
    """The cramps that may be meant, if nothing else may; "another at 9.30" is one, too.

    Without a time zone, only those of the moment.
    """
    understood, is_another = reading.understood, "AGAIN" in reading.concepts
    if not isinstance(understood, Unclear) or not understood.candidates:
        return ()
    cramps = tuple(one for one in understood.candidates if isinstance(one, LogCramp))
    if len(cramps) != len(understood.candidates) and not is_another:
        return ()
    if context.person.time_zone is None:
        return tuple(one for one in cramps if one.at == context.written_at)
    return cramps
