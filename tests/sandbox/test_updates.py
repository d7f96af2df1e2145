"""getUpdates: long polling, confirmation and kinds of update."""

import asyncio

import pytest

from bot.sandbox.bot_api.http import MAX_LONG_POLL_SECONDS
from bot.sandbox.models import Person
from bot.sandbox.telegram import Telegram
from tests.sandbox.conftest import Wire
from tests.sandbox.content import picture


async def test_only_a_higher_offset_confirms(wire: Wire, ann: Person) -> None:
    for n in range(3):
        wire.telegram.say(ann, str(n))
    first = await wire.result("getUpdates", limit=2)
    assert [u["message"]["text"] for u in first] == ["0", "1"]
    again = await wire.result("getUpdates", offset=first[0]["update_id"])
    assert [u["message"]["text"] for u in again] == ["0", "1", "2"]
    rest = await wire.result("getUpdates", offset=first[1]["update_id"] + 1)
    assert [u["message"]["text"] for u in rest] == ["2"]
    assert await wire.result("getUpdates", offset=first[1]["update_id"]) == rest
    wire.telegram.say(ann, "3")
    last = await wire.result("getUpdates", offset=-1)
    assert [u["message"]["text"] for u in last] == ["3"]
    assert await wire.result("getUpdates", offset=last[0]["update_id"] + 1) == []
    await wire.telegram.settled()


async def test_a_long_poll_wakes_at_once(wire: Wire, ann: Person) -> None:
    poll = asyncio.create_task(wire.result("getUpdates", timeout=MAX_LONG_POLL_SECONDS))
    await wire.telegram.wait_for(lambda: wire.telegram.polling)
    wire.telegram.say(ann, "now")
    async with asyncio.timeout(MAX_LONG_POLL_SECONDS / 2):
        assert [u["message"]["text"] for u in await poll] == ["now"]


async def test_getupdates_returns_a_hundred_at_most(wire: Wire, ann: Person) -> None:
    for n in range(120):
        wire.telegram.say(ann, str(n))
    assert len(await wire.result("getUpdates", limit=500)) == 100


async def test_a_second_poller_ends_the_first(wire: Wire, ann: Person) -> None:
    first = asyncio.create_task(wire.call("getUpdates", timeout=MAX_LONG_POLL_SECONDS))
    await wire.telegram.wait_for(lambda: wire.telegram.polling)
    second = asyncio.create_task(wire.call("getUpdates", timeout=MAX_LONG_POLL_SECONDS))
    async with asyncio.timeout(MAX_LONG_POLL_SECONDS / 2):
        answer = (await first).json()
    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
    wire.telegram.say(ann, "hi")
    async with asyncio.timeout(MAX_LONG_POLL_SECONDS / 2):
        assert len((await second).json()["result"]) == 1


async def test_a_poller_that_disconnects_confirms_nothing(wire: Wire, ann: Person) -> None:
    poll = asyncio.create_task(wire.call("getUpdates", timeout=MAX_LONG_POLL_SECONDS))
    await wire.telegram.wait_for(lambda: wire.telegram.polling)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    wire.telegram.say(ann, "hi")
    assert len(await wire.result("getUpdates", timeout=2)) == 1


async def test_allowed_updates_count_from_now_on(wire: Wire, ann: Person) -> None:
    message = wire.telegram.say(ann, "old")
    assert len(await wire.result("getUpdates", allowed_updates=["message"])) == 1
    wire.telegram.edit(ann, message.id, "new")
    wire.telegram.block(ann)
    assert len(await wire.result("getUpdates")) == 1
    await wire.result("getUpdates", allowed_updates=[])
    wire.telegram.unblock(ann)
    kinds = [set(u) - {"update_id"} for u in await wire.result("getUpdates")]
    assert kinds == [{"message"}, {"my_chat_member"}]


async def test_injected_updates_pass_every_filter(wire: Wire) -> None:
    await wire.result("getUpdates", allowed_updates=["message"])
    wire.telegram.inject({"quantum_message": {"spin": 1}})
    wire.telegram.inject({"message": None})
    assert [set(u) for u in await wire.result("getUpdates")] == [
        {"update_id", "quantum_message"},
        {"update_id", "message"},
    ]


async def test_settled_names_what_is_pending(wire: Wire, ann: Person) -> None:
    wire.telegram.say(ann, "hi")
    with pytest.raises(TimeoutError, match=r"unconfirmed updates: \d+ message"):
        await wire.telegram.settled(0.01)
    wire.telegram.updates.expire()
    await wire.telegram.settled(0.01)


async def test_everything_else_a_person_can_send(wire: Wire, ann: Person) -> None:
    own = wire.telegram.chat(ann)[0]
    wire.telegram.reply(ann, own.id, "answer")
    wire.telegram.send_sticker(ann)
    wire.telegram.send_photo(ann, picture(kind="JPEG"), "look")
    wire.telegram.send_document(ann, b"x")
    wire.telegram.send_voice(ann)
    wire.telegram.send_location(ann, 1.5, 2.5)
    wire.telegram.forward(ann, "from elsewhere")
    updates = [u["message"] for u in await wire.result("getUpdates")]
    assert updates[0]["reply_to_message"]["message_id"] == own.id
    kinds = ["sticker", "photo", "document", "voice", "location", "forward_origin"]
    for message, kind in zip(updates[1:], kinds, strict=True):
        assert message[kind]


async def test_history_is_bounded(ann: Person, telegram: Telegram) -> None:
    for n in range(2_010):
        telegram.say(ann, str(n))
    assert len(telegram.chat(ann)) == 2_000
    assert telegram.chat(ann)[0].text == "10"
