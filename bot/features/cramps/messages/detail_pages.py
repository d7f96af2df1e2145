"""The pages of details behind the first answer; each has several fields as chips.

The first page opens each of the others, and every value is a chip on one of them. So once the
details are open, each of them takes two taps at most.
"""

# TRANSLATORS, ALL: Buttons with details of an entry, mostly two in a row; the person speaks.

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from html import escape

from bot.features.cramps import entry_times, values
from bot.features.cramps.entry import Entry
from bot.features.cramps.entry_times import When
from bot.features.cramps.messages.chips import chips, in_rows, many_chips, marked
from bot.features.cramps.messages.entry_card import closed, logged, open_button
from bot.features.cramps.messages.entry_words import fields_of, headline
from bot.features.cramps.messages.labels import code_labels, field_labels, questions
from bot.features.cramps.messages.places import place_labels, place_of
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

PAGE_OF_FIELD = {
    "strength": "more",
    "duration": "more",
    "woke": "more",
    "site": "where",
    "side": "where",
    "context": "doing",
    "fell": "doing",
    "trigger": "day",
    "effect": "after",
    "back": "after",
    "sleep": "after",
    "impact": "after",
    "relief": "tried",
    "helped": "tried",
    "count": "rest",
    "type": "rest",
}
"""Field of a cramp → the page that has its chips, beside those of other fields."""
IN_ORDER = ("more", "where", "doing", "day", "after", "tried", "rest")
"""The pages of a cramp's details, as "Next" goes through them."""
ASKED_IN_TURN = {
    "twitch": ("days", "elsewhere", "weak", "tingling"),
    "other_pain": ("site", "duration", "context", "effect"),
}
"""Type of entry → the fields that are asked one after the other once the type was chosen."""
PER_ROW = {"strength": 6, "sleep": 6, "count": 4, "impact": 3}
"""Field → how many of its chips stand in a row, where that is not two."""
Page = Callable[[Translator, Entry], Message]


def _without_unsure(codes: Sequence[str]) -> list[str]:
    return [code for code in codes if code != "unsure"]


def _titled(tr: Translator, entry: Entry, *lines: str) -> str:
    """The top of a card, and below it what the page asks."""
    return "\n".join((headline(tr, entry), "", *map(escape, lines)))


def _fields(tr: Translator, entry: Entry, names: Sequence[str]) -> list[Button]:
    labels = field_labels(tr)
    return [
        open_button(entry, marked(labels[name], chosen=entry.is_answered(name)), name)
        for name in names
    ]


def more(tr: Translator, entry: Entry) -> Message:
    """The first page of details: strength, place, length and waking, and the way to the others."""
    if entry.event_type != "cramp":
        return _more_of_others(tr, entry)
    _, words = tr.gettext, code_labels(tr)
    lines = [
        _("How strong was it? 0 is none, 10 is the worst you can imagine."),
        _("Where was it, and how long did it last?"),
    ]
    if entry.takes_typed:
        lines.append(_("Or type it: left calf, 7, woke me"))
    rows = [
        *in_rows(chips(entry, "strength", words["strength"], words["strength"], "more"), 6),
        *in_rows(_place_chips(tr, entry), 2),
        *in_rows(_duration_chips(tr, entry), 4),
        *in_rows(chips(entry, "woke", words["woke"], _without_unsure(values.WOKE_ME), "more"), 2),
        *in_rows(
            [
                # TRANSLATORS: Another place of the body.
                open_button(entry, _("Elsewhere…"), "where"),
                open_button(entry, _("Another time…"), "time"),
                # TRANSLATORS: Opens what the person was doing, and whether they fell.
                open_button(entry, _("Activity, fall…"), "doing"),
                # TRANSLATORS: Opens what that day was like: a hot day, long standing.
                open_button(entry, _("That day…"), "day"),
                open_button(entry, _("Afterwards…"), "after"),
                open_button(entry, _("What I tried…"), "tried"),
                # TRANSLATORS: Opens a note, the number of cramps, and "a twitch, not a cramp".
                open_button(entry, _("Note, count…"), "rest"),
                Button(_("Warning signs"), pack("cramps", "warnings")),
            ],
            2,
        ),
        _last_row(tr, entry, "first"),
    ]
    return Message(_titled(tr, entry, *lines), tuple(rows))


