"""Every card to read, at both levels, for tests of their words."""

from collections.abc import Iterator

from bot.features.learn import messages
from bot.features.learn.cards import CARDS, NAMES
from bot.i18n.translator import Translator
from bot.telegram.message import Message

OPEN: frozenset[str] = frozenset()
"""The gates of somebody who answered "no" to everything."""
SHUT = (
    OPEN,
    frozenset({"drinks?", "food?", "stretch?"}),
    frozenset({"drinks", "food", "stretch", "standing", "seated", "nuts", "greens", "warmth"})
    | {"alcohol"},
    frozenset({"nuts", "greens", "standing"}),
)
"""Gates of four people: all open, nothing answered, all shut, and some shut."""
PICTURE = b"picture"


def every_card(tr: Translator, shut: frozenset[str] = OPEN) -> Iterator[tuple[str, bool, Message]]:
    """Name, whether all of it is shown, and the card as somebody with these gates sees it."""
    for name in NAMES:
        for is_long in (False, True) if name in CARDS else (False,):
            yield name, is_long, card(tr, name, shut, is_long=is_long)


def card(
    tr: Translator, name: str, shut: frozenset[str] = OPEN, *, is_long: bool = False
) -> Message:
    """One card; instead of its drawing it has a few bytes."""
    picture = PICTURE if messages.drawing_of(name, shut) else None
    return messages.card(tr, name, shut, is_long=is_long, picture=picture)
