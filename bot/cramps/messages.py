"""A diary entry in words and chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from babel.dates import format_date

from bot.cramps import cards, values
from bot.cramps.red_flags import Tier
from bot.cramps.values import Unusable, When
from bot.i18n import Translator
from bot.message import Button, Message, Rows, pack


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
        "type": {"cramp": _("Cramp"), "twitch": _("Twitch")},
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
    }


CRAMP_FIELDS = ("type", "site", "side", "duration", "effect", "strength", "woke")
TWITCH_FIELDS = ("type", "site", "side")
"""A twitch asks only what a twitch needs."""


def chosen(entry: Entry, field: str) -> str | None:
    """The code chosen for a field with one value."""
    return {
        "type": entry.event_type,
        "site": entry.site,
        "side": entry.side,
        "strength": None if entry.intensity is None else str(entry.intensity),
        "woke": entry.woke_me,
        "duration": entry.duration,
    }.get(field)


def night_name(tr: Translator, night_on: date) -> str:
    """A night by its evening: "Tuesday night"."""
    weekday = format_date(night_on, "EEEE", locale=tr.language)
    return tr.gettext("{weekday} night").format(weekday=weekday)


def when_words(tr: Translator, entry: Entry) -> str:
    """When it happened and which night that is."""
    night = night_name(tr, entry.night_on)
    if not entry.has_time:
        return night
    _ = tr.gettext
    is_night = values.is_night_time(entry.local_at.time())
    text = _("{time}, {night}") if is_night else _("{time}, for {night}")
    return text.format(time=f"{entry.local_at:%H:%M}", night=night)


def _details(tr: Translator, entry: Entry) -> str:
    """What has been told, in one line."""
    _, words = tr.gettext, words_for(tr)
    parts = []
    if entry.intensity is not None:
        parts.append(_("strength {number}").format(number=entry.intensity))
    for field in ("woke", "side", "site", "duration"):
        code = chosen(entry, field)
        if code is not None and code != "unsure":
            parts.append(words[field][code].lower())
    parts += [
        words["effect"][effect].lower()
        for effect in values.AFTER_EFFECTS
        if effect in entry.after_effects and effect != values.NONE
    ]
    return " · ".join(parts)


def _headline(tr: Translator, entry: Entry) -> str:
    _ = tr.gettext
    is_twitch = entry.event_type == "twitch"
    head = _("Twitch logged: {when}") if is_twitch else _("Logged: {when}")
    lines = [f"<b>{escape(head.format(when=when_words(tr, entry)))}</b>"]
    if details := _details(tr, entry):
        lines.append(escape(details))
    return "\n".join(lines)


def _ordinal(tr: Translator, entry: Entry) -> str | None:
    """Says how a further tap in the same night was understood."""
    _ = tr.gettext
    if entry.number < 2 or entry.event_type == "twitch":
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
    if chosen(entry, "strength") is None and entry.event_type == "cramp":
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


def more(tr: Translator, entry: Entry) -> Message:
    """Every field that can be told or corrected, one button each."""
    _ = tr.gettext
    names = field_names(tr)
    fields = TWITCH_FIELDS if entry.event_type == "twitch" else CRAMP_FIELDS
    known = {field for field in fields if field != "type" and chosen(entry, field) is not None}
    if entry.after_effects:
        known.add("effect")
    buttons = [
        Button(
            f"• {names[field]}" if field in known else names[field],
            pack("cramps", "open", entry.id, field),
        )
        for field in fields
    ]
    buttons.append(Button(_("At what time"), pack("cramps", "at", entry.id)))
    rows = (
        *_in_rows(buttons, 2),
        (
            Button(_("Done"), pack("cramps", "open", entry.id, "closed"), "primary"),
            Button(_("Warning signs"), pack("cramps", "warnings")),
        ),
    )
    return Message(_headline(tr, entry), rows)


def field(tr: Translator, entry: Entry, name: str, *, all_sites: bool = False) -> Message:
    """The chips of one field."""
    _ = tr.gettext
    words = words_for(tr)[name]
    back = Button(_("◀ Back"), pack("cramps", "open", entry.id, "more"))
    question = f"{_headline(tr, entry)}\n\n{escape(field_names(tr)[name])}"
    if name == "effect":
        return Message(question, (*_in_rows(_effect_chips(entry, words), 2), (back,)))
    last = [back]
    if name == "site":
        shown = values.OTHER_SITES if all_sites else values.SITES
        words = {code: words[code] for code in shown}
        target = "site" if all_sites else "othersite"
        label = _("Legs and feet") if all_sites else _("Elsewhere…")
        last.append(Button(label, pack("cramps", "open", entry.id, target)))
    if name != "type" and chosen(entry, name) is not None:
        last.append(Button(_("Clear"), pack("cramps", "set", entry.id, name, "clear")))
    chips = _chips(entry.id, name, words, chosen(entry, name))
    return Message(question, (*_in_rows(chips, 6 if name == "strength" else 2), tuple(last)))


def _effect_chips(entry: Entry, words: dict[str, str]) -> list[Button]:
    """Several may be chosen, so each chip says what a tap makes of it."""
    return [
        Button(
            f"• {label}" if code in entry.after_effects else label,
            pack("cramps", "effect", entry.id, code, int(code not in entry.after_effects)),
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
    rows = ((Button(_("Put it back"), pack("cramps", "restore", entry.id)),),)
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
    else:
        text = _("I could not read that as a time. Try 03:10, 15 min ago or yesterday 3am.")
    return Message(escape(text), _leave_row(tr, entry_id))


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


def warning(tr: Translator, tier: Tier) -> Message:
    """The card of a tier, with the way to the others."""
    names = tier_names(tr)
    rows = (
        tuple(
            Button(names[other], pack("cramps", "warning", other.value))
            for other in Tier
            if other is not tier
        ),
    )
    return Message(cards.warning_card(tr, tier), rows)


def tier_names(tr: Translator) -> dict[Tier, str]:
    """Tiers as buttons name them."""
    _ = tr.gettext
    return {
        Tier.EMERGENCY: _("Get help now"),
        Tier.URGENT: _("Be checked today"),
        Tier.SOON: _("Be checked soon"),
    }
