"""What the groups of Bot API methods have in common."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.bot_api.params import Params, bad_request
from bot.sandbox.models import ApiError, ChatState, Message, Person
from bot.sandbox.telegram import Telegram

Method = Callable[[Params], Any]
"""Takes the parameters of a request and returns the result; raises ApiError to refuse it."""


class MethodGroup:
    """Methods of the Bot API on one subject; ``do_send_message`` is sendMessage."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram

    def methods(self) -> dict[str, Method]:
        """Return the methods by their names in lower case."""
        return {
            name.removeprefix("do_").replace("_", ""): getattr(self, name)
            for name in dir(self)
            if name.startswith("do_")
        }

    def chat_of(self, params: Params) -> ChatState:
        """Return the chat that ``chat_id`` names."""
        chat = params.text("chat_id")
        if not chat:
            raise bad_request("chat_id is empty")
        try:
            state = self.telegram.chats.get(int(chat))
        except ValueError:
            state = None
        if state is None or not state.started or state.person.trouble == "not_found":
            raise bad_request("chat not found")
        return state

    @staticmethod
    def check_writable(person: Person) -> None:
        """Raise ApiError when the bot cannot write to this person."""
        if person.trouble == "deactivated":
            raise ApiError(403, "Forbidden: user is deactivated")
        if person.blocked or person.trouble == "blocked":
            raise ApiError(403, "Forbidden: bot was blocked by the user")

    @staticmethod
    def message_of(state: ChatState, params: Params, what: str) -> Message:
        """Return the message that ``message_id`` names; an error calls it ``what``."""
        number = params.number("message_id")
        if number <= 0:
            raise bad_request("message identifier is not specified")
        message = state.messages.get(number)
        if message is None:
            raise bad_request(f"{what} not found")
        return message
