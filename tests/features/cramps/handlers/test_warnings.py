"""Warning signs of one entry, and the cards about them."""

from datetime import timedelta

import pytest

from bot.database.models import FlagHit
from tests.features.cramps.entries import AT_NIGHT, LOG, heard, logged, only_row
from tests.support.harness import Harness

URGENT = "Get checked today: a doctor"
SOON = "Ask a doctor in the next day or two"


@pytest.mark.parametrize(
    ("path", "card"),
    [
        (("How long", "Over 10 min"), URGENT),
        (("Afterwards", "Weak"), URGENT),
        (("Afterwards", "Swollen"), URGENT),
        (("Afterwards", "Warm or red"), URGENT),
        (("Afterwards", "Numb, tingling"), SOON),
        (("Where", "Elsewhere…", "Chest"), URGENT),
    ],
)
async def test_a_warning_sign_shows_its_card_at_once_and_once(
    harness: Harness, path: tuple[str, ...], card: str
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", *path):
        await ann.taps(label, message)
    assert ann.last.words.startswith(card)
    assert ann.last.silent
    count = heard(ann, card)
    row = await only_row(harness)
    await ann.forges(f"cramps:set:{row.id}:strength:5", message)
    await ann.forges(f"cramps:set:{row.id}:duration:{row.duration or 'lt_1min'}", message)
    assert heard(ann, card) == count == 1


async def test_a_card_that_was_not_delivered_comes_once_with_the_next_change(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    message, row = ann.last, await only_row(harness)
    harness.telegram.faults.set("server_error", method="sendMessage", times=1)
    await ann.forges(f"cramps:set:{row.id}:duration:gt_10min", message)
    assert (heard(ann, URGENT), [hit.shown for hit in await harness.rows(FlagHit)]) == (0, [False])
    for strength in (5, 6):
        await ann.forges(f"cramps:set:{row.id}:strength:{strength}", message)
        assert heard(ann, URGENT) == 1
        assert [hit.shown for hit in await harness.rows(FlagHit)] == [True]


async def test_a_more_serious_sign_shows_its_card_after_a_milder_one(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "Afterwards", "Numb, tingling"):
        await ann.taps(label, message)
    assert ann.last.words.startswith(SOON)
    await ann.taps("Weak", message)
    assert ann.last.words.startswith(URGENT)


@pytest.mark.parametrize("label", ["Sore next day", "None of these"])
async def test_other_after_effects_show_no_card(harness: Harness, label: str) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", "Afterwards", label):
        await ann.taps(step, message)
    assert ann.last.id == message.id


async def test_a_twitch_in_the_arm_shows_no_card(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", "Cramp or twitch", "Twitch", "Where", "Elsewhere…", "Arm"):
        await ann.taps(step, message)
    assert (await only_row(harness)).site == "arm"
    assert ann.last.id == message.id


async def test_relief_and_the_warning_signs_are_two_taps_away(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Relief")
    assert ann.last.words.startswith("Right now")
    assert ann.last.silent
    await ann.taps("Warning signs")
    card = ann.last
    assert card.words.startswith("Call 112 now")
    await ann.taps("Get checked today")
    assert card.words.startswith(URGENT)
    assert ann.last.id == card.id


async def stored_rules(harness: Harness) -> list[str]:
    return [hit.rule for hit in await harness.rows(FlagHit)]


async def test_a_sign_ticked_by_mistake_is_withdrawn(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "Afterwards", "Swollen"):
        await ann.taps(label, message)
    assert await stored_rules(harness) == ["P11"]
    await ann.taps("• Swollen", message)
    assert await stored_rules(harness) == []


async def test_the_sign_of_a_removed_entry_is_withdrawn_until_it_is_put_back(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "How long", "Over 10 min", "Done", "Undo"):
        await ann.taps(label, message)
    assert await stored_rules(harness) == []
    await ann.taps("Put it back", message)
    assert await stored_rules(harness) == ["P11"]


async def test_a_sign_that_another_entry_meets_stays(harness: Harness) -> None:
    ann = await logged(harness)
    first = ann.last
    for label in ("More…", "How long", "Over 10 min"):
        await ann.taps(label, first)
    harness.clock.set(AT_NIGHT + timedelta(minutes=30))
    await ann.presses(LOG)
    second = ann.last
    for label in ("More…", "Afterwards", "Swollen", "• Swollen"):
        await ann.taps(label, second)
    assert await stored_rules(harness) == ["P11"]
