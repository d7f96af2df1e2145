"""How typed text is read: a first look, then replies, answers to questions, and sentences.

The first look is at everything that a person types, at any step: messages, edited and forwarded
ones, and the words below a file. Only text that needs no other answer is read on.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import event
from sqlalchemy.orm import Session as SyncSession
from telegram import Update

from bot.database.errors import is_database_unreachable
from bot.database.models import User
from bot.telegram.context import Context
from bot.telegram.feature import (
    Answer,
    Callback,
    Feature,
    FirstAnswer,
    Outcome,
    Rest,
)
from bot.telegram.message import Message, Rows, Tap, unpack
from bot.telegram.open_question import (
    OpenQuestion,
    as_tapped,
    choose,
    says_yes_or_no,
    without_buttons,
)
from bot.telegram.replayed import NOTHING_ASKED, asked_then, not_read
from bot.telegram.replies import Replies, Reply, Say

log = logging.getLogger(__name__)


class _Changes:
    """Whether rows beside the person's own were added or changed."""

    def __init__(self, person: User) -> None:
        self._person = person
        self.are_there = False

    def note(self, session: SyncSession, *_flush: object) -> None:
        """Look at what is about to be written."""
        rows = (*session.new, *session.dirty)
        self.are_there |= any(row is not self._person for row in rows)


