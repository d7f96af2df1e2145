"""How much of each thing one person can store. Pure.

Every limit is far above honest use, and reaching one is said in words. They keep what one person
can cost everybody else bounded: the size of the database, and the time and the memory that reading
a whole diary takes. The lengths of texts stand with the fields that they are about.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

ENTRIES = 20_000
"""Entries of a diary, removed ones included: seven a night for eight years. All of them fit into an
exported file, so a whole diary can be imported."""
ENTRIES_A_DAY = 1_000
"""Entries that are added in the chat within 24 hours: by taps, by typed texts and by a caregiver.
One tap in 90 seconds, day and night; only a program taps as often."""
PAGE_ENTRIES_A_DAY = 100
"""Entries that are added on the page of the Mini App within 24 hours. Lower, because requests of
the page need no Telegram, so that a program can send them more easily."""
ADDRESS_ENTRIES_A_DAY = 100
"""Entries that a person's address adds within 24 hours, for the same reason."""
IMPORTS_A_DAY = 3
"""An import is the most expensive thing that one person can ask for."""
DAY = timedelta(hours=24)
MEDICINES = 30
REMINDERS = 20
"""All kinds together."""
HELPED_PEOPLE = 20
"""People whom one caregiver can help: their names are requested from Telegram for one card."""
FAIR_TESTS = 200
"""A test takes weeks; more of them are started only to be stopped."""
ROWS_OF_PART: Mapping[str, int] = {
    "entries": ENTRIES,
    "night_checks": 10_000,
    "habits": 40_000,
    "exposures": 80_000,
    "medicines": MEDICINES,
    "warning_signs": 10_000,
    "fair_tests": FAIR_TESTS,
    "weeks": 2_000,
    "deliveries": 60_000,
    "reminder_nights": 10_000,
}
"""Part of an exported file → the most rows of a person up to which an import adds any.

Nights are those of 27 years. Deliveries are kept for 400 days, with at most some 150 a day."""


class Limit(StrEnum):
    """Which limit keeps an entry from being added."""

    DIARY = "diary"
    DAY = "day"
    PAGE_DAY = "page_day"
    ADDRESS_DAY = "address_day"
