"""What a report says, and the pages that it is set on."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.about.messages import MedicineLine
from bot.diary.facts import CrampFact, Facts, HabitFact, NightFact, ReminderFact
from bot.i18n import translator
from bot.report.contents import Event, Material, Report, note_code, noted, report
from bot.report.pdf import MISSING, make_pdf, page_count, preview, printable
from tests.diaries import PEOPLE, Diary, make_diary
from tests.wording import DISEASES

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
            MedicineLine(place, words, since)
            for place, (words, since) in enumerate(diary.habits.medicines, 1)
        ],
    )
    return replace(found, **fields)  # type: ignore[arg-type]


def words_of(found: Report) -> str:
    parts = [found.title, found.period, found.statement, found.information]
    parts += [line.text for line in found.who]
    for section in found.sections:
        parts += [section.title, *(line.text for line in section.lines)]
        if section.table:
            parts += [*section.table.heads, *(cell for row in section.table.rows for cell in row)]
        for counts in (*section.counts, *([section.histogram] if section.histogram else [])):
            parts += [counts.title, *(name for name, _number in counts.pairs)]
    return "\n".join(parts)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return re.sub(r"\s+", " ", " ".join(pages)).replace("\u00a0", " ")


def lines_of(found: Report) -> dict[str, str]:
    return {line.code: line.text for section in found.sections for line in section.lines}


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
        "health",
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
        assert f"median {middle} of 10, 7 or more in {strong}." in lines["strength"]
    table = next(section.table for section in found.sections if section.table)
    assert len(table.rows) == weeks
    for place, row in enumerate(table.rows):
        begin = first + timedelta(days=7 * place)
        week = [one for one in cramps if begin <= one.night_on < begin + timedelta(days=7)]
        covered = {one.night_on for one in week} | {
            night for night in none if begin <= night < begin + timedelta(days=7)
        }
        assert row[1] == f"{len(covered)} of 7"
        if covered:
            assert row[2] == str(len({one.night_on for one in week}))
            total = sum(one.count for one in week)
            assert row[3] == (f"{total}+" if any(one.count == 4 for one in week) else str(total))


def test_what_was_left_out_is_gone_and_nothing_else() -> None:
    whole = report(TR, material(), NOTHING, NOTHING)
    for code in (*lines_of(whole), "weeks", "hours", "sites", "age_band"):
        less = report(TR, material(), frozenset({code}), NOTHING)
        assert words_of(less) != words_of(whole), code
        assert code not in lines_of(less)
        assert set(lines_of(whole)) - set(lines_of(less)) <= {code}


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
    ]
    found = lines_of(report(TR, material(events=events), NOTHING, NOTHING))
    assert found["event.P11.urgent"].endswith("(shown: be checked today): 3 Jan")
    assert found["event.leg_cold_or_pale.emergency"].endswith("(shown: get help now): 1 Jan")
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
    assert [section.code for section in found.sections] == ["covered", "by_week"]
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
        assert re.sub(r"\s+", " ", printable(line)).strip() in text, line
    assert make_pdf(TR, found, MADE) == pdf
    assert "Page 1 of" in text


def test_what_is_left_out_is_not_in_the_file() -> None:
    secret = "a tablet nobody need know of"
    medicines = [MedicineLine(9, secret, None)]
    shown = report(TR, material(medicines=medicines), NOTHING, NOTHING)
    assert secret in text_of(make_pdf(TR, shown, MADE))
    hidden = report(TR, material(medicines=medicines), frozenset({"medicine.9"}), NOTHING)
    assert secret not in text_of(make_pdf(TR, hidden, MADE))


def test_characters_that_cannot_be_printed_are_seen_to_be_missing() -> None:
    assert printable("痛い, ok 💥") == f"{MISSING * 2}, ok {MISSING}"
    assert printable("café, ночь, νύχτα") == "café, ночь, νύχτα"
    notes = "痛い שלום 💥\u202e\x07"
    page = make_pdf(TR, report(TR, material(questions=notes), NOTHING, NOTHING), MADE)
    assert MISSING in text_of(page)


def test_the_preview_is_a_picture_of_the_page() -> None:
    pdf = make_pdf(TR, report(TR, material(), NOTHING, NOTHING), MADE)
    for page in (0, 1, 5):
        assert preview(pdf, page).startswith(b"\x89PNG")
    assert preview(pdf, 0) != preview(pdf, 1)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 40),
    st.integers(0, 60),
    st.text(st.characters(codec="utf-8"), max_size=1000),
    st.sampled_from([4, 8, 12]),
)
def test_always_one_page_or_two(medicines: int, events: int, questions: str, weeks: int) -> None:
    found = material(
        weeks=weeks,
        questions=questions,
        name="N" * 80,
        medicines=[MedicineLine(n, f"{n} " + "words " * 19, None) for n in range(medicines)],
    )
    days = [found.last_on - timedelta(days=n) for n in range(events)]
    found = replace(found, events=[Event("P11", "urgent", day) for day in days])
    chosen = frozenset(note_code(one) for one in noted(found))
    assert 1 <= page_count(make_pdf(TR, report(TR, found, NOTHING, chosen), MADE)) <= 2
