"""The weekly summary on request: other weeks, nights without cramps, details, months, quarters."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from telegram import Update

from bot.database.stored_values import Habit
from bot.features.diary.every_night import exposure_counts, sleep
from bot.features.summary import queries
from bot.features.summary.every_night_messages import every_night
from bot.features.summary.messages import asks_limited
from bot.features.summary.month_quarter_messages import A_NIGHT, parse_month
from bot.features.summary.month_quarter_report import build_month, build_quarter
from bot.features.summary.night_words import words_message
from bot.features.summary.picture_choice import picture_choice
from bot.features.summary.rendering import (
    details_with_picture,
    fill_with_picture,
    month_with_picture,
    more_with_picture,
    quarter_with_picture,
    week_with_picture,
)
from bot.features.summary.sending import store
from bot.features.summary.week_building import (
    build_details,
    build_week,
    compared_habits,
    whole_diary,
)
from bot.features.summary.week_report import WeekReport
from bot.features.summary.words_report import SPANS, build_words
from bot.features.users.messages.keyboard import week_label
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, keyboard_button, taps
from bot.telegram.message import Message
from bot.telegram.replies import (
    NOTHING,
    Content,
    DiaryChanged,
    Occasion,
    OnSent,
    Replies,
    Say,
    Show,
    rendering,
)

WEEK_SHOWN = "summary.week_shown"
"""Name of the :class:`OnSent` of a message that shows a week; its key is the week's first night."""
Draw = Callable[..., Awaitable[Message]]
"""A function of ``rendering.py`` that makes the message of a week."""


def _week_shown(report: WeekReport) -> OnSent:
    return OnSent(WEEK_SHOWN, report.week_on.isoformat())


async def on_week_shown(context: Context, key: str, message_id: int) -> Replies:
    """Note which message shows the week, so that a correction of the diary can edit it."""
    week_on = date.fromisoformat(key)
    await queries.note_message(context.session, context.person.id, week_on, message_id, context.now)
    return NOTHING


async def _stored_week(
    context: Context, week_on: date | None, night_on: date | None = None
) -> WeekReport:
    """Build the report of a week and store what is about to be shown of it."""
    report = await build_week(
        context.session, context.person, context.now, week_on, night_on=night_on
    )
    await store(context.session, context.person, report, context.now)
    return report


async def _show_week(
    context: Context, week_on: date | None, draw: Draw = week_with_picture
) -> Replies:
    """Show a week in the tapped message. An edit that fails is not noted as showing the week."""
    return [_shown(context, await _stored_week(context, week_on), draw)]


def _shown(context: Context, report: WeekReport, draw: Draw = week_with_picture) -> Show:
    return Show(rendering(draw, context.tr, report), on_sent=_week_shown(report))


async def on_summary(_update: Update, context: Context) -> Replies:
    """Handle /summary and the keyboard's button: show the current week in a new message."""
    return await week_reply(context, None)


async def week_reply(context: Context, week_on: date | None) -> Replies:
    """Show a week in a new message: the current one (None), or the one of a typed question."""
    report = await _stored_week(context, week_on)
    drawn = rendering(week_with_picture, context.tr, report)
    looked = DiaryChanged(occasion=Occasion.LOOKED)  # before it: what was asked for stays below
    return [looked, Say(drawn, on_sent=_week_shown(report))]


async def on_week(_update: Update, context: Context) -> Replies:
    """Handle a tap on ◀ or ▶: show another week in the same message.

    The callback data has its first night, or any of its nights and the word "night".
    """
    on = context.tap.day(0)
    if context.tap.word(1) == A_NIGHT:
        return [_shown(context, await _stored_week(context, None, on))]
    return await _show_week(context, on)


async def on_more(_update: Update, context: Context) -> Replies:
    """Show the buttons that are needed less often below a week."""
    return await _show_week(context, context.tap.day(0), more_with_picture)


async def on_fill(_update: Update, context: Context) -> Replies:
    """Offer the nights of a week that can be marked as free of cramps."""
    return await _show_week(context, context.tap.day(0), fill_with_picture)


async def on_none(_update: Update, context: Context) -> Replies:
    """Mark a night as free of cramps (1) or unmark it (0). Idempotent: the button has the value."""
    night_on, value = context.tap.day(0), context.tap.number(1)
    if night_on is not None and value in {0, 1} and await _may_fill(context, night_on):
        await queries.set_none(
            context.session, context.person.id, night_on, value == 1, context.now
        )
    shown = await _show_week(context, context.tap.day(2) or night_on, fill_with_picture)
    return shown if night_on is None else [*shown, DiaryChanged({night_on})]


