"""/learn: cards to read. They change nothing; each stays on one message where it can."""

import asyncio
from collections.abc import Mapping

from bot.database.models import User
from bot.features.cramps.messages import warning
from bot.features.cramps.red_flags import Tier
from bot.features.learn import messages
from bot.features.learn.cards import CARDS, NAMES
from bot.features.learn.drawings import draw
from bot.features.learn.messages import INDEX
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.telegram import sender
from bot.telegram.context import Feature, Visit, is_delivered
from bot.telegram.message import Message, Tap


async def _person(visit: Visit) -> User:
    async with visit.transaction() as session:
        return await load(session, visit)


async def _card(tr: Translator, name: str) -> Message:
    """A card; its drawing is made beside the event loop."""
    has_drawing = name in CARDS and CARDS[name].has_drawing
    picture = await asyncio.to_thread(draw, name) if has_drawing else None
    return messages.card(tr, name, picture)


async def _say(visit: Visit, user: User, message: Message) -> bool:
    """A new message below; whether it was delivered."""
    await visit.toast()
    sent = await visit.say(message.quietly(is_night(user, visit)))
    return is_delivered(sent) is not None


async def on_command(visit: Visit) -> None:
    """/learn: all topics."""
    user = await _person(visit)
    await _say(visit, user, messages.index(translator_for(user)))


async def on_open(visit: Visit, _tap: Tap) -> None:
    """All topics, in place."""
    user = await _person(visit)
    await visit.show(messages.index(translator_for(user)))


async def on_card(visit: Visit, tap: Tap) -> None:
    """A card, in place."""
    user, name = await _person(visit), tap.word(0)
    tr = translator_for(user)
    if name not in NAMES:
        await visit.toast(messages.gone(tr))
    else:
        await visit.show(await _card(tr, name))


async def on_show(visit: Visit, tap: Tap) -> None:
    """A card on a message of its own, below one that stays: an entry of the diary."""
    user, name = await _person(visit), tap.word(0)
    tr = translator_for(user)
    if name not in NAMES:
        await visit.toast(messages.gone(tr))
    else:
        await _say(visit, user, await _card(tr, name))


async def on_leave(visit: Visit, tap: Tap) -> None:
    """From a drawing to words: Telegram cannot turn a picture into text, so they change places."""
    user, name = await _person(visit), tap.word(0)
    tr = translator_for(user)
    if name not in (INDEX, *NAMES):
        await visit.toast(messages.gone(tr))
        return
    shown = messages.index(tr) if name == INDEX else await _card(tr, name)
    is_there = await _say(visit, user, shown.quietly(True))  # it stands in for an edit: no sound
    if is_there and visit.tapped_message_id is not None:
        await sender.delete(visit.bot, visit.user_id, [visit.tapped_message_id])


async def on_tier(visit: Visit, tap: Tap) -> None:
    """The warning signs of a tier, below the card that names it."""
    try:
        tier = Tier(tap.word(0) or "")
    except ValueError:
        await visit.toast()
        return
    user = await _person(visit)
    card = warning(translator_for(user), tier, user.emergency_number)
    await _say(visit, user, card)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"learn": tr.gettext("Short cards: relief, stretches, more")}


FEATURE = Feature(
    name="learn",
    commands={"learn": on_command},
    descriptions=_descriptions,
    taps={
        "open": on_open,
        "card": on_card,
        "show": on_show,
        "leave": on_leave,
        "tier": on_tier,
    },
)
