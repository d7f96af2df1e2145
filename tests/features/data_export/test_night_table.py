"""The table with one row a night: in words, for spreadsheets, and the same however it is sliced."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest

from bot.database.engine import Database
from bot.database.models import LogAddress, User
from bot.features.data_export import night_table
from bot.features.data_export.files import BOM, escaped_cell
from bot.features.data_export.night_queries import EVERYBODYS, columns_of, nights_told
from bot.features.data_export.night_table import Columns
from bot.features.diary.facts import CrampFact, ExposureFact, Facts, HabitFact, NightFact
from bot.features.diary.queries import facts_between
from bot.i18n.translator import available_languages, translator
from tests.features.data_export.samples import ANN, NOW, exported, fill
from tests.support.harness import Harness, Someone

FIRST = date(2027, 1, 11)
COLUMNS = Columns(("stretch_done", "caffeine_after_cutoff"), ("hot_day",))
FACTS = Facts(
    cramps=(
        CrampFact(
            datetime(2027, 1, 12, 3, 12),
            FIRST,
            intensity=7,
            site="calf",
            side="left",
            woke_me="yes",
            duration="1_5min",
            relief_tried=frozenset(("stretched", "heat")),
            note="=HYPERLINK(evil)",
        ),
        CrampFact(
            datetime(2027, 1, 12, 4, 40),
            FIRST,
            intensity=4,
            site="calf",
            time_precision="about",
            count=4,
        ),
        CrampFact(datetime(2027, 1, 12, 5, 0), FIRST, event_type="twitch", note="eyelid"),
        CrampFact(
            datetime(2027, 1, 15, 3, 0), FIRST + timedelta(days=3), time_precision="night_only"
        ),
    ),
    checks=(NightFact(FIRST + timedelta(days=1), "none_last_night", 2),),
    habits=(
        HabitFact(FIRST, "stretch_done", True),
        HabitFact(FIRST + timedelta(days=1), "stretch_done", False),
    ),
    exposures=(ExposureFact(FIRST + timedelta(days=2), "hot_day", True),),
)


def table(language: str, facts: Facts = FACTS, columns: Columns = COLUMNS) -> list[list[str]]:
    tr = translator(language)
    last_on = FIRST + timedelta(days=3)
    content = night_table.head(tr, columns) + night_table.rows(tr, columns, facts, FIRST, last_on)
    text = content.decode()
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_a_row_a_night_in_words() -> None:
    head, first, second, third, fourth = table("en")
    assert head == [
        *("Night of", "Weekday", "What is known", "Cramps, at least", "Times"),
        *("Strongest, 0 to 10", "Where", "Which side", "Woke me?", "How long", "What I tried"),
        *("Afterwards", "Other than cramps", "Sleep, 0 best to 10 worst"),
        *("Stretched", "Late caffeine", "Hot day", "Notes"),
    ]
    named = dict(zip(head, first, strict=True))
    assert named["Night of"] == "2027-01-11"
    assert named["Weekday"] == "Monday"
    assert named["What is known"] == "cramps"
    assert named["Cramps, at least"] == "5"
    assert named["Times"] == "03:12; about 04:40"
    assert named["Strongest, 0 to 10"] == "7"
    assert (named["Where"], named["Which side"]) == ("Calf", "Left")
    assert (named["Woke me?"], named["How long"]) == ("Woke me", "1 to 5 min")
    assert named["Other than cramps"] == "Twitch"
    assert (named["Stretched"], named["Late caffeine"]) == ("Yes", "")
    assert named["Notes"] == "’=HYPERLINK(evil); eyelid"
    named = dict(zip(head, second, strict=True))
    assert (named["What is known"], named["Cramps, at least"]) == ("no cramps", "0")
    assert (named["Sleep, 0 best to 10 worst"], named["Stretched"]) == ("2", "No")
    named = dict(zip(head, third, strict=True))
    assert (named["What is known"], named["Cramps, at least"]) == ("no entry", "")
    assert named["Hot day"] == "Yes"
    named = dict(zip(head, fourth, strict=True))
    assert (named["Cramps, at least"], named["Times"]) == ("1", "")


@pytest.mark.parametrize("language", available_languages())
def test_no_language_has_codes_or_formulas(language: str) -> None:
    rows = table(language)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(rows[0]), "every column has a name"
    assert len(set(rows[0])) == len(rows[0])
    for cell in (cell for row in rows for cell in row):
        assert "_" not in cell
        assert cell == escaped_cell(cell)
    if language == "de":
        assert rows[0][:3] == ["Nacht des", "Wochentag", "Was bekannt ist"]
        assert rows[1][1:3] == ["Montag", "Krämpfe"]


async def test_spans_make_the_same_table_as_the_whole(database: Database) -> None:
    """It is read and written in spans; nothing is lost or doubled at their ends."""
    await fill(database, 1, nights=70)
    tr = translator("en")
    async with database.transaction() as session:
        columns, told = await columns_of(session, ANN), await nights_told(session, ANN)
        assert told is not None
        assert set(columns.habits) >= set(EVERYBODYS)
        assert columns.exposures == ("hot_day",)
        whole = await facts_between(session, ANN, *told)
        parts = b""
        first_on = told[0]
        while first_on <= told[1]:
            last_on = min(first_on + timedelta(days=27), told[1])
            facts = await facts_between(session, ANN, first_on, last_on)
            parts += night_table.rows(tr, columns, facts, first_on, last_on)
            first_on = last_on + timedelta(days=1)
    assert parts == night_table.rows(tr, columns, whole, *told)
    assert len(parts.splitlines()) >= (told[1] - told[0]).days + 1


async def test_the_table_of_nights_is_sent(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", language="de")
    await ann.presses("🦵 Krampf eintragen")
    await harness.live_for(timedelta(days=2))
    await ann.says("/export")
    await ann.taps("Nächte (CSV)")
    assert (ann.last.words, ann.last.file is not None) == (
        "Deine Nächte als Tabelle, eine Zeile für jede Nacht.",
        True,
    )
    head, *nights = rows_in(ann)
    assert head[0] == "Nacht des"
    assert [row[0] for row in nights] == ["2027-01-13", "2027-01-14"], "up to the last that is over"
    assert [row[2] for row in nights] == ["Krämpfe", "kein Eintrag"]


async def test_a_diary_without_a_word_has_a_table_without_rows(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/export")
    await ann.taps("Nights (CSV)")
    assert [row[0] for row in rows_in(ann)] == ["Night of"]


def rows_in(ann: Someone) -> list[list[str]]:
    assert ann.last.file is not None
    assert ann.last.file.name.startswith("calmcalf-nights-2027-01-1")
    text = ann.last.file.content.decode().removeprefix(BOM)
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_the_complete_file_says_when_an_address_was_made(database: Database) -> None:
    await fill(database, 1, nights=1)
    assert (await exported(database)).log_address is None
    async with database.transaction() as session:
        await session.get_one(User, ANN)
        session.add(LogAddress(user_id=ANN, token_hash="secret", made_at=NOW))
    diary = await exported(database)
    assert diary.log_address is not None
    assert diary.log_address.made_at == NOW
    assert "secret" not in diary.model_dump_json()
