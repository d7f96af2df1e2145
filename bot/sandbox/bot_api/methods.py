"""Every method of the Bot API but getUpdates.

The wording of errors is that of Telegram's published Bot API server.
"""

from typing import Any

from bot.sandbox.bot_api.bot_profile import BotProfile
from bot.sandbox.bot_api.changing import Changing
from bot.sandbox.bot_api.delivery import Delivery
from bot.sandbox.bot_api.method_group import Method
from bot.sandbox.bot_api.params import Params
from bot.sandbox.bot_api.sending import Sending
from bot.sandbox.models import ApiError
from bot.sandbox.telegram import Telegram


class BotApi:
    """The methods of the Bot API, applied to a ``Telegram``."""

    def __init__(self, telegram: Telegram) -> None:
        self.delivery = Delivery(telegram)
        self._methods: dict[str, Method] = {}
        for group in (Sending(telegram), Changing(telegram), BotProfile(telegram), self.delivery):
            self._methods |= group.methods()

    def call(self, method: str, params: Params) -> Any:
        """Execute a method; upper and lower case are the same.

        Returns:
            The ``result`` of the answer.

        Raises:
            ApiError: when the method refuses its parameters, or does not exist.
        """
        execute = self._methods.get(method.lower())
        if execute is None:
            raise ApiError(404, "Not Found: method not found")
        return execute(params)
