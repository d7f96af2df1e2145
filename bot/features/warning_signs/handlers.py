"""Answers to nudges, ticks of warning signs, and the emergency number.

Callback data of this feature begins with ``flags``: buttons that were sent keep working.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from telegram import Update

from bot.database.models import FlagHit, HitAnswer
from bot.features.cramps.handlers.warnings import warning_card
from bot.features.cramps.messages.health_cards import IN_FULL
from bot.features.cramps.signs import TIER_OF, Tier, current_code
from bot.features.diary import hits
from bot.features.emergency_numbers.lookup import every_number, number_for, number_to_call
from bot.features.health_profile.queries import raised_signs_of
from bot.features.warning_signs import (
    explanation_messages,
    nudge_messages,
    queries,
    sign_messages,
    telling,
)
from bot.features.warning_signs.queries import SUMMARY_RULES, nudge_of
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Occasion, Replies, Say, Show, Toast

EMERGENCY_NUMBER = re.compile(r"[0-9]{2,15}")


async def on_warnings(_update: Update, context: Context) -> Replies:
    """Handle /warnings: show the warning signs, the most urgent first."""
    return [Say(await warning_card(context, Tier.EMERGENCY))]


# Nudges ------------------------------------------------------------------------------------------


async def _tapped_hit(context: Context) -> FlagHit | None:
    """The tapped hit, only if it is this person's and of a rule that summaries mention."""
    hit = await hits.owned(context.session, context.tap.number(0), context.person.id)
    return hit if hit is not None and hit.rule in SUMMARY_RULES else None


def _is_card(context: Context) -> bool:
    """Whether the tapped nudge has a message of its own; else it is part of a summary."""
    return context.tap.word(1) == nudge_messages.CARD


def _gone(context: Context) -> Replies:
    return [Toast(nudge_messages.gone(context.tr))]


async def _answer(context: Context, answer: HitAnswer | None) -> Replies:
    """Store an answer (None: take it back), and show it on the card and in the summary."""
    hit = await _tapped_hit(context)
    if hit is None:
        return _gone(context)
    if answer is None:
        queries.take_answer_back(context.session, hit)
    else:
        hits.set_answer(context.session, hit, answer, context.now)
    toast = nudge_messages.answer_toast(context.tr, answer)
    changed = DiaryChanged({hit.hit_on - timedelta(days=1)}, occasion=Occasion.ANSWERED)
    if _is_card(context):
        return [Show(nudge_messages.nudge_card(context.tr, nudge_of(hit)), toast), changed]
    return [Toast(toast), changed]


async def on_seen(_update: Update, context: Context) -> Replies:
    """Handle a tap on "seen a doctor": mute the rule for eight weeks."""
    return await _answer(context, HitAnswer.SEEN_DOCTOR)


async def on_not_now(_update: Update, context: Context) -> Replies:
    """Handle a tap on "not now": store it. The rule may be mentioned again after two weeks."""
    return await _answer(context, HitAnswer.NOT_NOW)


async def on_again(_update: Update, context: Context) -> Replies:
    """Delete the answer to a nudge."""
    return await _answer(context, None)


async def on_explain(_update: Update, context: Context) -> Replies:
    """Show what was counted, in place of the card or, for a summary, below it.

    Telegram cannot turn a summary's picture into a text.
    """
    hit = await _tapped_hit(context)
    if hit is None:
        return _gone(context)
    shown = explanation_messages.explanation(context.tr, nudge_of(hit), hit.hit_on)
    return [Show(shown) if _is_card(context) else Say(shown)]


async def on_nudge(_update: Update, context: Context) -> Replies:
    """Go back from the explanation to the nudge, which then has a message of its own."""
    hit = await _tapped_hit(context)
    if hit is None:
        return _gone(context)
    return [Show(nudge_messages.nudge_card(context.tr, nudge_of(hit)))]


# Signs -------------------------------------------------------------------------------------------


async def on_signs(_update: Update, context: Context) -> Replies:
    """Show the signs of a warning card, with a button for each."""
    try:
        tier = Tier(context.tap.word(0) or "")
    except ValueError:
        return NOTHING
    return [Show(sign_messages.signs(context.tr, tier))]


async def on_tick(_update: Update, context: Context) -> Replies:
    """Record a sign for today and show its card, with the sign named."""
    code, user = current_code(context.tap.word(0)), context.person
    if code is None:
        return NOTHING
    hit = await hits.record(
        context.session,
        user.id,
        code,
        TIER_OF[code].value,
        context.today,
        context.now,
        shown=True,
    )
    raised = await raised_signs_of(context.session, user.id)
    call = number_for(user)
    ticked = sign_messages.ticked(context.tr, code, hit.id or 0, hit.hit_on, call, raised)
    return [Show(ticked), DiaryChanged({context.today})]


