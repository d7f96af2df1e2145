"""Typed sentences answer the reminder that came last, or snooze it; each with an Undo."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from bot.database.stored_values import Answer, Habit, Kind
from bot.dispatch.schedule import instant_of
from bot.features.free_text.acts import act_messages as messages
from bot.features.free_text.acts.reminder_acts import ABSENT
from bot.features.free_text.acts.told_acts import did_habit
from bot.features.free_text.meanings.act_values import Answered, Snooze
from bot.features.free_text.meanings.further_values import DidHabit
from bot.features.free_text.rules.told_rules import present_evening
from bot.features.free_text.understanding.sentence import Situation
from bot.features.free_text.understanding.whole_sentence import MEDICINES, said
from bot.features.reminders import queries as reminders
from bot.features.reminders.answer_queries import last_delivery
from bot.features.reminders.handlers.sent import (
    LONGEST_SNOOZE,
    SentReminder,
    answers_again,
    bedtime_question,
    current_state,
    is_well_past_bedtime,
    may_snooze,
    sent_reminder,
)
from bot.features.reminders.handlers.snooze import show_below
from bot.features.reminders.messages.snooze import snooze_choices
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, DiaryChanged, Occasion, Replies


async def _last(context: Context, kind: Kind | None = None) -> SentReminder | None:
    """The reminder that came last and can still be answered; None when there is none."""
    found = await last_delivery(
        context.session, context.person.id, context.now - LONGEST_SNOOZE, kind
    )
    return None if found is None else await sent_reminder(context, found.id)


async def answer(context: Context, act: Answered) -> Replies:
    """Store that the last reminder was done or skipped."""
    sent = await _last(context, Kind(act.kind) if act.kind else None)
    if sent is None:
        if act == Answered(True, Kind.STRETCH):  # before its reminder came: told of the evening
            return await did_habit(context, DidHabit(Habit.STRETCH_DONE, _evening(context)))
        return present_with_keyboard(context, messages.no_last_reminder(context.tr))
    before = sent.delivery.answer
    chosen = Answer.DONE if act.done else Answer.SKIPPED
    reminders.set_answer(context.session, sent.delivery, chosen, context.now)
    undo = pack("typed", "unanswer", sent.delivery_id, before or ABSENT)
    return _shown(context, sent, undo)


async def answer_own(context: Context) -> Replies | None:
    """ "took my magnesium" as the answer to a reminder in own words about that, if one is open."""
    sent = await _last(context, Kind.CUSTOM)
    if sent is None or sent.delivery.answer is not None:
        return None
    about = {token.kind for token in said(sent.words or "", context.tr.language)}
    if about.isdisjoint(MEDICINES):
        return None
    return await answer(context, Answered(True, Kind.CUSTOM))


def _evening(context: Context) -> date:
    tr, at = context.tr, context.written_at
    return present_evening(Situation(tr.language, at, context.zone, tr.hour_cycle, context.nights))


def _shown(context: Context, sent: SentReminder, undo: str) -> Replies:
    shown = messages.with_undo(context.tr, current_state(context, sent), undo)
    changed = DiaryChanged({sent.delivery.night_on}, occasion=Occasion.ANSWERED)
    return [*show_below(context, sent, shown), changed]


async def on_unanswer(_update: Update, context: Context) -> Replies:
    """Undo an answer or a snooze: the callback data has the answer before."""
    word = context.tap.word(1)
    sent = await sent_reminder(context, context.tap.number(0))
    if sent is None or word not in {*Answer, ABSENT}:
        return NOTHING
    delivery = sent.delivery
    delivery.later_at = None
    delivery.answer = None if word == ABSENT else Answer(word or "")
    delivery.answered_at = None if word == ABSENT else context.now
    context.session.add(delivery)
    changed = DiaryChanged({delivery.night_on}, occasion=Occasion.ANSWERED)
    return [*context.present(current_state(context, sent)), changed]


async def snooze(context: Context, act: Snooze) -> Replies:
    """Let the last reminder come again later; ask when, if that is not said."""
    tr, sent = context.tr, await _last(context)
    at = _at(context, act)
    if sent is None or (act == Snooze() and not may_snooze(context, sent)):
        return present_with_keyboard(context, messages.no_last_reminder(tr))
    if at is None:
        kind = sent.delivery.kind
        choices = snooze_choices(tr, kind, sent.delivery_id, words=sent.words)
        return show_below(context, sent, choices)
    if not may_snooze(context, sent) or at > context.now + LONGEST_SNOOZE:
        return show_below(context, sent, answers_again(context, sent))
    if is_well_past_bedtime(context, sent, at):
        return show_below(context, sent, bedtime_question(context, sent, at))
    before = sent.delivery.answer
    reminders.snooze(context.session, sent.delivery, at)
    return _shown(context, sent, pack("typed", "unanswer", sent.delivery_id, before or ABSENT))


def _at(context: Context, act: Snooze) -> datetime | None:
    """The instant (aware, UTC) that a snooze names; None when it names none."""
    if act.minutes is not None:
        return context.now + timedelta(minutes=act.minutes)
    return None if act.clock is None else _next_instant(context, act.clock)


def _next_instant(context: Context, clock: time) -> datetime | None:
    local = context.local_now
    key = datetime.combine(local.date(), clock)
    return instant_of(key if key > local else key + timedelta(days=1), ZoneInfo(context.zone))
