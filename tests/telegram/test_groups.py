"""Groups and channels: one polite line, once, and nothing of anybody's diary."""

from typing import Any

import pytest

from bot.database.models import Cramp, User
from tests.support.harness import World

GROUP = -1_001_234_567_890
LINE = "A diary is private, so I am of use in a private chat only: "


def group(world: World) -> Any:
    """A group that the bot may write to."""
    made = world.telegram.add_person("The walking group", user_id=GROUP)
    world.telegram.chats[GROUP].started = True
    return made


def chat(kind: str = "supergroup") -> dict[str, Any]:
    return {"id": GROUP, "type": kind, "title": "The walking group"}


async def taken_in(
    world: World, status: str = "member", kind: str = "supergroup", number: int = 5
) -> None:
    user = {"id": 5_000_000_777, "is_bot": False, "first_name": "Bea", "language_code": "en"}
    member: dict[str, Any] = {"user": world.telegram.bot_user}
    world.telegram.inject(
        {
            "my_chat_member": {
                "chat": chat(kind),
                "from": user,
                "date": 1_800_000_000 + number,
                "old_chat_member": member | {"status": "left"},
                "new_chat_member": member | {"status": status, "until_date": 0},
            }
        }
    )
    await world.settled()


async def commands(world: World, text: str) -> None:
    user = {"id": 5_000_000_778, "is_bot": False, "first_name": "Cy", "language_code": "en"}
    word = text.split(maxsplit=1)[0]
    entity = {"type": "bot_command", "offset": 0, "length": len(word)}
    entities = [entity] if word.startswith("/") else []
    message: dict[str, Any] = {
        "message_id": 77,
        "date": 1_800_000_100,
        "chat": chat(),
        "from": user,
    }
    world.telegram.inject({"message": message | {"text": text, "entities": entities}})
    await world.settled()


async def test_it_says_once_where_it_is_at_home(world: World) -> None:
    there = group(world)
    await taken_in(world)
    await taken_in(world, number=6)
    for text in ("/cramp", "/start@calmcalf_sandbox_bot", "/delete"):
        await commands(world, text)
    await world.restart()
    await commands(world, "/cramp")
    said = world.telegram.chat(there)
    assert [message.words for message in said] == [f"{LINE}https://t.me/calmcalf_sandbox_bot"]
    assert said[0].silent
    assert await world.rows(Cramp) == []
    assert await world.rows(User) == []


async def test_a_command_is_enough_where_nobody_saw_it_come(world: World) -> None:
    there = group(world)
    await commands(world, "/help")
    assert len(world.telegram.chat(there)) == 1


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_where_it_is_not_it_says_nothing(world: World, status: str) -> None:
    there = group(world)
    await taken_in(world, status)
    await commands(world, "hello there")
    assert world.telegram.chat(there) == []


async def test_a_private_bot_answers_its_own_people_only(world: World) -> None:
    there = group(world)
    world.settings = world.settings.model_copy(update={"allowed_user_ids": frozenset({1})})
    await world.restart()
    await taken_in(world)
    await commands(world, "/cramp")
    assert world.telegram.chat(there) == []
