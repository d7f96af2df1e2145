"""The card of an entry: its levels "first", "more", "rest" and "closed", and each field's chips."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from bot.features.cramps import values
from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.labels import code_labels, field_labels, questions, when_words
from bot.features.cramps.relief import first_lines
from bot.features.cramps.values import When
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

FIRST_FIELDS = ("type", "site", "side", "duration", "count", "effect", "strength", "woke", "fell")
"""Fields of a cramp on the level "more"."""
REST_FIELDS = ("context", "trigger", "relief", "helped", "back", "sleep", "impact")
"""Fields of a cramp on the level "rest"."""
CRAMP_FIELDS = FIRST_FIELDS + REST_FIELDS
TWITCH_FIELDS = ("type", "site", "side", "days", "elsewhere", "weak", "tingling")
"""Fields of a twitch."""
PAIN_FIELDS = ("type", "site", "side", "strength", "duration", "context", "effect")
"""Fields of other pain: what may be dangerous about it has to be seen."""
OTHER_FIELDS = ("type", "site", "side", "strength")
"""Fields of an urge to move."""
ASKED_IN_TURN = {
    "twitch": ("days", "elsewhere", "weak", "tingling"),
    "other_pain": ("site", "duration", "context", "effect"),
}
"""Type of entry → the fields that are asked one after the other once the type was chosen."""
LONGEST_SHOWN_NOTE = 200
"""Characters of a note that a card shows."""


def fields_of(event_type: str) -> tuple[str, ...]:
    """The fields on the level "more", by the type of the entry."""
    return {
        "cramp": FIRST_FIELDS,
        "twitch": TWITCH_FIELDS,
        "other_pain": PAIN_FIELDS,
    }.get(event_type, OTHER_FIELDS)


def _details_line(tr: Translator, entry: Entry) -> str:
    """The details of an entry in one line; empty when there are none."""
    _, words = tr.gettext, code_labels(tr)
    is_cramp = entry.event_type == "cramp"
    asked = CRAMP_FIELDS if is_cramp else fields_of(entry.event_type)
    parts = []
    if entry.intensity is not None and "strength" in asked:
        parts.append(_("strength {number}").format(number=entry.intensity))
    if entry.count > 1 and is_cramp:
        parts.append(_count_words(tr, entry.count))
    for name in ("woke", "side", "site", "duration", "context"):
        code = entry.code(name)
        if name in asked and code is not None and code != "unsure":
            parts.append(in_sentence(tr, words[name][code]))
    for name in ("effect", "trigger", "relief"):
        if name not in asked:
            continue
        none = values.NONE_OF_THEM.get(name)
        codes = entry.codes(name)
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


def headline(tr: Translator, entry: Entry) -> str:
    """The first lines of a card: when it happened, its details and its note."""
    _ = tr.gettext
    heads = {
        "twitch": _("Twitch logged: {when}"),
        "urge_to_move": _("Urge to move logged: {when}"),
        "other_pain": _("Other pain logged: {when}"),
    }
    head = heads.get(entry.event_type, _("Logged: {when}"))
    lines = [f"<b>{escape(head.format(when=when_words(tr, entry)))}</b>"]
    if details := _details_line(tr, entry):
        lines.append(escape(details))
    if entry.note:
        is_long = len(entry.note) > LONGEST_SHOWN_NOTE
        note = f"{entry.note[:LONGEST_SHOWN_NOTE]}…" if is_long else entry.note
        lines.append(f"<i>{escape(note)}</i>")
    return "\n".join(lines)


def _ordinal(tr: Translator, entry: Entry) -> str | None:
    """Say which cramp of its night an entry is; None for the first."""
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


def _relief_lines(tr: Translator, entry: Entry) -> list[str]:
    """What to do about a cramp of the leg that was logged as it came."""
    is_leg = entry.site is None or entry.site in values.SITES
    if entry.relief_shut is None or entry.event_type != "cramp" or not is_leg:
        return []
    if entry.chip is not When.NOW:
        return []
    return [f"▸ {escape(line, quote=False)}" for line in first_lines(tr, entry.relief_shut)]


def relief_button(tr: Translator) -> Button:
    """The button on every card; what it opens also leads to the warning signs."""
    return Button(tr.gettext("Relief"), pack("cramps", "relief"))


def logged(tr: Translator, entry: Entry) -> Message:
    """The level "first", which answers the tap that logged the entry.

    It has chips for the time, the strength and whether it woke the person.
    """
    _ = tr.gettext
    words = code_labels(tr)
    lines = [headline(tr, entry)]
    if ordinal := _ordinal(tr, entry):
        lines.append(escape(ordinal))
    lines += _relief_lines(tr, entry)
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
        strength = _chips(entry.id, "strength", words["strength"], entry.code("strength"))
        rows += [tuple(strength[:6]), tuple(strength[6:])]
    last = [
        Button(_("More…"), pack("cramps", "open", entry.id, "more")),
        relief_button(tr),
        Button(_("Undo"), pack("cramps", "undo", entry.id)),
    ]
    if entry.number > 1 and entry.event_type == "cramp":
        last.insert(1, Button(_("Same cramp"), pack("cramps", "same", entry.id)))
    rows.append(tuple(last))
    return Message("\n".join(lines), tuple(rows))


def _field_buttons(tr: Translator, entry: Entry, names: Sequence[str]) -> list[Button]:
    labels = field_labels(tr)
    return [
        Button(
            f"• {labels[name]}" if entry.is_answered(name) else labels[name],
            pack("cramps", "open", entry.id, name),
        )
        for name in names
    ]


def more(tr: Translator, entry: Entry) -> Message:
    """The level "more": a button for each of the main fields."""
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
    return Message(headline(tr, entry), tuple(rows))


def _compare_button(tr: Translator) -> Button:
    return Button(tr.gettext("Cramp or twitch?"), pack("learn", "show", "compare"))


def rest(tr: Translator, entry: Entry) -> Message:
    """The level "rest": buttons for the further fields, the note and moving to another night."""
    _ = tr.gettext
    names = REST_FIELDS if entry.event_type == "cramp" else ()
    buttons = _field_buttons(tr, entry, names)
    note = _("• Note…") if entry.note else _("Note…")
    buttons.append(Button(note, pack("cramps", "note", entry.id)))
    before, after = (entry.night_on + timedelta(days=days) for days in (-1, 1))
    nights = [Button(_("To the night before"), pack("cramps", "night", entry.id, before))]
    is_over = not entry.has_time or entry.local_at + timedelta(days=1) <= entry.tapped_local
    if after <= entry.entered_on and is_over:
        nights.append(Button(_("To the night after"), pack("cramps", "night", entry.id, after)))
    rows = [*_in_rows(buttons, 2), tuple(nights)]
    if entry.event_type == "cramp":
        rows.append((_compare_button(tr),))
    rows.append((Button(_("◀ Back"), pack("cramps", "open", entry.id, "more")),))
    return Message(headline(tr, entry), tuple(rows))


def field_card(tr: Translator, entry: Entry, name: str, *, all_sites: bool = False) -> Message:
    """The chips of one field.

    Args:
        tr: the text's language.
        entry: the entry.
        name: the field.
        all_sites: for the field "site", whether to show the sites beyond legs and feet instead.
    """
    _ = tr.gettext
    words = code_labels(tr)[name]
    level = "rest" if name in REST_FIELDS and entry.event_type == "cramp" else "more"
    back = Button(_("◀ Back"), pack("cramps", "open", entry.id, level))
    asked = questions(tr).get(name, field_labels(tr)[name])
    question = f"{headline(tr, entry)}\n\n{escape(asked)}"
    if name in values.MANY:
        return Message(question, (*_in_rows(_many_chips(entry, name, words), 2), (back,)))
    last = [back]
    if name == "site" and entry.event_type != "other_pain":  # whose chest must not be far away
        shown = values.OTHER_SITES if all_sites else values.SITES
        words = {code: words[code] for code in shown}
        target = "site" if all_sites else "othersite"
        label = _("Legs and feet") if all_sites else _("Elsewhere…")
        last.append(Button(label, pack("cramps", "open", entry.id, target)))
    if name not in values.NEVER_EMPTY and entry.code(name) is not None:
        last.append(Button(_("Clear"), pack("cramps", "set", entry.id, name, "clear")))
    chips = _chips(entry.id, name, words, entry.code(name))
    per_row = {"strength": 6, "sleep": 6, "count": 4}.get(name, 2)
    return Message(question, (*_in_rows(chips, per_row), tuple(last)))


def after_answer(tr: Translator, entry: Entry, name: str) -> Message:
    """What a card shows once a field on the level "more" or "rest" was answered.

    That is the next question of :data:`ASKED_IN_TURN`, if one is open, else the level.
    """
    in_turn = ASKED_IN_TURN.get(entry.event_type, ())
    if name == "type" or name in in_turn:
        later = in_turn[in_turn.index(name) + 1 :] if name in in_turn else in_turn
        for following in later:
            if not entry.is_answered(following):
                return field_card(tr, entry, following)
    is_rest = name in REST_FIELDS and entry.event_type == "cramp"
    return rest(tr, entry) if is_rest else more(tr, entry)


def _many_chips(entry: Entry, name: str, words: dict[str, str]) -> list[Button]:
    """Chips of a multiple-value field. Each carries whether its code is to be there after a tap."""
    codes = entry.codes(name)
    return [
        Button(
            f"• {label}" if code in codes else label,
            pack("cramps", "many", entry.id, name, code, int(code not in codes)),
        )
        for code, label in words.items()
    ]


def closed(tr: Translator, entry: Entry) -> Message:
    """The level "closed": one line, and a button to correct the entry."""
    _ = tr.gettext
    rows = (
        (
            Button(_("✏️ Correct"), pack("cramps", "open", entry.id, "first")),
            relief_button(tr),
            Button(_("Undo"), pack("cramps", "undo", entry.id)),
        ),
        (Button(_("◀ That night"), pack("history", "night", entry.night_on)),),
    )
    return Message(headline(tr, entry), rows)
