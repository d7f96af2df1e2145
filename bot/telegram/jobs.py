"""Jobs: heavy work for one person, done after the update that asked for it.

A handler calls :func:`queue_job`, which adds a row in the handler's transaction. The runner
(``bot/telegram/job_runner.py``) claims it, calls the job's function and carries out the replies
that it returns. The function reads and writes in short transactions and leaves long computations to
the worker process, so that nobody else waits. It may be called again after a kill: what it changes
has to be idempotent.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import col
from telegram.constants import ChatAction

from bot.database.models import Job, User
from bot.i18n.translator import Translator
from bot.telegram import job_messages, job_rows
from bot.telegram.context import Context, Deps
from bot.telegram.replies import NOTHING, Replies, Typing

SLICE = 400
"""Rows that are read or written in one transaction: some ten milliseconds of processor time."""
PROGRESS_SECONDS = 1.0
"""How often the progress is stored. A transaction that only reads has nothing to write then."""
Item = TypeVar("Item")


def slices(items: Sequence[Item], size: int = SLICE) -> Iterator[Sequence[Item]]:
    """The items in their order, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


class JobCancelledError(Exception):
    """The job was called off, its person was erased, or another process runs it now."""


@dataclass(frozen=True)
class JobKind:
    """What a feature does as a job."""

    run: Callable[["JobContext"], Awaitable[Replies]]
    """Does the work; its replies are carried out in the person's chat. The first one, which may be
    a large file, is sent before the job ends. The others are stored with its end, so they hold
    plain values (``stored_replies.py``)."""
    progress: Callable[[Translator, int, int | None], str]
    """The words for how many of how many entries or pages are done; None: not known yet."""
    keeps_part: bool = False
    """Whether what was done stays when the job is called off."""
    is_counted: bool = False
    """Whether its number in a day is limited (``DailyLimit``), so that rows are kept for a day."""
    is_done_late: bool = False
    """Whether it is still done a day after it was asked for, because it changes something."""


@dataclass(frozen=True)
class DailyLimit:
    """How many jobs of a kind a person may ask for within 24 hours."""

    most: int
    refusal: str
    """What is said when they are reached."""


async def queue_job(
    context: Context,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    replaces: bool = False,
    action: ChatAction = ChatAction.UPLOAD_DOCUMENT,
    daily: DailyLimit | None = None,
    along: Replies = NOTHING,
) -> Replies:
    """Queue a job in the handler's transaction, and return what is to be said at once.

    Args:
        context: the handler's.
        kind: one of the feature's ``jobs``.
        arguments: ids and small values as JSON, never content of the diary.
        replaces: whether it takes the place of a waiting job of this kind for the same message
            (argument ``message_id``), for results of which only the newest matters.
        action: what Telegram shows in the chat meanwhile.
        daily: how many jobs of this kind a person may ask for in a day.
        along: what else follows from a new job. When the same one is there already, nothing does.
    """
    session = context.session
    queued = await job_rows.queue(
        session,
        context.person.id,
        kind,
        arguments,
        context.now,
        replaces=replaces,
        most_a_day=None if daily is None else daily.most,
    )
    if queued is job_rows.Queued.TOO_MANY:
        return context.refuse(job_messages.too_many(context.tr))
    if daily is not None and queued is job_rows.Queued.TOO_MANY_TODAY:
        return context.refuse(daily.refusal)
    if queued is job_rows.Queued.KNOWN:  # the runner was told of it when it was new
        return [Typing(action)]
    context.after_commit(context.deps.job_queued.set)
    return [Typing(action), *along]


class JobContext:
    """What the function of a job may reach."""

    def __init__(
        self, deps: Deps, context: Context, job: Job, holder: str, base_folder: Path
    ) -> None:
        self.deps = deps
        self.bot = context.bot
        self.user_id = job.user_id
        self.job_id = job.id or 0
        self.arguments: dict[str, Any] = dict(job.arguments)
        self.attempt = job.attempts
        self.done, self.total = job.done, job.total
        self._context = context
        self._holder = holder
        self._base_folder = base_folder
        self._folder: Path | None = None
        self._stored_at = time.monotonic()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Context]:
        """A short transaction with the person loaded, as a handler has it.

        While it is open, nobody can erase the person or call the job off.

        Raises:
            JobCancelledError: the job is no longer to be done.
        """
        context = self._context
        async with self.deps.database.transaction() as session:
            # The person is locked first, as by an erasure: two orders would be a deadlock.
            person = await session.get(User, self.user_id, with_for_update={"key_share": True})
            job = await job_rows.lock_running(session, self.job_id, self._holder)
            if person is None or job is None:
                raise JobCancelledError
            if time.monotonic() - self._stored_at > PROGRESS_SECONDS:
                self._stored_at = time.monotonic()
                job.done, job.total = self.done, self.total
            context.session, context.person, context.is_known = session, person, True
            yield context

    async def progress(self, done: int, total: int | None = None) -> None:
        """Note how far the job is, and let everybody else go first for a moment."""
        self.done, self.total = done, total
        await asyncio.sleep(0)

    async def remember(self, context: Context, **values: Any) -> None:
        """Store small values with the job, for when it is done again after a kill.

        Args:
            context: that of an open :meth:`transaction`.
            values: what to store; the names begin with an underscore.
        """
        self.arguments |= values
        await context.session.exec(
            sa.update(Job).where(col(Job.id) == self.job_id).values(arguments=self.arguments)
        )

    async def store_message_id(self, message_id: int | None) -> None:
        """Store the id of the progress message, so that a later attempt goes on with it."""
        async with self.deps.database.transaction() as session:
            job = await job_rows.lock_running(session, self.job_id, self._holder)
            if job is not None:
                job.message_id = message_id

    @property
    def context(self) -> Context:
        """The context of the last transaction, for words in the person's language."""
        return self._context

    @property
    def folder(self) -> Path:
        """An empty folder for this job only; it is removed when the replies are carried out."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(dir=self._base_folder))
        return self._folder

    async def remove_folder(self) -> None:
        """Remove the folder, if there is one."""
        folder, self._folder = self._folder, None
        if folder is not None:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
