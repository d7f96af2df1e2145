"""Replaces stretched ("owww") and polite forms of words by the plain ones that the lists have."""

import re
from collections.abc import Collection, Mapping, Sequence

_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_POLITE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ru": (("ите", "и"), ("ьте", "ь")),
    "uk": (("ите", "и"), ("іть", "и"), ("авте", "ав"), ("ьте", "ь")),
}
"""Language → endings of polite imperatives, after folding, and of the familiar ones."""
_SHORTEST_IMPERATIVE = 3


def less_stretched(pieces: Sequence[str], known: Collection[str]) -> list[str]:
    """Replace stretched words by the plain ones: "owww", "grazieee", "nooo"."""
    return [
        next(
            (
                plain
                for letters in (r"\1", r"\1\1")
                if (plain := _STRETCHED.sub(letters, piece)) in known
            ),
            piece,
        )
        if piece not in known and _STRETCHED.search(piece)
        else piece
        for piece in pieces
    ]


def less_polite(pieces: list[str], known: Collection[str], language: str) -> list[str]:
    """Replace polite imperatives by the familiar ones that the file lists: "скасуйте", "скасуй"."""
    endings = _POLITE.get(language)
    if endings is None:
        return pieces
    return [
        next(
            (
                familiar
                for polite, ending in endings
                if piece.endswith(polite)
                and (familiar := piece.removesuffix(polite) + ending) in known
                and len(familiar) >= _SHORTEST_IMPERATIVE
            ),
            piece,
        )
        if piece not in known
        else piece
        for piece in pieces
    ]
