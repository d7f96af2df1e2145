"""Texts and buttons of an entry's messages, at every level, with every field set."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.database.cramp_values import TimePrecision
from bot.features.cramps import values
from bot.features.cramps.entry import Entry
from bot.features.cramps.messages import (
    change_names,
    earlier_entries,
    entry_card,
    entry_changes,
    health_cards,
    past_entry,
)
from bot.features.cramps.messages.labels import code_labels
from bot.features.cramps.signs import Tier
from bot.features.cramps.values import Unusable, When
from bot.features.emergency_numbers.lookup import UNKNOWN
from bot.i18n.translator import translator
from bot.telegram.message import MAX_CALLBACK_BYTES, Button, Message, unpack
from tests.features.cramps.test_health_texts import ALLOWED
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
PLAIN = Entry(
    id=999_999_999_999,
    local_at=datetime(2027, 1, 13, 3, 12),
    tapped_local=datetime(2027, 1, 13, 3, 12),
    night_on=date(2027, 1, 12),
    has_time=True,
)
FULL = replace(
    PLAIN,
    site="hip_buttock",
    side="both",
    intensity=10,
    duration="gt_10min",
    woke_me="no_was_awake",
    after_effects=frozenset(values.AFTER_EFFECTS) - {"none"},
    details={name: codes[-1] for name, codes in values.SINGLE.items()},
    many={
        "trigger": frozenset(values.TRIGGERS) - {"none_known"},
        "relief": frozenset(values.RELIEFS),
    },
    count=4,
    note="<b>bold & long</b> " * 20,
    number=12,
    needs_zone=True,
)
TWITCH = replace(PLAIN, event_type="twitch", site="eyelid_face")
BEFORE = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)
FIELDS = (*values.SINGLE, *values.MANY)
PARTS = ("evening", "night", "morning")
TOLD = (
    ("count", "4_plus"),
    ("duration", "unsure"),
    ("side", "unsure"),
    ("site", "neck_shoulder"),
    ("strength", "10"),
    ("type", "twitch"),
    ("woke", "unsure"),
)
UNDO = change_names.undo_button(TR, 2**63 - 1, "strength 7 → 4")
MESSAGES: dict[str, Callable[[Entry], Message]] = {
    "logged": lambda entry: entry_card.logged(TR, entry),
    "more": lambda entry: entry_card.more(TR, entry),
    "rest": lambda entry: entry_card.rest(TR, entry),
    "ask note": lambda entry: entry_changes.ask_note(TR, entry),
    "noted": lambda entry: entry_changes.note_saved(TR, entry, UNDO),
    "backdated": lambda _entry: earlier_entries.ask_backdated(TR),
    "backdated, unclear": lambda _entry: earlier_entries.unusable_backdated(TR, Unusable.UNCLEAR),
    "backdated, to come": lambda _entry: earlier_entries.unusable_backdated(TR, Unusable.TO_COME),
    "backdated, too long ago": lambda _entry: earlier_entries.unusable_backdated(
        TR, Unusable.TOO_LONG_AGO
    ),
    "offer": lambda entry: earlier_entries.offer(TR, 2**31 - 1, entry.local_at, BEFORE),
    "not logged": lambda _entry: earlier_entries.not_logged(TR),
    "closed": lambda entry: entry_card.closed(TR, entry),
    "removed": lambda entry: entry_changes.removed(TR, entry),
    "same": lambda entry: entry_changes.same(TR, entry, PLAIN),
    "time changed": lambda entry: entry_changes.time_changed(TR, entry, UNDO),
    "strength told": lambda entry: entry_changes.strength_set(TR, entry, UNDO),
    "too long a note": lambda entry: entry_changes.note_too_long(TR, entry),
    "stays": lambda entry: entry_changes.stays(TR, entry),
    "edited": lambda entry: entry_changes.edited(TR, entry, UNDO),
    "past": lambda entry: past_entry.card(TR, entry, parts=PARTS, now_on=date(2027, 2, 1)),
    "which": lambda entry: earlier_entries.which(
        TR, 2**31 - 1, entry, entry.local_at, BEFORE, TimePrecision.NIGHT_ONLY
    ),
    "same minute": lambda entry: earlier_entries.same_minute(
        TR, 2**31 - 1, entry, BEFORE, TimePrecision.ABOUT, TOLD
    ),
    "time left": lambda entry: entry_changes.time_unchanged(TR, entry),
    "ask time": lambda entry: entry_changes.ask_time(TR, entry.id),
    "unclear": lambda entry: entry_changes.unusable_time(TR, entry.id, Unusable.UNCLEAR),
    "to come": lambda entry: entry_changes.unusable_time(TR, entry.id, Unusable.TO_COME),
    "other sites": lambda entry: entry_card.field_card(TR, entry, "site", all_sites=True),
    **{
        f"field {name}": lambda entry, name=name: entry_card.field_card(TR, entry, name)  # type: ignore[misc]
        for name in FIELDS
    },
}
CARDS = {"relief": health_cards.relief(TR)} | {
    tier: health_cards.warning(TR, tier, UNKNOWN) for tier in Tier
}


def every_message() -> Iterator[tuple[str, Message]]:
    for name, make in MESSAGES.items():
        for kind, entry in (("plain", PLAIN), ("full", FULL), ("twitch", TWITCH)):
            yield f"{name}, {kind}", make(entry)
    yield from CARDS.items()


def buttons(message: Message) -> list[Button]:
    return [button for row in message.rows for button in row]


def labels(message: Message) -> list[str]:
    return [button.label for button in buttons(message)]


def data_of(message: Message, label: str) -> str:
    return next(button.data for button in buttons(message) if button.label == label)


@pytest.mark.parametrize(("name", "message"), list(every_message()))
def test_every_message_can_be_sent_and_has_valid_buttons(name: str, message: Message) -> None:
    text = visible_text(message.text)
    assert 0 < len(text) <= 4096
    assert "{" not in text
    assert_kind_words(text, ALLOWED.get(name, ()))
    assert len(message.rows) <= 9
    assert buttons(message), name
    for button in buttons(message):
        assert len(button.data.encode()) <= MAX_CALLBACK_BYTES
        tap = unpack(button.data)
        assert tap is not None
        assert tap.feature in {"cramps", "flags", "history", "learn", "users"}
        assert 0 < len(button.label) <= 24
    data = [button.data for button in buttons(message)]
    assert len(set(data)) == len(data)


@pytest.mark.parametrize(("name", "message"), list(every_message()))
def test_a_row_is_not_too_wide_for_a_phone(name: str, message: Message) -> None:
    for row in message.rows:
        assert sum(len(button.label) + 2 for button in row) <= 48, name
        widest = {1: 48, 2: 24}.get(len(row), 14)
        assert max(len(button.label) for button in row) <= widest, name


def test_the_first_reply_says_when_and_which_night() -> None:
    message = entry_card.logged(TR, PLAIN)
    assert visible_text(message.text).startswith("Logged: 03:12, Tuesday night")
    assert labels(message)[:4] == ["• Now", "15 min ago", "Earlier tonight", "Last night"]
    assert [button.label for button in message.rows[2]] == ["Woke me", "Was awake"]
    assert [len(row) for row in message.rows[3:5]] == [6, 5]
    assert labels(message)[-3:] == ["More…", "Relief", "Undo"]
    assert "UTC" not in message.text


def test_it_says_earlier_today_by_day() -> None:
    noon = replace(PLAIN, tapped_local=datetime(2027, 1, 13, 14, 0))
    assert "Earlier today" in labels(entry_card.logged(TR, noon))


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ((20, 0), "20:00, Tuesday night"),
        ((5, 59), "05:59, Tuesday night"),
        ((7, 30), "07:30, for Tuesday night"),
        ((15, 0), "15:00, for Tuesday night"),
    ],
)
def test_by_day_it_says_for_which_night_it_counts(clock: tuple[int, int], words: str) -> None:
    entry = replace(PLAIN, local_at=datetime(2027, 1, 13, *clock))
    assert visible_text(entry_card.logged(TR, entry).text).startswith(f"Logged: {words}\n")


def test_a_night_without_a_time_is_just_the_night() -> None:
    entry = replace(PLAIN, has_time=False, chip=When.LAST_NIGHT)
    message = entry_card.logged(TR, entry)
    assert visible_text(message.text).startswith("Logged: Tuesday night")
    assert "03:12" not in message.text
    assert "• Last night" in labels(message)


def test_chosen_chips_are_marked_and_named_in_the_text() -> None:
    message = entry_card.logged(TR, replace(PLAIN, intensity=7, woke_me="yes", site="calf"))
    assert {"• 7", "• Woke me"} <= set(labels(message))
    assert "7" not in labels(message)
    assert "strength 7 · woke me · calf" in message.text


def test_strength_0_is_a_value() -> None:
    message = entry_card.logged(TR, replace(PLAIN, intensity=0))
    assert "• 0" in labels(message)
    assert "strength 0" in message.text


def test_without_a_zone_it_asks_for_one() -> None:
    assert "UTC" in entry_card.logged(TR, replace(PLAIN, needs_zone=True)).text


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, None), (2, "second cramp"), (3, "third cramp"), (4, "Cramp number 4")],
)
def test_a_further_cramp_says_so(number: int, words: str | None) -> None:
    message = entry_card.logged(TR, replace(PLAIN, number=number))
    assert ("Same cramp" in labels(message)) is (words is not None)
    assert words is None or words in message.text


def test_a_twitch_is_asked_only_what_it_needs() -> None:
    assert "7" not in labels(entry_card.logged(TR, TWITCH))
    offered = labels(entry_card.more(TR, TWITCH))
    assert "How long" not in offered
    assert {"• Where", "Which side"} <= set(offered)


@pytest.mark.parametrize("name", [one for one in FIELDS if one != "type"])
def test_every_value_can_be_chosen_and_cleared(name: str) -> None:
    offered = set(code_labels(TR)[name])
    chips = set()
    for message in (
        entry_card.field_card(TR, PLAIN, name),
        entry_card.field_card(TR, PLAIN, name, all_sites=True),
    ):
        for button in buttons(message):
            tap = unpack(button.data)
            assert tap is not None
            if tap.verb == "set" or tap.verb == "many":
                chips.add(tap.word(2))
    assert chips == offered
    assert "Clear" not in labels(entry_card.field_card(TR, PLAIN, name))
    may_be_empty = name not in values.MANY and name not in values.NEVER_EMPTY
    assert ("Clear" in labels(entry_card.field_card(TR, FULL, name))) is may_be_empty


def test_an_after_effect_chip_carries_the_state_after_the_tap() -> None:
    message = entry_card.field_card(TR, replace(PLAIN, after_effects=frozenset({"weak"})), "effect")
    assert data_of(message, "• Weak").endswith(":many:999999999999:effect:weak:0")
    assert data_of(message, "Swollen").endswith(":many:999999999999:effect:swollen:1")


@pytest.mark.parametrize("view", ["logged", "more", "closed", "same"])
@pytest.mark.parametrize("entry", [PLAIN, FULL, TWITCH], ids=["plain", "full", "twitch"])
def test_warning_signs_are_two_taps_away(view: str, entry: Entry) -> None:
    first = {button.data for button in buttons(MESSAGES[view](entry))}
    assert first & {"cramps:relief", "cramps:warnings"}
    assert "cramps:warnings" in {button.data for button in buttons(health_cards.relief(TR))}


def test_a_card_leads_to_the_other_tiers() -> None:
    for tier in Tier:
        data = {button.data for button in buttons(health_cards.warning(TR, tier, UNKNOWN))}
        others = {f"cramps:warning:{other.value}" for other in Tier if other is not tier}
        assert {one for one in data if one.startswith("cramps:")} == others
        assert f"flags:signs:{tier.value}" in data
        assert ("flags:number" in data) == (tier is Tier.EMERGENCY)


def test_a_closed_card_is_one_line_and_can_be_corrected() -> None:
    message = entry_card.closed(TR, PLAIN)
    assert visible_text(message.text) == "Logged: 03:12, Tuesday night"
    assert labels(message) == ["✏️ Correct", "Relief", "Undo", "◀ That night"]
