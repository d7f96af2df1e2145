"""The task after a start that brings everybody's reminders in line with their answers about health.

Somebody whose reminders it switches off is told so in a message, once.
"""

# TRANSLATORS, ALL: The name of the card with answers about health.

from collections.abc import Sequence
from datetime import datetime
from html import escape

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Fluids, Medicine, ProfileItem, SetupStep, User
from bot.features.health_profile import gate_messages
from bot.features.health_profile.gate_queries import Change, follow_gates, gates_for
from bot.features.health_profile.gates import gates_of
from bot.features.health_profile.result_messages import KIND_OF_GATE, result_lines
from bot.i18n.preferences import translator_for
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.operations.batches import Task
from bot.telegram.inbox import add_notice
from bot.telegram.message import Button, Message, pack
from bot.telegram.replies import Say
from bot.telegram.stored_replies import ReplyStore, Unsent

VERSION = "1"
"""The version of the rules for gates; raise it when they change, so that the task runs again."""
PEOPLE = 20
"""People in one batch; for most of them one statement does all."""


def gates_for_everybody(store: ReplyStore) -> Task:
    """The task; ``store`` turns the message for a person into bytes that are sent later."""

    async def work(session: Session, people: Sequence[int], now: datetime) -> bool:
        told = await _who_told(session, people)
        await _mark_unasked(session, [one for one in people if one not in told])
        query = select(User).where(col(User.id).in_(told), User.setup_step == SetupStep.DONE)
        for user in (await session.exec(query)).all():
            change = await follow_gates(session, user, now)
            if change.switched_off or change.own_off:
                message = await _notice(session, user, change, now)
                await add_notice(session, user.id, store.dump(Unsent([Say(message)])), now)
        return True

    return Task("gates", VERSION, work, PEOPLE)


async def _who_told(session: Session, people: Sequence[int]) -> set[int]:
    """The people who told anything about their health, or whose fluids are limited or unclear."""
    found: set[int] = set()
    for query in (
        select(ProfileItem.user_id).where(col(ProfileItem.user_id).in_(people)),
        select(Medicine.user_id).where(col(Medicine.user_id).in_(people)),
        select(User.id).where(
            col(User.id).in_(people), col(User.fluids).is_distinct_from(Fluids.FREE)
        ),
    ):
        found.update(await session.exec(query))
    return found


async def _mark_unasked(session: Session, people: Sequence[int]) -> None:
    """For people who told nothing, store that the gates' questions have to be asked."""
    await session.exec(
        sa.update(User)
        .where(
            col(User.id).in_(people),
            col(User.setup_step) == SetupStep.DONE,
            col(User.shut_gates).is_(None),
        )
        .values(shut_gates=gates_of({}, fluids=Fluids.FREE).shut_codes())
    )


async def _notice(session: Session, user: User, change: Change, now: datetime) -> Message:
    """The message that says why reminders are switched off now."""
    tr, today = translator_for(user), local_time(now, zone_of(user)).date()
    gates = await gates_for(session, user, today)
    off = [gate for gate, kind in KIND_OF_GATE.items() if kind in change.switched_off]
    if change.own_off and "drinks" not in off:
        off.append("drinks")
    lines = [
        gate_messages.reason_line(tr, gate, is_on_dialysis=gates.is_on_dialysis) for gate in off
    ]
    lines += result_lines(tr, change)
    button = Button(tr.gettext("Your health"), pack("about", "open"))
    return Message("\n".join(map(escape, lines)), ((button,),))
