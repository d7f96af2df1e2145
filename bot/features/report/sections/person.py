"""What the person wrote or stated themselves: medicines, conditions, notes and questions."""

from collections.abc import Iterable

from bot.features.health_profile.messages import (
    MedicineLine,
    item_names,
    medicine_words,
    value_names,
)
from bot.features.health_profile.values import AGE
from bot.features.report.model import Line, Section
from bot.features.report.report_data import ReportData, cramps_with_notes, note_code
from bot.features.report.sections.wording import labelled, short_date
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator

UID_CHARACTERS = 12
"""How much of a medicine's uid its code has: unique among thirty, and short enough for a button."""
MAX_NOTE_CHARACTERS = 220
"""Longer notes are cut."""


def who_lines(tr: Translator, data: ReportData) -> Iterable[Line]:
    """Name and age, the lines below the title."""
    _ = tr.gettext
    if data.name:
        yield Line("name", _("Name: {name}").format(name=data.name))
    age = data.profile.get(AGE)
    if age is not None:
        yield Line(AGE, _("Age: {age}").format(age=value_names(tr)[age]))


def medicines_section(tr: Translator, data: ReportData) -> Section:
    """Medicines in the person's own words."""
    lines = (
        Line(
            f"medicine.{one.uid[:UID_CHARACTERS]}",
            medicine_words(tr, MedicineLine(0, one.words, one.started_on)),
        )
        for one in data.medicines
    )
    return Section("medicines", tr.gettext("Medicines, as typed by the person"), tuple(lines))


def conditions_section(tr: Translator, data: ReportData) -> Section:
    """Answers of the health profile; pregnancy and breastfeeding come last."""
    names, values = item_names(tr), value_names(tr)
    items = [item for item in data.profile if item != AGE]
    items.sort(key=lambda item: item in {"pregnant", "breastfeeding"})
    lines = (
        labelled(tr, f"item.{item}", names[item], in_sentence(tr, values[data.profile[item]]))
        for item in items
    )
    title = tr.gettext("Conditions, as told by the person")
    return Section("conditions", title, tuple(lines), has_short_lines=True)


def notes_section(tr: Translator, data: ReportData, included: frozenset[str]) -> Section:
    """Notes whose codes are in ``included``, newest first."""
    lines = []
    for fact in cramps_with_notes(data):
        if note_code(fact) in included and fact.note:
            note = " ".join(fact.note.split())
            if len(note) > MAX_NOTE_CHARACTERS:
                note = f"{note[:MAX_NOTE_CHARACTERS].rstrip()}…"
            lines.append(labelled(tr, note_code(fact), short_date(tr, fact.night_on), note))
    return Section("notes", tr.gettext("Notes"), tuple(lines))


def questions_section(tr: Translator, data: ReportData) -> Section:
    """The person's questions to the clinician, one per line."""
    lines = [line.strip() for line in (data.questions or "").splitlines() if line.strip()]
    return Section(
        "questions",
        tr.gettext("Questions I want to ask"),
        tuple(Line(f"question.{place}", line) for place, line in enumerate(lines)),
    )
