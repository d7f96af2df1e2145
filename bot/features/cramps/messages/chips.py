"""Chips of an entry's fields, and rows of buttons that a small phone shows uncut."""

from collections.abc import Iterable, Mapping, Sequence

from bot.features.cramps.entry import Entry
from bot.telegram.message import Button, Rows, pack

FITS = (36, 17, 11, 8, 6, 5)
"""How many characters of a label a phone of 360 px shows with 1, 2, … 6 buttons in a row."""
CHOSEN = "• "
"""Stands before the label of a chip whose code is set."""


def in_rows(buttons: Sequence[Button], most: int) -> Rows:
    """Put buttons into rows of at most ``most``, fewer where a label would be cut."""
    rows: list[tuple[Button, ...]] = []
    start = 0
    while start < len(buttons):
        count = next(
            count
            for count in range(min(most, len(buttons) - start), 0, -1)
            if count == 1
            or all(len(one.label) <= FITS[count - 1] for one in buttons[start : start + count])
        )
        rows.append(tuple(buttons[start : start + count]))
        start += count
    return tuple(rows)


def marked(label: str, *, chosen: bool) -> str:
    """The label of a chip, with a mark when its code is set."""
    return f"{CHOSEN}{label}" if chosen else label


def chips(
    entry: Entry, field: str, words: Mapping[str, str], codes: Iterable[str], page: str = ""
) -> list[Button]:
    """Chips that set a single-value field.

    Args:
        entry: the entry.
        field: the field.
        words: code → label.
        codes: the codes to offer.
        page: the page that is shown after a tap, where a tap on the chosen chip clears the field.
            Without one, that chip sets its code again.
    """
    now, tail = entry.code(field), (page,) if page else ()

    def chip(code: str) -> Button:
        then = "clear" if page and code == now else code
        return Button(
            marked(words[code], chosen=code == now),
            pack("cramps", "set", entry.id, field, then, *tail),
        )

    return [chip(code) for code in codes]


def many_chips(entry: Entry, field: str, words: Mapping[str, str]) -> list[Button]:
    """Chips of a multiple-value field. Each carries whether its code is to be there after a tap."""
    codes = entry.codes(field)
    return [
        Button(
            marked(label, chosen=code in codes),
            pack("cramps", "many", entry.id, field, code, int(code not in codes)),
        )
        for code, label in words.items()
    ]
