"""Messages about warning signs after a change of the diary, or when the person looks at it.

An entry's own signs are answered in the same reply, whichever way the entry was made or changed.
What shows over several nights is mentioned in the weekly summary, and otherwise:

- when the person asks for a summary or a report, or ends a pause;
- after a change, when they get no weekly summaries.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from bot.database.engine import Session
from bot.database.models import User
from bot.dispatch.planning import is_gate_shut, is_paused_at
from bot.features.cramps.entry_warning_signs import (
    AT_ONCE,
    BOTH_LEGS,
    LOST_FLUID,
    ONE_LEG,
    asks_side,
    signs_of,
)
from bot.features.cramps.messages import health_cards
from bot.features.cramps.signs import Tier
from bot.features.diary import hits
from bot.features.emergency_numbers.lookup import number_for
from bot.features.health_profile.queries import raised_signs_of
from bot.features.warning_signs import (
    entry_messages,
    entry_queries,
    medicine_questions,
    nudge_messages,
    queries,
)
from bot.features.warning_signs.entry_queries import Risen
from bot.features.warning_signs.queries import WeeksOf
from bot.i18n.preferences import translator_for
from bot.telegram.context import Context
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, Occasion, OnSent, Replies, Say

CARD_SHOWN = "flags.card_shown"


@dataclass(frozen=True)
class Whose:
    """Whose diary it is, and where they are told."""

    user: User
    chat_id: int | None
    """None: the chat in which the change was made."""
    gets_summaries: bool


async def entry_cards(
    session: Session, whose: Whose, nights: Collection[date], now: datetime
) -> Replies:
    """The cards of the signs that entries of changed nights newly meet, the mildest first."""
    risen = await entry_queries.update(session, whose.user.id, nights, now)
    ranked = sorted(
        ((tier, rule, entry) for entry in risen for rule, tier in entry.signs.items()),
        key=lambda one: list(Tier).index(one[0]),
        reverse=True,
    )
    raised = await raised_signs_of(session, whose.user.id) if ranked else frozenset()
    cards = [
        Say(
            _card(whose.user, rule, tier, entry, raised),
            to=whose.chat_id,
            on_sent=OnSent(CARD_SHOWN, f"{whose.user.id}:{rule}:{entry.hit_on}"),
        )
        for tier, rule, entry in ranked
    ]
    tr = translator_for(whose.user)
    sides = [
        Say(entry_messages.ask_side(tr, entry.entry_id), to=whose.chat_id)
        for entry in risen
        if asks_side(entry.told)
    ]
    return [*cards, *sides]


async def on_card_shown(context: Context, key: str, _message_id: int) -> Replies:
    """Note that a card was seen; ``key`` is whose it is, its rule and its ISO date."""
    user_id, rule, hit_on = key.split(":")
    await hits.mark_shown(context.session, int(user_id), rule, date.fromisoformat(hit_on))
    if rule == AT_ONCE:
        for sign in (ONE_LEG, BOTH_LEGS):
            await hits.mark_shown(context.session, int(user_id), sign, date.fromisoformat(hit_on))
    return NOTHING


def _card(user: User, rule: str, tier: Tier, entry: Risen, raised: Collection[str]) -> Message:
    tr, call = translator_for(user), number_for(user)
    if rule == LOST_FLUID:
        may_drink = not is_gate_shut(user, "drinks")
        return health_cards.lost_fluid(tr, call, drinks_are_free=may_drink)
    if tier is Tier.SOON:
        return entry_messages.within_two_weeks(tr)
    return health_cards.warning(tr, tier, call, first=signs_of(entry.told), raised=raised)


async def patterns(
    session: Session,
    whose: Whose,
    nights: Collection[date],
    occasion: Occasion,
    now: datetime,
    weeks_of: WeeksOf,
) -> Replies:
    """Look at the rules about several nights, and mention one if it is time to."""
    found = await queries.look(session, whose.user, now, weeks_of, changed=nights)
    if not _is_told(whose, occasion, now):
        return []
    tr, said = translator_for(whose.user), []
    nudge = await queries.note_mention(session, whose.user.id, found, now)
    if nudge is not None:
        said.append(nudge_messages.nudge_card(tr, nudge))
    medicine = None
    if not whose.gets_summaries:
        medicine = await medicine_questions.medicine_to_ask(session, whose.user, now)
    if medicine is not None:
        medicine.worse_asked_at = now
        session.add(medicine)
        said.append(medicine_questions.question(tr, medicine))
    return [Say(message, to=whose.chat_id) for message in said]


def _is_told(whose: Whose, occasion: Occasion, now: datetime) -> bool:
    if occasion in {Occasion.LOOKED, Occasion.BACK}:
        return True
    is_change = occasion is Occasion.CHANGED
    return is_change and not whose.gets_summaries and not is_paused_at(whose.user, now)
