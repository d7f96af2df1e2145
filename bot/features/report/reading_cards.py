"""The report in large letters: pictures of one screen each, with the words of the pages.

A whole page of A4 on a phone has letters of 5 CSS pixels. So before the PDF is made, the person
reads what the pages say on cards whose letters are at least 11 CSS pixels high.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.drawing.canvas import MARGIN, SMALLEST, WIDTH, Card
from bot.drawing.themes import LIGHT
from bot.drawing.typesetting import length, line_height, wrap
from bot.features.report.model import Counts, Line, NightMark, NightStrip, Report, Section, Table

ROOM = WIDTH - 2 * MARGIN
TALL = 1350
"""Height of a card in pixels that an upright phone shows as a whole."""
TITLE, HEADING, BODY = 46, 42, 36
"""Sizes of letters in pixels; three pixels are one CSS pixel at 360."""
SECTION_GAP, LINE_GAP = 34, 10
SQUARE, STEP = 30, 44
"""Side of a night's mark, and the distance from one to the next."""
STRIP = STEP * 7


@dataclass(frozen=True)
class _Block:
    """A part of a card: its height, and how to draw it from a position down."""

    height: float
    draw: Callable[[Card, float], None]


@dataclass(frozen=True)
class _Piece:
    """A block, and the section it belongs to."""

    block: _Block
    section: str
    is_heading: bool = False


def _gap(height: float) -> _Block:
    return _Block(height, lambda _card, _y: None)


def _words(
    text: str,
    size: int = BODY,
    *,
    weight: int = 400,
    is_muted: bool = False,
    left: float = 0,
    width: float = ROOM,
) -> _Block:
    """A text in as many lines as it needs."""
    step = line_height(size)

    def draw(card: Card, y: float) -> None:
        card.paragraph(
            (MARGIN + left, y + step / 2),
            text,
            size,
            width=width,
            colour=card.theme.muted if is_muted else None,
            weight=weight,
        )

    return _Block(step * len(wrap(text, size, width, weight)), draw)


def _beside(*blocks: _Block) -> _Block:
    """Blocks that begin at the same height."""

    def draw(card: Card, y: float) -> None:
        for block in blocks:
            block.draw(card, y)

    return _Block(max(block.height for block in blocks), draw)


def _stacked(*blocks: _Block) -> _Block:
    """Blocks one below the other that stay on one card."""

    def draw(card: Card, y: float) -> None:
        for block in blocks:
            block.draw(card, y)
            y += block.height

    return _Block(sum(block.height for block in blocks), draw)


def _heading(title: str) -> _Block:
    words = _words(title, HEADING, weight=650)

    def draw(card: Card, y: float) -> None:
        words.draw(card, y)
        card.rule(y + words.height + 8)

    return _Block(words.height + 22, draw)


def _mark(card: Card, x: float, y: float, mark: NightMark) -> None:
    """Draw a filled square, an empty square or a dot: they differ without colour."""
    ink = card.theme.text
    match mark:
        case NightMark.CRAMPS:
            card.draw.rectangle((x, y, x + SQUARE, y + SQUARE), fill=ink)
        case NightMark.NONE:
            card.draw.rectangle((x, y, x + SQUARE, y + SQUARE), outline=ink, width=3)
        case NightMark.NO_ENTRY:
            middle = SQUARE / 2
            box = (x + middle - 4, y + middle - 4, x + middle + 4, y + middle + 4)
            card.draw.ellipse(box, fill=ink)


def _marks(row: Sequence[NightMark]) -> _Block:
    """The nights of a week, at the right edge."""
    height = line_height(BODY)

    def draw(card: Card, y: float) -> None:
        for day, mark in enumerate(row):
            x = MARGIN + ROOM - STRIP + STEP * day + (STEP - SQUARE) / 2
            _mark(card, x, y + (height - SQUARE) / 2, mark)

    return _Block(height, draw)


def _weekdays(strip: NightStrip) -> _Block:
    height = line_height(SMALLEST)

    def draw(card: Card, y: float) -> None:
        for day, name in enumerate(strip.heads):
            x = MARGIN + ROOM - STRIP + STEP * (day + 0.5)
            muted = card.theme.muted
            at = (x, y + height / 2)
            card.text(at, name, SMALLEST, width=STEP, colour=muted, anchor="mm")

    return _Block(height, draw)


def _legend(strip: NightStrip) -> Iterator[_Block]:
    for mark, name in strip.legend:

        def draw(card: Card, y: float, mark: NightMark = mark) -> None:
            _mark(card, MARGIN, y + (line_height(SMALLEST) - SQUARE) / 2, mark)

        words = _words(name, SMALLEST, left=STEP + 10, width=ROOM - STEP - 10, is_muted=True)
        yield _beside(words, _Block(SQUARE, draw))


