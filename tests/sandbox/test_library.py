"""python-telegram-bot against the sandbox: every method that this bot uses."""

import io
from collections.abc import Awaitable, Callable

import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    MenuButtonCommands,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ChatAction, ChatType, ParseMode, ReactionEmoji
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.sandbox.faults import Kind
from bot.sandbox.models import Person
from bot.sandbox.server import RunningServer
from bot.sandbox.telegram import Telegram

ROWS = InlineKeyboardMarkup([[InlineKeyboardButton("Done", callback_data="done", style="success")]])


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return out.getvalue()


async def test_a_conversation(bot: Bot, telegram: Telegram, ann: Person) -> None:
    assert bot.username == "calmcalf_sandbox_bot"
    telegram.say(ann, "/cramp now")
    (update,) = await bot.get_updates(timeout=5, allowed_updates=["message", "callback_query"])
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert (message.chat.type, message.from_user.id) == (ChatType.PRIVATE, ann.id)
    assert message.parse_entities() == {message.entities[0]: "/cramp"}

    sent = await bot.send_message(
        ann.id,
        "<b>Logged</b> 😀 <i>sleep well</i>",
        parse_mode=ParseMode.HTML,
        reply_markup=ROWS,
        disable_notification=True,
        reply_parameters=ReplyParameters(message.message_id),
    )
    assert list(sent.parse_entities().values()) == ["Logged", "sleep well"]
    assert sent.reply_to_message is not None
    assert telegram.last(ann).silent
    assert telegram.last(ann).inline[0][0]["style"] == "success"

    tap = telegram.tap(ann, sent.message_id, "Done")
    *_, update = await bot.get_updates(offset=update.update_id + 1)
    assert update.callback_query is not None
    assert update.callback_query.data == "done"
    assert await bot.answer_callback_query(update.callback_query.id, "Good", show_alert=True)
    assert tap.answer == {"text": "Good", "show_alert": True}
    await bot.edit_message_text("Done", ann.id, sent.message_id)
    await bot.edit_message_reply_markup(ann.id, sent.message_id, reply_markup=ROWS)
    assert await bot.set_message_reaction(ann.id, message.message_id, ReactionEmoji.THUMBS_UP)
    assert telegram.message(ann, message.message_id).reaction == "👍"
    assert await bot.delete_message(ann.id, sent.message_id)
    assert await bot.get_updates(offset=update.update_id + 1) == ()


async def test_pictures_files_and_places(bot: Bot, telegram: Telegram, ann: Person) -> None:
    sent = await bot.send_photo(ann.id, picture(), caption="<b>x</b>", parse_mode=ParseMode.HTML)
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    await bot.edit_message_caption(ann.id, sent.message_id, caption="y", reply_markup=ROWS)
    await bot.edit_message_media(
        InputMediaPhoto(picture(), caption="z"), ann.id, sent.message_id, reply_markup=ROWS
    )
    assert telegram.last(ann).caption == "z"
    assert telegram.last(ann).buttons == ["Done"]
    file = await bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture()
    again = await bot.send_photo(ann.id, sent.photo[-1].file_id)
    assert again.photo[-1].file_id == sent.photo[-1].file_id
    document = await bot.send_document(ann.id, b"a;b", filename="diary.csv")
    assert document.document is not None
    assert document.document.file_name == "diary.csv"
    place = await bot.send_location(ann.id, 1.5, 2.5)
    assert place.location is not None
    assert place.location.latitude == 1.5
    telegram.send_location(ann)
    telegram.send_sticker(ann)
    telegram.send_voice(ann)
    telegram.send_photo(ann, picture())
    telegram.forward(ann, "elsewhere")
    updates = await bot.get_updates()
    assert [bool(update.message) for update in updates] == [True] * 5


async def test_keyboards(bot: Bot, telegram: Telegram, ann: Person) -> None:
    keyboard = ReplyKeyboardMarkup(
        [["Log cramp"], [KeyboardButton("Here", request_location=True)]],
        resize_keyboard=True,
        is_persistent=True,
        input_field_placeholder="Tap",
    )
    await bot.send_message(ann.id, "menu", reply_markup=keyboard)
    assert telegram.keyboard(ann) == [["Log cramp"], ["Here"]]
    await bot.send_message(ann.id, "menu", reply_markup=ReplyKeyboardRemove())
    assert telegram.keyboard(ann) == []
    assert await bot.send_chat_action(ann.id, ChatAction.TYPING)
    assert telegram.chats[ann.id].typing_until > 0


async def test_the_profile(bot: Bot, ann: Person) -> None:
    commands = [BotCommand("start", "Begin"), BotCommand("cramp", "Log one")]
    await bot.set_my_commands(commands)
    await bot.set_my_commands(commands[:1], BotCommandScopeAllPrivateChats(), "de")
    assert list(await bot.get_my_commands()) == commands
    scope = BotCommandScopeAllPrivateChats()
    assert len(await bot.get_my_commands(scope, "de")) == 1
    await bot.delete_my_commands(scope, "de")
    assert await bot.get_my_commands(scope, "de") == ()
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Bad-Name", "x")])
    await bot.set_my_name("Calm")
    await bot.set_my_description("long")
    await bot.set_my_short_description("kurz", "de")
    assert (await bot.get_my_name()).name == "Calm"
    assert (await bot.get_my_description()).description == "long"
    assert (await bot.get_my_short_description("de")).short_description == "kurz"
    with pytest.raises(BadRequest):
        await bot.set_my_short_description("x" * 121)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button()).type == "commands"
    assert (await bot.get_chat(ann.id)).first_name == "Ann"
    await bot.set_webhook("http://127.0.0.1:9/x", secret_token="abc", max_connections=5)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("http://127.0.0.1:9/x", 5)
    await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.log_out()


async def test_errors_have_the_classes_of_the_library(
    bot: Bot, telegram: Telegram, server: RunningServer, ann: Person
) -> None:
    telegram.block(ann)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ann.id, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "x")
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query("1")
    with pytest.raises(InvalidToken):
        async with Bot("2:other", f"{server.url}/bot"):
            pass


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("server_error", NetworkError),
        ("garbage", TelegramError),
        ("drop_before", NetworkError),
        ("drop_after", NetworkError),
    ],
)
async def test_faults_as_the_library_reports_them(
    bot: Bot, telegram: Telegram, ann: Person, kind: Kind, expected: type[TelegramError]
) -> None:
    telegram.faults.set(kind, times=1)
    send: Callable[[], Awaitable[object]] = lambda: bot.send_message(ann.id, kind)  # noqa: E731
    with pytest.raises(expected):
        await send()
    await telegram.settled()
    assert [m.text for m in telegram.messages_from_bot()] == (
        [kind] if kind == "drop_after" else []
    )
    await send()
    assert telegram.last(ann).text == kind
