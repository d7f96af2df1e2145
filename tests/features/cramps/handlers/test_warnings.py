"""Warning signs of one entry, and the cards about them."""

from datetime import timedelta

import pytest

from bot.database.models import FlagHit
from tests.features.cramps.entries import AT_NIGHT, LOG, heard, logged, only_row
from tests.support.harness import Harness

URGENT = "Get checked today: a doctor"
SOON = "Numb or tingling skin that comes back: ask a doctor within two weeks."
EMERGENCY = "Call 112 now"
SIDE = "Which side is swollen, warm or red?"


TYPE = ("Note, count…",)


@pytest.mark.parametrize(
    ("path", "card"),
    [
        (("10+ min",), URGENT),
        (("Afterwards…", "Weak"), URGENT),
        (("Afterwards…", "Swollen"), URGENT),
        (("Afterwards…", "Warm or red"), URGENT),
        (("Afterwards…", "Numb, tingling"), SOON),
        (("Elsewhere…", "Chest"), EMERGENCY),
        (("Elsewhere…", "Arm"), URGENT),
        (("Elsewhere…", "Belly"), URGENT),
        ((*TYPE, "Other pain", "Chest"), EMERGENCY),
        ((*TYPE, "Other pain", "Calf", "Over 10 min"), URGENT),
        (
            (
                "Note, count…",
                "Other pain",
                "Calf",
                "1 to 5 min",
                "Walking",
                "Swollen",
            ),
            URGENT,
        ),
        (
            (
                "Note, count…",
                "Other pain",
                "Back",
                "1 to 5 min",
                "Asleep",
                "Weak",
            ),
            URGENT,
        ),
        ((*TYPE, "Twitch", "1 to 3 days", "No", "Weak"), URGENT),
        ((*TYPE, "Twitch", "1 to 3 days", "No", "Stiff"), URGENT),
    ],
)
async def test_a_warning_sign_shows_its_card_at_once_and_once(
    harness: Harness, path: tuple[str, ...], card: str
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", *path):
        await ann.taps(label, message)
    asks = path[-1] in {"Swollen", "Warm or red"}
    assert (ann.last.words == SIDE) is asks
    shown = ann.bot_messages[-2 if asks else -1]
    assert shown.words.startswith(card)
    assert shown.silent
    count = heard(ann, card)
    row = await only_row(harness)
    await ann.forges(f"cramps:set:{row.id}:strength:5", message)
    await ann.forges(f"cramps:set:{row.id}:duration:{row.duration or 'lt_1min'}", message)
    assert heard(ann, card) == count == 1


async def test_the_side_is_asked_with_a_swollen_leg_unless_it_was_told(harness: Harness) -> None:
    ann = await logged(harness)
    message, row = ann.last, await only_row(harness)
    await ann.forges(f"cramps:many:{row.id}:effect:swollen:1", message)
    assert ann.last.words == SIDE
    await ann.taps("Left")
    assert (await only_row(harness)).side == "left"
    assert "left" in message.words
    await ann.forges(f"cramps:many:{row.id}:effect:swollen:0", message)
    await ann.forges(f"cramps:many:{row.id}:effect:warm_or_red:1", message)
    assert (heard(ann, SIDE), heard(ann, URGENT)) == (0, 2), "the question became the entry's card"


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (
            "Twitch",
            [
                ("How long has it been going on?", "Over 2 weeks"),
                ("Does it twitch in other places too?", "Not sure"),
                ("Is it weak or stiff there?", "Not sure"),
                ("Does it tingle there?", "Yes"),
            ],
        ),
        (
            "Other pain",
            [
                ("Where", "Calf"),
                ("How long", "Not sure"),
                ("What were you doing?", "Walking"),
                ("What came afterwards? Tap all that apply.", None),
            ],
        ),
    ],
)
async def test_what_may_be_dangerous_is_asked_one_after_the_other(
    harness: Harness, kind: str, asked: list[tuple[str, str | None]]
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "Note, count…", kind):
        await ann.taps(label, message)
    for question, answer in asked:
        assert message.words.endswith(question)
        if answer is not None:
            await ann.taps(answer, message)
    await ann.taps("◀ Back" if kind == "Other pain" else "Done", message)
    row = await only_row(harness)
    if kind == "Twitch":
        told = (row.twitch_days, row.twitch_elsewhere, row.twitch_weak_or_stiff)
        assert (*told, row.twitch_tingling) == ("gt_14days", "unsure", "unsure", "yes")
    else:
        assert (row.site, row.duration, row.context) == ("calf", "unsure", "walking")


async def test_a_more_serious_sign_shows_its_card_after_a_milder_one(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "Afterwards…", "Numb, tingling"):
        await ann.taps(label, message)
    assert ann.last.words.startswith(SOON)
    await ann.taps("Weak", message)
    assert ann.last.words.startswith(URGENT)


@pytest.mark.parametrize("label", ["Sore next day", "None of these"])
async def test_other_after_effects_show_no_card(harness: Harness, label: str) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", "Afterwards…", label):
        await ann.taps(step, message)
    assert ann.last.id == message.id


async def test_a_twitch_in_the_arm_shows_no_card(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in (
        *(
            "More…",
            "Note, count…",
            "Twitch",
            "◀ Back",
            "Where",
        ),
        "Arm",
    ):
        await ann.taps(step, message)
    assert (await only_row(harness)).site == "arm"
    assert ann.last.id == message.id


async def test_relief_and_the_warning_signs_are_two_taps_away(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Relief")
    assert ann.last.words.startswith("Pull your foot toward you")
    assert ann.last.silent
    await ann.taps("Warning signs")
    card = ann.last
    assert card.words.startswith("Call 112 now")
    await ann.taps("Check today")
    assert card.words.startswith(URGENT)
    assert ann.last.id == card.id


async def stored_rules(harness: Harness) -> list[str]:
    """The rules of hits that stand."""
    return [hit.rule for hit in await harness.rows(FlagHit) if hit.withdrawn_at is None]


async def test_a_sign_ticked_by_mistake_is_withdrawn(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "Afterwards…", "Swollen"):
        await ann.taps(label, message)
    assert await stored_rules(harness) == ["P11", "one_leg"]
    await ann.taps("• Swollen", message)
    assert await stored_rules(harness) == []


async def test_the_sign_of_a_removed_entry_is_withdrawn_until_it_is_put_back(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "10+ min", "◀ Back", "Undo"):
        await ann.taps(label, message)
    assert await stored_rules(harness) == []
    await ann.taps("Undo", message)
    assert await stored_rules(harness) == ["P11"]


async def test_a_sign_that_another_entry_meets_stays(harness: Harness) -> None:
    ann = await logged(harness)
    first = ann.last
    for label in ("More…", "10+ min"):
        await ann.taps(label, first)
    harness.clock.set(AT_NIGHT + timedelta(minutes=30))
    await ann.presses(LOG)
    second = ann.last
    for label in ("More…", "Afterwards…", "Swollen", "• Swollen"):
        await ann.taps(label, second)
    assert await stored_rules(harness) == ["P11"]
