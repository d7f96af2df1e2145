"""Methods that send messages."""

from collections.abc import Callable

from bot.sandbox.bot_api.keyboards import reply_markup
from bot.sandbox.bot_api.method_group import MethodGroup
from bot.sandbox.bot_api.params import Params, bad_request
from bot.sandbox.bot_api.text import caption_of, message_text
from bot.sandbox.bot_api.uploads import received_file
from bot.sandbox.models import ChatState, Json, Message

_ACTIONS = {
    "cancel", "typing", "record_video", "upload_video", "record_audio", "record_voice",
    "upload_audio", "upload_voice", "upload_photo", "upload_document", "choose_sticker",
    "find_location", "pick_up_location", "record_video_note", "upload_video_note",
}  # fmt: skip


class Sending(MethodGroup):
    """sendMessage and its relatives."""

    def do_send_message(self, params: Params) -> Json:
        def fields() -> Json:
            text, marked = message_text(params)
            return {"text": text, "entities": marked}

        return self._send(params, fields)

    def do_send_photo(self, params: Params) -> Json:
        def fields() -> Json:
            caption, marked = caption_of(params)
            file = received_file(self.telegram, params, params.values.get("photo"), "photo")
            return {"caption": caption, "entities": marked, "file": file, "kind": "photo"}

        return self._send(params, fields)

    def do_send_document(self, params: Params) -> Json:
        def fields() -> Json:
            caption, marked = caption_of(params)
            file = received_file(self.telegram, params, params.values.get("document"), "document")
            return {"caption": caption, "entities": marked, "file": file, "kind": "document"}

        return self._send(params, fields)

    def do_send_location(self, params: Params) -> Json:
        def fields() -> Json:
            place: Json = {}
            for name in ("latitude", "longitude"):
                if not params.text(name):
                    raise bad_request(f"{name} is empty")
                place[name] = float(params.text(name))
            return {"kind": "location", "extra": {"location": place}}

        return self._send(params, fields)

    def do_send_chat_action(self, params: Params) -> bool:
        action = params.text("action")
        if action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        state = self.chat_of(params)
        self.check_writable(state.person)
        self.telegram.show_typing(state, action)
        return True

    def _send(self, params: Params, fields: Callable[[], Json]) -> Json:
        markup = reply_markup(params)
        content = fields()
        state = self.chat_of(params)
        self.check_writable(state.person)
        message = self.telegram.add_message(
            state.person,
            from_bot=True,
            inline=markup.get("inline_keyboard", []),
            editable=not markup or "inline_keyboard" in markup,
            silent=params.flag("disable_notification"),
            protected=params.flag("protect_content"),
            reply_to=self._reply(params, state),
            **content,
        )
        if markup:
            self.telegram.show_keyboard(state, markup)
        return self.telegram.as_json(message)

    def _reply(self, params: Params, state: ChatState) -> Message | None:
        given = params.parsed("reply_parameters", "can't parse reply parameters JSON object")
        if given is not None and not isinstance(given, dict):
            raise bad_request("object expected as reply parameters")
        asked = given or {}
        number = asked.get("message_id") or params.number("reply_to_message_id")
        if not number:
            return None
        message = state.messages.get(number) if isinstance(number, int) else None
        lenient = asked.get("allow_sending_without_reply") or params.flag(
            "allow_sending_without_reply"
        )
        if message is None and not lenient:
            raise bad_request("message to be replied not found")
        return message
