"""A diary entry in words and chips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import escape

from bot.features.cramps import cards, values
from bot.features.cramps.red_flags import Tier
from bot.features.cramps.values import Unusable, When
from bot.i18n.formats import clock, in_sentence
from bot.i18n.translator import Translator
from bot.local_time.nights import night_of
from bot.telegram.message import Button, Message, Rows, pack


@dataclass(frozen=True)
class Entry:
    """What is shown of an entry; ``local_at`` is naive wall-clock time in the entry's zone."""

    id: int
    local_at: datetime
    tapped_local: datetime
    night_on: date
    has_time: bool
    event_type: str = "cramp"
    site: str | None = None
    side: str | None = None
    intensity: int | None = None
    duration: str | None = None
    woke_me: str | None = None
    after_effects: frozenset[str] = frozenset()
    details: Mapping[str, str] = field(default_factory=dict)
    """Field → code, of the other fields with one value that were told."""
    many: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Field → codes, of the other fields with several."""
    count: int = 1
    """How many cramps it stands for; 4 means four or more."""
    note: str | None = None
    is_about: bool = False
    """Its time is only about right, within an hour."""
    chip: When | None = When.NOW
    """The time chip that its time came from; None for a typed time."""
    number: int = 1
    """Which of the night's entries it is, by its tap."""
    needs_zone: bool = False
    """The person has not told a time zone yet."""
    takes_typed: bool = True
    """A time typed now would be taken for this entry."""


def words_for(tr: Translator) -> dict[str, dict[str, str]]:
    """Field → code → label, in the order of the value sets."""
    _ = tr.gettext
    return {
        "type": {
            "cramp": _("Cramp"),
            "twitch": _("Twitch"),
            "urge_to_move": _("Urge to move"),
            "other_pain": _("Other pain"),
        },
        "site": {
            "calf": _("Calf"),
            "foot_sole": _("Sole of foot"),
            "toes": _("Toes"),
            "shin": _("Shin"),
            "thigh_front": _("Thigh, front"),
            "thigh_back": _("Thigh, back"),
            "thigh_inner": _("Thigh, inside"),
            "hip_buttock": _("Hip, buttock"),
            "hand_forearm": _("Hand, forearm"),
            "arm": _("Arm"),
            "abdomen": _("Belly"),
            "chest": _("Chest"),
            "back": _("Back"),
            "neck_shoulder": _("Neck, shoulder"),
            "eyelid_face": _("Eyelid, face"),
        },
        "side": {
            "left": _("Left"),
            "right": _("Right"),
            "both": _("Both sides"),
            "unsure": _("Not sure"),
        },
        "duration": {
            "lt_1min": _("Under 1 min"),
            "1_5min": _("1 to 5 min"),
            "5_10min": _("5 to 10 min"),
            "gt_10min": _("Over 10 min"),
            "unsure": _("Not sure"),
        },
        "woke": {
            "yes": _("Woke me"),
            "no_was_awake": _("Was awake"),
            "unsure": _("Not sure"),
        },
        "strength": {str(number): str(number) for number in range(values.STRONGEST + 1)},
        "effect": {
            "sore_next_day": _("Sore next day"),
            "numb_or_tingling": _("Numb, tingling"),
            "weak": _("Weak"),
            "swollen": _("Swollen"),
            "warm_or_red": _("Warm or red"),
            "none": _("None of these"),
        },
        "count": {"1": "1", "2": "2", "3": "3", "4_plus": _("4 or more")},
        "sleep": {str(number): str(number) for number in range(values.STRONGEST + 1)},
        "back": {
            "lt_15min": _("Within 15 min"),
            "15_60min": _("15 to 60 min"),
            "gt_60min": _("Over an hour"),
            "not_again": _("Not again"),
        },
        "context": {
            "asleep": _("Asleep"),
            "lying_awake": _("Lying awake"),
            "sitting": _("Sitting"),
            "after_long_sitting": _("After long sitting"),
            "after_long_standing": _("After long standing"),
            "during_exercise": _("During exercise"),
            "after_exercise_same_day": _("After exercise that day"),
            "walking": _("Walking"),
            "after_meal": _("After a meal"),
            "other": _("Something else"),
        },
        "trigger": {
            "hard_exercise": _("Hard exercise"),
            "long_sitting_or_driving": _("Long sitting, driving"),
            "long_standing": _("Long standing"),
            "hot_day": _("Hot day"),
            "little_fluid": _("Drank little"),
            "vomiting_diarrhoea_sweating": _("Sick, or sweated much"),
            "caffeine_after_cutoff": _("Late caffeine"),
            "alcohol_evening": _("Alcohol in the evening"),
            "poor_sleep": _("Poor sleep"),
            "stress": _("Stress"),
            "new_or_changed_medicine": _("New/changed medicine"),
            "diet_change": _("Change of diet"),
            "tight_bedding": _("Tight bedding"),
            "foot_pointed_down": _("Foot pointed down"),
            "none_known": _("Nothing I know of"),
        },
        "relief": {
            "stretched": _("Stretched"),
            "stood_on_it": _("Stood on it"),
            "walked": _("Walked"),
            "massaged": _("Rubbed it"),
            "heat": _("Warmth"),
            "cold": _("Cold"),
            "shook_leg": _("Shook the leg"),
            "waited": _("Waited"),
            "other": _("Something else"),
        },
        "helped": {
            "not_at_all": _("Not at all"),
            "a_bit": _("A bit"),
            "a_lot": _("A lot"),
            "unsure": _("Not sure"),
        },
        "impact": {
            "none": _("None"),
            "tired": _("Tired"),
            "limited_activity": _("Did less"),
        },
        "days": {
            "lt_1day": _("Less than a day"),
            "1_3days": _("1 to 3 days"),
            "4_14days": _("4 to 14 days"),
            "gt_14days": _("Over 2 weeks"),
            "unsure": _("Not sure"),
        },
        "elsewhere": {"yes": _("Yes"), "no": _("No")},
        "weak": {"yes": _("Yes"), "no": _("No")},
    }


