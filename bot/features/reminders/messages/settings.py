"""The list of reminders, and the card with the settings of one reminder."""

# TRANSLATORS, ALL: The state of a reminder, in lower case after its name and a colon: "Stretch: on,
# next today 22:20". {when} is like "today 22:20".

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape

from babel.dates import get_day_names

from bot.database.stored_values import EVERY_DAY, Kind
from bot.features.health_profile.gate_messages import (
    drinks_line,
    own_off_line,
    own_reminder_line,
    reason_line,
)
from bot.features.reminders.messages.names import (
    ICONS,
    WEEKDAYS_ONLY,
    days_words,
    name_of,
    short_name,
    time_list,
    title,
)
from bot.features.reminders.messages.times import half_hour_rows
from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

PAGE_OF_GATE = {"drinks": "drinks", "food": "food", "stretch": "legs"}
"""Gate → the page of the health profile with its items."""
_ENDS_OF_SENTENCES = (".", "?", "!", "…")


@dataclass(frozen=True)
class ReminderState:
    """What is shown of a reminder. ``next_local`` and ``today`` are local to the person."""

    kind: Kind
    enabled: bool
    times: tuple[time, ...]
    is_default: bool
    weekdays: int
    with_sound: bool
    next_local: datetime | None
    today: date
    is_paused: bool = False
    kept_off_by: str | None = None
    """The gate that keeps it off, such as ``drinks``; ``leg``: a sign of one leg; None: none."""
    dinner_enabled: bool = False
    slot: int = 0
    words: str | None = None
    rests_now: bool = False
    """Whether a fair test of a habit leaves it out today."""
    is_muted: bool = False
    """Whether the person wants none today."""
    once_on: date | None = None
    """The day of a reminder that comes once; None: it comes again and again."""

    @property
    def reference(self) -> str:
        """The reminder in callback data: its kind, and its slot if it is one in own words."""
        return f"{self.kind}.{self.slot}" if self.slot else str(self.kind)


def next_words(tr: Translator, next_local: datetime, today: date) -> str:
    """When a reminder comes next: "today 22:20", "tomorrow 22:20" or "Thu 14 Jan, 22:20"."""
    _ = tr.gettext
    if next_local.date() == today:
        return _("today {time}").format(time=clock(tr, next_local))
    if next_local.date() == today + timedelta(days=1):
        return _("tomorrow {time}").format(time=clock(tr, next_local))
    day = formats.day(tr, next_local)
    return _("{day}, {time}").format(day=day, time=clock(tr, next_local))


def _status(tr: Translator, state: ReminderState) -> str:
    _ = tr.gettext
    if state.kept_off_by == "drinks":
        return _("off, as your drinks may be limited")
    if state.kept_off_by == "leg":
        return _("off until a doctor has seen the leg")
    if state.kept_off_by is not None:
        return _("off, based on your answers about your health")
    if not state.enabled:
        return _("off")
    if state.rests_now:
        return _("paused for your fair test")
    if not state.times and state.kind is Kind.CUSTOM:
        return _("no time yet")
    if state.next_local is None and state.once_on is not None and not state.is_paused:
        return _("over")
    if state.next_local is None:
        return _("paused") if state.is_paused else _("no time that fits your day")
    words = _("paused, next {when}") if state.is_paused else _("on, next {when}")
    if state.is_muted:
        words = _("muted, next {when}")
    return words.format(when=next_words(tr, state.next_local, state.today))


def _first_sentence(tr: Translator, state: ReminderState) -> str:
    """The name of a reminder; for the question about a journey, the question itself."""
    name = name_of(tr, state.kind, state.words)
    asked, mark, rest = name.partition("? ")
    return f"{asked}{mark.strip()}" if "/timezone" in rest else name


def _with_status(tr: Translator, state: ReminderState, label: str) -> str:
    """The name of a reminder, as HTML, and its state, which stands in brackets after a sentence."""
    status = escape(_status(tr, state))
    if name_of(tr, state.kind, state.words).endswith(_ENDS_OF_SENTENCES):
        return f"{label} ({status})"
    return tr.gettext("{label}: {text}").format(label=label, text=status)


def not_set_up(tr: Translator) -> Message:
    """The answer to /reminders before the questions of /start are answered."""
    text = tr.gettext(
        "Reminders follow your bedtime and when you get up, and I do not know these yet. "
        "Send /start to continue."
    )
    return Message(escape(text))


def overview(tr: Translator, states: Sequence[ReminderState]) -> Message:
    """All reminders with their states, and a button for each."""
    _ = tr.gettext
    lines = [f"<b>{escape(_('Your reminders'))}</b>"]
    lines += [
        _with_status(tr, state, escape(f"{ICONS[state.kind]} {_first_sentence(tr, state)}"))
        for state in states
    ]
    buttons = [
        Button(
            f"{ICONS[state.kind]} {short_name(tr, state.kind, state.words)}",
            pack("reminders", "kind", state.reference),
        )
        for state in states
    ]
    buttons.append(Button(_("+ Add your own"), pack("reminders", "new")))
    is_paused = any(state.is_paused for state in states)
    pause = (
        Button(_("Resume now"), pack("users", "resume"))
        if is_paused
        else Button(_("Pause…"), pack("users", "askpause"))
    )
    rows = (
        *(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)),
        (
            Button(_("Bedtime"), pack("users", "bed")),
            Button(_("Getting up"), pack("users", "wake")),
            pause,
        ),
    )
    return Message("\n".join(lines), rows)


