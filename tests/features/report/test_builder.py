"""The content of a report."""

import re
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest

from bot.database.models import ReportDraft
from bot.features.cramps.sign_texts import tier_names
from bot.features.cramps.signs import Tier
from bot.features.diary.facts import Facts, HabitFact, NightFact
from bot.features.experiments.design import Arm
from bot.features.experiments.rules import Subject, Topic
from bot.features.report.model import REPORT_ITEMS, NightMark, Report
from bot.features.report.pdf.document import make_pdf
from bot.features.report.queries import chosen_codes
from bot.features.report.report_data import (
    FairTest,
    ReportData,
    WarningSign,
    cramps_with_notes,
    note_code,
)
from bot.features.report.sections.rules import rule_names
from bot.features.warning_signs.rules import RULES
from bot.telegram.message import pack
from tests.features.report.samples import (
    CREATED_AT,
    NOTHING,
    TR,
    cramp,
    full_data,
    january,
    lines_of,
    page_count,
    report_of,
    sample_data,
    section_of,
    words_of,
)
from tests.support.diaries import PEOPLE, make_diary
from tests.support.wording import DISEASES


def test_sections_are_in_the_order_of_the_health_reference() -> None:
    full = full_data()
    found = report_of(full, NOTHING, frozenset(note_code(one) for one in cramps_with_notes(full)))
    assert ("who", *(section.code for section in found.sections)) == REPORT_ITEMS
    assert [line.text for line in found.who] == [
        "Name: A. Example",
        "Date of birth or patient number: 1948-05-03",
        "Age: 75 or over",
    ]
    assert found.period == "Nights of 9 Nov 2026 – 3 Jan 2027; made on 4 Jan 2027"
    assert found.statement.startswith(
        "Entered by the person, not verified. A night lasts from noon to noon and is "
        "named after its evening. Strength: 0 is none, 10 is the worst imaginable."
    )
    assert found.information.endswith("Nobody reads what is written to the bot, day or night.")
    words = words_of(found)
    assert not re.search(r"\b(you|your|call)\b", words, re.IGNORECASE)


def test_the_first_line_has_what_a_clinician_asks_first() -> None:
    checks = tuple(NightFact(date(2027, 1, day), "none_last_night") for day in range(4, 25))
    fields = {"intensity": 6, "woke_me": "yes", "duration": "1_5min"}
    found = january(cramp(1, **fields), cramp(2, **fields | {"intensity": 8}), cramp(26))
    found = replace(found, facts=replace(found.facts, checks=checks))
    assert lines_of(report_of(found))["headline"] == (
        "Cramp nights: 3 of 24 logged. In a week of 7 logged nights: 0.9. First half: 2 of 13; "
        "second half: 1 of 11. Nights woken by cramps: 2. Usual strength: 7 of 10 (median of 2). "
        "Usual length: 1 to 5 min (2 of 2). Nights logged: 24 of 28."
    )
    few = lines_of(report_of(january(cramp(3))))["headline"]
    assert few == (
        "Cramp nights: 1 of 1 logged. First half: 1 of 1; second half: 0 of 0. "
        "Nights logged: 1 of 28."
    )
    assert lines_of(report_of(january()))["headline"] == "Nights logged: 0 of 28."


def test_no_is_not_the_same_as_not_told() -> None:
    nothing = report_of(january())
    lines = lines_of(nothing)
    assert (lines["no_medicine"], lines["item.missing"]) == (
        "Not stated.",
        "Not stated: nothing was stated",
    )
    assert set(nothing.told) == set(REPORT_ITEMS)
    assert set(nothing.told.values()) == {"not_told"}
    answers = {"medicines": "no", "diabetes": "no", "kidney_disease": "no"}
    said_no = report_of(january(profile=answers))
    lines = lines_of(said_no)
    assert lines["no_medicine"] == "None, according to the person."
    assert lines["item.diabetes"] == "Diabetes: no"
    assert "Diabetes" not in lines["item.missing"]
    assert lines["item.missing"].startswith("Not stated: Heart failure, Dialysis, Liver disease")
    assert "Dialysis" not in lines_of(report_of(full_data()))["item.missing"]
    assert (said_no.told["medicines"], said_no.told["conditions"]) == ("no", "no")
    mixed = report_of(january(profile=answers | {"diabetes": "yes"}))
    assert mixed.told["conditions"] == "yes"
    hidden = january(profile=answers | {"diabetes": "yes"})
    left_out = report_of(hidden, frozenset({"item.diabetes"}))
    assert left_out.told["conditions"] == "not_told"  # it is not a no, for something was left out
    assert "iabetes" not in words_of(left_out)
    assert set(report_of(full_data()).told.values()) == {"yes", "not_told"}
    assert report_of(full_data()).told["notes"] == "not_told"


