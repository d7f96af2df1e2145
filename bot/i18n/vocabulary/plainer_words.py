"""Replaces stretched words ("owww"), polite forms and diminutives with the listed words."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ADORNED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ru": (("ите", "и"), ("ьте", "ь")),
    "uk": (("ите", "и"), ("іть", "и"), ("авте", "ав"), ("ьте", "ь")),
    "es": (
        *(("quit" + end, "c" + end) for end in ("o", "a", "os", "as")),
        *(("ecit" + end, "e") for end in ("o", "a")),
        *(("quill" + end, "c" + end) for end in ("o", "a")),
        *((size + end, end) for size in ("it", "ill") for end in ("o", "a", "os", "as")),
        *(("ito", "e"), ("cito", ""), ("citos", "es")),
    ),
}
"""Language → endings of polite imperatives and of diminutives, after folding, and plain ones."""
_SHORTEST_PLAIN = 3
_LAST_PARTS: Mapping[str, tuple[str, ...]] = {
    "de": ("wandern", "wanderung", "tour", "training", "turnier", "marathon", "gymnastik"),
}
"""Language → words that end compounds which mean the same here: "Bergwanderung", "Radtour"."""
_SHORTEST_FIRST_PART = 3


def less_stretched(pieces: Sequence[str], known: Collection[str]) -> list[str]:
    """Replace stretched words by the plain ones: "owww", "grazieee", "nooo"."""

    def plain_of(piece: str) -> str | None:
        plain = (_STRETCHED.sub(letters, piece) for letters in (r"\1", r"\1\1"))
        return next((one for one in plain if one in known), None)

    return _replaced(pieces, known, plain_of)


def without_first_parts(pieces: list[str], known: Collection[str], language: str) -> list[str]:
    """Replace compounds by the words that they end with: "Bergwanderung" by "Wanderung"."""
    parts = _LAST_PARTS.get(language)
    if parts is None:
        return pieces

    def plain_of(piece: str) -> str | None:
        longest = len(piece) - _SHORTEST_FIRST_PART
        return next((one for one in parts if piece.endswith(one) and len(one) <= longest), None)

    return _replaced(pieces, known, plain_of)


def less_adorned(pieces: list[str], known: Collection[str], language: str) -> list[str]:
    """Replace polite imperatives and diminutives by listed words: "скасуйте", "nochecita"."""
    endings = _ADORNED.get(language)
    if endings is None:
        return pieces

    def plain_of(piece: str) -> str | None:
        plain = (
            piece.removesuffix(adorned) + ending
            for adorned, ending in endings
            if piece.endswith(adorned)
        )
        return next((one for one in plain if one in known and len(one) >= _SHORTEST_PLAIN), None)

    return _replaced(pieces, known, plain_of)


def _replaced(
    pieces: Sequence[str], known: Collection[str], plain_of: Callable[[str], str | None]
) -> list[str]:
    """The words, each that is not known replaced by its plain one if there is one."""
    return [piece if piece in known else plain_of(piece) or piece for piece in pieces]
