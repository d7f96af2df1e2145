"""What a command imports before it does anything: to import everything takes over a second."""

import subprocess
import sys

import pytest

from tests.support.paths import ROOT

CODE = """
import sys
from bot.__main__ import main
try:
    code = main(sys.argv[1:])
except SystemExit as ended:
    code = ended.code
looked_for = {"alembic", "bot.app", "pydantic", "sqlalchemy", "telegram"}
print(code, *sorted(looked_for & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("arguments", "end"),
    [
        (["--version"], "0"),
        (["--help"], "0"),
        (["check", "--help"], "0"),
        (["unknown"], "2"),
        (["check"], "2 pydantic sqlalchemy"),
    ],
)
def test_answers_that_need_no_database_import_little(arguments: list[str], end: str) -> None:
    """The last case ends with a message about a wrong setting."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        cwd=ROOT,
        env={"LOG_LEVEL": "loud"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == end, done.stderr
