"""The content of a report."""

import re
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest

from bot.features.diary.facts import Facts, HabitFact, NightFact
from bot.features.experiments.design import Arm
from bot.features.experiments.rules import Subject, Topic
from bot.features.report.model import NightMark
from bot.features.report.pdf.document import make_pdf
from bot.features.report.pdf.preview import page_count
from bot.features.report.report_data import (
    FairTest,
    ReportData,
    WarningSign,
    cramps_with_notes,
    note_code,
)
from bot.telegram.message import pack
from tests.features.report.samples import (
    CREATED_AT,
    NOTHING,
    TR,
    cramp,
    january,
    lines_of,
    report_of,
    sample_data,
    section_of,
    words_of,
)
from tests.support.diaries import PEOPLE, make_diary
from tests.support.wording import DISEASES


def test_sections_are_in_the_order_of_the_health_reference() -> None:
    full = sample_data(questions="Why at night?", name="A. Example")
    found = report_of(full, NOTHING, frozenset(note_code(one) for one in cramps_with_notes(full)))
    assert [section.code for section in found.sections] == [
        "covered",
        "by_week",
        "measures",
        "where",
        "symptoms",
        "led_up",
        "relief",
        "habits",
        "medicines",
        "conditions",
        "notes",
        "questions",
    ]
    assert [line.text for line in found.who] == ["Name: A. Example", "Age: 75 or over"]
    assert "not verified by anyone" in found.statement
    assert "not medical advice, not a diagnosis" in found.information


@pytest.mark.parametrize("weeks", [4, 8, 12])
@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=[one.name for one in PEOPLE])
def test_figures_equal_an_independent_count(number: int, weeks: int) -> None:
    diary = make_diary(PEOPLE[number], 1, seed=5)
    found = report_of(sample_data(number, weeks))
    first = diary.last_on - timedelta(days=7 * weeks - 1)
    cramps = [
        one
        for one in diary.truth.events
        if one.event_type == "cramp" and first <= one.night_on <= diary.last_on
    ]
    nights = {one.night_on for one in cramps}
    none = {night for night in diary.truth.none if first <= night <= diary.last_on}
    lines = lines_of(found)
    assert lines["coverage"] == f"{len(nights | none)} of {7 * weeks} nights logged."
    timed = [one for one in cramps if one.is_timed]
    if timed:
        soon = sum(one.minutes_late <= 15 for one in timed)
        assert lines["at_once"].startswith(f"{soon} of {len(timed)} timed ent")
    strengths = [one.intensity for one in cramps if one.intensity is not None]
    if strengths:
        middle = f"{median(strengths):g}"
        strong = sum(one >= 7 for one in strengths)
        words = f"median {middle} of 10, 7 or more in {strong} of {len(strengths)} entr"
        assert lines["strength"].startswith(f"Strength: {words}")
    table = section_of(found, "by_week").table
    assert table is not None
    assert len(table.rows) == weeks
    for place, row in enumerate(table.rows):
        begin = first + timedelta(days=7 * place)
        week = [one for one in cramps if begin <= one.night_on < begin + timedelta(days=7)]
        covered = {one.night_on for one in week} | {
            night for night in none if begin <= night < begin + timedelta(days=7)
        }
        assert row[1] == f"{len(covered)} of 7" + "*" * (len(covered) < 5)
        marks = [
            NightMark.CRAMPS
            if night in nights
            else NightMark.NONE
            if night in none
            else NightMark.NO_ENTRY
            for night in (begin + timedelta(days=day) for day in range(7))
        ]
        assert table.strip is not None
        assert list(table.strip.rows[place]) == marks
        if covered:
            assert row[2] == str(len({one.night_on for one in week}))
            total = sum(one.count for one in week)
            assert row[3] == (f"{total}+" if any(one.count == 4 for one in week) else str(total))


def test_leaving_out_a_code_removes_that_line_only() -> None:
    whole = report_of(sample_data())
    for code in (*lines_of(whole), "weeks", "strip", "hours", "sites", "age_band", "who"):
        less = report_of(sample_data(), frozenset({code}))
        assert words_of(less) != words_of(whole), code
        assert code not in lines_of(less)
        removed = set(lines_of(whole)) - set(lines_of(less))
        assert removed <= ({"weeks_words"} if code == "weeks" else {code})


