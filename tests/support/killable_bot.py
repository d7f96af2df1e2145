"""A bot in the sandbox that gets its updates one at a time and can be killed at any request.

Its state, the rows of the database and the chats of the sandbox, can be kept and brought back, so
that the same update can be handled in several ways from the same state. The clock stands still.
"""

import asyncio
import json
import pickle
import re
import shutil
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import sqlalchemy as sa

from bot.database.models import Lease
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.models import Call, Json, Message
from bot.telegram.intake import Intake
from bot.telegram.job_runner import JobRunner
from bot.telegram.rate_limit import RateLimiter
from bot.telegram.sent_ids import SentIdWriter
from tests.support.harness import Harness
from tests.support.snapshots import snapshots_of

BOOKKEEPING = ("inbox", "leases", "pace", "jobs")
"""Tables that may tell how often something was tried."""
UPDATE_TASKS = ("inbox ", "person queue", "sent ids")
"""What the names of the tasks begin with that handle updates."""
JOB_TASKS = ("job",)


@dataclass(frozen=True)
class State:
    """The rows of all tables, and what Telegram has."""

    rows: Any
    telegram: bytes
    numbers: tuple[int, ...]
    now: datetime


@dataclass(frozen=True)
class Result:
    """What can be seen after an update: in the database and on everybody's screen."""

    rows: dict[str, Any]
    screens: dict[str, Any]


NOT_COUNTED = frozenset({"getupdates", "sendchataction"})
"""Requests at which nothing is killed. Whether "typing…" is shown depends on how long it takes."""


class Moment(NamedTuple):
    """A request at which the bot is killed."""

    number: int
    """Which one of the process, from 1."""
    is_after: bool
    """Telegram has carried it out, but its answer is lost; else Telegram never gets it."""


@dataclass
class Death:
    """What is known of a process that was killed."""

    came: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    with_jobs: bool = False
    """Whether it was at work on a job."""
    sent: tuple[int, ...] = ()
    """The message that it sent last, without hearing of it."""


class Kill(Faults):
    """Kills the bot at one of its requests from now on, and lets all others pass."""

    def __init__(self, bot: "KillableBot", moment: Moment, death: Death) -> None:
        super().__init__()
        self._bot, self._moment, self._death = bot, moment, death
        self._count = 0
        self._next_message: int | None = None
        """The next message's id just before the request, while it is carried out."""

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        del chat_id
        if method in NOT_COUNTED:
            return None
        self._count += 1
        if self._count != self._moment.number or self._death.came.is_set():
            return None
        if not self._moment.is_after:
            self._bot.end_process(self._death)
            return Fault("hang", times=1)
        self._next_message = self._bot.telegram._next_message
        return None

    def on_carried_out(self) -> None:
        """A request was carried out."""
        if self._next_message is not None:
            newest = self._bot.telegram._next_message
            self._death.sent = tuple(range(self._next_message, newest))
            self._next_message = None
            self._bot.end_process(self._death)


class _Calls(deque[Call]):
    """The record of requests, which tells the fault when one was carried out."""

    def __init__(self, killable: "KillableBot") -> None:
        super().__init__(maxlen=1000)
        self._killable = killable

    def append(self, call: Call) -> None:
        super().append(call)
        if isinstance(self._killable.telegram.faults, Kill):
            self._killable.telegram.faults.on_carried_out()


