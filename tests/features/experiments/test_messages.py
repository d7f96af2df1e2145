"""The words and buttons of fair tests."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from bot.features.cramps.signs import SIGNS as SIGNS_OF
from bot.features.cramps.signs import Tier
from bot.features.experiments import (
    ended_messages,
    running_messages,
    setup_messages,
    sign_messages,
    subject_messages,
)
from bot.features.experiments.design import (
    PLANS,
    WITH,
    WITHOUT,
    Adherence,
    Course,
    Plan,
    Tally,
    compare,
    margin,
)
from bot.features.experiments.ended_messages import EndedTest, ListedTest
from bot.features.experiments.rules import CLOSED_LIST, Care, Refusal, StopReason, Subject, Topic
from bot.features.experiments.running_messages import RunningTest
from bot.i18n.translator import translator
from bot.telegram.message import Message
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
MONDAY = date(2027, 1, 11)
ORDER = "abbabaab"
COURSE = Course(ORDER, 7, MONDAY)
OWN = Topic(Subject.OTHER, "raise <my> feet & rest")
TOPICS = [*(Topic(subject) for subject in Subject if subject is not Subject.OTHER), OWN]


def over(with_it: Tally, without_it: Tally, reason: StopReason | None = None) -> EndedTest:
    counts = [with_it if letter == WITH else without_it for letter in ORDER]
    return EndedTest(
        id=1,
        topic=Topic(Subject.STRETCH),
        course=COURSE,
        result=compare(ORDER, 7, counts),
        kept={WITH: Adherence(20, 25), WITHOUT: Adherence(2, 24)},
        reason=reason,
        margin=margin(ORDER, counts),
        signs=("A cramp of over 10 minutes",) if reason is StopReason.WARNING_SIGN else (),
    )


FEWER = over(Tally(1, 7), Tally(4, 7))
MORE = over(Tally(5, 7), Tally(1, 7))
UNCLEAR = over(Tally(3, 7), Tally(3, 7))
UNEVEN = over(Tally(3, 7), Tally(3, 6))
NO_CRAMPS = over(Tally(0, 7), Tally(0, 7))
TOO_FEW = over(Tally(1, 3), Tally(2, 3))
STOPPED = over(Tally(1, 7), Tally(5, 7), StopReason.WARNING_SIGN)
RESULTS = [FEWER, MORE, UNCLEAR, UNEVEN, NO_CRAMPS, TOO_FEW, STOPPED]


def running(topic: Topic, day: int) -> RunningTest:
    tonight = MONDAY + timedelta(days=day)
    yesterday = tonight - timedelta(days=1)
    return RunningTest(
        1, topic, COURSE, tonight, yesterday, max(day, 0), max(day - 1, 0), Adherence(3, 4), None
    )


SIGNS = sign_messages.names(
    TR, ["P6", "P7", "P9", "P10", "P11", "P13", "seizure"], ["gt_10min", "chest"]
)


def everything() -> Iterator[Message]:
    yield setup_messages.choose(TR, has_earlier=True)
    yield setup_messages.choose(TR, has_earlier=True, is_unlisted=True)
    yield ended_messages.earlier(
        TR, [ListedTest(n, one, MONDAY, COURSE.last_on) for n, one in enumerate(TOPICS)]
    )
    yield subject_messages.not_set_up(TR)
    for why in Refusal:
        yield setup_messages.refused(TR, Subject.WALK, why, SIGNS)
    for subject in CLOSED_LIST:
        topic = Topic(subject)
        yield setup_messages.ask_doctor(TR, topic)
        yield setup_messages.gate_shut(TR, topic, ("heart_failure", "medicine_warfarin"))
        yield setup_messages.ask_gate(TR, topic, ("heart_failure", "numb_skin"))
        yield setup_messages.which_fits(TR, topic, ("heart_failure", "numb_skin"))
        for plan in PLANS:
            for usual in (None, 0.0, 0.9, 1.0, 3.2, 7.0):
                yield setup_messages.plan_card(
                    TR,
                    topic,
                    plan,
                    MONDAY,
                    usual,
                    cares=tuple(Care),
                    asked=True,
                    nonce=1_799_866_800,
                )
    for topic in TOPICS:
        for is_read in (False, True):
            yield running_messages.paused(TR, 7, topic, SIGNS, MONDAY, is_read=is_read)
        yield running_messages.resumed(TR, topic)
        for day in (-1, 0, 6, 13, 20, 55, 56):
            yield running_messages.running(TR, running(topic, day))
    for result in RESULTS:
        yield ended_messages.result(TR, result, b"")
        yield ended_messages.before_result(TR, result, 1)
    for reason in StopReason:
        stopped = replace(STOPPED, reason=reason, may_go_on=reason is StopReason.WISH)
        yield ended_messages.stopped(TR, stopped)
        yield ended_messages.result(TR, stopped, b"")


def test_every_message_keeps_the_wording_rules() -> None:
    seen = 0
    for message in everything():
        text = visible_text(message.text)
        kind = text.replace("magnesium-rich", "").replace("Magnesium-rich", "")
        assert_kind_words(kind, allow=("treated", "200 mg"))  # both as the reference words it
        assert "working" not in text
        assert len(text) < 2200
        assert len(message.text) <= 1024 or message.picture is None
        assert message.rows or "/start" in text
        seen += 1
    assert seen > 150


def test_the_warning_signs_are_those_of_the_cards() -> None:
    """Only the signs for at once and for today keep a test from starting."""
    for subject in CLOSED_LIST:
        text = visible_text(setup_messages.signs(TR, Topic(subject)).text)
        assert text.count("•") == len(SIGNS_OF[Tier.EMERGENCY]) + len(SIGNS_OF[Tier.URGENT])
        assert len(text) < 4096


def test_the_list_offers_the_twelve_habits_and_asks_for_no_words() -> None:
    for is_unlisted in (False, True):
        card = setup_messages.choose(TR, has_earlier=False, is_unlisted=is_unlisted)
        data = [button.data for row in card.rows for button in row]
        assert data == [f"experiments:pick:{subject.value}" for subject in CLOSED_LIST]
        assert "In most tests the answer is “can't tell”." in visible_text(card.text)
    assert "ask a doctor or pharmacist" in card.text


def test_nothing_prescribed_swallowed_or_drunk_by_amount_is_tested() -> None:
    amounts = re.compile(
        r"\d\s*(?:mg|ml|l|litres?|liters?|glass|cups?)\b|tablet|medicine|supplement"
    )
    for subject in CLOSED_LIST:
        for words in (subject_messages.with_text, subject_messages.without_text):
            assert amounts.search(words(TR, Topic(subject))) is None
    assert "not fewer" in subject_messages.without_text(TR, Topic(Subject.DRINK_WITH_MEALS))
    assert "not more" in subject_messages.without_text(TR, Topic(Subject.ALCOHOL))
    assert "not more" in subject_messages.without_text(TR, Topic(Subject.CAFFEINE))


def test_a_pause_names_the_sign_and_what_follows() -> None:
    card = running_messages.paused(TR, 7, Topic(Subject.WALK), SIGNS, MONDAY, is_read=False)
    text = visible_text(card.text)
    assert "• A cramp of over 10 minutes\n• Pain or a cramp in the chest" in text
    assert (
        "If you do not tell me that a doctor has seen it, the test ends on Mon 11 Jan, with its"
        " counts but without a result."
    ) in text
    verbs = [button.data.split(":")[1] for row in card.rows for button in row]
    assert verbs == ["fine", "warnings", "end", "read"]


def test_buttons_fit_and_are_not_repeated() -> None:
    for message in everything():
        data = [button.data for row in message.rows for button in row]
        assert len(set(data)) == len(data)
        assert all(len(button.label) <= 36 for row in message.rows for button in row)


CHANCE = (
    "If the habit made no difference, about 4 of 100 such tests would show a difference at least "
    "this large by chance alone."
)


def words(test: EndedTest) -> str:
    return visible_text(ended_messages.result(TR, test, b"").text)


HOPE = (
    "You knew which weeks were which, and hope alone can do this too. The result says "
    "nothing about other people."
)


def test_fewer_cramp_nights_in_words() -> None:
    assert words(FEWER).splitlines() == [
        "⚖️ Stretching before bed: fewer cramp nights with it",
        "Cramps on 4 of 28 nights with it, and on 16 of 28 without it.",
        "The difference is 3.0 nights a week, give or take 1.5.",
        HOPE,
        "",
        CHANCE,
        "That is within the limit set beforehand, 5 of 100. It may still be chance.",
        "",
        (
            "Of the evenings you told me about, you kept the habit on 20 of 25 in weeks with "
            "it, and on 2 of 24 in weeks without it."
        ),
    ]


def test_more_is_said_the_same_way() -> None:
    assert words(MORE).startswith("⚖️ Stretching before bed: more cramp nights with it\n")
    assert "about 4 of 100" in words(MORE)


def test_cannot_tell_is_not_no_difference() -> None:
    assert words(UNCLEAR).startswith("⚖️ Stretching before bed: can't tell\n")
    assert "can't tell whether the habit makes a difference" in words(UNCLEAR)
    assert "or one too small to show in 8 weeks" in words(UNCLEAR)
    assert "within the limit" not in words(UNCLEAR)
    assert "does not work" not in words(UNCLEAR)
    assert "The difference is 0.0 nights a week, give or take 0.0." in words(UNCLEAR)


def test_an_uneven_diary_is_said_to_be_uneven() -> None:
    assert "can't tell, unevenly logged" in words(UNEVEN)
    assert "28 of 28 nights with it and 24 of 28 without it" in words(UNEVEN)
    assert "such tests" not in words(UNEVEN)


def test_nothing_to_compare_and_too_few_nights() -> None:
    assert "There were no cramps with it or without it" in words(NO_CRAMPS)
    assert "at least half of the nights of each kind must be logged" in words(TOO_FEW)
    assert "Here it is 12 of 28 with it, and 12 of 28 without it." in words(TOO_FEW)


def test_a_stopped_test_has_counts_and_no_verdict() -> None:
    assert "Cramps on 4 of 28 nights with it, and on 20 of 28 without it." in words(STOPPED)
    assert "A cramp of over 10 minutes" in words(STOPPED)
    assert "has no result" in words(STOPPED)
    for word in ("fewer", "100", "can't tell", "difference", "give or take", "hope"):
        assert word not in words(STOPPED)


@pytest.mark.parametrize(
    ("p", "says"),
    [
        (Fraction(1, 308), "fewer than 1 of 100"),
        (Fraction(1, 100), "about 1 of 100"),
        (Fraction(2, 62), "about 4 of 100"),
        (Fraction(1, 20), "about 5 of 100"),
        (Fraction(501, 10_000), "about 6 of 100"),
        (Fraction(1, 2), "about 50 of 100"),
        (Fraction(995, 1000), "about 99 of 100"),
        (Fraction(1), "every such test"),
    ],
)
def test_the_p_value_is_rounded_up(p: Fraction, says: str) -> None:
    assert says in ended_messages.chance_words(TR, p)


@pytest.mark.parametrize(
    ("with_it", "without_it", "says"),
    [
        (Adherence(20, 25), Adherence(2, 24), "you kept the habit on 20 of 25"),
        (Adherence(14, 25), Adherence(12, 24), "differed less than planned"),
        (Adherence(4, 4), Adherence(2, 24), "too few evenings"),
    ],
)
def test_how_the_habit_was_kept(with_it: Adherence, without_it: Adherence, says: str) -> None:
    assert says in words(replace(FEWER, kept={WITH: with_it, WITHOUT: without_it}))


@pytest.mark.parametrize(
    ("plan", "usual", "says"),
    [
        (PLANS[1], 3.0, "Lately you logged about 3 cramp nights a week."),
        (PLANS[1], 1.2, "Lately you logged about 1 cramp night a week."),
        (PLANS[1], 3.0, "halved your cramps, about 25 of 100 such tests would show it"),
        (PLANS[1], 3.0, "come several nights in a row, about 10 would."),
        (PLANS[2], 6.0, "about 50 of 100"),
        (PLANS[0], 1.0, "fewer than 5 of 100 such tests would show it"),
        (PLANS[0], 2.0, "about 5 of 100 such tests would show it, and fewer if"),
        (
            PLANS[1],
            None,
            ("I do not know your usual nights yet, so I assume 3 cramp nights a week."),
        ),
        (PLANS[2], 6.6, "16 weeks will probably not be enough to tell."),
        (PLANS[0], 0.3, "8 weeks will probably not be enough to tell."),
    ],
)
def test_the_odds_of_a_plan_in_words(plan: Plan, usual: float | None, says: str) -> None:
    assert says in setup_messages.odds_words(TR, plan, usual)


def test_the_card_states_only_the_current_block_and_tomorrows() -> None:
    """abba…: the card of the second week does not mention the third before its last evening."""
    topic = Topic(Subject.STRETCH)
    second = visible_text(running_messages.running(TR, running(topic, 8)).text)
    assert "Now: without it, evening 2 of 7." in second
    assert "tomorrow" not in second
    last = visible_text(running_messages.running(TR, running(topic, 13)).text)
    assert "From tomorrow: without it again." in last
    end = visible_text(running_messages.running(TR, running(topic, 55)).text)
    assert "The last evening of the test." in end


def test_reminders_and_check_ins_get_no_line_outside_the_test() -> None:
    topic = Topic(Subject.STRETCH)
    before, after = MONDAY - timedelta(days=1), COURSE.last_on + timedelta(days=1)
    for day in (before, after):
        assert running_messages.morning_line(TR, topic, COURSE, day) == ""
        assert running_messages.reminder_line(TR, COURSE, day) == ""
