"""Marks and outcomes of deliveries, written in groups: one commit for all that wait.

Nothing is promised before its commit: a message goes out only after its mark "sending" is stored.
When few messages go out each has a commit of its own; when many do, those that come while one
commit is under way share the next. So a kill costs what is in flight, never more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.database.engine import Database, Session, is_store_unreachable
from bot.dispatch import claims
from bot.dispatch.claims import Job, Report, Superseded

LARGEST_GROUP = 200
GATHERING_SECONDS = 0.02
"""How long a busy ledger waits for company before it writes."""
BUSY_GROUP = 4


OnRecorded = Callable[[Session, Sequence[Report]], Awaitable[None]]
"""Called in the transaction that records outcomes."""


@dataclass(frozen=True)
class _Entry:
    """A mark (no report) or an outcome, and who waits for it."""

    job: Job
    report: Report | None
    written: asyncio.Future[Any]


class BatchWriter:
    """Writes marks and outcomes; use between ``start`` and ``stop``."""

    def __init__(self, database: Database, me: str, on_recorded: OnRecorded) -> None:
        self._database = database
        self._me = me
        self._on_recorded = on_recorded
        self._waiting: list[_Entry] = []
        self._doubtful: set[int] = set()
        """Marks that failed to be written, perhaps only in our eyes. Their messages are unsent."""
        self._wanted = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write in the background."""
        self._writer = asyncio.create_task(self._run(), name="ledger")

    async def stop(self) -> None:
        """Stop writing; call when nobody waits any more."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    async def mark(self, job: Job) -> bool:
        """Store that this delivery is about to be sent; False when it is not ours any more.

        Raises:
            Exception: whatever the database raised; then nothing was stored.
        """
        return bool(await self._write(job, None))

    async def record(self, report: Report) -> list[Superseded]:
        """Store what became of a delivery.

        Returns:
            Earlier messages that it closes.

        Raises:
            Exception: whatever the database raised; then nothing was stored.
        """
        closed: list[Superseded] = await self._write(report.job, report)
        return closed

    async def _write(self, job: Job, report: Report | None) -> Any:
        entry = _Entry(job, report, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._wanted.set()
        return await entry.written

    async def _run(self) -> None:
        size = 0
        while True:
            await self._wanted.wait()
            if size >= BUSY_GROUP:
                await asyncio.sleep(GATHERING_SECONDS)
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            if not self._waiting:
                self._wanted.clear()
            size = len(group)
            await self._settle(group)

    async def _settle(self, group: Sequence[_Entry]) -> None:
        try:
            results = await self._commit(group)
        except Exception as error:
            if len(group) > 1 and not is_store_unreachable(error):
                for entry in group:  # one bad entry must not spoil the others
                    await self._settle([entry])
                return
            if is_store_unreachable(error):
                self._doubtful.update(_marks(group))
            for entry in group:
                if not entry.written.done():
                    entry.written.set_exception(error)
            return
        self._doubtful.difference_update(_marks(group))
        for entry, result in zip(group, results, strict=True):
            if not entry.written.done():
                entry.written.set_result(result)

    async def _commit(self, group: Sequence[_Entry]) -> list[Any]:
        marks = [entry.job for entry in group if entry.report is None]
        reports = [entry.report for entry in group if entry.report is not None]
        marked: set[int] = set()
        closed: dict[int, list[Superseded]] = {}
        async with self._database.transaction() as session:
            if marks:
                doubtful = self._doubtful.intersection(_marks(group))
                marked = await claims.mark_sending(session, marks, self._me, doubtful)
            if reports:
                closed = await claims.record(session, reports)
                await self._on_recorded(session, reports)
        return [
            entry.job.delivery_id in marked
            if entry.report is None
            else closed[entry.job.delivery_id]
            for entry in group
        ]


def _marks(group: Sequence[_Entry]) -> set[int]:
    return {entry.job.delivery_id for entry in group if entry.report is None}
