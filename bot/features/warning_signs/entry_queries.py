"""The warning signs of single entries, kept up to date after a change. No Telegram, no commit.

Each entry stores the signs that it met when it was last looked at, so that its card is shown when
it meets more, whichever way it was made or changed. For each rule and local date there is one hit,
at the most serious tier of that date's entries: it is withdrawn when none of them meets the rule
any more, and stands again when one does.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.database.cramp_values import SOME_WEAK_OR_STIFF
from bot.database.engine import Session, is_one_of
from bot.database.models import Cramp, FlagHit
from bot.features.cramps.entry_warning_signs import (
    AT_ONCE,
    BOTH_LEGS,
    LOST_FLUID,
    ONE_LEG,
    SEVERITY,
    Told,
    format_signs,
    leg_sign_of,
    met_at_once,
    parse_signs,
    risen,
)
from bot.features.cramps.signs import Tier
from bot.features.diary import hits
from bot.features.diary.queries import codes_of
from bot.local_time.nights import local_time

ENTRY_RULES = (AT_ONCE, LOST_FLUID, ONE_LEG, BOTH_LEGS)
"""Rules that hits of entries have. A hit of ``ONE_LEG`` can be a tick on a warning card, too: then
nothing was counted."""
MOST_NIGHTS = timedelta(days=31)
"""Of many changed nights, as after an import, the newest ones are looked at."""
RETRY_WITHIN = timedelta(minutes=15)
"""How long after it was met a sign whose card was not delivered is shown with the next change."""
NEAR = timedelta(days=2)
"""How far from a changed night entries are looked at, because they share local dates with it."""
_MAY_HAVE_SIGNS = sa.or_(
    col(Cramp.signs).is_not(None),
    is_one_of(col(Cramp.site), ("chest", "arm", "abdomen")),
    col(Cramp.duration) == "gt_10min",
    col(Cramp.after_effects) != "",
    col(Cramp.possible_triggers) != "",
    is_one_of(col(Cramp.twitch_weak_or_stiff), SOME_WEAK_OR_STIFF),
)
HAS_SIGNS_AROUND = sa.exists().where(
    col(Cramp.user_id) == sa.bindparam("user_id"),
    col(Cramp.night_on).between(sa.bindparam("near_first"), sa.bindparam("near_last")),
    _MAY_HAVE_SIGNS,
)
"""Whether an entry around some nights, removed ones included, may have a sign or had one. Built
once, because every tap needs it."""


@dataclass(frozen=True)
class Risen:
    """Signs that an entry newly meets."""

    entry_id: int
    hit_on: date
    """The local date of the entry."""
    told: Told
    met: Mapping[str, Tier]
    """All rules that it meets."""
    signs: Mapping[str, Tier]
    """The rules whose card has to be shown."""

    def with_unseen(self, unseen: Collection[tuple[str, date]]) -> "Risen":
        """Add rules whose card failed to be delivered shortly before."""
        more = {rule: tier for rule, tier in self.met.items() if (rule, self.hit_on) in unseen}
        return replace(self, signs={**self.signs, **more})


def around(nights: Collection[date]) -> tuple[date, date]:
    """The first and the last night whose entries are looked at after a change of some nights."""
    if not nights:
        return date.max, date.min
    return max(min(nights), max(nights) - MOST_NIGHTS) - NEAR, max(nights) + NEAR


def told_of(cramp: Any) -> Told:
    """What an entry says about warning signs: a ``Cramp``, or a row with its columns."""
    return Told(
        cramp.event_type,
        cramp.site,
        cramp.side,
        cramp.duration,
        codes_of(cramp.after_effects),
        codes_of(cramp.possible_triggers),
        cramp.twitch_weak_or_stiff,
    )


def signs_in(entry: Any) -> str | None:
    """The signs of an entry of a file, in the form in which an entry stores them."""
    return format_signs(
        met_at_once(
            Told(
                entry.event_type,
                entry.site,
                entry.side,
                entry.duration,
                frozenset(entry.after_effects),
                frozenset(entry.possible_triggers),
                entry.twitch_weak_or_stiff,
            )
        )
    )


async def update(
    session: Session, user_id: int, nights: Collection[date], now: datetime
) -> list[Risen]:
    """Store what the entries of changed nights meet now.

    Args:
        session: the transaction of the change, which is flushed.
        user_id: whose diary.
        nights: in which something changed.
        now: an aware instant.

    Returns:
        The entries whose card has to be shown.
    """
    first, last = around(nights)
    rows = await (await session.connection()).execute(
        sa.select(*_COLUMNS).where(
            col(Cramp.user_id) == user_id, col(Cramp.night_on).between(first, last), _MAY_HAVE_SIGNS
        )
    )
    entries: list[Risen] = []
    changed: list[dict[str, Any]] = []
    worst: dict[tuple[str, date], Tier] = {}
    counted: dict[tuple[str, date], set[date]] = {}
    for row in rows:
        told = told_of(row)
        # A second tap for the same cramp is not an entry of its own, but what it says stays true.
        met = met_at_once(told) if row.deleted_at is None else {}
        if format_signs(met) != row.signs:
            changed.append({"row_id": row.id, "new_signs": format_signs(met)})
        hit_on = local_time(row.occurred_at, row.time_zone).date()
        before = parse_signs(row.signs)
        if met and row.night_on in nights:
            entries.append(Risen(row.id, hit_on, told, dict(met), risen(met, before)))
        leg_sign = leg_sign_of(told)
        if AT_ONCE in met and leg_sign is not None:
            met[leg_sign] = met[AT_ONCE]
        for rule, tier in met.items():
            key = (rule, hit_on)
            worst[key] = max(tier, worst.get(key, tier), key=SEVERITY.index)
            counted.setdefault(key, set()).add(row.night_on)
    if changed:
        await (await session.connection()).execute(_SET_SIGNS, changed)
    unseen = await _update_hits(session, user_id, (first, last), worst, counted, now)
    return [one for entry in entries if (one := entry.with_unseen(unseen)).signs]


_COLUMNS: list[Any] = [
    getattr(Cramp, name)
    for name in (
        *("id", "night_on", "occurred_at", "time_zone", "deleted_at", "signs"),
        *("event_type", "site", "side", "duration", "after_effects", "possible_triggers"),
        "twitch_weak_or_stiff",
    )
]
_SET_SIGNS = (
    sa.update(Cramp.__table__)  # type: ignore[attr-defined]
    .where(col(Cramp.id) == sa.bindparam("row_id"))
    .values(signs=sa.bindparam("new_signs"))
)


async def note_card_shown(session: Session, entry: Cramp, now: datetime) -> None:
    """Note that the card for today was shown before the entry said why, so it is not shown again.

    Call it after the change of the entry, which is flushed, and before what follows from it.
    """
    met = met_at_once(told_of(entry))
    if met.get(AT_ONCE) is not Tier.URGENT:
        return
    entry.signs = format_signs({**parse_signs(entry.signs), AT_ONCE: Tier.URGENT})
    hit_on = local_time(entry.occurred_at, entry.time_zone).date()
    await hits.record(
        session,
        entry.user_id,
        AT_ONCE,
        Tier.URGENT.value,
        hit_on,
        now,
        shown=True,
        counted=_counted(hit_on, {entry.night_on}),
    )


def _counted(hit_on: date, nights: Collection[date]) -> dict[str, Any]:
    """What a hit stores about its entries."""
    named = sorted(night.isoformat() for night in nights)
    return {"before": (hit_on + timedelta(days=1)).isoformat(), "numbers": [], "nights": named}


async def _update_hits(
    session: Session,
    user_id: int,
    span: tuple[date, date],
    worst: Mapping[tuple[str, date], Tier],
    counted: Mapping[tuple[str, date], set[date]],
    now: datetime,
) -> set[tuple[str, date]]:
    """Bring the hits of a span of local dates in line with what its entries meet.

    Returns:
        Hits of a moment ago, whose card was not delivered.
    """
    day = timedelta(days=1)
    first, last = span[0] + day, span[1]  # whose entries, of two nights each, were all read
    rows = await hits.between(session, user_id, first, last, rules=ENTRY_RULES, with_withdrawn=True)
    stored: dict[tuple[str, date], FlagHit] = {(row.rule, row.hit_on): row for row in rows}
    for key, tier in worst.items():
        rule, hit_on = key
        row = stored.get(key)
        is_same = row is not None and row.withdrawn_at is None and row.level == tier.value
        if first <= hit_on <= last and not is_same:
            await hits.record(
                session,
                user_id,
                rule,
                tier.value,
                hit_on,
                now,
                shown=False,
                counted=_counted(hit_on, counted[key]),
            )
    for key, row in stored.items():
        is_tick = row.rule == ONE_LEG and row.counted is None
        if key not in worst and row.withdrawn_at is None and not is_tick:
            hits.withdraw(session, row, now)
    return {
        key
        for key, row in stored.items()
        if not row.shown and row.withdrawn_at is None and row.hit_at >= now - RETRY_WITHIN
    }
