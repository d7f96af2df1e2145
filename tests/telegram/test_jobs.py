"""Jobs: one at a time for each person, in turn, with progress, called off, given up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from bot.app import App
from bot.database.models import Cramp, InboxRow, InboxState, Job, JobState, User
from bot.i18n.translator import Translator, translator
from bot.identity.people import erase
from bot.telegram import job_messages, job_progress, job_rows, jobs, late_rows
from bot.telegram.jobs import JobContext, JobKind, queue_job
from bot.telegram.message import Message
from bot.telegram.replies import Replies, Say
from tests.support.harness import Harness, Someone
from tests.support.statements import executed

KIND = "test.count"
ALONG = Say(Message("What else follows"))
Work = Callable[[JobContext], Awaitable[Replies]]


def words(_tr: Translator, done: int, total: int | None) -> str:
    return f"Reading {done} of {total}…"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[Harness]:
    async with Harness.open(database_url) as harness:
        yield harness


def do(harness: Harness, work: Work, *, keeps_part: bool = False) -> None:
    """From now on jobs of the kind ``test.count`` do this."""
    kinds = {**harness.app.job_runner.kinds, KIND: JobKind(work, words, keeps_part)}
    harness.app.job_runner.kinds = kinds


async def queue(
    harness: Harness, someone: Someone, number: int, *, replaces: bool = False
) -> Replies:
    """Queue a job as a handler does."""
    context = harness.app.frame.context(someone.id, "en", harness.clock.now())
    async with harness.database.transaction() as session:
        context.session, context.person = session, await session.get_one(User, someone.id)
        return await queue_job(context, KIND, {"number": number}, replaces=replaces, along=[ALONG])


class Gate:
    """Work that says when it has begun, and goes on when it may."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, int]] = []
        self.most = 0
        self.running = 0
        self.opened = asyncio.Event()
        self.own: dict[int, asyncio.Event] = {}
        """User id → what this person's jobs wait for instead of ``opened``."""
        self.came = asyncio.Event()

    async def work(self, about: JobContext) -> Replies:
        self.running += 1
        self.most = max(self.most, self.running)
        self.begun.append((about.user_id, about.arguments["number"]))
        self.came.set()
        try:
            await self.own.get(about.user_id, self.opened).wait()
            async with about.transaction():
                pass
        finally:
            self.running -= 1
        return [Say(Message(f"Result {about.arguments['number']}"))]

    async def wait_for(self, number: int) -> None:
        async with asyncio.timeout(60):
            while len(self.begun) < number:
                self.came.clear()
                await self.came.wait()


async def test_people_are_served_in_turn_and_one_job_at_a_time(world: Harness) -> None:
    gate = Gate()
    do(world, gate.work)
    people = [await world.set_up_person(name) for name in ("Ann", "Bob", "Cid")]
    ann, bob, cid = people
    gate.own[ann.id] = asyncio.Event()
    for number in (1, 2, 3):
        await queue(world, ann, number)
    await gate.wait_for(1)
    for someone in (bob, cid):
        await queue(world, someone, 1)
    await gate.wait_for(2)
    assert gate.running == 2  # Ann's second job waits for her first
    gate.own[ann.id].set()
    await gate.wait_for(3)  # while Bob's job runs, so that one job begins at a time
    gate.opened.set()
    await world.settled()
    assert gate.begun[:3] == [(ann.id, 1), (bob.id, 1), (cid.id, 1)]
    assert gate.begun[3:] == [(ann.id, 2), (ann.id, 3)]
    assert gate.most == 2
    assert [message.words for message in ann.bot_messages[-3:]] == [
        "Result 1",
        "Result 2",
        "Result 3",
    ]
    assert {job.state for job in await world.rows(Job)} == {JobState.DONE}


async def test_taps_do_not_wait_for_jobs(world: Harness) -> None:
    gate = Gate()
    do(world, gate.work)
    people = [await world.set_up_person(name) for name in ("Ann", "Bob")]
    for someone in people:
        await queue(world, someone, 1)
    await gate.wait_for(2)
    for someone in people:
        world.telegram.press(someone.telegram_person, "🦵 Log cramp")
    await world.telegram.settled()
    await world.app.intake.idle()
    assert len(await world.rows(Cramp)) == 2
    gate.opened.set()
    await world.settled()


async def test_the_same_job_is_queued_once_and_there_are_three_at_most(world: Harness) -> None:
    gate = Gate()
    do(world, gate.work)
    ann = await world.set_up_person("Ann")
    replies = [await queue(world, ann, number) for number in (1, 1, 1, 1, 1, 2, 2, 3, 3)]
    assert [ALONG in said for said in replies] == [True, *[False] * 4, *[True, False] * 2]
    (refused,) = await queue(world, ann, 4)
    assert isinstance(refused, Say)
    assert isinstance(refused.content, Message)
    assert refused.content.text.startswith("I am still working on what you asked for.")
    assert len(await world.rows(Job)) == 3
    gate.opened.set()
    await world.settled()
    assert [message.words for message in ann.bot_messages].count("Result 1") == 1


