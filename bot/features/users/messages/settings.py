"""The settings card."""

# TRANSLATORS, ALL: The settings: a line for each, and short buttons, three in a row.

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from html import escape

from bot.database.stored_values import Fluids
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

FOREVER_ON = date(9999, 12, 31)
"""The last date of the home zone when it is kept until further notice."""


@dataclass(frozen=True)
class ShownSettings:
    """The values on the settings card; ``local_now`` is the wall-clock time in ``city``."""

    city: str
    local_now: datetime
    bed_time: time | None
    wake_time: time | None
    fluids: Fluids | None
    home_city: str | None = None
    home_until_on: date | None = None
    pause: str | None = None
    """The pause as a sentence; None when there is no pause."""
    has_public_url: bool = False
    """Whether the bot has a public web address, so that people can have one that logs a cramp."""
    has_consent: bool = False
    """Whether the person was asked whether anything is stored."""


def settings_card(tr: Translator, settings: ShownSettings, note: str | None = None) -> Message:
    """Zone, bed time, wake time and fluid answer, each with a button to change it."""
    _ = tr.gettext
    unknown = _("not set yet")
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
        *place_lines(tr, settings),
        escape(_("Bedtime: {time}").format(time=bed)),
        escape(_("Getting up: {time}").format(time=wake)),
        escape(_("Drinks: {answer}").format(answer=fluids[settings.fluids])),
    ]
    if settings.pause:
        lines.append(escape(settings.pause))
    if note:
        lines += ["", escape(note)]
    rows: Rows = (
        (
            Button(tr.pgettext("setting", "Place"), pack("users", "zone")),
            Button(_("Bedtime"), pack("users", "bed")),
            Button(_("Getting up"), pack("users", "wake")),
        ),
        (
            # TRANSLATORS: Whether somebody was told to limit drinks.
            Button(tr.pgettext("setting", "Drinks"), pack("users", "fluids")),
            Button(_("Your health"), pack("about", "open")),
            Button(_("Reminders"), pack("reminders", "list")),
        ),
        (Button(f"☀️ {_('Morning question')}", pack("checkin", "setting")),),
        (
            Button(f"🌐 {_('Language and clock')}", pack("language", "open")),
            Button(f"🖼 {tr.pgettext('setting', 'Pictures')}", pack("summary", "pictures")),
        ),
        (Button(f"🤝 {_('A helper for your diary')}", pack("care", "open")),),
        # TRANSLATORS: A setting: whether somebody gets messages to everybody.
        (Button(f"📢 {tr.pgettext('setting', 'News')}", pack("news", "setting")),),
    )
    if settings.has_public_url:
        rows = (*rows, (Button(f"🔘 {_('Log without a screen')}", pack("address", "open")),))
    if settings.has_consent:
        rows = (*rows, (Button(_("Your consent"), pack("consent", "open")),))
    return Message("\n".join(lines), rows)


def place_lines(tr: Translator, settings: ShownSettings) -> list[str]:
    """Where the person is, and which zone the reminders keep if that is another one."""
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


def with_way_back(tr: Translator, question: Message) -> Message:
    """A question with a button back to the settings card."""
    back = (Button(tr.gettext("◀ Settings"), pack("users", "settings")),)
    return replace(question, rows=(*question.rows, back))
