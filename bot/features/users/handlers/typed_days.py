"""Typed dates in the future."""

from datetime import date, timedelta

from bot.local_time.nights import local_time
from bot.local_time.typed_days import parse_day
from bot.telegram.context import Context

LONGEST_AHEAD = timedelta(days=300)
"""A date further ahead is more likely an error: one typed a day late would mean next year."""


def day_ahead(context: Context, text: str, zone: str) -> date | None:
    """A typed date within the next 300 days in this zone; None when it is not one."""
    today = local_time(context.now, zone).date()
    found = parse_day(text, today, context.tr.language)
    return found if found is not None and found - today <= LONGEST_AHEAD else None
