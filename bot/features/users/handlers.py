"""Meeting the bot, settings, travel and pause."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.database.engine import Session
from bot.database.models import Fluids, Kind, SetupStep, User
from bot.dispatch.replanning import move_to_zone, replan
from bot.dispatch.schedule import instant_of
from bot.features.cramps import queries as diary
from bot.features.cramps.cards import general_information
from bot.features.reminders import queries as reminders
from bot.features.reminders.messages import plan_in_words
from bot.features.reminders.views import plan_items
from bot.features.users import messages
from bot.features.users.messages import FOREVER_ON, Place, Settings
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator, translator
from bot.i18n.vocabulary.lexicon import fold
from bot.identity import people
from bot.identity.presence import is_night, load
from bot.local_time.likely_zones import likely_zones
from bot.local_time.nights import local_time
from bot.local_time.person import FALLBACK_ZONE, zone_of
from bot.local_time.positions import zone_at
from bot.local_time.typed_places import find_zones
from bot.local_time.typed_times import parse_clock, parse_day
from bot.local_time.zone_names import city_name
from bot.telegram.context import (
    AnswerHandler,
    Feature,
    Handler,
    TapHandler,
    Visit,
    is_delivered,
)
from bot.telegram.message import Message, Tap, pack

DEFAULT_WAKE = time(7, 0)
MORE_ZONES = 8
KEYBOARD_MAY_BE_LOST = timedelta(days=30)
LONGEST_AHEAD = timedelta(days=300)
"""A typed day further ahead is more likely a slip: today's date would be that of next year."""


def _tr(user: User) -> Translator:
    return translator_for(user)


def _place(visit: Visit, tr: Translator, zone: str) -> Place:
    return Place(zone, city_name(zone, tr.locale), local_time(visit.now, zone))


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
            return messages.fluid_question(tr, is_last=True)
    return messages.welcome(tr, general_information(tr), _likely(visit, tr))


_AWAITED = {
    SetupStep.TIME_ZONE: pack("users", "place"),
    SetupStep.BED: pack("users", "bed"),
    SetupStep.WAKE: pack("users", "wake"),
    SetupStep.FLUIDS: pack("users", "fluids"),
    SetupStep.DONE: None,
}


async def _advance(session: Session, visit: Visit, user: User) -> Message | None:
    """Go to the next open question; at the end make the plan. None when setting up was over."""
    if user.setup_step is SetupStep.DONE:
        return None
    user.setup_step = next_step(user)
    user.awaiting = _AWAITED[user.setup_step]
    session.add(user)
    if user.setup_step is not SetupStep.DONE:
        return _question(visit, user)
    await session.flush()
    await reminders.ensure_reminders(session, user)
    await replan(session, user, visit.now)
    planned = await reminders.reminders_of(session, user.id)
    tr = _tr(user)
    plan = plan_in_words(tr, plan_items(planned, user))
    has_spread = any(reminder.times is None for reminder in planned)
    return messages.plan_ready(tr, plan, user.fluids or Fluids.UNSURE, has_spread)


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
            await replan(session, user, visit.now)
            shown = messages.settings_card(_tr(user), _settings(visit, user), note(_tr(user), user))
    await present(visit, user, shown)


async def present(visit: Visit, user: User, message: Message) -> None:
    """Show a message in place of a tapped one, or say it; then the keyboard if it may be lost."""
    if visit.query is not None:
        await visit.show(message)
    else:
        await visit.say(message.quietly(is_night(user, visit)))
    if not _is_keyboard_due(user, visit.now):
        return
    keyboard = messages.keyboard_message(_tr(user)).quietly(is_night(user, visit))
    if is_delivered(await visit.say(keyboard)) is None:
        return
    # Only now: after a crash in between, the same update brings the keyboard once more.
    async with visit.transaction() as session:
        fresh = await load(session, visit)
        fresh.keyboard_sent_at = visit.now
        session.add(fresh)


def _is_keyboard_due(user: User, now: datetime) -> bool:
    """Whether the keyboard may be lost. It waits while the location button is on the screen."""
    if user.setup_step is not SetupStep.DONE or user.awaiting == pack("users", "place"):
        return False
    return user.keyboard_sent_at is None or now - user.keyboard_sent_at > KEYBOARD_MAY_BE_LOST