def field_names(tr: Translator) -> dict[str, str]:
    """Field → its name on a button."""
    _ = tr.gettext
    return {
        "type": _("Cramp or twitch"),
        "site": _("Where"),
        "side": _("Which side"),
        "strength": _("How strong"),
        "woke": _("Woke me?"),
        "duration": _("How long"),
        "effect": _("Afterwards"),
        "count": _("How many"),
        "sleep": _("Sleep disturbed"),
        "back": _("Back to sleep"),
        "context": _("Doing what"),
        "trigger": _("What led up to it"),
        "relief": _("What I tried"),
        "helped": _("Did it help"),
        "impact": _("Next day"),
        "days": _("Going on for"),
        "elsewhere": _("In other places too"),
        "weak": _("Weak or stiff there"),
    }


def questions(tr: Translator) -> dict[str, str]:
    """What is asked above a field's answers, where its name alone would not do."""
    _ = tr.gettext
    return {
        "count": _("How many cramps does this entry stand for?"),
        "sleep": _("How much did it disturb your sleep? 0 not at all, 10 as much as can be."),
        "strength": _("How strong? 0 none, 10 the worst you can imagine."),
        "back": _("How long until you slept again?"),
        "context": _("What were you doing?"),
        "trigger": _("What led up to it? As many as you like."),
        "relief": _("What did you try? As many as you like."),
        "effect": _("What came afterwards? As many as you like."),
        "helped": _("Did it help?"),
        "impact": _("Did it change the next day?"),
        "days": _("For how long has it been going on?"),
        "elsewhere": _("Does it twitch in other places too?"),
        "weak": _("Is it weak or stiff there?"),
    }


FIRST_FIELDS = ("type", "site", "side", "duration", "count", "effect", "strength", "woke")
"""What tells most of a cramp."""
REST_FIELDS = ("context", "trigger", "relief", "helped", "back", "sleep", "impact")
"""What few need."""
CRAMP_FIELDS = FIRST_FIELDS + REST_FIELDS
TWITCH_FIELDS = ("type", "site", "side", "days", "elsewhere", "weak")
"""A twitch asks only what a twitch needs."""
OTHER_FIELDS = ("type", "site", "side", "strength")
LONGEST_SHOWN_NOTE = 200


