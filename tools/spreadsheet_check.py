"""Opens exported tables in LibreOffice and looks for formulas, in many settings of its import.

    python -m tools.spreadsheet_check

needs ``soffice`` (Debian: libreoffice-calc-nogui, about 300 MB, so no part of ``make test``).
Every hostile note is in an exported table, which is opened with each separator, each sign that may
enclose a text, in English and in German, with formulas evaluated. A table without our guard is
opened, too: if LibreOffice finds no formula in that one, the check itself does not work.
"""

import itertools
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.features.data_export.files import BOM, GUARD, csv_head, csv_rows
from bot.features.data_export.schema_entries import Entry

FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1;1)", "＝1+1", '=HYPERLINK("http://x.example";"y")')
BEFORE = (
    "",
    ";",
    "a;",
    "a,",
    "a\t",
    "a\n",
    "a\r\n",
    'a"',
    'a";',
    "a'",
    "a';",
    "a |",
    "a ",
    "\u200b",
)
SEPARATORS = {"comma": "44", "semicolon": "59", "tab": "9", "space": "32", "all": "44/59/9/32/124"}
ENCLOSED_BY = {"quotation mark": "34", "apostrophe": "39"}
LANGUAGES = {"English": "1033", "German": "1031"}
UTF_8 = "76"
FORMULA = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}formula"
TIMEOUT_SECONDS = 120


def hostile_notes() -> list[str]:
    """Formulas at the beginning of a note, and behind everything at which a program may split."""
    return [f"{before}{formula}" for before, formula in itertools.product(BEFORE, FORMULAS)]


def table(notes: list[str]) -> bytes:
    """An exported table with these notes."""
    at = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)
    entries = [
        Entry(
            uid=f"{number:032x}",
            occurred_at=at,
            entered_at=at,
            time_zone="Europe/Berlin",
            night_on=date(2027, 1, 12),
            note=note,
        )
        for number, note in enumerate(notes)
    ]
    return csv_head() + csv_rows(entries)


def formulas_in(path: Path, separators: str, enclosed_by: str, language: str) -> list[str]:
    """The formulas that LibreOffice finds in a table."""
    # Tokens of its CSV filter: the 13th is whether formulas are evaluated. See "CSV Filter
    # Parameters" in the help of LibreOffice.
    tokens = [separators, enclosed_by, UTF_8, "1", "", language, "false", "true", *[""] * 4, "true"]
    command = ["soffice", "--headless", f"--infilter=CSV:{','.join(tokens)}"]
    command += ["--convert-to", "fods", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_SECONDS)  # noqa: S603
    tree = ElementTree.parse(path.with_suffix(".fods"))  # noqa: S314 - written by LibreOffice
    return [cell.attrib[FORMULA] for cell in tree.iter() if FORMULA in cell.attrib]


def main() -> int:
    """Check all settings; returns 1 if a formula was found, or none in the table without guard."""
    guarded = table(hostile_notes())
    unguarded = (BOM + guarded.decode().removeprefix(BOM).replace(GUARD, "")).encode()
    failed = False
    with TemporaryDirectory() as folder:
        for (separator, one), (quote, two), (language, three) in itertools.product(
            SEPARATORS.items(), ENCLOSED_BY.items(), LANGUAGES.items()
        ):
            counts = []
            for name, content in (("guarded", guarded), ("unguarded", unguarded)):
                path = Path(folder) / f"{name}.csv"
                path.write_bytes(content)
                found = formulas_in(path, one, two, three)
                counts.append(len(found))
                if name == "guarded" and found:
                    print(*found[:5], sep="\n")
            failed |= counts[0] > 0 or counts[1] == 0
            print(f"{separator}, {quote}, {language}: {counts[0]} formulas, {counts[1]} unguarded")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
