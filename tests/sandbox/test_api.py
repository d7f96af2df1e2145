"""What the Bot API refuses and does, over real HTTP."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import ShiftedClock
from bot.sandbox.bot_api.http import MAX_LONG_POLL_SECONDS
from bot.sandbox.bot_api.uploads import picture_size
from bot.sandbox.faults import Kind
from bot.sandbox.models import ApiError, NotPossibleError, Person
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import Telegram
from tests.sandbox.conftest import Wire


def picture(width: int = 20, height: int = 10, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


GO = {"text": "Go", "callback_data": "go"}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("no text", {}, "message text is empty"),
    ("spaces only", {"text": " \n "}, "text must be non-empty"),
    ("only markup", {"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ("4,097 letters", {"text": "x" * 4097}, "message is too long"),
    ("2,049 emoji are 4,098 units", {"text": "😀" * 2049}, "message is too long"),
    (
        "unknown tag",
        {"text": "a <x>", "parse_mode": "HTML"},
        'can\'t parse entities: Unsupported start tag "x" at byte offset 2',
    ),
    (
        "a bare less-than sign",
        {"text": "é < 3", "parse_mode": "HTML"},
        'can\'t parse entities: Unsupported start tag "" at byte offset 3',
    ),
    ("unknown mode", {"text": "x", "parse_mode": "BB"}, "unsupported parse_mode"),
    ("markup is no object", {"text": "x", "reply_markup": []}, "object expected as reply markup"),
    (
        "markup is no JSON",
        {"text": "x", "reply_markup": "{"},
        "can't parse reply keyboard markup JSON object",
    ),
    (
        "rows are no rows",
        {"text": "x", "reply_markup": {"inline_keyboard": [GO]}},
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ),
    (
        "65 bytes of data",
        {"text": "x", "reply_markup": inline({"text": "Go", "callback_data": "x" * 65})},
        "BUTTON_DATA_INVALID",
    ),
    (
        "33 two-byte letters of data",
        {"text": "x", "reply_markup": inline({"text": "Go", "callback_data": "ä" * 33})},
        "BUTTON_DATA_INVALID",
    ),
    (
        "empty data",
        {"text": "x", "reply_markup": inline({"text": "Go", "callback_data": ""})},
        "BUTTON_DATA_INVALID",
    ),
    (
        "a button that does nothing",
        {"text": "x", "reply_markup": inline({"text": "Go"})},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "a button without label",
        {"text": "x", "reply_markup": inline({"callback_data": "go"})},
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    (
        "an unknown style",
        {"text": "x", "reply_markup": inline(GO | {"style": "loud"})},
        "can't parse inline keyboard button: invalid button style specified",
    ),
    (
        "nine buttons in a row",
        {"text": "x", "reply_markup": {"inline_keyboard": [[GO] * 9]}},
        "reply markup is too long",
    ),
    (
        "101 buttons",
        {"text": "x", "reply_markup": {"inline_keyboard": [[GO]] * 101}},
        "reply markup is too long",
    ),
    (
        "empty text to copy",
        {"text": "x", "reply_markup": inline({"text": "Copy", "copy_text": {"text": ""}})},
        "BUTTON_COPY_TEXT_INVALID",
    ),
    (
        "a long placeholder",
        {
            "text": "x",
            "reply_markup": {"keyboard": [["a"]], "input_field_placeholder": "x" * 65},
        },
        "REPLY_MARKUP_PLACEHOLDER_INVALID",
    ),
    (
        "reply to nothing",
        {"text": "x", "reply_parameters": {"message_id": 999}},
        "message to be replied not found",
    ),
]


@pytest.mark.parametrize(("params", "words"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
async def test_messages_that_are_refused(
    wire: Wire, ann: Person, params: dict[str, Any], words: str
) -> None:
    before = len(wire.telegram.chat(ann))
    assert await wire.refusal("sendMessage", chat_id=ann.id, **params) == (
        400,
        f"Bad Request: {words}",
    )
    assert len(wire.telegram.chat(ann)) == before
    assert wire.telegram.calls[-1].error == f"Bad Request: {words}"


@pytest.mark.parametrize(
    "params",
    [
        {"text": "x" * 4096},
        {"text": "😀" * 2048},
        {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"},
        {"text": "x", "reply_markup": inline({"text": "Go", "callback_data": "ä" * 32})},
        {
            "text": "x",
            "reply_markup": inline(
                GO | {"style": "primary"}, {"text": "c", "copy_text": {"text": "x"}}
            ),
        },
        {"text": "x", "reply_markup": {"inline_keyboard": [[GO] * 8] * 12}},
        {"text": "x", "reply_markup": {"inline_keyboard": []}},
        {"text": "x", "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True}},
    ],
)
async def test_messages_at_the_limit(wire: Wire, ann: Person, params: dict[str, Any]) -> None:
    sent = await wire.result("sendMessage", chat_id=ann.id, **params)
    assert wire.telegram.last(ann).id == sent["message_id"]


async def test_a_bot_cannot_write_first(wire: Wire) -> None:
    stranger = wire.telegram.add_person("Stranger")
    refused = (400, "Bad Request: chat not found")
    assert await wire.refusal("sendMessage", chat_id=stranger.id, text="hi") == refused
    assert await wire.refusal("sendMessage", chat_id=77, text="hi") == refused
    assert await wire.refusal("sendMessage", text="hi") == (400, "Bad Request: chat_id is empty")
    wire.telegram.say(stranger, "hello")
    await wire.result("sendMessage", chat_id=stranger.id, text="hi")


@pytest.mark.parametrize(
    ("trouble", "answer"),
    [
        ("blocked", (403, "Forbidden: bot was blocked by the user")),
        ("deactivated", (403, "Forbidden: user is deactivated")),
        ("not_found", (400, "Bad Request: chat not found")),
    ],
)
async def test_people_who_are_gone(
    wire: Wire, ann: Person, trouble: Any, answer: tuple[int, str]
) -> None:
    ann.trouble = trouble
    assert await wire.refusal("sendMessage", chat_id=ann.id, text="hi") == answer
    ann.trouble = None
    await wire.result("sendMessage", chat_id=ann.id, text="hi")


async def test_blocking_tells_the_bot_and_refuses_it(wire: Wire, ann: Person) -> None:
    wire.telegram.block(ann)
    assert (await wire.refusal("sendMessage", chat_id=ann.id, text="hi"))[0] == 403
    with pytest.raises(NotPossibleError):
        wire.telegram.say(ann, "hello?")
    wire.telegram.unblock(ann)
    await wire.result("sendMessage", chat_id=ann.id, text="hi")
    changes = [u["my_chat_member"] for u in await wire.result("getUpdates")]
    assert [c["new_chat_member"]["status"] for c in changes] == ["kicked", "member"]
    assert [c["old_chat_member"]["status"] for c in changes] == ["member", "kicked"]


async def test_tokens_and_methods(wire: Wire) -> None:
    assert (await wire.client.get("/bot1:wrong/getMe")).status_code == 401
    assert (await wire.client.get("/botnonsense/getMe")).status_code == 404
    assert await wire.refusal("sendLove") == (404, "Not Found: method not found")
    me = (await wire.client.get(f"/bot{wire.telegram.token}/GETME")).json()
    assert me["result"]["is_bot"] is True


async def test_form_query_json_and_multipart_say_the_same(wire: Wire, ann: Person) -> None:
    root = f"/bot{wire.telegram.token}/sendMessage"
    given = {"chat_id": str(ann.id), "text": "ä & b = 😀"}
    await wire.client.get(root, params=given)
    await wire.client.post(root, data=given)
    await wire.client.post(root, json=given)
    await wire.client.post(root, files={name: (None, value) for name, value in given.items()})
    assert [m.text for m in wire.telegram.chat(ann)[1:]] == ["ä & b = 😀"] * 4


# Edits --------------------------------------------------------------------------------------------


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


# Updates ------------------------------------------------------------------------------------------


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


async def test_a_hundred_at_most(wire: Wire, ann: Person) -> None:
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


async def test_a_poller_that_goes_away_takes_nothing_with_it(wire: Wire, ann: Person) -> None:
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


async def test_strange_updates_pass_every_filter(wire: Wire) -> None:
    await wire.result("getUpdates", allowed_updates=["message"])
    wire.telegram.inject({"quantum_message": {"spin": 1}})
    wire.telegram.inject({"message": None})
    assert [set(u) for u in await wire.result("getUpdates")] == [
        {"update_id", "quantum_message"},
        {"update_id", "message"},
    ]


async def test_settled_says_what_is_pending(wire: Wire, ann: Person) -> None:
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


# Webhook ------------------------------------------------------------------------------------------


class Hook:
    """A bot's webhook, with answers to give in turn."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.seen: list[tuple[str, dict[str, Any]]] = []

    async def take(self, request: Request) -> Response:
        body = await request.json()
        self.seen.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], body))
        status = self.answers.pop(0) if self.answers else 200
        return Response(status_code=status)

    async def serve(self) -> RunningServer:
        return await serve(Starlette(routes=[Route("/hook", self.take, methods=["POST"])]))


