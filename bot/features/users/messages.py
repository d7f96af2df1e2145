"""Meeting the bot and the person's settings, in words and buttons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from html import escape

from bot.database.models import Fluids
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.i18n.vocabulary.lexicon import examples
from bot.telegram.message import Button, Message, ReplyKeyboard, Rows, pack

BED_FIRST, WAKE_FIRST = time(21, 0), time(5, 30)
"""The first half hour that is offered for bed and wake time."""
CLOCKS_SHOWN = 8
WIDEST_OF_TWO = 24
"""Characters that fit on a phone when two buttons share a row."""
KEEP_DAYS = (3, 7, 14)
FOREVER_ON = date(9999, 12, 31)
"""Stands for "until I say otherwise"."""


@dataclass(frozen=True)
class Place:
    """A zone as it is offered: its name, its city and the wall-clock time there now."""

    zone: str
    city: str
    local_now: datetime


@dataclass(frozen=True)
class Settings:
    """What the settings card shows."""

    city: str
    local_now: datetime
    bed_time: time | None
    wake_time: time | None
    fluids: Fluids | None
    home_city: str | None = None
    home_until_on: date | None = None
    pause: str | None = None
    """The pause in words, if there is one."""


def log_label(tr: Translator) -> str:
    """The keyboard's first button: the one-tap log."""
    return f"🦵 {tr.gettext('Log cramp')}"


def week_label(tr: Translator) -> str:
    """The keyboard's button for the week."""
    return f"📊 {tr.gettext('This week')}"


def reminders_label(tr: Translator) -> str:
    """The keyboard's button for the reminders."""
    return f"🔔 {tr.gettext('Reminders')}"


def main_keyboard(tr: Translator) -> ReplyKeyboard:
    """The persistent keyboard."""
    return ReplyKeyboard(
        ((log_label(tr),), (week_label(tr), reminders_label(tr))),
        placeholder=tr.gettext("Message"),
    )


# The questions -----------------------------------------------------------------------------------


def _zone_rows(tr: Translator, places: Sequence[Place]) -> Rows:
    buttons = [
        Button(f"{place.city} · {clock(tr, place.local_now)}", pack("users", "zone", place.zone))
        for place in places
    ]
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        pair = (*rows[-1], button) if rows and len(rows[-1]) == 1 else ()
        if pair and all(len(one.label) <= WIDEST_OF_TWO for one in pair):
            rows[-1] = pair
        else:
            rows.append((button,))
    return (*rows, (Button(tr.gettext("Somewhere else…"), pack("users", "place")),))


def welcome(tr: Translator, information: str, places: Sequence[Place]) -> Message:
    """The first message: who this is, what it is not, and the question of the time zone."""
    _ = tr.gettext
    text = "\n\n".join(
        (
            f"<b>{escape(_('Hello, I am CalmCalf.'))}</b> "
            + escape(
                _(
                    "I send a few kind reminders, take down night cramps with one tap, and draw "
                    "your week."
                )
            ),
            f"<i>{information}</i>",
            escape(_("Four short questions. First: where are you, what time is it there?")),
        )
    )
    return Message(text, _zone_rows(tr, places))


def zone_question(
    tr: Translator, places: Sequence[Place], settings: Settings | None = None
) -> Message:
    """The question of the time zone alone, below what is known so far."""
    lines = [] if settings is None else [*_place_lines(tr, settings), ""]
    question = escape(tr.gettext("Where are you, what time is it there?"))
    return Message("\n".join((*lines, question)), _zone_rows(tr, places))


def place_question(tr: Translator) -> Message:
    """Asks for a typed place or a position; it carries the location button."""
    _ = tr.gettext
    share = location_label(tr)
    return Message(
        escape(
            _(
                "Type your city, country or offset, such as Berlin, new york or UTC+5:30. Or share "
                "your location: I only read the time zone off it and do not keep it."
            )
        ),
        # With the usual buttons, so that logging a cramp stays one tap whatever comes next.
        reply_keyboard=ReplyKeyboard(
            ((share,), *main_keyboard(tr).rows), location_label=share, persistent=False
        ),
    )


def location_label(tr: Translator) -> str:
    """The button that shares the position."""
    return f"📍 {tr.gettext('Share my location')}"


def unclear_place(tr: Translator, places: Sequence[Place]) -> Message:
    """A place that may have meant one of these."""
    return Message(escape(tr.gettext("Which one do you mean?")), _zone_rows(tr, places))


def unknown_place(tr: Translator, likely: Sequence[Place]) -> Message:
    """A place that could not be told at all, with the likely ones to choose from."""
    _ = tr.gettext
    text = _("I do not know that place. Try a larger city nearby, a country, or UTC+2.")
    return Message(escape(text), _zone_rows(tr, likely))