def test_a_whole_section_can_be_left_out() -> None:
    whole = report_of(sample_data())
    for section in whole.sections:
        less = report_of(sample_data(), frozenset({section.code}))
        assert [one.code for one in less.sections] == [
            one.code for one in whole.sections if one is not section
        ]


def test_codes_are_unique_and_fit_into_callback_data() -> None:
    full = sample_data(
        warning_signs=[WarningSign("swelling_and_breath", "emergency", sample_data().last_on)]
    )
    whole = report_of(full)
    codes = [line.code for line in whole.who]
    for section in whole.sections:
        codes += [section.code, *(line.code for line in section.lines)]
        codes += [one.code for one in section.counts]
        codes += [one.code for one in (section.table, section.histogram) if one is not None]
    assert len(codes) == len(set(codes)) > 30
    for code in codes:
        pack("report", "set", code, 0, 99)


def test_notes_are_left_out_by_default() -> None:
    full = sample_data()
    (first, *rest) = cramps_with_notes(full)
    assert rest
    assert "Notes" not in [section.title for section in report_of(full).sections]
    found = lines_of(report_of(full, included_notes=frozenset({note_code(first)})))
    assert found[note_code(first)].endswith(f": {first.note}")
    assert not [code for code in found if code.startswith("note.") and code != note_code(first)]


def test_warning_signs_have_their_dates_and_the_card_that_was_shown() -> None:
    day = sample_data().last_on
    events = [
        WarningSign("P11", "urgent", day),
        WarningSign("leg_cold_or_pale", "emergency", day - timedelta(days=2)),
        WarningSign("P2", "soon", day),  # a pattern over weeks is an interpretation
        WarningSign("P11", "urgent", sample_data().first_on - timedelta(days=1)),
    ]
    found = lines_of(report_of(sample_data(warning_signs=events)))
    assert found["event.P11.urgent"] == (
        "Warning sign: Entry with a warning sign: 3 Jan. Card shown: Get checked today."
    )
    assert found["event.leg_cold_or_pale.emergency"] == (
        "Warning sign: One leg painful, cold or pale: 1 Jan. Card shown: Emergency now."
    )
    assert not [code for code in found if "P2" in code]


def test_a_report_has_no_interpretation() -> None:
    for number in range(len(PEOPLE)):
        words = words_of(report_of(sample_data(number)))
        assert not re.search(
            r"because|normal|deficien|should|recommend|suggest|risk|likely cause|diagnos(ed|e )|%",
            words,
        ), words
        conditions = dict(PEOPLE[number].profile)
        if "heart_failure" not in conditions:
            assert not DISEASES.search(words)


def test_an_empty_diary_gives_one_short_page() -> None:
    empty = ReportData(Facts(), date(2027, 1, 1), date(2027, 1, 28), date(2027, 1, 29))
    found = report_of(empty)
    assert [section.code for section in found.sections] == ["covered"]
    assert lines_of(found)["coverage"] == "0 of 28 nights logged."
    assert page_count(make_pdf(TR, found, CREATED_AT)) == 1


@pytest.mark.parametrize(
    ("code", "fields", "words"),
    [
        ("numb_or_tingling", {"after_effects": frozenset({"numb_or_tingling"})}, "Numb, tingling"),
        ("weak", {"after_effects": frozenset({"weak"})}, "Weak"),
        ("swollen", {"after_effects": frozenset({"swollen"})}, "Swollen"),
        ("warm_or_red", {"after_effects": frozenset({"warm_or_red"})}, "Warm or red"),
        ("walking", {"context": "walking"}, "Cramp while walking"),
        ("over_ten", {"duration": "gt_10min"}, "Cramp of over 10 min"),
        ("twitching", {"event_type": "twitch"}, "Twitching"),
        (
            "twitch_long",
            {"event_type": "twitch", "twitch_days": "gt_14days"},
            "Twitching over 2 weeks",
        ),
        (
            "twitch_elsewhere",
            {"event_type": "twitch", "twitch_elsewhere": "yes"},
            "Twitching elsewhere too",
        ),
        (
            "twitch_weak",
            {"event_type": "twitch", "twitch_weak_or_stiff": "yes"},
            "Weak, stiff at a twitch",
        ),
        ("urge_to_move", {"event_type": "urge_to_move"}, "Urge to move"),
        ("other_pain", {"event_type": "other_pain"}, "Other pain"),
    ],
)
def test_symptoms_have_their_nights(code: str, fields: dict[str, Any], words: str) -> None:
    found = report_of(january(cramp(7, **fields), cramp(3, **fields)))
    assert lines_of(found)[code] == f"{words}: 3 Jan, 7 Jan"
    assert code not in lines_of(report_of(january(cramp(7))))


