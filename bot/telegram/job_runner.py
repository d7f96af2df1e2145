"""Runs jobs: claims rows, calls their functions, shows progress and carries out the results.

A few jobs run at a time, one for each person, and people are served in turn. An attempt is counted
before it begins, so that a job that kills the process is given up after three.
"""

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot import metrics
from bot.database import leases
from bot.database.engine import Session
from bot.database.errors import is_database_unreachable
from bot.database.models import Job, JobState, User
from bot.i18n.preferences import translator_for
from bot.telegram import job_messages, job_rows, late_rows
from bot.telegram.context import Deps
from bot.telegram.frame import Frame
from bot.telegram.job_progress import ProgressMessage
from bot.telegram.jobs import JobCancelledError, JobContext, JobKind
from bot.telegram.replies import Edit, Replies, Say
from bot.telegram.reply_sending import ReplySender
from bot.trouble_log import NO_MORE_FILES, is_out_of_file_descriptors

log = logging.getLogger(__name__)

AT_A_TIME = 2
"""Jobs of this process that compute at the same time."""
MOST_TASKS = 20
"""Jobs that compute or whose result is being sent."""
SHUTDOWN_SECONDS = 3.0
"""How long running jobs may go on when the bot stops; then they wait for the next start."""
FOLDER_PREFIX = "calmcalf-jobs-"


