"""/learn, with the whole bot."""

from datetime import UTC, datetime

import pytest

from bot.database.models import Cramp, User
from bot.features.learn import messages
from bot.features.learn.cards import NAMES
from bot.telegram.message import pack
from tests.support.harness import Harness, Someone

NIGHT = datetime(2027, 1, 14, 2, 0, tzinfo=UTC)
"""03:00 in Berlin."""
GONE = "That card no longer exists."


async def answered(harness: Harness, *, gates: str = "") -> Someone:
    """Somebody whose answers about health leave only these gates shut."""
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.shut_gates = gates
    return ann


async def test_a_card_replaces_the_index_and_has_more_on_a_tap(harness: Harness) -> None:
    ann = await answered(harness)
    await ann.says("/learn")
    index, count = ann.last, len(ann.messages)
    assert index.words.startswith("Learn\n")
    await ann.taps("Magnesium")
    assert index.words.startswith("Magnesium\n")
    await ann.taps("Foods")
    assert "Pumpkin seeds" not in index.words
    await ann.taps("More ▼")
    assert "Pumpkin seeds" in index.words
    await ann.taps("▲ Less")
    assert "Pumpkin seeds" not in index.words
    await ann.taps("Daily needs ▶")
    assert index.words.startswith("Magnesium: daily needs\n")
    await ann.taps("◀ Magnesium")
    await ann.taps("◀ All cards")
    assert index.words.startswith("Learn\n")
    assert len(ann.messages) == count


async def test_what_gates_shut_is_not_on_the_cards(harness: Harness) -> None:
    ann = await answered(harness, gates="food,drinks,stretch?")
    await ann.says("/learn foods")
    await ann.taps("More ▼")
    assert "Pumpkin seeds" not in ann.last.words
    await ann.says("/learn drinks")
    assert "Drink as your care team told you." in ann.last.words
    await ann.says("/learn calf_standing")
    assert ann.last.photo is None
    await ann.taps("Answer the question")
    assert ann.last.words.startswith("One question before the stretch:")
    await ann.taps("No")
    await ann.says("/learn calf_standing")
    assert ann.last.photo is not None


@pytest.mark.parametrize("word", ["", "nothing", "Why_Cramps"])
async def test_a_word_after_the_command_names_a_card(harness: Harness, word: str) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says(f"/learn {word}")
    title = "Why do legs cramp?" if word == "Why_Cramps" else "Learn"
    assert ann.last.words.startswith(f"{title}\n")


async def test_drawings_follow_each_other_in_one_message(harness: Harness) -> None:
    ann = await answered(harness)
    await ann.says("/learn")
    message, count = ann.last, len(ann.messages)
    await ann.taps("Stretches")
    await ann.taps("Calf, standing")
    first = message.photo
    assert first is not None
    assert message.words.startswith("Calf, standing\n")
    await ann.taps("More ▼")
    assert "Keep breathing" in message.words
    await ann.taps("Calf, seated ▶")
    assert message.photo not in (None, first)
    assert message.words.startswith("Calf, seated\n")
    assert len(ann.messages) == count


@pytest.mark.parametrize(
    ("label", "title"), [("◀ Stretches", "Stretches"), ("◀ All cards", "Learn")]
)
async def test_a_text_card_replaces_a_drawing_silently(
    harness: Harness, label: str, title: str
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/learn")
    await ann.taps("Stretches")
    await ann.taps("Thigh, seated")
    drawing, count = ann.last, len(ann.messages)
    assert drawing.photo is not None
    await ann.taps(label)
    assert ann.last.words.startswith(title)
    assert ann.last.silent
    assert drawing not in ann.messages
    assert len(ann.messages) == count
    await ann.taps("Warning signs")
    assert ann.last.words.startswith("Call")


async def test_an_old_drawing_that_cannot_be_removed_stays(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/learn")
    await ann.taps("Stretches")
    await ann.taps("Calf, seated")
    drawing = ann.last
    harness.clock.set(datetime(2027, 1, 20, 12, 0, tzinfo=UTC))
    await ann.taps("◀ All cards", drawing)
    assert ann.last.words.startswith("Learn\n")
    assert drawing in ann.messages


async def test_a_card_from_an_entry_is_a_message_of_its_own(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.clock.set(NIGHT)
    await ann.presses("🦵 Log cramp")
    entry = ann.last
    said = entry.words
    await ann.forges(pack("learn", "show", "compare"), entry)
    assert ann.last is not entry
    assert ann.last.words.startswith("Cramp, twitch or restless legs?")
    assert ann.last.silent
    assert entry.words == said
    await ann.taps("◀ All cards")
    assert ann.last.words.startswith("Learn\n")
    assert len(await harness.rows(Cramp)) == 1


async def test_the_signs_of_a_tier_are_one_tap_from_its_card(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/learn")
    index = ann.last
    await ann.taps("When to get help")
    for label, start in (
        ("Emergency now", "Call 112 now if"),
        ("Get checked today", "Get checked today: a doctor"),
        ("See a doctor soon", "Ask a doctor in the next day or two"),
    ):
        await ann.taps(label, index)
        assert ann.last is not index
        assert ann.last.words.startswith(start)
    assert index.words.startswith("When to get help")


async def test_the_persons_emergency_number_is_on_the_signs(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        user = await session.get(User, ann.id)
        assert user is not None
        user.emergency_number = "999"
        session.add(user)
    await ann.says("/learn")
    await ann.taps("When to get help")
    await ann.taps("Emergency now")
    assert ann.last.words.startswith("Call 999 now")


async def test_the_menu_leads_here(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/start")
    await ann.taps("Learn")
    assert any(message.words.startswith("Learn\n") for message in ann.bot_messages)


async def test_at_night_the_index_makes_no_sound(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/learn")
    assert not ann.last.silent
    harness.clock.set(NIGHT)
    await ann.says("/learn")
    assert ann.last.silent


async def test_cards_can_be_read_before_set_up(harness: Harness) -> None:
    bea = await harness.beginner("Bea")
    await bea.says("/learn")
    await bea.taps("A cramp right now")
    assert bea.last.words.startswith("Right now")


@pytest.mark.parametrize("verb", ["card", "show", "leave"])
@pytest.mark.parametrize("name", ["", "nothing", "Relief", "relief:more:parts"])
async def test_an_unknown_card_is_refused(harness: Harness, verb: str, name: str) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/learn")
    before, count = ann.last.words, len(ann.messages)
    answer = await ann.forges(f"learn:{verb}:{name}")
    if name.startswith("relief:"):  # what follows a card's name is not read
        assert ann.last.words.startswith("Right now")
        return
    assert answer == GONE
    assert ann.last.words == before
    assert len(ann.messages) == count


async def test_an_unknown_tier_is_ignored(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/learn")
    count = len(ann.messages)
    await ann.forges("learn:tier:nothing")
    assert len(ann.messages) == count


async def test_telegram_accepts_every_card(harness: Harness) -> None:
    """The sandbox refuses invalid markup and long texts, as Telegram does."""
    ann = await answered(harness)
    await ann.says("/learn")
    origin = ann.last
    for name in NAMES:
        await ann.forges(pack("learn", "show", name), origin)
        drawing = messages.drawing_of(name, frozenset())
        assert (ann.last.photo is not None) == (drawing is not None)
        assert ann.last is not origin
        assert "◀ All cards" in ann.last.buttons
        origin = ann.last