def fields_of(event_type: str) -> tuple[str, ...]:
    """The fields that an entry of a type asks for first."""
    return {"cramp": FIRST_FIELDS, "twitch": TWITCH_FIELDS}.get(event_type, OTHER_FIELDS)


def codes_of(entry: Entry, name: str) -> frozenset[str]:
    """The codes told for a field with several."""
    return entry.after_effects if name == "effect" else entry.many.get(name, frozenset())


def is_told(entry: Entry, name: str) -> bool:
    """Whether a field carries something that was told."""
    if name in values.MANY:
        return bool(codes_of(entry, name))
    return chosen(entry, name) != values.NEVER_EMPTY.get(name)


def chosen(entry: Entry, name: str) -> str | None:
    """The code chosen for a field with one value."""
    return {
        "type": entry.event_type,
        "site": entry.site,
        "side": entry.side,
        "strength": None if entry.intensity is None else str(entry.intensity),
        "woke": entry.woke_me,
        "duration": entry.duration,
        "count": values.code_of("count", entry.count),
    }.get(name, entry.details.get(name))


def night_name(tr: Translator, night_on: date) -> str:
    """A night by its evening: "Tuesday night"; other languages may name both of its days."""
    _ = tr.gettext
    names = (
        _("Monday night"),
        _("Tuesday night"),
        _("Wednesday night"),
        _("Thursday night"),
        _("Friday night"),
        _("Saturday night"),
        _("Sunday night"),
    )
    return names[night_on.weekday()]


def when_words(tr: Translator, entry: Entry) -> str:
    """When it happened and which night that is."""
    night = night_name(tr, entry.night_on)
    if not entry.has_time:
        return night
    _ = tr.gettext
    is_night = values.is_night_time(entry.local_at.time())
    text = _("{time}, {night}") if is_night else _("{time}, for {night}")
    time = clock(tr, entry.local_at)
    if entry.is_about:
        time = _("about {time}").format(time=time)
    return text.format(time=time, night=night)


def _details(tr: Translator, entry: Entry) -> str:
    """What has been told, in one line."""
    _, words = tr.gettext, words_for(tr)
    is_cramp = entry.event_type == "cramp"
    asked = CRAMP_FIELDS if is_cramp else fields_of(entry.event_type)
    parts = []
    if entry.intensity is not None and "strength" in asked:
        parts.append(_("strength {number}").format(number=entry.intensity))
    if entry.count > 1 and is_cramp:
        parts.append(_count_words(tr, entry.count))
    for name in ("woke", "side", "site", "duration", "context"):
        code = chosen(entry, name)
        if name in asked and code is not None and code != "unsure":
            parts.append(in_sentence(tr, words[name][code]))
    for name in ("effect", "trigger", "relief"):
        if name not in asked:
            continue
        none = values.NONE_OF_THEM.get(name)
        codes = codes_of(entry, name)
        parts += [
            in_sentence(tr, words[name][code])
            for code in values.MANY[name]
            if code in codes and code != none
        ]
    return " · ".join(parts)


def _count_words(tr: Translator, count: int) -> str:
    if count >= values.MOST_COUNTED:
        return tr.gettext("4 or more cramps")
    return tr.ngettext("{count} cramp", "{count} cramps", count).format(count=count)


def _headline(tr: Translator, entry: Entry) -> str:
    _ = tr.gettext
    heads = {
        "twitch": _("Twitch logged: {when}"),
        "urge_to_move": _("Urge to move logged: {when}"),
        "other_pain": _("Other pain logged: {when}"),
    }
    head = heads.get(entry.event_type, _("Logged: {when}"))
    lines = [f"<b>{escape(head.format(when=when_words(tr, entry)))}</b>"]
    if details := _details(tr, entry):
        lines.append(escape(details))
    if entry.note:
        is_long = len(entry.note) > LONGEST_SHOWN_NOTE
        note = f"{entry.note[:LONGEST_SHOWN_NOTE]}…" if is_long else entry.note
        lines.append(f"<i>{escape(note)}</i>")
    return "\n".join(lines)


