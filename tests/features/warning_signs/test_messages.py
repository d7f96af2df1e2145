"""The words and buttons of warning signs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from bot.features.cramps.short_signs import sign_labels
from bot.features.cramps.sign_texts import sign_lines
from bot.features.cramps.signs import OLD_CODES, SIGNS, TIER_OF, Tier
from bot.features.diary.facts import Facts
from bot.features.emergency_numbers.lookup import UNKNOWN, NumberToCall, number_to_call
from bot.features.warning_signs import explanation_messages, nudge_messages, sign_messages
from bot.features.warning_signs.findings import Counted, Diary, Level, StretchRun, Weeks
from bot.features.warning_signs.handlers import FEATURE
from bot.features.warning_signs.queries import SUMMARY_RULES
from bot.features.warning_signs.rules import RULES
from bot.features.warning_signs.selection import Nudge
from bot.i18n.translator import translator
from bot.telegram.message import Button, Message, unpack
from tests.features.warning_signs.diaries import ON, cramps, facts, night, quiet, stretched
from tests.support.handlers import verbs_of
from tests.support.phone_rows import rows_of_line
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
SHOWN_ON = date(2027, 1, 17)
UK = number_to_call(None, "Europe/London")
NUDGES = [Nudge(7, rule, level) for rule, level in nudge_messages.nudge_texts(TR)]
ANSWERS = (None, "seen_doctor", "not_now")
FULL = Diary(
    facts(
        cramps(range(28), side="left", intensity=8, woke_me="yes"),
        quiet(*range(28, 112)),
        stretched(range(42)),
    ),
    worse_after=(night(3),),
    weeks=Weeks(ON - timedelta(weeks=12), 6),
    stretching=StretchRun(night(42), 20, 28),
)
EMPTY = Diary(Facts())


def counted(nudge: Nudge, diary: Diary) -> Nudge:
    """The nudge with what its rule counts in a diary."""
    finding = RULES[nudge.rule](diary, ON)
    return replace(nudge, counted=Counted(finding.numbers, finding.nights))


def every_message() -> Iterator[tuple[str, Message]]:
    for nudge, answer in product(NUDGES, ANSWERS):
        said = replace(counted(nudge, FULL), answer=answer)
        yield f"{nudge.rule} {nudge.level} {answer}", nudge_messages.nudge_card(TR, said)
    for nudge, (name, diary) in product(NUDGES, {"full": FULL, "empty": EMPTY}.items()):
        shown = explanation_messages.explanation(TR, counted(nudge, diary), SHOWN_ON)
        yield f"{nudge.rule} explained {name}", shown
    for tier in Tier:
        yield f"signs {tier}", sign_messages.signs(TR, tier)
    for number in (None, "112", "123456789012345"):
        yield f"number {number}", sign_messages.ask_number(TR, number, UNKNOWN)
    yield "typed", sign_messages.ask_typed_number(TR)
    yield "unclear", sign_messages.ask_typed_number(TR, unclear=True)


def buttons(message: Message) -> list[Button]:
    return [button for row in message.rows for button in row]


@pytest.mark.parametrize(("name", "message"), list(every_message()))
def test_every_message_is_kind_and_leads_on(name: str, message: Message) -> None:
    text = visible_text(message.text)
    assert 0 < len(text) <= 700
    assert "{" not in text
    assert "  " not in text
    assert_kind_words(text)
    assert buttons(message), name
    for button in buttons(message):
        assert button.label
        assert rows_of_line(button.label) == 1, button.label
        tap = unpack(button.data)
        assert tap is not None
        if tap.feature == "flags":
            assert tap.verb in verbs_of(FEATURE)
    data = [button.data for button in buttons(message)]
    assert len(set(data)) == len(data)


@pytest.mark.parametrize(("name", "message"), list(every_message()))
def test_a_row_is_not_too_wide_for_a_phone(name: str, message: Message) -> None:
    for row in message.rows:
        widest = {1: 48, 2: 24, 3: 14}[len(row)]
        assert max(len(button.label) for button in row) <= widest, name


def test_every_rule_of_the_summaries_has_words_for_its_levels() -> None:
    assert {rule for rule, _level in nudge_messages.nudge_texts(TR)} == set(SUMMARY_RULES)
    assert len(nudge_messages.nudge_texts(TR)) == len(SUMMARY_RULES) + 1, "P3 has two levels"
    assert {level for _rule, level in nudge_messages.nudge_texts(TR)} <= set(Level)


@pytest.mark.parametrize("nudge", NUDGES, ids=lambda nudge: f"{nudge.rule} {nudge.level}")
def test_a_nudge_is_one_or_two_sentences_of_advice(nudge: Nudge) -> None:
    text = visible_text("\n".join(nudge_messages.nudge_lines(TR, nudge))).strip()
    assert 60 < len(text) <= 230
    assert sum(text.count(mark) for mark in ".?:;") <= 5
    assert "doctor" in text or "visit" in text
    assert "!" not in text


def test_nothing_is_said_when_there_is_nothing_to_say() -> None:
    assert nudge_messages.nudge_lines(TR, None) == []
    assert nudge_messages.nudge_rows(TR, None) == ()
    unknown = Nudge(1, "P99", "soon")
    assert nudge_messages.nudge_lines(TR, unknown) == []
    assert nudge_messages.nudge_rows(TR, unknown) == ()


def test_a_nudge_has_its_three_buttons_and_an_answered_one_can_be_taken_back() -> None:
    open_one, answered = NUDGES[0], Nudge(7, "P1", "soon", "seen_doctor")
    asked = [button.label for row in nudge_messages.nudge_rows(TR, open_one) for button in row]
    assert asked == ["Seen a doctor", "Not now", "What does this mean?"]
    labels = [button.label for row in nudge_messages.nudge_rows(TR, answered) for button in row]
    assert labels == ["Undo", "What does this mean?"]
    assert "for 8 weeks" in "\n".join(nudge_messages.nudge_lines(TR, answered))


@pytest.mark.parametrize(
    ("rule", "level", "words"),
    [
        ("P1", "soon", "week by week, the newest first: 7, 7 and 7"),
        ("P2", "soon", "week by week, the newest first: 7, 7 and 7"),
        ("P3", "soon", "this week: 7; the week before: 7"),
        ("P4", "soon", "28 of 28 logged; of the eight before: 0 of 56"),
        ("P5", "info", "left 28, right 0."),
        ("P8", "soon", "28 of 28 with a strength"),
        ("P10", "soon", "as you said: 1"),
        ("P12", "info", "before you began: 20 of 28 logged; in the newest four: 28 of 28"),
        ("P14", "info", "Nights with cramps this week: 7"),
    ],
)
def test_the_explanation_counts_plainly(rule: str, level: str, words: str) -> None:
    nudge = counted(Nudge(7, rule, level), FULL)
    text = visible_text(explanation_messages.explanation(TR, nudge, SHOWN_ON).text)
    assert words in text
    assert "Found on January 17" in text or "Found on 17 January" in text
    assert "our choice: no source gives a number" in text
    assert "no all-clear" in text
    assert text.splitlines()[-1].startswith("Source")


def test_a_hit_of_an_older_version_is_explained_without_numbers() -> None:
    text = visible_text(explanation_messages.explanation(TR, Nudge(7, "P4", "soon"), ON).text)
    assert "{" not in text
    assert "Nights counted" not in text
    assert text.splitlines()[-1].startswith("Source")


@pytest.mark.parametrize(
    ("nights", "words"),
    [
        ((), None),
        ((date(2027, 1, 3),), "Nights counted – January: 3."),
        (
            (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 2)),
            "Nights counted – December: 30, 31; January: 2.",
        ),
        (
            tuple(night(back) for back in range(22)),
            "Nights counted – December: 27, 28, 29, 30, 31; January: "
            + ", ".join(map(str, range(1, 17)))
            + ", and 1 earlier one.",
        ),
    ],
)
def test_a_nudge_says_which_nights_it_counted(nights: tuple[date, ...], words: str | None) -> None:
    assert nudge_messages.nights_line(TR, nights) == words
    said = nudge_messages.nudge_lines(TR, Nudge(7, "P2", "soon", counted=Counted((), nights)))
    assert (words in said) is (words is not None)


@pytest.mark.parametrize("rule", ["P4", "P12"])
def test_counts_stand_beside_each_other_without_a_verdict(rule: str) -> None:
    level = {"P4": "soon", "P12": "info"}[rule]
    text = "\n".join(nudge_messages.nudge_lines(TR, counted(Nudge(7, rule, level), FULL)))
    pair = {"P4": ("28 of 28", "0 of 56"), "P12": ("20 of 28", "28 of 28")}[rule]
    assert all(one in text for one in pair)
    for word in ("better", "worse", "because", "%", "no clear change"):
        assert word not in text


def test_the_threshold_of_twitches_is_that_of_the_nhs() -> None:
    nudge = Nudge(7, "P7", "soon", counted=Counted((5, 16, 2, 0)))
    text = explanation_messages.explanation(TR, nudge, SHOWN_ON).text
    assert "our choice" not in text
    assert "Twitches in four weeks: 5; nights from first to last: 16; places: 2." in text


def test_an_explanation_leads_to_the_warning_signs_and_back() -> None:
    shown = explanation_messages.explanation(TR, NUDGES[0], SHOWN_ON)
    assert [button.data for button in buttons(shown)] == ["cramps:warnings", "flags:nudge:7"]


# Signs -------------------------------------------------------------------------------------------


def test_every_sign_of_a_card_has_a_button() -> None:
    assert list(sign_labels(TR)) == list(TIER_OF)
    for tier in Tier:
        data = [button.data for button in buttons(sign_messages.signs(TR, tier))]
        assert data[:-1] == [f"flags:tick:{code}" for code in SIGNS[tier]]
        assert data[-1] == f"cramps:warning:{tier}"


@pytest.mark.parametrize("code", TIER_OF)
def test_a_tick_shows_the_card_of_the_sign_with_the_sign_named(code: str) -> None:
    call = number_to_call("112", None)
    shown = sign_messages.ticked(TR, code, 2**62, SHOWN_ON, call)
    text, line = visible_text(shown.text), sign_lines(TR)[code]
    is_emergency = TIER_OF[code] is Tier.EMERGENCY
    noted = (
        f"Noted for 17 January:\n• {line}\n" if is_emergency else f"Noted for 17 January: {line}."
    )
    assert noted in text
    assert f"• <b>{line}</b>" in shown.text
    lines = (sign_labels(TR) if is_emergency else sign_lines(TR)) | {code: line}
    assert all(lines[other] in text for other in SIGNS[TIER_OF[code]])
    assert {
        Tier.EMERGENCY: text.startswith("Call 112 now") and text.endswith("Call 112 now."),
        Tier.URGENT: text.startswith("Get checked today: a doctor"),
        Tier.SOON: "See a doctor within two weeks" in text,
    }[TIER_OF[code]]
    data = [button.data for button in buttons(shown)]
    assert data[0] == f"flags:untick:{2**62}:{code}"
    if is_emergency:
        assert data[1:] == [f"flags:ticked:{2**62}:{code}:full"]
        full = sign_messages.ticked(TR, code, 2**62, SHOWN_ON, call, in_full=True)
        assert all(sign_lines(TR)[other] in full.text for other in SIGNS[Tier.EMERGENCY])
        data = [button.data for button in buttons(full)]
        assert data[-1] == f"flags:ticked:{2**62}:{code}"
    assert ("flags:number" in data) == is_emergency


@pytest.mark.parametrize("call", [UNKNOWN, number_to_call("<1&>", None)])
def test_a_ticked_emergency_names_a_number_first_and_last(call: NumberToCall) -> None:
    lines = visible_text(sign_messages.ticked(TR, "seizure", 7, SHOWN_ON, call).text).splitlines()
    number = call.numbers[0] if call.numbers else "112, 911 or 999"
    assert lines[0].startswith(f"Call {number} now")
    assert lines[-1].startswith(f"Call {number} now.")


def test_signs_of_earlier_versions_have_their_labels() -> None:
    labels = sign_messages.stored_labels(TR)
    assert set(labels) == {*TIER_OF, *OLD_CODES, "both_legs"}
    assert labels["chest_arms_belly"] == "Cramps in chest, arms or belly"
    assert labels["leg_cold_or_pale"] == labels["leg_cold"]


def test_the_chosen_number_is_marked_and_can_be_removed() -> None:
    none, chosen = (
        sign_messages.ask_number(TR, None, UK),
        sign_messages.ask_number(TR, "999", UNKNOWN),
    )
    assert [button.label for button in none.rows[0]] == ["999", "112", "911"]
    assert [button.label for button in chosen.rows[0]] == ["112", "• 999", "911"]
    assert "Remove this number" not in [button.label for button in buttons(none)]
    assert "Remove this number" in [button.label for button in buttons(chosen)]


@pytest.mark.parametrize(
    ("rule", "level", "words", "number", "entry"),
    [
        ("P5", "info", "eight weeks", 0, {"side": "left"}),
        ("P6", "soon", "two weeks", 0, {"after_effects": frozenset({"weak"})}),
        ("P8", "soon", "eight weeks", 1, {"intensity": 8}),
        ("P9", "soon", "two weeks", 0, {"context": "walking"}),
    ],
)
def test_the_texts_state_the_span_that_the_rule_counts(
    rule: str, level: str, words: str, number: int, entry: dict[str, Any]
) -> None:
    every_night = Diary(facts(cramps(range(70), **entry)))
    nudge = counted(Nudge(7, rule, level), every_night)
    assert nudge.counted.numbers[number] == {"two weeks": 14, "eight weeks": 56}[words]
    assert words in visible_text(explanation_messages.explanation(TR, nudge, SHOWN_ON).text)
    assert words in nudge_messages.nudge_texts(TR)[rule, level]
