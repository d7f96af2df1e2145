"""An admin of the shared bot, and many people who are set up."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from bot.database.models import SetupStep, User
from tests.support.harness import Harness, Someone

AddPeople = Callable[..., Awaitable[list[Someone]]]


@pytest.fixture
async def admin(harness: Harness) -> AsyncIterator[Someone]:
    """Somebody whom ``ADMIN_USER_IDS`` names."""
    someone = await harness.set_up_person("Olga")
    settings = vars(harness.settings)
    settings["admin_user_ids"] = frozenset({someone.id})
    yield someone
    settings["admin_user_ids"] = frozenset()


@pytest.fixture
def add_people(harness: Harness) -> AddPeople:
    """Adds people who have a chat with the bot and have answered all its first questions."""

    async def add(count: int, **values: Any) -> list[Someone]:
        people = []
        async with harness.database.transaction() as session:
            for number in range(count):
                person = harness.telegram.add_person(f"P{number}")
                harness.telegram.chats[person.id].started = True
                fields: dict[str, Any] = {
                    "setup_step": SetupStep.DONE,
                    "time_zone": "Europe/Berlin",
                    **values,
                }
                session.add(User(id=person.id, created_at=harness.clock.now(), **fields))
                people.append(Someone(harness, person))
        return people

    return add
