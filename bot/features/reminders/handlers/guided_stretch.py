"""The guided stretch: a message of its own with a drawing, below the reminder that led to it.

A picture cannot be edited into text, so the reminder stays as it is, and this message is deleted at
the end.
"""

import asyncio
from dataclasses import replace

from telegram import Update

from bot.database.models import Answer, StretchCount
from bot.drawing.stretches import draw
from bot.drawing.themes import theme_of
from bot.features.health_profile.shut_gates import shut_gates
from bot.features.reminders import queries, stretch_count_queries
from bot.features.reminders.guided_stretch import ROUTINE, moment_at
from bot.features.reminders.handlers.sent import SentReminder, current_state, find_sent, gone
from bot.features.reminders.messages import guided_stretch as messages
from bot.features.reminders.stretch_positions import CALF, open_ways
from bot.telegram.context import Context, Outside
from bot.telegram.held_rows import wake_after_commit
from bot.telegram.message import Message
from bot.telegram.replies import (
    NOTHING,
    Content,
    DeleteMessages,
    DiaryChanged,
    Edit,
    Replies,
    Reply,
    Say,
    Show,
    Toast,
    rendering,
)


async def with_drawing(
    _outside: Outside, message: Message, drawing: str, light: bool | None = None
) -> Message:
    """The message with a drawing, which is made in a thread."""
    return replace(message, picture=await asyncio.to_thread(draw, drawing, theme_of(light=light)))


async def on_stretch(_update: Update, context: Context) -> Replies:
    """/stretch: begin, without a reminder that led here."""
    return await _begin(context, is_new=True, delivery_id=0)


async def on_guide(_update: Update, context: Context) -> Replies:
    """Begin, in a new message; the reminder or the card that led here stays."""
    return await _begin(context, is_new=True)


async def on_intro(_update: Update, context: Context) -> Replies:
    """Go back from the first step to the choice of a way."""
    return await _begin(context, is_new=False)


async def on_old_step(_update: Update, context: Context) -> Replies:
    """A button of a reminder of an earlier version, in which the steps had no drawings."""
    return await _begin(context, is_new=True)


async def _begin(context: Context, *, is_new: bool, delivery_id: int | None = None) -> Replies:
    """Show the choice of a way; the tap says which reminder led here unless a command did."""
    shut = await shut_gates(context.session, context.person)
    ways = open_ways(shut)
    if not ways:
        return context.refuse(messages.not_now(context.tr))
    if delivery_id is None:
        found = await _reminder(context)
        if isinstance(found, list):
            return found
        delivery_id = context.tap.number(0) or 0
    await stretch_count_queries.stop(context.session, context.person.id)
    shown = messages.introduction(context.tr, delivery_id, shut)
    content: Content = rendering(
        with_drawing, shown, f"{CALF}_{ways[0]}", context.person.light_pictures
    )
    return [Say(content) if is_new else Show(content)]


async def on_pose(_update: Update, context: Context) -> Replies:
    """Show a step; what was being counted stops."""
    return await _step(context, counts=False)


async def on_count(_update: Update, context: Context) -> Replies:
    """Count from a step on, to the end of the last one."""
    return await _step(context, counts=True)


async def _step(context: Context, *, counts: bool) -> Replies:
    number, way = context.tap.number(1), context.tap.word(2) or ""
    ways = open_ways(await shut_gates(context.session, context.person))
    if number is None or not 0 <= number < len(ROUTINE):
        return NOTHING
    if way not in ways:
        return [Toast(messages.not_now(context.tr), alert=True)]
    found = await _reminder(context)
    if isinstance(found, list):
        return found
    moment = None
    if counts:
        begun = await _count(context, number, way)
        if begun is None:
            return [Toast(messages.many_are_stretching(context.tr))]
        moment = moment_at(begun.step, context.now - begun.started_at)
        number = moment.step
    else:
        await stretch_count_queries.stop(context.session, context.person.id)
    delivery_id = context.tap.number(0) or 0
    shown = messages.routine_step(context.tr, delivery_id, number, way, ways, moment)
    drawing, light = ROUTINE[number].position_name(way), context.person.light_pictures
    return [Show(rendering(with_drawing, shown, drawing, light))]


async def _count(context: Context, number: int, way: str) -> StretchCount | None:
    """Start to count; a second tap changes nothing. None: too many people stretch."""
    session, person = context.session, context.person
    message_id = context.tapped_message_id or 0
    now = await stretch_count_queries.count_of(session, person.id)
    if now is not None and (now.message_id, now.step, now.way) == (message_id, number, way):
        return now
    if now is None and not await stretch_count_queries.has_room(session):
        return None
    begun = StretchCount(
        user_id=person.id,
        delivery_id=context.tap.number(0) or 0,
        message_id=message_id,
        step=number,
        way=way,
        started_at=context.now,
        held_by=context.deps.process,
    )
    await stretch_count_queries.start(session, begun)
    wake_after_commit(context, StretchCount)
    return begun


async def on_enough(_update: Update, context: Context) -> Replies:
    """Stop: the message goes, and the reminder stays as it is."""
    await stretch_count_queries.stop(context.session, context.person.id)
    return _without_message(context)


async def on_finish(_update: Update, context: Context) -> Replies:
    """Note in the reminder that it was done."""
    await stretch_count_queries.stop(context.session, context.person.id)
    found = await _reminder(context)
    if isinstance(found, list):
        return found
    if found is None:
        return [Toast(messages.finished(context.tr)), *_without_message(context)]
    queries.set_answer(context.session, found.delivery, Answer.DONE, context.now)
    done = Edit(found.delivery.message_id, current_state(context, found))
    changed: list[Reply] = [done, DiaryChanged({found.delivery.night_on})]
    return [*changed, *_without_message(context)]


def _without_message(context: Context) -> Replies:
    tapped = context.tapped_message_id
    return NOTHING if tapped is None else [DeleteMessages((tapped,))]


async def _reminder(context: Context) -> SentReminder | list[Reply] | None:
    """The reminder that led here; None without one. A list has the replies for one that is gone."""
    if context.tap.number(0) == 0:
        return None
    context.stop_asking("reminders")
    found = await find_sent(context, context.tap)
    return list(gone(context)) if found is None else found
