"""Relief with the whole bot: with and without an entry, to its end and past ten minutes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.database.models import Cramp, FlagHit, Relief, User
from bot.features.relief import content, queries
from bot.features.relief.messages import Shown
from bot.sandbox.faults import Kind as FaultKind
from bot.telegram.message import Message
from tests.features.cramps.entries import AT_NIGHT, LOG, heard, logged, only_row, sleeper
from tests.support.harness import Harness, Someone
from tests.support.statements import Statements

RELIEF = "🦶 Relief"
CARD = "Get checked today: a doctor"


async def passes(harness: Harness, *, minutes: float = 0, seconds: float = 0) -> None:
    """Time goes by, and what is due is done."""
    passed = timedelta(minutes=minutes, seconds=seconds)
    if passed:
        harness.clock.set(harness.clock.now() + passed)
    await harness.app.reliefs.run_dry()
    await harness.settled()


async def helped(harness: Harness) -> Someone:
    """Somebody who has logged a cramp at 03:12 and tapped Relief."""
    ann = await logged(harness)
    await ann.taps("Relief")
    return ann


async def relief(harness: Harness) -> Relief:
    (row,) = await harness.rows(Relief)
    return row


async def test_an_entry_gets_its_length_by_a_tap_and_loses_it_by_another(harness: Harness) -> None:
    ann = await logged(harness)
    card = ann.last
    await passes(harness, seconds=20)
    await ann.taps("Relief")
    shown, picture = ann.last, ann.last.photo
    assert picture is not None
    assert shown.silent
    assert shown.words.startswith("Pull your foot toward you\nSit up or hold on to something.")
    assert shown.words.endswith("Has it let go? Since 03:12.")
    assert shown.buttons == ["It let go", "Not yet: next tip", "Lying down", "Warning signs"]
    await passes(harness, seconds=40)
    assert shown.words.endswith("Has it let go? 1 minute, since 03:12.")
    assert shown.photo == picture
    await ann.taps("Lying down")
    assert shown.words.startswith("Pull your foot toward you\nLeg straight.")
    assert shown.photo != picture
    await ann.taps("Not yet: next tip")
    assert shown.words.startswith("Loop a towel, then pull\nLie on your back")
    await passes(harness, minutes=2.5)
    assert "3 minutes, since 03:12." in shown.words
    await ann.taps("It let go")
    assert (await only_row(harness)).duration == "1_5min"
    assert "1 to 5 min" in card.words
    assert shown not in ann.messages
    assert ann.last.words == (
        "It let go after 3 minutes.\nNoted for 03:12, Wednesday night: 1 to 5 min."
    )
    said = ann.last
    await ann.taps("Undo: 1 to 5 min")
    assert (await only_row(harness)).duration is None
    assert "1 to 5 min" not in card.words
    assert said not in ann.messages
    assert ann.last.words.startswith("Loop a towel, then pull")
    assert (await relief(harness)).ended_at is None
    await ann.taps("It let go")
    assert (await only_row(harness)).duration == "1_5min"


async def test_the_words_of_its_buttons_can_be_typed(harness: Harness) -> None:
    ann = await helped(harness)
    for text, begins in (
        ("not yet", "Loop a towel, then pull\nCannot reach?"),
        ("lying down", "Loop a towel, then pull\nLie on your back"),
        ("nope still there", "Rub the hard muscle"),
        ("no", "Put something warm on it"),
    ):
        before = ann.last
        await ann.says(text)
        assert ann.last.words.startswith(begins)
        assert before not in ann.messages
    await passes(harness, minutes=2)
    await ann.says("yes")
    assert ann.last.words.startswith("It let go after 2 minutes.")
    assert (await only_row(harness)).duration == "1_5min"
    assert (await relief(harness)).ended_at is not None
    await ann.says("not yet")  # no relief goes on
    assert not ann.last.words.startswith("Pull your foot")


async def test_a_relief_that_nobody_answers_goes_once_the_person_has_slept(
    harness: Harness,
) -> None:
    ann = await helped(harness)
    shown = ann.last
    for _ in range(11):
        await passes(harness, minutes=1)
    await passes(harness, minutes=160)
    assert shown in ann.messages
    await passes(harness, minutes=10)
    assert shown not in ann.messages
    assert (await relief(harness)).held_by is None


async def test_without_an_entry_one_tap_logs_start_and_length(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.presses(RELIEF)
    assert await harness.rows(Cramp) == []
    await passes(harness, minutes=6)
    await ann.taps("It let go")
    assert ann.last.words == "It let go after 6 minutes.\nIt is not in your diary yet."
    offer = ann.last
    await ann.taps("Log it: 5 to 10 min")
    row = await only_row(harness)
    assert (row.occurred_at, row.duration, row.time_precision) == (AT_NIGHT, "5_10min", "exact")
    assert "03:12" in offer.words
    assert "5 to 10 min" in offer.words
    await ann.forges(f"relief:log:{(await relief(harness)).id}:5_10min", offer)
    await only_row(harness)


async def test_an_entry_that_is_logged_during_relief_gets_the_length(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/relief")
    await passes(harness, minutes=2)
    await ann.presses(LOG)
    await passes(harness, minutes=1)
    await ann.taps("It let go")
    assert (await only_row(harness)).duration == "1_5min"
    assert ann.last.words.startswith("It let go after 3 minutes.\nNoted for 03:14")


async def test_two_taps_are_one_relief_and_two_cramps_are_two(harness: Harness) -> None:
    ann = await helped(harness)
    first = ann.last
    await ann.presses(RELIEF)
    assert len(await harness.rows(Relief)) == 1
    assert first not in ann.messages  # the newest one is in sight
    await passes(harness, minutes=3)
    await ann.presses(LOG)
    one = ann.with_button("It let go")
    await ann.taps("Relief")
    other = ann.with_button("It let go")
    assert one is not other
    await passes(harness, minutes=3)
    await ann.taps("It let go", other)
    await ann.taps("It let go", one)
    lengths = [row.duration for row in await harness.rows(Cramp)]
    assert lengths == ["5_10min", "1_5min"]


async def test_the_warning_card_comes_by_itself_once_after_ten_minutes(harness: Harness) -> None:
    ann = await helped(harness)
    shown = ann.last
    await passes(harness, minutes=9)
    await harness.restart()  # down at minute nine
    await passes(harness, seconds=40)  # seconds go by meanwhile on a busy machine
    assert heard(ann, CARD) == 0
    assert "9 minutes" in shown.words
    await passes(harness, seconds=20)
    card = ann.last
    assert card.words.startswith(CARD)
    assert "• A cramp over 10 minutes that stretching does not ease" in card.words.splitlines()[1]
    assert card.silent
    assert "Over 10 minutes? Get checked today" in shown.words
    await harness.restart()
    for _ in range(3):
        await passes(harness, minutes=2)
    assert heard(ann, CARD) == 1
    await ann.taps("It let go", card)
    assert (await only_row(harness)).duration == "gt_10min"
    assert heard(ann, CARD) == 1  # the entry does not bring it a second time
    (hit,) = await harness.rows(FlagHit)
    assert (hit.rule, hit.level, hit.shown) == ("P11", "urgent", True)
    assert "It let go after 16 minutes." in ann.last.words


@pytest.mark.parametrize("how", ["answered", "undone", "deleted", "blocked", "withdrawn"])
async def test_no_card_comes_when_it_makes_no_sense(harness: Harness, how: str) -> None:
    ann = await helped(harness)
    await passes(harness, minutes=5)
    match how:
        case "answered":
            await ann.taps("It let go")
        case "undone":
            await ann.taps("Undo")
        case "deleted":
            await ann.says("/delete")
            await ann.taps("Yes, erase everything")
            assert await harness.rows(Relief) == []
        case "blocked":
            async with harness.database.transaction() as session:
                now = harness.clock.now()
                await session.exec(sa.update(User).values(blocked_at=now))
        case "withdrawn":
            await ann.forges("consent:no", ann.last)
    for _ in range(12):
        await passes(harness, minutes=1)
    assert heard(ann, CARD) == 0


async def test_an_entry_that_is_put_back_after_ten_minutes_has_its_card(harness: Harness) -> None:
    ann = await helped(harness)
    await passes(harness, minutes=5)
    await ann.taps("Undo")
    for _ in range(6):
        await passes(harness, minutes=1)
    assert heard(ann, CARD) == 0
    entry = await only_row(harness)
    await ann.forges(f"cramps:restore:{entry.id}")
    await passes(harness, minutes=1)
    assert heard(ann, CARD) == 1
    await passes(harness, minutes=5)
    assert heard(ann, CARD) == 1


async def test_a_relief_that_fails_keeps_no_other_waiting(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await helped(harness)
    bob = await harness.set_up_person("Bob")
    await bob.presses(RELIEF)
    render = content.message

    def failing(person: User, shown: Shown) -> Message:
        if person.id == bob.id:
            raise LookupError
        return render(person, shown)

    monkeypatch.setattr(content, "message", failing)
    await passes(harness, minutes=10)
    assert heard(ann, CARD) == 1


async def test_by_day_the_card_makes_a_sound(harness: Harness) -> None:
    ann = await sleeper(harness, at=AT_NIGHT + timedelta(hours=10))
    await ann.presses(RELIEF)
    await passes(harness, minutes=10)
    assert ann.last.words.startswith(CARD)
    assert not ann.last.silent


@pytest.mark.parametrize(("minutes", "comes"), [(4, True), (25, False)])
async def test_after_an_outage_the_card_comes_only_while_it_is_of_use(
    harness: Harness, minutes: int, comes: bool
) -> None:
    ann = await helped(harness)
    await passes(harness, minutes=9)
    await harness.app.stop()
    harness.clock.set(harness.clock.now() + timedelta(minutes=minutes))
    await harness.start_again()
    await passes(harness)
    assert heard(ann, CARD) == int(comes)
    assert "Has it let go? Since 03:12." in ann.with_button("Not yet: next tip").words or comes


@pytest.mark.parametrize(
    ("fault", "cards"),
    [("too_many_requests", 1), ("server_error", 1), ("drop_after", 1), ("garbage", 0)],
)
async def test_a_card_that_surely_was_not_sent_is_sent_again_and_no_other(
    harness: Harness, fault: FaultKind, cards: int
) -> None:
    ann = await helped(harness)
    await passes(harness, minutes=9)
    harness.telegram.faults.set(fault, method="sendMessage", times=1, retry_after=4)
    await passes(harness, minutes=1)
    for _ in range(4):
        await passes(harness, seconds=5)
    assert heard(ann, CARD) == cards


async def test_a_late_tap_is_asked_for_the_length(harness: Harness) -> None:
    ann = await helped(harness)
    await passes(harness, minutes=170)
    await ann.taps("It let go")
    assert (await only_row(harness)).duration is None
    assert ann.last.words == "It let go.\nHow long did it last?"
    await ann.taps("1 to 5 min")
    assert (await only_row(harness)).duration == "1_5min"
    assert ann.last.words.startswith("It let go.\nNoted for 03:12")
    await ann.taps("Undo: 1 to 5 min")
    assert (await only_row(harness)).duration is None


async def test_a_length_that_the_person_told_stays(harness: Harness) -> None:
    ann = await helped(harness)
    row = await only_row(harness)
    await ann.forges(f"cramps:set:{row.id}:duration:5_10min", ann.bot_messages[-2])
    await passes(harness, minutes=2)
    await ann.taps("It let go")
    assert (await only_row(harness)).duration == "5_10min"
    assert ann.last.words == "It let go after 2 minutes.\nYour entry says: 5 to 10 min."


@pytest.mark.parametrize(
    ("shut", "words", "buttons"),
    [
        ("stretch,standing,seated", "Sit up. Do not stretch.", ["It let go", "Not yet: next tip"]),
        ("stretch,standing,seated,warmth", "Sit up. Do not stretch.", ["It let go"]),
        ("warmth", "Pull your foot toward you", ["It let go", "Not yet: next tip", "Lying down"]),
    ],
)
async def test_gates_are_kept(harness: Harness, shut: str, words: str, buttons: list[str]) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        (await session.get_one(User, ann.id)).shut_gates = shut
    await ann.presses(RELIEF)
    assert ann.last.words.startswith(words)
    assert ann.last.buttons == [*buttons, "Warning signs"]
    for _ in range(3):
        if "Not yet: next tip" in ann.last.buttons:
            await ann.taps("Not yet: next tip")
        assert ("Warm pack" in ann.last.words) <= ("warmth" not in shut)
        assert ("Pull your foot" in ann.last.words) <= ("seated" not in shut)


@pytest.mark.parametrize("side", ["left", "both", None])
async def test_a_swollen_leg_is_left_alone_until_a_doctor_has_seen_it(
    harness: Harness, side: str | None
) -> None:
    ann = await logged(harness)
    row = await only_row(harness)
    await ann.forges(f"cramps:many:{row.id}:effect:swollen:1")
    if side is not None:
        await ann.forges(f"cramps:set:{row.id}:side:{side}")
    await ann.presses(RELIEF)
    assert ann.last.words.startswith("Have the leg checked today\nA leg was swollen")
    assert ann.last.buttons == ["It let go", "A doctor has seen the leg", "Warning signs"]
    await ann.taps("A doctor has seen the leg")
    await ann.presses(RELIEF)
    assert ann.last.words.startswith("Pull your foot toward you")


@pytest.mark.parametrize(
    ("site", "words"), [("chest", "Call 112 now"), ("arm", CARD), ("hand_forearm", "Rub the hard")]
)
async def test_a_cramp_elsewhere_gets_what_fits(harness: Harness, site: str, words: str) -> None:
    ann = await logged(harness)
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Cramp).values(site=site))
    await ann.taps("Relief")
    assert ann.last.words.startswith(words)


@pytest.mark.parametrize(
    "data",
    [
        "relief:move:999:rub",
        "relief:way:1:standing",
        "relief:letgo:999",
        "relief:length:1:forever",
        "relief:log:1:nonsense",
        "relief:notyet:999:1_5min",
        "relief:letgo:x",
    ],
)
async def test_forged_taps_change_nothing(harness: Harness, data: str) -> None:
    ann = await helped(harness)
    before = await relief(harness)
    count, words = len(ann.bot_messages), ann.last.words
    await ann.forges(data)
    assert (len(ann.bot_messages), ann.last.words) == (count, words)
    assert await relief(harness) == before
    assert (await only_row(harness)).duration is None


async def test_nobody_else_can_end_a_relief(harness: Harness) -> None:
    await helped(harness)
    row = await relief(harness)
    bob = await harness.set_up_person("Bob")
    await bob.forges(f"relief:letgo:{row.id}")
    assert (await relief(harness)).ended_at is None


async def test_nothing_is_read_while_nothing_runs(harness: Harness) -> None:
    ann = await helped(harness)
    await passes(harness, minutes=1)
    await ann.taps("It let go")
    await passes(harness)
    await harness.app.stretches.tick()  # the first one takes over what a dead process had
    with Statements.recorded() as statements:
        for _ in range(5):
            await harness.app.reliefs.tick()
            await harness.app.stretches.tick()
    read = [one for one in statements.parameters if "reliefs" in one or "stretch_counts" in one]
    assert read == []


async def test_one_person_keeps_few_reliefs(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_KEPT", 2)
    ann = await sleeper(harness)
    for _ in range(3):
        await passes(harness, minutes=30)
        await ann.presses(RELIEF)
    assert [row.id for row in await harness.rows(Relief)] == [2, 3]
