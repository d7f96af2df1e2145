"""A sign of danger that is told in two messages: "39.5 fever", then "she is confused".

Of the first one only the halves of signs that it names are kept, and not its words.
"""

from datetime import timedelta

from bot.features.emergency.reading import Emergency, Today, halves, joined
from bot.telegram.context import Context
from bot.telegram.typed_text import is_own_text

HALF = "half"
"""What is on screen, with the halves of signs that were said and are no danger on their own."""
TOGETHER_FOR = timedelta(minutes=5)
"""How long after the first message the second one is read together with it."""
MOST_HALVES = 3
"""Halves that are kept: the column has room for 64 characters."""
_COMMON = frozenset({"leg"})
"""Halves that most entries name, too: they are not kept in the place of a question about one."""
_FOLLOWING = frozenset({"sudden", "lasts", "jaw_too"})
"""Halves that say nothing before the other one: "just now", "it won't stop", "and the jaw"."""


def note_halves(context: Context, *, is_asked: bool = False) -> bool:
    """Keep which halves of signs a text names that nobody understands.

    Args:
        context: who typed it.
        is_asked: whether the person is asked what it means.

    Returns:
        Whether there are any.
    """
    if not context.may_store or not is_own_text(context):
        return False
    left_out = _FOLLOWING | _COMMON if is_asked else _FOLLOWING
    said = [one for one in halves(context.text) if one not in left_out]
    if said:
        kept = dict.fromkeys([*said, *halves_said(context)])
        context.put_on_screen("emergency", HALF, ".".join([*kept][:MOST_HALVES]))
    return bool(said)


def halves_said(context: Context) -> tuple[str, ...]:
    """The halves of signs that the person named a moment ago."""
    opened = context.opened("emergency", HALF, TOGETHER_FOR)
    return () if opened is None else tuple((opened.word(0) or "").split("."))


def told_in_two(context: Context, text: str) -> Emergency | Today | None:
    """The sign that a text makes together with what was said a moment ago."""
    said = halves_said(context)
    return joined(said, halves(text)) if said else None