async def on_start(visit: Visit) -> None:
    """/start: the open question, or the menu for somebody who has answered all."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = _AWAITED[user.setup_step]
        if user.setup_step is SetupStep.DONE:
            user.keyboard_sent_at = None
            shown = messages.menu(_tr(user), _settings(visit, user))
        else:
            shown = _question(visit, user)
        session.add(user)
    await present(visit, user, shown)


# Place -------------------------------------------------------------------------------------------


async def on_zone(visit: Visit, tap: Tap) -> None:
    """A zone was chosen; without one, it is asked for."""
    zone = tap.word(0)
    if zone is None:
        await on_timezone(visit)
        return
    if not _is_zone(zone):
        await visit.toast(translator(visit.language_code).gettext("I do not know that place."))
        return
    await _choose_zone(visit, zone)


def _is_zone(name: str) -> bool:
    """Whether callback data names a zone that the rules know."""
    try:
        return (ZoneInfo(name).key == name and "/" in name) or name == FALLBACK_ZONE
    except (KeyError, ValueError, OSError):  # unknown; outside the rules; a folder of them
        return False


def _home_kept(visit: Visit, user: User) -> str | None:
    """The zone that reminders keep while the person is elsewhere; None when there is none."""
    if user.home_zone is None or user.home_zone_until_on is None:
        return None
    today = local_time(visit.now, zone_of(user)).date()
    return user.home_zone if today < user.home_zone_until_on else None


async def _choose_zone(visit: Visit, zone: str) -> None:
    """Set the zone; somebody with reminders on another one is asked whether these move."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = None
        session.add(user)
        shown = await _zone_chosen(session, visit, user, zone)
    await present(visit, user, shown)


async def _zone_chosen(session: Session, visit: Visit, user: User, zone: str) -> Message:
    tr = _tr(user)
    if user.setup_step is not SetupStep.DONE:
        user.time_zone = zone
        await diary.tell_zone(session, user.id, zone)
        advanced = await _advance(session, visit, user)
        if advanced is not None:
            return advanced
    city = city_name(zone, tr.locale)
    followed = _home_kept(visit, user) or zone_of(user)
    if zone != followed:
        home = city_name(followed, tr.locale)
        return messages.new_zone_question(tr, _place(visit, tr, zone), home)
    # There is nothing to ask: the reminders are there already, the diary may come home.
    was_away = user.time_zone != zone
    await _move(session, visit, user, zone)
    note = messages.zone_set(tr, city) if was_away else messages.zone_same(tr, city)
    return messages.settings_card(tr, _settings(visit, user), note)


async def _move(session: Session, visit: Visit, user: User, zone: str) -> None:
    user.time_zone, user.home_zone, user.home_zone_until_on = zone, None, None
    session.add(user)
    await move_to_zone(session, user, visit.now)


async def on_place(visit: Visit, _tap: Tap) -> None:
    """ "Somewhere else…": a typed place or a position."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = pack("users", "place")
        user.keyboard_sent_at = None  # the location button takes its place
        session.add(user)
    await visit.toast()
    await visit.say(messages.place_question(_tr(user)).quietly(is_night(user, visit)))


async def on_typed_place(visit: Visit, _tap: Tap, text: str) -> bool:
    """A typed city, country, zone or offset."""
    match = await visit.deps.worker.run(find_zones, text, visit.now)
    if match.zone is not None:
        await _choose_zone(visit, match.zone)
        return True
    zones = match.suggestions[:MORE_ZONES]
    if zones:
        await _card(visit, lambda tr: messages.unclear_place(tr, _places(visit, tr, zones)))
    else:
        await _card(visit, lambda tr: messages.unknown_place(tr, _likely(visit, tr)))
    return True


async def on_location(visit: Visit) -> None:
    """A shared position: only its zone is read, the position is kept nowhere."""
    position = visit.message.location if visit.message else None
    zone = None
    if position is not None:
        where = (position.latitude, position.longitude)
        zone = await visit.deps.worker.run(zone_at, *where)
    if zone is None:
        await _card(visit, lambda tr: messages.unknown_place(tr, _likely(visit, tr)))
        return
    await _choose_zone(visit, zone)


async def on_timezone(visit: Visit) -> None:
    """/timezone: where the person is and what time it is there, and how to change it."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    known = _settings(visit, user) if user.time_zone else None
    await _ask(visit, "place", lambda tr: messages.zone_question(tr, _likely(visit, tr), known))