def test_medicines_have_their_dates_and_what_was_tried_before() -> None:
    lines = lines_of(report_of(full_data()))
    assert lines["medicine.ffffffffffff"] == (
        "a statin; since 24 Nov 2026; changed 14 Dec 2026; stopped 29 Dec 2026; "
        "cramps began or got worse after it: yes"
    )
    assert lines["tried_before.0"] == "Tried before: magnesium for two months: no change"
    assert lines["dialysis_days.0"] == "Dialysis days: Mon, Wed, Fri"
    assert lines["results.0"] == "Potassium 3.4 mmol/l, 12 Dec"


def test_twitches_have_their_place_and_answers() -> None:
    lines = lines_of(report_of(full_data()))
    assert lines["twitch.eyelid_face.left"] == (
        "Eyelid, face, left: 25 Dec, 31 Dec; how long so far: over 2 weeks; in other "
        "places too: yes; weak or stiff there: no"
    )
    assert lines["twitch.."] == "Place not stated: 25 Dec; tingling there: not sure"
    assert lines["urge_to_move"] == "Urge to move: on 3 nights: 26 Dec, 28 Dec, 1 Jan"


def test_the_four_answers_about_an_urge_and_the_own_view_have_their_dates() -> None:
    profile = {"urge_feelings": "yes", "urge_evening": "no", "bother": "6", "global_change": "same"}
    found = report_of(january(profile=profile, told_on={"bother": date(2027, 1, 5)}))
    lines = lines_of(found)
    assert lines["item.urge_feelings"] == "Urge to move, odd feelings: yes"
    assert lines["item.urge_evening"] == "Urge worse in the evening: no"
    assert lines["item.bother"] == "How much cramps bother me: 6 of 10, stated on 5 Jan 2027"
    assert lines["item.global_change"] == "Since the diary began: the same"
    assert lines["item.missing"] == "Not stated: nothing was stated"
    assert (found.told["urge"], found.told["conditions"]) == ("yes", "not_told")


def test_sleep_and_falls() -> None:
    lines = lines_of(report_of(full_data()))
    assert lines["quality"] == "Sleep: median 5 from 40 mornings, 0 is best, 10 is worst"
    assert lines["quality_after"].startswith("After cramps: median")
    assert lines["fell.nearly"] == "Fell: Nearly: 30 Dec"
    assert lines["fell.yes_hurt"] == "Fell: Yes, and got hurt: 27 Dec"


def test_what_was_asked_about_every_night_has_nights_with_and_without() -> None:
    found = january(cramp(3), cramp(5))
    checks = tuple(NightFact(date(2027, 1, day), "none_last_night") for day in (6, 7, 8))
    nights = {date(2027, 1, day): day in (3, 6) for day in (3, 5, 6, 7, 20)}
    found = replace(
        found, facts=replace(found.facts, checks=checks), exposures={"alcohol_evening": nights}
    )
    assert lines_of(report_of(found))["exposure.alcohol_evening"] == (
        "Alcohol in the evening: nights with it: cramps on 1 of 2; nights without it: 1 "
        "of 2; not stated or not logged: 24"
    )


def test_what_was_tried_has_how_it_helped() -> None:
    found = january(
        cramp(3, relief_tried=frozenset({"stretched", "heat"}), relief_helped="a_lot"),
        cramp(4, relief_tried=frozenset({"stretched"}), relief_helped="not_at_all"),
        cramp(5, relief_tried=frozenset({"walked"})),
    )
    lines = lines_of(report_of(found))
    assert lines["tried.stretched"] == "Stretched: 2 entries; did it help: Not at all 1, A lot 1"
    assert lines["tried.walked"] == "Walked: 1 entry"


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
    assert lines["headline"].endswith(f"Nights logged: {len(nights | none)} of {7 * weeks}.")
    if nights | none:
        counted = f"Cramp nights: {len(nights)} of {len(nights | none)} logged."
        assert lines["headline"].startswith(counted)
        woken = {one.night_on for one in cramps if one.woke == "yes"}
        assert f"Nights woken by cramps: {len(woken)}." in lines["headline"] or not woken
    strengths = [one.intensity for one in cramps if one.intensity is not None]
    if strengths:
        middle = f"{median(strengths):g}"
        strong = sum(one >= 7 for one in strengths)
        words = f"median {middle} of 10, 7 or more in {strong} of {len(strengths)} entr"
        assert lines["strength"].startswith(f"Strength: {words}")
    table = section_of(found, "pattern").table
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
    whole = report_of(full_data())
    for code in (*lines_of(whole), "weeks", "strip", "hours", "sites", "age_band", "who"):
        less = report_of(full_data(), frozenset({code}))
        assert words_of(less) != words_of(whole), code
        assert code not in lines_of(less)
        removed = set(lines_of(whole)) - set(lines_of(less))
        assert removed <= ({"weeks_words"} if code == "weeks" else {code})