async def _may_fill(context: Context, night_on: date) -> bool:
    """Whether a night has begun before today and is not older than the diary."""
    begun_on = await queries.begun_on(context.session, context.person)
    return begun_on <= night_on and not context.nights.is_to_come(night_on, context.local_now)


async def on_limited(_update: Update, context: Context) -> Replies:
    """Store whether cramps limited the person that week; the callback data has the answer."""
    week_on, limited = context.tap.day(0), context.tap.word(1)
    if week_on is None or limited not in queries.LIMITED:
        return NOTHING
    session, user = context.session, context.person
    report = await build_week(session, user, context.now, week_on)
    is_answered = report.week_on == week_on and asks_limited(report)
    report = replace(report, limited=limited) if is_answered else report
    await store(session, user, report, context.now)
    if is_answered:  # a column of the row that was stored
        await queries.set_limited(session, user.id, week_on, limited, context.now)
    return [_shown(context, report)]


# Details, months and quarters --------------------------------------------------------------------


async def _show_other(context: Context, content: Content) -> Replies:
    """Show something else than a week in the tapped message, and no longer note it as a week's."""
    await queries.release_message(context.session, context.person.id, context.tapped_message_id)
    return [Show(content)]


async def on_details(_update: Update, context: Context) -> Replies:
    """Show the details of a week's cramps below its picture."""
    report = await build_week(context.session, context.person, context.now, context.tap.day(0))
    details = await build_details(context.session, context.person, report)
    return await _show_other(context, rendering(details_with_picture, context.tr, details))


async def on_month(_update: Update, context: Context) -> Replies:
    """Show a month as a calendar of nights."""
    month = await build_month(
        context.session, context.person, context.now, parse_month(context.tap.word(0))
    )
    return await _show_other(context, rendering(month_with_picture, context.tr, month))


async def on_quarter(_update: Update, context: Context) -> Replies:
    """Show 13 weeks: those up to the night of the callback data, or the last ones."""
    last_on = context.tap.day(0)
    quarter = await build_quarter(context.session, context.person, context.now, last_on)
    return await _show_other(context, rendering(quarter_with_picture, context.tr, quarter))


async def on_words(_update: Update, context: Context) -> Replies:
    """Say the nights of a picture in words: in a new message, other pages of it in the same."""
    span, given_on, page = context.tap.word(0), context.tap.day(1), context.tap.number(2)
    if span not in SPANS or given_on is None:
        return NOTHING
    told = await build_words(context.session, context.person, context.now, span, given_on)
    message = words_message(context.tr, told, page)
    return [Say(message) if page is None else Show(message)]


async def on_pictures(_update: Update, context: Context) -> Replies:
    """Ask whether pictures are dark or light, and store the answer."""
    wanted = context.tap.word(0)
    if wanted in {"light", "dark"}:
        context.person.light_pictures = wanted == "light"
    return [Show(picture_choice(context.tr, light=context.person.light_pictures))]


EXPOSURE_OF_HABIT = {
    Habit.CAFFEINE_AFTER_CUTOFF: "caffeine_late",
    Habit.NO_ALCOHOL: "alcohol_evening",
}
"""Habit of a fair test → what the check-in asks about the same evening."""


async def on_beside(_update: Update, context: Context) -> Replies:
    """Show in a new message what is asked of every night, over the whole diary."""
    facts = await whole_diary(context.session, context.person, context.today)
    tested = await queries.tested_habit(context.session, context.person.id)
    found = [pair for pair in compared_habits(facts) if pair.habit != Habit.CAFFEINE_AFTER_CUTOFF]
    pairs = [pair for pair in found if pair.habit != tested]
    asked = exposure_counts(facts)
    hidden = None if tested is None else EXPOSURE_OF_HABIT.get(tested)
    counts = [count for count in asked if count.exposure != hidden]
    is_withheld = len(pairs) < len(found) or len(counts) < len(asked)
    shown = every_night(context.tr, pairs, counts, sleep(facts), is_withheld=is_withheld)
    return [Say(shown)]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {"summary": _("This week as a picture")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("summary", on_summary),
        keyboard_button(week_label, on_summary),
        *taps(
            "summary",
            {
                "week": on_week,
                "more": on_more,
                "fill": on_fill,
                "none": on_none,
                "limited": on_limited,
                "details": on_details,
                "month": on_month,
                "quarter": on_quarter,
                "beside": on_beside,
                "words": on_words,
                "pictures": on_pictures,
            },
        ),
    ]


FEATURE = Feature(
    name="summary",
    handlers=_handlers,
    descriptions=_descriptions,
    on_sent={WEEK_SHOWN: on_week_shown},
)