def test_dates_beyond_ten_are_counted() -> None:
    weak = frozenset({"weak"})
    found = report_of(january(*(cramp(day, after_effects=weak) for day in range(1, 15))))
    assert lines_of(found)["weak"].endswith("9 Jan, 10 Jan and 4 more")


def test_remarks_explain_only_what_the_table_shows() -> None:
    checks = tuple(NightFact(date(2027, 1, day), "none_last_night") for day in range(1, 29))
    full = january(cramp(3))
    full = replace(full, facts=replace(full.facts, checks=checks))
    assert "weeks_words" not in lines_of(report_of(full))
    partial = lines_of(report_of(january(cramp(3))))
    assert partial["weeks_words"] == (
        "* Fewer than 5 nights logged: a partial week, not comparable."
    )
    rest = january(cramp(3, count=4, intensity=6, woke_me="yes"))
    assert lines_of(report_of(rest))["weeks_words"].endswith(
        "+ At least so many. Strength is from 0 to 10. Woken by it: of the entries that say so "
        "or not."
    )


def test_habits_are_counted_by_evening() -> None:
    habits = tuple(
        HabitFact(date(2027, 1, day), "stretch_done", done=day < 5) for day in range(1, 11)
    )
    found = replace(january(cramp(3)), facts=Facts((cramp(3),), habits=habits))
    words = lines_of(report_of(found))
    assert words["evenings.stretch_done"] == (
        "Stretched: yes on 4 evenings, no on 6, no answer on 18."
    )
    assert "evenings.hydration_done" not in words


def test_answers_about_limitation_are_counted_by_week() -> None:
    found = report_of(january(cramp(3), limited=["no", "a_lot", "no"]))
    assert lines_of(found)["limited"] == "Limited by cramps: no 2, a lot 1 (own word on 3 weeks)."


def test_a_fair_test_is_reported_by_its_counts() -> None:
    trial = FairTest(
        "ab" * 16,
        Topic(Subject.CAFFEINE),
        date(2026, 12, 1),
        date(2027, 1, 25),
        blocks=8,
        block_days=7,
        with_habit=Arm(5, 26, 28, 4),
        without=Arm(7, 27, 28, 4),
    )
    found = lines_of(report_of(january(fair_tests=[trial])))
    assert found[f"trial.{'ab' * 16}"] == (
        "Fair test: No late caffeine, 1 Dec 2026 – 25 Jan 2027, 8 blocks of 7 nights in an order "
        "drawn by lot: cramps on 5 of 26 logged nights in blocks with it, on 7 of 27 in blocks "
        "without."
    )


def test_pregnancy_is_the_last_condition() -> None:
    profile = {"pregnant": "yes", "diabetes": "no", "age_band": "18_39"}
    section = section_of(report_of(january(profile=profile)), "conditions")
    assert [line.words for line in section.lines] == ["Diabetes: no", "Pregnant: yes"]


def test_the_baseline_may_lie_before_the_period() -> None:
    early = tuple(NightFact(date(2026, 6, day), "none_last_night") for day in range(1, 14))
    found = january(cramp(3))
    found = replace(found, facts=Facts((cramp(3),), early), diary_starts_on=date(2026, 6, 1))
    words = lines_of(report_of(found))
    assert words["baseline"] == (
        "Baseline, the first 14 logged nights (1 Jun 2026 – 3 Jan 2027): cramps on 1."
    )
    assert words["coverage"] == "1 of 28 nights logged."
    assert "begun" not in words
    begun = lines_of(report_of(replace(found, diary_starts_on=date(2027, 1, 2))))
    assert begun["begun"] == "The diary begins on 2 Jan 2027."
