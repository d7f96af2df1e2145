"""Counts the holds of the guided stretch: edits each message whenever its count changes.

What a message says follows from the row and the clock alone, so a count goes on after a restart,
and an edit that fails is made good by the next one. The process that began a count goes on with it;
while none runs, nothing is read.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telegram import Bot

from bot.database.models import StretchCount, User
from bot.dispatch.planning import shut_codes
from bot.drawing.stretches import draw
from bot.drawing.themes import theme_of
from bot.features.reminders import stretch_count_queries
from bot.features.reminders.guided_stretch import ROUTINE, Moment, Phase, moment_at
from bot.features.reminders.messages.guided_stretch import routine_step
from bot.features.reminders.stretch_positions import open_ways
from bot.i18n.preferences import translator_for
from bot.operations.logging import log_failure
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.held_rows import HeldRows
from bot.telegram.message import Message
from bot.telegram.sender import Blocked, Failed, RetryLater, Sent

log = logging.getLogger(__name__)

RETRY_PAUSE = timedelta(seconds=3)
"""How long after an edit that did not reach Telegram the next one is made."""


@dataclass(frozen=True)
class _Edit:
    """A message to edit."""

    user_id: int
    started_at: datetime
    message_id: int
    moment: Moment
    message: Message
    new_drawing: str | None
    """The drawing of another muscle, which begins; None: the drawing stays."""
    light: bool | None = None
    """Whether the person chose light pictures."""


class StretchCounter:
    """The counter of this process; ``tick`` has to be called every second."""

    def __init__(self, deps: Deps, bot: Bot) -> None:
        self._deps = deps
        self._bot = bot
        self._rows = HeldRows(deps, StretchCount)
        self._shown: dict[tuple[int, datetime], Moment] = {}
        """Person and start of the count → what their message says."""
        self._waits_until: dict[int, datetime] = {}
        """Person → when a refused edit may be tried again."""
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def tick(self) -> None:
        """Edit the messages whose count has changed. Never raises."""
        if not self._rows.is_awake:
            return
        try:
            await self._edit_all()
        except Exception as error:
            log_failure(log, "the stretches were not counted; this will be tried again", error)

    async def stop(self) -> None:
        """Wait for the edits under way; after a restart the counts go on."""
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def _edit_all(self) -> None:
        now = self._deps.clock.now()
        async with self._rows.looking() as session:
            rows = await stretch_count_queries.running(session, self._deps.process)
            keys = {(count.user_id, count.started_at) for count, _person in rows}
            found = [self._next_edit(count, person, now) for count, person in rows]
        if rows:
            self._rows.wake()
        self._shown = {key: moment for key, moment in self._shown.items() if key in keys}
        people = {user_id for user_id, _started_at in keys}
        self._waits_until = {one: at for one, at in self._waits_until.items() if one in people}
        for edit in found:
            if edit is not None:
                self._begin(edit)

    def _next_edit(self, count: StretchCount, person: User, now: datetime) -> _Edit | None:
        """How a message has to change; None: it need not, or an edit of it is under way."""
        moment = moment_at(count.step, now - count.started_at)
        is_first = moment.phase is Phase.READY and moment.step == count.step  # the tap showed it
        known = self._shown.get((count.user_id, count.started_at))
        waits_until = self._waits_until.pop(count.user_id, now)
        if waits_until > now:
            self._waits_until[count.user_id] = waits_until
            return None
        if is_first or moment == known or count.user_id in self._tasks:
            return None
        message = routine_step(
            translator_for(person),
            count.delivery_id,
            moment.step,
            count.way,
            open_ways(shut_codes(person.shut_gates)),
            moment,
        )
        # After a restart nobody knows which step the message shows.
        is_same_step = known.step == moment.step if known else moment.step == count.step
        drawing = None if is_same_step else ROUTINE[moment.step].position_name(count.way)
        return _Edit(
            count.user_id,
            count.started_at,
            count.message_id,
            moment,
            message,
            drawing,
            person.light_pictures,
        )

    def _begin(self, edit: _Edit) -> None:
        self._shown[edit.user_id, edit.started_at] = edit.moment
        task = asyncio.create_task(self._edit(edit), name=f"stretch of {edit.user_id}")
        self._tasks[edit.user_id] = task
        task.add_done_callback(lambda _task: self._tasks.pop(edit.user_id, None))

    async def _edit(self, edit: _Edit) -> None:
        """Edit a message, once; the row goes with the last edit, or when the message is gone."""
        try:
            if edit.new_drawing is None:
                outcome = await sender.edit_caption(
                    self._bot, edit.user_id, edit.message_id, edit.message
                )
            else:
                theme = theme_of(light=edit.light)
                picture = await asyncio.to_thread(draw, edit.new_drawing, theme)
                message = replace(edit.message, picture=picture)
                outcome = await sender.edit(self._bot, edit.user_id, edit.message_id, message)
            is_over = edit.moment.phase is Phase.END and isinstance(outcome, Sent)
            if is_over or isinstance(outcome, Failed | Blocked):
                async with self._deps.database.transaction() as session:
                    await stretch_count_queries.stop(session, edit.user_id, edit.started_at)
            elif not isinstance(outcome, Sent):
                self._shown.pop((edit.user_id, edit.started_at), None)
                pause = outcome.after if isinstance(outcome, RetryLater) else RETRY_PAUSE
                self._waits_until[edit.user_id] = self._deps.clock.now() + pause
        except Exception as error:
            log_failure(log, "a stretch was not counted", error)
