"""The bot in the sandbox, with a check that no update failed."""

from collections.abc import AsyncIterator

import pytest

from bot.database.models import FailedUpdate
from tests.support.harness import Harness


@pytest.fixture
async def harness(harness: Harness) -> AsyncIterator[Harness]:
    """Yield the bot in the sandbox; afterwards no update may be stored as failed."""
    yield harness
    assert await harness.rows(FailedUpdate) == []
