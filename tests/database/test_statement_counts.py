"""How many statements the updates cost that used to cost the most."""

from datetime import timedelta

import pytest

from bot.database.models import Cramp, WeeklySummary
from tests.support.diaries import PEOPLE, make_diary, store
from tests.support.harness import Harness, Someone
from tests.support.statements import Statements

ANN = 5_000_000_001
SUMMARIES = 6
"""The summaries that count a night of five weeks ago, in their week or in their trend."""


@pytest.fixture
async def ann(harness: Harness) -> Someone:
    """A person with a year of diary, who has six summaries."""
    await store(harness.database, make_diary(PEOPLE[1], ANN, seed=3))
    ann = Someone(harness, harness.telegram.add_person("Ann", user_id=ANN))
    await ann.says("/history")
    await harness.app.jobs.run_maintenance()  # its work on the year must not be counted
    now = harness.clock.now()
    sunday = now.date() - timedelta(days=(now.weekday() + 1) % 7)
    async with harness.database.transaction() as session:
        session.add_all(
            WeeklySummary(
                user_id=ANN,
                week_on=sunday - timedelta(weeks=weeks),
                figures={},
                caption="",
                created_at=now,
                updated_at=now,
            )
            for weeks in range(SUMMARIES)
        )
    return ann


async def test_a_cramp_of_five_weeks_ago_costs_few_statements(
    harness: Harness, ann: Someone
) -> None:
    """Each of the six summaries is counted and stored anew."""
    before = len(await harness.rows(Cramp))
    with Statements.recorded() as statements:
        await ann.forges("history:add:20261209:1")
    assert len(await harness.rows(Cramp)) == before + 1
    weeks = [row for row in await harness.rows(WeeklySummary) if row.figures]
    assert len(weeks) == SUMMARIES
    assert statements.count < 42


async def test_an_update_costs_few_statements(ann: Someone) -> None:
    """Bounds are a few statements above what it costs, not what it must cost."""
    for said, most in (
        ("🦵 Log cramp", 24),
        ("what is the meaning of this?", 4),
        ("/summary", 21),
        ("/report", 38),
        ("/reminders", 6),
        ("remind me every day at 9pm to buy bread", 11),
        ("/history", 13),
    ):
        with Statements.recorded() as statements:
            await ann.says(said)
        assert 0 < statements.count <= most, f"{said}: {statements.count}"
