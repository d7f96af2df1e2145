"""Tables with a column for each rate of cramp nights, and the pages they are written into."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def head(rates: Sequence[float]) -> list[str]:
    """The two lines above the rows of a table.

    Args:
        rates: nights with cramps a week, one for each column.
    """
    return [
        "| cramp nights a week | " + " | ".join(f"{rate:g}" for rate in rates) + " |",
        "| --- |" + " --- |" * len(rates),
    ]


def row(name: str, shares: Sequence[float], digits: int = 1) -> str:
    """One row of shares (0 to 1), as percentages with so many digits after the point."""
    return f"| {name} | " + " | ".join(f"{100 * one:.{digits}f} %" for one in shares) + " |"


def put_between(path: Path, begin: str, end: str, text: str) -> None:
    """Replace what a file has between two marks.

    Raises:
        ValueError: the first mark does not stand there exactly once.
        IndexError: the second mark does not follow it.
    """
    before, rest = path.read_text(encoding="utf-8").split(begin)
    path.write_text(f"{before}{begin}{text}{end}{rest.split(end)[1]}", encoding="utf-8")


def run(
    description: str | None,
    tables: Callable[[int], str],
    diaries: int,
    place: tuple[Path, str, str],
) -> None:
    """Simulate as the command line asks, and write the tables into their page or print them.

    Args:
        description: what ``--help`` says.
        tables: makes the tables as Markdown, from so many diaries for each figure.
        diaries: how many there are unless the command line names another number.
        place: the page, and the marks between which the tables stand.
    """
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--diaries", type=int, default=diaries, help="diaries for each figure")
    options.add_argument("--print", action="store_true", help="print the tables only")
    chosen = options.parse_args()
    made = tables(chosen.diaries)
    if chosen.print:
        sys.stdout.write(f"{made}\n")
    else:
        put_between(*place, f"\n\n{made}\n\n")
