"""A bot that is open to everybody, for the tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.harness import Harness
from tests.support.private import OPEN
from tests.support.shared_bot import SharedBot


@pytest.fixture(scope="module")
async def shared_open_bot(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SharedBot]:
    """A running bot that everybody may use."""
    bot = SharedBot(sqlite_template, tmp_path_factory.mktemp("open-bot"), OPEN)
    yield bot
    await bot.stop()


@pytest.fixture
async def open_bot(
    request: pytest.FixtureRequest, shared_open_bot: SharedBot
) -> AsyncIterator[Harness]:
    """A bot that everybody may use, as it is after a start."""
    failed = request.session.testsfailed
    yield await shared_open_bot.lend()
    await shared_open_bot.take_back(is_reusable=request.session.testsfailed == failed)