def _ordinal(tr: Translator, entry: Entry) -> str | None:
    """Says how a further tap in the same night was understood."""
    _ = tr.gettext
    if entry.number < 2 or entry.event_type != "cramp":
        return None
    if entry.number == 2:
        return _("Your second cramp this night.")
    if entry.number == 3:
        return _("Your third cramp this night.")
    return _("Cramp number {number} this night.").format(number=entry.number)


def _chips(entry_id: int, field: str, words: dict[str, str], now: str | None) -> list[Button]:
    return [
        Button(f"• {label}" if code == now else label, pack("cramps", "set", entry_id, field, code))
        for code, label in words.items()
    ]


def _in_rows(buttons: Sequence[Button], per_row: int) -> Rows:
    return tuple(
        tuple(buttons[start : start + per_row]) for start in range(0, len(buttons), per_row)
    )


def _time_rows(tr: Translator, entry: Entry) -> Rows:
    _ = tr.gettext
    is_night = values.is_night_time(entry.tapped_local.time())
    labels = {
        When.NOW: _("Now"),
        When.QUARTER: _("15 min ago"),
        When.EARLIER: _("Earlier tonight") if is_night else _("Earlier today"),
        When.LAST_NIGHT: _("Last night"),
    }
    chips = [
        Button(
            f"• {label}" if when is entry.chip else label, pack("cramps", "time", entry.id, when)
        )
        for when, label in labels.items()
    ]
    return _in_rows(chips, 2)  # four in a row would be cut short on a phone


def _relief_button(tr: Translator) -> Button:
    """On every message of a cramp, as the card also leads to the warning signs."""
    return Button(tr.gettext("Relief"), pack("cramps", "relief"))


def logged(tr: Translator, entry: Entry) -> Message:
    """The first reply: when, which night, and what matters most, one tap each."""
    _ = tr.gettext
    words = words_for(tr)
    lines = [_headline(tr, entry)]
    if ordinal := _ordinal(tr, entry):
        lines.append(escape(ordinal))
    if entry.needs_zone:
        lines.append(escape(_("Times are in UTC for now. Tell me your time zone: /start")))
    if entry.intensity is None and entry.event_type == "cramp":
        hints = [_("How strong, 0 to 10? You need not say.")]
        if entry.takes_typed:
            hints.append(_("A time can be typed too: 03:10"))
        lines.append(f"<i>{escape(' '.join(hints))}</i>")
    rows = list(_time_rows(tr, entry))
    if entry.event_type == "cramp":
        woke = {code: label for code, label in words["woke"].items() if code != "unsure"}
        rows.append(tuple(_chips(entry.id, "woke", woke, entry.woke_me)))
        strength = _chips(entry.id, "strength", words["strength"], chosen(entry, "strength"))
        rows += [tuple(strength[:6]), tuple(strength[6:])]
    last = [
        Button(_("More…"), pack("cramps", "open", entry.id, "more")),
        _relief_button(tr),
        Button(_("Undo"), pack("cramps", "undo", entry.id)),
    ]
    if entry.number > 1 and entry.event_type == "cramp":
        last.insert(1, Button(_("Same cramp"), pack("cramps", "same", entry.id)))
    rows.append(tuple(last))
    return Message("\n".join(lines), tuple(rows))


def _field_buttons(tr: Translator, entry: Entry, names: Sequence[str]) -> list[Button]:
    labels = field_names(tr)
    return [
        Button(
            f"• {labels[name]}" if is_told(entry, name) else labels[name],
            pack("cramps", "open", entry.id, name),
        )
        for name in names
    ]


