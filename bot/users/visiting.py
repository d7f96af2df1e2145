"""The person behind a visit: their row, and whether it is night where they are."""

from bot.context import Visit
from bot.db import Session
from bot.models import User
from bot.nights import is_quiet, local_time
from bot.users.queries import get_or_create, zone_of


async def load(session: Session, visit: Visit) -> User:
    """The person's row, made on first sight."""
    return await get_or_create(session, visit.user_id, visit.now, visit.language_code)


def is_night(user: User, visit: Visit) -> bool:
    """Whether it is between the person's bed and wake time, when nothing makes a sound."""
    local = local_time(visit.now, zone_of(user))
    return is_quiet(local.time(), user.bed_time, user.wake_time)