def test_a_whole_section_can_be_left_out() -> None:
    whole = report_of(full_data())
    for section in whole.sections:
        less = report_of(full_data(), frozenset({section.code}))
        assert [one.code for one in less.sections] == [
            one.code for one in whole.sections if one is not section
        ]
        assert less.told[section.code] == "not_told"


def test_what_an_older_version_left_out_stays_left_out() -> None:
    def shown(*codes: str) -> Report:
        draft = ReportDraft(
            user_id=1,
            last_on=date(2027, 1, 1),
            left_out=",".join(codes),
            updated_at=CREATED_AT,
        )
        return report_of(full_data(), chosen_codes(draft)[0])

    assert {"warning", "twitch", "urge"}.isdisjoint(one.code for one in shown("symptoms").sections)
    assert section_of(shown("by_week"), "pattern").table is None
    assert "noted" not in [one.code for one in shown("led_up").sections]
    assert section_of(shown("where"), "pattern").counts == ()


def test_codes_are_unique_and_fit_into_callback_data() -> None:
    whole = report_of(full_data())
    codes = [line.code for line in whole.who]
    for section in whole.sections:
        codes += [section.code, *(line.code for line in section.lines if line.code != section.code)]
        codes += [one.code for one in section.counts]
        codes += [one.code for one in (section.table, section.histogram) if one is not None]
    assert len(codes) == len(set(codes)) > 60
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
    full = sample_data()
    day = full.last_on
    events = [
        WarningSign("P11", "urgent", day),
        WarningSign("seizure", "emergency", day - timedelta(days=2)),
        WarningSign("P11", "urgent", full.first_on - timedelta(days=1)),
        WarningSign("P11", "urgent", day - timedelta(days=1), shown=False),
    ]
    found = lines_of(report_of(sample_data(warning_signs=events)))
    title = tier_names(TR)[Tier.URGENT]
    assert found["event.P11.urgent"] == (
        f"By day: Entry with a warning sign: 3 Jan; card shown: “{title}”"
    )
    assert found["unseen.P11.urgent"].endswith(f"2 Jan; not shown yet: “{title}”")
    assert "1 Jan; card shown:" in found["event.seizure.emergency"]


def test_rules_that_were_met_have_what_they_count_and_their_dates() -> None:
    found = report_of(january(rules_met=[WarningSign("P2", "soon", date(2027, 1, 5))]))
    assert lines_of(found)["rule.P2"] == (
        "P2: Cramps on 3 or more nights a week, 3 weeks in a row: 5 Jan"
    )
    assert set(rule_names(TR)) == set(RULES) - {"P11", "P13"}


def test_a_report_has_no_interpretation() -> None:
    for number in range(len(PEOPLE)):
        words = words_of(report_of(sample_data(number), frozenset({"conditions"})))
        assert not re.search(
            r"because|normal|deficien|should|recommend|suggest|risk|likely cause|diagnos(ed|e )|%",
            words,
        ), words
        assert not DISEASES.search(words)


def test_an_empty_diary_gives_one_short_page() -> None:
    empty = ReportData(Facts(), date(2027, 1, 1), date(2027, 1, 28), date(2027, 1, 29))
    found = report_of(empty)
    codes = [section.code for section in found.sections]
    assert codes == ["headline", "medicines", "conditions"]
    assert page_count(make_pdf(TR, found, CREATED_AT)) == 1


SWOLLEN, WARM = frozenset({"swollen"}), frozenset({"warm_or_red"})


