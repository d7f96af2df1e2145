"""The whole bot, of which no update may fail."""

from collections.abc import AsyncIterator

import pytest

from bot.database.models import FailedUpdate
from tests.support.harness import Harness


@pytest.fixture
async def harness(sqlite_url: str) -> AsyncIterator[Harness]:
    """The real bot; at the end nothing that came in has been set aside as a failure."""
    async with Harness.open(sqlite_url) as harness:
        yield harness
        assert await harness.rows(FailedUpdate) == []