def more(tr: Translator, entry: Entry) -> Message:
    """The fields that tell most, one button each, and the way to the rest."""
    _ = tr.gettext
    buttons = _field_buttons(tr, entry, fields_of(entry.event_type))
    buttons.append(Button(_("At what time"), pack("cramps", "at", entry.id)))
    buttons.append(Button(_("Even more…"), pack("cramps", "open", entry.id, "rest")))
    last = [
        Button(_("Done"), pack("cramps", "open", entry.id, "closed"), "primary"),
        Button(_("Warning signs"), pack("cramps", "warnings")),
    ]
    rows = [*_in_rows(buttons, 2), tuple(last)]
    if entry.event_type != "cramp":
        rows.insert(-1, (_compare_button(tr),))
    return Message(_headline(tr, entry), tuple(rows))


def _compare_button(tr: Translator) -> Button:
    return Button(tr.gettext("Cramp or twitch?"), pack("learn", "show", "compare"))


def rest(tr: Translator, entry: Entry) -> Message:
    """What few need: the further fields, a note, another night."""
    _ = tr.gettext
    names = REST_FIELDS if entry.event_type == "cramp" else ()
    buttons = _field_buttons(tr, entry, names)
    note = _("• Note…") if entry.note else _("Note…")
    buttons.append(Button(note, pack("cramps", "note", entry.id)))
    before, after = (entry.night_on + timedelta(days=days) for days in (-1, 1))
    nights = [Button(_("To the night before"), pack("cramps", "night", entry.id, _day(before)))]
    entered_on = night_of(entry.tapped_local)
    is_over = not entry.has_time or entry.local_at + timedelta(days=1) <= entry.tapped_local
    if after <= entered_on and is_over:
        nights.append(
            Button(_("To the night after"), pack("cramps", "night", entry.id, _day(after)))
        )
    rows = [*_in_rows(buttons, 2), tuple(nights)]
    if entry.event_type == "cramp":
        rows.append((_compare_button(tr),))
    rows.append((Button(_("◀ Back"), pack("cramps", "open", entry.id, "more")),))
    return Message(_headline(tr, entry), tuple(rows))


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def field_card(tr: Translator, entry: Entry, name: str, *, all_sites: bool = False) -> Message:
    """The chips of one field."""
    _ = tr.gettext
    words = words_for(tr)[name]
    level = "rest" if name in REST_FIELDS else "more"
    back = Button(_("◀ Back"), pack("cramps", "open", entry.id, level))
    asked = questions(tr).get(name, field_names(tr)[name])
    question = f"{_headline(tr, entry)}\n\n{escape(asked)}"
    if name in values.MANY:
        return Message(question, (*_in_rows(_many_chips(entry, name, words), 2), (back,)))
    last = [back]
    if name == "site":
        shown = values.OTHER_SITES if all_sites else values.SITES
        words = {code: words[code] for code in shown}
        target = "site" if all_sites else "othersite"
        label = _("Legs and feet") if all_sites else _("Elsewhere…")
        last.append(Button(label, pack("cramps", "open", entry.id, target)))
    if name not in values.NEVER_EMPTY and chosen(entry, name) is not None:
        last.append(Button(_("Clear"), pack("cramps", "set", entry.id, name, "clear")))
    chips = _chips(entry.id, name, words, chosen(entry, name))
    per_row = {"strength": 6, "sleep": 6, "count": 4}.get(name, 2)
    return Message(question, (*_in_rows(chips, per_row), tuple(last)))


def _many_chips(entry: Entry, name: str, words: dict[str, str]) -> list[Button]:
    """Several may be chosen, so each chip says what a tap makes of it."""
    codes = codes_of(entry, name)
    return [
        Button(
            f"• {label}" if code in codes else label,
            pack("cramps", "many", entry.id, name, code, int(code not in codes)),
        )
        for code, label in words.items()
    ]


def closed(tr: Translator, entry: Entry) -> Message:
    """The entry at rest: its line, and the way to correct it for days to come."""
    _ = tr.gettext
    rows = (
        (
            Button(_("✏️ Correct"), pack("cramps", "open", entry.id, "first")),
            _relief_button(tr),
            Button(_("Undo"), pack("cramps", "undo", entry.id)),
        ),
        (Button(_("◀ That night"), pack("history", "night", _day(entry.night_on))),),
    )
    return Message(_headline(tr, entry), rows)