class KillableBot:
    """See the module. Nothing polls, and nothing is done periodically."""

    def __init__(self, harness: Harness) -> None:
        self.harness, self.app, self.telegram = harness, harness.app, harness.telegram
        self.now = harness.clock.now()
        self.snapshots = snapshots_of(harness.app.database)

    @classmethod
    @asynccontextmanager
    async def taking_over(cls, harness: Harness) -> AsyncIterator["KillableBot"]:
        """Stop what the bot does by itself, and stop the clock."""
        await harness.settled()
        if harness.database.is_sqlite:
            await harness.app._on_deposed()
        else:
            await harness.app.leader.stop()
        assert harness.app._scheduler is not None
        await harness.app._scheduler.finish()
        harness.app._scheduler = None
        one = cls(harness)
        harness.telegram.calls = _Calls(one)
        vars(harness.clock)["now"] = lambda: one.now
        try:
            yield one
        finally:
            del vars(harness.clock)["now"]
            harness.telegram.faults = Faults()

    # State ---------------------------------------------------------------------------------------

    async def keep(self) -> State:
        """The present state."""
        telegram = self.telegram
        kept = (telegram.people, telegram.chats, telegram.taps, telegram.commands)
        files = list(telegram._recent_files)
        numbers = (
            telegram._next_message,
            telegram._next_file,
            telegram._next_tap,
            telegram.updates._next_id,
        )
        rows = await self.snapshots.keep()
        return State(rows, pickle.dumps((*kept, files)), numbers, self.now)

    async def bring_back(self, state: State) -> None:
        """Make everything as it was."""

        await self.snapshots.bring_back(state.rows)
        telegram = self.telegram
        people, chats, taps, commands, files = pickle.loads(state.telegram)  # noqa: S301
        telegram.people, telegram.chats, telegram.taps = people, chats, taps
        telegram.commands = commands
        telegram._recent_files = deque(files, maxlen=telegram._recent_files.maxlen)
        telegram.files.clear()
        shown = [one.file for chat in chats.values() for one in chat.messages.values() if one.file]
        telegram.files.update({one.file_id: one for one in (*files, *shown)})
        telegram._next_message, telegram._next_file, telegram._next_tap, _ = state.numbers
        telegram.updates._next_id = state.numbers[-1]
        telegram.calls.clear()
        self.now = state.now
        self._forget()

    def _forget(self) -> None:
        """Forget what a process keeps in memory."""
        self.app.router.rate_limiter = RateLimiter()
        self.app.router._turned_away.clear()

    # Updates -------------------------------------------------------------------------------------

    def fetch(self) -> list[Json]:
        """What people have done: the updates that wait, which Telegram now forgets."""
        raws = [one.payload for one in self.telegram.updates.waiting.values()]
        self.telegram.updates.clear()
        return raws

    async def handle(self, raws: Collection[Json]) -> list[str]:
        """Handle updates to the end; returns the methods of the requests that count."""
        self.telegram.calls.clear()
        assert await self.app.intake.accept(list(raws))
        await self.settled()
        methods = (call.method for call in self.telegram.calls)
        return [method for method in methods if method.lower() not in NOT_COUNTED]

    async def handle_killed(self, raws: Collection[Json], kills: Sequence[Moment]) -> list[int]:
        """Handle updates in processes that are killed, one after the other; the last one lives.

        Telegram sends the updates to the last one again, as if it had not heard that they were
        taken over.

        Returns:
            The messages that were sent although the bot did not hear of it.
        """
        twice: list[int] = []
        ended: asyncio.Task[None] | None = None
        with_jobs = False
        for moment in kills:
            death = Death()
            self.telegram.faults = Kill(self, moment, death)
            if ended is None:
                assert await self.app.intake.accept(list(raws))
            else:
                await self._start_process(with_jobs=with_jobs)
            ended = asyncio.create_task(self.settled())
            came = asyncio.create_task(death.came.wait())
            await asyncio.wait((ended, came), return_when=asyncio.FIRST_COMPLETED)
            assert death.came.is_set(), f"nothing was asked of Telegram at {moment}"
            ended.cancel()
            await asyncio.gather(ended, *death.tasks, return_exceptions=True)
            twice += death.sent
            with_jobs = death.with_jobs
        self.telegram.faults = Faults()
        await self._start_process(with_jobs=with_jobs)
        await self.handle(raws)
        return twice

    async def settled(self) -> None:
        """Wait until updates and jobs are done."""
        runner = self.app.job_runner
        while not (self.app.intake.is_idle and runner.is_idle):
            await self.app.intake.idle()
            await runner.wait_idle()

    def end_process(self, death: Death) -> None:
        """Cancel all that the process has begun, and let nothing of it write any more."""
        runner = self.app.job_runner
        self.app.intake._is_stopping = True  # what its tasks leave behind begins nothing
        names: tuple[str, ...] = UPDATE_TASKS
        if not runner.is_idle:
            death.with_jobs = True
            runner._let_wait = _nothing  # type: ignore[method-assign]
            names += JOB_TASKS
        death.tasks = [one for one in asyncio.all_tasks() if one.get_name().startswith(names)]
        for task in death.tasks:
            task.cancel()
        death.came.set()

    async def _start_process(self, *, with_jobs: bool) -> None:
        """Take over what the last process has left, as another one would."""
        app = self.app
        async with app.database.transaction() as session:
            await session.exec(sa.delete(Lease))  # the lease of a killed process ends
        await self.snapshots.renumber()
        app.frame.holder = uuid4().hex
        replies = app.job_runner._replies
        replies._sent_ids = SentIdWriter(app.database, app.frame.holder, replies._sent_ids._stores)
        app.intake = Intake(app.telegram, app.deps, app.frame, replies)
        self._forget()
        if with_jobs:
            runner = app.job_runner
            if runner._folder is not None:
                shutil.rmtree(runner._folder, ignore_errors=True)
            app.job_runner = JobRunner(app.deps, app.frame, runner._replies, runner.kinds)
            app.job_runner.start()
        await app.intake.recover()

    # What can be seen ----------------------------------------------------------------------------

    async def result(self, twice: Sequence[int] = ()) -> Result:
        """What can be seen now.

        Args:
            twice: messages that were sent once more; they are left out, and ids are counted
                without them.
        """
        rows: dict[str, Any] = dict(await self.snapshots.tables())
        assert all(row["state"] == "done" for row in rows["inbox"]), rows["inbox"]
        rows["open jobs"] = [
            {name: row[name] for name in ("user_id", "kind", "arguments")}
            for row in rows["jobs"]
            if row["finished_at"] is None
        ]
        for name in BOOKKEEPING:
            del rows[name]
        for row in rows["cramps"]:
            del row["uid"]  # it is random
        if twice:
            for row in (row for table in rows.values() for row in table):
                for column in [one for one in row if one.endswith("message_id")]:
                    if row[column] is not None and row[column] < self.telegram._next_message:
                        row[column] = _renumbered(row[column], twice)
        return Result(rows, dict(self._screens(twice)))

    def _screens(self, twice: Sequence[int]) -> Iterator[tuple[str, Any]]:
        for number, chat in self.telegram.chats.items():
            for message in chat.messages.values():
                if message.id not in twice:
                    name = f"{number} message {_renumbered(message.id, twice)}"
                    yield name, _shown(message, twice)
            yield f"{number} keyboard", chat.markup
        for tap in self.telegram.taps.values():
            yield f"answer to {tap.data} ({tap.id})", tap.answer
        yield "commands", self.telegram.commands


