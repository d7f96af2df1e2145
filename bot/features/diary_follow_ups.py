"""What follows a change of the diary: warning signs, sent summaries and a running test.

Warning signs are also looked at when the diary is looked at.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Cramp, Kind, Reminder
from bot.database.prepared import Prepared
from bot.features.experiments.queries import HAS_RUNNING_TEST
from bot.features.experiments.sending import settled_after_change
from bot.features.summary.queries import HAS_SUMMARY_AROUND, weeks_around, weeks_of
from bot.features.summary.sending import refreshed
from bot.features.warning_signs import telling
from bot.features.warning_signs.entry_queries import HAS_SIGNS_AROUND, around
from bot.features.warning_signs.medicine_questions import MAY_BE_ASKED
from bot.features.warning_signs.queries import HAS_PATTERNS, LOOK_BACK
from bot.features.warning_signs.telling import Whose
from bot.identity import people
from bot.telegram.context import Context
from bot.telegram.replies import Occasion, Replies, Reply

_LATE_ENTRIES = sa.select(sa.literal(1)).where(
    col(Cramp.user_id) == sa.bindparam("user_id"),
    col(Cramp.night_on) >= sa.bindparam("looked_back_to"),
    col(Cramp.deleted_at).is_(None),
)
_HAS_SEVERAL = sa.or_(
    _LATE_ENTRIES.limit(1).offset(1).scalar_subquery().is_not(None),
    _LATE_ENTRIES.where(col(Cramp.event_type) != "cramp").exists(),
)
"""Whether the newest nights have more than one cramp; a single one meets no rule about several
nights."""
_GETS_SUMMARIES = sa.exists().where(
    col(Reminder.user_id) == sa.bindparam("user_id"),
    col(Reminder.kind) == Kind.SUMMARY,
    col(Reminder.enabled).is_(True),
    col(Reminder.weekdays) != 0,
)
_QUERY = Prepared(
    sa.select(
        HAS_SUMMARY_AROUND,
        HAS_RUNNING_TEST,
        HAS_SIGNS_AROUND,
        sa.or_(_HAS_SEVERAL, HAS_PATTERNS, MAY_BE_ASKED),
        _GETS_SUMMARIES,
    )
)


async def on_diary_changed(
    context: Context, user_id: int, nights: set[date], occasion: Occasion
) -> Replies:
    """Do everything that follows a change of some nights of a person's diary, in its transaction.

    What is affected is asked in one query, because after many taps nothing is.

    Args:
        context: of the change; the change is flushed.
        user_id: whose diary.
        nights: in which something changed; none when the diary is only looked at.
        occasion: why.

    Returns:
        What is to be sent because of it.
    """
    first, last = weeks_around(nights) if nights else (date.max, date.min)
    near_first, near_last = around(nights)
    parameters = {
        "user_id": user_id,
        "first_week": first,
        "last_week": last,
        "near_first": near_first,
        "near_last": near_last,
        "first_changed": min(nights, default=date.max),
        "looked_back_to": context.now.date() - LOOK_BACK - timedelta(days=1),
    }
    [found] = await _QUERY.rows(context.session, parameters)
    has_summary, has_experiment, has_signs, has_patterns, gets_summaries = found
    replies: list[Reply] = []
    is_answer = occasion is Occasion.ANSWERED
    if (has_signs or has_patterns) and not is_answer:
        is_own = user_id == context.sender_id
        user = context.person if is_own else await people.get(context.session, user_id)
        if user is not None:
            whose = Whose(user, None if is_own else user_id, gets_summaries)
            if has_signs:
                replies += await telling.entry_cards(context.session, whose, nights, context.now)
            if has_patterns:
                replies += await telling.patterns(
                    context.session, whose, nights, occasion, context.now, weeks_of
                )
    if has_summary:
        replies += await refreshed(context.session, user_id, nights, context.now)
    if has_experiment:
        replies += await settled_after_change(context.session, user_id, context.now)
    return replies