async def test_webhook_retries_in_order_until_it_is_taken(wire: Wire, ann: Person) -> None:
    hook = Hook(503, 500, 200)
    wire.telegram.webhook_first_retry_seconds = 0.01
    receiver = await hook.serve()
    await wire.result("setWebhook", url=f"{receiver.url}/hook", secret_token="s-1_x")
    wire.telegram.say(ann, "one")
    wire.telegram.say(ann, "two")
    await wire.result("setWebhook", url=f"{receiver.url}/hook", secret_token="s-1_x")
    await wire.telegram.settled()
    texts = [update["message"]["text"] for _, update in hook.seen]
    assert texts == ["one", "one", "one", "two"]
    assert {secret for secret, _ in hook.seen} == {"s-1_x"}
    info = await wire.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    assert info["pending_update_count"] == 0
    answer = await wire.refusal("getUpdates")
    assert answer[0] == 409
    assert "while webhook is active" in answer[1]
    await wire.result("deleteWebhook")
    assert (await wire.result("getWebhookInfo"))["url"] == ""
    assert await wire.result("getUpdates") == []
    await receiver.close()


async def test_webhook_with_one_connection_gets_the_updates_of_everybody(
    wire: Wire, ann: Person
) -> None:
    hook = Hook()
    receiver = await hook.serve()
    url = f"{receiver.url}/hook"
    await wire.result("setWebhook", url=url, secret_token="s", max_connections=1)
    bob = wire.telegram.add_person("Bob")
    for person in (ann, bob, ann, bob):
        wire.telegram.say(person, person.first_name)
    await wire.telegram.settled()
    texts = [update["message"]["text"] for _, update in hook.seen]
    assert sorted(texts) == ["Ann", "Ann", "Bob", "Bob"]
    await receiver.close()


