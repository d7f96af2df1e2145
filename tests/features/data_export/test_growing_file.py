"""What a call of the worker process writes is there once, also when the call is made twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.features.data_export import export_files
from bot.features.data_export.export_files import Slice
from bot.features.data_export.growing_file import length, opened_at
from bot.i18n.translator import translator

TR = translator("en")
NO_ROWS = [Slice("entries", [], is_first=True, is_last=True)]


def begin(path: Path) -> None:
    path.write_bytes(b"head\n")


@pytest.mark.parametrize("left_over", [b"", b"ha", b"whole row\n", b"whole row\nand more"])
def test_a_second_attempt_replaces_what_the_first_one_wrote(
    tmp_path: Path, left_over: bytes
) -> None:
    path = tmp_path / "file"
    begin(path)
    size = length(path)
    path.write_bytes(path.read_bytes() + left_over)
    with opened_at(path, size) as file:
        file.write(b"whole row\n")
    assert path.read_bytes() == b"head\nwhole row\n"


@pytest.mark.parametrize(
    "call",
    [
        lambda path, size: export_files.append(path, size, "json", TR, NO_ROWS),
        lambda path, size: export_files.end(path, size, "json"),
        lambda path, size: export_files.end(path, size, "ics"),
    ],
)
def test_calls_made_twice(tmp_path: Path, call: Callable[[Path, int], None]) -> None:
    path = tmp_path / "file"
    begin(path)
    size = length(path)
    call(path, size)
    once = path.read_bytes()
    assert len(once) > size
    call(path, size)
    assert path.read_bytes() == once
