"""Asks people before anything of them is stored, and takes their answer and its withdrawal.

The button that agrees carries the version of the text, the minute in which it was asked, and what
is done afterwards: ``z`` a time zone, ``p`` another place, ``t`` or ``w`` a cramp that waits (see
:mod:`bot.features.consent.kept_cramp`), ``c`` the code of somebody who wants help, or nothing. So
what somebody told before they agreed is only in the chat and survives a restart.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.database.stored_values import SetupStep
from bot.features.caregivers.ending import end_all
from bot.features.caregivers.inviting import LINK, invited
from bot.features.consent import messages, queries
from bot.features.consent.kept_cramp import KeptCramp, cramp_of, kept_cramp
from bot.features.consent.messages import ASKED_AGAIN_BELOW, VERSION, Operator, agree_data
from bot.features.consent.wanted import readable_page, wanted
from bot.features.consent.whose_cramp import ask_whose
from bot.features.cramps.entry_times import FURTHEST_BACK
from bot.features.cramps.handlers.log import log_at, log_kept
from bot.features.cramps.health_texts import short_information
from bot.features.free_text.meanings.values import LogCramp
from bot.features.free_text.reading_cache import reading_of
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.place import choose_zone, on_place
from bot.features.users.handlers.questions import (
    ask_place_below,
    onboarding_question,
    show_question,
)
from bot.features.users.handlers.zone_choices import is_zone, likely_choices
from bot.identity import people, revocations
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Entrance, Feature, taps
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, Replies, Say, Show, Toast

LONGEST_CODE = 30
"""The most characters of an invitation's code in callback data; ours have 24."""
ANSWERED_WITHIN = timedelta(hours=24)
"""How long a question can be answered. Later, and once everything was erased, it is asked again: a
button that is left in a chat must not begin anew with one tap."""
MOST_PLACES = 3
"""More of them, with a button each, would not fit on a small phone with the question."""
ZONE, PLACE, HELP = "z", "p", "c"
INVITATION = re.compile(rf"/start(?:@\w+)?\s+{LINK}_([A-Za-z0-9_-]+)")


def _operator(context: Context) -> Operator:
    settings = context.deps.settings
    return Operator(settings.operator_name or "?", settings.operator_contact or "?")


def _minute(context: Context) -> int:
    return int(context.now.timestamp()) // 60


# Instead of other handlers -----------------------------------------------------------------------


async def instead(context: Context, is_log: bool) -> Replies:
    """Answer somebody of whom nothing may be stored."""
    if context.query is not None:
        tr, is_known = context.tr, context.is_known
        return [Toast(messages.is_withdrawn(tr) if is_known else messages.start_again(tr), True)]
    is_silent_album = context.message is not None and context.message.media_group_id is not None
    if context.is_over_limit or (is_silent_album and not context.text):
        return NOTHING
    shown = await readable_page(context)
    if shown is not None:
        return shown
    kept = kept_cramp(context, is_log=is_log) if context.text else None
    if context.is_known:
        return [Say(_not_done(context, kept))]
    if context.deps.settings.is_open:
        invitation = INVITATION.match(context.text)
        if invitation is not None:
            data = agree_data(_minute(context), HELP, invitation[1][:LONGEST_CODE])
            return [Say(messages.question_with_help(context.tr, _operator(context), data))]
        return [Say(_question(context, kept))]
    return await _in_private_bot(context, kept)


async def _in_private_bot(context: Context, kept: KeptCramp | None) -> Replies:
    """A private bot asks nobody: a typed cramp is logged, and anything else needs /start."""
    if kept is None:
        return [Say(messages.how_to_begin(context.tr))]
    await _begin(context)
    return await log_at(context, kept.message_id, kept.at, kept.precision, kept.told)


def _question(context: Context, kept: KeptCramp | None = None) -> Message:
    tr, operator, minute = context.tr, _operator(context), _minute(context)
    if kept is not None:
        data = agree_data(minute, *kept.arguments)
        return messages.question_with_cramp(tr, operator, data)
    places = likely_choices(context)[:MOST_PLACES]
    return messages.first_question(tr, operator, short_information(tr), places, minute)


def _withdrawn(context: Context, kept: KeptCramp | None = None) -> Message:
    if kept is not None:
        return _not_done(context, kept)
    return messages.withdrawn(context.tr, agree_data(_minute(context)))


def _not_done(context: Context, kept: KeptCramp | None) -> Message:
    """The answer to a message of somebody who took back their consent."""
    minute = _minute(context)
    cramp = None if kept is None else agree_data(minute, *kept.arguments)
    return messages.not_done(context.tr, wanted(context, kept), agree_data(minute), cramp)


def along(context: Context) -> Replies:
    """Ask somebody once who began before the bot asked for consent, below its answer."""
    if context.message is None or context.is_over_limit or not context.deps.settings.is_open:
        return NOTHING
    user = context.person
    if max(user.consent_version or 0, user.consent_asked_version or 0) >= ASKED_AGAIN_BELOW:
        return NOTHING
    user.consent_asked_version = VERSION
    data = agree_data(_minute(context))
    return [Say(messages.asked_once(context.tr, _operator(context), data), is_aside=True)]


# Buttons -----------------------------------------------------------------------------------------


