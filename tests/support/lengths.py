"""How long the long tests are: short in ``make test``, at full length and beyond in ``make soak``.

``SOAK_SCALE`` multiplies the full length of kills, outages and simulated years, ``FUZZ_SCALE`` that
of random input. Without them the tests are short.
"""

import os


def _scale(name: str) -> float | None:
    text = os.environ.get(name)
    return None if text is None else float(text)


SOAK_SCALE = _scale("SOAK_SCALE")
FUZZ_SCALE = _scale("FUZZ_SCALE")


def soak_length(short: int, full: int) -> int:
    """How many rounds, people or seconds a soak test has: `full` is at ``SOAK_SCALE=1``."""
    return short if SOAK_SCALE is None else max(short, round(full * SOAK_SCALE))


def fuzz_length(full: int) -> int:
    """How many random cases a test makes in one round: an eightieth of `full` in ``make test``."""
    return full // 80 if FUZZ_SCALE is None else full


def example_count(full: int) -> int:
    """How many examples Hypothesis makes up for a test: a sixth of `full` in ``make test``."""
    return full // 6 if FUZZ_SCALE is None else full


def fuzz_seeds() -> range:
    """A seed for each round of random cases: ``FUZZ_SCALE`` of them, one in ``make test``."""
    return range(1 if FUZZ_SCALE is None else max(1, round(FUZZ_SCALE)))