def differences(one: Result, other: Result) -> list[str]:
    """What differs, in a few words each."""
    found = []
    for name, rows in one.rows.items():
        others = other.rows[name]
        if len(rows) != len(others):
            found.append(f"{name}: {len(rows)} rows became {len(others)}")
            continue
        for row, changed in zip(rows, others, strict=True):
            columns = [column for column in row if row[column] != changed[column]]
            found += [f"{name}.{one}: {row[one]} became {changed[one]}" for one in columns]
    for name in sorted(one.screens.keys() | other.screens.keys()):
        before, after = one.screens.get(name, "nothing"), other.screens.get(name, "nothing")
        if before != after:
            found.append(f"{name}: {before} became {after}")
    return found


def _renumbered(number: int, twice: Sequence[int]) -> int:
    """The id that a message would have had without those that were sent once more."""
    return number - sum(one < number for one in twice)


def _shown(message: Message, twice: Sequence[int]) -> Json:
    """What a person sees of a message."""
    buttons = message.inline
    for one in twice:  # the id of the message that came instead may be in callback data
        buttons = json.loads(re.sub(rf":{one + 1}\b", f":{one}", json.dumps(buttons)))
    return {
        "from bot": message.from_bot,
        "words": message.words,
        "entities": message.entities,
        "buttons": buttons,
        "kind": message.kind,
        "file": message.file and message.file.name,
        "silent": message.silent,
        "edited": message.edited,
        "reaction": message.reaction,
        "reply to": message.reply_to and message.reply_to.words,
        "extra": message.extra,
    }


async def _nothing(*_anything: object, **_named: object) -> None:
    """In place of what a killed process would still have done."""
