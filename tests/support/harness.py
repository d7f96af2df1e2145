"""The whole bot in the sandbox: real Application, real HTTP, real database, a movable clock."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.app import App
from bot.clock import ShiftedClock
from bot.config import load_settings
from bot.database.models import Fact, Fluids, SetupStep
from bot.dispatch.replanning import replan
from bot.features.registry import FEATURES
from bot.features.reminders import queries as reminder_queries
from bot.identity import people as user_queries
from bot.sandbox.models import Message as SandboxMessage
from bot.sandbox.models import Person
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import Telegram
from bot.telegram import bot_profile
from tests.support.private import EVERYBODY

TOKEN = "1:sandbox-token"
NO_SETTINGS: Mapping[str, object] = {}
START = datetime(2027, 1, 13, 19, 0, tzinfo=UTC)
"""A Wednesday, 20:00 in Berlin."""
Row = TypeVar("Row", bound=SQLModel)


class Someone:
    """A person in the sandbox; everything they do waits until the bot has dealt with it."""

    def __init__(self, harness: "Harness", person: Person) -> None:
        self.harness = harness
        self.telegram_person = person

    @property
    def id(self) -> int:
        return self.telegram_person.id

    @property
    def messages(self) -> list[SandboxMessage]:
        return self.harness.telegram.chat(self.telegram_person)

    @property
    def bot_messages(self) -> list[SandboxMessage]:
        return [message for message in self.messages if message.from_bot]

    @property
    def last(self) -> SandboxMessage:
        """The newest message of the bot."""
        return self.bot_messages[-1]

    def with_button(self, label: str) -> SandboxMessage:
        """The newest message of the bot that has this inline button.

        Raises:
            AssertionError: when there is none.
        """
        for message in reversed(self.bot_messages):
            if label in message.buttons:
                return message
        seen = [message.buttons for message in self.bot_messages[-3:]]
        raise AssertionError(f"no message has a button {label!r}; the newest have {seen}")

    async def says(self, text: str) -> None:
        self.harness.telegram.say(self.telegram_person, text)
        await self.harness.settled()

    async def presses(self, label: str) -> None:
        """Press a button of the reply keyboard."""
        self.harness.telegram.press(self.telegram_person, label)
        await self.harness.settled()

    async def taps(self, label: str, message: SandboxMessage | None = None) -> str | None:
        """Tap an inline button; returns the text of the bot's answer to the tap."""
        target = message or self.with_button(label)
        tap = self.harness.telegram.tap(self.telegram_person, target.id, label)
        await self.harness.settled()
        return tap.answer.get("text") if tap.answer else None

    async def forges(self, data: str, message: SandboxMessage | None = None) -> str | None:
        """Send callback data that no button need carry; returns the bot's answer to the tap."""
        target = message or self.last
        tap = self.harness.telegram.tap_data(self.telegram_person, target, data)
        await self.harness.settled()
        return tap.answer.get("text") if tap.answer else None


