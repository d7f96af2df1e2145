"""Groups and channels: one polite line, once, and nothing of anybody's diary."""

from typing import Any

import pytest

from bot.database.models import Cramp, User
from tests.support.harness import Harness

GROUP = -1_001_234_567_890
LINE = "A diary is private, so please talk to me in a private chat: "


def group(harness: Harness) -> Any:
    """A group that the bot may write to."""
    made = harness.telegram.add_person("The walking group", user_id=GROUP)
    harness.telegram.chats[GROUP].started = True
    return made


def chat(kind: str = "supergroup") -> dict[str, Any]:
    return {"id": GROUP, "type": kind, "title": "The walking group"}


async def taken_in(
    harness: Harness, status: str = "member", kind: str = "supergroup", number: int = 5
) -> None:
    user = {"id": 5_000_000_777, "is_bot": False, "first_name": "Bea", "language_code": "en"}
    member: dict[str, Any] = {"user": harness.telegram.bot_user}
    harness.telegram.inject(
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
    await harness.settled()


async def commands(harness: Harness, text: str) -> None:
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
    harness.telegram.inject({"message": message | {"text": text, "entities": entities}})
    await harness.settled()


async def test_it_says_once_where_it_is_at_home(harness: Harness) -> None:
    there = group(harness)
    await taken_in(harness)
    await taken_in(harness, number=6)
    for text in ("/cramp", "/start@calmcalf_sandbox_bot", "/delete"):
        await commands(harness, text)
    await harness.restart()
    await commands(harness, "/cramp")
    said = harness.telegram.chat(there)
    assert [message.words for message in said] == [f"{LINE}https://t.me/calmcalf_sandbox_bot"]
    assert said[0].silent
    assert await harness.rows(Cramp) == []
    assert await harness.rows(User) == []


async def test_a_command_is_enough_where_nobody_saw_it_come(harness: Harness) -> None:
    there = group(harness)
    await commands(harness, "/help")
    assert len(harness.telegram.chat(there)) == 1


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_where_it_is_not_it_says_nothing(harness: Harness, status: str) -> None:
    there = group(harness)
    await taken_in(harness, status)
    await commands(harness, "hello there")
    assert harness.telegram.chat(there) == []


async def test_a_private_bot_answers_its_own_people_only(harness: Harness) -> None:
    there = group(harness)
    harness.settings = harness.settings.model_copy(update={"allowed_user_ids": frozenset({1})})
    await harness.restart()
    await taken_in(harness)
    await commands(harness, "/cramp")
    assert harness.telegram.chat(there) == []