def _clock_rows(tr: Translator, verb: str, first: time, rows_of: int = 4) -> Rows:
    start = datetime.combine(date(2000, 1, 2), first)
    half_hour = timedelta(minutes=30)
    slots = [(start + half_hour * number).time() for number in range(CLOCKS_SHOWN)]
    buttons = [Button(clock(tr, slot), pack("users", verb, f"{slot:%H%M}")) for slot in slots]
    earlier = (start - half_hour * CLOCKS_SHOWN).time()
    later = (start + half_hour * CLOCKS_SHOWN).time()
    _ = tr.gettext
    return (
        *(tuple(buttons[at : at + rows_of]) for at in range(0, CLOCKS_SHOWN, rows_of)),
        (
            Button(_("◀ Earlier"), pack("users", verb, "from", f"{earlier:%H%M}")),
            Button(_("Later ▶"), pack("users", verb, "from", f"{later:%H%M}")),
        ),
    )


def bed_question(tr: Translator, first: time = BED_FIRST) -> Message:
    """When do you usually go to bed?"""
    text = tr.gettext("When do you usually go to bed? Tap a time, or type one.")
    return Message(escape(text), _clock_rows(tr, "bed", first))


def wake_question(tr: Translator, first: time = WAKE_FIRST) -> Message:
    """When do you usually get up?"""
    text = tr.gettext("And when do you usually get up? Tap a time, or type one.")
    return Message(escape(text), _clock_rows(tr, "wake", first))


def times_follow(tr: Translator) -> str:
    """A note: what a new bed or wake time means for the reminders."""
    return tr.gettext("Reminders follow. Times you picked yourself stay.")


def with_way_back(tr: Translator, question: Message) -> Message:
    """A question that need not be answered."""
    back = (Button(tr.gettext("◀ Settings"), pack("users", "settings")),)
    return replace(question, rows=(*question.rows, back))


def asked_again(tr: Translator, question: Message) -> Message:
    """An open question, after something that does not answer it."""
    _ = tr.gettext
    sorry = _("I did not get that. To log a cramp, send /cramp at any time.")
    return replace(question, text=f"{escape(sorry)}\n\n{question.text}")


def unclear_time(tr: Translator) -> Message:
    """A time that could not be read."""
    return Message(escape(tr.gettext("I could not read that time. Try 22:45 or 10.45pm.")))


def fluid_question(tr: Translator, *, is_last: bool = False) -> Message:
    """Asked before any drink reminder (health reference, section g)."""
    _ = tr.gettext
    lead = (
        _("Last one, for the drink reminders.")
        if is_last
        else _("A question for the drink reminders.")
    )
    question = _(
        "Has anyone told you to limit drinks or salt? Heart failure, kidney disease or dialysis, "
        "liver disease with swelling, low blood sodium, or water tablets?"
    )
    text = f"{lead} {question}"
    rows = (
        (
            Button(_("Yes"), pack("users", "fluids", Fluids.LIMITED.value)),
            Button(_("No"), pack("users", "fluids", Fluids.FREE.value)),
            Button(_("Not sure"), pack("users", "fluids", Fluids.UNSURE.value)),
        ),
    )
    return Message(escape(text), rows)


def fluid_consequence(tr: Translator, fluids: Fluids) -> str:
    """What the answer to the fluid question means."""
    _ = tr.gettext
    if fluids is Fluids.FREE:
        return _("Drink reminders are on.")
    return _(
        "Drink reminders stay off. Your care team can tell you how much is right for you; you can "
        "change this answer at any time."
    )


# After the questions -----------------------------------------------------------------------------


def plan_ready(tr: Translator, plan: str, fluids: Fluids, spread: bool) -> Message:
    """The plan in words, at the end of the questions."""
    _ = tr.gettext
    parts = [f"<b>{escape(_('All set. Your day with me:'))}</b>", escape(plan)]
    if fluids is not Fluids.FREE:
        parts.append(escape(fluid_consequence(tr, fluids)))
    if spread:
        about = _("About means within ten minutes. A time you pick is kept exactly.")
        parts.append(f"<i>{escape(about)}</i>")
    rows = (
        (
            Button(_("Change reminders"), pack("reminders", "list")),
            Button(_("Settings"), pack("users", "settings")),
        ),
    )
    return Message("\n\n".join(parts), rows)


def keyboard_message(tr: Translator) -> Message:
    """Carries the persistent keyboard; such a message can never be edited."""
    _ = tr.gettext
    return Message(
        escape(
            _("One tap below logs a cramp, even half asleep. At night I answer without a sound.")
        ),
        reply_keyboard=main_keyboard(tr),
    )


