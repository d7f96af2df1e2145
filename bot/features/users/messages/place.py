"""Choosing a time zone, and what reminders do while the person travels."""

# TRANSLATORS, ALL: Where somebody is, to know their time. {city} and {home} are cities, which
# cannot be inflected.

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.features.users.messages.keyboard import main_keyboard
from bot.features.users.messages.settings import ShownSettings, place_lines
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, ReplyKeyboard, Rows, pack

WIDEST_OF_TWO = 24
"""The most characters of a label that fit on a phone when two buttons share a row."""
KEEP_DAYS = (3, 7, 14)
"""How many days reminders can keep the home zone with one tap."""


@dataclass(frozen=True)
class ZoneChoice:
    """A time zone on a button: its IANA name, its city and the wall-clock time there now."""

    zone: str
    city: str
    local_now: datetime


def zone_rows(tr: Translator, places: Sequence[ZoneChoice]) -> Rows:
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


def zone_question(
    tr: Translator, places: Sequence[ZoneChoice], settings: ShownSettings | None = None
) -> Message:
    """The question for the time zone, below the current settings if there are any."""
    lines = [] if settings is None else [*place_lines(tr, settings), ""]
    question = escape(tr.gettext("Where are you? Tap a place with the same time as yours."))
    return Message("\n".join((*lines, question)), zone_rows(tr, places))


def place_question(tr: Translator) -> Message:
    """Ask for a typed place, or for what the person's clock shows."""
    text = tr.gettext(
        "Type your city or country, or the time on your clock, such as Berlin, 20:14 or UTC+5:30."
    )
    return Message(escape(text))


def location_offer(tr: Translator) -> Message:
    """Offers to share the location instead. The keyboard gets a button for it."""
    _ = tr.gettext
    share = location_label(tr)
    return Message(
        escape(
            _(
                "Or tap the button below to share your location. I only use it to find your time "
                "zone, and do not keep it."
            )
        ),
        # The usual buttons stay, so that logging a cramp still takes one tap.
        reply_keyboard=ReplyKeyboard(
            ((share,), *main_keyboard(tr).rows), location_label=share, persistent=False
        ),
    )


def location_label(tr: Translator) -> str:
    """The label of the button that shares the location."""
    return f"📍 {tr.gettext('Share my location')}"


def unclear_place(tr: Translator, places: Sequence[ZoneChoice]) -> Message:
    """The answer to an ambiguous place: buttons for what it may mean."""
    return Message(escape(tr.gettext("Which place do you mean?")), zone_rows(tr, places))


def confirm_place(tr: Translator, choice: ZoneChoice) -> Message:
    """Ask whether a typed or shared place was recognized; the time there shows a wrong one."""
    _ = tr.gettext
    question = _("{city}, {time}. Right?").format(
        city=choice.city, time=clock(tr, choice.local_now)
    )
    rows = (
        (
            Button(_("Yes"), pack("users", "zone", choice.zone), "primary"),
            Button(_("Another place"), pack("users", "place")),
        ),
    )
    return Message(f"<b>{escape(question)}</b>", rows)


def unknown_place(tr: Translator, likely: Sequence[ZoneChoice]) -> Message:
    """The answer to an unknown place: buttons for the likely time zones."""
    _ = tr.gettext
    text = _("I do not know that place. Try a larger city nearby, a country, or your clock's time.")
    return Message(escape(text), zone_rows(tr, likely))


def new_zone_question(
    tr: Translator, choice: ZoneChoice, home_city: str, until_on: date | None = None
) -> Message:
    """After a change of zone: do reminders follow the new zone or keep the old one for a while?

    Args:
        tr: the text's language.
        choice: the new zone.
        home_city: the city of the zone that the reminders follow.
        until_on: the day on which the person is home again, if they said so.
    """
    _ = tr.gettext
    text = _(
        "In {city} it is {time}. Your diary will follow that time. Should your reminders follow "
        "it too, or keep the time of {home}?"
    ).format(city=choice.city, time=clock(tr, choice.local_now), home=home_city)
    keep = [
        Button(
            tr.ngettext("Keep for {count} day", "Keep for {count} days", count).format(count=count),
            pack("users", "keep", choice.zone, count),
        )
        for count in KEEP_DAYS
    ]
    said: Rows = ()
    if until_on is not None:
        words = _("Keep until {day}").format(day=day(tr, until_on))
        said = ((Button(words, pack("users", "keep", choice.zone, f"{until_on:%Y%m%d}")),),)
    rows = (
        (Button(_("Move to local time"), pack("users", "move", choice.zone), "primary"),),
        *said,
        tuple(keep[:2]),
        (keep[2], Button(_("Keep until…"), pack("users", "keepuntil", choice.zone))),
        (Button(_("Keep until I change it"), pack("users", "keep", choice.zone, 0)),),
        (Button(_("◀ Change nothing"), pack("users", "settings")),),
    )
    return Message(escape(text), rows)


def keep_until_question(tr: Translator) -> Message:
    """Ask until which date reminders keep the home zone."""
    text = tr.gettext("Until which day? Type a date, such as 24 Jan, or a weekday.")
    return Message(escape(text))


def unclear_day(tr: Translator) -> Message:
    """The answer to a date that could not be parsed or is too far ahead."""
    text = tr.gettext(
        "I could not read that as a day within the next ten months. "
        "Try 24 Jan, monday or 2027-01-24."
    )
    return Message(escape(text))


def zone_set(tr: Translator, city: str) -> str:
    """A note: diary and reminders follow this zone now."""
    return tr.gettext("Everything follows the time of {city} now.").format(city=city)


def zone_kept(tr: Translator, city: str) -> str:
    """A note: the diary follows this zone. The card says which zone the reminders follow."""
    return tr.gettext("Your diary follows the time of {city}.").format(city=city)


def zone_same(tr: Translator, city: str) -> str:
    """A note: this zone was set already."""
    return tr.gettext("Your clock is already set to that time: {city}.").format(city=city)