def _page(tr: Translator, entry: Entry, name: str, *further: Button) -> Message:
    """A page of a cramp's details: the questions and chips of its fields, and the way on.

    Args:
        tr: the text's language.
        entry: the entry.
        name: the page's name.
        further: buttons below the chips.
    """
    if entry.event_type != "cramp":
        return _more_of_others(tr, entry)
    fields = [field for field, page in PAGE_OF_FIELD.items() if page == name]
    rows = [row for field in fields for row in _field_rows(tr, entry, field, name)]
    text = _titled(tr, entry, *(questions(tr)[field] for field in fields))
    return Message(text, (*rows, *in_rows(further, 2), _turning_row(tr, entry, name)))


def _field_rows(tr: Translator, entry: Entry, name: str, page: str) -> Rows:
    """The chips of one field on a page of several."""
    words = code_labels(tr)[name]
    if name in values.MANY:
        return in_rows(many_chips(entry, name, words), 2)
    then = "" if name in values.NEVER_EMPTY else page
    return in_rows(chips(entry, name, words, words, then), PER_ROW.get(name, 2))


def _turning_row(tr: Translator, entry: Entry, name: str) -> tuple[Button, ...]:
    """The way back to the first page, to the next one, and out."""
    back, done = _last_row(tr, entry, "more")
    following = IN_ORDER[IN_ORDER.index(name) + 1 :]
    # TRANSLATORS: Opens the next page of details.
    onward = [open_button(entry, tr.gettext("Next ▶"), page) for page in following[:1]]
    return (back, *onward, done)


def _duration_chips(tr: Translator, entry: Entry) -> list[Button]:
    """Lengths, short enough for one row: the page has to fit a small screen."""
    _ = tr.gettext
    short = {
        # TRANSLATORS: Four short buttons in one row.
        "lt_1min": _("0–1 min"),
        "1_5min": _("1–5 min"),
        "5_10min": _("5–10 min"),
        "gt_10min": _("10+ min"),
    }
    return chips(entry, "duration", short, short, "more")


def _place_chips(tr: Translator, entry: Entry) -> list[Button]:
    labels, told = place_labels(tr), place_of(entry)
    return [
        Button(
            marked(labels[place], chosen=place == told),
            pack("cramps", "place", entry.id, *place, "more"),
        )
        for place in entry.surroundings.places
    ]


def _last_row(tr: Translator, entry: Entry, back_to: str) -> tuple[Button, ...]:
    _ = tr.gettext
    return (
        open_button(entry, _("◀ Back"), back_to),
        Button(
            tr.pgettext("question", "Done"), pack("cramps", "open", entry.id, "closed"), "primary"
        ),
    )


def _more_of_others(tr: Translator, entry: Entry) -> Message:
    """What can be said of a twitch, an urge to move, or other pain."""
    _ = tr.gettext
    buttons = _fields(tr, entry, fields_of(entry.event_type))
    buttons += [
        open_button(entry, _("Another time…"), "time"),
        _note_button(tr, entry),
        Button(_("Warning signs"), pack("cramps", "warnings")),
        _compare_button(tr),
        _remove_button(tr, entry),
    ]
    return Message(headline(tr, entry), (*in_rows(buttons, 2), _last_row(tr, entry, "first")))


def _compare_button(tr: Translator) -> Button:
    return Button(tr.gettext("Cramp or twitch?"), pack("learn", "show", "compare"))


def _remove_button(tr: Translator, entry: Entry) -> Button:
    return Button(tr.gettext("Remove entry"), pack("cramps", "undo", entry.id))


def _note_button(tr: Translator, entry: Entry) -> Button:
    _ = tr.gettext
    return Button(
        _("• Change the note…") if entry.note else _("Add a note…"),
        pack("cramps", "note", entry.id),
    )


def where(tr: Translator, entry: Entry) -> Message:
    """The page of the side and the site."""
    words = code_labels(tr)
    rows = (
        *in_rows(chips(entry, "side", words["side"], values.SIDES, "where"), 2),
        *in_rows(
            chips(entry, "site", words["site"], values.SITES + values.OTHER_SITES, "where"), 2
        ),
    )
    asked = tr.gettext("Which side was it, and where?")
    if entry.event_type == "cramp":
        last = _turning_row(tr, entry, "where")
    else:
        last = (open_button(entry, tr.gettext("◀ Back"), "more"),)
    return Message(_titled(tr, entry, asked), (*rows, last))


