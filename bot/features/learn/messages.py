"""Cards to read, in words and buttons."""

from html import escape

from bot.features.cramps.health_texts import general_information, relief_card
from bot.features.cramps.sign_texts import tier_names
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.features.learn.card_type import Card, Table
from bot.features.learn.cards import CARDS, RELIEF, TOPICS, topic_of
from bot.features.learn.sources import SOURCES
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

INDEX = "index"
"""Callback data of the list of all topics, in place of a card's name."""
WIDEST_OF_TWO = 18
"""Characters of a label that fit on a phone when two buttons share a row."""


def label(tr: Translator, name: str) -> str:
    """The label of a card's button."""
    _ = tr.gettext
    return _("A cramp right now") if name == RELIEF else _(CARDS[name].label)


def _has_drawing(name: str) -> bool:
    return name in CARDS and CARDS[name].has_drawing


def _to(label: str, name: str, origin: str) -> Button:
    """A button from one card to another. A picture cannot be edited into text, so it is left."""
    if _has_drawing(origin) and not _has_drawing(name):
        return Button(label, pack("learn", "leave", name))
    if name == INDEX:
        return Button(label, pack("learn", "open"))
    return Button(label, pack("learn", "card", name))


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
    lead = _("Short cards to read, each with its sources; stretches with drawings.")
    text = f"<b>{escape(_('Learn'))}</b>\n{escape(lead)}\n\n<i>{general_information(tr, call)}</i>"
    topics = [_to(label(tr, topic[0]), topic[0], INDEX) for topic in TOPICS]
    return Message(text, (*_paired(topics), (_warnings(tr),)))


def card(tr: Translator, name: str, picture: bytes | None = None) -> Message:
    """One card, with buttons to its topic's other cards, the index and the warning signs.

    Args:
        tr: the language.
        name: one of :data:`bot.features.learn.cards.NAMES`.
        picture: the drawing (PNG) of a card that has one.
    """
    text = relief_card(tr) if name == RELIEF else card_text(tr, CARDS[name])
    return Message(text, _rows(tr, name), picture=picture)


def _rows(tr: Translator, name: str) -> Rows:
    _ = tr.gettext
    first, *others = topic_of(name)
    rows: Rows = ()
    if name == first:
        rows = _paired([_to(label(tr, other), other, name) for other in others])
    else:
        cards = (first, *others)
        after = cards[(cards.index(name) + 1) % len(cards)]
        back = _to(_("◀ {card}").format(card=label(tr, first)), first, name)
        on = _to(_("{card} ▶").format(card=label(tr, after)), after, name)
        rows = ((back,),) if after == first else ((back, on),)
    if name in CARDS and CARDS[name].names_tiers:
        names = tier_names(tr)
        rows = (
            *rows,
            *((Button(names[tier], pack("learn", "tier", tier.value)),) for tier in Tier),
        )
    return (*rows, (_to(_("◀ All cards"), INDEX, name), _warnings(tr)))


def card_text(tr: Translator, card: Card) -> str:
    """Title, lines, table, caution and sources, as HTML."""
    _ = tr.gettext
    mark = [f"{number}." for number in range(1, len(card.lines) + 1)] if card.is_numbered else None
    lines = [
        f"{mark[place] if mark else '•'} {_line(tr, line)}" for place, line in enumerate(card.lines)
    ]
    if card.table is not None:
        # The first line says what the table counts; the others comment on it.
        lines = [_line(tr, card.lines[0]), _table(tr, card.table), *lines[1:]]
    if card.caution is not None:
        lines += ["", escape(_(card.caution), quote=False)]
    return "\n".join((f"<b>{escape(_(card.title), quote=False)}</b>", *lines, _source(tr, card)))


def _line(tr: Translator, line: str | tuple[str, str]) -> str:
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
    return tr.gettext("That card is not there any more.")
