"""Tests of the clock that is checked against Telegram's: what is due comes in time, and once.

``tests/survival/test_clock_jumps.py`` is about clocks that nobody checks.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import App
from bot.clock import CheckedClock, ShiftedClock
from bot.database.models import Delivery, DeliveryStatus, Fluids, Kind, SetupStep
from bot.features.reminders import queries
from bot.identity import people as users
from bot.sandbox.models import Person
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.harness import TOKEN, Harness
from tests.support.lengths import SOAK_SCALE
from tests.support.what_happens import assert_said

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2027, 1, 13, 11, 55, tzinfo=UTC)
"""12:55 in Berlin."""
EVERY = 10 * MINUTE
LENGTHS = (timedelta(seconds=10), HOUR, DAY, 3 * DAY, 9 * DAY, 365 * DAY)
JUMPS = [sign * length for length in LENGTHS for sign in (1, -1)]
JUMPS_WHILE_STOPPED = JUMPS if SOAK_SCALE is not None else [3 * DAY, -3 * DAY]


class World:
    """Sandbox and bot. The bot's computer has a clock of its own, which somebody sets wrong."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.off = timedelta()
        self.due: list[datetime] = []
        """When the person's reminder was due until now."""

    def now(self) -> datetime:
        """The time of the computer's clock."""
        return self.harness.clock.now() + self.off

    def uptime(self) -> timedelta:
        return self.harness.clock.now() - START

    async def start(self) -> None:
        self.clock = clock = CheckedClock(self, self.uptime)
        self.harness.app = App(self.harness.settings, clock=clock)
        self.harness.database = self.harness.app.database
        await self.harness.app.start()

    async def stop(self) -> None:
        await self.harness.app.stop()

    async def go_on(self) -> None:
        """Live until the next reminder is due, and half a minute longer."""
        following = (self.due[-1] if self.due else START - EVERY / 2) + EVERY
        self.due.append(following)
        assert self.harness.app.dispatcher is not None
        for seconds in (1, 30):
            await self.harness.settled()  # an answer on its way would tell the time before
            self.harness.clock.set(following + timedelta(seconds=seconds))
            await self.harness.app.dispatcher.run_dry()
        await self.harness.app.jobs.plan_anew()

    async def check(self) -> None:
        """Every reminder has come once, within a minute, and none too early."""
        rows = [row for row in await self.harness.rows(Delivery) if row.kind is Kind.CUSTOM]
        assert [row.due_at for row in rows] == self.due
        for row in rows:
            assert row.status is DeliveryStatus.SENT
            assert row.sent_at is not None
            assert row.due_at <= row.sent_at <= row.due_at + MINUTE
        calls = self.harness.telegram.calls
        sent = [one for one in calls if "Feet up" in one.params.get("text", "")]
        assert len([one for one in sent if one.method == "sendMessage"]) == len(self.due)


@asynccontextmanager
async def proxy_with_clock(clock: ShiftedClock, off: timedelta) -> AsyncIterator[str]:
    """An HTTP proxy that writes its own time into answers."""

    async def forward(request: web.Request) -> web.Response:
        content = await request.read()
        kind = {"Content-Type": request.content_type}
        async with client.post(request.url, data=content, headers=kind) as answer:
            body = await answer.read()
        date = format_datetime(clock.now() + off, usegmt=True)
        found = web.Response(body=body, status=answer.status, headers={"Date": date})
        found.content_type = "application/json"
        return found

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", forward)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with aiohttp.ClientSession() as client:
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


@asynccontextmanager
async def world(url: str, proxy_is_off: timedelta | None = None) -> AsyncIterator[World]:
    """One person, with a reminder every ten minutes; through a proxy with a clock of its own, if
    one is given, and then with an answer before the first reminder.
    """
    clock = ShiftedClock(START)
    telegram = Telegram(clock, token=TOKEN)
    async with AsyncExitStack() as exits:
        server = await serve(create_app(telegram), "127.0.0.1", 0)
        exits.push_async_callback(server.close)
        settings = {}
        if proxy_is_off is not None:
            proxy = await exits.enter_async_context(proxy_with_clock(clock, proxy_is_off))
            settings["telegram_proxy"] = SecretStr(proxy)
        made = World(Harness(telegram, clock, server, url, settings))
        await made.start()
        exits.push_async_callback(made.stop)
        ann = telegram.add_person("Ann")
        if proxy_is_off is not None:
            telegram.say(ann, "/help")
            await made.harness.settled()
        await settle(made, ann)
        yield made


async def settle(made: World, ann: Person) -> None:
    """Give somebody a reminder every ten minutes."""
    async with made.harness.database.transaction() as session:
        made.harness.telegram.chats[ann.id].started = True
        user = await users.get_or_create(session, ann.id, START, "en")
        user.time_zone, user.bed_time, user.wake_time = "Europe/Berlin", time(22, 30), time(7)
        user.fluids, user.setup_step = Fluids.LIMITED, SetupStep.DONE
        session.add(user)
        slots = tuple(time(hour, minute) for hour in range(13, 18) for minute in range(0, 60, 10))
        await queries.add_custom(session, user, "Feet up", slots, START, 1)


