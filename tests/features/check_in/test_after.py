"""The morning after a cramp: still sore, did something help, did it wake you? Once, silently."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.database.models import Answer, Cramp, Delivery, Kind, User
from bot.features.check_in.after_messages import HELPED, TRIED, After, after_lines, after_rows
from bot.features.cramps.messages.labels import code_labels, helped_labels
from bot.features.users.messages.keyboard import log_label
from bot.i18n.translator import available_languages, translator
from tests.features.check_in.test_flow import MORNING, NIGHT
from tests.features.cramps.entries import AT_NIGHT, LOG
from tests.support.harness import Harness, Someone
from tests.support.wording import visible_text

QUESTION = "☀️ Wednesday night: had cramps.\nStill sore? Did something help?\nDid it wake you?"


async def morning(harness: Harness, language: str = "en", **told: object) -> Someone:
    """Somebody who logged a cramp at 03:12, and whose wake time has come."""
    ann = await harness.set_up_person("Ann", language=language)
    await harness.live_until(AT_NIGHT)
    await ann.presses(log_label(translator(language)))
    async with harness.database.transaction() as session:
        row = (await session.exec(select(Cramp))).one()
        for name, value in told.items():
            setattr(row, name, value)
    await harness.live_until(MORNING)
    return ann


async def check_in(harness: Harness) -> Delivery:
    """The morning's question."""
    return next(one for one in await harness.rows(Delivery) if one.kind is Kind.CHECK_IN)


async def entry(harness: Harness) -> Cramp:
    (row,) = await harness.rows(Cramp)
    return row


async def test_both_answers_are_one_tap_each_and_go_into_the_entry(harness: Harness) -> None:
    ann = await morning(harness)
    message, count = ann.last, len(ann.bot_messages)
    assert message.words == QUESTION
    assert message.silent
    assert message.buttons == [
        *("Still sore", "Not sore any more"),
        *("Helped a lot", "Helped a bit", "Nothing helped"),
        *("Woke me", "I was awake"),
        *("Done", "…"),
    ]
    await ann.taps("Still sore")
    assert (await entry(harness)).after_effects == "sore_next_day"
    assert "sore for up to a day" in message.words
    assert "One leg that stays sore" in message.words
    assert "Warning signs" in message.buttons
    await ann.taps("Helped a bit")
    await ann.taps("Stretched")
    await ann.taps("Warmth")
    row = await entry(harness)
    assert (row.relief_helped, row.relief_tried) == ("a_bit", "stretched,heat")
    await ann.taps("• Stretched")
    await ann.taps("• Still sore")
    await ann.taps("Not sore any more")
    row = await entry(harness)
    assert (row.after_effects, row.relief_tried) == ("none", "heat")
    await ann.taps("Done")
    assert message.words == "☀️ Wednesday night: had cramps."
    assert len(ann.bot_messages) == count
    found = [one for one in await harness.rows(Delivery) if one.kind is Kind.CHECK_IN]
    assert [one.answer for one in found] == [Answer.DONE]
    assert found[0].night_on == NIGHT


async def test_chips_are_about_the_cramp_that_they_were_shown_for(harness: Harness) -> None:
    """A cramp at 07:10 is of the same night, but nobody was asked about that one."""
    ann = await morning(harness)
    message = ann.last
    harness.clock.advance(timedelta(minutes=10))
    await ann.presses(LOG)
    for label in ("Still sore", "Helped a bit", "Stretched", "Woke me"):
        await ann.taps(label, message)
    first, second = await harness.rows(Cramp)
    told = [
        (one.after_effects, one.relief_helped, one.relief_tried, one.woke_me)
        for one in (first, second)
    ]
    assert told == [("sore_next_day", "a_bit", "stretched", "yes"), ("", None, "", None)]
    await ann.taps("Swollen, warm, weak…", message)
    assert "3:12" in message.words
    old = f"checkin:after:{(await check_in(harness)).id}:none:1"
    await ann.forges(old, message)  # a button of an earlier version does not name the entry
    assert (await harness.rows(Cramp))[1].after_effects == "none"


async def test_chips_of_an_entry_that_was_removed_say_so(harness: Harness) -> None:
    ann = await morning(harness)
    message = ann.last
    await ann.taps("Undo")
    assert await ann.taps("Still sore", message) == "That question is no longer open."
    assert (await entry(harness)).after_effects == ""


async def test_a_typed_undo_is_about_the_chip_and_not_about_a_later_entry(
    harness: Harness,
) -> None:
    ann = await morning(harness)
    message = ann.last
    harness.clock.advance(timedelta(hours=1))
    await ann.presses(LOG)
    harness.clock.advance(timedelta(minutes=2))
    await ann.taps("Still sore", message)
    await ann.says("undo")
    assert "3:12" in ann.last.words
    first, second = await harness.rows(Cramp)
    assert (first.after_effects, first.deleted_at, second.deleted_at) == ("", None, None)


async def test_the_morning_asks_whether_it_woke_the_person_unless_that_is_told(
    harness: Harness,
) -> None:
    """The first answer at 03:12 does not ask, and the hour alone is not stored as an answer."""
    ann = await morning(harness)
    message = ann.last
    assert (await entry(harness)).woke_me is None
    for label, stored, asks in (
        ("Woke me", "yes", False),
        ("Still sore", "yes", False),
        ("• Woke me", None, True),
        ("I was awake", "no_was_awake", False),
    ):
        await ann.taps(label, message)
        assert (await entry(harness)).woke_me == stored
        assert ("Did it wake you?" in message.words) is asks
    assert {"Woke me", "• I was awake"} <= set(message.buttons)


