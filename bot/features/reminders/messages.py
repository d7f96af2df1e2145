"""Reminders in words and buttons: as they go out, when they are answered, and their settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape

from babel.dates import get_day_names

from bot.database.models import EVERY_DAY, Answer, Kind
from bot.features.reminders.tips import ROUTINE, routine_introduction, step_text, step_title, tip
from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

LATER_MINUTES = {
    Kind.STRETCH: (10, 20, 30),
    Kind.CAFFEINE: (10, 30, 60),
    Kind.DINNER_CAFFEINE: (10, 30, 60),
    Kind.HYDRATION: (10, 30, 60),
    Kind.MEAL: (30, 60),
    Kind.CUSTOM: (10, 30, 60),
}
ICONS = {
    Kind.STRETCH: "🌙",
    Kind.CAFFEINE: "☕",
    Kind.DINNER_CAFFEINE: "🍵",
    Kind.HYDRATION: "💧",
    Kind.MEAL: "🥗",
    Kind.CUSTOM: "📌",
    Kind.CHECK_IN: "☀️",
    Kind.SUMMARY: "📊",
}
WEEKDAYS_ONLY = 0b0011111
MOST_TIMES = {Kind.HYDRATION: 8, Kind.CUSTOM: 8, Kind.CHECK_IN: 1, Kind.SUMMARY: 1}
MOST_TIMES_OTHERWISE = 3
SHIFTED_AT_MOST = 4
"""More times than this do not fit into one button; they are typed."""
HALF_HOUR = timedelta(minutes=30)
LONGEST_LABEL = 24
LONGEST_WORDS = 120


@dataclass(frozen=True)
class PlanItem:
    """A reminder's times of day in the plan; default times are spread, so only about right."""

    kind: Kind
    times: tuple[time, ...]
    is_default: bool
    words: str | None = None


@dataclass(frozen=True)
class State:
    """What is shown of a reminder. ``next_local`` and ``today`` are wall-clock values."""

    kind: Kind
    enabled: bool
    times: tuple[time, ...]
    is_default: bool
    weekdays: int
    with_sound: bool
    next_local: datetime | None
    today: date
    is_paused: bool = False
    fluids_free: bool = True
    dinner_enabled: bool = False
    default_weekdays: int = EVERY_DAY
    slot: int = 0
    words: str | None = None
    rests_now: bool = False
    """A fair test leaves it out on this day."""

    @property
    def reference(self) -> str:
        """Names the reminder in callback data."""
        return f"{self.kind}.{self.slot}" if self.slot else str(self.kind)


def names(tr: Translator) -> dict[Kind, str]:
    """Reminders as lists and buttons name them."""
    _ = tr.gettext
    return {
        Kind.STRETCH: _("Stretch"),
        Kind.CAFFEINE: _("Last caffeine"),
        Kind.DINNER_CAFFEINE: _("Caffeine at dinner"),
        Kind.HYDRATION: _("Drinks"),
        Kind.MEAL: _("Meal idea"),
        Kind.CUSTOM: _("Your own"),
        Kind.CHECK_IN: _("Morning question"),
        Kind.SUMMARY: _("Weekly summary"),
    }


def name_of(tr: Translator, kind: Kind, words: str | None) -> str:
    """A reminder's name: the person's own words, or those of its kind."""
    return words or names(tr)[kind]


def short_name(tr: Translator, kind: Kind, words: str | None) -> str:
    """The same, short enough for a button."""
    name = name_of(tr, kind, words)
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"


def _clocks(tr: Translator, times: Sequence[time]) -> str:
    return ", ".join(clock(tr, slot) for slot in times)


def _named(tr: Translator, kind: Kind, words: str | None = None) -> str:
    return f"{ICONS[kind]} <b>{escape(name_of(tr, kind, words))}</b>"


def plan_in_words(tr: Translator, items: Sequence[PlanItem]) -> str:
    """The plan in one line: "Stretch about 22:20 · Last caffeine about 14:30 · …"."""
    _ = tr.gettext
    parts = []
    for item in items:
        if not item.times:
            continue
        words = _("{name} about {times}") if item.is_default else _("{name} {times}")
        parts.append(
            words.format(name=name_of(tr, item.kind, item.words), times=_clocks(tr, item.times))
        )
    return " · ".join(parts)


# A reminder goes out and is answered -------------------------------------------------------------


