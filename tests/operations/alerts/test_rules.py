"""What is wrong, what is well and what is neither, given the figures."""

import pytest

from bot.operations.alerts.rules import Figures, Matter, changes

MB = 1_000_000
TABLE = [
    # what is, was it wrong before, is it wrong now
    (Matter.DATABASE, Figures(away_seconds=59), False, False),
    (Matter.DATABASE, Figures(away_seconds=60), False, True),
    (Matter.DATABASE, Figures(away_seconds=0, there_seconds=59), True, True),
    (Matter.DATABASE, Figures(away_seconds=0, there_seconds=60), True, False),
    (Matter.BACKLOG, Figures(oldest_seconds=300), False, False),
    (Matter.BACKLOG, Figures(oldest_seconds=301), False, True),
    (Matter.BACKLOG, Figures(oldest_seconds=60), True, True),
    (Matter.BACKLOG, Figures(oldest_seconds=59), True, False),
    (Matter.BACKLOG, Figures(oldest_seconds=None), True, True),
    (Matter.TELEGRAM, Figures(answers=9, errors=9), False, False),
    (Matter.TELEGRAM, Figures(answers=10, errors=1), False, False),
    (Matter.TELEGRAM, Figures(answers=10, errors=2), False, True),
    (Matter.TELEGRAM, Figures(answers=1000, errors=199), False, False),
    (Matter.TELEGRAM, Figures(answers=1000, errors=51), True, True),
    (Matter.TELEGRAM, Figures(answers=1000, errors=50), True, False),
    (Matter.TELEGRAM, Figures(answers=0, errors=0), True, True),
    (Matter.TELEGRAM, Figures(answers=2, errors=0), True, True),
    (Matter.TELEGRAM, Figures(answers=3, errors=0), True, False),
    (Matter.TELEGRAM, Figures(answers=9, errors=1), True, True),
    (Matter.DISK, Figures(free_bytes=500 * MB), False, False),
    (Matter.DISK, Figures(free_bytes=500 * MB - 1), False, True),
    (Matter.DISK, Figures(free_bytes=600 * MB - 1), True, True),
    (Matter.DISK, Figures(free_bytes=600 * MB), True, False),
    (Matter.DISK, Figures(free_bytes=None), True, True),
    (Matter.BACKUP, Figures(is_backed_up=False), False, True),
    (Matter.BACKUP, Figures(is_backed_up=True), True, False),
    (Matter.BACKUP, Figures(is_backed_up=None), True, True),
    (Matter.BACKUP, Figures(is_backed_up=None), False, False),
]


@pytest.mark.parametrize(("matter", "figures", "before", "after"), TABLE)
def test_one_matter(matter: Matter, figures: Figures, before: bool, after: bool) -> None:
    told = {matter} if before else set()
    assert changes(told, figures) == ([] if before is after else [(matter, after)])


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert changes(set(), Figures()) == []
    assert changes(set(Matter), Figures()) == []


def test_each_matter_is_told_once_then_never_again() -> None:
    bad = Figures(
        away_seconds=100,
        oldest_seconds=1000,
        answers=20,
        errors=20,
        free_bytes=0,
        is_backed_up=False,
    )
    assert changes(set(), bad) == [(matter, True) for matter in Matter]
    assert changes(set(Matter), bad) == []
    good = Figures(
        there_seconds=100,
        oldest_seconds=0,
        answers=20,
        errors=0,
        free_bytes=10**12,
        is_backed_up=True,
    )
    assert changes(set(Matter), good) == [(matter, False) for matter in Matter]
    assert changes(set(), good) == []
