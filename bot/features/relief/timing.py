"""How long a cramp has been going on, and when its message changes. Pure.

Ten minutes is the line of the NHS: a cramp that lasts longer is to be checked on the same day
(health reference, section (e)). How long taps are believed is our own choice.
"""

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
WARNING_AFTER = timedelta(minutes=10)
BELIEVED = timedelta(minutes=20)
"""How long a tap on "It let go" measures the length, and the warning card is useful. Later taps
mean little: the person has slept, or put the phone away."""
TIDIED_AFTER = timedelta(hours=3)
"""An unanswered message is deleted after this time if the cramp is in the diary."""
SAME_CRAMP = timedelta(minutes=15)
"""The age up to which an entry counts as the cramp for which relief is asked."""
MOVED_TO = timedelta(hours=1)
"""How long ago a cramp that was logged just now may have begun, as the person told then."""
BETWEEN_EDITS = timedelta(seconds=3)
"""If a tap and an edit by the timer are this close, the message is edited again, because the
timer's edit may arrive after the tap's."""


def minutes_of(passed: timedelta) -> int:
    """Whole minutes; never negative."""
    return max(0, passed // MINUTE)


def next_change(started_at: datetime, now: datetime, *, is_warned: bool) -> datetime | None:
    """When the next minute is over, or the warning card is due; None when nothing is to come."""
    passed = now - started_at
    if passed < WARNING_AFTER:
        return started_at + MINUTE * (minutes_of(passed) + 1)
    return None if is_warned or passed >= BELIEVED else now


def after_tap(started_at: datetime, now: datetime, *, is_warned: bool) -> datetime | None:
    """When the message is edited next after a tap has changed it."""
    due = next_change(started_at, now, is_warned=is_warned)
    second = (now - started_at) % MINUTE
    is_near = second < BETWEEN_EDITS or MINUTE - second < BETWEEN_EDITS
    return now + BETWEEN_EDITS if due is not None and is_near else due


def length_of(passed: timedelta) -> str:
    """The code of a length, as an entry stores it (``cramps.duration``)."""
    if passed < MINUTE:
        return "lt_1min"
    if passed < 5 * MINUTE:
        return "1_5min"
    return "5_10min" if passed <= WARNING_AFTER else "gt_10min"
