"""Answers to the questions of gates, and the word that somebody has seen a leg."""

from collections.abc import Collection

from telegram import Update

from bot.database.models import Kind
from bot.dispatch.planning import shut_codes
from bot.features.health_profile import gate_messages, queries
from bot.features.health_profile.gate_queries import Change, follow_gates, note_leg_seen
from bot.features.reminders.handlers.sent import current_state, sent_reminder
from bot.features.reminders.messages.names import name_of
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, Replies, Show

KIND_OF_GATE = {"drinks": Kind.HYDRATION, "food": Kind.MEAL, "stretch": Kind.STRETCH}


def result_of(context: Context, change: Change) -> tuple[list[str], Collection[Kind]]:
    """What a change of gates has switched off, in words.

    Returns:
        The lines, and the kinds of reminders that can be switched on again.
    """
    tr = context.tr
    names = [name_of(tr, kind, None) for kind in change.switched_off]
    names += list(change.own_off)
    lines = [gate_messages.switched_off_line(tr, names)] if names else []
    if change.own_off:
        lines.append(gate_messages.own_off_line(tr))
    opened = [KIND_OF_GATE[gate] for gate in change.opened if gate in KIND_OF_GATE]
    if opened:
        lines.append(gate_messages.may_be_on_line(tr))
    return lines, opened


async def on_gate(_update: Update, context: Context) -> Replies:
    """Store the answer to the question of a gate; after a "no" the reminder itself follows."""
    tap, session, user = context.tap, context.session, context.person
    gate, value = tap.word(0) or "", tap.word(1) or ""
    if gate not in gate_messages.QUESTIONS or value not in {"yes", "no", "unsure"}:
        return NOTHING
    await queries.set_item(session, user.id, f"{gate}_check", value, context.now)
    await follow_gates(session, user, context.now, answered={f"{gate}_check"})
    if gate in shut_codes(user.shut_gates):
        return [Show(gate_messages.gate_shut(context.tr, gate))]
    sent = await sent_reminder(context, tap.number(2))
    if sent is None or sent.delivery.kind is not KIND_OF_GATE[gate]:
        return [Show(gate_messages.gate_open(context.tr))]
    return [Show(current_state(context, sent))]


async def on_leg_seen(_update: Update, context: Context) -> Replies:
    """Store that a doctor has seen the leg: stretch reminders go on."""
    await note_leg_seen(context.session, context.person.id, context.now)
    return [Show(gate_messages.gate_open(context.tr))]
