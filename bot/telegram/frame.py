"""The frame around every handler: one update, one transaction, then the replies.

The frame opens the transaction, loads the person, calls the handler, and commits what it changed
together with the replies that it returned. They are sent afterwards; see ``reply_sending.py``. No
handler opens a transaction or sends anything itself.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from telegram import Update

from bot.database.engine import Session
from bot.database.models import User
from bot.i18n.translator import SOURCE_LANGUAGE
from bot.telegram import inbox
from bot.telegram.context import Context, Deps, People
from bot.telegram.current_update import CurrentUpdate, NotHeldError, current_update
from bot.telegram.inbox import Held
from bot.telegram.replies import DiaryChanged, Replies, Reply
from bot.telegram.stored_replies import ReplyStore, Unsent

Work = Callable[[Context], Awaitable[Replies | None]]
"""What is done in the transaction; None: nothing was to be done, and everything is rolled back."""

PAGE_NUMBER_BITS = 62


class _NothingToDoError(Exception):
    """Rolls back the transaction of work that returned None."""


class Frame:
    """Runs handlers, each in one transaction.

    Args:
        application: the Application whose context type is :class:`Context`.
        deps: what handlers may reach.
        people: loads people.
        holder: the name by which this process holds updates in the inbox.
    """

    def __init__(self, application: Any, deps: Deps, people: People, holder: str) -> None:
        self._application = application
        self._deps = deps
        self._people = people
        self.holder = holder
        self.store = ReplyStore(deps.settings.token)
        self.enqueue: Callable[[Held], None] = lambda _held: None
        """Called with the replies to something that did not come by an update."""

    def context(self, user_id: int, language_code: str | None, now: datetime) -> Context:
        """A context for somebody who did something outside of the chat, as on a page."""
        context = Context(self._application, user_id, user_id)
        context.deps, context.now = self._deps, now
        context.sender_id, context.language_code = user_id, language_code
        return context

    async def run(
        self, context: Context, work: Work, *, loads_person: bool = True, name: str | None = None
    ) -> bool:
        """Do the work in one transaction, which also stores its replies. They are sent afterwards.

        Args:
            context: whose work it is.
            work: what is done.
            loads_person: False: the person's row is neither read nor created, and
                ``context.person`` is in no session.
            name: of something that was done on a page, among all that the person does there. When
                it is done again within two days, its replies are not sent again.

        Returns:
            Whether there was something to do: False when the work returned None.

        Raises:
            NotHeldError: the update must not be handled by this process now.
        """
        current = current_update.get()
        context.update_id = (
            _page_number(context.sender_id, name) if current is None else current.held.update_id
        )
        try:
            async with self._deps.database.transaction() as session:
                context.session = session
                context.person = await self._person(context, session, loads_person)
                replies = await self._replies(context, work)
                held = await self._record(context, replies, current)
        except _NothingToDoError:
            return False
        if current is not None:
            current.context, current.replies = context, replies
        elif held is not None:
            self.enqueue(held)
        return True

    async def follow_up(self, context: Context, work: Work, rest: Unsent) -> Unsent:
        """Do what follows a reply in a transaction of its own, unless it was done before.

        Args:
            context: of the update that was replied to.
            work: what is done.
            rest: what is to be sent after the replies of the work; it is stored with them.

        Returns:
            What is still to be sent.

        Raises:
            NotHeldError: the update's replies are not for this process to send.
        """
        try:
            return await self._follow_up(context, work, rest)
        except _NothingToDoError:
            return rest

    async def _follow_up(self, context: Context, work: Work, rest: Unsent) -> Unsent:
        async with self._deps.database.transaction() as session:
            context.session = session
            person = await self._people.find(session, context.sender_id)
            if person is None:  # erased meanwhile; nothing may bring anybody back
                return rest
            context.person = person
            replies = await self._replies(context, work)
            unsent = Unsent((*replies, *rest.replies), rest.sent_id)
            if context.update_id and not await inbox.keep_replies(
                session, context.update_id, self.holder, self.store.dump(unsent)
            ):
                raise NotHeldError
            return unsent

    async def context_of(self, held: Held) -> Context:
        """The context of an applied update, to send its stored replies."""
        update = Update.de_json(dict(held.raw), self._application.bot) if held.raw else None
        sender = update.effective_user if update is not None else None
        language_code = sender.language_code if sender is not None else None
        context = self.context(held.user_id or 0, language_code, self._deps.clock.now())
        context.update_id = held.update_id
        if update is not None:
            context.telegram_update = update
            context.message, context.query = update.message, update.callback_query
        async with self._deps.database.transaction() as session:
            found = await self._people.find(session, context.sender_id)
        context.person = found or _unknown(context)
        return context

    async def _person(self, context: Context, session: Session, loads_person: bool) -> User:
        if not loads_person:
            return _unknown(context)
        return await self._people.load(
            session,
            context.sender_id,
            context.language_code,
            context.now,
            is_in_chat=context.message is not None or context.query is not None,
        )

    async def _replies(self, context: Context, work: Work) -> Replies:
        """Do the work and what follows a change of the diary, and flush all changes.

        Raises:
            _NothingToDoError: the work returned None.
        """
        found = await work(context)
        if found is None:
            raise _NothingToDoError
        await context.session.flush()
        replies: list[Reply] = []
        for one in found:
            if isinstance(one, DiaryChanged):
                whose = context.sender_id if one.user_id is None else one.user_id
                replies += await self._deps.diary_changed(context, whose, set(one.nights))
            else:
                replies.append(one)
        await context.session.flush()
        return replies

    async def _record(
        self, context: Context, replies: Replies, current: CurrentUpdate | None
    ) -> Held | None:
        """Record in the inbox that the update is applied, with its replies.

        Returns:
            The replies to something that did not come by an update, if there are any.
        """
        stored = self.store.dump(Unsent(replies)) if replies else None
        number, whose = context.update_id, context.sender_id
        if current is not None:
            whose_row = current.held.user_id
            if not await inbox.mark_applied(
                context.session, number, whose_row, self.holder, stored
            ):
                raise NotHeldError
            return None
        if stored is None:
            return None
        await inbox.add_applied(context.session, number, whose, self.holder, stored, context.now)
        return Held(number, whose, {}, is_applied=True, replies=stored)


def _page_number(user_id: int, name: str | None) -> int:
    """A negative number of something that was done on a page, in place of an update id."""
    if name is None:
        return -1 - secrets.randbits(PAGE_NUMBER_BITS)
    digest = hashlib.sha256(f"{user_id} {name}".encode()).digest()
    return -1 - (int.from_bytes(digest) >> (8 * len(digest) - PAGE_NUMBER_BITS))


def _unknown(context: Context) -> User:
    """Somebody whose row is not read; in no session."""
    code = context.language_code or SOURCE_LANGUAGE
    return User(id=context.sender_id, language=code, created_at=context.now)