def menu(tr: Translator, settings: Settings) -> Message:
    """What /start shows somebody who knows the bot."""
    _ = tr.gettext
    lines = [f"<b>{escape(_('Here I am.'))}</b>"]
    if settings.pause:
        lines.append(escape(settings.pause))
    lines.append(
        escape(_("Log a cramp with the button below, or choose what you would like to see."))
    )
    return Message("\n".join(lines), menu_rows(tr, paused=settings.pause is not None))


def menu_rows(tr: Translator, *, paused: bool = False) -> Rows:
    """Ways on from anywhere."""
    _ = tr.gettext
    pause = (
        Button(_("Resume reminders"), pack("users", "resume"))
        if paused
        else Button(_("Pause reminders"), pack("users", "askpause"))
    )
    return (
        (
            Button(_("Reminders"), pack("reminders", "list")),
            Button(_("Settings"), pack("users", "settings")),
        ),
        (pause, Button(_("Help"), pack("users", "help"))),
        (
            Button(_("Learn"), pack("learn", "open")),
            Button(_("Warning signs"), pack("cramps", "warnings")),
        ),
    )


def settings_card(tr: Translator, settings: Settings, note: str | None = None) -> Message:
    """Zone, bed and wake time, and the fluid answer, each with a button to change it."""
    _ = tr.gettext
    unknown = _("not told yet")
    fluids = {
        Fluids.FREE: _("not limited"),
        Fluids.LIMITED: _("limited"),
        Fluids.UNSURE: _("not sure"),
        None: unknown,
    }
    bed = clock(tr, settings.bed_time) if settings.bed_time else unknown
    wake = clock(tr, settings.wake_time) if settings.wake_time else unknown
    lines = [
        f"<b>{escape(_('Settings'))}</b>",
        *_place_lines(tr, settings),
        escape(_("Bedtime: {time}").format(time=bed)),
        escape(_("Getting up: {time}").format(time=wake)),
        escape(_("Drinks: {answer}").format(answer=fluids[settings.fluids])),
    ]
    if settings.pause:
        lines.append(escape(settings.pause))
    if note:
        lines += ["", escape(note)]
    rows = (
        (
            Button(_("Place"), pack("users", "zone")),
            Button(_("Bedtime"), pack("users", "bed")),
            Button(_("Getting up"), pack("users", "wake")),
        ),
        (
            Button(_("Drinks"), pack("users", "fluids")),
            Button(_("About you"), pack("about", "open")),
            Button(_("Reminders"), pack("reminders", "list")),
        ),
        (Button(f"🌐 {_('Language and clock')}", pack("language", "open")),),
        (Button(f"🤝 {_('Somebody who helps')}", pack("care", "open")),),
    )
    return Message("\n".join(lines), rows)


def _place_lines(tr: Translator, settings: Settings) -> list[str]:
    """Where the person is, and what the reminders follow when that is another place."""
    text = tr.gettext("Place: {city}, {time} now")
    lines = [escape(text.format(city=settings.city, time=clock(tr, settings.local_now)))]
    if settings.home_city:
        lines.append(escape(_home_line(tr, settings.home_city, settings.home_until_on)))
    return lines


def _home_line(tr: Translator, home_city: str, until_on: date | None) -> str:
    _ = tr.gettext
    if until_on is None or until_on >= FOREVER_ON:
        return _("Reminders keep the time of {city}.").format(city=home_city)
    return _("Reminders keep the time of {city} until {day}.").format(
        city=home_city, day=day(tr, until_on)
    )


# Travel ------------------------------------------------------------------------------------------


def new_zone_question(tr: Translator, place: Place, home_city: str) -> Message:
    """A new zone shows: do reminders move, or do they keep home time for a while?"""
    _ = tr.gettext
    text = _(
        "In {city} it is {time}. Your diary will follow that time. Should the reminders come "
        "along, or keep the time of {home}?"
    ).format(city=place.city, time=clock(tr, place.local_now), home=home_city)
    keep = [
        Button(
            tr.ngettext("Keep for {count} day", "Keep for {count} days", count).format(count=count),
            pack("users", "keep", place.zone, count),
        )
        for count in KEEP_DAYS
    ]
    rows = (
        (Button(_("Move to local time"), pack("users", "move", place.zone), "primary"),),
        tuple(keep[:2]),
        (keep[2], Button(_("Keep until…"), pack("users", "keepuntil", place.zone))),
        (Button(_("Keep until I say so"), pack("users", "keep", place.zone, 0)),),
        (Button(_("◀ Change nothing"), pack("users", "settings")),),
    )
    return Message(escape(text), rows)