async def test_who_has_said_at_night_that_it_woke_them_is_not_asked(harness: Harness) -> None:
    ann = await morning(harness, woke_me="yes")
    await ann.taps("Still sore")
    assert "Did it wake you?" not in ann.last.words
    assert not {"Woke me", "• Woke me"} & set(ann.last.buttons)


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        ({"after_effects": "swollen", "relief_helped": "a_lot"}, False),
        ({"after_effects": "none", "relief_helped": "unsure"}, False),
        ({"after_effects": "swollen"}, True),
        ({"relief_helped": "a_lot"}, True),
        ({"event_type": "twitch"}, True),
        ({"deleted_at": AT_NIGHT}, True),
    ],
)
async def test_who_has_told_it_is_not_asked(
    harness: Harness, told: dict[str, Any], is_asked: bool
) -> None:
    ann = await morning(harness, **told)
    if {"deleted_at", "event_type"} & told.keys():  # no cramp: the usual question
        assert ann.last.words.startswith("☀️ How was last night?")
    else:
        assert ann.last.words.startswith("☀️") is is_asked
    if told == {"after_effects": "swollen"}:
        assert "Not sore any more" not in ann.last.buttons
        await ann.forges(ann_button(ann, "Still sore").replace("sore_next_day", "none"))
        assert (await entry(harness)).after_effects == "swollen"


def ann_button(ann: Someone, label: str) -> str:
    """The callback data of a button of the newest message."""
    buttons = [button for row in ann.last.inline for button in row]
    return next(str(one["callback_data"]) for one in buttons if one["text"] == label)


async def test_whoever_is_asked_more_gets_one_message_with_all_of_it(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        (await session.get_one(User, ann.id)).asks_more = True
    await harness.live_until(AT_NIGHT)
    await ann.presses(LOG)
    count = len(ann.bot_messages)
    await harness.live_until(MORNING + timedelta(minutes=1))
    assert len(ann.bot_messages) == count + 1
    assert "Still sore? Did something help?" in ann.last.words
    assert "How did you sleep?" in ann.last.words
    await ann.taps("Not sore any more")
    await ann.taps("Nothing helped")
    row = await entry(harness)
    assert (row.after_effects, row.relief_helped) == ("none", "not_at_all")
    assert "How did you sleep?" in ann.last.words


async def test_a_cramp_that_is_told_in_the_morning_is_asked_about_too(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(MORNING)
    assert "Still sore" not in ann.last.buttons
    await ann.taps("Had cramps")
    await ann.taps("Still sore")
    assert (await entry(harness)).after_effects == "sore_next_day"
    await ann.taps("No cramps")
    assert "Still sore" not in ann.last.buttons


@pytest.mark.parametrize(
    "data", ["after:1:weak:1", "helped:1:unsure:1", "tried:1:magic:1", "woke:1:unsure:1"]
)
async def test_forged_taps_change_nothing(harness: Harness, data: str) -> None:
    ann = await morning(harness)
    number = max(row.id or 0 for row in await harness.rows(Delivery))
    await ann.forges(f"checkin:{data.replace('1', str(number), 1)}")
    row = await entry(harness)
    told = (row.after_effects, row.relief_helped, row.relief_tried, row.woke_me)
    assert told == ("", None, "", None)


@pytest.mark.parametrize("language", available_languages())
def test_the_question_is_short_in_every_language(language: str) -> None:
    tr = translator(language)
    after = After(1, frozenset({"sore_next_day"}), "a_lot", frozenset(TRIED), asks_woke=True)
    lines = after_lines(tr, after)
    assert visible_text(lines[0]).count("?") == 2
    rows = after_rows(tr, 2**40, after)
    for row in rows:
        assert sum(len(button.label) for button in row) <= 54, [one.label for one in row]
    assert set(HELPED) < {"not_at_all", "a_bit", "a_lot", "unsure"}


@pytest.mark.parametrize("language", available_languages())
async def test_the_words_of_the_chips_can_be_typed_hours_after_the_cramp(
    harness: Harness, language: str
) -> None:
    _ = translator(language).gettext
    ann = await morning(harness, language)
    woke = code_labels(translator(language))["woke"]
    for words, told in (
        (_("Still sore"), ("sore_next_day", None, None)),
        (_("Not sore any more"), ("none", None, None)),
        (helped_labels(translator(language))["a_lot"], ("none", "a_lot", None)),
        (woke["yes"], ("none", "a_lot", "yes")),
        (woke["no_was_awake"], ("none", "a_lot", "no_was_awake")),
    ):
        harness.clock.advance(timedelta(minutes=1))
        await ann.says(words)
        row = await entry(harness)
        assert (row.after_effects, row.relief_helped, row.woke_me) == told, words
    await ann.says(_("Hot day"))
    assert (await entry(harness)).possible_triggers == ""


async def test_typed_words_lose_no_other_after_effect(
    harness: Harness,
) -> None:
    ann = await morning(harness, after_effects="swollen")
    await ann.says("not sore any more")
    assert (await entry(harness)).after_effects == "swollen"
    assert "3:12" in ann.last.words
