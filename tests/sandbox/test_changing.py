"""Edits, pictures, deletions, reply keyboards and answers to taps."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.clock import ShiftedClock
from bot.sandbox.models import NotPossibleError, Person
from bot.sandbox.picture_size import picture_size
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.sandbox.conftest import Wire
from tests.sandbox.content import GO, inline, picture

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)


async def test_edits(wire: Wire, ann: Person) -> None:
    sent = await wire.result("sendMessage", chat_id=ann.id, text="one", reply_markup=inline(GO))
    place = {"chat_id": ann.id, "message_id": sent["message_id"]}
    same = await wire.refusal("editMessageText", **place, text="one", reply_markup=inline(GO))
    assert same == (400, NOT_MODIFIED)
    edited = await wire.result("editMessageText", **place, text="two")
    assert edited["text"] == "two"
    assert "reply_markup" not in edited
    message = wire.telegram.last(ann)
    assert (message.text, message.edited, message.inline) == ("two", True, [])
    assert await wire.refusal("editMessageReplyMarkup", **place) == (400, NOT_MODIFIED)
    await wire.result("editMessageReplyMarkup", **place, reply_markup=inline(GO))
    assert wire.telegram.last(ann).buttons == ["Go"]
    caption = await wire.refusal("editMessageCaption", **place, caption="x")
    assert caption == (400, "Bad Request: there is no caption in the message to edit")


async def test_edits_that_telegram_refuses(wire: Wire, ann: Person) -> None:
    own = wire.telegram.chat(ann)[0].id
    keyboard = await wire.result(
        "sendMessage", chat_id=ann.id, text="menu", reply_markup={"keyboard": [["Log cramp"]]}
    )
    for number, words in [
        (own, "message can't be edited"),
        (keyboard["message_id"], "message can't be edited"),
        (4242, "message to edit not found"),
        (0, "message identifier is not specified"),
    ]:
        answer = await wire.refusal("editMessageText", chat_id=ann.id, message_id=number, text="x")
        assert answer == (400, f"Bad Request: {words}")
    answer = await wire.refusal(
        "editMessageText",
        chat_id=ann.id,
        message_id=own,
        text="x",
        reply_markup={"keyboard": [["a"]]},
    )
    assert answer == (400, "Bad Request: inline keyboard expected")


async def test_pictures(wire: Wire, ann: Person) -> None:
    root = f"/bot{wire.telegram.token}/"

    async def send(content: bytes, **fields: str) -> dict[str, Any]:
        data = {"chat_id": str(ann.id), "photo": "attach://p", **fields}
        files = {"p": ("p.png", content, "image/png")}
        answer = await wire.client.post(root + "sendPhoto", data=data, files=files)
        body: dict[str, Any] = answer.json()
        return body

    first = (await send(picture(), caption="<b>Week</b>", parse_mode="HTML"))["result"]
    assert first["caption_entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert wire.telegram.last(ann).photo_size == (20, 10)
    assert wire.telegram.last(ann).photo == picture()
    file_id = first["photo"][-1]["file_id"]
    again = await wire.result("sendPhoto", chat_id=ann.id, photo=file_id)
    assert again["photo"][-1]["file_id"] == file_id
    place = {"chat_id": ann.id, "message_id": first["message_id"]}
    answer = await wire.refusal("editMessageText", **place, text="x")
    assert answer == (400, "Bad Request: there is no text in the message to edit")
    await wire.result("editMessageCaption", **place, caption="New week")
    media = {"type": "photo", "media": "attach://new", "caption": "Other"}
    edited = await wire.client.post(
        root + "editMessageMedia",
        data={k: str(v) for k, v in place.items()} | {"media": json.dumps(media)},
        files={"new": ("n.jpg", picture(30, 40, "JPEG"), "image/jpeg")},
    )
    assert edited.json()["result"]["photo"][-1]["height"] == 40
    path = (await wire.result("getFile", file_id=file_id))["file_path"]
    assert (await wire.client.get(f"/file{root}{path}")).content == picture()

    for content, words in [
        (b"", "file must be non-empty"),
        (b"GIF89a not a picture", "IMAGE_PROCESS_FAILED"),
        (picture(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (picture(210, 10), "PHOTO_INVALID_DIMENSIONS"),
    ]:
        assert (await send(content))["description"] == f"Bad Request: {words}"
    big = await send(picture() + b"\0" * (10 * 1024 * 1024))
    assert "too big for a photo" in big["description"]
    long = await send(picture(), caption="x" * 1025)
    assert long["description"] == "Bad Request: message caption is too long"
    nothing = await wire.refusal("sendPhoto", chat_id=ann.id)
    assert nothing == (400, "Bad Request: there is no photo in the request")
    unknown = await wire.refusal("sendPhoto", chat_id=ann.id, photo="AgAC")
    assert unknown == (400, "Bad Request: wrong file identifier/HTTP URL specified")


def test_picture_sizes() -> None:
    assert picture_size(picture(33, 44)) == (33, 44)
    assert picture_size(picture(33, 44, "JPEG")) == (33, 44)
    assert picture_size(picture()[:20]) is None
    assert picture_size(picture(kind="JPEG")[:30]) is None


async def test_deleting(wire: Wire, ann: Person) -> None:
    sent = [await wire.result("sendMessage", chat_id=ann.id, text=str(n)) for n in range(3)]
    ids = [message["message_id"] for message in sent]
    await wire.result("deleteMessage", chat_id=ann.id, message_id=ids[0])
    answer = await wire.refusal("deleteMessage", chat_id=ann.id, message_id=ids[0])
    assert answer == (400, "Bad Request: message to delete not found")
    assert await wire.result("deleteMessages", chat_id=ann.id, message_ids=[*ids, 4242]) is True
    assert [m.text for m in wire.telegram.chat(ann)] == ["/start"]
    answer = await wire.refusal("deleteMessages", chat_id=ann.id, message_ids=list(range(1, 102)))
    assert answer == (400, "Bad Request: too many message identifiers specified")


async def test_old_messages_cannot_be_deleted() -> None:
    clock = ShiftedClock(datetime(2027, 1, 1, tzinfo=UTC))
    telegram = Telegram(clock)
    ann = telegram.add_person("Ann")
    message = telegram.say(ann, "hi")
    clock.advance(timedelta(hours=48, minutes=1))
    server = await serve(create_app(telegram))
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        wire = Wire(client, telegram, server)
        answer = await wire.refusal("deleteMessage", chat_id=ann.id, message_id=message.id)
    await server.close()
    assert answer == (400, "Bad Request: message can't be deleted for everyone")
    assert telegram.chat(ann) == [message]


# Taps ---------------------------------------------------------------------------------------------


async def test_taps_are_answered_once_and_not_too_late(wire: Wire, ann: Person) -> None:
    sent = await wire.result("sendMessage", chat_id=ann.id, text="?", reply_markup=inline(GO))
    tap = wire.telegram.tap(ann, sent["message_id"], "Go")
    query = (await wire.result("getUpdates"))[0]["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("go", sent["message_id"])
    assert query["from"]["id"] == ann.id > 2**32
    await wire.result("answerCallbackQuery", callback_query_id=query["id"], text="Done")
    assert await wire.telegram.answered(tap) == {"text": "Done", "show_alert": False}

    late = wire.telegram.tap(ann, sent["message_id"], "go")
    wire.telegram.expire_taps()
    words = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    for identity in (late.id, "12"):
        answer = await wire.refusal("answerCallbackQuery", callback_query_id=identity)
        assert answer == (400, words)
    assert not any(
        u.payload.get("callback_query", {}).get("id") == late.id
        for u in wire.telegram.updates.waiting.values()
    )
    with pytest.raises(NotPossibleError, match="no single button"):
        wire.telegram.tap(ann, sent["message_id"], "Stop")


async def test_reply_keyboard(wire: Wire, ann: Person) -> None:
    markup = {
        "keyboard": [["🌙 Log cramp"], [{"text": "Share", "request_location": True}, "This week"]],
        "is_persistent": True,
    }
    await wire.result("sendMessage", chat_id=ann.id, text="menu", reply_markup=markup)
    assert wire.telegram.keyboard(ann) == [["🌙 Log cramp"], ["Share", "This week"]]
    assert wire.telegram.press(ann, "Log cramp").text == "🌙 Log cramp"
    place = wire.telegram.press(ann, "Share")
    assert place.extra["location"] == {"latitude": 52.52, "longitude": 13.405}
    with pytest.raises(NotPossibleError, match="is shown"):
        wire.telegram.press(ann, "Nothing")
    await wire.result(
        "sendMessage", chat_id=ann.id, text="bye", reply_markup={"remove_keyboard": True}
    )
    assert wire.telegram.keyboard(ann) == []
