"""Warning signs that one entry meets, and the cards with what to do about them.

A sign is stored with ``shown`` false, and marked as shown once its card was delivered. If the
process is killed in between, the same update comes again and the card is sent then.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from telegram import Update

from bot.database.models import Cramp
from bot.dispatch.planning import is_gate_shut
from bot.drawing.stretches import draw
from bot.features.cramps import queries, values
from bot.features.cramps.entry_warning_signs import met_at_once
from bot.features.cramps.messages import health_cards
from bot.features.cramps.relief import RELIEF_DRAWING
from bot.features.cramps.signs import Tier
from bot.features.diary import hits
from bot.features.emergency_numbers.lookup import number_for
from bot.features.health_profile.shut_gates import shut_gates
from bot.telegram.context import Context, Outside
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, OnSent, Replies, Say, Show, rendering

CARD_SHOWN = "cramps.card_shown"
RETRY_WITHIN = timedelta(minutes=15)
"""How long after it was met a sign whose card was not delivered is shown with the next change."""
SEVERITY = (None, Tier.SOON, Tier.URGENT, Tier.EMERGENCY)
"""Tiers from mild to severe; None is no sign."""
Signs = Mapping[str, Tier]
"""Rule → its tier."""


def signs_of(cramp: Cramp) -> dict[str, Tier]:
    """The warning signs that one entry alone meets. A removed entry meets none."""
    if cramp.deleted_at is not None:
        return {}
    return met_at_once(
        cramp.event_type,
        cramp.duration,
        values.parse_codes(cramp.after_effects),
        cramp.site,
        values.parse_codes(cramp.possible_triggers),
    )


async def record(context: Context, signs: Signs) -> None:
    """Store warning signs whose cards are to be sent."""
    for rule, tier in signs.items():
        await hits.record(
            context.session,
            context.person.id,
            rule,
            tier,
            context.today,
            context.now,
            shown=False,
        )


async def not_shown_yet(context: Context, cramp: Cramp) -> dict[str, Tier]:
    """Signs that an entry met a moment ago and whose cards were not delivered."""
    met = signs_of(cramp)
    if not met:
        return {}
    since = context.now - RETRY_WITHIN
    rules = await hits.not_shown(context.session, context.person.id, context.today, since)
    return {rule: tier for rule, tier in met.items() if rule in rules}


async def update(context: Context, cramp: Cramp, before: Signs) -> dict[str, Tier]:
    """Store the signs that a changed entry newly meets, and withdraw those it no longer meets.

    Args:
        context: of the update that changed the entry.
        cramp: the entry after the change.
        before: the signs it met before.

    Returns:
        The signs whose cards are to be sent.
    """
    met = signs_of(cramp)
    risen = {
        rule: tier
        for rule, tier in met.items()
        if SEVERITY.index(tier) > SEVERITY.index(before.get(rule))
    }
    await record(context, risen)
    for rule in before.keys() - met.keys():
        await _withdraw(context, cramp, rule)
    return risen | await not_shown_yet(context, cramp)


async def _withdraw(context: Context, cramp: Cramp, rule: str) -> None:
    """Delete a sign that was stored today by mistake, unless another entry meets it too."""
    day = timedelta(days=1)
    near = await queries.entries_between(
        context.session, cramp.user_id, cramp.night_on - day, cramp.night_on + day
    )
    if not any(rule in signs_of(one) for one in near if one.id != cramp.id):
        await hits.withdraw(context.session, cramp.user_id, rule, context.today)


def cards(context: Context, signs: Signs) -> Replies:
    """The card of every sign; each is marked as shown once it was delivered."""
    return [
        Say(_card(context, rule, tier), on_sent=OnSent(CARD_SHOWN, f"{rule}:{context.today}"))
        for rule, tier in signs.items()
    ]


def _card(context: Context, rule: str, tier: Tier) -> Message:
    person = context.person
    if rule == "P13":
        may_drink = not is_gate_shut(person, "drinks")
        return health_cards.lost_fluid(context.tr, drinks_are_free=may_drink)
    return health_cards.warning(context.tr, tier, number_for(person))


async def on_card_shown(context: Context, key: str, _message_id: int) -> Replies:
    """Mark a sign as shown; ``key`` is its rule and its ISO date, joined by a colon."""
    rule, _, hit_on = key.partition(":")
    await hits.mark_shown(context.session, context.person.id, rule, date.fromisoformat(hit_on))
    return NOTHING


# Cards that a button opens -----------------------------------------------------------------------


async def on_relief(_update: Update, context: Context) -> Replies:
    """Show what may help right now, below the entry."""
    shut = await shut_gates(context.session, context.person)
    card = health_cards.relief(context.tr, shut)
    if "seated" in shut:  # nothing to stretch, so nothing to draw
        return [Say(card)]
    return [Say(rendering(_with_drawing, card))]


async def _with_drawing(_outside: Outside, card: Message) -> Message:
    """The card with its drawing, which is made in a thread."""
    return replace(card, picture=await asyncio.to_thread(draw, RELIEF_DRAWING))


async def on_warnings(_update: Update, context: Context) -> Replies:
    """Show the warning signs, the most urgent tier first."""
    card = health_cards.warning(context.tr, Tier.EMERGENCY, number_for(context.person))
    return [Say(card)]


async def on_warning(_update: Update, context: Context) -> Replies:
    """Show another tier in the same message."""
    try:
        tier = Tier(context.tap.word(0) or "")
    except ValueError:
        return NOTHING
    return [Show(health_cards.warning(context.tr, tier, number_for(context.person)))]