def _headline(tr: Translator, kind: Kind) -> str:
    _ = tr.gettext
    return {
        Kind.STRETCH: _("Time for a short stretch"),
        Kind.CAFFEINE: _("Last call for caffeine"),
        Kind.DINNER_CAFFEINE: _("Caffeine with dinner?"),
        Kind.HYDRATION: _("A moment for a drink"),
        Kind.MEAL: _("An idea for a meal"),
        Kind.CUSTOM: _("Your own reminder"),
        Kind.CHECK_IN: _("How was last night?"),
        Kind.SUMMARY: _("Your week"),
    }[kind]


def helpful_line(tr: Translator, kind: Kind, night_on: date, due_local: datetime) -> str:
    """The line of one occurrence, in turn; the same whenever it is asked for."""
    number = night_on.toordinal()
    if kind is Kind.HYDRATION:  # several a day: the hour tells them apart
        number = number * 24 + due_local.hour
    return tip(tr, kind, number)


def _answer_row(tr: Translator, delivery_id: int, *, may_wait: bool = True) -> tuple[Button, ...]:
    _ = tr.gettext
    later = (Button(_("Later"), pack("reminders", "later", delivery_id)),)
    return (
        Button(_("Done"), pack("reminders", "done", delivery_id), "success"),
        *(later if may_wait else ()),
        Button(_("Skip"), pack("reminders", "skip", delivery_id)),
    )


def reminder_due(
    tr: Translator, kind: Kind, delivery_id: int, tip_line: str, *, words: str | None = None
) -> Message:
    """A reminder as it goes out: what for, one helpful line, three answers."""
    _ = tr.gettext
    text = f"{ICONS[kind]} <b>{escape(words or _headline(tr, kind))}</b>"
    if tip_line:
        text = f"{text}\n{escape(tip_line)}"
    rows: list[tuple[Button, ...]] = [_answer_row(tr, delivery_id)]
    if kind is Kind.STRETCH:
        rows.append((Button(_("Show me, 3 minutes"), pack("reminders", "step", delivery_id, 0)),))
    return Message(text, tuple(rows))


def _answered_line(
    tr: Translator, kind: Kind, due_local: datetime, answer: Answer | None, words: str | None
) -> str:
    _ = tr.gettext
    said = {
        Answer.DONE: _("done"),
        Answer.SKIPPED: _("skipped"),
        Answer.NO_ANSWER: _("no answer"),
        None: _("came again later"),
    }
    line = _("{name}, {time}: {answer}").format(
        name=name_of(tr, kind, words), time=clock(tr, due_local), answer=said[answer]
    )
    return f"{ICONS[kind]} {escape(line)}"


def reminder_closed(
    tr: Translator,
    kind: Kind,
    due_local: datetime,
    answer: Answer | None,
    *,
    words: str | None = None,
) -> Message:
    """An earlier reminder once the next of its kind is out: one line, no buttons.

    Args:
        answer: None when the same reminder was asked for again and now stands further below.
    """
    return Message(_answered_line(tr, kind, due_local, answer, words))


def _change_row(tr: Translator, delivery_id: int) -> Rows:
    return ((Button(tr.gettext("Change"), pack("reminders", "ask", delivery_id)),),)


def _noted_for(tr: Translator, kind: Kind, night_on: date, today: date) -> str:
    """Which day an answer counts for."""
    _ = tr.gettext
    is_recent = abs(today - night_on) < timedelta(days=7)
    words = formats.weekday(tr, night_on) if is_recent else formats.day(tr, night_on)
    if kind in {Kind.STRETCH, Kind.DINNER_CAFFEINE}:
        return _("Noted for {day} evening.").format(day=words)
    return _("Noted for {day}.").format(day=words)


def answered(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    due_local: datetime,
    answer: Answer,
    night_on: date,
    today: date,
    *,
    words: str | None = None,
) -> Message:
    """A reminder that was answered; it says so when the answer counts for another day."""
    line = _answered_line(tr, kind, due_local, answer, words)
    if answer is not Answer.NO_ANSWER and night_on != today:
        line = f"{line}\n{escape(_noted_for(tr, kind, night_on, today))}"
    return Message(line, _change_row(tr, delivery_id))


def ask_again(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    due_local: datetime,
    *,
    may_wait: bool,
    words: str | None = None,
) -> Message:
    """The answers once more, to change one that was given."""
    line = tr.gettext("{name}, {time}: what shall I note?").format(
        name=name_of(tr, kind, words), time=clock(tr, due_local)
    )
    rows = (
        _answer_row(tr, delivery_id, may_wait=may_wait),
        (_back_to(tr, "back", delivery_id),),
    )
    return Message(f"{ICONS[kind]} {escape(line)}", rows)