def _table(table: Table) -> Iterator[_Block]:
    """A week in two or three lines: its name and its nights, and below them what was counted."""
    strip = table.strip
    first = ROOM - (STRIP + 20 if strip is not None else 0)
    head = _words(table.heads[0], SMALLEST, is_muted=True, width=first)
    yield _beside(head, _weekdays(strip)) if strip is not None else head
    for number, row in enumerate(table.rows):
        name = _words(row[0], weight=600, width=first)
        if strip is not None:
            name = _beside(name, _marks(strip.rows[number]))
        told = " · ".join(
            f"{head}: {cell}" for head, cell in zip(table.heads[1:], row[1:], strict=True) if cell
        )
        yield _stacked(name, _words(told, SMALLEST, is_muted=True), _gap(LINE_GAP))
    if strip is not None:
        yield _words(strip.label, SMALLEST, is_muted=True)
        yield from _legend(strip)


def _counts(counts: Counts) -> Iterator[_Block]:
    """Names on the left, numbers on the right."""
    above = _words(counts.title, SMALLEST, is_muted=True)
    for name, count in counts.pairs:
        number = str(count)
        width = length(number, BODY)
        row = _beside(
            _words(name, width=ROOM - width - 30),
            _words(number, left=ROOM - width, width=width + 1),
        )
        yield _stacked(above, row)
        above = _gap(0)
    yield _gap(LINE_GAP)


def _lines(lines: Sequence[Line]) -> Iterator[_Block]:
    """Each line with its label above it; a label that repeats the one before is left out."""
    previous = ""
    for line in lines:
        if line.is_remark:
            yield _words(line.text, SMALLEST, is_muted=True)
            continue
        is_new = line.label and line.label != previous
        above = _words(line.label, SMALLEST, is_muted=True) if is_new else _gap(0)
        previous = line.label
        for text in line.text.splitlines():
            yield _stacked(above, _words(text))
            above = _gap(0)
        yield _gap(LINE_GAP)


def _section(section: Section) -> Iterator[_Block]:
    if section.table is not None:
        yield from _table(section.table)
    yield from _lines(section.lines)
    for counts in (*([section.histogram] if section.histogram else []), *section.counts):
        yield from _counts(counts)


def _pieces(report: Report) -> Iterator[_Piece]:
    top = [_words(report.title, TITLE, weight=650), _words(report.period, is_muted=True)]
    top += [_words(line.words) for line in report.who]
    top.append(_words(report.statement, SMALLEST, is_muted=True))
    yield from (_Piece(block, "") for block in top)
    for section in report.sections:
        yield _Piece(_heading(section.title), section.code, is_heading=True)
        yield from (_Piece(block, section.code) for block in _section(section))
    yield _Piece(_gap(SECTION_GAP), "")
    yield _Piece(_words(report.information, SMALLEST, is_muted=True), "")


class ReadingCards:
    """A report on cards, numbered from 0."""

    def __init__(self, report: Report) -> None:
        self._cards: list[list[_Block]] = [[]]
        self._of_section: dict[str, int] = {}
        used = 0.0
        pieces = list(_pieces(report))
        titles = {section.code: section.title for section in report.sections}
        for number, piece in enumerate(pieces):
            before = _gap(SECTION_GAP if piece.is_heading else 0)
            # A heading is never the last of its card.
            following = pieces[number + 1 : number + 3] if piece.is_heading else []
            need = before.height + piece.block.height + sum(one.block.height for one in following)
            if self._cards[-1] and used + need > TALL:
                self._cards.append([])
                used = 0.0
                if piece.section and not piece.is_heading:
                    title = report.continued.format(title=titles[piece.section])
                    used += self._put(_heading(title))
            elif piece.is_heading:
                used += self._put(before)
            used += self._put(piece.block)
            self._of_section.setdefault(piece.section, len(self._cards) - 1)

    def _put(self, block: _Block) -> float:
        self._cards[-1].append(block)
        return block.height

    def __len__(self) -> int:
        return len(self._cards)

    def with_section(self, code: str) -> int:
        """The number of the card on which a section begins; 0 for one that is not there."""
        return self._of_section.get(code, 0)

    def drawn(self, number: int) -> Card:
        """A card as a picture, light like paper."""
        card, y = Card(LIGHT), float(MARGIN)
        for block in self._cards[number]:
            block.draw(card, y)
            y += block.height
        card.height = round(y + MARGIN)
        return card
