"""The whole bot, of which no update may fail."""

from collections.abc import AsyncIterator

import pytest

from bot.database.models import FailedUpdate
from tests.support.harness import World


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """The real bot; at the end nothing that came in has been set aside as a failure."""
    async with World.open(sqlite_url) as world:
        yield world
        assert await world.rows(FailedUpdate) == []
