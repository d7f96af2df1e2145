"""/language over HTTP: texts, keyboard, command menu and clock follow a choice."""

from bot.features.users.messages import keyboard as labels
from bot.i18n.translator import translator
from tests.features.users.steps import (
    count_messages,
    keyboard,
    last_own_message,
    redeliver,
    row_of,
)
from tests.support.harness import Harness, Someone

NBSP = "\N{NO-BREAK SPACE}"


async def choosing(harness: Harness, language: str = "en") -> Someone:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says("/language")
    return ann


def menu_of(harness: Harness, someone: Someone) -> list[str]:
    """Return the descriptions in the chat's own command menu; empty without one."""
    found = harness.telegram.commands.get((f"chat {someone.id}", ""), [])
    return [one["description"] for one in found]


async def test_everything_follows_the_choice_in_place(harness: Harness) -> None:
    ann = await choosing(harness)
    card, count = ann.last, len(ann.bot_messages)
    assert card.words.startswith("🌐 Language: English")
    assert "✓ Same as in Telegram" in card.buttons
    assert menu_of(harness, ann) == []
    await ann.taps("Deutsch")
    assert card.words.startswith("🌐 Sprache: Deutsch")
    assert "✓ Deutsch" in card.buttons
    assert len(ann.bot_messages) == count + 1, "only the keyboard comes as a message of its own"
    german = translator("de", "DE")
    assert keyboard(ann) == [
        [labels.log_label(german), labels.relief_label(german)],
        [labels.week_label(german), labels.reminders_label(german)],
    ]
    assert german.gettext("What I can do") in menu_of(harness, ann)
    await ann.presses(labels.log_label(german))
    assert ann.last.words.startswith(german.gettext("Cramp logged: {when}").partition("{")[0])


async def test_the_same_tap_twice_brings_no_second_keyboard(harness: Harness) -> None:
    ann = await choosing(harness)
    card = ann.last
    await ann.forges("language:set:de", card)
    count = len(ann.bot_messages)
    await ann.forges("language:set:de", card)
    assert len(ann.bot_messages) == count
    assert (await row_of(harness, ann)).chosen_language == "de"


async def test_back_to_what_telegram_says(harness: Harness) -> None:
    ann = await choosing(harness)
    card = ann.last
    await ann.taps("Deutsch")
    await ann.taps(translator("de").gettext("Same as in Telegram"), card)
    assert card.words.startswith("🌐 Language: English")
    assert (await row_of(harness, ann)).chosen_language is None
    assert menu_of(harness, ann) == []


async def test_without_a_choice_telegrams_language_is_followed(harness: Harness) -> None:
    ann = await choosing(harness, language="de")
    assert ann.last.words.startswith("🌐 Sprache: Deutsch")
    ann.telegram_person.language_code = "en"
    await ann.says("/language")
    assert ann.last.words.startswith("🌐 Language: English")
    await ann.taps("Deutsch")
    ann.telegram_person.language_code = "fr"
    await ann.says("/language")
    assert ann.last.words.startswith("🌐 Sprache: Deutsch")


async def test_the_clock_can_be_chosen(harness: Harness) -> None:
    ann = await choosing(harness)
    card = ann.last
    assert "22:15" in card.words
    await ann.taps("10:15 PM", card)
    assert f"10:15{NBSP}pm" in card.words
    assert "✓ 10:15 PM" in card.buttons
    await ann.taps("◀ Settings", card)
    assert f"Bedtime: 10:30{NBSP}pm" in card.words
    await ann.forges("language:clock:0", card)
    assert "✓ As in my country" in card.buttons
    assert (await row_of(harness, ann)).hour_cycle is None


async def test_no_other_value_is_taken(harness: Harness) -> None:
    ann = await choosing(harness)
    card, before = ann.last, await row_of(harness, ann)
    for data in ("set", "set:xx", "set:../de", "set:en:de", "clock", "clock:13", "clock:-1"):
        await ann.forges(f"language:{data}", card)
    after = await row_of(harness, ann)
    assert after.hour_cycle == before.hour_cycle
    assert after.chosen_language in {None, "en"}
    assert card.words.startswith("🌐 Language: English")


async def test_the_command_twice_changes_nothing(harness: Harness) -> None:
    ann = await choosing(harness)
    before = await row_of(harness, ann)
    await redeliver(ann, last_own_message(ann))
    assert await row_of(harness, ann) == before
    assert count_messages(ann, "🌐 Language: English") == 2