async def test_update_stays_while_nobody_serves_the_webhook(
    wire: Wire, ann: Person, unused_tcp_port: int
) -> None:
    await wire.result("setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/hook")
    wire.telegram.say(ann, "one")
    webhook = wire.telegram.webhook
    assert webhook is not None
    await wire.telegram.wait_for(lambda: webhook.last_error is not None)
    info = await wire.result("getWebhookInfo")
    assert info["last_error_message"] == "Connection failed: ClientConnectorError"
    assert info["pending_update_count"] == 1


async def test_setting_a_webhook_ends_a_long_poll(wire: Wire) -> None:
    poll = asyncio.create_task(wire.call("getUpdates", timeout=MAX_LONG_POLL_SECONDS))
    await wire.telegram.wait_for(lambda: wire.telegram.polling)
    await wire.result("setWebhook", url="http://127.0.0.1:1/hook")
    async with asyncio.timeout(MAX_LONG_POLL_SECONDS / 2):
        description = (await poll).json()["description"]
    assert description == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "http://example.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "nonsense"}, "invalid webhook URL specified"),
        (
            {"url": "http://127.0.0.1/", "secret_token": "no spaces"},
            "secret token contains unallowed characters",
        ),
        ({"url": "http://127.0.0.1/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks_that_are_refused(wire: Wire, params: dict[str, str], words: str) -> None:
    assert await wire.refusal("setWebhook", **params) == (400, f"Bad Request: {words}")


# Trouble ------------------------------------------------------------------------------------------


async def test_too_many_requests(wire: Wire, ann: Person) -> None:
    wire.telegram.faults.set("too_many_requests", times=1, retry_after=7)
    response = await wire.call("sendMessage", chat_id=ann.id, text="x")
    assert response.status_code == 429
    assert response.json()["parameters"] == {"retry_after": 7}
    assert response.json()["description"] == "Too Many Requests: retry after 7"
    wire.telegram.faults.set("too_many_requests", times=1, retry_after=None)
    assert "parameters" not in (await wire.call("sendMessage", chat_id=ann.id, text="x")).json()
    await wire.result("sendMessage", chat_id=ann.id, text="x")


async def test_server_error_and_garbage(wire: Wire, ann: Person) -> None:
    wire.telegram.faults.set("server_error", times=1)
    response = await wire.call("sendMessage", chat_id=ann.id, text="x")
    assert response.status_code == 500
    wire.telegram.faults.set("garbage", times=1)
    response = await wire.call("sendMessage", chat_id=ann.id, text="x")
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert len(wire.telegram.chat(ann)) == 1


@pytest.mark.parametrize(("kind", "arrived"), [("drop_before", 0), ("drop_after", 1)])
async def test_dropped_connections_are_really_dropped(
    wire: Wire, ann: Person, kind: Kind, arrived: int
) -> None:
    wire.telegram.faults.set(kind, method="sendMessage", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await wire.call("sendMessage", chat_id=ann.id, text="x")
    await wire.telegram.settled()
    assert len(wire.telegram.chat(ann)) == 1 + arrived
    await wire.result("sendMessage", chat_id=ann.id, text="y")
    await wire.telegram.settled()


async def test_slow_and_hanging_answers(wire: Wire, ann: Person) -> None:
    wire.telegram.faults.set("slow", times=1, seconds=0.05)
    await wire.result("sendMessage", chat_id=ann.id, text="late")
    fault = wire.telegram.faults.set("hang")
    hanging = asyncio.create_task(wire.call("sendMessage", chat_id=ann.id, text="never"))
    await wire.telegram.wait_for(lambda: bool(wire.telegram.calls_of("sendMessage")[1:]))
    with pytest.raises(TimeoutError, match="requests in progress: sendMessage"):
        await wire.telegram.settled(0.05)
    assert wire.telegram.faults.active == [fault]
    wire.telegram.faults.clear("hang")
    with pytest.raises(httpx.RemoteProtocolError):
        await hanging
    assert wire.telegram.last(ann).text == "late"


async def test_trouble_for_one_method_or_one_chat(wire: Wire, ann: Person) -> None:
    ben = wire.telegram.add_person("Ben")
    wire.telegram.say(ben, "/start")
    wire.telegram.faults.set("server_error", chat_id=ben.id)
    await wire.result("sendMessage", chat_id=ann.id, text="x")
    assert (await wire.call("sendMessage", chat_id=ben.id, text="x")).status_code == 500
    wire.telegram.faults.clear()
    wire.telegram.faults.set("server_error", method="sendMessage")
    await wire.result("getMe")
    assert (await wire.call("sendMessage", chat_id=ann.id, text="x")).status_code == 500
    wire.telegram.faults.clear()
    wire.telegram.faults.set("server_error")
    await wire.result("getUpdates")
    wire.telegram.faults.clear()
    wire.telegram.faults.set("server_error", method="*")
    assert (await wire.call("getUpdates")).status_code == 500
    with pytest.raises(ValueError, match="no such fault"):
        wire.telegram.faults.set("meteor")  # type: ignore[arg-type]


async def test_the_server_is_local_and_closes_at_once(telegram: Telegram) -> None:
    with pytest.raises(ValueError, match="this computer only"):
        await serve(create_app(telegram), "192.0.2.1")
    server = await serve(create_app(telegram))
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        poll = asyncio.create_task(
            client.post(f"/bot{telegram.token}/getUpdates", json={"timeout": MAX_LONG_POLL_SECONDS})
        )
        await telegram.wait_for(lambda: telegram.polling)
        async with asyncio.timeout(MAX_LONG_POLL_SECONDS / 2):
            await server.close()
            assert (await poll).json()["result"] == []


def test_refusals_carry_code_and_words() -> None:
    error = ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1})
    assert (error.code, str(error)) == (429, "Too Many Requests: retry after 1")
