"""Which seven nights a week is, and which ones "This week" shows. Pure.

There are two sorts of weeks. A *summary's week* is the seven nights before the day of the summary:
these are stored, asked about and compared. A *shown week* begins as in the person's country.
"""

from datetime import date, timedelta
from typing import NamedTuple

from bot.features.summary.stats import NIGHTS


def week_of(night_on: date, weekday: int) -> date:
    """The first night of the week that a night belongs to.

    Args:
        night_on: the night's evening date.
        weekday: the weekday of a week's first night (0 = Monday): that of the person's country for
            what "This week" shows; the summary's own weekday for what is stored and compared, which
            is the seven nights that end with the night before that day.
    """
    return night_on - timedelta(days=(night_on.weekday() - weekday) % NIGHTS)


class ThisWeek(NamedTuple):
    """The seven nights that "This week" shows."""

    first_on: date
    is_last_seven: bool
    """They are the last seven nights, because the week is in its first day or night."""


def newest_night(tonight: date, *, is_logged: bool) -> date:
    """The newest night with something to show: tonight once it has an entry, else the one before.

    Args:
        tonight: the night that the present moment belongs to.
        is_logged: something is logged in it.
    """
    return tonight if is_logged else tonight - timedelta(days=1)


def this_week(tonight: date, today: date, weekday: int, *, is_logged: bool) -> ThisWeek:
    """The nights that "This week" shows: never a week that has only begun.

    Args:
        tonight: the night that the present moment belongs to.
        today: the local date.
        weekday: the weekday on which weeks begin in the person's country (0 = Monday).
        is_logged: something is logged in tonight.
    """
    week_on = week_of(tonight, weekday)
    if tonight != week_on:
        return ThisWeek(week_on, today.weekday() == weekday)
    newest = newest_night(tonight, is_logged=is_logged)
    return ThisWeek(newest - timedelta(days=NIGHTS - 1), True)
