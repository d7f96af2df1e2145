"""Cards to read, in words and buttons."""

# TRANSLATORS, ALL: Buttons and frames of the cards. {card} is the name of a card, {names} a list of
# sources.

from html import escape

from bot.features.cramps.health_texts import general_information
from bot.features.cramps.relief import RELIEF_DRAWING, relief_card
from bot.features.cramps.sign_texts import tier_names
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.features.learn.card_type import Card, Shut, Table, Text, is_shut
from bot.features.learn.cards import CARDS, RELIEF, TOPICS, topic_of
from bot.features.learn.sources import SOURCES
from bot.features.reminders.stretch_positions import (
    ASK_FIRST,
    POSITIONS,
    QUESTIONS_FIRST,
    open_ways,
)
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

INDEX = "index"
"""Callback data of the list of all topics, in place of a card's name."""
TOPIC = "topic"
"""Callback data before the code of a topic, in place of a card's name."""
MORE = "more"
"""Callback data after the name of a card that is shown whole."""
_QUESTIONS = {
    "drinks": pack("users", "fluids"),
    "food": pack("learn", "ask", "food"),
    "stretch": pack("learn", "ask", "stretch"),
}
"""Gate → callback data of the button that asks its question."""
WIDEST_OF_TWO = 18
"""Characters of a label that fit on a phone when two buttons share a row."""


def label(tr: Translator, name: str) -> str:
    """The label of a card's button."""
    _ = tr.gettext
    return _(TOPICS[RELIEF].label) if name == RELIEF else _(CARDS[name].label)


def title(tr: Translator, name: str) -> str:
    """The label of a card's button on a message that is not about cards."""
    _ = tr.gettext
    words = _("What helps during a cramp") if name == RELIEF else _(CARDS[name].title)
    return f"📖 {words}"


def drawing_of(name: str, shut: Shut) -> str | None:
    """The drawing that a card is shown with; None without one."""
    if name == RELIEF:
        return None if "seated" in shut else RELIEF_DRAWING
    if name in CARDS and not _is_closed(name, shut):
        return CARDS[name].drawing
    return None


def _is_closed(name: str, shut: Shut) -> bool:
    """Whether a card shows a position that this person should first ask a professional about."""
    return name in POSITIONS and name.partition("_")[2] not in open_ways(shut)


class _Ways:
    """Makes the navigation buttons of one card."""

    def __init__(self, tr: Translator, shut: Shut, origin: str) -> None:
        self._tr = tr
        self._shut = shut
        self._is_drawn = drawing_of(origin, shut) is not None

    def card(self, label: str, name: str, *, is_long: bool = False) -> Button:
        """To a card. A picture cannot be edited into text, so it is left."""
        target = (name, MORE) if is_long else (name,)
        is_left = self._is_drawn and drawing_of(name, self._shut) is None
        return Button(label, pack("learn", "leave" if is_left else "card", *target))

    def topic(self, label: str, code: str) -> Button:
        """To the cards of a topic, or to its only card."""
        cards = TOPICS[code].cards
        if len(cards) == 1:
            return self.card(label, cards[0])
        if self._is_drawn:
            return Button(label, pack("learn", "leave", TOPIC, code))
        return Button(label, pack("learn", "topic", code))

    def index(self) -> Button:
        """To all topics."""
        all_cards = self._tr.gettext("◀ All cards")
        if self._is_drawn:
            return Button(all_cards, pack("learn", "leave", INDEX))
        return Button(all_cards, pack("learn", "open"))

    def last_row(self) -> tuple[Button, ...]:
        """The row below every card."""
        return (self.index(), _warnings(self._tr))


