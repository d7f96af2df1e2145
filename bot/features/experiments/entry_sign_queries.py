"""Which signs the entries have because of which a rule was met. No Telegram, no commit."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Cramp
from bot.features.cramps.values import parse_codes


async def entry_signs(session: Session, user_id: int, days: Collection[date]) -> list[str]:
    """What the entries of some local dates say that is a sign for at once or for today.

    Args:
        session: an open transaction.
        user_id: whose diary.
        days: dates on which such a sign was found; entries that were made or changed since the day
            before the first of them are looked at.
    """
    if not days:
        return []
    since = datetime.combine(min(days) - timedelta(days=1), time(), tzinfo=UTC)
    rows = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            col(Cramp.night_on) >= min(days) - timedelta(days=60),
            col(Cramp.deleted_at).is_(None),
            sa.or_(col(Cramp.tapped_at) >= since, col(Cramp.edited_at) >= since),
        )
        .order_by(col(Cramp.night_on).desc())
        .limit(50)
    )
    return list(dict.fromkeys(sign for row in rows for sign in _signs(row)))


def _signs(row: Cramp) -> list[str]:
    if row.event_type == "twitch":
        return [] if row.twitch_weak_or_stiff in {None, "no", "unsure"} else ["twitch_weak"]
    after = parse_codes(row.after_effects)
    is_met = {
        "chest": row.site == "chest",
        "weak": "weak" in after,
        "leg": bool({"swollen", "warm_or_red"} & after),
        "gt_10min": row.duration == "gt_10min",
        "arm_belly": row.site in {"arm", "abdomen"},
    }
    return [name for name, applies in is_met.items() if applies]
