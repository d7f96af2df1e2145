"""Answers to questions about the diary: in words, with the picture of the nights they are about."""

from dataclasses import replace
from datetime import date, timedelta
from html import escape

from bot.database.models import Cramp
from bot.features.cramps import queries as cramps
from bot.features.cramps.entry import entry_of
from bot.features.diary.queries import cramp_facts_between, facts_between
from bot.features.diary.tried import tried_against
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.meanings.further_values import AskLast, AskNights, AskWorst, Span
from bot.features.free_text.messages import leg_not_noted
from bot.features.free_text.reading_cache import reading_of
from bot.features.history.handlers import shown_night
from bot.features.summary import queries
from bot.features.summary.handlers import on_summary, week_reply
from bot.features.summary.month_quarter_report import QuarterReport, build_month, build_quarter
from bot.features.summary.nights_in_a_row import nights_in_a_row
from bot.features.summary.periods import period_figures
from bot.features.summary.rendering import (
    month_with_picture,
    quarter_with_picture,
    week_with_picture,
)
from bot.features.summary.stats import NIGHTS
from bot.features.summary.week_building import build_week
from bot.features.summary.week_report import WeekReport
from bot.features.summary.weeks import newest_night
from bot.i18n.translator import Translator
from bot.telegram.context import Context, Outside
from bot.telegram.message import Message
from bot.telegram.replies import Replies, Say, rendering


async def answer_nights(context: Context, asked: AskNights) -> Replies:
    """Say how many cramps there were in a span of nights, and show it."""
    match asked.span:
        case Span.NIGHT:
            return await _night(context, asked.on or context.today)
        case Span.WEEK:
            return await _week(context, asked.number)
        case Span.MONTH:
            return await _month(context, asked.on or context.today)
        case Span.DAYS | Span.SINCE | Span.ALL:
            return await _many_nights(context, asked)


async def _night(context: Context, night_on: date) -> Replies:
    shown = await shown_night(context, night_on)
    return await _before_the_diary(context, asked_to=night_on) if shown is None else [Say(shown)]


async def _week(context: Context, back: int) -> Replies:
    if back == 0:
        return await on_summary(context.telegram_update, context)
    last_on = context.today - timedelta(days=NIGHTS * back)
    if last_on < await queries.first_night(context.session, context.person):
        present = await build_week(
            context.session, context.person, context.now, night_on=context.today
        )
        last_on = present.week_on - timedelta(days=1 + NIGHTS * (back - 1))
    report = await build_week(context.session, context.person, context.now, night_on=last_on)
    if report.week_on > last_on:
        return await _before_the_diary(context, asked_to=last_on)
    return await week_reply(context, report.week_on)


async def _month(context: Context, on: date) -> Replies:
    month = (on.year, on.month)
    report = await build_month(context.session, context.person, context.now, month)
    if (report.figures.year, report.figures.month) > month:
        return await _before_the_diary(context, asked_to=on)
    return [Say(rendering(month_with_picture, context.tr, report))]


async def _before_the_diary(context: Context, *, asked_to: date) -> Replies:
    """Say that nothing can be known of nights before the first one, or of those to come."""
    first_on = await queries.first_night(context.session, context.person)
    if asked_to > context.tonight:
        return await on_summary(context.telegram_update, context)
    return [Say(messages.before_the_diary(context.tr, first_on))]


