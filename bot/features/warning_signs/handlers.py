"""Answers to nudges, ticks of warning signs, the emergency number."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from bot.database.engine import Session
from bot.database.models import FlagHit, HitAnswer, User
from bot.features.cramps.messages import warning
from bot.features.cramps.red_flags import TIER_OF, Tier
from bot.features.diary import hits
from bot.features.warning_signs import messages, queries
from bot.features.warning_signs.patterns import RULES
from bot.features.warning_signs.queries import TOLD_IN_SUMMARIES, nudge_of
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.telegram.context import Feature, Visit
from bot.telegram.message import Message, Tap, pack

EMERGENCY_NUMBER = re.compile(r"[0-9]{2,15}")


async def on_warnings(visit: Visit) -> None:
    """/warnings: the warning signs, most urgent first."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    card = warning(translator_for(user), Tier.EMERGENCY, user.emergency_number)
    await visit.say(card.quietly(is_night(user, visit)))


# Nudges ------------------------------------------------------------------------------------------


async def _told(session: Session, visit: Visit, tap: Tap) -> FlagHit | None:
    """The tapped hit, only if it is this person's and of a rule that summaries tell."""
    hit = await hits.owned(session, tap.number(0), visit.user_id)
    return hit if hit is not None and hit.rule in TOLD_IN_SUMMARIES else None


async def _answer(visit: Visit, tap: Tap, answer: HitAnswer | None) -> None:
    """Note what is said to a nudge, and show it where it was tapped and in the summary."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        hit = await _told(session, visit, tap)
        if hit is not None and answer is not None:
            hits.set_answer(session, hit, answer, visit.now)
        elif hit is not None:
            queries.take_answer_back(session, hit)
    tr = translator_for(user)
    if hit is None:
        await visit.toast(messages.gone(tr))
        return
    said = messages.answer_toast(tr, answer)
    if tap.word(1) == messages.CARD:
        await visit.show(messages.nudge_card(tr, nudge_of(hit)), said)
    else:
        await visit.toast(said)
    await visit.deps.diary_changed(
        visit.deps, visit.bot, visit.user_id, {hit.hit_on - timedelta(days=1)}
    )


async def on_seen(visit: Visit, tap: Tap) -> None:
    """A doctor has been seen about it: the rule is silent for eight weeks."""
    await _answer(visit, tap, HitAnswer.SEEN_DOCTOR)


async def on_not_now(visit: Visit, tap: Tap) -> None:
    """Not now: it may come up again after two weeks, as any."""
    await _answer(visit, tap, HitAnswer.NOT_NOW)


async def on_again(visit: Visit, tap: Tap) -> None:
    """What was said to it is taken back."""
    await _answer(visit, tap, None)


async def on_explain(visit: Visit, tap: Tap) -> None:
    """What was counted. Below a summary, whose picture cannot become text; else in place."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        hit = await _told(session, visit, tap)
        if hit is not None:
            diary = await queries.diary(session, user.id, hit.hit_on)
    tr = translator_for(user)
    if hit is None:
        await visit.toast(messages.gone(tr))
        return
    numbers = RULES[hit.rule](diary, hit.hit_on).numbers
    shown = messages.explanation(tr, nudge_of(hit), hit.hit_on, numbers)
    if tap.word(1) == messages.CARD:
        await visit.show(shown)
    else:
        await visit.toast()
        await visit.say(shown.quietly(is_night(user, visit)))


async def on_nudge(visit: Visit, tap: Tap) -> None:
    """Back from the explanation: the nudge with its buttons."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        hit = await _told(session, visit, tap)
    tr = translator_for(user)
    if hit is None:
        await visit.toast(messages.gone(tr))
    else:
        await visit.show(messages.nudge_card(tr, nudge_of(hit)))


# Signs -------------------------------------------------------------------------------------------


def _today(user: User, visit: Visit) -> date:
    return local_time(visit.now, zone_of(user)).date()


async def on_signs(visit: Visit, tap: Tap) -> None:
    """The signs of a card, to tick the one that is there."""
    try:
        tier = Tier(tap.word(0) or "")
    except ValueError:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
    await visit.show(messages.signs(translator_for(user), tier))


async def on_tick(visit: Visit, tap: Tap) -> None:
    """A sign is there: note it for today, and say at once what to do."""
    code = tap.word(0) or ""
    if code not in TIER_OF:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        hit = await hits.record(
            session,
            user.id,
            code,
            TIER_OF[code].value,
            _today(user, visit),
            visit.now,
            shown=True,
        )
    await visit.show(
        messages.ticked(translator_for(user), code, hit.id or 0, hit.hit_on, user.emergency_number)
    )


async def on_untick(visit: Visit, tap: Tap) -> None:
    """A sign that was ticked is not there: it is no longer noted."""
    code = tap.word(1) or ""
    if code not in TIER_OF:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        hit = await hits.owned(session, tap.number(0), visit.user_id)
        if hit is not None and hit.rule == code:
            await session.delete(hit)
    tr = translator_for(user)
    await visit.show(messages.signs(tr, TIER_OF[code]), messages.unticked(tr))


# The emergency number ----------------------------------------------------------------------------


def _emergency_card(user: User) -> Message:
    return warning(translator_for(user), Tier.EMERGENCY, user.emergency_number)


async def on_number(visit: Visit, _tap: Tap) -> None:
    """Which number would this person call?"""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await visit.show(messages.ask_number(translator_for(user), user.emergency_number))


async def on_set_number(visit: Visit, tap: Tap) -> None:
    """A number of the buttons, or none any more."""
    number = tap.word(0) or ""
    if number not in {*messages.NUMBERS, messages.NO_NUMBER}:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.emergency_number = None if number == messages.NO_NUMBER else number
        _forget_question(session, user)
    toast = messages.number_toast(translator_for(user), user.emergency_number)
    await visit.show(_emergency_card(user), toast)


async def on_other_number(visit: Visit, _tap: Tap) -> None:
    """Asks for a typed number."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = pack("flags", "number")
        session.add(user)
    await visit.show(messages.ask_typed_number(translator_for(user)))


async def on_leave_number(visit: Visit, _tap: Tap) -> None:
    """No other number after all."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        _forget_question(session, user)
    await visit.show(_emergency_card(user))


def _forget_question(session: Session, user: User) -> None:
    if user.awaiting == pack("flags", "number"):
        user.awaiting = None
    session.add(user)


async def on_typed_number(visit: Visit, _tap: Tap, text: str) -> bool:
    """The number that was asked for; spaces within do no harm."""
    number = re.sub(r"[ \u00a0-]", "", text)
    async with visit.transaction() as session:
        user = await load(session, visit)
        is_usable = EMERGENCY_NUMBER.fullmatch(number) is not None
        if is_usable:
            user.emergency_number = number
            _forget_question(session, user)
    reply = (
        _emergency_card(user)
        if is_usable
        else messages.ask_typed_number(translator_for(user), unclear=True)
    )
    await visit.say(reply.quietly(is_night(user, visit)))
    return True


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"warnings": tr.gettext("Warning signs: when to be seen")}


FEATURE = Feature(
    name="flags",
    commands={"warnings": on_warnings},
    descriptions=_descriptions,
    taps={
        "seen": on_seen,
        "notnow": on_not_now,
        "again": on_again,
        "explain": on_explain,
        "nudge": on_nudge,
        "signs": on_signs,
        "tick": on_tick,
        "untick": on_untick,
        "number": on_number,
        "setnumber": on_set_number,
        "othernumber": on_other_number,
        "leavenumber": on_leave_number,
    },
    answers={"number": on_typed_number},
)
