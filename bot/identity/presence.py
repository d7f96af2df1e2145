"""What handlers of the old kind, which get a ``Visit``, need to know of the person."""

from bot.database.engine import Session
from bot.database.models import User
from bot.dispatch.replanning import set_unblocked
from bot.identity.people import LONGEST_CODE, get_or_create
from bot.local_time.nights import is_quiet, local_time
from bot.local_time.person import zone_of
from bot.telegram.context import Visit


async def load(session: Session, visit: Visit) -> User:
    """The person's row, created at their first update.

    Who writes or taps does not block the bot. Who opens the Mini App may do so.
    """
    user = await get_or_create(session, visit.user_id, visit.now, visit.language_code)
    if visit.language_code and visit.language_code[:LONGEST_CODE] != user.language:
        user.language = visit.language_code[:LONGEST_CODE]
        session.add(user)
    is_in_chat = visit.message is not None or visit.query is not None
    if user.blocked_at is not None and is_in_chat:
        await set_unblocked(session, user, visit.now)
    return user


def is_night(user: User, visit: Visit) -> bool:
    """Whether it is between the person's bed and wake time, when messages are silent."""
    local = local_time(visit.now, zone_of(user))
    return is_quiet(local.time(), user.bed_time, user.wake_time)
