"""What the buttons of a question say can be typed; so can "yes" and "no"."""

from datetime import timedelta

import pytest

from bot.database.models import Cramp, User
from bot.i18n.translator import translator
from bot.telegram.open_question import OpenQuestion
from tests.support.harness import Harness


def question(*buttons: tuple[str, str, str | None]) -> OpenQuestion:
    return OpenQuestion(1, buttons, message_id=5)


@pytest.mark.parametrize(
    ("text", "language", "labels", "chosen"),
    [
        ("yes", "en", ["Yes", "No"], 0),
        ("no thanks", "en", ["Yes", "No"], 1),
        ("Yeah!", "en", ["Yes, move them", "Not now"], 0),
        ("ja", "de", ["Ja", "Nein"], 0),
        ("remove entry", "en", ["🗑 Remove entry", "Leave it as it is"], 0),
        ("leave it as it is", "en", ["Remove entry", "Leave it as it is"], 1),
        ("yes", "en", ["Remove entry", "Leave it as it is"], None),
        ("yes", "en", ["Yes, both", "Yes, one", "No"], None),
        ("maybe", "en", ["Yes", "No"], None),
        ("", "en", ["🗑"], None),
    ],
)
def test_which_button_is_meant(
    text: str, language: str, labels: list[str], chosen: int | None
) -> None:
    asked = question(*((label, f"a:b:{at}", None) for at, label in enumerate(labels)))
    expected = None if chosen is None else f"a:b:{chosen}"
    assert asked.chosen(text, translator(language)) == expected


def test_the_main_button_is_the_yes() -> None:
    asked = question(("Resume now", "a:b", "primary"), ("No", "a:c", None))
    assert [asked.chosen(text, translator("en")) for text in ("yes", "no")] == ["a:b", "a:c"]


def test_what_cannot_be_undone_needs_all_its_words() -> None:
    asked = question(("Yes, erase everything", "a:b", "danger"), ("No, keep it", "a:c", None))
    english = translator("en")
    assert (asked.chosen("yes", english), asked.chosen("no", english)) == (None, "a:c")
    assert asked.chosen("yes, erase everything", english) == "a:b"


async def test_a_journey_is_answered_by_typing(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("I'm in Tokyo now")
    asked = ann.last
    await ann.says("keep for 3 days")
    assert asked.buttons == []
    (user,) = await harness.rows(User)
    assert (user.time_zone, user.home_zone) == ("Asia/Tokyo", "Europe/Berlin")
    await ann.says("I'm in London now")
    asked = ann.last
    await ann.says("yes")
    assert asked.buttons == []
    (user,) = await harness.rows(User)
    assert (user.time_zone, user.open_question) == ("Europe/London", None)


async def test_the_entry_that_is_asked_about_is_removed_by_typing(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    harness.clock.advance(timedelta(hours=3))
    await ann.says("delete my last cramp")
    asked = ann.last
    assert asked.buttons == ["Remove entry", "Leave it as it is"]
    await ann.says("leave it as it is!")
    (entry,) = await harness.rows(Cramp)
    assert (entry.deleted_at, asked.buttons) == (None, [])
    await ann.says("delete my last cramp")
    await ann.says("Remove Entry")
    (entry,) = await harness.rows(Cramp)
    assert entry.deleted_at is not None


async def test_an_older_question_is_not_answered(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    harness.clock.advance(timedelta(hours=3))
    await ann.says("delete my last cramp")
    asked = ann.last
    await ann.says("/help")
    await ann.says("remove entry")
    (entry,) = await harness.rows(Cramp)
    assert entry.deleted_at is None
    assert asked.buttons != []


async def test_a_question_answered_by_typing_loses_its_buttons(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("crmp in my left calf, blimey")
    asked = ann.last
    assert asked.buttons == ["Log a cramp now · Left · Calf", "Other time", "No"]
    await ann.says("yes")
    assert len(await harness.rows(Cramp)) == 1
    assert asked.buttons == []


async def test_undo_after_a_tapped_setting_removes_no_entry(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("/reminders")
    await ann.taps("🌙 Stretch")
    await ann.taps(next(label for label in ann.last.buttons if "off" in label.casefold()))
    await ann.says("undo")
    assert ann.last.words.startswith("The last change was a setting that you tapped.")
    (entry,) = await harness.rows(Cramp)
    assert entry.deleted_at is None
