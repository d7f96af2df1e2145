"""Two people open one link at the same time: one is asked about, the other one is refused."""

from datetime import timedelta

from bot.database.models import Caregiver
from tests.features.caregivers.test_flow import link_of
from tests.support.harness import Harness

ROUNDS = 12
STEP = timedelta(minutes=2)
"""Between two rounds, so that no rate limit is met."""


async def test_only_one_of_two_who_accept_at_once_is_asked_about(postgres_url: str) -> None:
    """On PostgreSQL their updates are handled side by side, on connections of their own."""
    async with Harness.open(postgres_url) as harness:
        ann = await harness.set_up_person("Ann")
        both = [await harness.person("Bea"), await harness.person("Cy")]
        for number in range(ROUNDS):
            code = await link_of(ann)
            for one in both:
                await one.says(f"/start {code}")
            for one in both[:: 1 if number % 2 else -1]:
                harness.telegram.tap(one.telegram_person, one.last.id, "Yes, I will help")
            await harness.settled()
            (row,) = await harness.rows(Caregiver)
            (asked,) = (one for one in both if one.id == row.asked_id)
            (other,) = (one for one in both if one is not asked)
            assert asked.last.words.startswith("🤝 Thank you."), number
            assert other.last.words.startswith("This invitation is no longer valid"), number
            name = asked.telegram_person.first_name
            assert ann.last.words.startswith(f"🤝 {name} (@"), number
            assert row.caregiver_id is None, "nobody helps before Ann says so"
            await ann.taps("No")
            harness.clock.set(harness.clock.now() + STEP)
