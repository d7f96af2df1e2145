"""Methods about the bot itself (its profile, commands and menu button), chats and files."""

import re

from bot.sandbox.bot_api.method_group import MethodGroup
from bot.sandbox.bot_api.params import Params, bad_request
from bot.sandbox.entities import utf16_length
from bot.sandbox.models import Json

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


class BotProfile(MethodGroup):
    """getMe, getChat, getFile, the bot's profile and its commands."""

    def do_get_me(self, params: Params) -> Json:  # noqa: ARG002
        return self.telegram.bot_user | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def do_get_chat(self, params: Params) -> Json:
        return self.chat_of(params).person.as_chat() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    def do_get_file(self, params: Params) -> Json:
        file_id = params.text("file_id")
        if not file_id:
            raise bad_request("file_id not specified")
        file = self.telegram.files.get(file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(file.content) > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        folder = self.telegram.local_folder
        path = file.path if folder is None else f"{folder}/{file.path}"
        return file.as_json() | {"file_path": path}

    def do_set_my_commands(self, params: Params) -> bool:
        given = params.parsed("commands", "can't parse commands JSON object")
        if not isinstance(given, list):
            raise bad_request("expected an Array of BotCommand")
        if len(given) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        kept = []
        for item in given:
            if not isinstance(item, dict):
                raise bad_request("can't parse BotCommand: expected an Object")
            name = str(item.get("command", "")).removeprefix("/")
            description = str(item.get("description", "")).strip()
            if not _COMMAND.fullmatch(name):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= utf16_length(description) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
            kept.append({"command": name, "description": description})
        self.telegram.commands[self._scope(params)] = kept
        self.telegram.changes.notify()
        return True

    def do_get_my_commands(self, params: Params) -> list[Json]:
        return self.telegram.commands.get(self._scope(params), [])

    def do_delete_my_commands(self, params: Params) -> bool:
        self.telegram.commands.pop(self._scope(params), None)
        self.telegram.changes.notify()
        return True

    def _scope(self, params: Params) -> tuple[str, str]:
        scope = params.parsed("scope", "can't parse BotCommandScope JSON object")
        language = params.text("language_code")
        if language and not _LANGUAGE.fullmatch(language):
            raise bad_request("invalid language code specified")
        if scope is None:
            return "default", language
        if not isinstance(scope, dict):
            raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
        kind = scope.get("type")
        if kind == "chat":
            return f"chat {scope.get('chat_id')}", language
        if kind not in (
            "default",
            "all_private_chats",
            "all_group_chats",
            "all_chat_administrators",
        ):
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        return str(kind), language

    def do_set_my_name(self, params: Params) -> bool:
        return self._set_profile(params, "name", 64)

    def do_get_my_name(self, params: Params) -> Json:
        return self._profile(params, "name")

    def do_set_my_description(self, params: Params) -> bool:
        return self._set_profile(params, "description", 512)

    def do_get_my_description(self, params: Params) -> Json:
        return self._profile(params, "description")

    def do_set_my_short_description(self, params: Params) -> bool:
        return self._set_profile(params, "short_description", 120)

    def do_get_my_short_description(self, params: Params) -> Json:
        return self._profile(params, "short_description")

    def _set_profile(self, params: Params, field: str, limit: int) -> bool:
        language = params.text("language_code")
        if language and not _LANGUAGE.fullmatch(language):
            raise bad_request("invalid language code specified")
        text = params.text(field)
        if utf16_length(text) > limit:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        self.telegram.profile[field, language] = text
        self.telegram.changes.notify()
        return True

    def _profile(self, params: Params, field: str) -> Json:
        profile = self.telegram.profile
        default = self.telegram.bot_user["first_name"] if field == "name" else ""
        text = profile.get((field, params.text("language_code"))) or profile.get((field, ""))
        return {field: text or default}

    def do_set_chat_menu_button(self, params: Params) -> bool:
        button = params.parsed("menu_button", "can't parse menu button JSON object")
        button = {"type": "default"} if button is None else button
        if not isinstance(button, dict) or button.get("type") not in (
            "commands",
            "default",
            "web_app",
        ):
            raise bad_request("can't parse menu button: MenuButton has unsupported type")
        if params.text("chat_id"):
            self.chat_of(params).menu_button = button
        else:
            self.telegram.menu_button = button
        self.telegram.changes.notify()
        return True

    def do_get_chat_menu_button(self, params: Params) -> Json:
        if params.text("chat_id"):
            return self.chat_of(params).menu_button or self.telegram.menu_button
        return self.telegram.menu_button

    def do_log_out(self, params: Params) -> bool:  # noqa: ARG002
        return True

    def do_close(self, params: Params) -> bool:  # noqa: ARG002
        return True
