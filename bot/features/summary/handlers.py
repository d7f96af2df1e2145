"""Asking for a week, leafing through weeks, filling in quiet nights."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from bot.database.engine import Session
from bot.database.models import User
from bot.features.summary import messages, queries
from bot.features.summary.longer import details_of, month_of, parse_month, quarter_of
from bot.features.summary.report import WeekReport, build_week
from bot.features.summary.sending import picture_of, refresh, store
from bot.features.users.messages.keyboard import week_label
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.telegram.context import Feature, Handler, Visit, is_delivered
from bot.telegram.message import Message, Tap, parse_day
from bot.telegram.sender import Sent

Words = Callable[[Translator, WeekReport, bytes], Message]


async def on_summary(visit: Visit) -> None:
    """/summary and the keyboard's button: the current week."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        report = await build_week(session, user, visit.now)
        await store(session, user, report, visit.now)
    tr = translator_for(user)
    message = messages.week_message(tr, report, await picture_of(tr, report))
    message_id = is_delivered(await visit.say(message.quietly(is_night(user, visit))))
    await _note(visit, report.week_on, message_id)


async def _note(visit: Visit, week_on: date, message_id: int | None) -> None:
    async with visit.transaction() as session:
        await queries.note_message(session, visit.user_id, week_on, message_id, visit.now)


async def _show(visit: Visit, week_on: date | None, words: Words) -> None:
    """Show a week in the tapped message."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        report = await build_week(session, user, visit.now, week_on)
        await store(session, user, report, visit.now)
    tr = translator_for(user)
    await visit.toast()
    message = words(tr, report, await picture_of(tr, report))
    outcome = await visit.edit(visit.tapped_message_id, message)
    if isinstance(outcome, Sent):  # otherwise the message still shows what it showed
        await _note(visit, report.week_on, outcome.message_id or visit.tapped_message_id)


async def on_week(visit: Visit, tap: Tap) -> None:
    """◀ ▶: another week in the same message."""
    await _show(visit, parse_day(tap.word(0)), messages.week_message)


async def on_fill(visit: Visit, tap: Tap) -> None:
    """The nights of a week that can be called quiet."""
    await _show(visit, parse_day(tap.word(0)), messages.fill_message)


async def on_none(visit: Visit, tap: Tap) -> None:
    """A night had no cramps, or that is taken back. Sets, so twice is the same."""
    night_on, value = parse_day(tap.word(0)), tap.number(1)
    if night_on is not None and value in {0, 1}:
        async with visit.transaction() as session:
            user = await load(session, visit)
            if await _may_fill(session, user, night_on, visit.now):
                await queries.set_none(session, user.id, night_on, value == 1, visit.now)
    await _show(visit, parse_day(tap.word(2)) or night_on, messages.fill_message)
    if night_on is not None:
        await refresh(visit.deps, visit.bot, visit.user_id, {night_on})


async def on_limited(visit: Visit, tap: Tap) -> None:
    """Did cramps limit you that week? The button carries the answer."""
    week_on, limited = parse_day(tap.word(0)), tap.word(1)
    if week_on is None or limited not in queries.LIMITED:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        report = await build_week(session, user, visit.now, week_on)
        if report.week_on == week_on and messages.asks_limited(report):
            await store(session, user, report, visit.now)  # an answer needs a row to be kept in
            await queries.set_limited(session, user.id, week_on, limited, visit.now)
    await _show(visit, week_on, messages.week_message)


# Longer views ------------------------------------------------------------------------------------


async def _show_view(visit: Visit, message: Message) -> None:
    """Show another view in the tapped message; it shows no week from then on."""
    await visit.toast()
    async with visit.transaction() as session:
        await queries.release_message(session, visit.user_id, visit.tapped_message_id)
    await visit.edit(visit.tapped_message_id, message)


async def on_details(visit: Visit, tap: Tap) -> None:
    """The splits of a week below its picture."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        report = await build_week(session, user, visit.now, parse_day(tap.word(0)))
        message = await details_of(session, user, report)
    await _show_view(visit, await message())


async def on_month(visit: Visit, tap: Tap) -> None:
    """A month as a calendar of nights."""
    month = parse_month(tap.word(0))
    async with visit.transaction() as session:
        user = await load(session, visit)
        message = await month_of(session, user, visit.now, month)
    await _show_view(visit, await message())


async def on_quarter(visit: Visit, _tap: Tap) -> None:
    """The last three months."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        message = await quarter_of(session, user, visit.now)
    await _show_view(visit, await message())


async def _may_fill(session: Session, user: User, night_on: date, now: datetime) -> bool:
    """Only nights since the diary began, and none that is still to come."""
    begun_on = await queries.begun_on(session, user)
    return begun_on <= night_on < local_time(now, zone_of(user)).date()


def _labels(tr: Translator) -> Mapping[str, Handler]:
    return {week_label(tr): on_summary}


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {"summary": _("This week as a picture")}


FEATURE = Feature(
    name="summary",
    commands={"summary": on_summary},
    descriptions=_descriptions,
    taps={
        "week": on_week,
        "fill": on_fill,
        "none": on_none,
        "limited": on_limited,
        "details": on_details,
        "month": on_month,
        "quarter": on_quarter,
    },
    labels=_labels,
)
