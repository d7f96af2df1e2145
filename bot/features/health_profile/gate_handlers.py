"""Answers to the questions of gates, and the word that somebody has seen a leg."""

from telegram import Update

from bot.dispatch.planning import shut_codes
from bot.features.health_profile import gate_messages, queries
from bot.features.health_profile.gate_queries import follow_gates, note_leg_seen
from bot.features.health_profile.result_messages import KIND_OF_GATE
from bot.features.reminders.handlers.sent import current_state, sent_reminder
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Show


async def on_gate(_update: Update, context: Context) -> Replies:
    """Store the answer to the question of a gate; after a "no" the reminder itself follows."""
    tap, session, user = context.tap, context.session, context.person
    gate, value = tap.word(0) or "", tap.word(1) or ""
    if gate not in gate_messages.QUESTIONS or value not in {"yes", "no", "unsure"}:
        return NOTHING
    await queries.set_item(session, user.id, f"{gate}_check", value, context.now)
    await follow_gates(session, user, context.now, answered={f"{gate}_check"})
    if gate in shut_codes(user.shut_gates):
        return [Show(gate_messages.gate_shut(context.tr, gate)), DiaryChanged(())]
    sent = await sent_reminder(context, tap.number(2))
    if sent is None or sent.delivery.kind is not KIND_OF_GATE[gate]:
        return [Show(gate_messages.gate_open(context.tr))]
    return [Show(current_state(context, sent))]


async def on_leg_seen(_update: Update, context: Context) -> Replies:
    """Store that a doctor has seen the leg: stretch reminders go on."""
    await note_leg_seen(context.session, context.person.id, context.now)
    return [Show(gate_messages.gate_open(context.tr)), DiaryChanged(())]
