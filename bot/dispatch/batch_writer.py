"""A group commit for deliveries: all marks and outcomes that wait are written in one transaction.

While few messages are sent, each mark and each outcome has a commit of its own. While many are
sent, those that arrive during one commit share the next. A message is sent only after its mark
"sending" has been committed, so a kill costs the messages in flight and no others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.database.engine import Database, Session
from bot.database.errors import is_database_unreachable
from bot.dispatch import outcomes
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Report, Superseded

LARGEST_BATCH = 200
BUSY_BATCH = 4
"""After a batch of this size the writer waits a moment, so that the next one gets larger."""
BUSY_WAIT_SECONDS = 0.02


OnRecorded = Callable[[Session, Sequence[Report]], Awaitable[None]]
"""Called in the transaction that records outcomes."""


@dataclass(frozen=True)
class _Entry:
    """A mark (no report) or an outcome, and the future that its caller awaits."""

    delivery: ClaimedDelivery
    report: Report | None
    written: asyncio.Future[Any]


class BatchWriter:
    """Writes marks and outcomes; use between ``start`` and ``stop``."""

    def __init__(self, database: Database, me: str, on_recorded: OnRecorded) -> None:
        self._database = database
        self._me = me
        self._on_recorded = on_recorded
        self._queue: list[_Entry] = []
        self._unsure: set[int] = set()
        """Ids of deliveries whose mark may have been committed although an error was reported.
        Their messages have not been sent."""
        self._is_wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write in the background."""
        self._task = asyncio.create_task(self._run(), name="batch writer")

    async def stop(self) -> None:
        """Stop writing. Call it when no call of ``mark`` or ``record`` is pending."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def mark(self, delivery: ClaimedDelivery) -> bool:
        """Commit the mark that this delivery is about to be sent.

        Returns:
            Whether this process still holds the delivery, and may send it.

        Raises:
            Exception: whatever the database raised; then the message must not be sent.
        """
        return bool(await self._write(delivery, None))

    async def record(self, report: Report) -> list[Superseded]:
        """Commit the outcome of a delivery.

        Returns:
            Earlier messages of the reminder that it closes.

        Raises:
            Exception: whatever the database raised; then the outcome has to be recorded again.
        """
        closed: list[Superseded] = await self._write(report.delivery, report)
        return closed

    async def _write(self, delivery: ClaimedDelivery, report: Report | None) -> Any:
        entry = _Entry(delivery, report, asyncio.get_running_loop().create_future())
        self._queue.append(entry)
        self._is_wanted.set()
        return await entry.written

    async def _run(self) -> None:
        size = 0
        while True:
            await self._is_wanted.wait()
            if size >= BUSY_BATCH:
                await asyncio.sleep(BUSY_WAIT_SECONDS)
            batch, self._queue = self._queue[:LARGEST_BATCH], self._queue[LARGEST_BATCH:]
            if not self._queue:
                self._is_wanted.clear()
            size = len(batch)
            await self._settle(batch)

    async def _settle(self, batch: Sequence[_Entry]) -> None:
        """Commit a batch and give each caller its result or the error."""
        try:
            results = await self._commit(batch)
        except Exception as error:
            if len(batch) > 1 and not is_database_unreachable(error):
                for entry in batch:  # one by one, so that only the bad entry fails
                    await self._settle([entry])
                return
            if is_database_unreachable(error):
                self._unsure.update(_marks(batch))
            for entry in batch:
                if not entry.written.done():
                    entry.written.set_exception(error)
            return
        self._unsure.difference_update(_marks(batch))
        for entry, result in zip(batch, results, strict=True):
            if not entry.written.done():
                entry.written.set_result(result)

    async def _commit(self, batch: Sequence[_Entry]) -> list[Any]:
        marks = [entry.delivery for entry in batch if entry.report is None]
        reports = [entry.report for entry in batch if entry.report is not None]
        marked: set[int] = set()
        closed: dict[int, list[Superseded]] = {}
        async with self._database.transaction() as session:
            if marks:
                unsure = self._unsure.intersection(_marks(batch))
                marked = await outcomes.mark_sending(session, marks, self._me, unsure)
            if reports:
                closed = await outcomes.record(session, reports)
                await self._on_recorded(session, reports)
        return [
            entry.delivery.delivery_id in marked
            if entry.report is None
            else closed[entry.delivery.delivery_id]
            for entry in batch
        ]


def _marks(batch: Sequence[_Entry]) -> set[int]:
    return {entry.delivery.delivery_id for entry in batch if entry.report is None}
