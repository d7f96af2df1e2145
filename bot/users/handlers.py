"""Meeting the bot, settings, travel, pause, privacy and leaving."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.context import AnswerHandler, Deps, Feature, Handler, TapHandler, Visit, is_delivered
from bot.cramps.cards import general_information
from bot.db import Session
from bot.i18n import Translator, translator
from bot.message import Message, Tap, pack
from bot.models import Fluids, SetupStep, User
from bot.nights import local_time
from bot.reminders import queries as reminders
from bot.reminders.messages import plan_in_words
from bot.reminders.schedule import instant_of
from bot.reminders.views import plan_items
from bot.users import messages, queries
from bot.users.messages import FOREVER_ON, Place, Settings
from bot.users.queries import FALLBACK_ZONE, zone_of
from bot.users.times import parse_clock, parse_day
from bot.users.visiting import is_night, load
from bot.users.zones import city_name, find_zones, likely_zones, zone_at

DEFAULT_WAKE = time(7, 0)
MORE_ZONES = 8
KEYBOARD_MAY_BE_LOST = timedelta(days=30)


@dataclass(frozen=True)
class Shown:
    """What a transaction decided to show: one message, and the keyboard when it is due."""

    message: Message
    with_keyboard: bool = False


def _tr(user: User) -> Translator:
    return translator(user.language)


def _place(visit: Visit, tr: Translator, zone: str) -> Place:
    return Place(zone, city_name(zone, tr.language), local_time(visit.now, zone))


def _places(visit: Visit, tr: Translator, zones: Sequence[str]) -> list[Place]:
    return [_place(visit, tr, zone) for zone in zones]


def _likely(visit: Visit, tr: Translator) -> list[Place]:
    return _places(visit, tr, likely_zones(visit.language_code, visit.now))


# The questions -----------------------------------------------------------------------------------


def next_step(user: User) -> SetupStep:
    """The first question that is still open."""
    for step, answer in (
        (SetupStep.TIME_ZONE, user.time_zone),
        (SetupStep.BED, user.bed_time),
        (SetupStep.WAKE, user.wake_time),
        (SetupStep.FLUIDS, user.fluids),
    ):
        if answer is None:
            return step
    return SetupStep.DONE


def _question(visit: Visit, user: User) -> Message:
    """The open question of somebody who is still meeting the bot."""
    tr = _tr(user)
    match user.setup_step:
        case SetupStep.BED:
            return messages.bed_question(tr)
        case SetupStep.WAKE:
            return messages.wake_question(tr)
        case SetupStep.FLUIDS:
            return messages.fluid_question(tr)
    return messages.welcome(tr, general_information(tr), _likely(visit, tr))


_AWAITED = {
    SetupStep.TIME_ZONE: pack("users", "place"),
    SetupStep.BED: pack("users", "bed"),
    SetupStep.WAKE: pack("users", "wake"),
    SetupStep.FLUIDS: pack("users", "fluids"),
    SetupStep.DONE: None,
}


async def _advance(session: Session, visit: Visit, user: User) -> Shown | None:
    """Go to the next open question; at the end make the plan. None when setting up was over."""
    if user.setup_step is SetupStep.DONE:
        return None
    user.setup_step = next_step(user)
    user.awaiting = _AWAITED[user.setup_step]
    session.add(user)
    if user.setup_step is not SetupStep.DONE:
        return Shown(_question(visit, user))
    await session.flush()
    await reminders.ensure_reminders(session, user)
    planned = await reminders.replan(session, user, visit.now)
    user.keyboard_sent_at = visit.now
    tr = _tr(user)
    plan = plan_in_words(tr, plan_items(planned, user))
    has_spread = any(reminder.times is None for reminder in planned)
    ready = messages.plan_ready(tr, plan, user.fluids or Fluids.UNSURE, has_spread)
    return Shown(ready, with_keyboard=True)


async def _after_answer(
    visit: Visit, change: Callable[[User], None], note: Callable[[Translator, User], str | None]
) -> None:
    """Set an answer; then the next question, or the settings card when setting up is over."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        change(user)
        user.awaiting = None
        session.add(user)
        shown = await _advance(session, visit, user)
        if shown is None:
            await reminders.replan(session, user, visit.now)
            card = messages.settings_card(_tr(user), _settings(visit, user), note(_tr(user), user))
            shown = Shown(card)
    await _present(visit, user, shown)


