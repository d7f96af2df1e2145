"""Telephone lines for people in despair, by country. Pure.

Only lines that were read in a page about the country are listed (docs/content.md). Other countries
get the emergency number, and the advice to look for a helpline.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class CrisisLine:
    """A line to call."""

    numbers: tuple[str, ...]
    name: str | None = None
    is_always_open: bool = True
    """Whether the page that was read says that it is open day and night."""
    is_free: bool = False
    takes_texts: bool = False


_FRANCE = CrisisLine(("3114",), is_free=True)  # 3114.fr; ARS Mayotte
_AMERICA = CrisisLine(("988",), is_always_open=False, takes_texts=True)  # SAMHSA

LINES: dict[str, CrisisLine] = {
    "DE": CrisisLine(("0800 111 0 111", "0800 111 0 222"), "TelefonSeelsorge", is_free=True),
    "CH": CrisisLine(("143",), "Die Dargebotene Hand", is_always_open=False),  # 143.ch, 2023
    "ES": CrisisLine(("024",), is_free=True),  # RTVE, 9 May 2022
    "BR": CrisisLine(("188",), "CVV", is_free=True),  # press on the Ministry of Health, 2018
    "GB": CrisisLine(("116 123",), "Samaritans", is_free=True),  # NHS practice page
    **dict.fromkeys(("FR", "GP", "MQ", "RE", "GF", "YT"), _FRANCE),
    **dict.fromkeys(("US", "CA"), _AMERICA),
}
"""ISO 3166 code of the country → its line."""