async def test_only_the_newest_of_replaced_jobs_is_done(world: Harness) -> None:
    gate = Gate()
    do(world, gate.work)
    ann = await world.set_up_person("Ann")
    await queue(world, ann, 0, replaces=True)
    await gate.wait_for(1)
    with executed("FROM jobs AS jobs_1") as claims:
        for number in range(1, 20):
            await queue(world, ann, number, replaces=True)
    assert len(claims) < 6, "the runner is told of a job only when it is new"
    gate.opened.set()
    await world.settled()
    assert [number for _, number in gate.begun] == [0, 19]


async def test_progress_comes_when_it_takes_longer_and_goes_with_the_result(
    world: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_progress, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(job_progress, "NEXT_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "PROGRESS_SECONDS", 0)
    ann = await world.set_up_person("Ann")
    seen: list[str] = []

    async def work(about: JobContext) -> Replies:
        for done in (100, 200):
            await about.progress(done, 300)
            expected = f"Reading {done} of 300…"
            await world.telegram.wait_for(lambda text=expected: ann.last.words == text)  # type: ignore[misc]
            seen.append(ann.last.words)
            assert ann.last.silent
            assert ann.last.buttons == ["Stop"]
            async with about.transaction():
                pass
        (row,) = await world.rows(Job)
        assert (row.done, row.total, row.message_id) == (200, 300, ann.last.id)
        return [Say(Message("Result"))]

    do(world, work)
    before = len(ann.bot_messages)
    await queue(world, ann, 1)
    await world.settled()
    assert len(seen) == 2
    assert [message.words for message in ann.bot_messages[before:]] == ["Result"]


@pytest.mark.parametrize("keeps_part", [False, True])
async def test_a_job_is_called_off(
    world: Harness, monkeypatch: pytest.MonkeyPatch, keeps_part: bool
) -> None:
    monkeypatch.setattr(job_progress, "FIRST_SECONDS", 0.01)
    gate = Gate()
    do(world, gate.work, keeps_part=keeps_part)
    ann, bob = await world.set_up_person("Ann"), await world.set_up_person("Bob")
    await queue(world, ann, 1)
    await world.telegram.wait_for(lambda: ann.last.buttons == ["Stop"])
    data = ann.last.inline[0][0]["callback_data"]
    world.telegram.tap_data(bob.telegram_person, bob.last, data)
    await world.telegram.settled()
    assert [job.state for job in await world.rows(Job)] == [JobState.RUNNING]
    world.telegram.tap(ann.telegram_person, ann.last.id, "Stop")
    await world.telegram.settled()
    gate.opened.set()
    await world.settled()
    assert [job.state for job in await world.rows(Job)] == [JobState.CANCELLED]
    part = "Stopped. What was already added stays."
    assert ann.last.words == (part if keeps_part else "Stopped.")
    assert ann.last.buttons == []


async def test_nothing_is_done_for_somebody_who_was_erased(world: Harness) -> None:
    gate = Gate()
    done = []

    async def work(about: JobContext) -> Replies:
        replies = await gate.work(about)
        done.append(1)
        return replies

    do(world, work)
    ann = await world.set_up_person("Ann")
    await queue(world, ann, 1)
    await gate.wait_for(1)
    async with world.database.transaction() as session:
        await erase(session, ann.id, world.clock.now())
    gate.opened.set()
    await world.settled()
    assert (done, await world.rows(Job), await world.rows(User)) == ([], [], [])


async def test_a_job_that_fails_three_times_is_given_up_and_said(world: Harness) -> None:
    attempts = []

    async def work(about: JobContext) -> Replies:
        attempts.append(about.attempt)
        raise ValueError("a bug")

    do(world, work)
    ann = await world.set_up_person("Ann")
    await queue(world, ann, 1)
    await world.settled()
    assert attempts == [1, 2, 3]
    (job,) = await world.rows(Job)
    assert job.state is JobState.FAILED
    assert ann.last.words.startswith("Sorry, I tried three times and could not finish this.")
    gate = Gate()
    gate.opened.set()
    do(world, gate.work)
    await queue(world, ann, 1)
    await world.settled()
    assert ann.last.words == "Result 1"


async def test_a_stop_of_the_bot_is_no_attempt(
    world: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.job_runner.SHUTDOWN_SECONDS", 0.01)
    ann = await world.set_up_person("Ann")
    gate = Gate()
    do(world, gate.work)
    await queue(world, ann, 1)
    for _ in range(4):
        await gate.wait_for(1)
        await world.app.stop()
        (job,) = await world.rows(Job)
        assert (job.state, job.attempts, job.held_by) == (JobState.WAITING, 0, None)
        world.app = App(world.settings, clock=world.clock)
        world.database = world.app.database
        gate = Gate()
        do(world, gate.work)
        await world.app.start()
    gate.opened.set()
    await world.settled()


async def test_what_a_dead_process_ran_is_run_again_alone(world: Harness) -> None:
    ann, bob = await world.set_up_person("Ann"), await world.set_up_person("Bob")
    gate = Gate()
    do(world, gate.work)
    async with world.database.transaction() as session:
        now = world.clock.now()
        for someone, attempts in ((ann, 3), (bob, 1)):
            session.add(
                Job(
                    user_id=someone.id,
                    kind=KIND,
                    arguments={"number": attempts},
                    state=JobState.RUNNING,
                    attempts=attempts,
                    held_by="dead",
                    queued_at=now,
                )
            )
    await world.app.job_runner.tick()
    await gate.wait_for(1)
    await queue(world, ann, 7)
    await world.telegram.wait_for(lambda: ann.last.words.startswith("Sorry, I tried three"))
    assert gate.begun == [(bob.id, 1)]  # what may have killed the process runs alone
    gate.opened.set()
    await world.settled()
    assert bob.last.words == "Result 1"
    assert ann.last.words == "Result 7"


async def test_what_follows_a_result_is_stored_with_the_end_of_the_job(world: Harness) -> None:
    """The result is not sent again because what follows it was cut off."""
    ann = await world.set_up_person("Ann")
    gate = Gate()

    async def work(about: JobContext) -> Replies:
        return [*await gate.work(about), Say(Message("Afterwards"))]

    gate.opened.set()
    do(world, work)
    world.telegram.faults.set("drop_before", method="sendMessage", chat_id=ann.id)
    await queue(world, ann, 1)
    await gate.wait_for(1)
    world.telegram.faults.clear()
    await world.telegram.wait_for(lambda: ann.last.words == "Result 1")
    await world.settled()
    assert ann.last.words == "Afterwards"
    (job,) = await world.rows(Job)
    (row,) = [one for one in await world.rows(InboxRow) if one.update_id < 0]
    assert (job.state, job.attempts, row.state) == (JobState.DONE, 1, InboxState.DONE)


async def test_jobs_of_a_restored_backup_are_not_done(
    world: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await world.set_up_person("Ann")
    await world.app.stop()
    now = world.clock.now()
    late, fresh = late_rows.JOBS_KEPT + timedelta(hours=1), timedelta(hours=1)
    async with world.database.transaction() as session:
        asked = ((KIND, 1, late), (KIND, 2, fresh), ("takeout.import", 3, late))
        for kind, number, age in asked:
            arguments = {"number": number, "file": "none", "message_id": 1}
            session.add(Job(user_id=ann.id, kind=kind, arguments=arguments, queued_at=now - age))
    world.app = App(world.settings, clock=world.clock)
    world.database = world.app.database
    gate = Gate()
    gate.opened.set()
    do(world, gate.work)
    await world.app.start()
    await gate.wait_for(1)
    await world.settled()
    assert [number for _, number in gate.begun] == [2]
    assert "1 jobs from before a long pause are not done any more" in caplog.text
    states = {job.arguments["number"]: job.state for job in await world.rows(Job)}
    assert states == {2: JobState.DONE, 3: JobState.DONE}  # the other one is deleted soon


async def test_finished_jobs_are_deleted(world: Harness) -> None:
    gate = Gate()
    gate.opened.set()
    do(world, gate.work)
    ann = await world.set_up_person("Ann")
    await queue(world, ann, 1)
    await world.settled()
    for hours, counted, left in ((0, (), 1), (23, (KIND,), 1), (2, (), 0)):
        async with world.database.transaction() as session:
            now = world.clock.now() + timedelta(hours=hours)
            await job_rows.delete_finished(session, now, counted)
        assert len(await world.rows(Job)) == left


@pytest.mark.parametrize(
    ("language", "total", "text"),
    [
        ("en", 1, "Reading 0 of 1 entry…"),
        ("en", 32_235, "Reading 12,400 of 32,235 entries…"),
        ("de", 1, "Lese 0 von 1 Eintrag…"),
        ("de", 32_235, "Lese 12.400 von 32.235 Einträgen…"),
        ("es", 32_235, "Leyendo 12.400 de 32.235 anotaciones…"),
        ("fr", 1, "Lecture\xa0: 0 sur 1 entrée…"),
        ("pt-br", 1, "Lendo 0 de 1 registro…"),
        ("ru", 21, "Читаю: 0 из 21 записи…"),
        ("ru", 22, "Читаю: 0 из 22 записей…"),
    ],
)
def test_progress_in_words(language: str, total: int, text: str) -> None:
    done = min(12_400, total - 1) if total > 100 else 0
    words = job_messages.reading(translator(language), done, total)
    assert words.replace("\u202f", " ") == text
    assert job_messages.drawing(translator(language), done, total) == words
    assert job_messages.adding(translator(language), done, total) != words
    assert str(total) not in job_messages.drawing(translator(language), total, total)
