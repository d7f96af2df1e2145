"""The first answer to a tap: what it learns from the diary, typed details, its later line."""

from datetime import UTC, datetime, timedelta

from bot.database.models import Cramp
from tests.features.cramps.entries import AT_NIGHT, LOG, again, logged, only_row, own
from tests.support.harness import Harness, Someone

NOON = datetime(2027, 1, 14, 11, tzinfo=UTC)
"""In Berlin: the end of the night of ``AT_NIGHT``."""
TOLD = ("side", "site", "intensity", "woke_me")


def told(row: Cramp) -> dict[str, object]:
    return {name: getattr(row, name) for name in TOLD}


async def some_nights(harness: Harness, ann: Someone, count: int) -> None:
    """Log one more cramp in each of the following nights."""
    for _ in range(count):
        harness.clock.advance(timedelta(days=1))
        await ann.presses(LOG)


async def test_the_usual_place_is_offered_as_one_chip(harness: Harness) -> None:
    ann = await logged(harness)
    for night in range(3):
        assert "Left calf again" not in ann.last.buttons
        if night == 1:
            await ann.forges(f"cramps:place:{(await harness.rows(Cramp))[-1].id}:right:toes")
        else:
            for label in ("More…", "Left calf"):
                await ann.taps(label)
        await some_nights(harness, ann, 1)
    card = ann.last
    assert len(card.buttons) == 9
    await ann.taps("Left calf again")
    await ann.taps("• Left calf")  # a second tap on a slow phone
    row = (await harness.rows(Cramp))[-1]
    assert (row.side, row.site) == ("left", "calf")
    assert len(card.buttons) == 9
    assert "left calf" in card.words
    assert "Undo: left calf" in card.buttons


