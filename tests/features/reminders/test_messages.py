"""The messages of reminders: rules for all texts and buttons, and some of the texts."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from bot.database.models import EVERY_DAY, Answer, Kind
from bot.features.health_profile.handlers import FEATURE as PROFILE
from bot.features.reminders.guided_stretch import ROUTINE
from bot.features.reminders.handlers import FEATURE
from bot.features.reminders.messages import guided_stretch, names, sent, settings, snooze
from bot.features.reminders.messages.names import PlanItem
from bot.features.reminders.messages.settings import ReminderState
from bot.features.reminders.messages.times import ask_times, most_times, unclear_times
from bot.features.reminders.stretch_positions import WAYS
from bot.features.reminders.tips import tip
from bot.features.users.handlers import FEATURE as USERS
from bot.i18n.translator import available_languages, translator
from bot.telegram.message import Message, unpack
from tests.support.handlers import verbs_of
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
DELIVERY = 987_654_321_012
DUE = datetime(2027, 1, 12, 22, 20)
TUESDAY = date(2027, 1, 12)
DAILY = sorted(set(snooze.SNOOZE_MINUTES) - {Kind.CUSTOM})


def state(
    kind: Kind = Kind.STRETCH,
    *,
    enabled: bool = True,
    times: tuple[time, ...] = (time(22, 20),),
    is_default: bool = True,
    weekdays: int = EVERY_DAY,
    next_local: datetime | None = DUE,
    is_paused: bool = False,
    kept_off_by: str | None = None,
    dinner_enabled: bool = False,
) -> ReminderState:
    return ReminderState(
        kind=kind,
        enabled=enabled,
        times=times,
        is_default=is_default,
        weekdays=weekdays,
        with_sound=True,
        next_local=next_local,
        today=TUESDAY,
        is_paused=is_paused,
        kept_off_by=kept_off_by,
        dinner_enabled=dinner_enabled,
    )


def every_message() -> Iterator[Message]:
    """Yield every message of this feature in all variants."""
    for kind in DAILY:
        line = tip(TR, kind, 1)
        yield sent.reminder_due(TR, kind, DELIVERY, line)
        for answer in (*Answer, None):
            yield sent.reminder_closed(TR, kind, DUE, answer)
        for answer in Answer:
            for today in (TUESDAY, TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=30)):
                yield sent.answered(TR, kind, DELIVERY, DUE, answer, TUESDAY, today)
        for may_wait in (True, False):
            yield sent.ask_again(TR, kind, DELIVERY, DUE, may_wait=may_wait)
        yield snooze.snooze_choices(TR, kind, DELIVERY)
        yield snooze.snoozed(TR, kind, DELIVERY, DUE)
        yield snooze.snoozed(TR, kind, DELIVERY, DUE, time(22, 15))
        yield snooze.past_bedtime(TR, kind, DELIVERY, DUE, time(22, 0), 30_000_000)
        yield snooze.ask_snooze_time(TR, kind, DELIVERY)
    yield snooze.unclear_time(TR, DELIVERY)
    for number in range(len(ROUTINE)):
        for way in WAYS:
            yield guided_stretch.routine_step(TR, DELIVERY, number, way)
    yield settings.not_set_up(TR)
    for paused in (True, False):
        yield settings.overview(TR, [state(kind, is_paused=paused) for kind in Kind])
    for kind in Kind:
        most = tuple(time(hour) for hour in range(8, 8 + most_times(kind)))
        for one in (
            state(kind),
            state(kind, times=most, is_default=False),
            state(kind, times=(), next_local=None),
            state(kind, enabled=False, next_local=None),
            state(kind, is_paused=True, next_local=None),
            state(kind, kept_off_by="drinks", next_local=None),
            state(kind, kept_off_by="food", next_local=None),
            state(kind, kept_off_by="stretch", next_local=None),
            state(kind, weekdays=1, dinner_enabled=True),
        ):
            yield settings.reminder_card(TR, one)
            yield settings.days_card(TR, one)
            yield settings.no_days_card(TR, one)
        yield ask_times(TR, kind)
        yield unclear_times(TR, kind)


def test_every_text_is_well_formed_short_and_kind() -> None:
    for message in every_message():
        text = visible_text(message.text)
        assert_kind_words(text, allow={"treated"})
        assert 0 < len(text) < 700
        assert "{" not in text
        assert "!" not in text


def test_every_button_fits_and_has_a_handler() -> None:
    taps = {feature.name: verbs_of(feature) for feature in (FEATURE, USERS, PROFILE)}
    for message in every_message():
        for row in message.rows:
            assert len(row) <= 4
            for button in row:
                tap = unpack(button.data)
                assert tap is not None
                assert tap.verb in taps[tap.feature], button.data
                assert 0 < len(button.label) <= 30, button.label


def test_no_two_buttons_of_a_message_read_the_same() -> None:
    for message in every_message():
        labels = [button.label for row in message.rows for button in row]
        assert len(labels) == len(set(labels))


def test_no_card_is_a_dead_end() -> None:
    """Only closed reminders and the hint to send /start have no button."""
    bare = {
        sent.reminder_closed(TR, kind, DUE, answer).text
        for kind in DAILY
        for answer in (*Answer, None)
    }
    bare.add(settings.not_set_up(TR).text)
    for message in every_message():
        assert message.rows or message.text in bare, message.text


@pytest.mark.parametrize("kind", DAILY)
def test_a_reminder_carries_one_line_and_three_answers(kind: Kind) -> None:
    line = tip(TR, kind, 1)
    message = sent.reminder_due(TR, kind, DELIVERY, line)
    first, second = visible_text(message.text).split("\n")
    assert first.startswith(names.ICONS[kind])
    assert second == line
    verbs = [tap.verb for button in message.rows[0] if (tap := unpack(button.data)) is not None]
    assert verbs == ["done", "later", "skip", "menu"]
    assert len(message.rows) == (2 if kind is Kind.STRETCH else 1)


@pytest.mark.parametrize("language", available_languages())
def test_four_buttons_fit_beside_each_other(language: str) -> None:
    message = sent.reminder_due(translator(language), Kind.HYDRATION, DELIVERY, "")
    words = [word for button in message.rows[0] for word in button.label.split()]
    assert max(map(len, words)) <= 9  # at 360 px a quarter of a row holds no more


@pytest.mark.parametrize(
    ("kind", "today", "words"),
    [
        (Kind.STRETCH, TUESDAY, None),
        (Kind.STRETCH, TUESDAY + timedelta(days=1), "Noted for the evening of Tuesday"),
        (Kind.DINNER_CAFFEINE, TUESDAY + timedelta(days=6), "Noted for the evening of Tuesday"),
        (Kind.HYDRATION, TUESDAY + timedelta(days=1), "Noted for Tuesday"),
        (Kind.CAFFEINE, TUESDAY + timedelta(days=1), None),
        (Kind.STRETCH, TUESDAY + timedelta(days=7), "Noted for the evening of Tue 12 Jan"),
    ],
)
def test_an_answer_for_another_day_says_which(kind: Kind, today: date, words: str | None) -> None:
    text = sent.answered(TR, kind, DELIVERY, DUE, Answer.DONE, TUESDAY, today).text
    lines = visible_text(text).split("\n")
    assert (lines[1] if len(lines) > 1 else None) == words


def test_no_answer_is_not_noted_for_anything() -> None:
    later = TUESDAY + timedelta(days=1)
    message = sent.answered(TR, Kind.STRETCH, 1, DUE, Answer.NO_ANSWER, TUESDAY, later)
    assert visible_text(message.text) == "🌙 Stretch, 22:20: no answer"


def test_the_plan_has_a_line_for_each_reminder() -> None:
    items = [
        PlanItem(Kind.STRETCH, (time(22, 20),), is_default=True),
        PlanItem(Kind.CAFFEINE, (time(14, 15),), is_default=False),
        PlanItem(Kind.HYDRATION, (time(8), time(12, 30)), is_default=True),
        PlanItem(Kind.DINNER_CAFFEINE, (), is_default=True),
        PlanItem(Kind.SUMMARY, (time(19),), is_default=True, weekdays=1 << 6),
        PlanItem(Kind.CUSTOM, (time(9),), is_default=False, words="Feet up", weekdays=0b11),
    ]
    assert names.plan_lines(TR, items).splitlines() == [
        "🌙 Stretch about 22:20",
        "☕ Last caffeine 14:15",
        "💧 Drinks about 08:00, 12:30",
        "📊 Weekly summary, Sun about 19:00",
        "📌 Feet up, Mon, Tue 09:00",
    ]


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (EVERY_DAY, "every day"),
        (0b0011111, "Monday to Friday"),
        (0b1000001, "Mon, Sun"),
        (0b0000100, "Wed"),
    ],
)
def test_days_in_words(mask: int, words: str) -> None:
    assert names.days_words(TR, mask) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today 22:20"), (1, "tomorrow 22:20"), (2, "Thu 14 Jan, 22:20")],
)
def test_when_it_comes_next(days: int, words: str) -> None:
    assert settings.next_words(TR, DUE + timedelta(days=days), TUESDAY) == words


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (state(), "on, next today 22:20"),
        (state(enabled=False, next_local=None), "off"),
        (state(is_paused=True), "paused, next today 22:20"),
        (state(is_paused=True, next_local=None), "paused"),
        (state(times=(), next_local=None), "no time that fits your day"),
        (
            state(Kind.HYDRATION, kept_off_by="drinks", next_local=None),
            "off, as your drinks may be limited",
        ),
    ],
)
def test_the_list_says_how_each_reminder_stands(one: ReminderState, words: str) -> None:
    text = visible_text(settings.overview(TR, [one]).text)
    assert text.endswith(f": {words}")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("weekdays", [0b0000001, 0b1000000, EVERY_DAY])
def test_each_day_button_carries_the_days_that_hold_after_it(kind: Kind, weekdays: int) -> None:
    card = settings.days_card(TR, state(kind, weekdays=weekdays))
    chips = [button for row in card.rows[:2] for button in row]
    for number, chip in enumerate(chips):
        tap = unpack(chip.data)
        assert tap is not None
        target = tap.number(1)
        assert chip.label.startswith("✓") == bool(weekdays >> number & 1)
        if kind is Kind.SUMMARY:
            assert target == 1 << number
        else:
            assert target == weekdays ^ 1 << number


def test_drinks_that_are_off_for_safety_only_lead_to_the_answer() -> None:
    card = settings.reminder_card(TR, state(Kind.HYDRATION, kept_off_by="drinks", next_local=None))
    assert [button.data for row in card.rows for button in row] == [
        "users:fluids",
        "about:page:drinks",
        "reminders:list",
    ]
