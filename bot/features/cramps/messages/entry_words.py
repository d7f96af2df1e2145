"""An entry in words: the lines at the top of its card, and its one line once it is closed."""

# TRANSLATORS, ALL: {when} is when a cramp was, such as "03:12, Tuesday night"; {night} is a night,
# such as "Tuesday night".

from datetime import date
from html import escape

from bot.features.cramps import entry_times, values
from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.labels import (
    code_labels,
    dated_night,
    hour_words,
    night_until,
    told_words,
    when_words,
)
from bot.features.cramps.messages.places import place_labels, place_of
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator

CRAMP_FIELDS = (
    *("strength", "side", "site", "duration", "woke"),
    *("effect", "back", "relief", "helped"),
    *("type", "count", "fell", "context", "trigger", "sleep", "impact"),
)
"""Fields of a cramp."""
TWITCH_FIELDS = ("type", "site", "side", "days", "elsewhere", "weak", "tingling")
"""Fields of a twitch."""
PAIN_FIELDS = ("type", "site", "side", "strength", "duration", "context", "effect")
"""Fields of other pain: what may be dangerous about it has to be seen."""
OTHER_FIELDS = ("type", "site", "side", "strength")
"""Fields of an urge to move."""
LONGEST_SHOWN_NOTE = 200
"""Characters of a note that a card shows."""


def fields_of(event_type: str) -> tuple[str, ...]:
    """The fields of a type of entry."""
    return {
        "cramp": CRAMP_FIELDS,
        "twitch": TWITCH_FIELDS,
        "other_pain": PAIN_FIELDS,
    }.get(event_type, OTHER_FIELDS)


def details(tr: Translator, entry: Entry) -> list[str]:
    """What is told of an entry beside its time, each in a few words."""
    _, words = tr.gettext, code_labels(tr)
    is_cramp = entry.event_type == "cramp"
    asked = fields_of(entry.event_type)
    parts = []
    place = place_labels(tr).get(place_of(entry) or ("", ""))
    if place is not None:
        parts.append(in_sentence(tr, place))
    if entry.intensity is not None and "strength" in asked:
        parts.append(_("strength {number}").format(number=entry.intensity))
    if entry.count > 1 and is_cramp:
        parts.append(count_words(tr, entry.count))
    for name in ("woke", "side", "site", "duration", "context"):
        code = entry.code(name)
        if place is not None and name in {"side", "site"}:
            continue
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
    for name in ("helped", "back", "fell", "sleep", "impact", *TWITCH_FIELDS[3:]):
        code = entry.code(name)
        if name in asked and code is not None and code != "unsure":
            parts.append(told_words(tr, name, code))
    return parts


def count_words(tr: Translator, count: int) -> str:
    """How many cramps an entry stands for, from the number that is stored."""
    if count >= values.MOST_COUNTED:
        return tr.gettext("4 or more cramps")
    return tr.ngettext("{count} cramp", "{count} cramps", count).format(count=count)


def headline(tr: Translator, entry: Entry, title: str = "", today: date | None = None) -> str:
    """The first lines of a card, as HTML: what and when, its night, its details and its note.

    Each line is short, so that the time can be read without glasses.

    Args:
        tr: the text's language.
        entry: what the card is about.
        title: what stands before the time instead of "Cramp logged:".
        today: the day from which the entry is looked at, when that is later than its own.
    """
    _, head = tr.gettext, f"{title} {{when}}" if title else _head(tr, entry)
    night = dated_night(tr, entry) if today is None else night_until(tr, entry.night_on, today)
    lines = []
    if entry.has_time:
        lines.append(_bold(head.format(when=hour_words(tr, entry))))
        is_night = entry_times.is_night_time(entry.local_at.time())
        line = night if is_night else _("It counts towards {night}.").format(night=night)
        lines.append(escape(line[:1].upper() + line[1:]))
    else:
        lines.append(_bold(head.format(when=night)))
    if parts := details(tr, entry):
        lines.append(escape(" · ".join(parts)))
    if entry.note:
        lines.append(_note_line(entry.note))
    return "\n".join(lines)


def one_line(tr: Translator, entry: Entry) -> str:
    """An entry in one line, as HTML, with its note below if it has one."""
    words = [_head(tr, entry).format(when=when_words(tr, entry)), *details(tr, entry)]
    line = escape(" · ".join(words))
    return f"{line}\n{_note_line(entry.note)}" if entry.note else line


def _head(tr: Translator, entry: Entry) -> str:
    _ = tr.gettext
    return {
        "cramp": _("Cramp logged: {when}"),
        "twitch": _("Twitch logged: {when}"),
        "urge_to_move": _("Urge to move logged: {when}"),
    }.get(entry.event_type, _("Other pain logged: {when}"))


def _bold(words: str) -> str:
    return f"<b>{escape(words)}</b>"


def _note_line(note: str) -> str:
    is_long = len(note) > LONGEST_SHOWN_NOTE
    return f"<i>{escape(f'{note[:LONGEST_SHOWN_NOTE]}…' if is_long else note)}</i>"