def _paired(buttons: list[Button]) -> Rows:
    """Rows of two short buttons each; a long button has a row of its own."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        last = rows[-1] if rows else ()
        is_short = all(len(one.label) <= WIDEST_OF_TWO for one in (*last, button))
        if len(last) == 1 and is_short:
            rows[-1] = (*last, button)
        else:
            rows.append((button,))
    return tuple(rows)


def _warnings(tr: Translator) -> Button:
    return Button(tr.gettext("Warning signs"), pack("cramps", "warnings"))


def index(tr: Translator, call: NumberToCall) -> Message:
    """All topics; ``call`` is the emergency number to name."""
    _ = tr.gettext
    lead = _("Short cards to read, each with its sources, and stretches with drawings.")
    text = f"<b>{escape(_('Learn'))}</b>\n{escape(lead)}\n\n<i>{general_information(tr, call)}</i>"
    ways = _Ways(tr, (), INDEX)
    topics = [ways.topic(_(topic.label), code) for code, topic in TOPICS.items()]
    return Message(text, (*_paired(topics), (_warnings(tr),)))


def topic(tr: Translator, code: str, shut: Shut = ()) -> Message:
    """The cards of a topic.

    Args:
        tr: the language.
        code: one of :data:`bot.features.learn.cards.TOPICS`.
        shut: codes of the gates that are shut for this person.
    """
    _ = tr.gettext
    ways = _Ways(tr, shut, INDEX)
    names = [name for name in TOPICS[code].cards if not _is_closed(name, shut)]
    rows = _paired([ways.card(label(tr, name), name) for name in names])
    text = f"<b>{escape(_(TOPICS[code].label))}</b>\n{escape(_('Tap a card to read it.'))}"
    return Message(text, (*rows, ways.last_row()))


def card(
    tr: Translator,
    name: str,
    shut: Shut = (),
    *,
    is_long: bool = False,
    picture: bytes | None = None,
) -> Message:
    """One card, with buttons to more of it, its topic, the next card and the warning signs.

    Args:
        tr: the language.
        name: one of :data:`bot.features.learn.cards.NAMES`.
        shut: codes of the gates that are shut for this person; see ``card_type.py``.
        is_long: whether all of it is shown, and not only its first three lines.
        picture: the drawing (PNG) that :func:`drawing_of` names.
    """
    if name == RELIEF:
        text = relief_card(tr, shut)
    elif _is_closed(name, shut):
        text = _closed_text(tr, name, shut)
    else:
        text = card_text(tr, CARDS[name], shut, is_long=is_long)
    return Message(text, _rows(tr, name, shut, is_long=is_long), picture=picture)


def _closed_text(tr: Translator, name: str, shut: Shut) -> str:
    """The text in place of a position that this person should first ask a professional about."""
    _ = tr.gettext
    why = ASK_FIRST
    if "stretch?" in shut and not {"stretch", "standing", "seated"} & set(shut):
        why = QUESTIONS_FIRST
    title = escape(_(CARDS[name].title), quote=False)
    return f"<b>{title}</b>\n{escape(_(why), quote=False)}"


def _rows(tr: Translator, name: str, shut: Shut, *, is_long: bool) -> Rows:
    _ = tr.gettext
    ways = _Ways(tr, shut, name)
    rows: list[tuple[Button, ...]] = []
    if name in CARDS and not _is_closed(name, shut):
        if is_long:
            rows.append((ways.card(_("▲ Less"), name),))
        elif CARDS[name].more:
            rows.append((ways.card(_("More ▼"), name, is_long=True),))
    if name in CARDS:
        rows += _special_rows(tr, name, shut)
    cards = [one for one in TOPICS[topic_of(name)].cards if not _is_closed(one, shut)]
    if len(cards) > 1:
        code = topic_of(name)
        place = cards.index(name) + 1 if name in cards else 0
        after = cards[place % len(cards)]
        back = ways.topic(_("◀ {card}").format(card=_(TOPICS[code].label)), code)
        on = ways.card(_("{card} ▶").format(card=label(tr, after)), after)
        rows += _paired([back, on])
    return (*rows, ways.last_row())


def _special_rows(tr: Translator, name: str, shut: Shut) -> list[tuple[Button, ...]]:
    """Buttons that only some cards have."""
    _, card = tr.gettext, CARDS[name]
    rows: list[tuple[Button, ...]] = []
    asked = ("stretch",) if _is_closed(name, shut) else card.asks
    rows += [
        (Button(_("Answer the question"), _QUESTIONS[gate]),)
        for gate in asked
        if f"{gate}?" in shut
    ]
    if name == "stretch" and open_ways(shut):
        rows.append((Button(_("Show me, 3 minutes"), pack("reminders", "guide", 0)),))
    if card.names_tiers:
        names = tier_names(tr)
        rows += [(Button(names[tier], pack("learn", "tier", tier.value)),) for tier in Tier]
    return rows


def card_text(tr: Translator, card: Card, shut: Shut = (), *, is_long: bool = False) -> str:
    """Title, lines and sources, as HTML; the whole card also has its table and its cautions."""
    _ = tr.gettext
    lines = _listed(tr, card.shown(card.lines, shut), is_numbered=card.is_numbered)
    if is_long:
        more = _listed(tr, card.shown(card.more, shut))
        if card.table is not None and not is_shut(card.table_unless or "", shut):
            # The first line says what the table counts; the others comment on it.
            more = [*more[:1], _table(tr, card.table.shown(shut)), *more[1:]]
        lines += ["", *more]
        if card.cautions:
            lines += ["", *(_line(tr, line) for line in card.shown(card.cautions, shut))]
    return "\n".join((f"<b>{escape(_(card.title), quote=False)}</b>", *lines, _source(tr, card)))


def _listed(tr: Translator, lines: list[Text], *, is_numbered: bool = False) -> list[str]:
    return [
        f"{f'{place}.' if is_numbered else '•'} {_line(tr, line)}"
        for place, line in enumerate(lines, 1)
    ]


def _line(tr: Translator, line: Text) -> str:
    _ = tr.gettext
    if isinstance(line, str):
        return escape(_(line), quote=False)
    lead, rest = line
    return f"<b>{escape(_(lead), quote=False)}</b> {escape(_(rest), quote=False)}"


def _table(tr: Translator, table: Table) -> str:
    """A table in a monospaced font: the first column is left-aligned, the others right-aligned."""
    _ = tr.gettext
    rows = [[_(cell) if cell else "" for cell in row] for row in table.rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        row[0].ljust(widths[0])
        + "".join(
            f"{' ' * min(place, 2)}{cell.rjust(width)}"
            for place, (cell, width) in enumerate(zip(row[1:], widths[1:], strict=True), 1)
        )
        for row in rows
    ]
    return f"<pre>{escape(chr(10).join(lines), quote=False)}</pre>"


def _source(tr: Translator, card: Card) -> str:
    """The sources, in a quote that Telegram folds to three lines."""
    names = "; ".join(SOURCES[number] for number in card.sources)
    text = tr.ngettext("Source: {names}.", "Sources: {names}.", len(card.sources))
    said = escape(text.format(names=names), quote=False)
    return f"<blockquote expandable><i>{said}</i></blockquote>"


def gone(tr: Translator) -> str:
    """A toast: there is no such card (any more)."""
    return tr.gettext("That card no longer exists.")