async def on_ticked(_update: Update, context: Context) -> Replies:
    """Show the emergency card of a sign that was ticked with whole lines, or with short rows."""
    code, user = current_code(context.tap.word(1)), context.person
    if code is None or TIER_OF[code] is not Tier.EMERGENCY:
        return NOTHING
    in_full = context.tap.word(2) == IN_FULL
    hit = await hits.owned(context.session, context.tap.number(0), user.id)
    if hit is None or current_code(hit.rule) != code:
        return [Show(await warning_card(context, Tier.EMERGENCY, in_full=in_full))]
    raised = await raised_signs_of(context.session, user.id)
    ticked = sign_messages.ticked(
        context.tr, code, hit.id or 0, hit.hit_on, number_for(user), raised, in_full=in_full
    )
    return [Show(ticked)]


async def on_untick(_update: Update, context: Context) -> Replies:
    """Delete a sign that was recorded by mistake, with another one that was said with it."""
    code, other = current_code(context.tap.word(1)), current_code(context.tap.word(2))
    if code is None:
        return NOTHING
    session, user_id = context.session, context.person.id
    hit = await hits.owned(session, context.tap.number(0), user_id)
    if hit is not None and current_code(hit.rule) == code:
        await session.delete(hit)
        if other is not None:
            for one in await hits.between(session, user_id, hit.hit_on, hit.hit_on, rules=(other,)):
                await session.delete(one)
    shown = sign_messages.signs(context.tr, TIER_OF[code])
    return [Show(shown, sign_messages.unticked(context.tr)), DiaryChanged({context.today})]


# The emergency number ----------------------------------------------------------------------------


async def on_number(_update: Update, context: Context) -> Replies:
    """Ask which number this person would call."""
    person = context.person
    likely = number_to_call(None, person.time_zone)
    return [Show(sign_messages.ask_number(context.tr, person.emergency_number, likely))]


async def on_set_number(_update: Update, context: Context) -> Replies:
    """Store a number that a button offers, or delete the stored one."""
    number = context.tap.word(0) or ""
    if number not in {*sign_messages.NUMBERS, *every_number(), sign_messages.NO_NUMBER}:
        return NOTHING
    user = context.person
    user.emergency_number = None if number == sign_messages.NO_NUMBER else number
    context.stop_asking("flags", "number")
    toast = sign_messages.number_toast(context.tr, user.emergency_number)
    return [Show(await warning_card(context, Tier.EMERGENCY), toast)]


async def on_other_number(_update: Update, context: Context) -> Replies:
    """Ask for a typed number."""
    context.ask("flags", "number")
    return [Show(sign_messages.ask_typed_number(context.tr))]


async def on_leave_number(_update: Update, context: Context) -> Replies:
    """Keep the stored number and stop asking for another one."""
    context.stop_asking("flags", "number")
    return [Show(await warning_card(context, Tier.EMERGENCY))]


async def on_typed_number(context: Context, _question: Tap, text: str) -> Replies:
    """Store the typed number without its spaces and hyphens."""
    number = re.sub(r"[ \u00a0-]", "", text)
    if EMERGENCY_NUMBER.fullmatch(number) is None:
        return [Say(sign_messages.ask_typed_number(context.tr, unclear=True))]
    context.person.emergency_number = number
    context.stop_asking("flags", "number")
    return [Say(await warning_card(context, Tier.EMERGENCY))]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"warnings": tr.gettext("Warning signs: when to be seen")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("warnings", on_warnings),
        *taps(
            "flags",
            {
                "seen": on_seen,
                "notnow": on_not_now,
                "again": on_again,
                "explain": on_explain,
                "nudge": on_nudge,
                "signs": on_signs,
                "tick": on_tick,
                "ticked": on_ticked,
                "untick": on_untick,
                "number": on_number,
                "setnumber": on_set_number,
                "othernumber": on_other_number,
                "leavenumber": on_leave_number,
            },
        ),
    ]


FEATURE = Feature(
    name="flags",
    handlers=_handlers,
    descriptions=_descriptions,
    answers={"number": on_typed_number},
    for_anybody=(on_warnings,),
    on_sent={telling.CARD_SHOWN: telling.on_card_shown},
)
