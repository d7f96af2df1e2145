"""Leafing through the diary's nights and correcting them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.database.engine import Session
from bot.database.models import NightStatus, User
from bot.features.cramps.handlers import entry_of
from bot.features.cramps.queries import log_at
from bot.features.cramps.values import FURTHEST_BACK, middle_of
from bot.features.diary.facts import FOUR_OR_MORE
from bot.features.history import messages, queries
from bot.features.history.messages import PAGE, Night
from bot.features.history.queries import NightRow
from bot.features.summary.longer import month_of, parse_month
from bot.features.summary.queries import first_night, set_none
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.people import zone_of
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time, night_of
from bot.telegram.context import Feature, Visit
from bot.telegram.message import Message, Tap, pack, parse_day


def _latest_night(user: User, now: datetime) -> date:
    """Tonight's night once it has begun, till then last night's."""
    return night_of(local_time(now, zone_of(user)))


def _night(row: NightRow, latest: date, today: date) -> Night:
    entries = tuple(entry_of(one) for one in row.entries)
    return Night(
        night_on=row.night_on,
        entries=entries,
        cramps=row.cramps,
        at_least=any(one.count >= FOUR_OR_MORE for one in entries if one.event_type == "cramp"),
        said_none=row.check == NightStatus.NONE_LAST_NIGHT,
        is_ahead=row.night_on == latest == today,
        habits=row.habits,
    )


async def _page(session: Session, visit: Visit, user: User, newest: date | None) -> Message:
    """The page whose newest night is the given one, within what the diary holds."""
    tr, now = translator_for(user), visit.now
    latest = _latest_night(user, now)
    earliest = min(await first_night(session, user), latest)
    last_on = min(newest or latest, latest)
    last_on = max(last_on, earliest)
    first_on = max(last_on - timedelta(days=PAGE - 1), earliest)
    rows = await queries.nights_between(session, user.id, first_on, last_on)
    address = visit.deps.settings.mini_app_url
    return messages.history(
        tr,
        [_night(row, latest, local_time(now, zone_of(user)).date()) for row in rows],
        has_newer=last_on < latest,
        has_older=first_on > earliest,
        mini_app=f"{address}/app" if address is not None else None,
    )


async def on_history(visit: Visit) -> None:
    """/history: the newest nights."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = await _page(session, visit, user, None)
    await visit.say(shown.quietly(is_night(user, visit)))


async def on_open(visit: Visit, _tap: Tap) -> None:
    """The newest nights, in place: here the question when a cramp was leads back to."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        if user.awaiting == pack("cramps", "when"):
            user.awaiting = None
            session.add(user)
    await _show_page(visit, None)


async def on_page(visit: Visit, tap: Tap) -> None:
    """Other nights, in place."""
    await _show_page(visit, parse_day(tap.word(0)))


async def _show_page(visit: Visit, newest: date | None) -> None:
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = await _page(session, visit, user, newest)
    await visit.show(shown)


async def _night_card(session: Session, visit: Visit, user: User, night_on: date) -> Message:
    rows = await queries.nights_between(session, user.id, night_on, night_on)
    number = await queries.next_number(session, user.id, night_on)
    today = local_time(visit.now, zone_of(user)).date()
    return messages.night_card(
        translator_for(user),
        _night(rows[0], _latest_night(user, visit.now), today),
        may_say_none=night_on < today,
        next_number=number if number <= queries.MOST_ADDED else None,
    )


async def _usable(session: Session, user: User, night_on: date, now: datetime) -> bool:
    """Whether a button's night is one that somebody can have had, or that their diary tells of."""
    latest = _latest_night(user, now)
    earliest = min(await first_night(session, user), latest - FURTHEST_BACK)
    return earliest <= night_on <= latest


async def on_night(visit: Visit, tap: Tap) -> None:
    """One night, in place."""
    night_on = parse_day(tap.word(0))
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = None
        if night_on is not None and await _usable(session, user, night_on, visit.now):
            shown = await _night_card(session, visit, user, night_on)
    if shown is None:
        await visit.toast()
    else:
        await visit.show(shown)


async def on_none(visit: Visit, tap: Tap) -> None:
    """A night had no cramps, or that is taken back. Sets, so twice is the same."""
    night_on, value = parse_day(tap.word(0)), tap.number(1)
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = None
        if (
            night_on is not None
            and value in {0, 1}
            and await _usable(session, user, night_on, visit.now)
        ):
            if night_on < local_time(visit.now, zone_of(user)).date():
                await set_none(session, user.id, night_on, value == 1, visit.now)
            shown = await _night_card(session, visit, user, night_on)
    if shown is None or night_on is None:
        await visit.toast()
        return
    await visit.show(shown)
    await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {night_on})


async def on_add(visit: Visit, tap: Tap) -> None:
    """A cramp of that night whose hour is not told. The button says which one it is, so the
    same tap twice adds one."""
    night_on, number = parse_day(tap.word(0)), tap.number(1)
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = None
        if (
            night_on is not None
            and number is not None
            and await _usable(session, user, night_on, visit.now)
        ):
            if 0 < number <= await queries.next_number(session, user.id, night_on):
                zone = zone_of(user)
                moment = min(middle_of(night_on, zone), visit.now)
                key = queries.key_of(night_on, min(number, queries.MOST_ADDED))
                await log_at(session, user.id, key, visit.now, moment, "night_only", zone)
            shown = await _night_card(session, visit, user, night_on)
    if shown is None or night_on is None:
        await visit.toast()
        return
    await visit.show(shown)
    await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {night_on})


async def on_month(visit: Visit, tap: Tap) -> None:
    """The month as a picture, below: a list cannot become a picture and a list again."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        draw = await month_of(session, user, visit.now, parse_month(tap.word(0)))
    await visit.toast()
    await visit.say((await draw()).quietly(True))


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"history": tr.gettext("Your nights, to look at and correct")}


FEATURE = Feature(
    name="history",
    commands={"history": on_history},
    descriptions=_descriptions,
    taps={
        "open": on_open,
        "page": on_page,
        "night": on_night,
        "none": on_none,
        "add": on_add,
        "month": on_month,
    },
)