def same(tr: Translator, entry: Entry, first: Entry) -> Message:
    """A tap that was taken for an earlier cramp, with one tap to say otherwise."""
    _ = tr.gettext
    text = _("Got it: one cramp, {when}.").format(when=when_words(tr, first))
    rows = (
        (Button(_("It was another one"), pack("cramps", "other", entry.id)), _relief_button(tr)),
    )
    return Message(escape(text), rows)


def removed(tr: Translator, entry: Entry) -> Message:
    """An entry that was undone."""
    _ = tr.gettext
    text = _("Removed: {when}.").format(when=when_words(tr, entry))
    rows = (
        (
            Button(_("Put it back"), pack("cramps", "restore", entry.id)),
            Button(_("◀ That night"), pack("history", "night", _day(entry.night_on))),
        ),
    )
    return Message(escape(text), rows)


def time_changed(tr: Translator, entry: Entry, before_at: datetime, precision: str) -> Message:
    """What a typed time has changed.

    Args:
        tr: the text's language.
        entry: the entry as it is now.
        before_at: the instant that it had before, for the way back.
        precision: the precision that it had before.
    """
    _ = tr.gettext
    text = _("Changed to {when}.").format(when=when_words(tr, entry))
    data = pack("cramps", "back", entry.id, int(before_at.timestamp()), precision)
    return Message(escape(text), ((Button(_("Put back"), data),),))


def _correct_row(tr: Translator, entry: Entry) -> Rows:
    return ((Button(tr.gettext("✏️ Correct"), pack("cramps", "open", entry.id, "first")),),)


def strength_told(tr: Translator, entry: Entry) -> Message:
    """How a typed number was understood."""
    _ = tr.gettext
    text = _("Strength {number} of 10: {when}.").format(
        number=entry.intensity, when=when_words(tr, entry)
    )
    return Message(escape(text), _correct_row(tr, entry))


def _leave_row(tr: Translator, entry_id: int) -> Rows:
    return ((Button(tr.gettext("Leave it as it is"), pack("cramps", "leave", entry_id)),),)


def ask_time(tr: Translator, entry_id: int) -> Message:
    """Asks for a typed time."""
    text = tr.gettext("At what time was it? Type it: 03:10, 15 min ago, yesterday 3am.")
    return Message(escape(text), _leave_row(tr, entry_id))


def unusable_time(tr: Translator, entry_id: int, why: Unusable) -> Message:
    """A typed time that could not be read, or has not been yet."""
    _ = tr.gettext
    if why is Unusable.TO_COME:
        text = _("That time is still to come. For the day before, type: yesterday 22:00")
    elif why is Unusable.TOO_LONG_AGO:
        text = _("That is more than a year ago, further back than I can go.")
    else:
        text = _("I could not read that as a time. Try 03:10, 15 min ago or yesterday 3am.")
    return Message(escape(text), _leave_row(tr, entry_id))


def ask_backdated(tr: Translator) -> Message:
    """Asks when a cramp was that was not logged at once."""
    text = tr.gettext(
        "When was it? Type it: yesterday 3am, Tue 02:40, 12 Jan 03:10, or just: last night."
    )
    rows = ((Button(tr.gettext("◀ Back"), pack("history", "open")),),)
    return Message(escape(text), rows)


def unusable_backdated(tr: Translator, why: Unusable) -> Message:
    """A time of a cramp that could not be read, or cannot be."""
    _ = tr.gettext
    text = {
        Unusable.TO_COME: _("That time is still to come. Which one before now do you mean?"),
        Unusable.TOO_LONG_AGO: _("That is more than a year ago, further back than I can go."),
        Unusable.UNCLEAR: _("I could not read that as a time. Try yesterday 3am or Tue 02:40."),
    }[why]
    rows = ((Button(_("◀ Back"), pack("history", "open")),),)
    return Message(escape(text), rows)


