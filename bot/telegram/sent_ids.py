"""Stores the ids of sent messages, and marks their updates as done, in one transaction for several.

Many messages are followed by one change only: a row is told which message shows it. To load the
person and to commit for each of these costs more than the update itself. So those that arrive
during one commit share the next, as marks of reminders do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from bot.database.engine import Database, Session
from bot.database.errors import is_database_unreachable
from bot.telegram import inbox

MOST_AT_ONCE = 100
"""The most ids that are stored in one transaction."""
BUSY_BATCH, BUSY_WAIT_SECONDS = 4, 0.02
"""After a batch of this size the writer waits a moment, so that the next one gets larger."""


class SentId(NamedTuple):
    """The id of a message that was sent."""

    user_id: int
    """Whose update it answers."""
    key: str
    """The key of its ``OnSent``."""
    message_id: int


StoreSentIds = Callable[[Session, Sequence[SentId]], Awaitable[None]]
"""Stores the ids of messages to several people. Rows that are gone are passed over."""


class _Waiting(NamedTuple):
    """An id on its way into the database."""

    update_id: int
    name: str
    sent: SentId
    rest: bytes | None
    stored: "asyncio.Future[bool]"


class SentIdWriter:
    """Writes ids of messages.

    Args:
        database: where they are stored.
        me: the name by which this process holds updates.
        stores: name of an ``OnSent`` → what stores its ids.
    """

    def __init__(self, database: Database, me: str, stores: Mapping[str, StoreSentIds]) -> None:
        self._database, self._me, self._stores = database, me, stores
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    def stores(self, name: str) -> bool:
        """Whether ids of this name are stored here."""
        return name in self._stores

    async def store(self, update_id: int, name: str, sent: SentId, rest: bytes | None) -> bool:
        """Store an id, together with what is left to send of its update.

        Args:
            update_id: the update that was answered; 0: there is no row in the inbox.
            name: of the message's ``OnSent``.
            sent: the id.
            rest: the replies that are left; None: none, so the update is done.

        Returns:
            Whether the rest is for this process to send. False: another process has taken the
            update over, or its sender was erased, and nothing was stored.

        Raises:
            Exception: nothing is stored, as when the database cannot be reached.
        """
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(update_id, name, sent, rest, stored))
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="sent ids")
        return await stored

    async def finish(self) -> None:
        """Wait until everything that was handed in is stored, or has failed."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            await self._settle(batch)
            if len(batch) >= BUSY_BATCH:
                await asyncio.sleep(BUSY_WAIT_SECONDS)
        self._task = None

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Commit a batch, and give each caller its result or the error."""
        try:
            held = await self._commit(batch)
        except Exception as error:
            if len(batch) > 1 and not is_database_unreachable(error):
                for one in batch:  # one by one, so that only the one at fault fails
                    await self._settle([one])
                return
            for one in batch:
                if not one.stored.done():
                    one.stored.set_exception(error)
            return
        for one in batch:
            if not one.stored.done():
                one.stored.set_result(one.update_id in held)

    async def _commit(self, batch: Sequence[_Waiting]) -> set[int]:
        """Store a batch in one transaction; returns the ids of the updates that are still ours."""
        done = [one.update_id for one in batch if one.rest is None]
        async with self._database.transaction() as session:
            held = await inbox.mark_done(session, done, self._me) if done else set()
            held.add(0)
            for one in batch:
                if one.rest is not None and (
                    not one.update_id
                    or await inbox.keep_replies(session, one.update_id, self._me, one.rest)
                ):
                    held.add(one.update_id)
            for name, store in self._stores.items():
                sent = [one.sent for one in batch if one.name == name and one.update_id in held]
                if sent:
                    await store(session, sent)
        return held
