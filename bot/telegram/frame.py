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

from bot.database.engine import Session
from bot.database.errors import is_database_unreachable
from bot.database.leases import OwnLease
from bot.database.models import User
from bot.i18n.translator import SOURCE_LANGUAGE
from bot.telegram import inbox
from bot.telegram.context import Context, Deps, People
from bot.telegram.current_update import CurrentUpdate, NotHeldError, current_update
from bot.telegram.inbox import Held
from bot.telegram.open_question import asked
from bot.telegram.raw_update import parsed
from bot.telegram.replies import DiaryChanged, Replies, Reply
from bot.telegram.stored_replies import ReplyStore, Unsent

Work = Callable[[Context], Awaitable[Replies | None]]
"""What is done in the transaction; None: nothing was to be done, and everything is rolled back."""

PERSON_BITS = 16
PAGE_NUMBERS_END = 1 << 62
"""Greater than every page's key with the bits of the person appended."""
LONGEST_PAGE_KEY = (1 << 45) - 1
PAGE_KEY_BITS = 44
"""The length of a random key, for a page that gives none."""


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
        self.lease = OwnLease(is_needed=not deps.database.is_sqlite)
        self.enqueue: Callable[[Held], None] = lambda _held: None
        """Called with replies that belong to no update, such as those to a tap on a page."""

    def context(self, user_id: int, language_code: str | None, now: datetime) -> Context:
        """A context for somebody who did something outside of the chat, as on a page."""
        context = Context(self._application, user_id, user_id)
        context.deps, context.now = self._deps, now
        context.sender_id, context.language_code = user_id, language_code
        context.lease_number = self.lease.number
        return context

    async def run(
        self,
        context: Context,
        work: Work,
        *,
        loads_person: bool = True,
        page_key: int | None = None,
    ) -> bool:
        """Do the work in one transaction, which also stores its replies. They are sent afterwards.

        Args:
            context: whose work it is.
            work: what is done.
            loads_person: False: the person's row is not read, and ``context.person`` is in no
                session. No row is made in either case.
            page_key: a number of something that was done on a page. It grows with time. When the
                same is done again within two days, its replies are not sent again.

        Returns:
            Whether there was something to do: False when the work returned None.

        Raises:
            NotHeldError: the update must not be handled by this process now.
        """
        current = current_update.get()
        context.lease_number = self.lease.number
        if current is not None:
            context.update_id = current.held.update_id
        else:
            key = secrets.randbits(PAGE_KEY_BITS) if page_key is None else page_key
            context.update_id = page_number(context.sender_id, min(key, LONGEST_PAGE_KEY))
        try:
            async with self._deps.database.transaction() as session:
                context.session = session
                await self._load_person(context, loads_person)
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
        except Exception as error:
            context.is_follow_up_uncertain = is_database_unreachable(error)
            raise

    async def _follow_up(self, context: Context, work: Work, rest: Unsent) -> Unsent:
        async with self._deps.database.transaction() as session:
            context.session = session
            person = await self._people.find(session, context.sender_id)
            if person is None:  # erased meanwhile; nothing may bring anybody back
                return rest
            if context.is_follow_up_uncertain:
                done = await self._done_before(context)
                if done is not None:
                    return done
            context.person, context.is_known = person, True
            replies = await self._replies(context, work)
            unsent = Unsent((*replies, *rest.replies), rest.sent_id)
            stored = await self._keep(context, session, unsent)
        context.stored_replies, context.is_follow_up_uncertain = stored, False
        return unsent

    async def _done_before(self, context: Context) -> Unsent | None:
        """What is left to send if the follow-up is done: the answer to its commit was lost."""
        found = await inbox.progress_of(context.session, context.update_id)
        context.is_follow_up_uncertain = False
        if found is None or found.replies in {None, context.stored_replies}:
            return None
        context.stored_replies = found.replies
        return self.store.load(found.replies or b"")

    async def check_lease(self, context: Context) -> None:
        """Make sure that the replies to an update are still for this process to send.

        It is only asked when the lease of this process may have ended, as after a freeze.

        Raises:
            NotHeldError: another process has taken the update over.
        """
        if not context.update_id or self.lease.is_certain(context.lease_number):
            return
        async with self._deps.database.transaction() as session:
            found = await inbox.progress_of(session, context.update_id)
        if found is None or found.held_by != self.holder:
            raise NotHeldError

    async def keep_rest(self, context: Context, rest: Unsent) -> None:
        """Store what is left of an update's replies; the result of a job is in no row.

        Raises:
            NotHeldError: the update's replies are not for this process to send.
        """
        if not context.update_id:
            return
        async with self._deps.database.transaction() as session:
            stored = await self._keep(context, session, rest)
        context.stored_replies = stored

    async def store_rest(self, session: Session, user_id: int, rest: Unsent) -> Held | None:
        """Give replies that are in no row one of their own, in an open transaction.

        Returns:
            What is to be enqueued after the commit; None when nothing is left to send.
        """
        if not rest.replies:
            return None
        number = page_number(user_id, secrets.randbits(PAGE_KEY_BITS))
        return await self._add_row(session, number, user_id, self.store.dump(rest))

    async def _add_row(
        self, session: Session, number: int, user_id: int, stored: bytes
    ) -> Held | None:
        """Add a row for replies; None when there is one with this number."""
        now = self._deps.clock.now()
        if not await inbox.add_applied(session, number, user_id, self.holder, stored, now):
            return None
        return Held(number, user_id, {}, is_applied=True, replies=stored)

    async def _keep(self, context: Context, session: Session, unsent: Unsent) -> bytes:
        """Store what is left to send in the update's row, if there is one; returns it as bytes.

        Raises:
            NotHeldError: the update's replies are not for this process to send.
        """
        stored = self.store.dump(unsent)
        if context.update_id and not await inbox.keep_replies(
            session, context.update_id, self.holder, stored
        ):
            raise NotHeldError
        return stored

    async def context_of(self, held: Held) -> Context:
        """The context of an applied update, to send its stored replies."""
        update = parsed(held.raw, self._application.bot) if held.raw else None
        sender = update.effective_user if update is not None else None
        language_code = sender.language_code if sender is not None else None
        context = self.context(held.user_id or 0, language_code, self._deps.clock.now())
        context.update_id = held.update_id
        if update is not None:
            context.telegram_update = update
            context.message, context.query = update.message, update.callback_query
        async with self._deps.database.transaction() as session:
            found = await self._people.find(session, context.sender_id)
        context.person, context.is_known = found or _unknown(context), found is not None
        context.stored_replies = held.replies
        return context

    async def _load_person(self, context: Context, loads_person: bool) -> None:
        """Set the person of a context. Nobody is made known by it."""
        found = None
        if loads_person:
            found = await self._people.load(
                context.session,
                context.sender_id,
                context.language_code,
                context.now,
                is_in_chat=context.message is not None or context.query is not None,
            )
        context.person, context.is_known = found or _unknown(context), found is not None

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
                replies += await self._deps.diary_changed(
                    context, whose, set(one.nights), one.occasion
                )
            else:
                replies.append(one)
        said = asked(context, replies)
        await context.session.flush()
        return said

    async def _record(
        self, context: Context, replies: Replies, current: CurrentUpdate | None
    ) -> Held | None:
        """Record in the inbox that the update is applied, with its replies.

        Returns:
            The replies to something that did not come by an update, if there are any.
        """
        stored = context.stored_replies = self.store.dump(Unsent(replies)) if replies else None
        session, number, whose = context.session, context.update_id, context.sender_id
        if current is not None:
            whose_row = current.held.user_id
            if not await inbox.mark_applied(session, number, whose_row, self.holder, stored):
                raise NotHeldError
            return None
        return None if stored is None else await self._add_row(session, number, whose, stored)


def page_number(user_id: int, page_key: int) -> int:
    """A negative number of something that was done on a page, in place of an update id.

    It grows with ``page_key``, and the same person and key always get the same number.
    """
    digest = hashlib.sha256(f"{user_id}".encode()).digest()
    return (page_key << PERSON_BITS | int.from_bytes(digest[:2])) - PAGE_NUMBERS_END


def _unknown(context: Context) -> User:
    """Somebody whose row is not read; in no session."""
    code = context.language_code or SOURCE_LANGUAGE
    return User(id=context.sender_id, language=code, created_at=context.now)
