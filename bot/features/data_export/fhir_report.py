"""The clinician's pages as a FHIR R4 Questionnaire and the response to it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.features.data_export.fhir import CODES, Person, Resource, instant, text
from bot.features.report.model import REPORT_ITEMS, Counts, Report, Section, Table, Told

QUESTIONNAIRE = "urn:calmcalf:questionnaire:clinician-pages"
VERSION = "1"
ABOUT = "about"
"""The item with the period and with where the data comes from."""
TOLD_WORDS = {Told.YES: "Yes", Told.NO: "No", Told.NOT_TOLD: "Not told"}


def questionnaire(report: Report) -> Resource:
    """What the pages can say: one group for each code of ``REPORT_ITEMS``."""
    options = [{"valueCoding": _told_coding(told)} for told in Told]
    return {
        "resourceType": "Questionnaire",
        "id": "clinician-pages",
        "language": _language(report),
        "url": QUESTIONNAIRE,
        "version": VERSION,
        "name": "ClinicianPages",
        "title": text(report.title),
        "status": "active",
        "subjectType": ["Patient"],
        "item": [
            {"linkId": ABOUT, "text": text(report.title), "type": "text", "repeats": True},
            *(
                {
                    "linkId": code,
                    "text": text(report.titles[code]),
                    "type": "group",
                    "item": [
                        {
                            "linkId": f"{code}.told",
                            "type": "choice",
                            "required": True,
                            "answerOption": options,
                        },
                        {"linkId": f"{code}.line", "type": "text", "repeats": True},
                    ],
                }
                for code in REPORT_ITEMS
            ),
        ],
    }


def response(report: Report, person: Person, at: datetime) -> Resource:
    """The pages as a response: the same lines, without those that the person left out."""
    sections = {section.code: section for section in report.sections}
    items = _answers(ABOUT, [report.period, report.statement, report.information])
    for code in REPORT_ITEMS:
        lines = (
            [line.words for line in report.who]
            if code == "who"
            else list(_lines(sections[code]))
            if code in sections
            else []
        )
        told = {
            "linkId": f"{code}.told",
            "answer": [{"valueCoding": _told_coding(report.told[code])}],
        }
        group = [told, *_answers(f"{code}.line", lines)]
        items.append({"linkId": code, "text": text(report.titles[code]), "item": group})
    return {
        "resourceType": "QuestionnaireResponse",
        "language": _language(report),
        "questionnaire": f"{QUESTIONNAIRE}|{VERSION}",
        "status": "completed",
        "subject": person.reference,
        "authored": instant(at),
        "source": person.reference,
        "item": items,
    }


def told_of(report: Report) -> Mapping[str, str]:
    """Every code of ``REPORT_ITEMS`` → whether it was told: yes, no or not_told."""
    return {code: report.told[code].value for code in REPORT_ITEMS}


def _language(report: Report) -> str:
    return report.language.replace("_", "-")


def _told_coding(told: Told) -> Resource:
    return {"system": f"{CODES}:told", "code": told.value, "display": TOLD_WORDS[told]}


def _answers(link_id: str, lines: Iterable[str]) -> list[Resource]:
    """An item with the lines as its answers; nothing when there are none to print."""
    printed = [words for words in map(text, lines) if words]
    if not printed:
        return []
    return [{"linkId": link_id, "answer": [{"valueString": words} for words in printed]}]


def _lines(section: Section) -> Iterable[str]:
    """The content of a section in the order of printing, one line of text for each."""
    if section.table is not None:
        yield from _table_lines(section.table)
    yield from (line.words for line in section.lines)
    for counts in (*([section.histogram] if section.histogram else []), *section.counts):
        yield _counts_line(counts)


def _table_lines(table: Table) -> Iterable[str]:
    for row in table.rows:
        yield "; ".join(f"{head} {cell}" for head, cell in zip(table.heads, row, strict=True))


def _counts_line(counts: Counts) -> str:
    return f"{counts.label} {', '.join(f'{name} {count}' for name, count in counts.pairs)}"