async def _present(visit: Visit, user: User, shown: Shown) -> None:
    if visit.query is not None:
        await visit.show(shown.message)
    else:
        await visit.say(shown.message.quietly(is_night(user, visit)))
    if shown.with_keyboard:
        await visit.say(messages.keyboard_message(_tr(user)).quietly(is_night(user, visit)))


async def on_start(visit: Visit) -> None:
    """/start: the open question, or the menu for somebody who has answered all."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        returned = user.blocked_at is not None
        user.blocked_at = None
        if user.setup_step is SetupStep.DONE:
            if returned:
                await reminders.replan(session, user, visit.now)
            user.keyboard_sent_at = visit.now
            shown = Shown(messages.menu(_tr(user), _settings(visit, user)), with_keyboard=True)
        else:
            user.awaiting = _AWAITED[user.setup_step]
            shown = Shown(_question(visit, user))
        session.add(user)
    outcome = await visit.say(shown.message.quietly(is_night(user, visit)))
    if shown.with_keyboard:
        await visit.say(messages.keyboard_message(_tr(user)).quietly(is_night(user, visit)))
    elif (message_id := is_delivered(outcome)) is not None:
        async with visit.transaction() as session:
            fresh = await load(session, visit)
            fresh.setup_message_id = message_id
            session.add(fresh)


# Place -------------------------------------------------------------------------------------------


async def on_zone(visit: Visit, tap: Tap) -> None:
    """A zone was chosen; without one, it is asked for."""
    zone = tap.word(0)
    if zone is None:
        await _ask(visit, "place", lambda tr: messages.zone_question(tr, _likely(visit, tr)))
        return
    if not _is_zone(zone):
        await visit.toast(translator(visit.language_code).gettext("I do not know that place."))
        return
    await _choose_zone(visit, zone)


def _is_zone(name: str) -> bool:
    """Whether callback data names a zone that the rules know."""
    try:
        return (ZoneInfo(name).key == name and "/" in name) or name == FALLBACK_ZONE
    except (ValueError, OSError):
        return False


async def _choose_zone(visit: Visit, zone: str) -> None:
    """Set the zone; somebody with reminders on another one is asked whether these move."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = _tr(user)
        user.awaiting = None
        session.add(user)
        if user.setup_step is not SetupStep.DONE:
            user.time_zone = zone
            shown = await _advance(session, visit, user)
        elif user.time_zone == zone and user.home_zone is None:
            note = messages.zone_same(tr, city_name(zone, tr.language))
            shown = Shown(messages.settings_card(tr, _settings(visit, user), note))
        else:
            home = city_name(user.home_zone or zone_of(user), tr.language)
            shown = Shown(messages.new_zone_question(tr, _place(visit, tr, zone), home))
    if shown is not None:
        await _present(visit, user, shown)


