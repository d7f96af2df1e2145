"""Relief and its entry: the length is undone by typing, and a time may have been put right."""

from bot.database.models import Cramp, EntryChange, Relief
from tests.features.cramps.entries import counted, logged, only_row
from tests.features.relief.test_flow import passes
from tests.support.harness import Harness


async def test_a_typed_undo_takes_the_length_back_and_keeps_the_cramp(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Relief")
    await passes(harness, minutes=4)
    await ann.taps("It let go")
    assert (await only_row(harness)).duration == "1_5min"
    await ann.says("undo")
    row = await only_row(harness)
    assert (row.duration, row.deleted_at) == (None, None)
    await ann.says("undo")
    assert (await only_row(harness)).deleted_at is None  # the cramp itself is asked about
    assert ann.last.buttons[0] == "Remove entry"


async def test_a_length_that_its_button_took_back_is_not_undone_again(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Relief")
    await passes(harness, minutes=4)
    await ann.taps("It let go")
    await ann.taps("Undo: 1 to 5 min")
    (change,) = await harness.rows(EntryChange)
    assert change.undone
    await ann.taps("It let go")
    await ann.says("undo")
    row = await only_row(harness)
    assert (row.duration, row.deleted_at) == (None, None)


async def test_the_card_of_a_cramp_that_was_put_right_is_about_that_cramp(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    card = ann.last
    await ann.says("2:55 not 3:12")
    row = await only_row(harness)
    await ann.taps("Relief", card)
    (relief,) = await harness.rows(Relief)
    assert (relief.entry_id, relief.started_at) == (row.id, row.occurred_at)
    await passes(harness, minutes=4)
    await ann.taps("It let go", ann.with_button("It let go"))
    assert ann.last.words == "It let go.\nHow long did it last?"
    await ann.taps("Over 10 min")
    assert (await only_row(harness)).duration == "gt_10min"


async def test_the_card_of_an_older_cramp_is_about_another_one(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    await ann.says("23:55 not 3:12")
    await ann.taps("Relief", card)
    (relief,) = await harness.rows(Relief)
    assert relief.entry_id is None
    assert len(await counted(harness, ann)) == len(await harness.rows(Cramp)) == 1
