"""Writes a FHIR Bundle slice by slice, in the worker process.

The file begins with the person, the clinician's pages and the nights, all of which come from the
draft of the report in the job's folder; the entries follow.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from bot.features.cramps.messages.labels import code_labels, field_labels
from bot.features.cramps.values import COLUMNS
from bot.features.data_export import fhir, fhir_report
from bot.features.data_export.fhir import Night, Person, Resource, Words
from bot.features.data_export.growing_file import opened_at
from bot.features.data_export.schema_entries import Entry
from bot.features.report.choices import LoadedDraft
from bot.features.report.rendering import draft_in
from bot.features.report.sections.days import EXPOSURES
from bot.i18n.translator import Translator

TAIL = b"\n ]\n}\n"


@dataclass(frozen=True)
class BundleFile:
    """What every slice needs to know."""

    path: Path
    tr: Translator
    person: Person
    made_at: datetime
    left_out: frozenset[str] = frozenset()
    """Codes of lines and sections that the person left out of the pages."""
    noted: frozenset[str] = frozenset()
    """The uids of the entries whose notes the person took in."""


def begin(file: BundleFile, folder: Path) -> None:
    """Write what comes before the entries; the draft of the report is in a folder."""
    draft = draft_in(folder)
    shown = {line.code for line in draft.report.who}
    person = replace(
        file.person,
        name=draft.data.name if "name" in shown else None,
        identifier=draft.data.typed.get("identifier") if "identifier" in shown else None,
    )
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": fhir.instant(file.made_at)}
    lines = [f' "{name}": {json.dumps(value)}' for name, value in head.items()]
    # "entry" is never empty: the first one has no comma before it.
    file.path.write_text("{\n" + ",\n".join(lines) + ',\n "entry": [\n  ')
    with file.path.open("a", encoding="utf-8") as out:
        out.write(_dumped(person.uuid, fhir.patient(person)))
        for name, resource in (
            ("questionnaire", fhir_report.questionnaire(draft.report)),
            ("response", fhir_report.response(draft.report, person, file.made_at)),
        ):
            out.write(",\n  " + _dumped(uuid5(person.uuid, name), resource))
        words = words_of(file.tr)
        for night in nights_of(draft, file.left_out):
            uuid = fhir.night_uuid(person, night.night_on)
            resource = fhir.night_observation(night, person, file.made_at, words)
            out.write(",\n  " + _dumped(uuid, resource))


def append(file: BundleFile, size: int, values: Sequence[Mapping[str, Any]]) -> None:
    """Write entries, given by their values, after the first ``size`` bytes."""
    words = words_of(file.tr)
    with opened_at(file.path, size) as out:
        for one in values:
            entry = Entry(**one)
            resource = fhir.observation(
                entry, file.person, words, file.left_out, with_note=entry.uid in file.noted
            )
            if resource is not None:
                out.write((",\n  " + _dumped(UUID(entry.uid), resource)).encode())


def end(file: BundleFile, size: int) -> None:
    """Write what comes after the entries, which are the first ``size`` bytes."""
    with opened_at(file.path, size) as out:
        out.write(TAIL)


def _dumped(uuid: UUID, resource: Resource) -> str:
    entry = fhir.entry_of_bundle(uuid, resource)
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def words_of(tr: Translator) -> Words:
    """The labels of fields and codes, by column."""
    names, codes = field_labels(tr), code_labels(tr)
    columns = {COLUMNS.get(field, field): field for field in codes}
    exposures = {code: codes["trigger"][trigger] for code, trigger in EXPOSURES.items()}
    return Words(
        {column: names[field] for column, field in columns.items() if field in names},
        {column: codes[field] for column, field in columns.items()} | {"exposure": exposures},
    )


def nights_of(draft: LoadedDraft, left_out: frozenset[str]) -> Iterable[Night]:
    """What the pages say about each night of the period, without what is left out."""
    data = draft.data
    status = (
        {}
        if left_out & {"pattern", "strip"}
        else {one.night_on: one.status for one in data.period_facts.checks if one.status != "skip"}
    )
    sleep = {} if left_out & {"sleep", "quality"} else data.sleep
    exposures = {
        code: nights
        for code, nights in data.exposures.items()
        if left_out.isdisjoint(("noted", f"exposure.{code}"))
    }
    for night in sorted({*status, *sleep, *(one for some in exposures.values() for one in some)}):
        told = tuple(
            (code, nights[night]) for code, nights in sorted(exposures.items()) if night in nights
        )
        yield Night(night, status.get(night), sleep.get(night), told)
