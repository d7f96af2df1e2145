"""Telephone lines for people in despair, by country. Pure.

Only lines that were read in a page about the country are listed (docs/content.md). Other countries
get the emergency number, and the advice to look for a helpline.
"""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class CrisisLine:
    """A line to call."""

    numbers: tuple[str, ...]
    name: str | None = None
    is_always_open: bool = True
    """Whether the page that was read says that it is open day and night."""
    hours: tuple[time, time] | None = None
    """When it opens and closes every day, if the page says that it does."""
    is_free: bool = False
    takes_texts: bool = False


_FRANCE = CrisisLine(("3114",), is_free=True)  # 3114.fr; ARS Mayotte
_AMERICA = CrisisLine(("988",), is_always_open=False, takes_texts=True)  # SAMHSA

LINES: dict[str, CrisisLine] = {
    "DE": CrisisLine(("0800 111 0 111", "0800 111 0 222"), "TelefonSeelsorge", is_free=True),
    "CH": CrisisLine(("143",), "Die Dargebotene Hand", is_always_open=False),  # 143.ch, 2023
    "ES": CrisisLine(("024",), is_free=True),  # RTVE, 9 May 2022
    "BR": CrisisLine(("188",), "CVV", is_free=True),  # press on the Ministry of Health, 2018
    "IT": CrisisLine(
        ("02 2327 2327",),
        "Telefono Amico Italia",
        is_always_open=False,
        hours=(time(10), time(0)),
    ),  # Fanpage, February 2024
    "UA": CrisisLine(("7333",), "Lifeline Ukraine"),  # Vodafone's news, 3 May 2024
    "GB": CrisisLine(("116 123",), "Samaritans", is_free=True),  # NHS practice page
    **dict.fromkeys(("FR", "GP", "MQ", "RE", "GF", "YT"), _FRANCE),
    **dict.fromkeys(("US", "CA"), _AMERICA),
}
"""ISO 3166 code of the country → its line."""
