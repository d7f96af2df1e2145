"""Gates of a person from their rows, and reminders that follow them. No Telegram, no commit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, is_one_of
from bot.database.models import FlagHit, HitAnswer, Kind, Medicine, Reminder, User
from bot.dispatch.claims import UserFlag
from bot.dispatch.planning import is_kept_off, is_on, shut_codes
from bot.dispatch.replanning import locked, replan
from bot.features.health_profile.gates import FOOD, STRETCH, Gates, gates_of
from bot.features.health_profile.medicine_words import speaks_of_drinking
from bot.features.health_profile.queries import profile_of
from bot.features.health_profile.values import FOOD_CHECK, ITEMS, STRETCH_CHECK
from bot.features.reminders.queries import cancel_pending
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of

LEG_SIGNS = (
    "one_leg",
    "one_leg_swollen",
    "both_legs",
    "both_swollen",
    "pregnant_leg",
    "leg_and_breath",
    "swelling_and_breath",
)
"""Codes of the warning signs of a leg that may hold a clot or is swollen, and must not be stretched
or rubbed; in this version and in earlier ones."""
ITEMS_OF_QUESTION = {"food": {*FOOD, FOOD_CHECK}, "stretch": {*STRETCH, STRETCH_CHECK}}
"""Gate whose question is asked in the place of a reminder → items that answer it."""
_UNSEEN = (
    is_one_of(col(FlagHit.rule), LEG_SIGNS),
    col(FlagHit.withdrawn_at).is_(None),
    col(FlagHit.answer).is_distinct_from(HitAnswer.SEEN_DOCTOR),
)
HAS_LEG_SIGN = UserFlag(
    "has_leg_sign", sa.exists().where(col(FlagHit.user_id) == col(User.id), *_UNSEEN)
)
"""Whether the person has a sign of one leg that nobody has seen."""
HAS_LEG_SIGN_OF = sa.exists().where(col(FlagHit.user_id) == sa.bindparam("user_id"), *_UNSEEN)
"""The same condition with the parameter ``user_id``, for use inside larger statements."""
_HAS_LEG_SIGN = sa.select(HAS_LEG_SIGN_OF)
"""Built once: building it takes longer than running it."""


@dataclass(frozen=True)
class Change:
    """What an answer about health has switched off, or could be switched on again."""

    shut: tuple[str, ...] = ()
    """Gates that are shut now and were not before."""
    opened: tuple[str, ...] = ()
    """Gates that were shut before and are open now."""
    switched_off: tuple[Kind, ...] = ()
    """Kinds of reminders that were sent until now and are switched off."""
    own_off: tuple[str, ...] = ()
    """The words of the person's own reminders that are switched off."""


async def has_leg_sign(session: Session, user_id: int) -> bool:
    """Whether a sign of one leg was met and nobody has seen it since."""
    return bool(await session.scalar(_HAS_LEG_SIGN, {"user_id": user_id}))


async def note_leg_seen(session: Session, user_id: int, now: datetime) -> None:
    """Store that somebody has seen the leg: its signs no longer keep stretching shut."""
    await session.exec(
        sa.update(FlagHit)
        .where(col(FlagHit.user_id) == user_id, *_UNSEEN)
        .values(answer=HitAnswer.SEEN_DOCTOR, answered_at=now)
    )


async def gates_for(
    session: Session, user: User, today: date, *, with_leg_sign: bool = True
) -> Gates:
    """All gates of a person.

    Args:
        session: the open transaction.
        user: whose gates.
        today: the local date; a medicine that was stopped up to it is not taken any more.
        with_leg_sign: whether an unseen sign of one leg counts.
    """
    found = await session.exec(
        select(Medicine.words).where(
            Medicine.user_id == user.id,
            sa.or_(col(Medicine.stopped_on).is_(None), col(Medicine.stopped_on) > today),
        )
    )
    return gates_of(
        await profile_of(session, user.id),
        found.all(),
        user.fluids,
        has_leg_sign=with_leg_sign and await has_leg_sign(session, user.id),
    )


async def follow_gates(
    session: Session,
    user: User,
    now: datetime,
    *,
    answered: Collection[str] = ITEMS,
    before_file: Gates | None = None,
) -> Change:
    """Bring a person's reminders in line with their answers about health.

    What a gate shuts is switched off and stays so when the gate opens again: the person decides.
    A delivery that a process has claimed is not sent. Own reminders that speak of drinking are
    switched off when the drinks gate shuts; the person can switch them on again.

    The sign of one leg is not part of it: while nobody has seen the leg, the stretch reminder is
    left out when it is due.

    Args:
        session: the open transaction; the changed answers are in it.
        user: whose answers changed.
        now: the current instant (aware, UTC).
        answered: items that the person has just answered. A gate whose question waits for an
            answer opens only by one of its items.
        before_file: the gates before a file was imported, which opens none of them.
    """
    await session.flush()
    gates = await gates_for(session, user, _today(user, now), with_leg_sign=False)
    before = _shut(user)
    codes = _codes(gates, user, answered, before_file)
    query = select(Reminder).where(Reminder.user_id == user.id).order_by(col(Reminder.id))
    reminders = list(await session.exec(locked(query)))
    were_on = {one.id for one in reminders if one.next_at is not None or is_on(one, user)}
    if codes == user.shut_gates:
        after = before
    else:
        user.shut_gates = codes
        session.add(user)
        after = _shut(user)
    new = after - before
    off = _switch_off(reminders, user, is_new="drinks" in new)
    await replan(session, user, now)
    for one in off:  # after the lock on the reminders: a claim that ran meanwhile is seen, too
        await cancel_pending(session, user.id, one.kind, one.slot, even_claimed=True)
    return Change(
        shut=tuple(sorted(new)),
        opened=tuple(sorted(before - after)),
        switched_off=tuple(
            one.kind for one in off if one.id in were_on and one.kind is not Kind.CUSTOM
        ),
        own_off=tuple(
            one.words or "" for one in off if one.id in were_on and one.kind is Kind.CUSTOM
        ),
    )


def _today(user: User, now: datetime) -> date:
    return now.date() if user.time_zone is None else local_time(now, zone_of(user)).date()


def _codes(gates: Gates, user: User, answered: Collection[str], before_file: Gates | None) -> str:
    """The new codes of what is shut."""
    codes = [code for code in gates.shut_codes().split(",") if code]
    for name, items in ITEMS_OF_QUESTION.items():
        waits = f"{name}?"
        is_new_by_file = before_file is not None and not getattr(before_file, name).is_open
        still_waits = waits in shut_codes(user.shut_gates) and not items & set(answered)
        if getattr(gates, name).is_open and (is_new_by_file or still_waits):
            codes.append(waits)
    return ",".join(codes)


def _shut(user: User) -> set[str]:
    """The codes of gates that are shut by an answer."""
    return {code for code in shut_codes(user.shut_gates) if not code.endswith("?")}


def _switch_off(reminders: Iterable[Reminder], user: User, *, is_new: bool) -> list[Reminder]:
    """Switch off what the gates shut; own reminders of drinking only when that is new."""
    off = []
    for reminder in reminders:
        is_own_drink = (
            is_new and reminder.kind is Kind.CUSTOM and speaks_of_drinking(reminder.words or "")
        )
        if reminder.enabled and (is_kept_off(reminder.kind, user) or is_own_drink):
            reminder.enabled = False
            off.append(reminder)
    return off
