"""Messages that the bot sends, and those that are refused."""

from typing import Any

import pytest

from bot.sandbox.models import NotPossibleError, Person
from tests.sandbox.conftest import Wire
from tests.sandbox.content import GO, inline

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
async def test_writing_to_people_who_cannot_be_reached(
    wire: Wire, ann: Person, trouble: Any, answer: tuple[int, str]
) -> None:
    ann.trouble = trouble
    assert await wire.refusal("sendMessage", chat_id=ann.id, text="hi") == answer
    ann.trouble = None
    await wire.result("sendMessage", chat_id=ann.id, text="hi")


async def test_blocking_sends_an_update_and_refuses_messages(wire: Wire, ann: Person) -> None:
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


async def test_form_query_json_and_multipart_are_equal(wire: Wire, ann: Person) -> None:
    root = f"/bot{wire.telegram.token}/sendMessage"
    given = {"chat_id": str(ann.id), "text": "ä & b = 😀"}
    await wire.client.get(root, params=given)
    await wire.client.post(root, data=given)
    await wire.client.post(root, json=given)
    await wire.client.post(root, files={name: (None, value) for name, value in given.items()})
    assert [m.text for m in wire.telegram.chat(ann)[1:]] == ["ä & b = 😀"] * 4
