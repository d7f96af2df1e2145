"""Names of changes ("strength 7 → 4"), and the buttons that undo them."""

# TRANSLATORS, ALL: Names of a change of an entry, in lower case, as they stand after "Undo:" and
# "Undone:". {change} is one of them.

from dataclasses import replace
from datetime import datetime

from bot.features.cramps import values
from bot.features.cramps.changes import TIME, State, Value
from bot.features.cramps.messages.labels import (
    NAMED_WITH_FIELD,
    clock_words,
    code_labels,
    field_labels,
    helped_labels,
    night_name,
)
from bot.features.cramps.messages.places import place_labels
from bot.i18n.formats import day, in_sentence
from bot.i18n.translator import Translator
from bot.local_time.nights import local_time
from bot.telegram.message import Button, Message, pack

NOTHING = "–"
"""Stands for a field without a value."""
MOST_NAMED = 2
"""Parts of a change that its name has."""
_FIELDS = {values.column_of(field): field for field in (*values.SINGLE, *values.MANY)}


def change_name(tr: Translator, zone: str, before: State, after: State) -> str:
    """What a change changed, in a few words.

    Args:
        tr: the language.
        zone: the entry's IANA time zone.
        before: the changed columns with the values before.
        after: the same columns with the values after.
    """
    parts = []
    if "occurred_at" in before:
        parts.append(_time_name(tr, zone, before, after))
    if "note" in before:
        parts.append(_note_name(tr, before["note"], after["note"]))
    place = place_labels(tr).get((str(after.get("side")), str(after.get("site"))))
    is_told = place is not None and before["side"] is None and before["site"] is None
    if place is not None and is_told:
        parts.append(in_sentence(tr, place))
    parts += [
        _field_name(tr, _FIELDS[column], before[column], after[column])
        for column in before
        if column in _FIELDS and column not in TIME
        if not (is_told and column in {"side", "site"})
    ]
    named = ", ".join(parts[:MOST_NAMED])
    return f"{named}…" if len(parts) > MOST_NAMED else named


def _arrow(tr: Translator, before: str, after: str) -> str:
    return tr.gettext("{before} → {after}").format(before=before, after=after)


def _time_name(tr: Translator, zone: str, before: State, after: State) -> str:
    def words(state: State, *, with_day: bool) -> str:
        _ = tr.gettext
        local = local_time(datetime.fromisoformat(str(state["occurred_at"])), zone)
        night = datetime.fromisoformat(str(state["night_on"])).date()
        if state["time_precision"] == "night_only":
            return day(tr, night) if with_day else night_name(tr, night)
        time = clock_words(tr, local, is_about=state["time_precision"] == "about")
        return _("{day}, {time}").format(day=day(tr, local.date()), time=time) if with_day else time

    with_day = before["night_on"] != after["night_on"]
    return _arrow(tr, words(before, with_day=with_day), words(after, with_day=with_day))


def _note_name(tr: Translator, before: Value, after: Value) -> str:
    _ = tr.gettext
    if not after:
        return _("note removed")
    return _("note changed") if before and not str(after).startswith(str(before)) else _("note")


def _field_name(tr: Translator, field: str, before: Value, after: Value) -> str:
    _ = tr.gettext
    labels = helped_labels(tr) if field == "helped" else code_labels(tr)[field]
    if field in values.MANY:
        old, new = values.parse_codes(str(before or "")), values.parse_codes(str(after or ""))
        added = [in_sentence(tr, labels[code]) for code in values.MANY[field] if code in new - old]
        if added:
            return ", ".join(added)
        gone = [in_sentence(tr, labels[code]) for code in values.MANY[field] if code in old - new]
        return _arrow(tr, ", ".join(gone), NOTHING)
    words = []
    for value in (before, after):
        code = values.code_of(field, value)
        words.append(NOTHING if code is None else in_sentence(tr, labels[code]))
    old_word, new_word = words
    if field == "strength":
        if before is None:
            return _("strength {number}").format(number=new_word)
        return _("strength {before} → {after}").format(before=old_word, after=new_word)
    if field in values.NUMBERS:
        name = in_sentence(tr, field_labels(tr)[field])
        return _("{field}: {before} → {after}").format(field=name, before=old_word, after=new_word)
    if before is not None:
        new_word = _arrow(tr, old_word, new_word)
    if field not in NAMED_WITH_FIELD:
        return new_word
    name = in_sentence(tr, field_labels(tr)[field])
    return _("{label}: {text}").format(label=name, text=new_word)


def undo_button(tr: Translator, change_id: int, name: str, *, in_card: bool = False) -> Button:
    """A button that undoes a change, and names it.

    Args:
        tr: the language.
        change_id: which change.
        name: see :func:`change_name`.
        in_card: the button is on the card of the entry, which is shown again after the tap.
    """
    where = "card" if in_card else "text"
    label = tr.gettext("Undo: {change}").format(change=name)
    return Button(label, pack("cramps", "revert", change_id, 1, where))


def redo_button(tr: Translator, change_id: int, name: str) -> Button:
    """A button that makes an undone change again."""
    label = tr.gettext("Redo: {change}").format(change=name)
    return Button(label, pack("cramps", "revert", change_id, 0, "text"))


def undone(tr: Translator, name: str) -> str:
    """The text that says what was undone."""
    return tr.gettext("Undone: {change}.").format(change=name)


def redone(tr: Translator, name: str) -> str:
    """The text that says what was done again."""
    return tr.gettext("Redone: {change}.").format(change=name)


def changed_since(tr: Translator) -> str:
    """Says that a change cannot be undone, because what it changed has changed again."""
    return tr.gettext("That has been changed again since, so I left it as it is.")


def is_removed(tr: Translator) -> str:
    """Says that a change of a removed entry cannot be undone."""
    return tr.gettext("That entry was removed, so I changed nothing.")


def too_long_ago(tr: Translator) -> str:
    """Says that a change can no longer be undone."""
    return tr.gettext("That is too long ago to undo. You can still change the entry: /history")


def with_undo(tr: Translator, card: Message, entry_id: int, button: Button | None) -> Message:
    """A card with a row that undoes its last change.

    It takes the place of the "Undo" of the first answer, which would remove the whole entry: that
    card has no more than nine buttons, and what was done last is undone first.
    """
    if button is None:
        return card
    data = pack("cramps", "undo", entry_id)
    undo = tr.gettext("Undo")
    rows: list[tuple[Button, ...]] = []
    for row in card.rows:
        kept = tuple(one for one in row if (one.data, one.label) != (data, undo))
        rows += [kept] if kept == row else [(button,), kept]
    if tuple(rows) == card.rows:
        rows.append((button,))
    return replace(card, rows=tuple(rows))