async def test_typed_details_are_stored_as_those_of_chips(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    await ann.says("left calf, 7, woke me")
    typed = told(await only_row(harness))
    assert typed == dict(zip(TOLD, ("left", "calf", 7, "yes"), strict=True))
    assert "left calf · strength 7 · woke me" in card.words
    assert (
        ann.last.words == "Cramp logged: 03:12, Wednesday night · left calf · strength 7 · woke me"
    )
    await again(harness, ann, own(ann))
    assert told(await only_row(harness)) == typed

    await some_nights(harness, ann, 1)
    for label in ("More…", "Left calf", "7", "Woke me"):
        await ann.taps(label)
    assert told((await harness.rows(Cramp))[-1]) == typed


async def test_typed_details_are_undone_and_a_foot_is_asked_about(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("left foot, 7")
    assert told(await only_row(harness)) == dict(zip(TOLD, ("left", "foot", 7, None), strict=True))
    said = ann.last
    assert said.buttons[:2] == ["Sole of foot", "Toes"]
    undo = next(label for label in said.buttons if label.startswith("Undo: "))
    await ann.taps(undo, said)
    assert told(await only_row(harness)) == dict.fromkeys(TOLD)


async def test_details_typed_without_an_entry_are_not_understood(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(hours=2))
    await ann.says("left calf, 7")
    assert told(await only_row(harness)) == dict.fromkeys(TOLD)


async def test_an_older_card_keeps_one_button(harness: Harness) -> None:
    ann = await logged(harness)
    cards = [ann.last]
    await ann.taps("8")
    for _ in range(3):
        edits = len(harness.telegram.calls_of("editMessageText"))
        await some_nights(harness, ann, 1)
        cards.append(ann.last)
        assert len(harness.telegram.calls_of("editMessageText")) == edits + 1  # no more than one
    assert [len(card.buttons) for card in cards] == [1, 1, 1, 9]
    assert cards[0].words == "Cramp logged: 03:12, Wednesday night · strength 8"
    assert cards[0].buttons == ["✏️ Change"]
    edits = len(harness.telegram.calls_of("editMessageText"))
    await again(harness, ann, own(ann))  # the same update once more
    await ann.presses(LOG)  # the same cramp once more
    assert len(harness.telegram.calls_of("editMessageText")) == edits


async def test_a_note_on_an_older_entry_leaves_its_card_with_one_button(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    await some_nights(harness, ann, 1)
    harness.telegram.reply(ann.telegram_person, card.id, "after a long walk")
    await harness.settled()
    assert card.words == "Cramp logged: 03:12, Wednesday night\nafter a long walk"
    assert card.buttons == ["✏️ Change"]


async def test_buttons_of_earlier_versions_still_work(harness: Harness) -> None:
    """Cards of the versions before had these buttons, and they stay in the chat."""
    ann = await logged(harness)
    row = await only_row(harness)
    for data, column, value in (
        ("set:{}:woke:unsure", "woke_me", "unsure"),
        ("set:{}:strength:7", "intensity", 7),
        ("set:{}:site:chest", "site", "chest"),
        ("set:{}:site:clear", "site", None),
        ("set:{}:side:left", "side", "left"),
        ("set:{}:duration:1_5min", "duration", "1_5min"),
        ("set:{}:back:not_again", "back_to_sleep", "not_again"),
        ("set:{}:helped:a_lot", "relief_helped", "a_lot"),
        ("many:{}:effect:weak:1", "after_effects", "weak"),
        ("many:{}:relief:walked:1", "relief_tried", "walked"),
        ("time:{}:last", "time_precision", "night_only"),
    ):
        await ann.forges(f"cramps:{data.format(row.id)}", ann.with_button("More…"))
        assert getattr(await only_row(harness), column) == value, data
        await ann.forges(f"cramps:open:{row.id}:first")
    for name in (
        "first",
        "more",
        "rest",
        "othersite",
        "closed",
        "site",
        "side",
        "strength",
        "woke",
    ):
        await ann.forges(f"cramps:open:{row.id}:{name}")
        assert "strength 7" in ann.last.words, name


async def test_a_card_is_reduced_when_its_night_ends(harness: Harness) -> None:
    """By the leader, once, without a further cramp; it was used last long before."""
    ann = await logged(harness)
    card = ann.last
    await ann.taps("8")
    await harness.live_until(NOON - timedelta(minutes=1))
    assert len(card.buttons) > 2
    await harness.live_until(NOON + timedelta(minutes=1))
    assert card.words == "Cramp logged: 03:12, Wednesday night · strength 8"
    assert card.buttons == ["✏️ Change"]
    assert (await only_row(harness)).tidy_at is None
    edits = len(harness.telegram.calls_of("editMessageText"))
    await some_nights(harness, ann, 1)
    assert len(harness.telegram.calls_of("editMessageText")) == edits


async def test_a_card_that_is_used_keeps_its_buttons_for_an_hour(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    await harness.live_until(NOON + timedelta(hours=1))
    await ann.taps("✏️ Change", card)
    await harness.live_until(NOON + timedelta(hours=1, minutes=50))
    await ann.taps("9", card)
    await harness.live_until(NOON + timedelta(hours=2, minutes=45))
    assert len(card.buttons) > 2
    await harness.live_until(NOON + timedelta(hours=2, minutes=55))
    assert card.buttons == ["✏️ Change"]
    assert "strength 9" in card.words


async def test_a_card_that_is_gone_or_removed_is_let_go(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    await ann.taps("Undo", card)
    words = card.words
    await harness.live_until(NOON + timedelta(minutes=1))
    assert card.words == words
    assert (await only_row(harness)).tidy_at is None


async def test_a_refused_reduction_is_tried_again(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    harness.telegram.faults.set("too_many_requests", method="editMessageText", retry_after=5)
    await harness.live_until(NOON + timedelta(seconds=30))
    harness.telegram.faults.clear("too_many_requests")
    assert len(card.buttons) > 2
    await harness.live_until(NOON + timedelta(minutes=5))
    assert card.buttons == ["✏️ Change"]