async def on_place(visit: Visit, _tap: Tap) -> None:
    """ "Somewhere else…": a typed place or a position."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = pack("users", "place")
        session.add(user)
    await visit.toast()
    await visit.say(messages.place_question(_tr(user)).quietly(is_night(user, visit)))


async def on_typed_place(visit: Visit, _tap: Tap, text: str) -> bool:
    """A typed city, country, zone or offset."""
    match = find_zones(text, visit.now)
    if match.zone is not None:
        await _choose_zone(visit, match.zone)
        return True
    zones = match.suggestions[:MORE_ZONES]
    await _card(visit, lambda tr: messages.unclear_place(tr, _places(visit, tr, zones)))
    return True


async def on_location(visit: Visit) -> None:
    """A shared position: only its zone is read, the position is kept nowhere."""
    position = visit.message.location if visit.message else None
    zone = zone_at(position.latitude, position.longitude) if position else None
    if zone is None:
        await _card(visit, lambda tr: messages.unclear_place(tr, ()))
        return
    await _choose_zone(visit, zone)


async def on_timezone(visit: Visit) -> None:
    """/timezone: where are you now?"""
    await _ask(visit, "place", lambda tr: messages.zone_question(tr, _likely(visit, tr)))


async def on_move(visit: Visit, tap: Tap) -> None:
    """Reminders come along to the new zone."""
    zone = tap.word(0)
    if zone is None or not _is_zone(zone):
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.time_zone, user.home_zone, user.home_zone_until_on = zone, None, None
        user.awaiting = None
        session.add(user)
        await reminders.move_to_zone(session, user, visit.now)
        tr = _tr(user)
        note = messages.zone_set(tr, city_name(zone, tr.language))
        card = messages.settings_card(tr, _settings(visit, user), note)
    await visit.show(card)


async def on_keep(visit: Visit, tap: Tap) -> None:
    """Reminders keep home time for some days, or (0) until further notice."""
    zone, days = tap.word(0), tap.number(1)
    if zone is None or not _is_zone(zone) or days not in {0, *messages.KEEP_DAYS}:
        await visit.toast()
        return
    until_on = FOREVER_ON
    if days:
        until_on = local_time(visit.now, zone).date() + timedelta(days=days)
    await _keep_home(visit, zone, until_on)


async def _keep_home(visit: Visit, zone: str, until_on: date) -> None:
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = _tr(user)
        home = user.home_zone or zone_of(user)
        user.time_zone, user.awaiting = zone, None
        is_away = home != zone
        user.home_zone = home if is_away else None
        user.home_zone_until_on = until_on if is_away else None
        session.add(user)
        await reminders.move_to_zone(session, user, visit.now)
        city = city_name(zone, tr.language)
        note = messages.zone_set(tr, city)
        if user.home_zone_until_on is not None:
            home_city = city_name(home, tr.language)
            note = messages.zone_kept(tr, city, home_city, user.home_zone_until_on)
        shown = Shown(messages.settings_card(tr, _settings(visit, user), note))
    await _present(visit, user, shown)


async def on_keep_until(visit: Visit, tap: Tap) -> None:
    """Asks for the day until which home time is kept."""
    zone = tap.word(0)
    if zone is None or not _is_zone(zone):
        await visit.toast()
        return
    await _ask(visit, "keepuntil", messages.keep_until_question, zone)


async def on_typed_keep_until(visit: Visit, tap: Tap, text: str) -> bool:
    """The typed day until which home time is kept."""
    zone = tap.word(0)
    if zone is None or not _is_zone(zone):
        return False
    until_on = parse_day(text, local_time(visit.now, zone).date())
    if until_on is None:
        await _card(visit, messages.unclear_day)
        return True
    await _keep_home(visit, zone, until_on)
    return True


# Bed and wake time, drinks -----------------------------------------------------------------------


async def _ask(
    visit: Visit, verb: str, question: Callable[[Translator], Message], *arguments: str
) -> None:
    """Show a question whose answer may also be typed."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = pack("users", verb, *arguments)
        session.add(user)
    await _present(visit, user, Shown(question(_tr(user))))


def _clock_argument(tap: Tap, position: int) -> time | None:
    text = tap.word(position) or ""
    return parse_clock(f"{text[:2]}:{text[2:]}") if len(text) == 4 else None


def _clock_handlers(
    verb: str, question: Callable[..., Message], change: Callable[[User, time], None]
) -> tuple[TapHandler, AnswerHandler]:
    """The tap and the typed answer of a question for a time of day."""

    async def on_tap(visit: Visit, tap: Tap) -> None:
        chosen = _clock_argument(tap, 0)
        if tap.word(0) == "from" and (first := _clock_argument(tap, 1)) is not None:
            await _ask(visit, verb, lambda tr: question(tr, first))
        elif chosen is None:
            await _ask(visit, verb, question)
        else:
            await _after_answer(visit, lambda user: change(user, chosen), _no_note)

    async def on_typed(visit: Visit, _tap: Tap, text: str) -> bool:
        chosen = parse_clock(text)
        if chosen is None:
            await _card(visit, messages.unclear_time)
            return True
        await _after_answer(visit, lambda user: change(user, chosen), _no_note)
        return True

    return on_tap, on_typed


def _no_note(_tr: Translator, _user: User) -> None:
    return None


