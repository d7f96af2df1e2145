"""The table "What happens when…" in docs/operating.md, whose rows are shown by tests."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from tests.support.paths import ROOT

TITLE = "## What happens when…"
QUOTED = re.compile(r"`([^`]+)`")
NOT_SAID = ("check --deep", "/readyz", "/status", "/broadcast", "stats", "replay", "DATABASE_URL")
"""What is quoted of the operator's column and is no line."""


class Row(NamedTuple):
    """One row of the table."""

    what: str
    people: str
    operator: str
    lost: str
    tests: str

    @property
    def lines(self) -> list[str]:
        """The lines that the operator sees; "…" stands for what differs."""
        return [line for line in QUOTED.findall(self.operator) if line not in NOT_SAID]


@cache
def rows() -> tuple[Row, ...]:
    page = (ROOT / "docs" / "operating.md").read_text().partition(TITLE)[2]
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return tuple(Row(*(part.strip() for part in line.split("|")[1:-1])) for line in lines[2:])


def assert_said(what: str, texts: Iterable[str], most: int | None = None) -> None:
    """Assert that the lines that a row promises are among these texts.

    Args:
        what: the first cell of the row.
        texts: what was logged, printed or sent.
        most: how often each line may be there; None: any number of times.
    """
    (row,) = (row for row in rows() if row.what == what)
    seen = list(texts)
    assert row.lines, f"{what}: no line is promised"
    for line in row.lines:
        wanted = re.compile(".*".join(re.escape(part) for part in line.split("…")))
        count = sum(bool(wanted.search(text)) for text in seen)
        assert count, f"nothing said {line!r}: {seen}"
        assert most is None or count <= most, f"{count} times {line!r}: {seen}"
