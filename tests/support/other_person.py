"""Somebody who sends everything that another person has sent, as if it were their own.

The raw update stays as it was, with its callback data, message ids, links and texts; only the
sender is another one. So what it names belongs to somebody else.
"""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.models import Json
from tests.support.killable_bot import BOOKKEEPING, KillableBot, Result

NAME = "Eve"
LATER = 1_000_000
"""What is added to the number of an update, so that it is a new one."""
NOT_OF_PEOPLE = {*BOOKKEEPING, "open jobs", "facts", "revocations", "strangers"}
"""Tables without rows of people, or that name whoever sent something in another way."""
BEARER = {"care:accept"}
"""Whoever has a link that is still open may ask to help; nothing is shown before the answer."""


class OtherPerson:
    """Replays updates from the state in which they came, and looks at what that changes."""

    def __init__(self, bot: KillableBot) -> None:
        self.bot = bot
        people = bot.telegram.people.values()
        self.id = next(one.id for one in people if one.first_name == NAME)
        self.replayed: set[str] = set()
        """Features and verbs of the taps that were replayed."""
        self.found: list[str] = []
        """What belongs to others and was changed or shown."""

    async def replay(self, raws: Sequence[Json], sender_id: int, what: str) -> None:
        """Send updates of somebody, in the state in which they were sent.

        Args:
            raws: the updates.
            sender_id: whose they were.
            what: names them, for a tap by its feature and verb.
        """
        self.replayed.add(what)
        if what in BEARER:
            return
        before = await self._of_others()
        seen = {one.id for one in self.bot.telegram.chats[self.id].messages.values()}
        await self.bot.handle([self._as_own(raw, sender_id) for raw in raws])
        after = await self._of_others()
        for name in before.keys() | after.keys():
            if before.get(name) != after.get(name):
                self.found.append(f"{what}: {name}: {before.get(name)} became {after.get(name)}")
        told = set(_texts(raws))
        for message in self.bot.telegram.chats[self.id].messages.values():
            if message.id not in seen:
                shown = [one for one in self._secrets - told if one in message.words]
                self.found += [f"{what}: {one} is shown" for one in shown]

    def _as_own(self, raw: Json, sender_id: int) -> Json:
        """An update as it would be if this person had sent it."""
        own: Json = _replaced(raw, sender_id, self.id)
        return own | {"update_id": raw["update_id"] + LATER}

    async def _of_others(self) -> dict[str, Any]:
        """All rows of others, and what is on their screens."""
        result: Result = await self.bot.result()
        rows = {
            f"{name} {number}": row
            for name, table in result.rows.items()
            if name not in NOT_OF_PEOPLE
            for number, row in enumerate(one for one in table if self.id not in one.values())
        }
        own = f"{self.id} "
        screens = {
            name: shown
            for name, shown in result.screens.items()
            if not name.startswith((own, "answer to ", "commands"))
        }
        self._secrets = {
            text
            for row in rows.values()
            for column, text in row.items()
            if column in OWN_WORDS and isinstance(text, str) and len(text) > 3
        }
        return rows | screens


OWN_WORDS = {"note", "words", "name", "identifier", "questions", "tried_before", "results"}
"""Columns with what people typed in their own words."""


def _replaced(value: Any, old: int, new: int) -> Any:
    """JSON in which one number is another one."""
    if isinstance(value, dict):
        return {key: _replaced(one, old, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, old, new) for one in value]
    return new if value == old and type(value) is int else value


def _texts(value: Any) -> list[str]:
    """All texts in JSON."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
