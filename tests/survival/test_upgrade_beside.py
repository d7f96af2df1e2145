"""An upgrade of PostgreSQL beside a running bot: its process steps back, and nothing is lost."""

import asyncio
import signal
from pathlib import Path

import httpx
import sqlalchemy as sa
from sqlmodel import select

from bot.database.engine import Database
from bot.database.migrate import newest_revision
from bot.database.models import Cramp, FailedUpdate
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.support.command_line import end, running
from tests.support.replica import leads
from tests.support.waiting import replied
from tests.support.what_happens import assert_said

TAPS = 5


async def change_schema(url: str, revision: str, *statements: str) -> None:
    """Do what the upgrade of another version does: change tables and the revision in one commit."""
    database = Database(url)
    async with database.transaction() as session:
        connection = await session.connection()
        for statement in statements:
            await connection.execute(sa.text(statement))
        await connection.execute(
            sa.text("UPDATE alembic_version SET version_num = :number"), {"number": revision}
        )
    await database.close()


async def test_taps_during_an_upgrade_are_handled_by_the_newer_version(
    tmp_path: Path, postgres_url: str, unused_tcp_port: int
) -> None:
    world = Telegram()
    server = await serve(create_app(world))
    ann = world.add_person("Ann")
    port = str(unused_tcp_port)
    async with running(world, server, tmp_path, DATABASE_URL=postgres_url, HTTP_PORT=port) as older:
        world.say(ann, "/cramp")
        await replied(world, ann)
        await change_schema(postgres_url, "9999", "ALTER TABLE cramps RENAME COLUMN side TO flank")
        said_before = len(world.chat(ann))
        for _ in range(TAPS):
            world.say(ann, "/cramp")
        await leads(unused_tcp_port, is_leader=False)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{unused_tcp_port}") as client:
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/healthz")).status_code == 200
        assert len(world.chat(ann)) == said_before + TAPS, "it answered, or apologized"
        older.send_signal(signal.SIGTERM)
        ended = await end(older)
    assert ended.code == 0
    assert ended.err.count("the database is at revision 9999 now") == 1
    what = "a newer version upgrades beside the running one"
    assert_said(what, ended.err.splitlines(), most=1)
    assert "Traceback" not in ended.err
    await change_schema(
        postgres_url, newest_revision(), "ALTER TABLE cramps RENAME COLUMN flank TO side"
    )
    async with running(world, server, tmp_path, DATABASE_URL=postgres_url) as newer:
        await world.settled()
        database = Database(postgres_url)
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while True:
                async with database.transaction() as session:
                    entries = (await session.exec(select(Cramp))).all()
                    failed = (
                        await session.exec(select(sa.func.count()).select_from(FailedUpdate))
                    ).one()
                if len(entries) == TAPS + 1:
                    break
                await asyncio.sleep(0.1)
        await database.close()
        assert len({one.message_id for one in entries}) == TAPS + 1
        assert failed == 0
        newer.send_signal(signal.SIGTERM)
        await end(newer)
    await server.close()