def _back_to(tr: Translator, verb: str, delivery_id: int) -> Button:
    return Button(tr.gettext("◀ Back"), pack("reminders", verb, delivery_id))


def later_choices(
    tr: Translator, kind: Kind, delivery_id: int, *, words: str | None = None
) -> Message:
    """How much later?"""
    _ = tr.gettext
    minutes = LATER_MINUTES.get(kind, (10, 30, 60))
    chips = tuple(
        Button(
            tr.ngettext("{count} min", "{count} min", count).format(count=count),
            pack("reminders", "in", delivery_id, count),
        )
        for count in minutes
    )
    last = (
        Button(_("At…"), pack("reminders", "at", delivery_id)),
        _back_to(tr, "back", delivery_id),
    )
    question = escape(_("When shall I come back? Your schedule stays."))
    text = f"{_named(tr, kind, words)}\n{question}"
    return Message(text, (chips, last))


def later_set(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    at_local: datetime,
    bed: time | None = None,
    *,
    words: str | None = None,
) -> Message:
    """It comes again at this time; with ``bed``, that is just past it."""
    _ = tr.gettext
    line = _("{name}: again at {time}").format(
        name=name_of(tr, kind, words), time=clock(tr, at_local)
    )
    text = f"{ICONS[kind]} {escape(line)}"
    if bed is not None:
        past = _("That is just past your bedtime, {bed}.").format(bed=clock(tr, bed))
        text = f"{text}\n{escape(past)}"
    return Message(text, _change_row(tr, delivery_id))


def past_bedtime(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    at_local: datetime,
    bed: time,
    minute: int,
    *,
    words: str | None = None,
) -> Message:
    """That would be past bedtime: it is said, and the person chooses."""
    _ = tr.gettext
    text = _("{time} is past your bedtime, {bed}.").format(
        time=clock(tr, at_local), bed=clock(tr, bed)
    )
    rows = (
        (
            Button(
                _("Yes, at {time}").format(time=clock(tr, at_local)),
                pack("reminders", "until", delivery_id, minute),
            ),
            Button(_("Skip it"), pack("reminders", "skip", delivery_id)),
        ),
        (Button(_("◀ Back"), pack("reminders", "later", delivery_id)),),
    )
    return Message(f"{_named(tr, kind, words)}\n{escape(text)}", rows)


def ask_later_time(
    tr: Translator, kind: Kind, delivery_id: int, *, words: str | None = None
) -> Message:
    """Asks for the time at which a reminder is to come again."""
    text = tr.gettext("At what time? Type it: 22:45 or 10.45pm.")
    rows = ((_back_to(tr, "later", delivery_id),),)
    return Message(f"{_named(tr, kind, words)}\n{escape(text)}", rows)


def unclear_time(tr: Translator, delivery_id: int) -> Message:
    """A time that could not be read, or is too far away for the same reminder."""
    text = tr.gettext("I need a time within the next 12 hours. Try 22:45 or 10.45pm.")
    return Message(escape(text), ((_back_to(tr, "later", delivery_id),),))


def gone(tr: Translator) -> str:
    """A toast: this reminder does not exist (any more)."""
    return tr.gettext("That reminder is not there any more.")


def routine_step(tr: Translator, delivery_id: int, number: int, *, is_seated: bool) -> Message:
    """A card of the guided stretch: which muscle, how long, next."""
    _ = tr.gettext
    step = ROUTINE[number]
    lines = [
        f"<b>{escape(step_title(tr, step))}</b> · "
        + escape(_("{number} of {total}").format(number=number + 1, total=len(ROUTINE))),
        escape(step_text(tr, step, is_seated=is_seated)),
    ]
    if number == 0:
        lines += ["", f"<i>{escape(routine_introduction(tr))}</i>"]
    seated = int(is_seated)
    other = _("Standing instead") if is_seated else _("Seated instead")
    ways = []
    if number > 0:
        ways.append(Button(_("◀ Back"), pack("reminders", "step", delivery_id, number - 1, seated)))
    if number + 1 < len(ROUTINE):
        ways.append(Button(_("Next ▶"), pack("reminders", "step", delivery_id, number + 1, seated)))
    else:
        ways.append(Button(_("Finished"), pack("reminders", "done", delivery_id), "success"))
    rows = (
        tuple(ways),
        (
            Button(other, pack("reminders", "step", delivery_id, number, 1 - seated)),
            Button(_("Stop here"), pack("reminders", "back", delivery_id)),
        ),
    )
    return Message("\n".join(lines), rows)


# Settings ----------------------------------------------------------------------------------------


