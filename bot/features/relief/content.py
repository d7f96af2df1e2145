"""Computes what the message of a relief shows now, from its row."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.database.cramp_values import Site
from bot.database.models import Cramp, Relief, User
from bot.drawing.large_words import with_words
from bot.drawing.themes import theme_of
from bot.features.cramps.values import OTHER_SITES
from bot.features.health_profile.gates import LEG
from bot.features.relief import messages
from bot.features.relief.messages import Shown
from bot.features.relief.moves import following, moves_of, ways_of
from bot.features.relief.moves import shown as shown_move
from bot.features.relief.timing import BELIEVED, minutes_of
from bot.i18n.preferences import translator_for
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.telegram.context import Outside
from bot.telegram.message import Message
from bot.telegram.replies import Rendering, rendering


def is_leg(site: Site | None) -> bool:
    """Whether a cramp is in a leg or foot, as far as it was told."""
    return site not in OTHER_SITES


def state(
    person: User, relief: Relief, entry: Cramp | None, shut: Collection[str], now: datetime
) -> Shown:
    """What the message of a relief shows.

    Args:
        person: whose it is.
        relief: its row.
        entry: the entry of the cramp, if there is one.
        shut: codes of the gates that are shut for this person.
        now: the current instant.
    """
    leg = is_leg(None if entry is None else entry.site)
    moves = moves_of(shut, relief.way, is_leg=leg)
    move, passed = shown_move(moves, relief.move), now - relief.started_at
    return Shown(
        relief.id or 0,
        move,
        following(moves, move),
        next((way for way in ways_of(shut, is_leg=leg) if way != relief.way), None),
        None if person.time_zone is None else local_time(relief.started_at, zone_of(person)),
        minutes_of(passed) if passed < BELIEVED else None,
        leg_is_unseen=LEG in shut,
    )


def message(person: User, shown: Shown) -> Message:
    """The caption and buttons, without the picture."""
    return messages.relief(translator_for(person), shown)


def with_picture(person: User, shown: Shown) -> Rendering:
    """The whole message; the picture is drawn after the commit."""
    words = translator_for(person).gettext(shown.move.words)
    return rendering(
        _drawn, message(person, shown), words, shown.move.drawing, person.light_pictures
    )


async def _drawn(
    _outside: Outside,
    content: Message,
    words: str,
    drawing: str | None,
    light: bool | None = None,
) -> Message:
    """The message with its picture, which is made in a thread."""
    picture = await asyncio.to_thread(with_words, words, drawing, theme_of(light=light))
    return replace(content, picture=picture)
