"""The caption of a week and its buttons."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.diary.facts import NONE_LAST_NIGHT, CrampFact, HabitFact, NightFact, ReminderFact
from bot.features.diary.trend import Direction, Trend
from bot.features.summary import messages, week_labels
from bot.features.summary.handlers import FEATURE
from bot.features.summary.stats import WeekFigures, summarise
from bot.features.summary.trend_messages import trend_words
from bot.features.summary.week_report import WeekReport
from bot.features.summary.weeks import week_of
from bot.features.warning_signs.findings import Counted
from bot.features.warning_signs.nudge_messages import nudge_lines, nudge_texts
from bot.features.warning_signs.selection import Nudge
from bot.i18n.translator import HourCycle, translator
from bot.local_time.nights import night_of
from bot.telegram.message import Message, unpack
from tests.support.handlers import verbs_of
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
WEEK = date(2027, 1, 10)
"""A Sunday."""
LONG_AGO = date(2026, 1, 1)
SUNDAY_SIX = datetime(2027, 1, 17, 18, 0)
PICTURE = b"picture"
CAVEAT = "This counts what you logged; missing nights are not counted as free of cramps."
QUESTION = "Did cramps limit you this week?"
PARTIAL = "A partial week, so it is not compared with others."


def cramp(
    number: int, intensity: int | None = None, woke_me: str | None = None, hour: int = 2
) -> CrampFact:
    """A cramp in a night of the week."""
    local_at = datetime.combine(WEEK + timedelta(days=number + 1), time(hour))
    return CrampFact(local_at, night_of(local_at), intensity=intensity, woke_me=woke_me)


def quiet(*numbers: int) -> list[NightFact]:
    return [NightFact(WEEK + timedelta(days=number), NONE_LAST_NIGHT) for number in numbers]


def report(
    cramps: Sequence[CrampFact] = (),
    checks: Sequence[NightFact] = (),
    reminders: Sequence[ReminderFact] = (),
    *,
    now: datetime = SUNDAY_SIX,
    started_on: date = LONG_AGO,
    weekday: int = 6,
    last_night_on: date | None = None,
    habits: Sequence[HabitFact] = (),
) -> WeekReport:
    figures = summarise(
        WEEK, cramps, checks, reminders, started_on=started_on, local_now=now, habits=habits
    )
    return WeekReport(
        figures,
        weekday,
        first_week_on=week_of(started_on, weekday),
        current_week_on=week_of(night_of(now), weekday),
        last_night_on=last_night_on,
        bed_time=time(22, 30),
        wake_time=time(7),
    )


def lines(shown: WeekReport) -> list[str]:
    """The visible lines between the dates and the closing sentence; a question comes after it."""
    text = visible_text(messages.caption(TR, shown)).splitlines()
    assert text[0].startswith("10–16 Jan")
    if text[-1] == QUESTION:
        assert text[-2] == ""
        text = text[:-2]
    assert text[-2:] == ["", CAVEAT]
    return text[1:-2]


def labels(message: Message) -> list[str]:
    return [button.label for row in message.rows for button in row]


def data(message: Message) -> list[str]:
    return [button.data for row in message.rows for button in row]


# The words ---------------------------------------------------------------------------------------


def test_a_full_week() -> None:
    cramps = [cramp(1, 3, "yes"), cramp(1, 8, "no_was_awake", hour=4), cramp(3, 4)]
    assert lines(report(cramps, quiet(0, 2, 4, 5, 6))) == [
        "You logged 7 of 7 nights.",
        "Cramps on 2 nights: 3 cramps.",
        "Typical strength: 4 of 10, from 3 cramps.",
        "1 of 2 woke you.",
    ]


def test_a_median_between_two_strengths_keeps_its_half() -> None:
    shown = lines(report([cramp(1, 3), cramp(2, 6)], quiet(0, 3, 4)))
    assert "Typical strength: 4.5 of 10, from 2 cramps." in shown


def test_the_strength_of_one_cramp_is_not_called_typical() -> None:
    assert lines(report([cramp(1, 0), cramp(2)], quiet(0, 3, 4))) == [
        "You logged 5 of 7 nights.",
        "Cramps on 2 nights: 2 cramps.",
        "Strength: 0 of 10.",
    ]


def test_what_was_not_entered_is_not_mentioned() -> None:
    assert lines(report([cramp(1)], quiet(0, 2, 3, 4))) == [
        "You logged 5 of 7 nights.",
        "Cramps on 1 night: 1 cramp.",
    ]


def test_no_waking_is_stated_as_a_count() -> None:
    shown = lines(report([cramp(1, woke_me="no_was_awake"), cramp(2, woke_me="unsure")]))
    assert "0 of 1 woke you." in shown


def test_four_or_more_in_an_entry_is_at_least() -> None:
    shown = lines(report([replace(cramp(1), count=4)], quiet(0, 2, 3, 4)))
    assert "Cramps on 1 night: at least 4 cramps." in shown


def test_a_week_of_quiet_nights_claims_no_more_than_was_logged() -> None:
    assert lines(report((), quiet(0, 1, 2, 3, 4))) == [
        "You logged 5 of 7 nights.",
        "No cramps on the nights you logged.",
    ]


@pytest.mark.parametrize(("covered", "is_partial"), [(1, True), (4, True), (5, False), (7, False)])
def test_below_five_nights_a_week_is_called_partial(covered: int, is_partial: bool) -> None:
    shown = lines(report((), quiet(*range(covered))))
    assert shown[0] == f"You logged {covered} of 7 nights."
    assert (PARTIAL in shown) is is_partial


def test_an_empty_week_is_fine() -> None:
    assert lines(report()) == ["No entries this week, and that is fine."]


def test_an_empty_week_that_is_still_running_is_fine_so_far() -> None:
    wednesday = datetime(2027, 1, 13, 21, 0)
    assert lines(report(now=wednesday)) == ["No entries so far, and that is fine."]


def test_a_week_that_has_just_begun() -> None:
    shown = lines(report(now=datetime(2027, 1, 10, 21, 0)))
    assert len(shown) == 1
    assert shown[0].startswith("There is no night to count yet. The first one shows up here")


def test_the_current_week_counts_the_nights_that_are_over() -> None:
    wednesday = datetime(2027, 1, 13, 15, 0)
    assert lines(report([cramp(0)], quiet(2), now=wednesday)) == [
        "You logged 2 of 3 nights so far.",
        "Cramps on 1 night: 1 cramp.",
    ]


def test_tonights_cramp_counts_before_the_night_is_over() -> None:
    small_hours = datetime(2027, 1, 11, 3, 0)
    assert lines(report([cramp(0)], now=small_hours))[0] == "You logged 1 of 1 night so far."


def test_nights_before_the_start_of_the_diary_are_not_missing() -> None:
    shown = lines(report([cramp(5)], quiet(6), started_on=date(2027, 1, 14)))
    assert shown[0] == "You logged 2 of 3 nights."
    only = lines(report((), quiet(6), started_on=date(2027, 1, 16)))
    assert only[0] == "You logged 1 of 1 night."


def test_twitches_have_their_own_line() -> None:
    twitch = replace(cramp(1), event_type="twitch")
    assert lines(report([twitch], quiet(0, 2, 3, 4, 5))) == [
        "You logged 5 of 7 nights.",
        "No cramps on the nights you logged.",
        "1 twitch.",
    ]
    assert "2 twitches." in lines(report([twitch, twitch], quiet(0)))


def test_a_week_of_twitches_alone_is_not_called_empty() -> None:
    twitch = replace(cramp(1), event_type="twitch")
    shown = lines(report([twitch]))
    assert shown[:2] == ["Only twitches this week.", "1 twitch."]
    running = lines(report([twitch], now=datetime(2027, 1, 13, 15, 0)))
    assert running == ["Only twitches so far.", "1 twitch."]


def test_reminders_are_counted_kind_by_kind_in_their_usual_order() -> None:
    day = WEEK + timedelta(days=2)
    reminders = [
        ReminderFact("hydration", day, "sent"),
        ReminderFact("hydration", day, "sent", "done"),
        ReminderFact("stretch", day, "sent", "done"),
        ReminderFact("dinner_caffeine", day, "unknown", "skipped"),
        ReminderFact("stretch", day + timedelta(days=1), "missed"),
        ReminderFact("summary", day, "sent"),
    ]
    shown = lines(report((), quiet(0, 1, 2, 3, 4), reminders))
    assert shown[-1] == ("Done: Stretch 1 of 1 · Dinner 0 of 1 · Drinks 1 of 2 (no answer: 1)")


def test_a_stretch_that_is_ticked_in_the_morning_counts() -> None:
    """It fills in a missing answer, overrides a given one, and counts without a reminder, too."""
    answers = (None, "skipped", "done", None)
    reminders = [
        ReminderFact("stretch", WEEK + timedelta(days=number), "sent", answer)
        for number, answer in enumerate(answers)
    ]
    ticks = [
        HabitFact(WEEK + timedelta(days=number), "stretch_done", done, is_stated=True)
        for number, done in ((0, True), (1, True), (2, False), (5, True))
    ]
    shown = lines(report((), quiet(0, 1, 2, 3, 4), reminders, habits=ticks))
    assert shown[-2:] == [
        "Done: Stretch 2 of 4 (no answer: 1)",
        "Stretched on 3 of 7 evenings.",
    ]
    shown = lines(report((), quiet(0, 1, 2, 3, 4), (), habits=ticks))
    assert shown[-1] == "Stretched on 3 of 7 evenings."


def trend(
    recent: int, earlier: int, direction: Direction | None = None, *, looks: bool = True
) -> Trend:
    return Trend(recent, 26, earlier, 51, direction, looks)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            trend(19, 15, Direction.MORE),
            (
                "More cramp nights than before: 19 of 26 logged nights in the last 4 weeks, "
                "15 of 51 in the 8 before. That is more than chance explains. The season, "
                "work or a new medicine may play a part."
            ),
        ),
        (
            trend(2, 30, Direction.FEWER),
            (
                "Fewer cramp nights than before: 2 of 26 logged nights in the last 4 weeks, "
                "30 of 51 in the 8 before. That is more than chance explains. The season, "
                "work or a new medicine may play a part."
            ),
        ),
        (
            trend(12, 15),
            (
                "Cramps on 12 of 26 logged nights in the last 4 weeks, 15 of 51 in the 8 before. "
                "Too few nights to call it a change."
            ),
        ),
        # One cramp night more or less, and weeks in which no direction is looked for.
        (
            trend(8, 14),
            "Cramps on 8 of 26 logged nights in the last 4 weeks, 14 of 51 in the 8 before.",
        ),
        (
            trend(12, 15, looks=False),
            "Cramps on 12 of 26 logged nights in the last 4 weeks, 15 of 51 in the 8 before.",
        ),
        (Trend(2, 4, 1, 5), "It is too early to say anything about a change."),
        (Trend(2, 20, 1, 4, None, True), None),
        (Trend(2, 20, 9, 50, None, True, is_partial=True), None),
    ],
)
def test_a_trend_in_words(found: Trend, words: str | None) -> None:
    assert trend_words(TR, found) == words
    shown = lines(replace(report([], quiet(0, 1, 2, 3, 4)), trend=found))
    assert (words in shown) is (words is not None)
    assert not any("trend" in line or "%" in line for line in shown)


def test_a_partial_week_says_so_instead_of_a_trend() -> None:
    shown = lines(replace(report([cramp(1)], quiet(0, 2)), trend=trend(19, 15, Direction.MORE)))
    assert PARTIAL in shown
    assert not any("before" in line for line in shown)


def test_the_dates_span_months_and_years() -> None:
    assert re.sub(r"\s", " ", week_labels.week_title(TR, date(2027, 1, 31))) == "31 Jan – 6 Feb"
    assert re.sub(r"\s", " ", week_labels.week_title(TR, date(2026, 12, 27))) == "27 Dec – 2 Jan"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (report(), "No entries yet"),
        (report(now=datetime(2027, 1, 10, 21, 0)), "No entries yet"),
        (report([replace(cramp(1), event_type="twitch")]), "No cramps logged"),
        (report((), quiet(0)), "No cramps in 1 logged night"),
        (report((), quiet(0, 1, 2)), "No cramps in 3 logged nights"),
        (report([cramp(0)]), "Cramps on 1 night"),
        (report([cramp(0), cramp(3)], quiet(1, 2)), "Cramps on 2 nights"),
        (report([cramp(0)], quiet(1, 2, 3, 4)), "Cramps on 1 of 5 logged nights"),
    ],
)
def test_the_headline_of_the_picture(shown: WeekReport, expected: str) -> None:
    assert week_labels.headline(TR, shown.figures) == expected


# The picture's words -----------------------------------------------------------------------------


def test_the_picture_gets_its_words_and_hours() -> None:
    words = week_labels.labels(TR, report([cramp(1)]))
    assert words.weekdays == ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
    assert words.days == ("10", "11", "12", "13", "14", "15", "16")
    assert (words.bed_hours, words.wake_hours) == (10.5, 19.0)
    assert list(words.hours) == [8, 10, 12, 14, 16, 18, 20, 22]
    assert all(words.hours[hour] == f"{(12 + hour) % 24:02}:00" for hour in words.hours)
    assert words.empty is None


def test_an_empty_picture_invites() -> None:
    assert week_labels.labels(TR, report()).empty is not None


def test_somebody_without_bed_and_wake_time_gets_no_band() -> None:
    words = week_labels.labels(TR, replace(report(), bed_time=None, wake_time=None))
    assert (words.bed_hours, words.wake_hours) == (None, None)


# The buttons -------------------------------------------------------------------------------------


def test_the_week_asks_leads_to_its_neighbours_and_to_more() -> None:
    shown = report([cramp(1)], started_on=date(2027, 1, 5), now=datetime(2027, 1, 20, 12))
    message = messages.week_message(TR, shown, PICTURE)
    assert message.picture == PICTURE
    assert message.text == messages.caption(TR, shown)
    assert visible_text(message.text).endswith(QUESTION)
    assert data(message) == [
        "summary:limited:20270110:no",
        "summary:limited:20270110:a_bit",
        "summary:limited:20270110:a_lot",
        "summary:week:20270103",
        "summary:week:20270117",
        "summary:more:20270110",
    ]
    assert data(messages.more_message(TR, shown, PICTURE)) == [
        "summary:details:20270110",
        "summary:words:week:20270110",
        "cramps:warnings",
        "summary:quarter:20270116",
        "summary:fill:20270110",
        "summary:week:20270110",
    ]


def test_the_newest_week_leads_to_the_present_month() -> None:
    shown = report([cramp(1)], now=datetime(2027, 1, 16, 23))
    found = data(messages.week_message(TR, shown, PICTURE))
    assert found == [
        "summary:week:20270103",
        "summary:fill:20270110",
        "summary:month",
        "cramps:warnings",
        "summary:more:20270110",
    ]
    assert "summary:quarter" in data(messages.more_message(TR, shown, PICTURE))


@pytest.mark.parametrize("answer", [None, "seen_doctor"])
@pytest.mark.parametrize("limited", [None, "a_bit"])
@pytest.mark.parametrize("has_later", [True, False])
def test_a_week_has_six_buttons_at_most_and_asks_one_thing(
    answer: str | None, limited: str | None, has_later: bool
) -> None:
    later = timedelta(days=7 if has_later else 0)
    nudge = Nudge(1, "P1", "soon", answer)
    plain = report([cramp(1)], now=SUNDAY_SIX + later)
    shown = replace(plain, nudge=nudge, limited=limited)
    found = data(messages.week_message(TR, shown, PICTURE))
    assert len(found) <= 6
    assert "summary:more:20270110" in found
    more = data(messages.more_message(TR, shown, PICTURE))
    assert "cramps:warnings" in (more if shown.later_on else found)
    asks_about_doctor = "flags:seen:1" in found
    asks_about_limits = messages.caption(TR, shown).endswith(QUESTION)
    assert not (asks_about_doctor and asks_about_limits)
    assert asks_about_doctor is (answer is None)
    assert ("flags:notnow:1" in found) is asks_about_doctor
    assert len(data(messages.more_message(TR, shown, PICTURE))) <= 6


def test_nights_that_are_only_shown_are_not_asked_about() -> None:
    shown = replace(report([cramp(1)]), is_compared=False)
    assert QUESTION not in visible_text(messages.caption(TR, shown))
    assert not any("limited" in one for one in data(messages.week_message(TR, shown, PICTURE)))


def test_the_last_seven_nights_say_so_and_have_no_later_week() -> None:
    shown = replace(report([cramp(1)]), is_last_seven=True, newest_on=WEEK + timedelta(days=6))
    said = "Your week has just begun, so these are the last seven nights."
    assert lines(shown)[0] == said
    assert shown.later_on is None
    assert said not in lines(report([cramp(1)]))


@pytest.mark.parametrize(
    ("started_on", "now", "has_earlier", "has_later"),
    [
        (date(2027, 1, 10), SUNDAY_SIX, False, True),
        (date(2027, 1, 9), SUNDAY_SIX, True, True),
        (date(2027, 1, 9), datetime(2027, 1, 16, 23), True, False),
        (date(2027, 1, 16), datetime(2027, 1, 16, 23), False, False),
    ],
)
def test_arrows_end_with_the_first_week_and_with_the_present(
    started_on: date, now: datetime, has_earlier: bool, has_later: bool
) -> None:
    shown = report(started_on=started_on, now=now)
    found = "".join(labels(messages.week_message(TR, shown, PICTURE)))
    assert ("◀" in found, "▶" in found) == (has_earlier, has_later)


@pytest.mark.parametrize("weekday", range(7))
def test_from_a_week_that_began_on_another_weekday_the_arrows_lead_to_current_weeks(
    weekday: int,
) -> None:
    shown = report(weekday=weekday, now=datetime(2027, 2, 10, 12))
    assert shown.earlier_on is not None
    assert shown.later_on is not None
    assert {shown.earlier_on.weekday(), shown.later_on.weekday()} == {weekday}
    assert shown.earlier_on < WEEK < shown.later_on
    assert shown.later_on <= WEEK + timedelta(days=7)
    assert shown.later_on - shown.earlier_on in {timedelta(days=7), timedelta(days=14)}


def test_nothing_to_fill_in_offers_no_filling_in() -> None:
    full = report([cramp(1)], quiet(0, 2, 3, 4, 5, 6))
    assert not any("fill" in one for one in data(messages.more_message(TR, full, PICTURE)))
    begun = report(now=datetime(2027, 1, 10, 21, 0))
    assert not any("fill" in one for one in data(messages.more_message(TR, begun, PICTURE)))


def test_open_nights_are_offered_and_quiet_ones_can_be_taken_back() -> None:
    wednesday = datetime(2027, 1, 13, 15, 0)
    shown = report([cramp(1)], quiet(2), now=wednesday, started_on=date(2027, 1, 10))
    message = messages.fill_message(TR, shown, PICTURE)
    assert labels(message) == ["Sun 10: no cramps?", "✓ Tue 12: no cramps", "◀ Back"]
    assert data(message) == [
        "summary:none:20270110:1:20270110",
        "summary:none:20270112:0:20270110",
        "summary:week:20270110",
    ]
    assert message.text.startswith(messages.caption(TR, shown))


def test_nights_before_the_start_of_the_diary_are_not_offered() -> None:
    shown = report(started_on=date(2027, 1, 15))
    found = labels(messages.fill_message(TR, shown, PICTURE))
    assert found == ["Fri 15: no cramps?", "Sat 16: no cramps?", "◀ Back"]


def test_last_night_is_offered_on_its_morning_only() -> None:
    morning = datetime(2027, 1, 12, 8, 0)
    early = report(now=morning, last_night_on=None)
    assert "Mon 11: no cramps?" not in labels(messages.fill_message(TR, early, PICTURE))
    shown = report(now=morning, last_night_on=date(2027, 1, 11))
    assert "Mon 11: no cramps?" in labels(messages.fill_message(TR, shown, PICTURE))


def test_days_are_named_in_the_persons_language() -> None:
    class German:
        language = locale = "de"
        hour_cycle: HourCycle = 24

        def gettext(self, message: str, /) -> str:
            return message

        def ngettext(self, singular: str, plural: str, number: int, /) -> str:
            return singular if number == 1 else plural

        def pgettext(self, _context: str, message: str, /) -> str:
            return message

    found = labels(messages.fill_message(German(), report(), PICTURE))
    assert found[0].startswith("So")
    assert week_labels.labels(German(), report()).weekdays[2].startswith("Di")
    assert "Jan." in week_labels.week_title(German(), WEEK)


# For any diary -----------------------------------------------------------------------------------

facts = st.builds(
    lambda entry, event_type: replace(entry, event_type=event_type),
    st.builds(
        cramp,
        st.integers(0, 6),
        st.none() | st.integers(0, 10),
        st.sampled_from([None, "yes", "no_was_awake", "unsure"]),
        st.integers(0, 11),
    ),
    st.sampled_from(["cramp", "cramp", "twitch", "urge_to_move"]),
)
kinds = ("stretch", "caffeine", "dinner_caffeine", "hydration", "summary")
answers = st.sampled_from([None, "done", "skipped", "no_answer"])
reminder_facts = st.builds(
    ReminderFact,
    st.sampled_from(kinds),
    st.integers(0, 6).map(lambda number: WEEK + timedelta(days=number)),
    st.sampled_from(["sent", "missed"]),
    answers,
)
reports = st.builds(
    lambda cramps, nights, reminders, hours, started: report(
        cramps,
        quiet(*nights),
        reminders,
        now=datetime(2027, 1, 10, 12) + timedelta(hours=hours),
        started_on=WEEK + timedelta(days=started),
    ),
    st.lists(facts, max_size=60),
    st.sets(st.integers(0, 6)),
    st.lists(reminder_facts, max_size=40),
    st.integers(0, 24 * 20),
    st.integers(-30, 6),
)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt_BR", "ru"])
def test_the_longest_caption_of_every_language_fits(language: str) -> None:
    """All that a week can say, with each warning sign; the sign, its nights and the trend stay."""
    tr = translator(language)
    days = [WEEK + timedelta(days=number) for number in range(7)]
    kinds = ("stretch", "caffeine", "dinner_caffeine", "hydration", "meal", "custom")
    sent = [ReminderFact(kind, day, "sent") for kind in kinds for day in days]
    checks = [replace(check, sleep_quality=5) for check in quiet(*range(7))]
    twitch = replace(cramp(0), event_type="twitch")
    ticks = [HabitFact(WEEK, "stretch_done", False, is_stated=True)]
    cramps = [twitch, *(cramp(number, 5, "yes") for number in range(7))]
    full = replace(report(cramps, checks, sent, habits=ticks), trend=trend(19, 15, Direction.MORE))
    nights = tuple(WEEK - timedelta(days=number) for number in range(56))
    for rule, level in nudge_texts(tr):
        numbers = (20.0, 28.0, 9.0, 56.0)
        counted = Counted(numbers if rule != "P12" else (*numbers, 56.0), nights)
        nudge = Nudge(1, rule, level, "not_now", counted)
        shown = visible_text(messages.caption(tr, replace(full, nudge=nudge)))
        assert len(shown.encode("utf-16-le")) // 2 <= 1024, rule
        assert visible_text("\n".join(nudge_lines(tr, nudge))).strip() in shown
        words = trend_words(tr, trend(19, 15, Direction.MORE))
        assert words is not None
        assert (words in shown) is (rule != "P4")
        assert visible_text(messages.caveat(tr)) in shown


@given(reports)
def test_whatever_the_diary_says_the_words_are_kind_and_fit(shown: WeekReport) -> None:
    for message in (
        messages.week_message(TR, shown, PICTURE),
        messages.fill_message(TR, shown, PICTURE),
        messages.more_message(TR, shown, PICTURE),
    ):
        words = visible_text(message.text)
        assert_kind_words(words)
        assert CAVEAT in words
        assert not re.search(r"%|\bNone\b|\bnan\b|[{}]", words)
        assert len(words.encode("utf-16-le")) // 2 <= 1024
        assert message.rows
        for row in message.rows:
            assert 0 < len(row) <= 3
            for button in row:
                assert len(button.label) <= (24 if len(row) < 3 else 14)
                tap = unpack(button.data)
                assert tap is not None
                assert tap.feature != "summary" or tap.verb in verbs_of(FEATURE)


@given(reports)
def test_no_more_is_said_than_was_logged(shown: WeekReport) -> None:
    text, figures = visible_text(messages.caption(TR, shown)), shown.figures
    assert ("Cramps on" in text) is (figures.cramps > 0)
    assert ("No cramps on" in text) is (figures.covered > 0 and figures.cramps == 0)
    assert ("trength" in text) is (figures.median_intensity is not None)
    assert ("woke you" in text) is (figures.woke_answered > 0)
    counted = re.search(r"You logged (\d+) of (\d+)", text)
    assert (counted is not None) is (figures.covered > 0)
    if counted:
        covered, total = map(int, counted.groups())
        assert covered == figures.covered
        assert covered <= total <= 7


@given(reports)
def test_every_open_night_can_be_filled_in_and_none_with_a_cramp(shown: WeekReport) -> None:
    offered = {
        tap.word(0): tap.word(1)
        for tap in map(unpack, data(messages.fill_message(TR, shown, PICTURE)))
        if tap is not None and tap.verb == "none"
    }
    expected = {
        f"{night.night_on:%Y%m%d}": "0" if night.state == "none" else "1"
        for night in shown.figures.nights
        if night.state in {"no_entry", "none"}
    }
    assert offered == expected


def test_stored_figures_give_the_same_words() -> None:
    for number, strength in product(range(7), (None, 0, 10)):
        shown = report([cramp(number, strength, "yes")], quiet(0, 6))
        again = WeekFigures.from_json(shown.figures.to_json())
        assert messages.caption(TR, replace(shown, figures=again)) == messages.caption(TR, shown)
