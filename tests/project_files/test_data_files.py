"""Every data file of the package can be read."""

import tomllib
from pathlib import Path

from tests.support.cases import check_each
from tests.support.paths import ROOT


def test_every_toml_file_can_be_read() -> None:
    def problem(path: Path) -> str | None:
        try:
            tomllib.loads((ROOT / path).read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            return f"{path}: {error}"
        return None

    check_each(sorted(one.relative_to(ROOT) for one in (ROOT / "bot").rglob("*.toml")), problem)
