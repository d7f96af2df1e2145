"""Times that people count from bed, sleep or their alarm: "an hour before bed". Pure.

Such a length is not how long the cramp was, and "before bed" is not now. One token stands for
both, which names the night and not the hour.
"""

import re
from collections.abc import Sequence

from bot.i18n.vocabulary.tokens import Token

FROM_BED = "FROM_BED"
_CRAMPS = frozenset({"CRAMP", "CRAMPS"})
_UNITS = frozenset({"SEC", "MIN", "HOUR", "HRS", "H"})
_BEFORE_SPAN = frozenset({"IN", "THIS", "ABOUT", "OVER", "UNDER", "AND"})
_TO_BED = (
    (
        "before|after|b4|prior to",
        (
            "bed|bedtime|sleep|sleeping|asleep|lying down|lay down|laid down|alarm"
            "|(?:doz|nodd)(?:ed|ing) off|g[eo]t(?:ting)? up|(?:woke|waking)(?: up)?"
        ),
    ),
    (
        "vor|vorm|bevor|nach|nachdem",
        (
            r"\w*schlaf\w*|\w*bett\w*|hinleg\w*|hingelegt"
            r"|(?:aufsteh|aufgestand|aufwach|aufgewacht|wecker)\w*"
        ),
    ),
    (
        "antes d[eo]|despues de|tras|depois d[eo]",
        r"(?:acost|deit|dorm|levant|despert|acord|tumb)\w*|cama|alarma|alarme",
    ),
    ("avant|apres", r"(?:couch|dorm|endorm|lev|reveil)\w*|lit"),
    ("prima|dopo", r"(?:dorm(?!iv)|addorment|coric|sdrai|alz|svegl)\w*|letto"),
    (
        "до|перед|после|прежде|після",
        (
            "сна|сном|сну|спать|спати|ліг"
            r"|(?:лег|ляг|лож|усн|засн|засып|засин|вста|просн|прокин|пробужд)\w*"
            r"|(?:подъем|підиом|будильник|кроват|ліжк)\w*"
        ),
    ),
)
"""Words for before and after, and for bed, sleep and getting up, of each language, after folding.
Spanish and Portuguese share theirs, as do Russian and Ukrainian."""
_BETWEEN = r"(?:(?!again|back|wieder|снова|опять|знову)\w+ ){0,3}?"
"""Words such as "I went to", but not "again": that tells how long a cramp kept somebody awake."""
_SPAN = re.compile(
    "|".join(rf"(?<!\S)(?:{relation}) {_BETWEEN}(?:{anchor})(?!\S)" for relation, anchor in _TO_BED)
)
_PLAIN = frozenset(
    {
        *("CRAMP", "CRAMPS", "FILLER", "LEFT", "RIGHT", "BOTH", "CALF", "FOOT", "SOLE", "TOES"),
        *("SHIN", "THIGH", "HIP", "LEG", "STRENGTH", "OUT_OF", "/", ",", ".", "AND", "IN", "ON"),
        *("HOW_BAD", "WOKE", "OF"),
    }
)
"""Concepts beside which "before bed" without a length is about the cramp; beside others it may be
about a stretch, a drink or an hour."""


def with_bed_spans(tokens: Sequence[Token]) -> list[Token]:
    """Replace the words that say how long before or after bed a cramp was with one token."""
    found = list(tokens)
    if _CRAMPS.isdisjoint(token.kind for token in found):
        return found
    for first, last in reversed(_spans(found)):
        begin = _length_before(found, first)
        others = {token.kind for token in (*found[:first], *found[last:])}
        is_plain = all(kind in _PLAIN or kind.isdigit() for kind in others)
        if begin < first or is_plain:
            source = " ".join(token.source for token in found[begin:last] if token.source)
            found[begin:last] = [Token(FROM_BED, source)]
    return found


def counts_from_bed(tokens: Sequence[Token]) -> bool:
    """Whether a length in a sentence tells how long before or after bed something was."""
    return any(_length_before(tokens, first) < first for first, _last in _spans(tokens))


def _spans(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where words such as "before bed" begin and end, as positions of tokens."""
    text, starts = "", list[int]()
    for token in tokens:
        starts.append(len(text) if token.source else -1)
        text += f"{token.source} " if token.source else ""
    spans = []
    for match in _SPAN.finditer(text):
        inside = [at for at, start in enumerate(starts) if match.start() <= start < match.end()]
        if inside and starts[inside[0]] == match.start():
            after = inside[-1] + 1
            while after < len(tokens) and not tokens[after].source:
                after += 1
            spans.append((inside[0], after))
    return spans


def _length_before(tokens: Sequence[Token], at: int) -> int:
    """The position at which a length begins that ends before ``at``; ``at`` when there is none.

    "For five minutes before bed" is how long the cramp was.
    """
    begin = at
    if begin and tokens[begin - 1].kind in _UNITS:
        begin -= 1
        begin -= int(bool(begin) and tokens[begin - 1].kind.isdigit())
    if begin == at or (begin and tokens[begin - 1].kind == "FOR"):
        return at
    while begin and tokens[begin - 1].kind in _BEFORE_SPAN:
        begin -= 1
    return begin