async def test_a_clock_that_jumps_while_the_bot_runs(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(database_url) as here:
        for jump in JUMPS:
            here.off = jump
            await here.go_on()
            here.off = timedelta()
            await here.go_on()
        await here.check()
    said = [record.message for record in caplog.records if record.name == "bot.clock"]
    assert len(said) == 2 * (len(JUMPS) - 2)  # ten seconds are nothing
    assert said[0].endswith("fails: it is 60 minutes ahead of Telegram's, which is used instead")
    assert said[1].startswith("this computer's clock goes well again")
    assert_said(
        "the clock of the bot's computer is wrong, by a minute or a year, while it runs or when it "
        "starts",
        said,
    )


async def test_a_clock_that_jumps_while_the_bot_is_stopped(database_url: str) -> None:
    async with world(database_url) as here:
        for jump in JUMPS_WHILE_STOPPED:
            for off in (jump, timedelta()):
                await here.harness.app.stop()
                here.off = off
                await here.start()
                await here.go_on()
        await here.check()


@pytest.mark.parametrize("off", [HOUR, -3 * DAY])
async def test_a_proxy_with_a_wrong_clock_shifts_no_reminder(
    sqlite_url: str, off: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(sqlite_url, off) as here:
        for jump in (timedelta(), HOUR, -DAY, timedelta()):  # of the computer's clock as well
            here.off = jump
            await here.go_on()
        await here.check()
    what = "a proxy writes its own, wrong time into Telegram's answers"
    assert_said(what, caplog.messages)
    lines = [line for line in caplog.messages if line.startswith("the time of Telegram's answers")]
    assert len(lines) == 1


def test_a_single_answer_with_another_time_does_not_count() -> None:
    uptime = timedelta()
    clock = CheckedClock(ShiftedClock(START), lambda: uptime)
    clock.compare(START)
    for wrong in (365 * DAY, -9 * DAY):
        clock.compare(START + wrong)
        assert abs(clock.now() - START) < MINUTE
        clock.compare(START)
    # Two that agree count, however long after each other.
    clock.compare(START + DAY)
    uptime = HOUR
    clock.compare(START + DAY + HOUR)
    assert clock.now() == START + DAY + HOUR


class Settable:
    """A clock that tests set as they like."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.up = timedelta()

    def now(self) -> datetime:
        return START + self.up + self.ahead

    @property
    def right(self) -> datetime:
        return START + self.up


def test_a_message_tells_a_proxy_with_a_wrong_clock_from_a_computer_with_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for wrong in (HOUR, -HOUR, 3 * DAY):
        here = Settable()
        clock = CheckedClock(here, lambda here=here: here.up)  # type: ignore[misc]
        clock.compare(here.right + wrong)
        clock.compare(here.right + wrong)
        assert clock.now() == here.right + wrong  # nobody knows better yet
        clock.compare(here.right + wrong, here.right)
        assert (clock.now(), clock.is_off) == (here.right, False)
        clock.compare(here.right + wrong)  # nor do others count
        here.up += HOUR
        assert clock.now() == here.right
        here.ahead = DAY  # the computer's clock jumps as well
        assert (clock.now(), clock.is_off) == (here.right, False)
        clock.compare(here.right + wrong)
        assert (clock.now(), clock.is_off, clock.is_in_doubt) == (here.right, True, False)
        here.ahead = timedelta()
        clock.compare(here.right, here.right)  # the proxy's clock was set
        here.ahead = DAY
        clock.compare(here.right)
        clock.compare(here.right)
        assert (clock.now(), clock.is_off) == (here.right, True)
    said = [line for line in caplog.messages if line.startswith("the time of Telegram's answers")]
    assert [line.split()[5:7] for line in said] == 3 * [["fails:", "it"], ["goes", "well"]]


def test_a_message_confirms_that_the_computer_is_wrong() -> None:
    here = Settable()
    here.ahead = DAY
    clock = CheckedClock(here, lambda: here.up)
    for _ in range(3):
        clock.compare(here.right, here.right)
        assert (clock.now(), clock.is_off) == (here.right, True)


def test_a_message_whose_time_is_that_of_nobody_changes_nothing() -> None:
    """As with a stand-in for Telegram whose messages all have the same time."""
    here = Settable()
    clock = CheckedClock(here, lambda: here.up)
    for off in (timedelta(), DAY):
        here.ahead = off
        for _ in range(3):
            clock.compare(here.right, START - 9 * DAY)
            assert (clock.now(), clock.is_off) == (here.right, bool(off))


WRONG_CLOCKS = [
    (5 * MINUTE, 5 * MINUTE),  # of one computer
    (-10 * MINUTE, 30 * MINUTE),
    (HOUR, 5 * MINUTE),
    (-3 * DAY, -3 * DAY),
]
"""How far the clocks of the bot's computer and of what answers are ahead."""


@pytest.mark.parametrize(("computer", "proxy"), WRONG_CLOCKS)
def test_two_messages_are_right_when_everything_else_is_wrong(
    computer: timedelta, proxy: timedelta
) -> None:
    here = Settable()
    here.ahead = computer
    clock = CheckedClock(here, lambda: here.up)
    for _ in range(3):
        clock.compare(here.right + proxy)
        clock.compare(here.right + proxy, here.right - timedelta(seconds=5))
        here.up += MINUTE
    assert abs(clock.now() - here.right) <= timedelta(seconds=5)
    assert clock.is_off
    here.up += HOUR
    clock.compare(here.right + proxy)
    assert abs(clock.now() - here.right) <= timedelta(seconds=5)
    assert (clock.is_off, clock.is_in_doubt) == (True, False)
    here.ahead = timedelta()  # the computer's clock was set, then the other one
    clock.compare(here.right + proxy)
    assert (clock.now(), clock.is_off) == (here.right, False)
    clock.compare(here.right, here.right)
    assert (clock.now(), clock.is_off) == (here.right, False)


@pytest.mark.parametrize("proxy", [timedelta(), 5 * MINUTE])
@pytest.mark.parametrize("old", [2 * MINUTE, HOUR, 9 * DAY])
def test_messages_that_are_old_move_nobody(proxy: timedelta, old: timedelta) -> None:
    """Neither a single one, nor many that are all from the same time."""
    here = Settable()
    clock = CheckedClock(here, lambda: here.up)
    clock.compare(here.right + proxy, here.right)
    clock.compare(here.right + proxy, here.right - old)
    assert (clock.now(), clock.is_off) == (here.right, False)
    sent = here.right - old
    for _ in range(5):
        here.up += MINUTE
        clock.compare(here.right + proxy, sent)
        assert (clock.now(), clock.is_off) == (here.right, False)


@pytest.mark.parametrize("paused", [3 * MINUTE, HOUR, DAY])
@pytest.mark.parametrize("proxy", [5 * MINUTE, -HOUR])
def test_a_pause_is_noticed_although_the_answers_have_a_wrong_time(
    paused: timedelta, proxy: timedelta
) -> None:
    """A virtual machine was paused, its clock stood still and was set, and no message is sent."""
    here = Settable()
    clock = CheckedClock(here, lambda: here.up)
    clock.compare(here.right + proxy, here.right)
    clock.compare(here.right + paused + proxy)  # the computer's clock is not set yet
    assert clock.now() == here.right
    here.ahead = paused
    clock.compare(here.right + paused + proxy)
    assert (clock.now(), clock.is_off) == (here.now(), False)


def test_a_clock_that_is_a_minute_off_is_not_wrong_and_right_by_turns(
    caplog: pytest.LogCaptureFixture,
) -> None:
    here = Settable()
    clock = CheckedClock(here, lambda: here.up)
    seen = []
    for seconds in (59, 61, 59, 61, 31, 29, 59):
        here.ahead = timedelta(seconds=seconds)
        for _ in range(2):
            clock.compare(here.right)
        seen.append(clock.is_off)
    assert seen == [False, True, True, True, True, False, False]
    assert len(caplog.messages) == 2


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_an_answer_of_a_computer_that_does_not_know_the_time(year: int) -> None:
    here = Settable()
    clock = CheckedClock(here, lambda: here.up)
    for _ in range(3):
        clock.compare(datetime(year, 1, 1, tzinfo=UTC))
        assert clock.now() == here.right


def test_now_is_utc_whatever_the_zone_of_an_answer() -> None:
    here = Settable()
    clock = CheckedClock(here, lambda: here.up)
    clock.compare((here.right + HOUR).astimezone(timezone(2 * HOUR)))
    assert (clock.now(), clock.now().tzinfo) == (here.right + HOUR, UTC)


def test_a_clock_that_was_set_is_in_doubt_until_the_next_answer() -> None:
    """A virtual machine was paused for three hours, and then its clock was set."""
    here = Settable()
    clock = CheckedClock(here, lambda: here.up)
    seen = [clock.is_in_doubt]
    clock.compare(here.right)
    here.up += 2 * MINUTE
    seen.append(clock.is_in_doubt)
    here.ahead = 3 * HOUR
    seen.append(clock.is_in_doubt)
    clock.compare(here.now())
    seen.append(clock.is_in_doubt)
    assert seen == [False, False, True, False]
    assert clock.now() == here.now()


async def test_a_clock_in_doubt_asks_telegram(sqlite_url: str) -> None:
    """Also when nothing else asks Telegram anything, as behind a webhook at night."""
    async with world(sqlite_url) as here:

        def asked() -> int:
            return sum(call.method == "getMe" for call in here.harness.telegram.calls)

        begun = asked()
        await here.harness.app.jobs.check_clock()
        assert asked() == begun
        here.harness.clock.advance(2 * MINUTE)
        here.off = DAY
        await here.harness.app.jobs.check_clock()
        await here.harness.app.jobs.check_clock()
        assert (asked(), here.clock.is_off) == (begun + 1, True)
