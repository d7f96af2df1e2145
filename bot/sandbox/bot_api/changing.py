"""Methods that change messages that were sent, and answer taps on their buttons."""

from datetime import timedelta
from typing import Any

from bot.sandbox.bot_api.keyboards import inline_keyboard
from bot.sandbox.bot_api.method_group import MethodGroup
from bot.sandbox.bot_api.params import Params, bad_request
from bot.sandbox.bot_api.text import caption, caption_of, message_text
from bot.sandbox.bot_api.uploads import received_file
from bot.sandbox.entities import utf16_length
from bot.sandbox.models import ChatState, Json, Message

DELETE_WITHIN = timedelta(hours=48)
_REACTIONS = set(
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


class Changing(MethodGroup):
    """Editing, deleting and reacting; answerCallbackQuery."""

    def do_edit_message_text(self, params: Params) -> Json:
        text, marked = message_text(params)
        inline = inline_keyboard(params)
        _, message = self._to_edit(params)
        if message.text is None:
            raise bad_request("there is no text in the message to edit")
        return self._edited(message, inline, text=text, entities=marked)

    def do_edit_message_caption(self, params: Params) -> Json:
        caption, marked = caption_of(params)
        inline = inline_keyboard(params)
        _, message = self._to_edit(params)
        if message.file is None:
            raise bad_request("there is no caption in the message to edit")
        return self._edited(message, inline, caption=caption, entities=marked)

    def do_edit_message_media(self, params: Params) -> Json:
        media = params.parsed("media", "can't parse input media JSON object")
        if not isinstance(media, dict):
            raise bad_request("object expected as InputMedia")
        kind = media.get("type")
        if kind not in ("photo", "document"):
            raise bad_request(f'type of InputMedia "{kind}" is not supported by the sandbox')
        words, marked = caption(
            str(media.get("caption") or ""),
            str(media.get("parse_mode") or ""),
            media.get("caption_entities"),
        )
        file = received_file(self.telegram, params, media.get("media"), kind)
        inline = inline_keyboard(params)
        _, message = self._to_edit(params)
        return self._edited(
            message, inline, text=None, file=file, kind=kind, caption=words, entities=marked
        )

    def do_edit_message_reply_markup(self, params: Params) -> Json:
        inline = inline_keyboard(params)
        _, message = self._to_edit(params)
        return self._edited(message, inline)

    def _to_edit(self, params: Params) -> tuple[ChatState, Message]:
        if params.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        state = self.chat_of(params)
        self.check_writable(state.person)
        message = self.message_of(state, params, "message to edit")
        if not message.from_bot or not message.editable:
            raise bad_request("message can't be edited")
        return state, message

    def _edited(self, message: Message, inline: list[list[Json]], **fields: Any) -> Json:
        same = message.inline == inline
        same = same and all(getattr(message, name) == value for name, value in fields.items())
        if same:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are"
                " exactly the same as a current content and reply markup of the message"
            )
        only_buttons = not fields
        for name, value in fields.items():
            setattr(message, name, value)
        message.inline = inline
        if not only_buttons:
            message.edited_at = self.telegram.whole_second()
        self.telegram.mark_changed(message)
        return self.telegram.as_json(message)

    def do_delete_message(self, params: Params) -> bool:
        state = self.chat_of(params)
        message = self.message_of(state, params, "message to delete")
        self._check_deletable(message)
        self.telegram.remove_message(state, message.id)
        return True

    def do_delete_messages(self, params: Params) -> bool:
        numbers = params.parsed("message_ids", "can't parse message identifiers JSON object")
        if not numbers:
            raise bad_request("message identifiers are not specified")
        if not isinstance(numbers, list):
            raise bad_request("expected an Array of message identifiers")
        if len(numbers) > 100:
            raise bad_request("too many message identifiers specified")
        if not all(isinstance(number, int) and number > 0 for number in numbers):
            raise bad_request("invalid message identifier specified")
        state = self.chat_of(params)
        found = [state.messages[number] for number in set(numbers) if number in state.messages]
        for message in found:
            self._check_deletable(message)
        for message in found:
            self.telegram.remove_message(state, message.id)
        return True

    def _check_deletable(self, message: Message) -> None:
        if self.telegram.clock.now() - message.date > DELETE_WITHIN:
            raise bad_request("message can't be deleted for everyone")

    def do_set_message_reaction(self, params: Params) -> bool:
        given = params.parsed("reaction", "can't parse reaction types JSON object") or []
        if not isinstance(given, list):
            raise bad_request("expected an Array of ReactionType")
        if len(given) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        emoji = None
        for reaction in given:
            if not isinstance(reaction, dict) or reaction.get("type") != "emoji":
                raise bad_request("can't parse ReactionType: invalid reaction type specified")
            emoji = str(reaction.get("emoji", "")).replace("\ufe0f", "")
            if emoji not in _REACTIONS:
                raise bad_request("REACTION_INVALID")
        state = self.chat_of(params)
        self.check_writable(state.person)
        message = self.message_of(state, params, "message to react")
        message.reaction = emoji
        self.telegram.mark_changed(message)
        return True

    def do_answer_callback_query(self, params: Params) -> bool:
        text = params.text("text")
        if utf16_length(text) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        tap = self.telegram.taps.get(params.text("callback_query_id"))
        if tap is None or tap.is_late():
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if tap.answer is None:
            tap.answer = {"text": text, "show_alert": params.flag("show_alert")}
        self.telegram.changes.notify()
        return True