def next_words(tr: Translator, next_local: datetime, today: date) -> str:
    """A coming wall-clock time as people say it."""
    _ = tr.gettext
    if next_local.date() == today:
        return _("today {time}").format(time=clock(tr, next_local))
    if next_local.date() == today + timedelta(days=1):
        return _("tomorrow {time}").format(time=clock(tr, next_local))
    day = formats.day(tr, next_local)
    return _("{day}, {time}").format(day=day, time=clock(tr, next_local))


def _status(tr: Translator, state: State) -> str:
    _ = tr.gettext
    if state.kind is Kind.HYDRATION and not state.fluids_free:
        return _("off, as your drinks may be limited")
    if not state.enabled:
        return _("off")
    if state.rests_now:
        return _("resting for your fair test")
    if not state.times and state.kind is Kind.CUSTOM:
        return _("no time yet")
    if state.next_local is None:
        return _("paused") if state.is_paused else _("no time that fits your day")
    words = _("paused, next {when}") if state.is_paused else _("on, next {when}")
    return words.format(when=next_words(tr, state.next_local, state.today))


def not_set_up(tr: Translator) -> Message:
    """The plan needs the answers of /start."""
    text = tr.gettext(
        "Your reminders follow your day, and I do not know it yet. Send /start to go on."
    )
    return Message(escape(text))


def overview(tr: Translator, states: Sequence[State]) -> Message:
    """All reminders with their state, each with a button."""
    _ = tr.gettext
    lines = [f"<b>{escape(_('Your reminders'))}</b>"]
    lines += [
        f"{ICONS[state.kind]} {escape(name_of(tr, state.kind, state.words))}: "
        f"{escape(_status(tr, state))}"
        for state in states
    ]
    buttons = [
        Button(
            f"{ICONS[state.kind]} {short_name(tr, state.kind, state.words)}",
            pack("reminders", "kind", state.reference),
        )
        for state in states
    ]
    buttons.append(Button(_("+ One of your own"), pack("reminders", "new")))
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


def days_words(tr: Translator, mask: int) -> str:
    """Days of the week as people say them."""
    _ = tr.gettext
    if mask == EVERY_DAY:
        return _("every day")
    if mask == WEEKDAYS_ONLY:
        return _("Monday to Friday")
    short = get_day_names("abbreviated", locale=tr.locale)
    return ", ".join(short[day] for day in range(7) if mask >> day & 1) or _("no day")


def card(tr: Translator, state: State, note: str | None = None) -> Message:
    """One reminder: its state, and a button for everything that can be changed."""
    _ = tr.gettext
    kind = state.kind
    about = _("about {times}") if state.is_default else _("{times}")
    sound = _("with sound") if state.with_sound else _("silent")
    lines = [
        f"{_named(tr, kind, state.words)}: {escape(_status(tr, state))}",
        escape(about.format(times=_clocks(tr, state.times)) if state.times else _("no time yet")),
        escape(f"{days_words(tr, state.weekdays)} · {sound}"),
    ]
    if note:
        lines += ["", escape(note)]
    return Message("\n".join(lines), _card_rows(tr, state))


def off_card(tr: Translator, state: State) -> Message:
    """The card of a reminder that has just lost its last day."""
    return card(tr, state, tr.gettext("No day is left, so it is off now."))


def _card_rows(tr: Translator, state: State) -> Rows:
    _ = tr.gettext
    kind = state.kind
    back = Button(_("◀ All reminders"), pack("reminders", "list"))
    if kind is Kind.HYDRATION and not state.fluids_free:
        return ((Button(_("Change my answer about drinks"), pack("users", "fluids")),), (back,))
    switch = Button(
        _("Switch off") if state.enabled else _("Switch on"),
        pack("reminders", "on", state.reference, int(not state.enabled)),
    )
    sound = Button(
        _("Make silent") if state.with_sound else _("Make a sound"),
        pack("reminders", "sound", state.reference, int(not state.with_sound)),
    )
    rows: list[tuple[Button, ...]] = [(switch, sound)]
    if 0 < len(state.times) <= SHIFTED_AT_MOST:
        rows.append(
            (
                Button(_("30 min earlier"), _shift(state, -HALF_HOUR)),
                Button(_("30 min later"), _shift(state, HALF_HOUR)),
            )
        )
    rows.append(
        (
            Button(_("Type a time…"), pack("reminders", "times", state.reference)),
            Button(_("Days…"), pack("reminders", "days", state.reference)),
        )
    )
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
                Button(_("Other words…"), pack("reminders", "words", state.slot)),
                Button(_("Remove…"), pack("reminders", "remove", state.slot)),
            )
        )
        rows.append((back,))
    else:
        rows.append((Button(_("Reset"), pack("reminders", "reset", kind)), back))
    return tuple(rows)


