"""Writes a diary into a file, slice by slice, in the worker process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.features.data_export import files
from bot.features.data_export.growing_file import opened_at
from bot.features.data_export.schema import PARTS, DiaryFile
from bot.features.data_export.schema_kept import ReportItemRow
from bot.features.report.model import REPORT_ITEMS
from bot.features.report.rendering import draft_in
from bot.i18n.translator import Translator


@dataclass(frozen=True)
class Slice:
    """Some rows of a part of the file."""

    part: str
    values: Sequence[dict[str, Any]]
    is_first: bool
    is_last: bool


def parts_in(file_format: str) -> tuple[str, ...]:
    """The parts of a diary that a file of a format has."""
    return tuple(PARTS) if file_format == "json" else ("entries",)


def begin(path: Path, file_format: str, exported_at: datetime, head: dict[str, Any]) -> None:
    """Write what comes before the rows; ``head`` has the values of what is not a list."""
    match file_format:
        case "csv":
            content = files.csv_head()
        case "ics":
            content = files.calendar_head()
        case _:
            content = files.json_head(DiaryFile(exported_at=exported_at, **head))
    path.write_bytes(content)


def append(
    path: Path, size: int, file_format: str, tr: Translator, slices: Sequence[Slice]
) -> None:
    """Write rows after the first ``size`` bytes."""
    with opened_at(path, size) as file:
        for one in slices:
            row = PARTS[one.part]
            rows: list[Any] = [row(**values) for values in one.values]
            match file_format:
                case "csv":
                    file.write(files.csv_rows(rows))
                case "ics":
                    file.write(files.calendar_rows(tr, rows))
                case _:
                    file.write(
                        files.json_rows(one.part, rows, is_first=one.is_first, is_last=one.is_last)
                    )


def append_report_items(path: Path, size: int, folder: Path) -> None:
    """Write what the clinician's pages tell after the first ``size`` bytes.

    The draft of the report is in a folder.
    """
    told = draft_in(folder).report.told
    rows = [ReportItemRow(item=item, told=told[item].value) for item in REPORT_ITEMS]
    with opened_at(path, size) as file:
        file.write(files.json_rows("report_items", rows, is_first=True, is_last=True))


def end(path: Path, size: int, file_format: str) -> None:
    """Write what comes after the rows, which are the first ``size`` bytes."""
    tail = {"ics": files.CALENDAR_TAIL, "json": files.JSON_TAIL}.get(file_format, b"")
    with opened_at(path, size) as file:
        file.write(tail)
