"""The rate limit of sending, measured with wide margins."""

import asyncio
import time
from datetime import timedelta

import pytest

from bot.database.engine import Database
from bot.dispatch.pace import LocalPace, Pace, SharedPace, prepare_pace


@pytest.fixture
async def pace(database: Database) -> Pace:
    return await prepare_pace(database, 50)


async def turns(pace: Pace, number: int) -> list[float]:
    start = time.monotonic()
    taken = []

    async def one() -> None:
        await pace.turn()
        taken.append(time.monotonic() - start)

    await asyncio.gather(*(one() for _ in range(number)))
    return sorted(taken)


async def test_even_spacing(pace: Pace) -> None:
    taken = await turns(pace, 26)
    assert taken[-1] - taken[0] >= 25 / 50 - 0.05


async def test_the_kind_that_fits_the_database(database: Database, pace: Pace) -> None:
    assert isinstance(pace, LocalPace if database.is_sqlite else SharedPace)


async def test_a_pause_stops_everyone_even_those_who_wait(pace: Pace) -> None:
    start = time.monotonic()
    waiting = asyncio.gather(*(pace.turn() for _ in range(20)))
    await asyncio.sleep(0.05)
    await pace.pause(timedelta(seconds=0.6))
    await waiting
    assert time.monotonic() - start >= 0.6


async def test_replicas_share_one_pace(postgres_url: str) -> None:
    databases = [Database(postgres_url) for _ in range(3)]
    replicas = [await prepare_pace(database, 50) for database in databases]
    start = time.monotonic()
    await asyncio.gather(*(turns(replica, 15) for replica in replicas))
    assert time.monotonic() - start >= 45 / 50 - 0.1
    for database in databases:
        await database.close()