def _shift(state: State, by: timedelta) -> str:
    """Callback data with the times that a tap sets, so that a second tap changes nothing."""
    anchor = date(2000, 1, 2)
    moved = sorted((datetime.combine(anchor, slot) + by).time() for slot in state.times)
    return pack("reminders", "set", state.reference, ".".join(f"{slot:%H%M}" for slot in moved))


def days_card(tr: Translator, state: State) -> Message:
    """Seven days to choose from; each button says what a tap makes of it."""
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
    return Message(
        f"{_named(tr, state.kind, state.words)}: {escape(days_words(tr, state.weekdays))}\n"
        f"{escape(question)}",
        tuple(rows),
    )


def ask_times(
    tr: Translator, kind: Kind, reference: str | None = None, *, words: str | None = None
) -> Message:
    """Asks for typed times."""
    _ = tr.gettext
    reference = reference or kind
    if most_times(kind) > 1:
        text = _("Type one or more times, such as 8:00, 12.30 and 3pm.")
    else:
        text = _("Type a time, such as 18:00 or 6pm.")
    rows = ((Button(_("◀ Back"), pack("reminders", "kind", reference)),),)
    return Message(f"{_named(tr, kind, words)}\n{escape(text)}", rows)


def most_times(kind: Kind) -> int:
    """How many times a day a reminder may have."""
    return MOST_TIMES.get(kind, MOST_TIMES_OTHERWISE)


def unclear_times(tr: Translator, kind: Kind, reference: str | None = None) -> Message:
    """Times that could not be read, or too many of them."""
    text = tr.ngettext(
        "I could not read that. I take {count} time here, such as 22:15 or 10.15pm.",
        "I could not read that. I take up to {count} times here, such as 8:00, 12.30 and 3pm.",
        most_times(kind),
    ).format(count=most_times(kind))
    rows = ((Button(tr.gettext("◀ Back"), pack("reminders", "kind", reference or kind)),),)
    return Message(escape(text), rows)


# In the person's own words -----------------------------------------------------------------------


def _back_to_list(tr: Translator) -> Rows:
    return ((Button(tr.gettext("◀ All reminders"), pack("reminders", "list")),),)


def ask_words(tr: Translator, slot: int | None = None) -> Message:
    """Asks what a reminder of the person's own is to say.

    Args:
        tr: the text's language.
        slot: of a reminder that gets other words; None for a new one.
    """
    _ = tr.gettext
    lines = [
        _("What shall I remind you of? Type it in your own words."),
        _("For instance something that a doctor, nurse or pharmacist told you to do."),
    ]
    back = (
        _back_to_list(tr)
        if slot is None
        else ((Button(_("◀ Back"), pack("reminders", "kind", f"{Kind.CUSTOM}.{slot}")),),)
    )
    return Message("\n".join(map(escape, lines)), back)


def unusable_words(tr: Translator) -> Message:
    """Words that are too long for a reminder."""
    text = tr.ngettext(
        "That is a lot to read on a phone. Up to {count} letter fits.",
        "That is a lot to read on a phone. Up to {count} letters fit.",
        LONGEST_WORDS,
    ).format(count=LONGEST_WORDS)
    return Message(escape(text), _back_to_list(tr))


def ask_first_times(tr: Translator, words: str) -> Message:
    """Asks for the times of a new reminder."""
    text = tr.gettext("When? Type one or more times, such as 8:00, 12.30 and 3pm.")
    return Message(f"{_named(tr, Kind.CUSTOM, words)}\n{escape(text)}", _back_to_list(tr))


def too_many(tr: Translator, most: int) -> Message:
    """No room for another reminder."""
    text = tr.ngettext(
        "You have {count} reminder, and that is as many as I can keep. Remove one first.",
        "You have {count} reminders, and that is as many as I can keep. Remove one first.",
        most,
    ).format(count=most)
    return Message(escape(text), _back_to_list(tr))


def remove_question(tr: Translator, slot: int, words: str) -> Message:
    """Asks once before a reminder goes, with what was answered to it."""
    _ = tr.gettext
    text = _("Remove this reminder and your answers to it?")
    rows = (
        (
            Button(_("Yes, remove it"), pack("reminders", "removed", slot), "danger"),
            Button(_("No, keep it"), pack("reminders", "kind", f"{Kind.CUSTOM}.{slot}")),
        ),
    )
    return Message(f"{_named(tr, Kind.CUSTOM, words)}\n{escape(text)}", rows)
