"""Two replicas through a real PgBouncer: taps, reminders, a kill and a restart."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands.backup import NO_DUMPS, backup, refuse_pooler_for_backups
from bot.commands.restore import restore
from bot.config import ConfigError
from bot.database.migrate import check_schema
from bot.database.models import Delivery, DeliveryStatus, FailedUpdate
from bot.database.poolers import Pooling, pooling_of
from bot.database_address import normalized
from bot.sandbox.models import Person
from bot.sandbox.telegram import Telegram
from tests.support.backups import NOW, settings_of
from tests.support.pgbouncer import NO_PGBOUNCER, PROGRAM, pgbouncer
from tests.support.postgres import PostgresServer
from tests.support.replica import Replica, leads, ready
from tests.survival.common import (
    TOKEN,
    all_sent,
    check_entries,
    prepare,
    received,
    rows,
    sandbox,
)

PEOPLE = 12
SESSIONS = {Pooling.SESSION: 40, Pooling.TRANSACTION: 3}
"""How many sessions the pooler lends. For a session, each connection of two processes needs one."""

pytestmark = [pytest.mark.in_ci, pytest.mark.skipif(PROGRAM is None, reason=NO_PGBOUNCER)]


def tap(telegram: Telegram, people: list[Person]) -> int:
    for person in people:
        telegram.say(person, "/cramp")
    return len(people)


@pytest.mark.parametrize("mode", SESSIONS)
async def test_a_diary_is_kept_through_a_pooler(
    own_postgres_server: PostgresServer,
    unused_tcp_port_factory: Callable[[], int],
    tmp_path: Path,
    with_tools: None,
    mode: Pooling,
) -> None:
    del with_tools
    server = own_postgres_server
    name = await server.create_database()
    direct, port, *http = server.url_of(name), *(unused_tcp_port_factory() for _ in range(3))
    async with (
        pgbouncer(server.socket_folder, port, mode.value, name, size=SESSIONS[mode]) as base,
        sandbox() as (telegram, api),
    ):
        url = f"{base}/{name}?pgbouncer=true&sslmode=prefer&connect_timeout=15"
        environment = {"BOT_TOKEN": TOKEN, "DATABASE_URL": url, "TELEGRAM_API_URL": api.url}
        first, second = (
            Replica(environment | {"HTTP_PORT": str(one)}, str(tmp_path)) for one in http
        )
        first.start()
        await ready(http[0])
        people = await prepare(direct, telegram, PEOPLE)
        count = tap(telegram, people)
        second.start()
        await ready(http[1])
        count += tap(telegram, people)
        await all_sent(direct)
        if mode is Pooling.TRANSACTION:
            await first.end(signal.SIGKILL)
            count += tap(telegram, people)
            await leads(http[1], is_leader=True)
            first.start()
            await ready(http[0])
            count += tap(telegram, people)
        await telegram.settled(timeout=60)
        await all_sent(direct)
        await check_entries(direct, count)
        assert {row.status for row in await rows(direct, Delivery)} == {DeliveryStatus.SENT}
        assert received(people, telegram, "☕") == {person.id: 1 for person in people}
        assert await rows(direct, FailedUpdate) == []
        assert [await one.end(signal.SIGTERM) for one in (second, first)] == [0, 0]
        await commands_through(normalized(url), direct, tmp_path, mode)
    await server.drop_database(name)


async def commands_through(url: str, direct: str, folder: Path, mode: Pooling) -> None:
    """What commands do through a pooler: check finds it, dumps need sessions, a restore refuses."""
    assert [await pooling_of(one) for one in (url, direct)] == [mode, Pooling.NONE]
    assert "at the newest revision" in await check_schema(url)
    settings = settings_of(url, backup_dir=folder)
    if mode is Pooling.TRANSACTION:
        for work in (backup(settings, folder / "dump"), refuse_pooler_for_backups(settings)):
            with pytest.raises(ConfigError) as caught:
                await work
            assert NO_DUMPS in str(caught.value)
        await backup(settings_of(direct), folder / "dump")
    else:
        await refuse_pooler_for_backups(settings)
        await backup(settings, folder / "dump")
    with pytest.raises(ConfigError, match=r"^DATABASE_URL: leads to a pooler"):
        await restore(settings, folder / "dump", NOW)