async def on_yes(update: Update, context: Context) -> Replies:
    """Store that the person agrees, then do what they wanted.

    The same tap again changes nothing, and goes on from where the person is.
    """
    has_agreed = context.may_store and context.person.consent_version == VERSION
    if not has_agreed:
        if not _is_current(context) or await _was_erased_since(context):
            return [Show(messages.asked_anew(context.tr, _asked_again(context)))]
        if not context.is_known:
            await _begin(context)
        await queries.agree(context.session, context.person, VERSION, context.now)
    return await _go_on(update, context)


async def _begin(context: Context) -> None:
    """Make the person known."""
    context.person = await people.get_or_create(
        context.session, context.sender_id, context.now, context.language_code, locks=True
    )
    context.is_known = True


def _is_current(context: Context) -> bool:
    """Whether the tapped question has today's text and was asked a short time ago."""
    version, minute = context.tap.number(0), context.tap.number(1)
    if version != VERSION or minute is None:
        return False
    age = context.now.timestamp() - minute * 60
    return 0 <= age <= ANSWERED_WITHIN.total_seconds()


async def _was_erased_since(context: Context) -> bool:
    """Whether everything about the person was erased after the minute of the tapped question."""
    if context.is_known:
        return False
    after = datetime.fromtimestamp(((context.tap.number(1) or 0) + 1) * 60, UTC)
    return await revocations.was_erased_between(
        context.session, context.sender_id, after, context.now
    )


def _asked_again(context: Context) -> Message:
    kept = cramp_of(context.tap, context.now)
    if context.is_known and context.person.consent_withdrawn_at is not None:
        return _withdrawn(context, kept)
    if context.is_known:
        data = agree_data(_minute(context))
        return messages.asked_once(context.tr, _operator(context), data)
    return _question(context, kept)


async def _go_on(update: Update, context: Context) -> Replies:
    """Do what the person wanted when they were asked."""
    user, kind, kept = context.person, context.tap.word(2), cramp_of(context.tap, context.now)
    if kept is not None:
        return await _log(context, kept)
    more = context.tap.word(3)
    if kind == HELP and more:
        return [Show(messages.agreed(context.tr)), *await invited(context, more)]
    if user.setup_step is SetupStep.DONE:
        return present_with_keyboard(context, messages.agreed(context.tr))
    if kind == ZONE and user.setup_step is SetupStep.TIME_ZONE and more and is_zone(more):
        return await choose_zone(context, more)
    if kind == PLACE and user.setup_step is SetupStep.TIME_ZONE:
        return await on_place(update, context)
    return show_question(context, onboarding_question(context))


async def _log(context: Context, kept: KeptCramp) -> Replies:
    """Log the cramp that waited, and ask the first question below it."""
    if kept.is_tap:
        logged = await log_kept(context, kept.message_id, kept.at)
    else:
        logged = await log_at(context, kept.message_id, kept.at, kept.precision, kept.told)
    is_asked = context.person.question_message_id is not None
    if context.person.setup_step is not SetupStep.TIME_ZONE or is_asked:
        return logged
    return [*logged, *ask_place_below(context)]


async def before_log(context: Context) -> Replies | None:
    """Ask a helper who has no diary, and taps to log a cramp, whose it is."""
    return await ask_whose(context, is_log=True)


async def cramp_during_setup(context: Context, text: str) -> Replies | None:
    """Log a cramp that is told while the questions of /start are open; they stay open."""
    user = context.person
    if user.setup_step is SetupStep.DONE:
        return None
    asked = await ask_whose(context, is_log=False)
    if asked is not None:
        return asked
    if user.time_zone is None:
        kept = kept_cramp(context, is_log=False)
        return None if kept is None else await _log(context, kept)
    reading = reading_of(context, text)
    told = reading.understood if reading.is_exact else None
    if not isinstance(told, LogCramp) or not timedelta(0) <= context.now - told.at <= FURTHEST_BACK:
        return None
    precision = TimePrecision(told.precision)
    return await log_at(context, context.message_id, told.at, precision, told.told)


async def on_mine(_update: Update, context: Context) -> Replies:
    """Log the cramp of somebody who was asked whose it is: it is their own."""
    kept = cramp_of(context.tap, context.now, first=0)
    if kept is None:
        return [Toast(context.tr.gettext("This button is out of date."))]
    return await _log(context, kept)


async def on_no(_update: Update, context: Context) -> Replies:
    """Take the consent back: nothing more is stored or sent, and nobody helps any more."""
    if not context.is_known:
        return [Toast(messages.start_again(context.tr), alert=True)]
    ended: Replies = NOTHING
    if context.may_store:
        await queries.withdraw(context.session, context.person, context.now)
        ended = await end_all(context)
    return [Show(_withdrawn(context)), *ended]


async def on_open(_update: Update, context: Context) -> Replies:
    """Show what the person has agreed to."""
    user = context.person
    if user.consent_withdrawn_at is not None:
        return [Show(_withdrawn(context))]
    agreed_on = None
    if user.consented_at is not None:
        agreed_on = local_time(user.consented_at.astimezone(UTC), context.zone).date()
    return [Show(messages.state(context.tr, agreed_on, agree_data(_minute(context))))]


def _handlers() -> Sequence[AnyHandler]:
    return taps("consent", {"yes": on_yes, "no": on_no, "open": on_open, "mine": on_mine})


FEATURE = Feature(
    name="consent",
    handlers=_handlers,
    for_anybody=(on_yes, on_no),
    after_withdrawal=(on_open,),
    entrance=Entrance(instead, along, before_log),
    sooner=(cramp_during_setup,),
)
