"""The message that shows how far a job is. It comes only when the job takes longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.telegram import job_messages, sender
from bot.telegram.jobs import JobCancelledError, JobContext, JobKind
from bot.telegram.sender import Sent

FIRST_SECONDS = 2.0
"""How long a job may take before its progress is shown."""
NEXT_SECONDS = 2.5
"""How often the message is edited at most."""


class ProgressMessage:
    """Sends one quiet message with a Stop button, edits it, and removes it when the job ends."""

    def __init__(self, about: JobContext, kind: JobKind, message_id: int | None) -> None:
        self._about = about
        self._kind = kind
        self._message_id = message_id
        """Known from the start when the job was begun before."""
        self._shown = ""

    @asynccontextmanager
    async def updated(self) -> AsyncIterator[None]:
        """Keep the message up to date while the job's function runs."""
        ended = asyncio.Event()
        task = asyncio.create_task(self._update_until(ended))
        try:
            yield
        finally:
            # Not cancelled: a message whose sending is under way has to become known.
            ended.set()
            await asyncio.wait([task])

    async def _update_until(self, ended: asyncio.Event) -> None:
        pause = FIRST_SECONDS
        while not await _is_set(ended, pause):
            with suppress(JobCancelledError):
                await self._update()
            pause = NEXT_SECONDS

    async def _update(self) -> None:
        about = self._about
        tr = about.context.tr
        words = self._kind.progress(tr, about.done, about.total)
        if words == self._shown:
            return
        self._shown = words
        message = job_messages.progress(tr, words, about.job_id, keeps_part=self._kind.keeps_part)
        if self._message_id is not None:
            await sender.edit(about.bot, about.user_id, self._message_id, message)
            return
        outcome = await sender.send(about.bot, about.user_id, message)
        if isinstance(outcome, Sent):
            self._message_id = outcome.message_id
            await about.store_message_id(outcome.message_id)

    async def end(self, *, is_cancelled: bool) -> None:
        """Remove the message, or say in it that the person called the job off."""
        about, message_id = self._about, self._message_id
        if message_id is None or (is_cancelled and not self._shown):
            return  # the handler of the Stop button has said it
        if is_cancelled:
            message = job_messages.stopped(about.context.tr, keeps_part=self._kind.keeps_part)
            await sender.with_retries(
                lambda: sender.edit(about.bot, about.user_id, message_id, message)
            )
        else:
            await sender.with_retries(lambda: sender.delete(about.bot, about.user_id, [message_id]))


async def _is_set(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, for so many seconds at most; whether it came."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