async def on_move(visit: Visit, tap: Tap) -> None:
    """Reminders come along to the new zone."""
    zone = tap.word(0)
    if zone is None or not _is_zone(zone):
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = None
        await _move(session, visit, user, zone)
        tr = _tr(user)
        note = messages.zone_set(tr, city_name(zone, tr.locale))
        card = messages.settings_card(tr, _settings(visit, user), note)
    await present(visit, user, card)


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
        home = _home_kept(visit, user) or zone_of(user)
        user.time_zone, user.awaiting = zone, None
        is_away = home != zone
        user.home_zone = home if is_away else None
        user.home_zone_until_on = until_on if is_away else None
        session.add(user)
        await move_to_zone(session, user, visit.now)
        city = city_name(zone, tr.locale)
        note = messages.zone_set(tr, city)
        if user.home_zone_until_on is not None:
            note = messages.zone_kept(tr, city)
        shown = messages.settings_card(tr, _settings(visit, user), note)
    await present(visit, user, shown)


async def on_keep_until(visit: Visit, tap: Tap) -> None:
    """Asks for the day until which home time is kept."""
    zone = tap.word(0)
    if zone is None or not _is_zone(zone):
        await visit.toast()
        return
    await _ask(visit, "keepuntil", messages.keep_until_question, zone)


def _day_ahead(visit: Visit, zone: str, text: str, language: str) -> date | None:
    """A typed day within the next ten months, or None."""
    today = local_time(visit.now, zone).date()
    found = parse_day(text, today, language)
    return found if found is not None and found - today <= LONGEST_AHEAD else None


async def on_typed_keep_until(visit: Visit, tap: Tap, text: str) -> bool:
    """The typed day until which home time is kept."""
    zone = tap.word(0)
    if zone is None or not _is_zone(zone):
        return False
    async with visit.transaction() as session:
        language = _tr(await load(session, visit)).language
    until_on = _day_ahead(visit, zone, text, language)
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
    tr = _tr(user)
    shown = question(tr)
    if user.setup_step is SetupStep.DONE:
        shown = messages.with_way_back(tr, shown)
    await present(visit, user, shown)


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
            await _after_answer(visit, lambda user: change(user, chosen), _times_follow)

    async def on_typed(visit: Visit, _tap: Tap, text: str) -> bool:
        async with visit.transaction() as session:
            language = _tr(await load(session, visit)).language
        chosen = parse_clock(text, language)
        if chosen is None:
            await _card(visit, messages.unclear_time)
            return True
        await _after_answer(visit, lambda user: change(user, chosen), _times_follow)
        return True

    return on_tap, on_typed


def _times_follow(tr: Translator, _user: User) -> str:
    return messages.times_follow(tr)


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

    async with visit.transaction() as session:
        await people.agree_on_fluids(session, visit.user_id, fluids)
        if fluids is not Fluids.FREE:
            await reminders.call_off(session, visit.user_id, Kind.HYDRATION)
    await _after_answer(visit, change, lambda tr, _user: messages.fluid_consequence(tr, fluids))


async def on_typed_fluids(visit: Visit, _tap: Tap, text: str) -> bool:
    """A typed yes, no or not sure."""
    async with visit.transaction() as session:
        _ = _tr(await load(session, visit)).gettext
    word = fold(text).rstrip(".!")
    answers = {
        fold(_("yes")): Fluids.LIMITED,
        fold(_("no")): Fluids.FREE,
        fold(_("not sure")): Fluids.UNSURE,
    }
    if word not in answers:
        return False  # it may be the time of a cramp; else the question is asked again
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
    home = _home_kept(visit, user)
    return Settings(
        city=city_name(zone, tr.locale),
        local_now=local_time(visit.now, zone),
        bed_time=user.bed_time,
        wake_time=user.wake_time,
        fluids=user.fluids,
        home_city=city_name(home, tr.locale) if home else None,
        home_until_on=user.home_zone_until_on,
        pause=_pause_words(user, visit),
    )


async def on_settings(visit: Visit, _tap: Tap) -> None:
    """The settings card."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = _AWAITED[user.setup_step]
        session.add(user)
    await present(visit, user, messages.settings_card(_tr(user), _settings(visit, user)))


async def on_pause_command(visit: Visit) -> None:
    """/pause: how long?"""
    await _ask(visit, "pause", messages.pause_question)


async def on_ask_pause(visit: Visit, _tap: Tap) -> None:
    """The menu's pause button."""
    await _ask(visit, "pause", messages.pause_question)


async def on_pause(visit: Visit, tap: Tap) -> None:
    """A pause of a chosen length."""
    if tap.word(0) == "date":
        await _ask(visit, "pause", messages.pause_until_question)
    elif not await _pause_for(visit, tap.word(0)):
        await visit.toast()