def _set_bed(user: User, chosen: time) -> None:
    user.bed_time = chosen


def _set_wake(user: User, chosen: time) -> None:
    user.wake_time = chosen


on_bed, on_typed_bed = _clock_handlers("bed", messages.bed_question, _set_bed)
on_wake, on_typed_wake = _clock_handlers("wake", messages.wake_question, _set_wake)


async def on_fluids(visit: Visit, tap: Tap) -> None:
    """The fluid question, or its answer."""
    try:
        fluids = Fluids(tap.word(0) or "")
    except ValueError:
        await _ask(visit, "fluids", messages.fluid_question)
        return
    await _set_fluids(visit, fluids)


async def _set_fluids(visit: Visit, fluids: Fluids) -> None:
    def change(user: User) -> None:
        user.fluids = fluids

    await _after_answer(visit, change, lambda tr, _user: messages.fluid_consequence(tr, fluids))


async def on_typed_fluids(visit: Visit, _tap: Tap, text: str) -> bool:
    """A typed yes, no or not sure."""
    _ = translator(visit.language_code).gettext
    word = text.strip().casefold().rstrip(".!")
    answers = {
        _("yes"): Fluids.LIMITED,
        _("no"): Fluids.FREE,
        _("not sure"): Fluids.UNSURE,
    }
    if word not in answers:
        return False
    await _set_fluids(visit, answers[word])
    return True


# Settings and pause ------------------------------------------------------------------------------


def _pause_words(user: User, visit: Visit) -> str | None:
    if not user.paused:
        return None
    if user.paused_until_at is None:
        return messages.pause_words(_tr(user), None)
    if user.paused_until_at <= visit.now:
        return None
    return messages.pause_words(_tr(user), local_time(user.paused_until_at, zone_of(user)))


def _settings(visit: Visit, user: User) -> Settings:
    tr, zone = _tr(user), zone_of(user)
    today = local_time(visit.now, zone).date()
    is_away = user.home_zone_until_on is not None and today < user.home_zone_until_on
    return Settings(
        city=city_name(zone, tr.language),
        local_now=local_time(visit.now, zone),
        bed_time=user.bed_time,
        wake_time=user.wake_time,
        fluids=user.fluids,
        home_city=city_name(user.home_zone, tr.language) if user.home_zone and is_away else None,
        home_until_on=user.home_zone_until_on,
        pause=_pause_words(user, visit),
    )


async def on_settings(visit: Visit, _tap: Tap) -> None:
    """The settings card."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = None
        session.add(user)
    await _present(visit, user, Shown(messages.settings_card(_tr(user), _settings(visit, user))))


async def on_pause_command(visit: Visit) -> None:
    """/pause: how long?"""
    await _ask(visit, "pause", messages.pause_question)


async def on_ask_pause(visit: Visit, _tap: Tap) -> None:
    """The menu's pause button."""
    await _ask(visit, "pause", messages.pause_question)


async def on_pause(visit: Visit, tap: Tap) -> None:
    """A pause of a chosen length."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    local = local_time(visit.now, zone_of(user))
    wake = user.wake_time or DEFAULT_WAKE
    match tap.word(0):
        case "night":
            until = datetime.combine(local.date(), wake)
            await _pause(visit, until if until > local else until + timedelta(days=1))
        case "week":
            await _pause(visit, datetime.combine(local.date() + timedelta(days=7), wake))
        case "open":
            await _pause(visit, None)
        case "date":
            await _ask(visit, "pause", messages.pause_until_question)
        case _:
            await visit.toast()


async def on_typed_pause(visit: Visit, _tap: Tap, text: str) -> bool:
    """The typed day on which reminders come back."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    until_on = parse_day(text, local_time(visit.now, zone_of(user)).date())
    if until_on is None:
        await _card(visit, messages.unclear_day)
        return True
    await _pause(visit, datetime.combine(until_on, user.wake_time or DEFAULT_WAKE))
    return True


