"""Sample data for tests and benchmarks of the report, and helpers that read reports and PDFs."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdfium2

from bot.features.diary.facts import CrampFact, Facts, HabitFact, NightFact, ReminderFact
from bot.features.report.builder import build_report
from bot.features.report.model import Report, Section
from bot.features.report.pdf.document import make_pdf
from bot.features.report.pdf.layout import all_texts
from bot.features.report.report_data import ListedMedicine, ReportData
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


def sample_data(number: int = 2, weeks: int = 8, **fields: object) -> ReportData:
    """The data of a generated person over some weeks, with other values for some fields."""
    diary = make_diary(PEOPLE[number], 1, seed=5)
    found = ReportData(
        facts_of(diary),
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
