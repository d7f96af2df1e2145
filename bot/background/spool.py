"""Pickled values in a file, written and read slice by slice, so that memory holds one slice only.

A job writes what it reads from the database, and the worker process reads the file.
"""

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def append(path: Path, value: Any) -> None:
    """Add a value at the end of a file, which is made if there is none."""
    with path.open("ab") as file:
        pickle.dump(value, file)


def read(path: Path) -> Iterator[Any]:
    """The values of a file in the order in which they were added; none if there is no file."""
    if not path.exists():
        return
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)  # noqa: S301 - written by our own process
