"""Handlers of /history: page through the nights of the diary, and correct them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from telegram import Update

from bot.database.stored_values import NightStatus
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import FURTHEST_BACK, middle_of
from bot.features.cramps.handlers.log import refused
from bot.features.cramps.handlers.typed import strength_said
from bot.features.cramps.log_queries import log_at
from bot.features.diary.facts import FOUR_OR_MORE
from bot.features.diary.limits import Limit
from bot.features.history import messages, queries
from bot.features.history.messages import PAGE, Night
from bot.features.history.open_night import about_open_night
from bot.features.history.queries import NightRow
from bot.features.summary.month_quarter_messages import parse_month
from bot.features.summary.month_quarter_report import MonthReport, build_month
from bot.features.summary.queries import first_night, set_none
from bot.features.summary.rendering import month_with_picture
from bot.i18n.translator import Translator
from bot.telegram.context import Context, Outside
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say, Show, rendering


def _night(row: NightRow, context: Context) -> Night:
    entries = tuple(entry_of(one) for one in row.entries)
    return Night(
        night_on=row.night_on,
        entries=entries,
        cramps=row.cramps,
        at_least=any(one.count >= FOUR_OR_MORE for one in entries if one.event_type == "cramp"),
        said_none=row.check == NightStatus.NONE_LAST_NIGHT,
        is_ahead=context.nights.is_to_come(row.night_on, context.local_now),
        habits=row.habits,
        exposures=row.exposures,
        sleep_quality=row.sleep_quality,
    )


async def _page(context: Context, newest: date | None) -> Message:
    """The page whose newest night is the given one; None, or one out of range, is adjusted."""
    session, user = context.session, context.person
    latest = context.tonight
    earliest = min(await first_night(session, user), latest)
    last_on = min(newest or latest, latest)
    last_on = max(last_on, earliest)
    first_on = max(last_on - timedelta(days=PAGE - 1), earliest)
    rows = await queries.nights_between(session, user.id, first_on, last_on)
    address = context.deps.settings.mini_app_url
    return messages.history(
        context.tr,
        [_night(row, context) for row in rows],
        has_newer=last_on < latest,
        has_older=first_on > earliest,
        mini_app=f"{address}/app" if address is not None else None,
    )


async def on_history(_update: Update, context: Context) -> Replies:
    """Handle /history: show the newest nights."""
    return [Say(await _page(context, None))]


async def on_open(_update: Update, context: Context) -> Replies:
    """Show the newest nights in place, also when the person goes back from adding a cramp."""
    context.stop_asking("cramps", "when")
    context.clear_screen()
    return [Show(await _page(context, None))]


async def on_page(_update: Update, context: Context) -> Replies:
    """Show another page in place."""
    context.clear_screen()
    return [Show(await _page(context, context.tap.day(0)))]


async def _night_card(context: Context, night_on: date, number: int | None = None) -> Message:
    """One night; ``number`` is that of the next entry to add, if it is known."""
    session, user = context.session, context.person
    rows = await queries.nights_between(session, user.id, night_on, night_on)
    if number is None:
        number = await queries.next_number(session, user.id, night_on)
    return messages.night_card(
        context.tr,
        _night(rows[0], context),
        may_say_none=not context.nights.is_to_come(night_on, context.local_now),
        next_number=number if number <= queries.MOST_ADDED else None,
    )


async def _tapped_night(context: Context) -> date | None:
    """The night that the button names, or None when it is out of the diary's range."""
    night_on = context.tap.day(0)
    return night_on if night_on and await _is_of_diary(context, night_on) else None


async def _is_of_diary(context: Context, night_on: date) -> bool:
    """Whether a night has begun and may have entries."""
    latest = context.tonight
    earliest = min(await first_night(context.session, context.person), latest - FURTHEST_BACK)
    return earliest <= night_on <= latest


async def on_night(_update: Update, context: Context) -> Replies:
    """Show one night in place."""
    night_on = await _tapped_night(context)
    if night_on is None:
        return NOTHING
    context.put_on_screen("history", "night", night_on)
    return [Show(await _night_card(context, night_on))]


async def shown_night(context: Context, night_on: date) -> Message | None:
    """The card of a night that a typed question is about; None before the diary's first night."""
    if not await _is_of_diary(context, night_on):
        return None
    context.put_on_screen("history", "night", night_on)
    return await _night_card(context, night_on)


async def on_typed(context: Context, opened: Tap, text: str) -> Replies | None:
    """Take a typed time or strength as one of the open night.

    A number that can be of several entries, or of none, shows the night with its entries again: it
    is not taken as that of another night.
    """
    replies, night_on = await about_open_night(context, opened, text), opened.day(0)
    is_strength = strength_said(text, context.tr.language) != ""
    if replies is not None or night_on is None or not is_strength:
        return replies
    return [Say(await _night_card(context, night_on))]


async def on_none(_update: Update, context: Context) -> Replies:
    """Say that a night had no cramps (1), or withdraw that (0). Idempotent."""
    night_on, value = await _tapped_night(context), context.tap.number(1)
    if night_on is None or value not in {0, 1}:
        return NOTHING
    if not context.nights.is_to_come(night_on, context.local_now):
        await set_none(context.session, context.person.id, night_on, value == 1, context.now)
    return [Show(await _night_card(context, night_on)), DiaryChanged({night_on})]


async def on_add(_update: Update, context: Context) -> Replies:
    """Add a cramp without a time of day to a night.

    The button carries the number of the new entry, so that the same tap twice adds one.
    """
    night_on, number = await _tapped_night(context), context.tap.number(1)
    if night_on is None or number is None:
        return NOTHING
    session, user_id = context.session, context.person.id
    following = await queries.next_number(session, user_id, night_on)
    if 0 < number <= following:
        moment = min(middle_of(night_on, context.zone, context.nights), context.now)
        number = min(number, queries.MOST_ADDED)
        key = queries.key_of(night_on, number)
        logged = await log_at(
            session,
            user_id,
            key,
            context.now,
            moment,
            "night_only",
            context.zone,
            context.nights,
        )
        if isinstance(logged, Limit):
            return refused(context, logged)
        following = max(following, number + 1)
        context.put_on_screen("history", "night", night_on)
    return [Show(await _night_card(context, night_on, following)), DiaryChanged({night_on})]


async def on_month(_update: Update, context: Context) -> Replies:
    """Show the month as a picture, in a new message: Telegram cannot turn a text into a picture."""
    month = parse_month(context.tap.word(0))
    report = await build_month(context.session, context.person, context.now, month)
    return [Say(rendering(_silent_month, context.tr, report))]


async def _silent_month(outside: Outside, tr: Translator, report: MonthReport) -> Message:
    return (await month_with_picture(outside, tr, report)).quietly(True)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"history": tr.gettext("See and correct your nights")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("history", on_history),
        *taps(
            "history",
            {
                "open": on_open,
                "page": on_page,
                "night": on_night,
                "none": on_none,
                "add": on_add,
                "month": on_month,
            },
        ),
    ]


FEATURE = Feature(
    name="history",
    handlers=_handlers,
    descriptions=_descriptions,
    on_screen={"night": on_typed},
)