def times(tr: Translator, entry: Entry) -> Message:
    """The page of the time: chips while the tap is fresh, typing, and another night."""
    _ = tr.gettext
    buttons = _time_chips(tr, entry) if entry.is_fresh else []
    buttons.append(Button(_("Type a time…"), pack("cramps", "at", entry.id)))
    before, following = (entry.night_on + timedelta(days=days) for days in (-1, 1))
    buttons.append(Button(_("Move to the night before"), pack("cramps", "night", entry.id, before)))
    is_over = not entry.has_time or entry.local_at + timedelta(days=1) <= entry.tapped_local
    if following <= entry.entered_on and is_over:
        data = pack("cramps", "night", entry.id, following)
        buttons.append(Button(_("Move to the night after"), data))
    lines = [_("When was it?")]
    if entry.takes_typed:
        lines.append(_("You can also type a time: 03:10"))
    rows = (*in_rows(buttons, 2), (open_button(entry, _("◀ Back"), "first"),))
    return Message(_titled(tr, entry, *lines), rows)


def _time_chips(tr: Translator, entry: Entry) -> list[Button]:
    """Times counted back from the tap that logged the entry."""
    _ = tr.gettext
    is_night = entry_times.is_night_time(entry.tapped_local.time())
    labels = {
        When.NOW: _("Now"),
        When.QUARTER: _("15 min ago"),
        When.EARLIER: _("Earlier tonight") if is_night else _("Earlier today"),
        When.LAST_NIGHT: _("Last night"),
    }
    return [
        Button(marked(label, chosen=when is entry.chip), pack("cramps", "time", entry.id, when))
        for when, label in labels.items()
    ]


def rest(tr: Translator, entry: Entry) -> Message:
    """The page of how many cramps it was, whether it was one at all, and the note."""
    further = [_note_button(tr, entry), _compare_button(tr), _remove_button(tr, entry)]
    if entry.number > 1:
        further.append(Button(tr.gettext("Same cramp as before"), pack("cramps", "same", entry.id)))
    return _page(tr, entry, "rest", *further)


PAGES: dict[str, Page] = {
    "first": logged,
    "more": more,
    "where": where,
    "othersite": where,  # a button of earlier versions
    "doing": partial(_page, name="doing"),
    "day": partial(_page, name="day"),
    "after": partial(_page, name="after"),
    "tried": partial(_page, name="tried"),
    "time": times,
    "rest": rest,
    "closed": closed,
}
"""Page, by its name in callback data, which is never that of a field."""


def page_of(entry: Entry, field: str) -> Page:
    """The page that shows a field."""
    if entry.event_type == "cramp":
        # An old button may open a field that this type of entry does not have; it has no chips.
        return PAGES[PAGE_OF_FIELD.get(field, "rest")]
    return where if field in {"site", "side"} else more


def field_page(tr: Translator, entry: Entry, name: str) -> Message:
    """What is shown when a field is opened: the page that has it, or its chips alone."""
    if entry.event_type == "cramp" and name in PAGE_OF_FIELD:
        return page_of(entry, name)(tr, entry)
    return where(tr, entry) if name in {"site", "side"} else field_card(tr, entry, name)


def field_card(tr: Translator, entry: Entry, name: str) -> Message:
    """The chips of one field alone."""
    _ = tr.gettext
    words = code_labels(tr)[name]
    back = open_button(entry, _("◀ Back"), "rest" if entry.event_type == "cramp" else "more")
    text = _titled(tr, entry, questions(tr).get(name, field_labels(tr)[name]))
    if name in values.MANY:
        return Message(text, (*in_rows(many_chips(entry, name, words), 2), (back,)))
    last = [back]
    if name not in values.NEVER_EMPTY and entry.code(name) is not None:
        clear = pack("cramps", "set", entry.id, name, "clear")
        last.append(Button(_("Clear"), clear))
    rows = in_rows(chips(entry, name, words, words), PER_ROW.get(name, 2))
    return Message(text, (*rows, tuple(last)))


def after_answer(tr: Translator, entry: Entry, name: str) -> Message:
    """What a card shows once a field was answered.

    That is the next question of :data:`ASKED_IN_TURN`, if one is open, else the field's page.
    """
    in_turn = ASKED_IN_TURN.get(entry.event_type, ())
    if name == "type" or name in in_turn:
        later = in_turn[in_turn.index(name) + 1 :] if name in in_turn else in_turn
        for following in later:
            if not entry.is_answered(following):
                return field_card(tr, entry, following)
    return page_of(entry, name)(tr, entry)
