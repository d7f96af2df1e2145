"""Names of places as Russian and Ukrainian sentences have them: "в Екатеринбурге". Pure."""

from collections.abc import Iterator, Sequence
from itertools import islice, product

SHORTEST_STEM = 2
MOST_FORMS = 64
"""Forms that are looked up of one name. It bounds the work that a stranger's text can cause."""
_ENDINGS: Sequence[tuple[str, Sequence[str]]] = (
    ("цях", ("ці",)),
    ("ців", ("ці",)),
    ("ові", ("ів",)),
    ("ова", ("ів",)),
    ("єві", ("їв",)),
    ("єва", ("їв",)),
    ("зі", ("га",)),
    ("ії", ("ія",)),
    ("ім", ("ий",)),
    ("ому", ("е", "ий")),
    ("ем", ("ий",)),
    ("ом", ("ый",)),
    ("ой", ("ая",)),
    ("ій", ("а", "я")),
    ("ах", ("ы", "и", "а")),
    ("ях", ("и", "і")),
    ("е", ("", "а", "я", "ь", "й", "о")),
    ("и", ("а", "я", "ь", "ы")),
    ("ы", ("а",)),
    ("у", ("", "а")),
    ("ю", ("я", "ь")),
    ("а", ("", "о")),
    ("я", ("ь", "й")),
    ("і", ("", "а", "я", "о", "ь")),
    ("ї", ("я",)),
)
"""Ending of an oblique case → endings of the nominative."""


def nominatives(name: str) -> Iterator[str]:
    """Every form that a name may have in a list, if it stands in another case.

    Args:
        name: in small letters, its words separated by a space.
    """
    forms = (_nominatives(word) for word in name.split())
    for words in islice(product(*forms), 1, MOST_FORMS):
        yield " ".join(words)


def _nominatives(word: str) -> list[str]:
    found = [word]
    for ending, others in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_STEM:
            found += [stem + other for other in others]
    return found
