"""How much the tests do: less in ``make test``, everything in CI, and beyond in ``make soak``.

``make test`` sets ``TEST_LENGTH`` to "short", to take less than five minutes on two cores. Then
walks and kills are shorter, of a long table of sentences each third is read, tests with the mark
``in_ci`` are left out, and of the tests that need the whole bot, a database or a browser a part
runs: of a feature's conversations each sixth, elsewhere of each second test one case, such as one
of two databases. In CI, and when a file or a folder of tests is run by hand, everything runs.
``SOAK_SCALE`` multiplies the full length of kills, outages and simulated years, ``FUZZ_SCALE`` that
of random input.
"""

import os
import zlib
from collections.abc import Sequence
from itertools import groupby
from typing import TypeVar

import pytest

from tests.support.paths import ROOT

Case = TypeVar("Case")
COSTLY = {"chromium", "database_url", "postgres_server", "shared_bot", "sqlite_template"}
"""Fixtures of tests whose cases cost so much that some of them have to do in ``make test``."""
FEATURES = ROOT / "tests" / "features"
ONE_OF = 6
"""Of so many of a feature's conversations one runs in ``make test``."""


def _scale(name: str) -> float | None:
    text = os.environ.get(name)
    return None if text is None else float(text)


SOAK_SCALE = _scale("SOAK_SCALE")
FUZZ_SCALE = _scale("FUZZ_SCALE")
IS_SHORT = os.environ.get("TEST_LENGTH") == "short"


def soak_length(normal: int, full: int, *, short: int | None = None) -> int:
    """How many rounds, people or seconds a soak test has.

    Args:
        normal: in CI and by hand.
        full: at ``SOAK_SCALE=1``.
        short: in ``make test``; as `normal` when it is None.
    """
    if SOAK_SCALE is not None:
        return max(normal, round(full * SOAK_SCALE))
    return short if IS_SHORT and short is not None else normal


def fuzz_length(full: int) -> int:
    """How many random cases a test makes in one round: an eightieth of `full`, or a 240th."""
    if FUZZ_SCALE is not None:
        return full
    return full // (240 if IS_SHORT else 80)


def example_count(full: int) -> int:
    """How many examples Hypothesis makes up for a test: a sixth of `full`, or a twelfth."""
    if FUZZ_SCALE is not None:
        return full
    return max(1, full // (12 if IS_SHORT else 6))


def fuzz_seeds() -> range:
    """A seed for each round of random cases: ``FUZZ_SCALE`` of them, one in ``make test``."""
    return range(1 if FUZZ_SCALE is None else max(1, round(FUZZ_SCALE)))


def some(cases: Sequence[Case], every: int) -> Sequence[Case]:
    """Return each `every`-th of the cases in ``make test``, else all of them."""
    return cases[::every] if IS_SHORT else cases


def some_items(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the tests and cases that run in ``make test``; the same ones each time."""
    chosen: list[pytest.Item] = []
    for name, group in groupby(items, lambda item: item.nodeid.partition("[")[0]):
        cases = list(group)
        if cases[0].get_closest_marker("in_ci") is not None:
            continue
        if COSTLY.isdisjoint(getattr(cases[0], "fixturenames", ())):
            chosen += cases
        elif FEATURES in cases[0].path.parents:
            chosen += [case for case in cases if _number(case.nodeid) % ONE_OF == 0]
        elif (number := _number(name)) % 2 == 0:
            # Another one for each test, so that each database and language has its turn.
            chosen.append(cases[number // 2 % len(cases)])
    return chosen


def _number(name: str) -> int:
    """A number that is the same in each run, unlike Python's own hash."""
    return zlib.crc32(name.encode())
