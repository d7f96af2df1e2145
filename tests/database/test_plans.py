"""No statement reads a whole table that grows: every command, button and job, beside many people.

The statements are those that the bot executes while a person uses everything and the jobs run. In
``make test`` there are fewer rows than the million of ``SOAK_SCALE=1``.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.commands.check import CheckFailedError
from bot.commands.check_deep import DEEP_CHECKS
from bot.database.engine import Database
from bot.database.models import Broadcast, BroadcastState, Fact, User
from bot.features.health_profile.everybody import VERSION
from bot.features.registry import FEATURES
from tests.features.log_address.serving import Bedside, new_address
from tests.features.mini_app.serving import KEY, Phone, served
from tests.support.diaries import PEOPLE, make_diary, store
from tests.support.handlers import commands_of
from tests.support.harness import Harness, Someone
from tests.support.lengths import soak_length
from tests.support.many_people import ROWS_EACH, fill
from tests.support.statements import Statements, full_scans

MANY = soak_length(45_000, 1_000_000) // ROWS_EACH
ANN = 5_000_000_001
AFTER_SUMMARY = datetime(2027, 1, 17, 20, 0, tzinfo=UTC)
LEFT_OUT = {
    "takeout:delete": "comes last",
    "about:eraseall": "would erase what the others read",
    **dict.fromkeys(
        ("report:weeks", "report:page", "report:notes", "report:name", "report:questions"),
        "draws the same pages once more, which takes half a second",
    ),
}
"""Buttons that are not tapped on the way, and why."""
SAID = (
    "cramp left calf 7, 10 min",
    "woke at 3 with a cramp",
    "cramp yesterday at 3:10",
    "4",
    "no caffeine after 2pm",
    "remind me to stretch at 22:15",
    "pause until monday",
    "undo",
    "cramp last night",
    "no, the right leg",
    "undo",
    "when was my last cramp",
    "how many cramps so far",
    "did I have cramps last week",
    "how often this month",
    "had a coffee at 5pm",
    "what is the meaning of this?",
)
LEAST_STATEMENTS = 100
SMALL = frozenset({"pace", "facts", "leases", "stretch_counts", "broadcasts"})
"""Tables whose rows depend neither on people nor on time."""
ALLOWED = {
    ("failed_updates", "SELECT count(*) AS count_1 \nFROM failed_updates"): (
        "all rows are counted: those that met a bug in the last seven days"
    ),
    (
        "revocations",
        "SELECT revocations.person, revocations.what, revocations.revoked_at \nFROM revocations",
    ): (
        "a copy of the whole list is kept beside the backups: one row for each /delete, and each "
        "consent that was taken back, of 400 days"
    ),
}
"""(table, statement) → why it may read the whole table."""


@pytest.fixture
async def harness(database_url: str) -> AsyncIterator[Harness]:
    """The bot beside many people, and one person with a year of diary."""
    database = Database(database_url)
    await fill(database, MANY)
    await store(database, make_diary(PEOPLE[1], ANN, seed=3))
    async with database.transaction() as session:
        # Else it plans the reminders of all these people, whose chats do not exist, from now on.
        session.add(Fact(name="gates", value=VERSION))
    await database.close()
    async with Harness.open(database_url) as harness:
        yield harness


class Visit:
    """One person who uses everything once."""

    def __init__(self, harness: Harness, ann: Someone) -> None:
        self.harness, self.ann = harness, ann
        self.tapped = set(LEFT_OUT)
        """Feature and verb of the callback data that need not be tapped any more."""

    async def taps_what_is_new(self) -> None:
        """Tap one button of each feature and verb, also those of the answers."""
        while True:
            offered = [
                (button["callback_data"], message)
                for message in self.ann.bot_messages[-3:]
                for row in message.inline
                for button in row
                if "callback_data" in button and self._verb(button["callback_data"])
            ]
            if not offered:
                return
            data, message = offered[-1]
            self.tapped.add(self._verb(data))
            await self.ann.forges(data, message)

    def _verb(self, data: str) -> str:
        """Feature and verb of callback data; empty when it was tapped."""
        verb = ":".join(data.split(":")[:2])
        return "" if verb in self.tapped else verb

    async def says(self, text: str) -> None:
        await self.ann.says(text)
        await self.taps_what_is_new()

    async def gives_files(self) -> None:
        """Export the diary and import it again."""
        await self.ann.says("/export")
        await self.ann.taps("Complete (JSON)")
        files = [one.file for one in self.ann.bot_messages if one.file and "json" in one.file.name]
        self.harness.telegram.send_document(
            self.ann.telegram_person, files[-1].content, "calmcalf.json"
        )
        await self.harness.settled()

    async def gets_a_caregiver(self) -> None:
        """Somebody accepts the invitation, and looks at the week."""
        bob = Visit(self.harness, await self.harness.set_up_person("Bob"))
        bob.tapped |= self.tapped
        await self.ann.forges("care:invite")
        await bob.says(f"/start {self.ann.last.words.rpartition('?start=')[2]}")

    async def writes_to_everybody(self) -> None:
        """Send a message to everybody, and stop another one."""
        self.harness.clock.advance(timedelta(minutes=2))  # nobody types as fast as this test
        broadcaster = self.harness.app.broadcaster
        assert broadcaster is not None
        for is_stopped in (False, True):
            await self.ann.says("/broadcast")
            await self.ann.says("The bot rests tonight.")
            await self.ann.taps("Send")
            if is_stopped:
                [*_, newest] = await self.harness.rows(Broadcast)
                await self.ann.forges(f"admin:stop:{newest.id}")
            await broadcaster.run_dry()
        states = [one.state for one in await self.harness.rows(Broadcast)]
        assert states[0] is BroadcastState.DONE
        assert states[1] in {BroadcastState.DONE, BroadcastState.STOPPED}

    async def opens_the_page(self, phone: Phone) -> None:
        await phone.gets("month")
        await phone.gets("log", {"key": KEY})
        await phone.gets("undo", {"key": KEY})

    async def presses_a_button_by_the_bed(self, client: httpx.AsyncClient) -> None:
        button = Bedside(self.harness, client, await new_address(self.ann))
        await button.hears()
        await button.hears({"key": "a"})


async def run_the_jobs(harness: Harness) -> None:
    """Every periodic job once, and what a new version does for everybody."""
    app = harness.app
    async with harness.database.transaction() as session:
        for fact in ("time_zone_rules", "reminder_kinds", "gates", "tests_off_list"):
            await session.merge(Fact(name=fact, value="older"))
    await app.jobs.catch_up()
    await app.jobs.update_metrics()
    await app.jobs.run_maintenance()
    await app.alerts.run_once()
    assert app.dispatcher is not None
    await app.dispatcher.recover()
    await app.run_tick()
    with pytest.raises(CheckFailedError, match="met a bug"):
        await DEEP_CHECKS["backlog"](harness.settings)


@pytest.mark.in_ci
async def test_no_statement_reads_a_whole_table(harness: Harness, unused_tcp_port: int) -> None:
    person = harness.telegram.add_person("Ann", user_id=ANN, time_zone="Europe/Berlin")
    ann = Someone(harness, person)
    visit = Visit(harness, ann)
    vars(harness.settings)["admin_user_ids"] = frozenset({ANN})
    with Statements.recorded() as statements:
        async with served(harness, unused_tcp_port, retention_days=120) as client:
            for command in sorted(name for feature in FEATURES for name in commands_of(feature)):
                await visit.says(f"/{command}")
            for said in SAID:
                await visit.says(said)
            await visit.gets_a_caregiver()
            await visit.writes_to_everybody()
            await visit.gives_files()
            await visit.opens_the_page(Phone(harness, client, ann))
            await visit.presses_a_button_by_the_bed(client)
            await harness.live_until(AFTER_SUMMARY)
            await visit.taps_what_is_new()
            await run_the_jobs(harness)
            await ann.says("/delete")
            await ann.taps("Yes, erase everything")
            assert await is_erased(harness, ANN)
            scans = await full_scans(harness.database, statements)
    assert len(statements.parameters) > LEAST_STATEMENTS
    found = [one for one in scans if one not in ALLOWED and one[0] not in SMALL]
    assert not found, "\n".join(f"{table}: {statement}" for table, statement in found)


async def is_erased(harness: Harness, user_id: int) -> bool:
    async with harness.database.transaction() as session:
        return await session.get(User, user_id) is None