def reminder_card(tr: Translator, state: ReminderState, note: str | None = None) -> Message:
    """The state of one reminder, and a button for each of its settings."""
    _ = tr.gettext
    kind = state.kind
    about = _("about {times}") if state.is_default else _("{times}")
    sound = _("with sound") if state.with_sound else _("silent")
    times = about.format(times=time_list(tr, state.times)) if state.times else _("no time yet")
    is_time_shown = state.once_on is not None and state.next_local is not None and state.enabled
    lines = [
        _with_status(tr, state, title(tr, kind, state.words)),
        *(() if is_time_shown else (escape(times),)),
        escape(f"{_days(tr, state)} · {sound}"),
    ]
    if note is None and state.kept_off_by is not None:
        note = reason_line(tr, state.kept_off_by)
    if note:
        lines += ["", escape(note)]
    return Message("\n".join(lines), _card_rows(tr, state))


def _days(tr: Translator, state: ReminderState) -> str:
    if state.once_on is None:
        return days_words(tr, state.weekdays)
    return tr.gettext("once, {day}").format(day=formats.day(tr, state.once_on))


def own_drink_card(tr: Translator, state: ReminderState) -> Message:
    """An own reminder of drinking that stays off until the person switches it on."""
    return reminder_card(tr, state, f"{drinks_line(tr)} {own_off_line(tr)}")


def own_medicine_card(tr: Translator, state: ReminderState) -> Message:
    """An own reminder whose words name a medicine, a dose or an amount."""
    return reminder_card(tr, state, own_reminder_line(tr))


def no_days_card(tr: Translator, state: ReminderState) -> Message:
    """The card of a reminder that was switched off because no weekday is left."""
    return reminder_card(tr, state, tr.gettext("No day is chosen any more, so it is off now."))


def _kept_off_rows(tr: Translator, gate: str) -> Rows:
    """What can be done about a gate that keeps a reminder off."""
    _ = tr.gettext
    if gate == "leg":
        return ((Button(_("A doctor has seen the leg"), pack("about", "legseen")),),)
    page = (Button(_("Answers about health"), pack("about", "page", PAGE_OF_GATE[gate])),)
    if gate == "drinks":
        return ((Button(_("Change my answer about drinks"), pack("users", "fluids")),), page)
    return (page,)


def _card_rows(tr: Translator, state: ReminderState) -> Rows:
    _ = tr.gettext
    kind = state.kind
    rows: list[tuple[Button, ...]]
    back = Button(_("◀ All reminders"), pack("reminders", "list"))
    if state.kept_off_by is not None:
        return (*_kept_off_rows(tr, state.kept_off_by), (back,))
    is_on = state.enabled and not state.is_muted
    switch = Button(
        _("Switch off") if is_on else _("Switch on"),
        pack("reminders", "on", state.reference, int(not is_on)),
    )
    sound = Button(
        _("Turn sound off") if state.with_sound else _("Turn sound on"),
        pack("reminders", "sound", state.reference, int(not state.with_sound)),
    )
    rows = [(switch, sound)]
    rows += half_hour_rows(tr, state.times, lambda times: _set_times(state, times))
    typed = Button(_("Type a time…"), pack("reminders", "times", state.reference))
    days = Button(_("Days…"), pack("reminders", "days", state.reference))
    rows.append((typed, days) if state.once_on is None else (typed,))
    if kind is Kind.CAFFEINE:
        label = (
            _("Not in the early evening")
            if state.dinner_enabled
            else _("Also in the early evening")
        )
        target = pack("reminders", "dinner", int(not state.dinner_enabled))
        rows.append((Button(label, target),))
    if kind is Kind.CUSTOM:
        rows.append(
            (
                Button(_("Change the words…"), pack("reminders", "words", state.slot)),
                Button(_("Remove…"), pack("reminders", "remove", state.slot)),
            )
        )
        rows.append((back,))
    else:
        rows.append((Button(_("Reset to defaults"), pack("reminders", "reset", kind)), back))
    return tuple(rows)


def _set_times(state: ReminderState, times: Sequence[time]) -> str:
    """Callback data that sets the times of a reminder."""
    return pack("reminders", "set", state.reference, ".".join(f"{slot:%H%M}" for slot in times))


def days_card(tr: Translator, state: ReminderState) -> Message:
    """The weekdays of a reminder. Each button carries the mask that a tap sets."""
    _ = tr.gettext
    short = get_day_names("abbreviated", locale=tr.locale)
    is_summary = state.kind is Kind.SUMMARY
    buttons = []
    for day in range(7):
        is_on = bool(state.weekdays >> day & 1)
        target = 1 << day if is_summary else state.weekdays ^ 1 << day
        label = f"✓ {short[day]}" if is_on else short[day]
        buttons.append(Button(label, pack("reminders", "setdays", state.reference, target)))
    rows: list[tuple[Button, ...]] = [tuple(buttons[:4]), tuple(buttons[4:])]
    if not is_summary:
        rows.append(
            (
                Button(_("Every day"), pack("reminders", "setdays", state.reference, EVERY_DAY)),
                Button(
                    _("Monday to Friday"),
                    pack("reminders", "setdays", state.reference, WEEKDAYS_ONLY),
                ),
            )
        )
    rows.append((Button(_("◀ Back"), pack("reminders", "kind", state.reference)),))
    question = _("On which day?") if is_summary else _("On which days?")
    known = _("{label}: {text}").format(
        label=title(tr, state.kind, state.words), text=escape(days_words(tr, state.weekdays))
    )
    return Message(f"{known}\n{escape(question)}", tuple(rows))