async def _pause_for(visit: Visit, length: str | None) -> bool:
    """A pause until the next time of getting up, for a week or until resumed; False: neither."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    local = local_time(visit.now, zone_of(user))
    match length:
        case "night":
            await _pause(visit, next_rising(user, local))
        case "week":
            wake = user.wake_time or DEFAULT_WAKE
            await _pause(visit, datetime.combine(local.date() + timedelta(days=7), wake))
        case "open":
            await _pause(visit, None)
        case _:
            return False
    return True


def next_rising(user: User, local: datetime) -> datetime:
    """The person's next time of getting up, on the wall clock where they are."""
    until = datetime.combine(local.date(), user.wake_time or DEFAULT_WAKE)
    return until if until > local else until + timedelta(days=1)


async def on_typed_pause(visit: Visit, _tap: Tap, text: str) -> bool:
    """The typed day on which reminders come back, or what the buttons say."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    _ = _tr(user).gettext
    lengths = {
        fold(_("tonight")): "night",
        fold(_("a week")): "week",
        fold(_("until i resume")): "open",
    }
    if await _pause_for(visit, lengths.get(fold(text).rstrip(".!"))):
        return True
    until_on = _day_ahead(visit, zone_of(user), text, _tr(user).language)
    if until_on is None:
        await _card(visit, messages.unclear_day)
        return True
    await _pause(visit, datetime.combine(until_on, user.wake_time or DEFAULT_WAKE))
    return True


async def rest_until(
    session: Session, visit: Visit, user: User, until_local: datetime | None
) -> None:
    """Let reminders rest until a wall-clock time where the person is (None: until resumed)."""
    user.paused, user.awaiting = True, _AWAITED[user.setup_step]
    user.paused_until_at = (
        None if until_local is None else instant_of(until_local, ZoneInfo(zone_of(user)))
    )
    session.add(user)
    await reminders.call_off(session, user.id)
    await replan(session, user, visit.now)


async def _pause(visit: Visit, until_local: datetime | None) -> None:
    async with visit.transaction() as session:
        user = await load(session, visit)
        await rest_until(session, visit, user, until_local)
        words = messages.pause_words(_tr(user), until_local)
    await present(visit, user, messages.paused(_tr(user), words))


async def go_on(session: Session, visit: Visit, user: User) -> None:
    """End a pause."""
    user.paused, user.paused_until_at = False, None
    user.awaiting = _AWAITED[user.setup_step]
    session.add(user)
    await replan(session, user, visit.now)


async def on_resume_command(visit: Visit) -> None:
    """/resume: reminders are back."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        await go_on(session, visit, user)
    await present(visit, user, messages.resumed(_tr(user)))


async def on_resume(visit: Visit, _tap: Tap) -> None:
    """The resume button."""
    await on_resume_command(visit)


# Help and coming back --------------------------------------------------------------------------


async def _card(visit: Visit, make: Callable[[Translator], Message]) -> None:
    """Show a card that changes nothing."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await present(visit, user, make(_tr(user)))


async def on_help_command(visit: Visit) -> None:
    """/help: what the bot does, in one screen."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    tr, is_paused = _tr(user), _pause_words(user, visit) is not None
    await present(visit, user, messages.help_card(tr, general_information(tr), paused=is_paused))


async def on_help(visit: Visit, _tap: Tap) -> None:
    """The help button."""
    await on_help_command(visit)


async def on_unknown(visit: Visit) -> None:
    """Whatever nobody took: the open question once more, or a helpful word."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        is_paused = _pause_words(user, visit) is not None
        helpful = messages.not_understood(_tr(user), paused=is_paused)
        shown = _open_question(visit, user) or helpful
        user.awaiting = _AWAITED[user.setup_step] or user.awaiting
        session.add(user)
    await present(visit, user, shown)


def _open_question(visit: Visit, user: User) -> Message | None:
    """The question that waits for an answer, said again; the welcome for somebody new."""
    tr = _tr(user)
    if user.setup_step is SetupStep.DONE:
        if user.awaiting != _AWAITED[SetupStep.FLUIDS]:
            return None
        return messages.asked_again(tr, messages.with_way_back(tr, messages.fluid_question(tr)))
    if user.setup_step is not SetupStep.TIME_ZONE:
        return messages.asked_again(tr, _question(visit, user))
    if user.awaiting is None:
        return _question(visit, user)
    return messages.asked_again(tr, messages.zone_question(tr, _likely(visit, tr)))


def _commands() -> Mapping[str, Handler]:
    return {
        "start": on_start,
        "timezone": on_timezone,
        "pause": on_pause_command,
        "resume": on_resume_command,
        "help": on_help_command,
    }


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "start": _("Begin, or show the menu"),
        "timezone": _("Set where you are"),
        "pause": _("Let reminders rest"),
        "resume": _("Wake the reminders up"),
        "help": _("What I can do"),
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
    fallback=on_unknown,
)
