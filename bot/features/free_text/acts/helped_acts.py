"""Stores what somebody did about a cramp, typed after it was logged: "walking did it"."""

from functools import partial

from bot.database.models import Cramp, SetupStep
from bot.features.cramps.handlers.notes import add_note
from bot.features.cramps.told_codes import Told
from bot.features.cramps.values import parse_codes
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.acts.correct_acts import correct, has_recent
from bot.features.free_text.acts.detail_acts import enter, meant_entry
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.rules.detail_rules import details
from bot.features.free_text.understanding.clauses import reason_alone
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.features.relief.handlers import let_go_of_running
from bot.i18n.vocabulary.helped import OF_THE_DAY, fields_of, helped, helped_besides
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, Replies


def told_of(text: str, language: str) -> Told:
    """What a text says of what was tried, and how far it helped; () when it says something else."""
    codes = _codes(text, language) or _codes_of_day(reason_alone(text), language)
    return fields_of(codes) or _with_length(text, language)


def _codes(text: str, language: str) -> frozenset[str]:
    found = (
        helped(text, one, LONGEST_SENTENCE) for one in dict.fromkeys((language, SOURCE_LANGUAGE))
    )
    return next((one for one in found if one is not None), frozenset())


def _codes_of_day(reason: str, language: str) -> frozenset[str]:
    """ "it's because I gardened all day": what the day was like, and nothing that was tried."""
    codes = _codes(reason, language) if reason else frozenset[str]()
    return codes if codes <= OF_THE_DAY else frozenset()


def _with_length(text: str, language: str) -> Told:
    """ "rubbed it, gone after ten minutes": what was tried, and how long the cramp lasted."""
    besides = helped_besides(text, language, LONGEST_SENTENCE)
    told = details(besides[1], language) if besides is not None else None
    if besides is None or told is None or not told.has_let_go:
        return ()
    if told.sites or [field for field, _code in told.fields] != ["duration"]:
        return ()
    return tuple(sorted((*fields_of(besides[0]), *told.fields)))


async def guess_helped(context: Context, text: str) -> Replies | None:
    """Keep what was tried with the entry on screen, or the newest; of an older one, ask first.

    Returns:
        None when the text is something else, or there is no cramp that it can be about.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return None
    told = told_of(text, context.tr.language)
    if not told:
        return None
    cramp = await meant_entry(context)
    if cramp is not None and cramp.event_type != "cramp":
        return None
    if cramp is not None and _is_of_one_thing(cramp, told):
        return await add_note(context, cramp, text)
    if cramp is not None:
        return await _kept(context, cramp, told)
    return await correct(context, Correct(told)) if await has_recent(context) else None


def _is_of_one_thing(cramp: Cramp, told: Told) -> bool:
    """Whether one thing did not help, of an entry on which another one may have.

    An entry has one answer, however many things were tried: "nothing helped" would be untrue.
    """
    tried = set(parse_codes(cramp.relief_tried))
    others = tried - {code for field, code in told if field == "relief"}
    is_alone = {field for field, _code in told} == {"helped"}
    has_failed = ("helped", "not_at_all") in told and not is_alone
    return has_failed and bool(others) and cramp.relief_helped != "not_at_all"


async def _kept(context: Context, cramp: Cramp, told: Told) -> Replies:
    """Enter what was tried, and end the relief that goes on; or what the day was like."""
    if {field for field, _code in told} == {"trigger"}:
        return await enter(context, cramp, told)
    has_helped = ("helped", "not_at_all") not in told
    ended = await let_go_of_running(context) if has_helped else None
    say = partial(messages.tried_is_kept, told=told)
    is_open = "helped" not in dict(told) and cramp.relief_helped == "not_at_all"
    stored = (*told, ("helped", "unsure")) if is_open else told  # what failed was something else
    return [*(ended or NOTHING), *await enter(context, cramp, stored, say)]