class Harness:
    """The sandbox server and the bot in it, a private one; see ``tests/support/private.py``."""

    def __init__(
        self,
        telegram: Telegram,
        clock: ShiftedClock,
        server: RunningServer,
        url: str,
        settings: Mapping[str, object] = NO_SETTINGS,
    ) -> None:
        self.telegram = telegram
        self.clock = clock
        self.server = server
        self.settings = load_settings(
            None,
            bot_token=TOKEN,
            database_url=url,
            telegram_api_url=server.url,
            send_rate=1000,
        ).model_copy(update={"allowed_user_ids": EVERYBODY, **settings})
        self.app = App(self.settings, clock=clock)
        self.database = self.app.database
        self.is_scheduled = True

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        database_url: str,
        start: datetime = START,
        settings: Mapping[str, object] = NO_SETTINGS,
        *,
        is_scheduled: bool = False,
    ) -> AsyncIterator["Harness"]:
        """Start sandbox and bot, and stop both at the end.

        Args:
            database_url: a database, migrated or not.
            start: what the clock shows at first.
            settings: further settings.
            is_scheduled: whether periodic jobs run by themselves. A test that moves the clock would
                then find what is due done or not, depending on the second at which it ran.
        """
        clock = ShiftedClock(start)
        telegram = Telegram(clock, token=TOKEN)
        server = await serve(create_app(telegram, None), "127.0.0.1", 0)
        harness = cls(telegram, clock, server, database_url, settings)
        try:
            await harness._note_profile()
            await harness.app.start()
            await harness.app.load()
            await harness.app.jobs.catch_up()
            if not is_scheduled:
                await harness.pause_schedule()
            try:
                yield harness
            finally:
                await harness.app.stop()
        finally:
            await harness.server.close()

    async def _note_profile(self) -> None:
        """Note in a migrated database that the bot's profile is set in Telegram.

        To set it takes 19 of the 21 requests of a start.
        """
        bot_id = int(TOKEN.partition(":")[0])
        fact = Fact(name=bot_profile.FACT, value=bot_profile.fingerprint(bot_id, FEATURES))
        try:
            async with self.database.transaction() as session:
                await session.merge(fact)
        except DBAPIError:
            return  # it is not migrated yet

    async def settled(self) -> None:
        """Wait until every update is handled, every job done and no request under way."""
        await self.telegram.settled()
        intake, jobs = self.app.intake, self.app.job_runner
        while not (intake.is_idle and jobs.is_idle) or self.telegram.is_busy:
            await intake.idle()
            await jobs.wait_idle()
            await self.telegram.settled()

    async def pause_schedule(self) -> None:
        """Let no periodic job run by itself any more; ``live_until`` sends what is due."""
        self.is_scheduled = False
        assert self.app._scheduler is not None
        assert self.app.tidier is not None
        await self.app._scheduler.pause_when_idle()
        await self.app.tidier.stop()

    def resume_schedule(self) -> None:
        """Let periodic jobs run by themselves, such as every second the one that sends."""
        self.is_scheduled = True
        assert self.app._scheduler is not None
        assert self.app.tidier is not None
        self.app._scheduler.resume()
        self.app.tidier.start()

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same database."""
        await self.app.stop()
        await self.start_again()

    async def serve_again(self, port: int) -> None:
        """Bring the sandbox back on the port it had."""
        self.telegram.closed = False
        self.server = await serve(create_app(self.telegram, None), "127.0.0.1", port)

    async def start_again(self) -> None:
        """Start a bot that was stopped, on the same database."""
        self.app = App(self.settings, clock=self.clock)
        self.database = self.app.database
        await self.app.start()
        await self.app.jobs.catch_up()
        if not self.is_scheduled:
            await self.pause_schedule()
        await self.settled()

    async def live_until(self, instant: datetime) -> None:
        """Live through everything that is due up to an instant."""
        await self.app.fast_forward_to(instant)
        await self.settled()

    async def live_for(self, duration: timedelta) -> None:
        """Live through everything that is due in the next time."""
        await self.live_until(self.clock.now() + duration)

    async def person(
        self, name: str = "Ann", *, language: str = "en", zone: str = "Europe/Berlin"
    ) -> Someone:
        """Somebody who has not spoken to the bot yet."""
        person = self.telegram.add_person(name, language_code=language, time_zone=zone)
        return Someone(self, person)

    async def beginner(self, name: str = "Ann", *, language: str = "en") -> Someone:
        """Somebody who is known but has answered nothing yet, and who was sent nothing."""
        someone = await self.person(name, language=language)
        async with self.database.transaction() as session:
            await user_queries.get_or_create(session, someone.id, self.clock.now(), language)
        return someone

    async def set_up_person(
        self,
        name: str = "Ann",
        *,
        language: str = "en",
        zone: str = "Europe/Berlin",
        bed: time = time(22, 30),
        wake: time = time(7, 0),
        fluids: Fluids = Fluids.FREE,
        spread_seconds: int = 0,
    ) -> Someone:
        """Somebody who has answered all questions; /start then shows them the keyboard."""
        someone = await self.person(name, language=language, zone=zone)
        now = self.clock.now()
        async with self.database.transaction() as session:
            user = await user_queries.get_or_create(session, someone.id, now, language)
            user.time_zone, user.bed_time, user.wake_time = zone, bed, wake
            user.fluids, user.setup_step = fluids, SetupStep.DONE
            user.spread_seconds = spread_seconds
            session.add(user)
            await reminder_queries.ensure_reminders(session, user)
            await replan(session, user, now)
        await someone.says("/start")
        return someone

    async def rows(self, table: type[Row]) -> list[Row]:
        """Every committed row of a table, in the order of its key; the bot need not run."""
        engine = self.app.database.engine  # it has compiled statements in its cache
        pool = engine.pool
        assert isinstance(pool, QueuePool)
        is_closed = pool.checkedin() + pool.checkedout() == 0
        try:
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                keys = table.__table__.primary_key.columns  # type: ignore[attr-defined]
                return list(await session.exec(select(table).order_by(*keys)))
        finally:
            if is_closed:
                await engine.dispose()
