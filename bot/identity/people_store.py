"""What the frame in ``bot/telegram`` needs to load and store of people."""

from datetime import datetime

from bot.database.engine import Session
from bot.database.models import User
from bot.dispatch.replanning import set_blocked, set_unblocked
from bot.identity import people, refusals
from bot.identity.people import LONGEST_CODE


class PeopleStore:
    """Loads and changes people's rows; implements ``bot.telegram.context.People``."""

    async def load(
        self,
        session: Session,
        user_id: int,
        language_code: str | None,
        now: datetime,
        *,
        is_in_chat: bool,
    ) -> User | None:
        user = await people.get(session, user_id, locks=True)
        if user is None:
            return None
        if language_code and language_code[:LONGEST_CODE] != user.language:
            user.language = language_code[:LONGEST_CODE]
        if user.blocked_at is not None and is_in_chat:
            await set_unblocked(session, user, now)
        return user

    async def begin(
        self, session: Session, user_id: int, language_code: str | None, now: datetime
    ) -> User:
        return await people.get_or_create(session, user_id, now, language_code, locks=True)

    async def find(self, session: Session, user_id: int) -> User | None:
        return await people.get(session, user_id, locks=True)

    async def turn_away(self, session: Session, user_id: int, now: datetime) -> bool:
        return await refusals.record_refusal(session, user_id, now)

    async def set_blocked(
        self, session: Session, user_id: int, now: datetime, *, blocked: bool
    ) -> None:
        user = await people.get(session, user_id)
        if blocked:
            await set_blocked(session, user_id, now)
        elif user is not None:
            await set_unblocked(session, user, now)
