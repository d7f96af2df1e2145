"""Two cramps that one sentence tells: "one at 1 and one at 4". Each is an entry, with one Undo."""

from collections.abc import Sequence
from datetime import timedelta

from telegram import Update

from bot.database.models import Cramp
from bot.features.cramps import log_queries, queries, same_cramp
from bot.features.cramps.change_queries import tell
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.change import put_back, remove
from bot.features.cramps.handlers.entry_card import gone
from bot.features.cramps.handlers.log import refused, stop_older_question
from bot.features.cramps.values import FURTHEST_BACK
from bot.features.diary.limits import Limit
from bot.features.free_text.two_messages import two_logged, two_removed
from bot.features.free_text.values import LogCramp, LogTwo
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Reply, Show, Toast

SECOND = 10**11
"""The second entry has no message of its own: its key is below the negative of this, where neither
the list of nights nor imports (above) nor the page (below) have theirs."""


async def log_two(context: Context, message_id: int, meaning: LogTwo) -> Replies:
    """Log both cramps, and show them; one whose minute has an entry already is that entry."""
    both = (meaning.first, meaning.second)
    if not all(timedelta(0) <= context.now - one.at <= FURTHEST_BACK for one in both):
        return NOTHING
    cramps: list[Cramp] = []
    for key, one in zip(_keys(message_id), both, strict=True):
        logged = await _logged(context, key, one)
        if isinstance(logged, Limit):
            return refused(context, logged)
        cramps.append(logged)
    return _shown(context, message_id, cramps)


def _keys(message_id: int) -> tuple[int, int]:
    return message_id, -(SECOND + message_id)


async def _logged(context: Context, key: int, one: LogCramp) -> Cramp | Limit:
    session, user_id = context.session, context.person.id
    there = await same_cramp.at_minute(session, user_id, one.at, "cramp")
    if there is not None:
        return there
    logged = await log_queries.log_at(
        session,
        user_id,
        key,
        context.written_at,
        one.at,
        one.precision,
        context.zone,
        context.nights,
    )
    if isinstance(logged, Limit):
        return logged
    cramp, is_new = logged
    if is_new:
        tell(cramp, one.told)
        stop_older_question(context)
    return cramp


def _shown(context: Context, message_id: int, cramps: Sequence[Cramp]) -> Replies:
    entries = [entry_of(one, nights=context.nights) for one in cramps]
    shown = two_logged(context.tr, entries, pack("typed", "two", message_id, 1))
    return [*context.present(shown), DiaryChanged({one.night_on for one in cramps})]


async def on_two(_update: Update, context: Context) -> Replies:
    """Remove both entries (1), or put them back (0). The same tap twice changes nothing more."""
    message_id, wanted = context.tap.number(0), context.tap.number(1)
    if message_id is None or not 0 < message_id < 2**31 or wanted not in {0, 1}:
        return NOTHING
    session, user_id = context.session, context.person.id
    found = [await queries.logged_by(session, user_id, key) for key in _keys(message_id)]
    cramps = [one for one in found if one is not None and not one.is_empty]
    if not cramps:
        return gone(context)
    replies = list[Reply]()
    for one in cramps:
        if (one.deleted_at is None) == (wanted == 1):
            replies += await (remove if wanted else put_back)(context, one)
    if any(isinstance(reply, Toast) for reply in replies):
        return replies  # it is too late
    if wanted == 0:
        shown = _shown(context, message_id, cramps)
    else:
        entries = [entry_of(one, nights=context.nights) for one in cramps]
        data = pack("typed", "two", message_id, 0)
        shown = context.present(two_removed(context.tr, entries, data))
    return [*shown, *(reply for reply in replies if not isinstance(reply, Show))]
