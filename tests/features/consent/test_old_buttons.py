"""Every button is answered in words, however old it is, and makes nothing new.

Tapped are the verbs of all features: about things that are gone, with callback data of another
version or cut off, after consent was taken back, after everything was erased, before anything was
agreed to, and by somebody who has never written.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.database.models import Cramp, User
from bot.features.consent.messages import is_withdrawn, start_again
from bot.i18n.translator import translator
from bot.sandbox.models import Message, Person, Tap
from tests.features.consent.test_flow import agreed, rows_of_people, unchanged
from tests.features.consent.test_nobody_comes_back import verbs
from tests.support.harness import Harness, Someone
from tests.support.lengths import soak_length

GONE = ":999999"
"""Names a thing that is not there, and no day or time that can be."""
OF_ANOTHER_VERSION = (GONE, "", ":x:y:z:1:2:3:4")[: soak_length(2, 3)]
AT_ONCE = 40
"""Taps between two minutes, below the rate limit."""
ENGLISH = translator("en")
LAST = ("consent:no",)
"""What ends the state that is tried."""
FIRST_COPY = 900_000
"""Above all ids of messages."""


class Tapper:
    """Taps one button after another, each on a message of its own."""

    def __init__(self, bot: Harness) -> None:
        self.bot = bot
        self.taps: dict[str, tuple[Tap, Message]] = {}

    async def unanswered(
        self, who: Someone, arguments: Sequence[str], but: Sequence[str] = ()
    ) -> tuple[list[str], set[str | None]]:
        """Tap every verb; returns which were not answered, and what was said over the others."""
        every = [f"{verb}{rest}" for rest in arguments for verb in verbs() if verb not in but]
        silent, said = [], set[str | None]()
        for first in range(0, len(every), AT_ONCE):
            taps = {data: self._tap(who.telegram_person, data) for data in every[first:][:AT_ONCE]}
            await self.bot.settled()
            self.bot.clock.advance(timedelta(minutes=1))
            silent += [data for data, (tap, on) in taps.items() if not self._is_answered(tap, on)]
            said |= {(tap.answer or {}).get("text") for tap, _on in taps.values()}
        return [data for data in silent if not await self._is_answered_alone(who, data)], said

    def _tap(self, person: Person, data: str) -> tuple[Tap, Message]:
        chat = self.bot.telegram.chats[person.id].messages
        number = max((FIRST_COPY, *chat)) + 1
        old = next((one for one in reversed(chat.values()) if one.from_bot), None)
        text, buttons = "Old words", [[{"text": "Old", "callback_data": "old:button"}]]
        at = self.bot.clock.now()
        old = old or Message(number, person, from_bot=True, date=at)
        copy = replace(old, id=number, text=text, inline=buttons, file=None, editable=True)
        chat[number] = copy
        return self.bot.telegram.tap_data(person, copy, data), copy

    def _is_answered(self, tap: Tap, on: Message) -> bool:
        """Whether words appeared over the message, or in it."""
        is_there = on.id in self.bot.telegram.chats[on.person.id].messages
        return bool((tap.answer or {}).get("text")) or not is_there or on.words != "Old words"

    async def _is_answered_alone(self, who: Someone, data: str) -> bool:
        """Whether it is answered, be it by a new message, when nothing else is tapped.

        Telegram takes no answer to a tap that has waited for long, as behind a slow picture.
        """
        before = {one.id for one in who.bot_messages}
        tap, on = self._tap(who.telegram_person, data)
        await self.bot.settled()
        self.bot.clock.advance(timedelta(seconds=10))
        return self._is_answered(tap, on) or bool(
            {one.id for one in who.bot_messages} - before - {on.id}
        )


@pytest.mark.in_ci
async def test_every_old_button_is_answered_in_words_and_makes_nothing_new(
    open_bot: Harness,
) -> None:
    tapper, ann = Tapper(open_bot), await agreed(open_bot)
    await ann.says("/privacy")
    silent, said = await tapper.unanswered(ann, OF_ANOTHER_VERSION, but=LAST)
    assert not silent, ", ".join(silent)
    assert "There is nothing left to do here." in said
    assert await open_bot.rows(Cramp) == []

    async with open_bot.database.transaction() as session:
        await session.exec(update(User).values(paused=False, awaiting=None))
    await ann.forges("consent:no")
    before = await unchanged(open_bot)
    silent, said = await tapper.unanswered(ann, (GONE,))
    assert not silent, ", ".join(silent)
    assert is_withdrawn(ENGLISH) in said
    after = await unchanged(open_bot)
    changed = {name for name in after if after[name] != before[name]}
    # An export and the pages for a doctor are made after a withdrawal, too: they are jobs.
    assert changed <= {"jobs"}

    await ann.forges("takeout:delete:yes")
    assert await rows_of_people(open_bot) == {}
    never = await open_bot.person("Bob")
    await never.says("hello")
    unknown = await open_bot.person("Eve")
    open_bot.telegram.chats[unknown.id].started = True
    for who in (ann, never, unknown):
        silent, said = await tapper.unanswered(who, (GONE,))
        assert not silent, ", ".join(silent)
        assert start_again(ENGLISH) in said
    assert await rows_of_people(open_bot) == {}
