"""What a report says, and the pages that it is set on."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.features.cramps.red_flags import SIGNS
from bot.features.cramps.values import CONTEXTS, RELIEFS, SITES, TRIGGERS
from bot.features.diary.facts import CrampFact, Facts, HabitFact, NightFact, ReminderFact
from bot.features.experiments.design import Arm
from bot.features.experiments.rules import Subject, Topic
from bot.features.health_profile.values import ITEMS
from bot.features.report.contents import Event, Material, Taken, Trial, note_code, noted, report
from bot.features.report.pdf import MISSING, make_pdf, page_count, preview, printable, texts_of
from bot.features.report.plan import NightMark, Report, Section
from bot.i18n.translator import HourCycle, translator
from bot.telegram.message import pack
from tests.support.diaries import PEOPLE, Diary, make_diary
from tests.support.wording import DISEASES

TR = translator("en")
MADE = datetime(2027, 1, 5, 9, tzinfo=UTC)
NOTHING: frozenset[str] = frozenset()


def facts_of(diary: Diary) -> Facts:
    truth = diary.truth
    return Facts(
        tuple(
            CrampFact(
                one.local_at,
                one.night_on,
                event_type=one.event_type,
                intensity=one.intensity,
                count=one.count,
                duration=one.duration,
                woke_me=one.woke,
                site=one.site,
                side=one.side,
                context=one.context,
                after_effects=frozenset(one.effects),
                possible_triggers=frozenset(one.triggers),
                relief_tried=frozenset(one.reliefs),
                relief_helped=one.helped,
                sleep_disturbance=one.disturbance,
                time_precision="exact" if one.is_timed else "night_only",
                entered_minutes_after=one.minutes_late,
                note=f"note {number}" if number % 4 == 0 else None,
                entry_id=number,
            )
            for number, one in enumerate(truth.events, 1)
        ),
        tuple(NightFact(night, "none_last_night") for night in truth.none),
        tuple(ReminderFact(kind, night, "sent", answer) for night, kind, answer in truth.answers),
        tuple(HabitFact(night, "stretch_done", done) for night, done in truth.stretch.items()),
    )


def material(number: int = 2, weeks: int = 8, **fields: object) -> Material:
    diary = make_diary(PEOPLE[number], 1, seed=5)
    found = Material(
        facts_of(diary),
        diary.last_on - timedelta(days=7 * weeks - 1),
        diary.last_on,
        diary.last_on + timedelta(days=1),
        profile=dict(diary.habits.profile),
        medicines=[
            Taken(f"{place:x}".ljust(32, "0"), words, since)
            for place, (words, since) in enumerate(diary.habits.medicines, 1)
        ],
    )
    return replace(found, **fields)  # type: ignore[arg-type]


def words_of(found: Report) -> str:
    return "\n".join(texts_of(found))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return flat(" ".join(pages))


def lines_of(found: Report) -> dict[str, str]:
    return {line.code: flat(line.words) for section in found.sections for line in section.lines}


def section_of(found: Report, code: str) -> Section:
    return next(section for section in found.sections if section.code == code)


# What it says ------------------------------------------------------------------------------------


def test_the_parts_come_in_the_order_of_the_reference() -> None:
    full = material(questions="Why at night?", name="A. Example")
    found = report(TR, full, NOTHING, frozenset(note_code(one) for one in noted(full)))
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
def test_every_figure_against_an_independent_count(number: int, weeks: int) -> None:
    diary = make_diary(PEOPLE[number], 1, seed=5)
    found = report(TR, material(number, weeks), NOTHING, NOTHING)
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


def test_what_was_left_out_is_gone_and_nothing_else() -> None:
    whole = report(TR, material(), NOTHING, NOTHING)
    for code in (*lines_of(whole), "weeks", "strip", "hours", "sites", "age_band", "who"):
        less = report(TR, material(), frozenset({code}), NOTHING)
        assert words_of(less) != words_of(whole), code
        assert code not in lines_of(less)
        gone = set(lines_of(whole)) - set(lines_of(less))
        assert gone <= ({"weeks_words"} if code == "weeks" else {code})


def test_a_whole_section_can_be_left_out() -> None:
    whole = report(TR, material(), NOTHING, NOTHING)
    for section in whole.sections:
        less = report(TR, material(), frozenset({section.code}), NOTHING)
        assert [one.code for one in less.sections] == [
            one.code for one in whole.sections if one is not section
        ]


def test_no_code_means_two_things_and_every_code_fits_on_a_button() -> None:
    full = material(events=[Event("swelling_and_breath", "emergency", material().last_on)])
    whole = report(TR, full, NOTHING, NOTHING)
    codes = [line.code for line in whole.who]
    for section in whole.sections:
        codes += [section.code, *(line.code for line in section.lines)]
        codes += [one.code for one in section.counts]
        codes += [one.code for one in (section.table, section.histogram) if one is not None]
    assert len(codes) == len(set(codes)) > 30
    for code in codes:
        pack("report", "set", code, 0, 99)


def test_notes_are_in_only_when_they_are_chosen() -> None:
    full = material()
    (first, *rest) = noted(full)
    assert rest
    assert "Notes" not in [section.title for section in report(TR, full, NOTHING, NOTHING).sections]
    found = lines_of(report(TR, full, NOTHING, frozenset({note_code(first)})))
    assert found[note_code(first)].endswith(f": {first.note}")
    assert not [code for code in found if code.startswith("note.") and code != note_code(first)]


def test_ticks_stand_with_their_date_and_the_card_that_was_shown() -> None:
    day = material().last_on
    events = [
        Event("P11", "urgent", day),
        Event("leg_cold_or_pale", "emergency", day - timedelta(days=2)),
        Event("P2", "soon", day),  # a pattern over weeks is an interpretation
        Event("P11", "urgent", material().first_on - timedelta(days=1)),
    ]
    found = lines_of(report(TR, material(events=events), NOTHING, NOTHING))
    assert found["event.P11.urgent"] == (
        "Warning sign: Entry with a warning sign: 3 Jan. Card shown: be checked today."
    )
    assert found["event.leg_cold_or_pale.emergency"] == (
        "Warning sign: Leg cold, pale, cannot move: 1 Jan. Card shown: get help now."
    )
    assert not [code for code in found if "P2" in code]


def test_it_interprets_nothing() -> None:
    for number in range(len(PEOPLE)):
        words = words_of(report(TR, material(number), NOTHING, NOTHING))
        assert not re.search(
            r"because|normal|deficien|should|recommend|suggest|risk|likely cause|diagnos(ed|e )|%",
            words,
        ), words
        conditions = dict(PEOPLE[number].profile)
        if "heart_failure" not in conditions:
            assert not DISEASES.search(words)


def test_an_almost_empty_diary_is_a_short_honest_page() -> None:
    empty = Material(Facts(), date(2027, 1, 1), date(2027, 1, 28), date(2027, 1, 29))
    found = report(TR, empty, NOTHING, NOTHING)
    assert [section.code for section in found.sections] == ["covered"]
    assert lines_of(found)["coverage"] == "0 of 28 nights logged."
    assert page_count(make_pdf(TR, found, MADE)) == 1


# The pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=[one.name for one in PEOPLE])
def test_the_pages_say_what_the_report_says(number: int) -> None:
    found = report(TR, material(number), NOTHING, NOTHING)
    pdf = make_pdf(TR, found, MADE)
    assert 1 <= page_count(pdf) <= 2
    text = text_of(pdf)
    for line in words_of(found).splitlines():
        assert flat(printable(line)) in text, line
    assert make_pdf(TR, found, MADE) == pdf
    assert "Page 1 of" in text


def test_what_is_left_out_is_not_in_the_file() -> None:
    secret = "a tablet nobody need know of"
    medicines = [Taken("9", secret)]
    shown = report(TR, material(medicines=medicines), NOTHING, NOTHING)
    assert secret in text_of(make_pdf(TR, shown, MADE))
    hidden = report(TR, material(medicines=medicines), frozenset({"medicine.9"}), NOTHING)
    assert secret not in text_of(make_pdf(TR, hidden, MADE))


def test_characters_that_cannot_be_printed_are_seen_to_be_missing() -> None:
    assert printable("痛い, ok 💥") == f"{MISSING * 2}, ok {MISSING}"
    assert printable("café, ночь, νύχτα") == "café, ночь, νύχτα"
    note = "痛い שלום مؤلم 💥👩\u200d⚕️ \ud7a3\u202e\x07"
    plain = text_of(make_pdf(TR, report(TR, material(), NOTHING, NOTHING), MADE))
    assert MISSING not in plain
    page = text_of(make_pdf(TR, report(TR, material(questions=note), NOTHING, NOTHING), MADE))
    assert f"{MISSING * 2} {MISSING * 4} {MISSING * 4} {MISSING * 3}" in page
    assert f"{MISSING} stands for a character that cannot be printed here." in page


def test_the_preview_is_a_picture_of_the_page() -> None:
    pdf = make_pdf(TR, report(TR, material(), NOTHING, NOTHING), MADE)
    pages = [preview(pdf, number) for number in (0, 1, 5)]
    assert all(page.startswith(b"\x89PNG") for page in pages)
    assert pages[0] != pages[1] == pages[2]


LONG_WORD = "n" * 180
SENTENCE = "a few words of whatever length it takes to fill a line and then some more of them"


@settings(max_examples=15, deadline=None)
@example(
    medicines=30,
    events=40,
    questions="\n".join(f"§q{n}§ {LONG_WORD}" for n in range(5)),
    weeks=12,
    number=0,
    length=220,
    is_ill=True,
)
@given(
    medicines=st.integers(0, 30),
    events=st.integers(0, 40),
    questions=st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])),
            st.sampled_from([LONG_WORD, SENTENCE]),
        ),
        max_size=5,
    ).map(lambda texts: "\n".join(f"§q{n}§ {text}" for n, text in enumerate(texts))),
    weeks=st.sampled_from([4, 8, 12]),
    number=st.sampled_from(range(len(PEOPLE))),
    length=st.integers(0, 220),
    is_ill=st.booleans(),
)
def test_always_one_page_or_two_and_nothing_cut_in_silence(
    medicines: int,
    events: int,
    questions: str,
    weeks: int,
    number: int,
    length: int,
    *,
    is_ill: bool,
) -> None:
    found = material(
        number,
        weeks=weeks,
        questions=questions,
        name="N" * 80,
        medicines=[Taken(str(n), f"§m{n}§ " + "words " * 18) for n in range(medicines)],
    )
    days = [found.last_on - timedelta(days=n) for n in range(events)]
    signs = [sign for signs in SIGNS.values() for sign in signs]
    noted_all = tuple(
        replace(
            fact,
            site=SITES[fact.entry_id % len(SITES)],
            context=CONTEXTS[fact.entry_id % len(CONTEXTS)],
            possible_triggers=frozenset(TRIGGERS),
            relief_tried=frozenset(RELIEFS),
            back_to_sleep="not_again",
            day_impact="tired",
            note=f"§n{fact.entry_id}§ {SENTENCE * 3}"[: max(9, length)],
        )
        for fact in found.facts.cramps
    )
    found = replace(
        found,
        facts=replace(found.facts, cramps=noted_all),
        profile=dict.fromkeys(list(ITEMS)[1:], "yes") if is_ill else {},
        events=[Event(signs[n % len(signs)], "emergency", day) for n, day in enumerate(days)],
    )
    chosen = frozenset(note_code(one) for one in noted(found))
    whole = report(TR, found, NOTHING, chosen)
    pdf = make_pdf(TR, whole, MADE)
    assert 1 <= page_count(pdf) <= 2
    text = text_of(pdf)
    squeezed = text.replace(" ", "")  # a word that is too long for a line is broken
    for section in whole.sections:
        there = sum(
            flat(printable(line.text)).replace(" ", "") in squeezed for line in section.lines
        )
        if there < len(section.lines):
            more = re.findall(r"and (\d+) more entr", text)
            assert str(len(section.lines) - there) in more, section.code


# Details -----------------------------------------------------------------------------------------


def cramp(day: int, **fields: Any) -> CrampFact:
    night_on = date(2027, 1, day)
    at = datetime(2027, 1, day, 23)
    return CrampFact(at, night_on, entry_id=day, **fields)


def january(*cramps: CrampFact, **fields: Any) -> Material:
    return Material(Facts(cramps), date(2027, 1, 1), date(2027, 1, 28), date(2027, 1, 29), **fields)


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
def test_what_was_ticked_stands_with_its_nights(
    code: str, fields: dict[str, Any], words: str
) -> None:
    found = report(TR, january(cramp(7, **fields), cramp(3, **fields)), NOTHING, NOTHING)
    assert lines_of(found)[code] == f"{words}: 3 Jan, 7 Jan"
    assert code not in lines_of(report(TR, january(cramp(7)), NOTHING, NOTHING))


def test_many_dates_are_counted() -> None:
    weak = frozenset({"weak"})
    found = report(
        TR, january(*(cramp(day, after_effects=weak) for day in range(1, 15))), NOTHING, NOTHING
    )
    assert lines_of(found)["weak"].endswith("9 Jan, 10 Jan and 4 more")


def test_signs_below_the_table_are_explained_only_when_they_are_there() -> None:
    checks = tuple(NightFact(date(2027, 1, day), "none_last_night") for day in range(1, 29))
    full = january(cramp(3))
    full = replace(full, facts=replace(full.facts, checks=checks))
    assert "weeks_words" not in lines_of(report(TR, full, NOTHING, NOTHING))
    partial = lines_of(report(TR, january(cramp(3)), NOTHING, NOTHING))
    assert partial["weeks_words"] == (
        "* Fewer than 5 nights logged: a partial week, not comparable."
    )
    rest = january(cramp(3, count=4, intensity=6, woke_me="yes"))
    assert lines_of(report(TR, rest, NOTHING, NOTHING))["weeks_words"].endswith(
        "+ At least so many. Strength is from 0 to 10. Woken by it: of the entries that say so "
        "or not."
    )


def test_habits_are_counted_by_evening() -> None:
    habits = tuple(
        HabitFact(date(2027, 1, day), "stretch_done", done=day < 5) for day in range(1, 11)
    )
    found = replace(january(cramp(3)), facts=Facts((cramp(3),), habits=habits))
    words = lines_of(report(TR, found, NOTHING, NOTHING))
    assert words["evenings.stretch_done"] == (
        "Stretched: yes on 4 evenings, no on 6, no answer on 18."
    )
    assert "evenings.hydration_done" not in words


def test_whether_cramps_limited_is_counted_by_week() -> None:
    found = report(TR, january(cramp(3), limited=["no", "a_lot", "no"]), NOTHING, NOTHING)
    assert lines_of(found)["limited"] == "Limited by cramps: no 2, a lot 1 (own word on 3 weeks)."


def test_a_fair_test_is_told_by_its_counts() -> None:
    trial = Trial(
        "ab" * 16,
        Topic(Subject.CAFFEINE),
        date(2026, 12, 1),
        date(2027, 1, 25),
        blocks=8,
        block_days=7,
        with_habit=Arm(5, 26, 28, 4),
        without=Arm(7, 27, 28, 4),
    )
    found = lines_of(report(TR, january(trials=[trial]), NOTHING, NOTHING))
    assert found[f"trial.{'ab' * 16}"] == (
        "Fair test: No late caffeine, 1 Dec 2026 – 25 Jan 2027, 8 blocks of 7 nights in an order "
        "drawn by lot: cramps on 5 of 26 logged nights in blocks with it, on 7 of 27 in blocks "
        "without."
    )


def test_pregnancy_comes_last_of_the_conditions() -> None:
    told = {"pregnant": "yes", "diabetes": "no", "age_band": "18_39"}
    section = section_of(report(TR, january(profile=told), NOTHING, NOTHING), "conditions")
    assert [line.words for line in section.lines] == ["Diabetes: no", "Pregnant: yes"]


def test_the_baseline_stands_apart_from_the_period() -> None:
    early = tuple(NightFact(date(2026, 6, day), "none_last_night") for day in range(1, 14))
    found = january(cramp(3))
    found = replace(found, facts=Facts((cramp(3),), early), begun_on=date(2026, 6, 1))
    words = lines_of(report(TR, found, NOTHING, NOTHING))
    assert words["baseline"] == (
        "Baseline, the first 14 logged nights (1 Jun 2026 – 3 Jan 2027): cramps on 1."
    )
    assert words["coverage"] == "1 of 28 nights logged."
    assert "begun" not in words
    begun = lines_of(report(TR, replace(found, begun_on=date(2027, 1, 2)), NOTHING, NOTHING))
    assert begun["begun"] == "The diary begins on 2 Jan 2027."


def test_what_the_file_says_of_itself() -> None:
    document = pypdfium2.PdfDocument(
        make_pdf(TR, report(TR, january(name="A. Example"), NOTHING, NOTHING), MADE)
    )
    told = document.get_metadata_dict()
    document.close()
    assert told["Title"] == "Diary of night leg cramps"
    assert told["Creator"] == "CalmCalf"
    assert told["CreationDate"].startswith("D:20270105090000")
    assert "A. Example" not in str(told)


def test_the_second_page_says_whose_it_is() -> None:
    full = material(name="A. Example", questions="\n".join([SENTENCE] * 5))
    document = pypdfium2.PdfDocument(make_pdf(TR, report(TR, full, NOTHING, NOTHING), MADE))
    second = flat(document[1].get_textpage().get_text_bounded())
    document.close()
    assert second.startswith(
        "Diary of night leg cramps · Nights of 9 Nov 2026 – 3 Jan 2027 · Name: A. Example"
    )
    assert second.endswith("Made on 4 Jan 2027 with CalmCalf Page 2 of 2")


def test_other_languages_get_their_own_dates_and_numbers() -> None:
    class German:
        language = locale = "de"
        hour_cycle: HourCycle = 24
        gettext = staticmethod(TR.gettext)
        ngettext = staticmethod(TR.ngettext)

    cramps = (cramp(3, intensity=6), cramp(5, intensity=7))
    text = text_of(make_pdf(German(), report(German(), january(*cramps), NOTHING, NOTHING), MADE))
    assert "28. Jan. 2027" in text
    assert "median 6,5 of 10" in text


def test_pages_are_made_and_drawn_by_many_at_once() -> None:
    wanted = report(TR, material(), NOTHING, NOTHING)

    def draw(_number: int) -> tuple[bytes, bytes]:
        content = make_pdf(TR, wanted, MADE)
        return content, preview(content, 1)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(draw, range(16)))) == 1
