"""Wording that several sections of a report share: dates, numbers, labels and counts."""

# TRANSLATORS, ALL: Pages for a doctor: {site} is a place of the body such as "Calf", {days} a list
# of dates, {label} a name.

from collections.abc import Iterable, Mapping
from datetime import date

from babel.numbers import format_decimal

from bot.features.cramps.messages.labels import code_labels
from bot.features.report.model import Line, Told
from bot.i18n import formats
from bot.i18n.translator import Translator

MAX_DATES = 10
"""How many dates of a symptom or sign are printed; further ones are only counted."""


def full_date(tr: Translator, day: date) -> str:
    """A date with its year."""
    return formats.day(tr, day, "yMMMd")


def short_date(tr: Translator, day: date) -> str:
    """A date without its year."""
    return formats.day(tr, day, "MMMd")


def date_range(tr: Translator, first_on: date, last_on: date) -> str:
    """A first and a last date, both with their years."""
    return f"{full_date(tr, first_on)} – {full_date(tr, last_on)}"


def dates_text(tr: Translator, days: Iterable[date]) -> str:
    """Distinct dates in order, the first ten in full; how many more there are follows."""
    ordered = sorted(set(days))
    printed = (short_date(tr, day).replace(" ", "\u00a0") for day in ordered[:MAX_DATES])
    text = ", ".join(printed)
    more = len(ordered) - MAX_DATES
    if more <= 0:
        return text
    return tr.ngettext("{days} and {count} more", "{days} and {count} more", more).format(
        days=text, count=more
    )


def place_of(tr: Translator, site: str | None, side: str | None) -> str:
    """A site and a side, as far as they were told."""
    _, labels = tr.gettext, code_labels(tr)
    if side == "unsure":
        side = None
    if site is None or site not in labels["site"]:
        return labels["side"][side] if side is not None else _("Place not stated")
    words = {
        "left": _("{site}, left"),
        "right": _("{site}, right"),
        "both": _("{site}, both sides"),
    }
    return words.get(side or "", "{site}").format(site=labels["site"][site])


def number(tr: Translator, value: float, pattern: str = "0.#") -> str:
    """A number with the decimal separator of the locale; by default with up to one decimal."""
    return str(format_decimal(value, format=pattern, locale=tr.locale))


def part_of(tr: Translator, part: int, whole: int) -> str:
    """For example "3 of 7"."""
    return tr.gettext("{part} of {whole}").format(part=part, whole=whole)


def labelled(tr: Translator, code: str, label: str, text: str, told: Told = Told.YES) -> Line:
    """A line with a label in front of its text."""
    return Line(code, text, with_colon(tr, label), told=told)


def with_colon(tr: Translator, label: str) -> str:
    """A label with a colon, before which French has a space."""
    return tr.gettext("{label}:").format(label=label)


def by_count(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Names with their counts, the highest first; equal ones in the order of ``names``."""
    order = {code: place for place, code in enumerate(names)}
    codes = sorted(counts, key=lambda code: (-counts[code], order[code]))
    return tuple((names[code], counts[code]) for code in codes)


def in_order(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Names with their counts, in the order of ``names``."""
    return tuple((name, counts[code]) for code, name in names.items() if code in counts)


def comma_separated(pairs: Iterable[tuple[str, int]]) -> str:
    """Names with their counts in one line of text."""
    return ", ".join(f"{name} {count}" for name, count in pairs)
