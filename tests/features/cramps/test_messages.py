"""Texts and buttons of an entry's messages, at every level, with every field set."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial

import pytest

from bot.database.cramp_values import Side, Site, TimePrecision
from bot.features.cramps import values
from bot.features.cramps.entry import Entry, Surroundings
from bot.features.cramps.entry_times import Unusable, When
from bot.features.cramps.messages import (
    change_names,
    detail_pages,
    earlier_entries,
    entry_card,
    entry_changes,
    health_cards,
    past_entry,
)
from bot.features.cramps.messages.chips import FITS
from bot.features.cramps.messages.entry_words import fields_of
from bot.features.cramps.messages.labels import code_labels
from bot.features.cramps.messages.places import place_labels
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import UNKNOWN
from bot.i18n.translator import SOURCE_LANGUAGE, translator
from bot.telegram.message import MAX_CALLBACK_BYTES, Button, Message, Tap, unpack
from tests.features.cramps.test_health_texts import ALLOWED
from tests.i18n.test_catalogues import LANGUAGES as TRANSLATED
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
PAIN = replace(PLAIN, event_type="other_pain")
LANGUAGES = (SOURCE_LANGUAGE, *TRANSLATED)
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
    **{
        name: lambda entry, page=page: page(TR, entry)  # type: ignore[misc]
        for name, page in detail_pages.PAGES.items()
    },
    **{
        f"field {name}": lambda entry, name=name: detail_pages.field_card(TR, entry, name)  # type: ignore[misc]
        for name in FIELDS
    },
}
CARDS = {tier: health_cards.warning(TR, tier, UNKNOWN) for tier in Tier}


def every_message() -> Iterator[tuple[str, Message]]:
    for name, make in MESSAGES.items():
        for kind, entry in (("plain", PLAIN), ("full", FULL), ("twitch", TWITCH)):
            yield f"{name}, {kind}", make(entry)
    yield from CARDS.items()


def buttons(message: Message) -> list[Button]:
    return [button for row in message.rows for button in row]


def taps(message: Message) -> list[Tap]:
    return [tap for button in buttons(message) if (tap := unpack(button.data)) is not None]


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
    assert len(message.rows) <= 13
    assert buttons(message), name
    for button in buttons(message):
        assert len(button.data.encode()) <= MAX_CALLBACK_BYTES
        tap = unpack(button.data)
        assert tap is not None
        assert tap.feature in {"cramps", "flags", "history", "learn", "users"}
        assert 0 < len(button.label) <= 24
    data = [button.data for button in buttons(message)]
    assert len(set(data)) == len(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_is_cut_on_a_phone_of_360_pixels(language: str) -> None:
    tr = translator(language)
    pages = [*detail_pages.PAGES.values()]
    pages += [partial(detail_pages.field_card, name=name) for name in FIELDS]
    for place in place_labels(tr):
        side_site = Side(place[0]), Site(place[1])
        around = Surroundings(usual=side_site, places=(side_site,) * 4)
        usual = replace(PLAIN, surroundings=around)
        pages += [lambda tr, _entry, usual=usual: entry_card.logged(tr, usual)]  # type: ignore[misc]
        pages += [lambda tr, _entry, usual=usual: detail_pages.more(tr, usual)]  # type: ignore[misc]
    cut = {
        button.label
        for page in pages
        for entry in (PLAIN, FULL, TWITCH, PAIN)
        for row in page(tr, entry).rows
        for button in row
        if len(button.label) > FITS[len(row) - 1]
    }
    assert not cut


def test_the_first_answer_is_what_was_logged_relief_and_strength() -> None:
    message = entry_card.logged(TR, PLAIN)
    assert visible_text(message.text).startswith("Cramp logged: 03:12\nTuesday night\n")
    assert [[button.label for button in row] for row in message.rows] == [
        ["Relief"],
        ["2", "4", "6", "8", "10"],
        ["Another time…"],
        ["Undo", "More…"],
    ]
    assert "UTC" not in message.text


LEFT_CALF = (Side.LEFT, Site.CALF)
BY_DAY = datetime(2027, 1, 13, 14, 0)
FIRST_ANSWERS: dict[str, tuple[Entry, str]] = {
    "first of a night": (PLAIN, "Another time…"),
    "with a habit": (PLAIN, "Left calf again"),
    "second of a night": (replace(PLAIN, number=2), "Same cramp as before"),
    "second of a night, with a habit": (replace(PLAIN, number=2), "Same cramp as before"),
    "by day": (replace(PLAIN, local_at=BY_DAY), "Woke me"),
    "by day, with a habit": (replace(PLAIN, local_at=BY_DAY), "Woke me"),
    "woke by day": (replace(PLAIN, local_at=BY_DAY, woke_me="yes"), "• Woke me"),
    "no time told": (replace(PLAIN, has_time=False, chip=When.LAST_NIGHT), "Woke me"),
    "the habit told, with a habit": (replace(PLAIN, side="left", site="calf"), "• Left calf"),
    "another place told, with a habit": (replace(PLAIN, site="toes"), "Another time…"),
    "no zone": (replace(PLAIN, needs_zone=True), "Another time…"),
    "typed about, earlier": (replace(PLAIN, is_about=True, chip=None), "Another time…"),
    "everything told": (replace(FULL, number=1), "Another time…"),
    "a twitch": (TWITCH, "Another time…"),
    "other pain": (PAIN, "Another time…"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", FIRST_ANSWERS)
def test_the_first_answer_has_at_most_nine_buttons(case: str, language: str) -> None:
    entry, ninth = FIRST_ANSWERS[case]
    around = Surroundings(
        usual=LEFT_CALF if "with a habit" in case else None,
        bed_time=time(22, 30),
        wake_time=time(7),
    )
    message = entry_card.logged(translator(language), replace(entry, surroundings=around))
    assert 4 <= len(buttons(message)) <= 9
    assert message.rows[0][0].data == f"cramps:relief:{entry.id}"
    if language == "en":
        assert message.rows[-2][0].label == ninth


@pytest.mark.parametrize(
    ("bed", "wake", "hour", "is_plain"),
    [
        (time(22, 30), time(7), 3, True),
        (time(22, 30), time(7), 8, False),
        (time(22, 30), time(7), 22, False),
        (time(8, 30), time(16), 12, True),
        (time(8, 30), time(16), 3, False),
        (None, None, 3, True),
        (None, None, 12, False),
    ],
)
def test_waking_is_asked_where_the_hour_does_not_say_it(
    bed: time | None, wake: time | None, hour: int, is_plain: bool
) -> None:
    entry = replace(
        PLAIN,
        local_at=datetime(2027, 1, 13, hour),
        surroundings=Surroundings(bed_time=bed, wake_time=wake),
    )
    assert ("Woke me" in labels(entry_card.logged(TR, entry))) is not is_plain
    assert "Woke me" in labels(detail_pages.more(TR, entry))


def test_it_says_earlier_today_by_day() -> None:
    noon = replace(PLAIN, tapped_local=datetime(2027, 1, 13, 14, 0))
    assert "Earlier today" in labels(detail_pages.times(TR, noon))


def test_the_times_of_an_old_entry_do_not_speak_of_now() -> None:
    old = replace(PLAIN, surroundings=Surroundings(is_fresh=False))
    assert not {"Now", "• Now", "Last night", "15 min ago"} & set(
        labels(detail_pages.times(TR, old))
    )
    assert labels(detail_pages.times(TR, PLAIN))[:4] == [
        *("• Now", "15 min ago", "Earlier tonight", "Last night")
    ]


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ((20, 0), "20:00\nTuesday night"),
        ((5, 59), "05:59\nTuesday night"),
        ((7, 30), "07:30\nIt counts towards Tuesday night."),
        ((15, 0), "15:00\nIt counts towards Tuesday night."),
    ],
)
def test_by_day_it_says_for_which_night_it_counts(clock: tuple[int, int], words: str) -> None:
    entry = replace(PLAIN, local_at=datetime(2027, 1, 13, *clock))
    assert visible_text(entry_card.logged(TR, entry).text).startswith(f"Cramp logged: {words}\n")


def test_a_night_without_a_time_is_just_the_night() -> None:
    entry = replace(PLAIN, has_time=False, chip=When.LAST_NIGHT)
    message = entry_card.logged(TR, entry)
    assert visible_text(message.text).startswith("Cramp logged: Tuesday night")
    assert "03:12" not in message.text
    assert "• Last night" in labels(detail_pages.times(TR, entry))


def test_chosen_chips_are_marked_and_named_in_the_text() -> None:
    entry = replace(PLAIN, intensity=8, woke_me="yes", site="calf", side="left")
    assert "• 8" in labels(entry_card.logged(TR, entry))
    assert "8" not in labels(entry_card.logged(TR, entry))
    assert {"• 8", "• Woke me", "• Left calf"} <= set(labels(detail_pages.more(TR, entry)))
    assert "left calf · strength 8 · woke me" in entry_card.logged(TR, entry).text
    assert "woke me · calf" in entry_card.logged(TR, replace(entry, side=None)).text


def test_strength_0_is_a_value() -> None:
    entry = replace(PLAIN, intensity=0)
    assert "• 0" in labels(detail_pages.more(TR, entry))
    assert "strength 0" in entry_card.logged(TR, entry).text


def test_without_a_zone_it_asks_for_one() -> None:
    assert "UTC" in entry_card.logged(TR, replace(PLAIN, needs_zone=True)).text


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, None), (2, "second cramp"), (3, "third cramp"), (4, "Cramp number 4")],
)
def test_a_further_cramp_says_so(number: int, words: str | None) -> None:
    message = entry_card.logged(TR, replace(PLAIN, number=number))
    assert ("Same cramp as before" in labels(message)) is (words is not None)
    assert words is None or words in message.text


def test_a_twitch_is_asked_only_what_it_needs() -> None:
    assert "7" not in labels(entry_card.logged(TR, TWITCH))
    offered = labels(detail_pages.more(TR, TWITCH))
    assert "How long" not in offered
    assert {"• Where", "Which side"} <= set(offered)


@pytest.mark.parametrize("entry", [PLAIN, TWITCH, PAIN], ids=["cramp", "twitch", "pain"])
def test_every_value_can_be_chosen_and_cleared(entry: Entry) -> None:
    """Every field of a type is reached from its first page, on some page behind it."""
    for name in fields_of(entry.event_type):
        shown = detail_pages.field_page(TR, entry, name)
        chosen = {
            tap.word(2)
            for tap in taps(shown)
            if tap.verb in {"set", "many"} and tap.word(1) == name
        }
        offered = set(code_labels(TR)[name]) - {*values.WHOLE_SITES}  # typed only
        assert chosen - {"clear"} >= offered - {"unsure", entry.code(name)}, name


def test_each_detail_takes_two_taps_once_the_details_are_open() -> None:
    """The first page of details has a chip, or opens the page that has it."""

    def told(message: Message) -> set[tuple[str, str]]:
        return {
            (tap.word(1) or "", tap.word(2) or "")
            for tap in taps(message)
            if tap.verb in {"set", "many"}
        }

    first = detail_pages.more(TR, PLAIN)
    opened = [tap.word(1) or "" for tap in taps(first) if tap.verb == "open"]
    within = told(first).union(*(told(detail_pages.PAGES[page](TR, PLAIN)) for page in opened))
    details = {**values.SINGLE, **values.MANY}
    wanted = {(name, code) for name in fields_of("cramp") for code in details[name]}
    # The first page leaves no room for "not sure", which is what nothing told means; a foot or a
    # thigh of which no part is named is only typed.
    typed = {("site", one) for one in values.WHOLE_SITES}
    assert wanted - within == {("duration", "unsure"), ("woke", "unsure")} | typed
    assert {name for name, _code in told(first)} == {"strength", "duration", "woke"}
    assert "place" in {tap.verb for tap in taps(first)}


@pytest.mark.parametrize("name", [one for one in values.SINGLE if one not in values.NEVER_EMPTY])
def test_a_value_can_be_cleared(name: str) -> None:
    kind = "twitch" if name in fields_of("twitch") and name not in fields_of("cramp") else "cramp"
    for told, is_set in ((PLAIN, False), (FULL, True)):
        entry = replace(told, event_type=kind)
        page = detail_pages.field_page(TR, entry, name)
        cleared = {tap.word(1) for tap in taps(page) if tap.word(2) == "clear"}
        assert (name in cleared) is is_set


def test_no_page_has_the_name_of_a_field() -> None:
    assert not set(detail_pages.PAGES) & set(FIELDS)


def test_a_chip_of_the_first_answer_sets_its_code_again() -> None:
    """A second tap on a slow phone must not take back what the first one said."""
    entry = replace(PLAIN, intensity=8)
    assert data_of(entry_card.logged(TR, entry), "• 8").endswith(":strength:8")
    assert data_of(detail_pages.more(TR, entry), "• 8").endswith(":strength:clear:more")


def test_an_after_effect_chip_carries_the_state_after_the_tap() -> None:
    message = detail_pages.PAGES["after"](TR, replace(PLAIN, after_effects=frozenset({"weak"})))
    assert data_of(message, "• Weak").endswith(":many:999999999999:effect:weak:0")
    assert data_of(message, "Swollen").endswith(":many:999999999999:effect:swollen:1")


@pytest.mark.parametrize("view", ["first", "more", "same"])
@pytest.mark.parametrize("entry", [PLAIN, FULL, TWITCH], ids=["plain", "full", "twitch"])
def test_warning_signs_are_two_taps_away(view: str, entry: Entry) -> None:
    first = {button.data for button in buttons(MESSAGES[view](entry))}
    assert first & {f"cramps:relief:{entry.id}", "cramps:warnings"}


def test_a_card_leads_to_the_other_tiers() -> None:
    for tier in Tier:
        data = {button.data for button in buttons(health_cards.warning(TR, tier, UNKNOWN))}
        others = {f"cramps:warning:{other.value}" for other in Tier if other is not tier}
        if tier is Tier.EMERGENCY:  # shows the signs in short; the rest is behind the whole lines
            assert data >= {"cramps:warning:emergency:full", "cramps:warning:urgent"}
            continue
        assert {one for one in data if one.startswith("cramps:")} == others
        assert f"flags:signs:{tier.value}" in data
        assert "flags:number" not in data


def test_a_closed_card_is_one_line_and_one_button() -> None:
    message = entry_card.closed(TR, replace(PLAIN, side="left", site="calf", intensity=7))
    assert message.text == "Cramp logged: 03:12, Tuesday night · left calf · strength 7"
    assert labels(message) == ["✏️ Change"]
