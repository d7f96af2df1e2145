"""The words and buttons of the health profile, empty and full."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.database.models import Kind, Medicine, ProfileItem
from bot.features.diary.limits import MEDICINES
from bot.features.health_profile import gate_messages, medicine_messages, messages
from bot.features.health_profile.gates import gates_of
from bot.features.health_profile.medicine_messages import MedicineLine
from bot.features.health_profile.values import ITEMS, LIMIT_FLUIDS, LONGEST_MEDICINE, PAGES
from bot.i18n.translator import translator
from bot.telegram.message import MAX_CALLBACK_BYTES, Button, Message, unpack
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
NAMED = {"diabet", "treat", "cancer", "stroke", "clot", "clots", "parkinson"}
"""Words that other texts avoid; here they name the items that people enter about themselves."""
DAY = date(2024, 12, 24)
LONG = ("<b>&" * LONGEST_MEDICINE)[:LONGEST_MEDICINE]
MANY = [MedicineLine(999_999_999_000 + number, LONG, DAY, DAY, DAY) for number in range(MEDICINES)]
PLAIN = MedicineLine(1, "drops")
FULL = {item: values[-1] for item, values in ITEMS.items()}


def every_message() -> Iterator[tuple[str, Message]]:
    for name, told, medicines in (("empty", {}, []), ("full", FULL, MANY)):
        for is_stale in (False, True):
            shown = messages.overview(TR, told, medicines, is_stale=is_stale)
            yield f"overview, {name}, {is_stale}", shown
        for topic in PAGES:
            page = messages.page(TR, topic, told, ["A note."])
            yield f"{topic}, {name}", messages.with_offers(TR, page, [Kind.HYDRATION, Kind.MEAL])
        yield f"medicines, {name}", medicine_messages.medicines_card(TR, medicines)
    for item, values in ITEMS.items():
        for value in (None, *values):
            for rest in (False, True):
                card = messages.item_card(TR, item, value, are_drinks_off=rest)
                yield f"{item}, {value}, {rest}", card
    for medicine in (PLAIN, MANY[0]):
        yield "medicine", medicine_messages.medicine_card(TR, medicine)
        yield "worse", medicine_messages.worse_question(TR, medicine)
        for answer in ("yes", "no"):
            yield "answered", medicine_messages.worse_answered(TR, medicine, answer)
        for verb in ("changed", "stopped"):
            yield verb, medicine_messages.ask_day(TR, medicine, verb)
        yield "since", medicine_messages.ask_since(TR, medicine)
    yield "which", medicine_messages.ask_medicine(TR)
    yield "unusable", medicine_messages.unusable_medicine(TR)
    yield "too many", medicine_messages.too_many(TR)
    yield "unclear day", medicine_messages.unclear_day(TR, 999_999_999_999)
    yield "erase", messages.erase_question(TR)


def buttons(message: Message) -> list[Button]:
    return [button for row in message.rows for button in row]


def test_every_message_can_be_sent_and_leads_on() -> None:
    for name, message in every_message():
        assert_can_be_sent(name, message)


def assert_can_be_sent(name: str, message: Message) -> None:
    text = visible_text(message.text)
    assert 0 < len(text) <= 4096
    assert "{" not in text
    assert_kind_words(text, allow=NAMED)
    assert buttons(message), name
    assert len(buttons(message)) <= 100
    for button in buttons(message):
        assert len(button.data.encode()) <= MAX_CALLBACK_BYTES
        tap = unpack(button.data)
        assert tap is not None
        assert tap.feature in {"about", "users", "reminders"}
        assert 0 < len(button.label) <= 32
    data = [button.data for button in buttons(message)]
    assert len(set(data)) == len(data)


def test_a_row_is_not_too_wide_for_a_phone() -> None:
    for name, message in every_message():
        for row in message.rows:
            assert sum(len(button.label) + 2 for button in row) <= 56, name


def test_every_item_and_value_has_a_name_and_fits_its_column() -> None:
    names, values = messages.item_names(TR), messages.value_names(TR)
    assert list(names) == list(ITEMS)
    assert set(values) == {value for options in ITEMS.values() for value in options}
    item_size = ProfileItem.__table__.c.item.type.length  # type: ignore[attr-defined]
    value_size = ProfileItem.__table__.c.value.type.length  # type: ignore[attr-defined]
    assert all(len(item) <= item_size for item in ITEMS)
    assert all(len(value) <= value_size for value in values)
    assert Medicine.__table__.c.words.type.length == LONGEST_MEDICINE  # type: ignore[attr-defined]


def test_it_says_why_where_and_that_nothing_is_required() -> None:
    text = visible_text(messages.overview(TR, {}, []).text)
    assert "Nothing here is required." in text
    assert "/report" in text
    assert "You can erase every answer." in text


@pytest.mark.parametrize("value", [None, "yes", "no"])
def test_what_a_limit_does_to_drink_reminders_is_said(value: str | None) -> None:
    text = messages.item_card(TR, LIMIT_FLUIDS, value).text
    assert "If you answer yes, drink reminders stay off." in text
    card = messages.item_card(TR, LIMIT_FLUIDS, value, are_drinks_off=True)
    assert [one.data for one in buttons(card) if "drinks" in one.label] == ["users:fluids"]
    other = messages.item_card(TR, "pregnant", value, are_drinks_off=True)
    assert "drink" not in other.text


def test_only_stored_items_can_be_erased() -> None:
    assert "Erase" not in [one.label for one in buttons(messages.item_card(TR, "pregnant", None))]
    card = messages.item_card(TR, "pregnant", "no")
    assert [one.data for one in buttons(card) if one.label == "Erase"] == [
        "about:set:pregnant:clear"
    ]
    assert [one.label for one in buttons(card) if one.label.startswith("• ")] == ["• No"]


def test_a_list_shortens_what_the_medicines_own_card_says_in_full() -> None:
    words = LONG + ", since 24 Dec 2024, changed 24 Dec 2024, stopped 24 Dec 2024"
    assert words in visible_text(medicine_messages.medicine_card(TR, MANY[0]).text)
    for message in (
        messages.overview(TR, {}, MANY[:1]),
        medicine_messages.medicines_card(TR, MANY[:1]),
    ):
        line = visible_text(message.text).splitlines()[-1]
        assert line == f"{LONG[:59]}…, since 24 Dec 2024, changed 24 Dec 2024, stopped 24 Dec 2024"


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("bowel_disease", "A real lack of magnesium"),
        ("low_calcium_potassium", "Tell your care team"),
        ("heart_failure", "I will not remind you to drink"),
        ("drinks_heavily", "Do not stop at once"),
    ],
)
def test_what_an_illness_means_is_said_at_once(item: str, words: str) -> None:
    gates = gates_of({item: "yes"})
    assert words in " ".join(gate_messages.consequences(TR, gates, item, "yes"))
    assert gate_messages.consequences(TR, gates_of({item: "no"}), item, "no") == []
