"""How long everything is kept: what the docs say is what the code does."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from bot.database import upgrade_copy
from bot.database.models import REMOVED_KEPT
from bot.features.caregivers.queries import INVITATION_LIFETIME
from bot.features.data_export.retention import DELIVERIES_KEPT
from bot.features.reminders.once_queries import KEPT_FOR
from bot.identity import refusals, revocations
from bot.operations.maintenance import CHANGES_KEPT, FAILED_UPDATES_KEPT, RELIEFS_KEPT
from bot.telegram.inbox import IDS_KEPT
from bot.telegram.job_rows import DAY, FAILED_KEPT, FINISHED_KEPT
from bot.telegram.late_rows import JOBS_KEPT, REPLIES_KEPT
from tests.features.data_export.test_everything_kept import DOCS, table_of
from tests.support.paths import ROOT

TERMS: dict[str, tuple[timedelta, ...]] = {
    "your diary, answers, reminders and settings": (),
    "each reminder that was sent, with your answer": (DELIVERIES_KEPT,),
    "a reminder that comes once": (KEPT_FOR,),
    "what you sent, as Telegram delivered it": (IDS_KEPT,),
    "answers that could not be sent": (REPLIES_KEPT,),
    "a message that made the bot fail": (FAILED_UPDATES_KEPT,),
    "what an entry was before you changed it": (CHANGES_KEPT,),
    "the content of an entry that you removed": (REMOVED_KEPT,),
    "a file or pages that you asked for and that could not be made yet": (JOBS_KEPT,),
    "that a file or pages were made": (FINISHED_KEPT, DAY),
    "that a file or pages could not be made": (FAILED_KEPT,),
    "what counts the minutes of a cramp": (RELIEFS_KEPT,),
    "an invitation of a helper": (INVITATION_LIFETIME,),
    "that a private bot turned you away": (refusals.KEPT,),
    "that you were erased, or took back your consent or gave it again: a keyed hash": (
        revocations.KEPT,
    ),
    "the copy that a new version makes of an SQLite file": (upgrade_copy.KEPT,),
    "logs": (),
}
"""What ``docs/privacy.md`` calls it → its terms in the code."""
RECORD: dict[str, tuple[timedelta, ...]] = {
    "deliveries": (DELIVERIES_KEPT,),
    "inbox": (IDS_KEPT,),
    "failed_updates": (FAILED_UPDATES_KEPT,),
    "entry_changes": (CHANGES_KEPT,),
    "jobs": (DAY, FAILED_KEPT),
    "reliefs": (RELIEFS_KEPT,),
    "strangers": (refusals.KEPT,),
    "revocations": (revocations.KEPT,),
}
"""Table → its terms, which the record of processing has to name."""
OF_NOBODY = {"bot/database/leases.py"}
"""Files with a term for what is not about people."""
WORDS = {
    timedelta(hours=1): "an hour",
    timedelta(hours=12): "12 hours",
    timedelta(days=1): "a day",
    timedelta(days=2): "two days",
    timedelta(days=7): "seven days",
}


def words_of(term: timedelta) -> str:
    return WORDS.get(term, f"{term.days} days")


def test_the_terms_in_the_docs_are_those_of_the_code() -> None:
    rows = dict(table_of(DOCS / "privacy.md", "## How long it is stored"))
    assert list(rows) == list(TERMS)
    for what, terms in TERMS.items():
        for term in terms:
            assert words_of(term) in rows[what], f"{what}: {words_of(term)} is not {rows[what]}"


@pytest.mark.parametrize("table", RECORD)
def test_the_record_of_processing_has_them_too(table: str) -> None:
    rows = table_of(DOCS / "data-protection" / "record-of-processing.md", "## Categories of data")
    (said,) = [how_long for _, tables, how_long in rows if f"`{table}`" in tables]
    said = said.replace("a week", "seven days")
    for term in RECORD[table]:
        assert words_of(term) in said, said


def test_no_term_of_the_code_is_forgotten() -> None:
    """Every constant that says for how long something is kept stands in :data:`TERMS`."""
    source = ast.parse(Path(__file__).read_text())
    used = {ast.unparse(node) for node in ast.walk(source) if isinstance(node, ast.Name)}
    used |= {ast.unparse(node) for node in ast.walk(source) if isinstance(node, ast.Attribute)}
    forgotten = []
    for file in sorted((ROOT / "bot").rglob("*.py")):
        if file.relative_to(ROOT).as_posix() in OF_NOBODY:
            continue
        for node in ast.parse(file.read_text()).body:
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                continue
            name = ast.unparse(node.targets[0])
            is_term = "KEPT" in name and ast.unparse(node.value.func) == "timedelta"
            if is_term and not used & {name, f"{file.stem}.{name}"}:
                forgotten.append(f"{file.name}: {name}")
    assert not forgotten