class JobRunner:
    """The runner of this process; ``tick`` has to be called every few seconds."""

    def __init__(
        self, deps: Deps, frame: Frame, replies: ReplySender, kinds: Mapping[str, JobKind]
    ) -> None:
        self.holder = frame.holder
        self._deps = deps
        self._frame = frame
        self._replies = replies
        self.kinds = kinds
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._computing: dict[int, int] = {}
        """Id of a job whose function runs → its attempt."""
        self._loop: asyncio.Task[None] | None = None
        self._is_claiming = False
        self._folder: Path | None = None
        self._has_looked_for_late = False
        self._is_behind = False
        """Whether ``tick`` has to look for jobs that were left: at a start, and after the database
        has failed."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing is to be looked for."""
        is_waiting = self._is_claiming or self._is_behind or self._deps.job_queued.is_set()
        return not (self._tasks or is_waiting)

    async def wait_idle(self) -> None:
        """Wait until nothing runs (tests)."""
        while not self.is_idle:
            if self._tasks:
                await asyncio.wait(list(self._tasks.values()))
            await asyncio.sleep(0.002)

    def start(self) -> None:
        """Run jobs from now on; those of an earlier process of this installation, too."""
        _remove_old_folders()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-"))
        self._is_behind = True
        self._loop = asyncio.create_task(self._run(), name="jobs")

    async def stop(self) -> None:
        """Begin no more jobs; let those that run wait for the next start."""
        if self._loop is None:
            return
        self._loop.cancel()
        await asyncio.gather(self._loop, return_exceptions=True)
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=SHUTDOWN_SECONDS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def tick(self) -> None:
        """Take over jobs of dead processes, and look for jobs. Never raises."""
        try:
            async with self._deps.database.transaction() as session:
                alive = await leases.living(session) | {self.holder}
                self._deps.wake_ups.note_living(alive)
                await job_rows.recover(session, self.holder, self._tasks, alive)
                await self._forget_late(session)
                counted = [name for name, kind in self.kinds.items() if kind.is_counted]
                await job_rows.delete_finished(session, self._deps.clock.now(), counted)
        except Exception as error:
            line = "jobs were not looked after; this will be tried again: %s"
            log.log(_level(error), line, _name(error))
            return
        self._is_behind = False
        if self._loop is not None:
            self._deps.job_queued.set()

    async def _forget_late(self, session: Session) -> None:
        """Once: call off what was asked for a long time ago, as in a restored backup."""
        if self._has_looked_for_late:
            return
        self._has_looked_for_late = True
        now = self._deps.clock.now()
        kept = [name for name, kind in self.kinds.items() if kind.is_done_late]
        if count := await late_rows.forget_jobs(session, kept, now - late_rows.JOBS_KEPT):
            log.warning("%s jobs from before a long pause are not done any more", count)

    # Claiming --------------------------------------------------------------------------------

    async def _run(self) -> None:
        await self.tick()
        while True:
            await self._deps.job_queued.wait()
            self._is_claiming = True
            self._deps.job_queued.clear()
            try:
                await self._claim_all()
            except Exception as error:
                self._is_behind = True
                line = "no job could be claimed; this will be tried again: %s"
                log.log(_level(error), line, _name(error))
            finally:
                self._is_claiming = False

    async def _claim_all(self) -> None:
        while self._has_room():
            async with self._deps.database.transaction() as session:
                job = await job_rows.claim(
                    session,
                    self.holder,
                    self._deps.clock.now(),
                    fresh_only=bool(self._computing),
                )
            if job is None:
                return
            self._begin(job)

    def _has_room(self) -> bool:
        """Whether another job may begin. One that was begun before runs alone.

        It may have killed the process, and what ran beside it must not be taken for the culprit.
        """
        is_suspect = any(attempt > 1 for attempt in self._computing.values())
        return not is_suspect and len(self._computing) < AT_A_TIME and len(self._tasks) < MOST_TASKS

    def _begin(self, job: Job) -> None:
        job_id = job.id or 0
        if job.state is JobState.RUNNING:
            self._computing[job_id] = job.attempts
            work = self._do(job)
        else:
            work = self._say_given_up(job)
        task = asyncio.create_task(work, name=f"job {job_id}")
        self._tasks[job_id] = task
        task.add_done_callback(lambda _task: self._ended(job_id))

    def _ended(self, job_id: int) -> None:
        self._tasks.pop(job_id, None)
        self._computed(job_id)

    def _computed(self, job_id: int) -> None:
        """There is room for another job."""
        self._computing.pop(job_id, None)
        self._deps.job_queued.set()

    # One job ---------------------------------------------------------------------------------

    async def _do(self, job: Job) -> None:
        """Do a job; every failure is dealt with here."""
        result = "again"
        try:
            result = await self._attempt(job)
        except asyncio.CancelledError:
            await self._let_wait(job, uncounted=True)
            raise
        except Exception as error:
            if is_database_unreachable(error):
                self._is_behind = True
                log.debug("the database cannot be reached (a job waits)")
                return
            if is_out_of_file_descriptors(error):
                log.warning("jobs wait: %s", NO_MORE_FILES)
                await self._let_wait(job, uncounted=True)
                return
            log.error("attempt %s of a job failed (%s)", job.attempts, job.kind, exc_info=error)
            await self._let_wait(job, uncounted=False)
        finally:
            metrics.JOBS.labels(job.kind, result).inc()

    async def _attempt(self, job: Job) -> str:
        kind = self.kinds.get(job.kind)
        if kind is None or self._folder is None:
            raise RuntimeError(f"no feature has jobs of the kind {job.kind}")
        now = self._deps.clock.now()
        context = self._frame.context(job.user_id, None, now)
        about = JobContext(self._deps, context, job, self.holder, self._folder)
        shown = ProgressMessage(about, kind, job.message_id)
        try:
            async with about.transaction():
                pass  # loads the person
            async with shown.updated():
                replies = await kind.run(about)
            self._computed(about.job_id)
            await self._deliver(about, shown, replies)
        except JobCancelledError:
            await shown.end(is_cancelled=await self._is_cancelled(about.job_id))
            return "cancelled"
        finally:
            await about.remove_folder()
        return "done"

    async def _deliver(self, about: JobContext, shown: ProgressMessage, replies: Replies) -> None:
        """Send the result, then note that the job is done, together with what follows the result.

        After a kill between the two the result is sent again, which is better than never.
        """
        async with about.transaction():
            pass  # not called off in the meantime
        await shown.end(is_cancelled=False)
        rest = await self._replies.send_first(about.context, replies)
        async with self._deps.database.transaction() as session:
            person = await session.get(User, about.user_id, with_for_update={"key_share": True})
            job = await job_rows.lock_running(session, about.job_id, self.holder)
            if job is not None:
                job.state, job.finished_at = JobState.DONE, self._deps.clock.now()
            elif await job_rows.state_of(session, about.job_id) is not JobState.CANCELLED:
                return  # another process runs it now
            if person is None:
                return  # erased
            held = await self._frame.store_rest(session, about.user_id, rest)
        if held is not None:
            self._frame.enqueue(held)

    async def _is_cancelled(self, job_id: int) -> bool:
        async with self._deps.database.transaction() as session:
            return await job_rows.state_of(session, job_id) is JobState.CANCELLED

    async def _let_wait(self, job: Job, *, uncounted: bool) -> None:
        """Let the job wait for another attempt; if the database fails, the next ``tick`` does."""
        try:
            async with self._deps.database.transaction() as session:
                await job_rows.release(session, self.holder, [job.id or 0], uncounted=uncounted)
        except Exception as error:
            self._is_behind = True
            log.error("a job is not put back yet: %s", _name(error))

    async def _say_given_up(self, job: Job) -> None:
        """Tell the person, once, that a job was given up."""
        log.error("a job was given up after %s attempts (%s)", job.attempts, job.kind)
        metrics.JOBS.labels(job.kind, "failed").inc()
        try:
            async with self._deps.database.transaction() as session:
                person = await session.get(User, job.user_id)
            if person is not None:
                message = job_messages.given_up(translator_for(person))
                context = self._frame.context(job.user_id, None, self._deps.clock.now())
                context.person = person
                said = Edit(job.message_id, message) if job.message_id else Say(message)
                await self._replies.send_first(context, [said])
        except Exception as error:
            log.error("nobody was told of a job that was given up: %s", _name(error))


def _level(error: Exception) -> int:
    """An unreachable database has a line of its own already."""
    return logging.DEBUG if is_database_unreachable(error) else logging.ERROR


def _name(error: Exception) -> str:
    return type(error).__name__


def _remove_old_folders() -> None:
    """Remove what killed processes of this user have left in the folder for temporary files."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        number = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if number.isdigit() and not _is_other_process(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_other_process(pid: int) -> bool:
    """Whether a process with this id runs that is not this one."""
    if pid == os.getpid():
        return False  # an earlier process had the same id, as in a container
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