def offer(tr: Translator, message_id: int, local_at: datetime, at: datetime) -> Message:
    """Asks whether a time that nobody asked for is that of a cramp.

    Args:
        tr: the text's language.
        message_id: of the message that says the time: the entry's key.
        local_at: the wall-clock time that was understood.
        at: the same as an instant.
    """
    _ = tr.gettext
    night = night_name(tr, night_of(local_at))
    text = _("A cramp at {time}, {night}?").format(time=clock(tr, local_at), night=night)
    data = pack("cramps", "logat", message_id, int(at.timestamp()))
    rows = ((Button(_("Log it"), data, "primary"), Button(_("No"), pack("cramps", "nolog"))),)
    return Message(escape(text), rows)


def not_logged(tr: Translator) -> Message:
    """The time was meant for something else."""
    _ = tr.gettext
    rows = ((Button(_("Help"), pack("users", "help")),),)
    return Message(escape(_("Fine, nothing is logged.")), rows)


def ask_note(tr: Translator, entry: Entry) -> Message:
    """Asks for a short note."""
    _ = tr.gettext
    lines = [_headline(tr, entry), "", escape(_("Type a short note, or reply to the entry."))]
    last = [Button(_("◀ Back"), pack("cramps", "open", entry.id, "rest"))]
    if entry.note:
        last.append(Button(_("Remove the note"), pack("cramps", "set", entry.id, "note", "clear")))
    return Message("\n".join(lines), (tuple(last),))


def noted(tr: Translator, entry: Entry) -> Message:
    """A note was kept."""
    text = tr.gettext("Noted for {when}.").format(when=when_words(tr, entry))
    return Message(escape(text), _correct_row(tr, entry))


def long_note(tr: Translator, entry: Entry) -> Message:
    """A note that is too long."""
    text = tr.ngettext(
        "That is long for a note: up to {count} letter, please.",
        "That is long for a note: up to {count} letters, please.",
        values.LONGEST_NOTE,
    ).format(count=values.LONGEST_NOTE)
    rows = ((Button(tr.gettext("Leave it as it is"), pack("cramps", "open", entry.id, "closed")),),)
    return Message(escape(text), rows)


def time_left(tr: Translator, entry: Entry) -> Message:
    """The entry keeps its time after all."""
    text = tr.gettext("Left as it is: {when}.").format(when=when_words(tr, entry))
    return Message(escape(text), _correct_row(tr, entry))


def gone(tr: Translator) -> str:
    """A toast: this entry does not exist (any more)."""
    return tr.gettext("That entry is not there any more.")


# Cards -------------------------------------------------------------------------------------------


def relief(tr: Translator) -> Message:
    """What may help right now."""
    rows = ((Button(tr.gettext("Warning signs"), pack("cramps", "warnings")),),)
    return Message(cards.relief_card(tr), rows)


def warning(tr: Translator, tier: Tier, emergency_number: str | None = None) -> Message:
    """The card of a tier, with a way to say that a sign is there, and the way to the others."""
    _ = tr.gettext
    names = tier_names(tr)
    others = tuple(
        Button(names[other], pack("cramps", "warning", other.value))
        for other in Tier
        if other is not tier
    )
    rows = [(Button(_("One of these is there"), pack("flags", "signs", tier.value)),), others]
    if tier is Tier.EMERGENCY:
        label = _("My emergency number") if emergency_number else _("Set my emergency number")
        rows.append((Button(label, pack("flags", "number")),))
    return Message(cards.warning_card(tr, tier, emergency_number), tuple(rows))


def lost_fluid(tr: Translator, *, drinks_are_free: bool) -> Message:
    """What may help after vomiting, diarrhoea or heavy sweating, with the warning signs."""
    rows = ((Button(tr.gettext("Warning signs"), pack("cramps", "warnings")),),)
    return Message(cards.lost_fluid_card(tr, drinks_are_free=drinks_are_free), rows)


def tier_names(tr: Translator) -> dict[Tier, str]:
    """Tiers as buttons name them."""
    _ = tr.gettext
    return {
        Tier.EMERGENCY: _("Get help now"),
        Tier.URGENT: _("Be checked today"),
        Tier.SOON: _("Be checked soon"),
    }