async def _pause(visit: Visit, until_local: datetime | None) -> None:
    """Let reminders rest until a wall-clock time where the person is (None: until resumed)."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.paused, user.awaiting = True, None
        user.paused_until_at = (
            None if until_local is None else instant_of(until_local, ZoneInfo(zone_of(user)))
        )
        session.add(user)
        await reminders.replan(session, user, visit.now)
        words = messages.pause_words(_tr(user), until_local)
    await _present(visit, user, Shown(messages.paused(_tr(user), words)))


async def on_resume_command(visit: Visit) -> None:
    """/resume: reminders are back."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.paused, user.paused_until_at, user.awaiting = False, None, None
        session.add(user)
        await reminders.replan(session, user, visit.now)
    await _present(visit, user, Shown(messages.resumed(_tr(user))))


async def on_resume(visit: Visit, _tap: Tap) -> None:
    """The resume button."""
    await on_resume_command(visit)


# Help, privacy, leaving --------------------------------------------------------------------------


async def _card(visit: Visit, make: Callable[[Translator], Message]) -> None:
    """Show a card that changes nothing."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await _present(visit, user, Shown(make(_tr(user))))


async def on_help_command(visit: Visit) -> None:
    """/help: what the bot does, in one screen."""
    await _card(visit, lambda tr: messages.help_card(tr, general_information(tr)))


async def on_help(visit: Visit, _tap: Tap) -> None:
    """The help button."""
    await on_help_command(visit)


async def on_unknown(visit: Visit) -> None:
    """Whatever nobody took: a helpful word, and the keyboard again if it may be lost."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        is_done = user.setup_step is SetupStep.DONE
        sent_at = user.keyboard_sent_at
        is_lost = is_done and (sent_at is None or visit.now - sent_at > KEYBOARD_MAY_BE_LOST)
        if is_lost:
            user.keyboard_sent_at = visit.now
            session.add(user)
    await _present(visit, user, Shown(messages.not_understood(_tr(user)), with_keyboard=is_lost))


async def on_privacy(visit: Visit) -> None:
    """/privacy: what is stored, where and for how long."""
    await _card(visit, messages.privacy)


async def on_delete_command(visit: Visit) -> None:
    """/delete: asks once."""
    await _card(visit, messages.delete_question)


async def on_delete(visit: Visit, tap: Tap) -> None:
    """Erase everything, after the one confirmation."""
    if tap.word(0) != "yes":
        await on_delete_command(visit)
        return
    async with visit.transaction() as session:
        user = await queries.get(session, visit.user_id)
        tr = translator(user.language if user else visit.language_code)
        await queries.erase(session, visit.user_id)
    await visit.show(messages.deleted(tr))


async def on_membership(deps: Deps, user_id: int, blocked: bool) -> None:
    """The person blocked the bot: reminders rest. They came back: reminders too."""
    now = deps.clock.now()
    async with deps.database.transaction() as session:
        await queries.set_blocked(session, user_id, now, blocked)
        user = await queries.get(session, user_id)
        if user is not None and not blocked:
            await reminders.replan(session, user, now)


def _commands() -> Mapping[str, Handler]:
    return {
        "start": on_start,
        "timezone": on_timezone,
        "pause": on_pause_command,
        "resume": on_resume_command,
        "help": on_help_command,
        "privacy": on_privacy,
        "delete": on_delete_command,
    }


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "start": _("Begin, or show the menu"),
        "timezone": _("Set where you are"),
        "pause": _("Let reminders rest"),
        "resume": _("Wake the reminders up"),
        "help": _("How this works"),
        "privacy": _("What is kept"),
        "delete": _("Erase everything"),
    }


FEATURE = Feature(
    name="users",
    commands=_commands(),
    descriptions=_descriptions,
    taps={
        "zone": on_zone,
        "place": on_place,
        "move": on_move,
        "keep": on_keep,
        "keepuntil": on_keep_until,
        "bed": on_bed,
        "wake": on_wake,
        "fluids": on_fluids,
        "settings": on_settings,
        "askpause": on_ask_pause,
        "pause": on_pause,
        "resume": on_resume,
        "help": on_help,
        "delete": on_delete,
    },
    answers={
        "place": on_typed_place,
        "bed": on_typed_bed,
        "wake": on_typed_wake,
        "fluids": on_typed_fluids,
        "keepuntil": on_typed_keep_until,
        "pause": on_typed_pause,
    },
    on_location=on_location,
)
