"""Many small cases in one test: all run, and all failures are reported together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Case = TypeVar("Case")
MOST_SHOWN = 30


def check_each(cases: Iterable[Case], check: Callable[[Case], str | None]) -> None:
    """Run a check on every case and fail once, with a line for each case that failed.

    Args:
        cases: the cases; at least one.
        check: returns what is wrong with a case, or None.

    Raises:
        AssertionError: when a case failed, or when there was no case at all.
    """
    count, failures = 0, []
    for case in cases:
        count += 1
        problem = check(case)
        if problem is not None:
            failures.append(problem)
    assert count > 0, "there was no case to check"
    shown = "\n".join(failures[:MOST_SHOWN])
    assert not failures, f"{len(failures)} of {count} cases failed:\n{shown}"