@pytest.mark.parametrize(
    ("code", "fields", "words"),
    [
        ("numb_or_tingling", {"after_effects": frozenset({"numb_or_tingling"})}, "Numb, tingling"),
        ("weak", {"after_effects": frozenset({"weak"})}, "Weak"),
        ("swollen", {"after_effects": SWOLLEN, "event_type": "other_pain"}, "Swollen"),
        ("warm_or_red", {"after_effects": WARM}, "Warm or red"),
        ("walking", {"context": "walking"}, "While walking"),
        ("over_ten", {"duration": "gt_10min"}, "Over 10 min"),
        ("other_pain", {"event_type": "other_pain"}, "Other pain"),
    ],
)
def test_signs_have_their_leg_place_and_nights(
    code: str, fields: dict[str, Any], words: str
) -> None:
    left, right = {"site": "calf", "side": "left"}, {"site": "calf", "side": "right"}
    found = report_of(
        january(cramp(7, **left | fields), cramp(3, **left | fields), cramp(9, **right | fields))
    )
    assert lines_of(found)[code] == f"{words}: Calf, left: 3 Jan, 7 Jan; Calf, right: 9 Jan"
    assert code not in lines_of(report_of(january(cramp(7))))
    bare = lines_of(report_of(january(cramp(7, side="unsure", **fields))))
    assert bare[code] == f"{words}: Place not stated: 7 Jan"


def test_pain_in_the_chest_an_arm_or_the_belly_is_a_sign() -> None:
    found = january(cramp(3, site="chest", event_type="other_pain"), cramp(4, site="abdomen"))
    lines = lines_of(report_of(found))
    assert lines["chest"] == "In the chest: 3 Jan"
    assert lines["arm_or_belly"] == "In an arm or the belly: Belly: 4 Jan"


def test_dates_beyond_ten_are_counted() -> None:
    weak = frozenset({"weak"})
    found = report_of(january(*(cramp(day, after_effects=weak) for day in range(1, 15))))
    assert lines_of(found)["weak"].endswith("9 Jan, 10 Jan and 4 more")
    sites = ("calf", "toes", "shin", "thigh_front", "thigh_back", "thigh_inner", "back", "arm")
    placed = (cramp(day, after_effects=weak, site=site) for day, site in enumerate(sites, 1))
    assert lines_of(report_of(january(*placed)))["weak"].endswith("6 Jan; 2 more elsewhere")


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
        "+ At least this many. Strength is from 0 to 10. Woken by cramps: of the entries that "
        "say whether they woke the person."
    )


def test_habits_are_counted_by_evening() -> None:
    habits = tuple(
        HabitFact(date(2027, 1, day), "stretch_done", done=day < 5) for day in range(1, 11)
    )
    found = replace(january(cramp(3)), facts=Facts((cramp(3),), habits=habits))
    words = lines_of(report_of(found))
    assert words["evenings.stretch_done"] == (
        "Stretched: nights with it: cramps on 1 of 1; nights without it: 0 of 0; not "
        "stated or not logged: 27"
    )
    assert "evenings.hydration_done" not in words


def test_answers_about_limitation_are_counted_by_week() -> None:
    found = report_of(january(cramp(3), limited=["no", "a_lot", "no"]))
    assert lines_of(found)["limited"] == "Limited by cramps: no 2, a lot 1 (answered for 3 weeks)."


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
        "Fair test: No late caffeine, 1 Dec 2026 – 25 Jan 2027, 8 blocks of 7 nights in random "
        "order: cramps on 5 of 26 logged nights in blocks with it, on 7 of 27 in blocks "
        "without it."
    )


def test_pregnancy_is_the_last_condition() -> None:
    profile = {"pregnant": "yes", "diabetes": "no", "age_band": "18_39"}
    section = section_of(report_of(january(profile=profile)), "conditions")
    words = [line.words for line in section.lines]
    assert words[:2] == ["Diabetes: no", "Pregnant: yes"]
    assert words[2].startswith("Not stated:")


def test_the_baseline_may_lie_before_the_period() -> None:
    early = tuple(NightFact(date(2026, 6, day), "none_last_night") for day in range(1, 14))
    found = january(cramp(3))
    found = replace(found, facts=Facts((cramp(3),), early), diary_starts_on=date(2026, 6, 1))
    words = lines_of(report_of(found))
    assert words["baseline"] == (
        "Baseline: the first 14 logged nights (1 Jun 2026 – 3 Jan 2027): cramps on 1."
    )
    assert "begun" not in words
    begun = lines_of(report_of(replace(found, diary_starts_on=date(2027, 1, 2))))
    assert begun["begun"] == "The diary begins on 2 Jan 2027"