async def _many_nights(context: Context, asked: AskNights) -> Replies:
    session, user, tr = context.session, context.person, context.tr
    tonight = context.nights.first_unfinished(context.local_now)
    (begun_on, first_night), is_logged = await queries.beginning_and_tonight(session, user, tonight)
    last_on = newest_night(tonight, is_logged=is_logged)
    wanted_on = first_night
    if asked.span is Span.DAYS:
        wanted_on = last_on - timedelta(days=asked.number - 1)
    elif asked.on is not None:
        wanted_on = asked.on
    first_on = min(max(wanted_on, first_night), last_on)
    facts = await facts_between(session, user.id, first_on, last_on)
    figures = period_figures(facts, first_on, last_on)
    total = max((last_on - max(first_on, begun_on)).days + 1, 0)
    is_which = context.query is None and "WHICH" in reading_of(context, context.text).concepts
    words = messages.many_nights(tr, figures, total)
    if is_which and figures.cramps and not figures.sides:
        words = f"{words}\n{escape(leg_not_noted(tr))}"
    quarter = await build_quarter(session, user, context.now)
    return [Say(rendering(_quarter_with_words, tr, quarter, words))]


async def _quarter_with_words(
    outside: Outside, tr: Translator, quarter: QuarterReport, words: str
) -> Message:
    """The picture of the last 13 weeks below the words of an answer."""
    return replace(await quarter_with_picture(outside, tr, quarter), text=words)


async def answer_trend(context: Context) -> Replies:
    """Show the last 13 weeks, which say whether a direction is clear."""
    quarter = await build_quarter(context.session, context.person, context.now)
    return [Say(rendering(quarter_with_picture, context.tr, quarter))]


async def answer_helped(context: Context) -> Replies:
    """Say what was tried against the cramps of the whole diary, and how often it helped."""
    user_id, tr = context.person.id, context.tr
    cramps = await cramp_facts_between(context.session, user_id, date.min, context.tonight)
    return [Say(messages.what_helped(tr, tried_against(cramps), context.message_id))]


async def answer_in_a_row(context: Context) -> Replies:
    """Say how many nights in a row had cramps or none, with the picture of the last 13 weeks."""
    session, user, tr = context.session, context.person, context.tr
    first_on = await queries.first_night(session, user)
    facts = await facts_between(session, user.id, min(first_on, context.tonight), context.tonight)
    found = nights_in_a_row(facts.covered_nights(), facts.cramp_nights())
    quarter = await build_quarter(session, user, context.now)
    words = messages.in_a_row(tr, found)
    return [Say(rendering(_quarter_with_words, tr, quarter, words))]


async def answer_last(context: Context, asked: AskLast) -> Replies:
    """Say when the last entry of a type was, with the picture of its week."""
    session, user, tr = context.session, context.person, context.tr
    last = await cramps.latest_of(session, user.id, asked.event_type)
    if last is None:
        return [Say(messages.none_logged(tr, asked.event_type))]
    words = messages.last_entry(tr, entry_of(last, nights=context.nights), context.today)
    return await _in_its_week(context, last, words)


async def answer_worst(context: Context, asked: AskWorst) -> Replies:
    """Say which cramp was the strongest of a span of nights, with the picture of its week."""
    first_on = asked.first_on or date.min
    last_on = min(asked.last_on or date.max, context.today)
    user = context.person
    found = await cramps.strongest_between(context.session, user.id, first_on, last_on)
    if found is None:
        is_empty = await cramps.latest_of(context.session, user.id, "cramp") is None
        none = messages.none_logged(context.tr, "cramp")
        return [Say(none if is_empty else messages.no_strength(context.tr))]
    entry = entry_of(found, nights=context.nights)
    words = messages.strongest_entry(context.tr, entry, context.today)
    return await _in_its_week(context, found, words)


async def _in_its_week(context: Context, cramp: Cramp, words: str) -> Replies:
    report = await build_week(context.session, context.person, context.now, night_on=cramp.night_on)
    ways = cramp.id or 0, cramp.night_on
    return [Say(rendering(_week_with_words, context.tr, report, words, *ways))]


async def _week_with_words(
    outside: Outside, tr: Translator, report: WeekReport, words: str, entry_id: int, night_on: date
) -> Message:
    """The picture of a week below the words about an entry, with ways to the entry."""
    week = await week_with_picture(outside, tr, report)
    rows = messages.entry_ways(tr, entry_id, night_on)
    return replace(week, text=words, rows=rows)