def keep_until_question(tr: Translator) -> Message:
    """Asks for the date until which reminders keep home time."""
    text = tr.gettext("Until which day? Type a date, such as 24 Jan, or a weekday.")
    return Message(escape(text))


def unclear_day(tr: Translator) -> Message:
    """A date that could not be read."""
    text = tr.gettext(
        "I could not read that as a day within the next ten months. "
        "Try 24 Jan, monday or 2027-01-24."
    )
    return Message(escape(text))


def zone_set(tr: Translator, city: str) -> str:
    """A note: everything follows a zone now."""
    return tr.gettext("Everything follows the time of {city} now.").format(city=city)


def zone_kept(tr: Translator, city: str) -> str:
    """A note: the diary follows the person; the card says what the reminders do."""
    return tr.gettext("Your diary follows the time of {city}.").format(city=city)


def zone_same(tr: Translator, city: str) -> str:
    """A note: nothing to change."""
    return tr.gettext("That is the time you are on already: {city}.").format(city=city)


# Pause -------------------------------------------------------------------------------------------


def pause_question(tr: Translator) -> Message:
    """How long shall reminders rest?"""
    _ = tr.gettext
    rows = (
        (
            Button(_("Tonight"), pack("users", "pause", "night")),
            Button(_("A week"), pack("users", "pause", "week")),
        ),
        (
            Button(_("Until a day…"), pack("users", "pause", "date")),
            Button(_("Until I resume"), pack("users", "pause", "open")),
        ),
    )
    text = _("How long should I keep quiet? You can log a cramp all the same.")
    return Message(escape(text), rows)


def pause_until_question(tr: Translator) -> Message:
    """Asks for the day on which reminders come back."""
    text = tr.gettext("Until which day? Type a date, such as 24 Jan, or a weekday.")
    return Message(escape(text))


def pause_words(tr: Translator, until_local: datetime | None) -> str:
    """The pause in a sentence."""
    _ = tr.gettext
    if until_local is None:
        return _("Reminders rest until you resume them.")
    return _("Reminders rest until {day}, {time}.").format(
        day=day(tr, until_local.date()), time=clock(tr, until_local)
    )


def paused(tr: Translator, words: str) -> Message:
    """Reminders rest now."""
    rows = ((Button(tr.gettext("Resume now"), pack("users", "resume")),),)
    return Message(escape(words), rows)


def resumed(tr: Translator) -> Message:
    """Reminders are back."""
    _ = tr.gettext
    rows = ((Button(_("Reminders"), pack("reminders", "list")),),)
    return Message(escape(_("Reminders are back.")), rows)


# Help --------------------------------------------------------------------------


def help_card(tr: Translator, information: str, *, paused: bool = False) -> Message:
    """What the bot does, in one screen."""
    _ = tr.gettext
    lines = (
        _("/cramp logs a cramp now; so does the button below."),
        _("An earlier one? Type when: yesterday 3am, Tue 02:40, last night."),
        _("Reply to an entry to add a note."),
        _("/summary shows your week, /history your nights, to look at and correct."),
        _("/reminders says what comes when; /pause and /resume let them rest."),
        _("/learn has short cards: relief, stretches, food, caffeine."),
        _("/warnings shows the warning signs."),
        _("/experiment tries one habit fairly, with weeks with it and weeks without."),
        _("/report makes pages for a doctor, /export files for you."),
        _("/profile is for what you want a doctor to know."),
        _("/caregiver lets one person you trust see your weeks and log for you."),
        _("/timezone is for when you travel, /language for language and clock."),
        _("/start shows the menu, /help this."),
        _("/privacy says what is kept, /delete erases it."),
    )
    text = "\n".join(
        (f"<b>{escape(_('What I can do'))}</b>", *map(escape, lines), "", f"<i>{information}</i>")
    )
    return Message(text, menu_rows(tr, paused=paused))


def not_understood(tr: Translator, *, paused: bool = False) -> Message:
    """For whatever nobody took."""
    text = tr.gettext(
        "I did not get that. To log a cramp, tap the button below or send /cramp. Right after "
        "logging you can type a time, such as 03:10."
    )
    return Message(f"{escape(text)}\n\n{can_type(tr)}", menu_rows(tr, paused=paused))


def can_type(tr: Translator) -> str:
    """A few sentences that are understood, in the person's language."""
    listed = "\n".join(f"• {escape(one)}" for one in examples(tr.language))
    return f"{escape(tr.gettext('You can type, for instance:'))}\n{listed}"