class TypedText:
    """Hands typed text to the features that may understand it."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.taps: list[tuple[re.Pattern[str], Callback]] = []
        """Patterns of callback data, and what handles them; the first that fits is called."""
        self.own_texts: frozenset[str] = frozenset()
        """Commands and labels of the keyboard's buttons: the bot's words, not the person's."""
        self.plain: set[str] = set()
        """Those that no feature answers first; it is found out once, because most updates are one.
        Those that log a cramp are among them from the start: the first looks may still load."""
        self._features = {one.name: one for one in features}
        self._first_looks = tuple(one.first_look for one in features if one.first_look is not None)

    # Before everything else ----------------------------------------------------------------------

    def first_answer(self, update: Update) -> FirstAnswer | None:
        """What a feature answers before the text is read in any other way."""
        sent = update.message or update.edited_message
        text = (sent.text or sent.caption) if sent is not None else None
        if not text or text in self.plain:
            return None
        found = (look(text) for look in self._first_looks)
        first = next((one for one in found if one is not None), None)
        if first is None and text in self.own_texts:
            self.plain.add(text)
        return first

    async def answer_first(
        self, update: Update, context: Context, first: FirstAnswer, callback: Callback | None
    ) -> Replies:
        """Give the first answer, with what else is done with the text.

        Args:
            update: what was sent.
            context: of the update.
            first: the answer.
            callback: the handler of the update; None: it handles typed text that no handler takes.
        """
        if first.rest is Rest.NOTHING:
            outcome = Outcome.NOT_KEPT if self._seems_kept(context) else self._open(context)
            return await first.replies(context, outcome)
        if callback is not None:
            has_file = context.message is not None and context.message.text is None
            if first.rest is Rest.OWN_WORDS and not has_file:
                return await first.replies(context, self._open(context))
            rest = await callback(update, context)
            is_last_word = first.rest is Rest.FIRST
            return rest if is_last_word else [*await first.replies(context, Outcome.PLAIN), *rest]
        return await self._answer_typed(context, first)

    async def _answer_typed(self, context: Context, first: FirstAnswer) -> Replies:
        """Give the first answer to text that no handler takes."""
        if not is_own_text(context):
            return await first.replies(context, Outcome.PLAIN)
        if asked_then(context) is not None:
            return await first.replies(context, Outcome.UNREAD)
        stored = await (self._store_safely if first.is_urgent else self._store)(context)
        if stored is not None:
            own, is_kept = stored
            if first.rest is Rest.FIRST:
                return own
            outcome = Outcome.KEPT if is_kept else self._open(context)
            return [*await first.replies(context, outcome), *own]
        if first.rest is Rest.OWN_WORDS:
            replies = await first.replies(context, self._open(context))
            return self._with_beside(context, replies) if first.may_offer else replies
        understood = await self._on_screen(context) or await self._guessed(context)
        if understood is None:
            is_asked = self._answer(context) is not None
            outcome = Outcome.OPEN if is_asked else Outcome.UNREAD
            return self._with_beside(context, await first.replies(context, outcome))
        if first.rest is Rest.FIRST:
            return understood
        return [*await first.replies(context, Outcome.PLAIN), *understood]

    def _with_beside(self, context: Context, replies: Replies) -> Replies:
        """The first answer, with buttons below it for what else the text may tell."""
        offers = (one.beside for one in self._features.values() if one.beside is not None)
        rows = tuple(row for offer in offers for row in offer(context))
        return [_with_rows(one, rows) for one in replies]

    async def _store_safely(self, context: Context) -> tuple[Replies, bool] | None:
        """Store the person's own words; when that fails, an urgent answer is given all the same.

        Raises:
            Exception: the database cannot be reached.
        """
        try:
            async with context.session.begin_nested():
                return await self._store(context)
        except Exception as error:
            if is_database_unreachable(error):
                raise
            log.exception("an urgent answer is given without what else the text is for")
            await context.session.refresh(context.person)
            return None

    async def _store(self, context: Context) -> tuple[Replies, bool] | None:
        """Store the person's own words, if they are.

        Returns:
            What is said of it, and whether it is stored: it may be too long.
        """
        asked, session = context.person.awaiting, context.session.sync_session
        changes = _Changes(context.person)
        event.listen(session, "before_flush", changes.note)
        try:
            replies = await self._own_words(context)
            await context.session.flush()
        finally:
            event.remove(session, "before_flush", changes.note)
        if replies is None:
            return None
        return replies, changes.are_there or context.person.awaiting != asked

    def _open(self, context: Context) -> Outcome:
        return Outcome.PLAIN if self._answer(context) is None else Outcome.OPEN

    def _seems_kept(self, context: Context) -> bool:
        """Whether the person may think that what they wrote is stored, as in a note."""
        if context.message is None or not is_own_text(context):
            return False
        question = unpack(context.person.awaiting)
        is_reply = context.message.reply_to_message is not None
        return is_reply or (question is not None and self._is_own(question))

    def _is_own(self, question: Tap) -> bool:
        asking = self._features.get(question.feature)
        return asking is not None and question.verb in asking.own_words

    # As usual ------------------------------------------------------------------------------------

    async def understood(self, context: Context) -> Replies | None:
        """What follows from typed text that no handler takes; None when nobody understands it."""
        question = context.question
        awaiting, opened = context.person.awaiting, context.on_screen
        replies = await self._replied(context)
        if replies is not None:
            return replies
        if context.asked_then is not None:
            return await self._replayed(context, context.asked_then)
        if question is not None and (replies := await self._chosen(context, question)) is not None:
            return without_buttons(question, replies)
        reads = (self._on_screen, self._sooner, self._answered, self._chosen_none, self._guessed)
        for read in reads:
            replies = await read(context)
            if replies is None:
                continue
            if read in (self._sooner, self._answered, self._guessed) and not context.is_screen_kept:
                context.clear_screen()
            is_answered = (
                read == self._answered
                and question is not None
                and question.awaiting == awaiting
                and _is_asked_by(question, awaiting)
            ) or (
                read == self._on_screen and context.on_screen != opened and says_yes_or_no(context)
            )
            return without_buttons(question, replies) if question and is_answered else replies
        return None

    async def _replayed(self, context: Context, asked: str) -> Replies:
        """What follows from replayed text whose question is not asked any more."""
        replies = await self._guessed(context) if asked == NOTHING_ASKED else None
        return replies or [Say(not_read(context.tr, context.text))]

    async def _chosen_none(self, context: Context) -> Replies | None:
        """Text that is a "yes" or a "no" to a question of which no button means that."""
        return choose(context, context.question) if context.question is not None else None

    async def _chosen(self, context: Context, question: OpenQuestion) -> Replies | None:
        """Do what the button does whose words were typed; None when they were not."""
        data = question.chosen(context.text, context.tr)
        tap = unpack(data)
        if data is None or tap is None:
            return None
        callback = next((one for pattern, one in self.taps if pattern.match(data)), None)
        if callback is None:
            return None
        return await as_tapped(context, tap, callback, question.quoted)

    async def edited(self, context: Context, message_id: int, text: str) -> Replies | None:
        """What follows from an edited message; None when nothing was made of the message."""
        for edited in (one for feature in self._features.values() for one in feature.edited):
            replies = await edited(context, message_id, text)
            if replies is not None:
                return replies
        return None

    async def _own_words(self, context: Context) -> Replies | None:
        """Store text that is a reply to a message, or was asked for as the person's own words."""
        replies = await self._replied(context)
        if replies is not None:
            return replies
        question = unpack(context.person.awaiting)
        if question is None or not self._is_own(question):
            return None
        return await self._answered(context)

    async def _replied(self, context: Context) -> Replies | None:
        """Text that replies to a message of the bot."""
        replied_to = context.message.reply_to_message if context.message is not None else None
        if replied_to is None:
            return None
        for reply in (one for feature in self._features.values() for one in feature.replies):
            replies = await reply(context, replied_to.message_id, context.text)
            if replies is not None:
                return replies
        return None

    async def _on_screen(self, context: Context) -> Replies | None:
        """Text about what the person has opened."""
        opened = context.on_screen
        feature = self._features.get(opened.feature) if opened is not None else None
        about = feature.on_screen.get(opened.verb) if feature and opened is not None else None
        if about is None or opened is None:
            return None
        return await about(context, opened, context.text)

    async def _sooner(self, context: Context) -> Replies | None:
        """A sentence that is more urgent than the open question, which stays open."""
        for guess in (one for feature in self._features.values() for one in feature.sooner):
            replies = await guess(context, context.text)
            if replies is not None:
                return replies
        return None

    async def _answered(self, context: Context) -> Replies | None:
        """The answer to the open question."""
        found = self._answer(context)
        return None if found is None else await found[0](context, found[1], context.text)

    def _answer(self, context: Context) -> tuple[Answer, Tap] | None:
        """The handler of the open question's answer, and the question."""
        question = unpack(context.person.awaiting)
        asking = self._features.get(question.feature) if question is not None else None
        answer = asking.answers.get(question.verb) if asking and question is not None else None
        return None if answer is None or question is None else (answer, question)

    async def _guessed(self, context: Context) -> Replies | None:
        """A sentence that answers no question."""
        for guess in (one for feature in self._features.values() for one in feature.guesses):
            replies = await guess(context, context.text)
            if replies is not None:
                return replies
        return None


def _is_asked_by(question: OpenQuestion, awaiting: str | None) -> bool:
    """Whether a question is of the feature whose answer is awaited.

    A cramp that is asked about during the set-up keeps its buttons while the place is typed.
    """
    asking = unpack(awaiting)
    taps = (unpack(data) for _label, data, _style in question.buttons)
    return asking is None or any(tap and tap.feature == asking.feature for tap in taps)


def _with_rows(reply: Reply, rows: Rows) -> Reply:
    if not rows or not isinstance(reply, Say) or not isinstance(reply.content, Message):
        return reply
    return replace(reply, content=replace(reply.content, rows=(*reply.content.rows, *rows)))


def is_own_text(context: Context) -> bool:
    """Whether the person wrote the text now, or words below a picture, and it is not a command."""
    message = context.message
    is_own = message is not None and message.forward_origin is None
    return is_own and bool(context.text) and not context.text.startswith("/")
