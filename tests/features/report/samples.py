"""Sample data for tests and benchmarks of the report, and helpers that read reports and PDFs."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import pypdfium2

from bot.features.diary.facts import CrampFact, Facts, HabitFact, NightFact, ReminderFact
from bot.features.experiments.design import Arm
from bot.features.experiments.rules import Subject, Topic
from bot.features.report.builder import build_report
from bot.features.report.model import Report, Section
from bot.features.report.pdf.document import make_pdf
from bot.features.report.pdf.layout import all_texts
from bot.features.report.report_data import FairTest, ListedMedicine, ReportData, WarningSign
from bot.i18n.translator import translator
from tests.support.diaries import PEOPLE, Diary, make_diary

TR = translator("en")
CREATED_AT = datetime(2027, 1, 5, 9, tzinfo=UTC)
NOTHING: frozenset[str] = frozenset()


def facts_of(diary: Diary) -> Facts:
    """A generated diary as the facts that the bot reads from its database."""
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


@cache
def _diary(number: int) -> tuple[Diary, Facts]:
    diary = make_diary(PEOPLE[number], 1, seed=5)
    return diary, facts_of(diary)


def sample_data(number: int = 2, weeks: int = 8, **fields: object) -> ReportData:
    """The data of a generated person over some weeks, with other values for some fields."""
    diary, facts = _diary(number)
    found = ReportData(
        facts,
        diary.last_on - timedelta(days=7 * weeks - 1),
        diary.last_on,
        diary.last_on + timedelta(days=1),
        profile=dict(diary.habits.profile),
        medicines=[
            ListedMedicine(f"{place:x}".ljust(32, "0"), words, since)
            for place, (words, since) in enumerate(diary.habits.medicines, 1)
        ],
    )
    return replace(found, **fields)  # type: ignore[arg-type]


def report_of(
    data: ReportData,
    left_out: frozenset[str] = NOTHING,
    included_notes: frozenset[str] = NOTHING,
) -> Report:
    """The English report of the data; by default with every line and without notes."""
    return build_report(TR, data, left_out, included_notes)


def pdf_of(data: ReportData) -> bytes:
    """The English PDF of the data, with every line and without notes."""
    return make_pdf(TR, report_of(data), CREATED_AT)


def words_of(found: Report) -> str:
    """All texts of a report, one per line."""
    return "\n".join(all_texts(found))


def flat(text: str) -> str:
    """The text with white space collapsed."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def text_of(pdf: bytes) -> str:
    """The text of all pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return flat(" ".join(pages))


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(document)


def lines_of(found: Report) -> dict[str, str]:
    """Code of each line → its text."""
    return {line.code: flat(line.words) for section in found.sections for line in section.lines}


def section_of(found: Report, code: str) -> Section:
    return next(section for section in found.sections if section.code == code)


def cramp(day: int, **fields: Any) -> CrampFact:
    """A cramp at 23:00 on a day of January 2027."""
    night_on = date(2027, 1, day)
    at = datetime(2027, 1, day, 23)
    return CrampFact(at, night_on, entry_id=day, **fields)


def january(*cramps: CrampFact, **fields: Any) -> ReportData:
    """Data for a report on four weeks of January 2027."""
    return ReportData(
        Facts(cramps), date(2027, 1, 1), date(2027, 1, 28), date(2027, 1, 29), **fields
    )


def entry(night_on: date, number: int, **fields: Any) -> CrampFact:
    """An entry at ten in the evening."""
    return CrampFact(datetime.combine(night_on, time(22)), night_on, entry_id=number, **fields)


@cache
def full_data() -> ReportData:
    """A diary of eight weeks in which everything that a report can say was told."""
    found = sample_data(
        2,
        8,
        name="A. Example",
        questions="Can the water tablet do that?\nIs there a test that would help?",
        typed={
            "identifier": "1948-05-03",
            "tried_before": "magnesium for two months: no change\nstretching in bed: a bit",
            "dialysis_days": "Mon, Wed, Fri",
            "results": "Potassium 3.4 mmol/l, 12 Dec",
        },
        limited=["no", "a_bit", "a_lot", "no"],
    )
    nights = [found.last_on - timedelta(days=back) for back in range(56)]
    eyelid = {"site": "eyelid_face", "side": "left", "twitch_elsewhere": "yes"}
    more = (
        entry(nights[3], 901, event_type="twitch", twitch_days="gt_14days", **eyelid),
        entry(nights[9], 902, event_type="twitch", twitch_weak_or_stiff="no", **eyelid),
        entry(nights[9], 903, event_type="twitch", twitch_tingling="unsure"),
        *(entry(nights[at], 910 + at, event_type="urge_to_move") for at in (2, 6, 8)),
        entry(nights[5], 990, event_type="other_pain", site="chest"),
        entry(nights[4], 991, fell="nearly", site="calf", side="left", duration="gt_10min"),
        entry(nights[7], 992, fell="yes_hurt", site="calf", after_effects=frozenset({"swollen"})),
    )
    return replace(
        found,
        facts=replace(found.facts, cramps=(*found.facts.cramps, *more)),
        warning_signs=[
            WarningSign("P11", "urgent", nights[3]),
            WarningSign("P11", "emergency", nights[4]),
        ],
        rules_met=[WarningSign("P1", "soon", nights[1]), WarningSign("P3", "info", nights[9])],
        sleep={night: place * 3 % 11 for place, night in enumerate(nights[:40])},
        exposures={
            "alcohol_evening": {night: night.day % 3 == 0 for night in nights[:40]},
            "hot_day": dict.fromkeys(nights[:10], False),
        },
        profile={**found.profile, "diabetes": "no", "pregnant": "no", "kidney_disease": "unsure"},
        medicines=[
            *found.medicines,
            ListedMedicine("f" * 32, "a statin", nights[40], nights[20], nights[5], "yes"),
        ],
        fair_tests=[
            FairTest(
                "ab" * 16,
                Topic(Subject.CAFFEINE),
                nights[55],
                nights[1],
                blocks=8,
                block_days=7,
                with_habit=Arm(5, 26, 28, 4),
                without=Arm(7, 27, 28, 4),
            )
        ],
    )
