"""The messages of the users feature: rules for all of them, and the texts of some."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from bot.database.models import Fluids
from bot.features.cramps.health_texts import short_information
from bot.features.registry import FEATURES
from bot.features.users.messages import (
    bed_wake_fluids,
    keyboard,
    menu_and_help,
    onboarding,
    pause,
    place,
    settings,
)
from bot.features.users.messages.place import ZoneChoice
from bot.features.users.messages.settings import FOREVER_ON, ShownSettings
from bot.i18n.translator import translator
from bot.local_time.zone_names import city_name
from bot.telegram.message import Message, unpack
from tests.support.handlers import verbs_of
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
NOW = datetime(2027, 1, 13, 20, 0)
LONGEST_ZONE = "America/Argentina/ComodRivadavia"
PLACES = [
    ZoneChoice(zone, city_name(zone), NOW)
    for zone in (
        "Europe/Berlin",
        LONGEST_ZONE,
        "America/Argentina/Buenos_Aires",
        "Asia/Ho_Chi_Minh",
        "America/North_Dakota/New_Salem",
        "Etc/GMT-14",
    )
]
NAMELESS = ZoneChoice("Europe/Berlin", "<b>&", NOW)
UNSET = ShownSettings("UTC", NOW, None, None, None)
SET_UP = ShownSettings("Berlin", NOW, time(22, 30), time(7), Fluids.FREE)
AWAY = ShownSettings(
    "New York", NOW, time(22, 30), time(7), Fluids.UNSURE, "Berlin", date(2027, 1, 24), "Resting."
)
PAUSE = pause.pause_words(TR, NOW)


def every_message() -> Iterator[tuple[str, Message]]:
    information = short_information(TR)
    yield "welcome", onboarding.welcome(TR, information, PLACES)
    for name, shown in (("unset", UNSET), ("set up", SET_UP), ("away", AWAY)):
        yield f"card {name}", settings.settings_card(TR, shown)
        yield f"card {name} and note", settings.settings_card(TR, shown, "<note> & more")
        yield f"menu {name}", menu_and_help.menu(TR, shown.pause)
        yield f"zone {name}", place.zone_question(TR, PLACES, shown)
    yield "zone", place.zone_question(TR, PLACES)
    yield "markup in a name", place.zone_question(TR, [NAMELESS])
    yield "place", place.place_question(TR)
    yield "location", place.location_offer(TR)
    for choice in PLACES:
        yield f"right {choice.zone}", place.confirm_place(TR, choice)
    yield "unclear place", place.unclear_place(TR, PLACES)
    yield "unknown place", place.unknown_place(TR, PLACES)
    for hour in range(24):
        yield f"bed from {hour}", bed_wake_fluids.bed_question(TR, time(hour, 30))
        yield f"wake from {hour}", bed_wake_fluids.wake_question(TR, time(hour))
    bed_again = onboarding.with_step_back(TR, bed_wake_fluids.bed_question(TR), "time_zone")
    yield "a step back", bed_again
    sorry, same = bed_wake_fluids.unclear_time(TR), bed_wake_fluids.same_times(TR)
    yield "unclear time and question", bed_wake_fluids.with_reason(sorry, bed_again)
    yield "back", settings.with_way_back(TR, bed_wake_fluids.bed_question(TR))
    yield "unclear time", bed_wake_fluids.with_reason(sorry)
    yield "the same time", bed_wake_fluids.with_reason(same)
    yield "drinks", bed_wake_fluids.fluid_question(TR)
    yield (
        "last question",
        onboarding.asked_again(TR, bed_wake_fluids.fluid_question(TR, is_last=True)),
    )
    for fluids in Fluids:
        for spread in (False, True):
            yield f"plan {fluids} {spread}", onboarding.plan_ready(TR, "<plan>", fluids, spread)
    yield "keyboard", keyboard.keyboard_message(TR)
    for choice in PLACES:
        yield f"travel {choice.zone}", place.new_zone_question(TR, choice, "<home>")
    yield "keep until", place.keep_until_question(TR)
    yield "unclear day", place.unclear_day(TR)
    yield "pause", pause.pause_question(TR)
    yield "pause until", pause.pause_until_question(TR)
    yield "paused", pause.paused(TR, PAUSE)
    yield "resumed", pause.resumed(TR)
    yield "help", menu_and_help.help_card(TR, information)
    yield "help in a pause", menu_and_help.help_card(TR, information, paused=True)
    yield "not understood", menu_and_help.not_understood(TR)


MESSAGES = dict(every_message())


@pytest.mark.parametrize("name", MESSAGES)
def test_every_text_is_well_formed_short_and_kind(name: str) -> None:
    text = visible_text(MESSAGES[name].text)
    assert 10 < len(text) <= 1330  # the list of all commands is the longest
    assert "{" not in text
    assert "!" not in text
    assert_kind_words(text)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_button_fits_a_phone_and_has_a_handler(name: str) -> None:
    taps = {feature.name: verbs_of(feature) for feature in FEATURES}
    assert len(MESSAGES[name].rows) <= 6
    for row in MESSAGES[name].rows:
        width = {1: 40, 2: 24, 3: 14}.get(len(row), 8)
        for button in row:
            tap = unpack(button.data)
            assert tap is not None
            assert tap.verb in taps[tap.feature]
            assert 2 <= len(button.label) <= width, button.label


@pytest.mark.parametrize("name", MESSAGES)
def test_no_two_buttons_of_a_message_read_or_do_the_same(name: str) -> None:
    buttons = [button for row in MESSAGES[name].rows for button in row]
    assert len({button.label for button in buttons}) == len(buttons)
    assert len({button.data for button in buttons}) == len(buttons)


def test_the_first_words_say_what_it_is_and_what_it_is_not() -> None:
    text = visible_text(onboarding.welcome(TR, short_information(TR), PLACES).text)
    assert text.startswith("Hello, I am CalmCalf. ")
    assert "Not medical advice. Not for emergencies (112, 911, 999)." in text
    assert "Nobody reads this chat." in text
    assert text.endswith("First: where are you? Tap a place with the same time as yours.")


def test_zones_show_city_and_time() -> None:
    labels = [button.label for row in place.zone_question(TR, PLACES).rows for button in row]
    assert labels[0] == "Berlin · 20:00"
    assert labels[-2:] == ["UTC+14 · 20:00", "Somewhere else…"]


@pytest.mark.parametrize(
    ("first", "labels"),
    [
        (time(21), ["21:00", "21:30", "22:00", "22:30", "23:00", "23:30", "00:00", "00:30"]),
        (time(0), ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
    ],
)
def test_a_page_of_half_hours_runs_over_midnight(first: time, labels: list[str]) -> None:
    shown = [button.label for row in bed_wake_fluids.bed_question(TR, first).rows for button in row]
    assert shown == [*labels, "◀ Earlier", "Later ▶"]


def test_limits_of_drinks_have_their_consequence_and_a_way_to_ask() -> None:
    for fluids in (Fluids.LIMITED, Fluids.UNSURE):
        text = bed_wake_fluids.fluid_consequence(TR, fluids)
        assert text.startswith("Drink as your care team told you. I will not remind you to drink.")
        assert text.endswith("you can change this answer at any time.")
        dialysis = bed_wake_fluids.fluid_consequence(TR, fluids, is_on_dialysis=True)
        assert "Tell the unit about cramps." in dialysis
    by_profile = bed_wake_fluids.fluid_consequence(TR, Fluids.FREE)
    assert by_profile.endswith("This follows from your answers about your health or medicines.")


def test_about_is_explained_only_when_a_time_is_spread() -> None:
    told = "“About” means within ten minutes. A time you choose yourself is exact."
    assert told in onboarding.plan_ready(TR, "plan", "", spread=True).text
    assert told not in onboarding.plan_ready(TR, "plan", "", spread=False).text


@pytest.mark.parametrize(
    ("until_on", "words"),
    [
        (date(2027, 1, 24), "Reminders keep the time of Berlin until Sun 24 Jan."),
        (FOREVER_ON, "Reminders keep the time of Berlin."),
        (None, "Reminders keep the time of Berlin."),
    ],
)
def test_home_time_shows_on_the_card(until_on: date | None, words: str) -> None:
    shown = ShownSettings("New York", NOW, None, None, None, "Berlin", until_on)
    assert words in settings.settings_card(TR, shown).text.splitlines()


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (None, "Reminders are paused until you resume them."),
        (NOW + timedelta(days=7), "Reminders are paused until Wed 20 Jan, 20:00."),
    ],
)
def test_a_pause_in_words(until: datetime | None, words: str) -> None:
    assert pause.pause_words(TR, until) == words


def test_the_keyboard_has_the_log_button_first_and_stays() -> None:
    shown = keyboard.main_keyboard(TR)
    assert shown.rows == (("🦵 Log cramp", "🦶 Relief"), ("📊 This week", "🔔 Reminders"))
    assert shown.persistent
    asking = place.location_offer(TR).reply_keyboard
    assert asking is not None
    assert asking.rows == ((asking.location_label,), *shown.rows)
