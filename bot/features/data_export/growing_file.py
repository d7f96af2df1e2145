"""Appends to a file in calls of the worker process, each of which may run twice.

A call whose process dies is retried, and the first attempt may have written some or all of its
bytes. So each call is told how long the file was before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def length(path: Path) -> int:
    """How many bytes a file has."""
    return path.stat().st_size


@contextmanager
def opened_at(path: Path, size: int) -> Iterator[BinaryIO]:
    """Open a file for writing after its first ``size`` bytes; what follows them is removed."""
    with path.open("r+b") as file:
        file.truncate(size)
        file.seek(size)
        yield file
