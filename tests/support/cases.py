"""Many small cases in one test: all run, and all failures are reported together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tests.support.lengths import some

Case = TypeVar("Case")
MOST_SHOWN = 30
LONG_TABLE = 60
"""Of a table with more cases, each third one is checked in ``make test``."""


def check_each(cases: Iterable[Case], check: Callable[[Case], str | None]) -> None:
    """Run a check on every case and fail once, with a line for each case that failed.

    Args:
        cases: the cases; at least one, and in no order, as of many a part may have to do.
        check: returns what is wrong with a case, or None.

    Raises:
        AssertionError: when a case failed, or when there was no case at all.
    """
    checked = list(cases)
    checked = list(some(checked, 3 if len(checked) > LONG_TABLE else 1))
    failures = []
    for case in checked:
        problem = check(case)
        if problem is not None:
            failures.append(problem)
    count = len(checked)
    assert count > 0, "there was no case to check"
    shown = "\n".join(failures[:MOST_SHOWN])
    assert not failures, f"{len(failures)} of {count} cases failed:\n{shown}"
