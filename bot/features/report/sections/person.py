"""What the person wrote or stated themselves: medicines, conditions, results, notes, questions."""

# TRANSLATORS, ALL: Pages for a doctor: sober, short, about "the person". Texts in lower case follow
# a medicine, after a semicolon.

from collections.abc import Iterable
from dataclasses import replace

from bot.features.health_profile.messages import item_names, value_names
from bot.features.health_profile.values import AGE, MEDICINES, PAGES, PREGNANCY_WEEK
from bot.features.report.model import Line, Section, Told
from bot.features.report.report_data import (
    ListedMedicine,
    ReportData,
    cramps_with_notes,
    note_code,
)
from bot.features.report.sections.wording import full_date, labelled, short_date
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator

UID_CHARACTERS = 12
"""How much of a medicine's uid its code has: unique among thirty, and short enough for a button."""
MAX_NOTE_CHARACTERS = 220
"""Longer notes are cut."""
PREGNANCY = ("pregnant", PREGNANCY_WEEK, "recent_birth", "breastfeeding")
"""Items that come after the other conditions."""
NAMED_WHEN_NOT_TOLD = (
    "heart_failure",
    "kidney_disease",
    "dialysis",
    "liver_disease",
    "limit_fluids",
    "water_tablets",
    "diabetes",
    "thyroid_disease",
    "nerve_or_back",
    "artery_or_vein",
    "clot_before",
    "low_calcium_potassium",
    "parkinson_or_stroke",
    "cancer",
    "balance_problem",
    "pregnant",
)
"""Items that are named when they were not told; the others are counted (health reference, section
b: what goes with cramps)."""
ASKED = tuple(
    item
    for topic, items in PAGES.items()
    for item in items
    if topic != "urge" and item not in (AGE, PREGNANCY_WEEK)
)
"""Items that the bot asks about."""


def who_lines(tr: Translator, data: ReportData) -> Iterable[Line]:
    """Name, date of birth or number, and age: the lines below the title."""
    _ = tr.gettext
    if data.name:
        yield Line("name", _("Name: {name}").format(name=data.name))
    identifier = data.typed.get("identifier")
    if identifier:
        yield Line(
            "identifier", _("Date of birth or patient number: {text}").format(text=identifier)
        )
    age = data.profile.get(AGE)
    if age is not None:
        yield Line(AGE, _("Age: {age}").format(age=value_names(tr)[age]))


def medicines_section(tr: Translator, data: ReportData) -> Section:
    """Medicines in the person's own words, with their dates, and what was tried before."""
    _ = tr.gettext
    lines = [
        Line(f"medicine.{one.uid[:UID_CHARACTERS]}", _medicine_text(tr, one))
        for one in data.medicines
    ]
    if not lines:
        lines.append(_no_medicine(tr, data))
    lines += _typed_lines(tr, data, "tried_before", _("Tried before"))
    title = _("Medicines, as typed by the person, including over the counter")
    return Section("medicines", title, tuple(lines))


def _no_medicine(tr: Translator, data: ReportData) -> Line:
    """The line in place of a list: none is taken, or it was not told."""
    if data.profile.get(MEDICINES) == "no":
        return Line("no_medicine", tr.gettext("None, according to the person."), told=Told.NO)
    return Line("no_medicine", tr.gettext("Not stated."), told=Told.NOT_TOLD)


def _medicine_text(tr: Translator, one: ListedMedicine) -> str:
    """A medicine with the dates that are known."""
    _ = tr.gettext
    found = [one.words]
    if one.started_on is not None:
        found.append(_("since {day}").format(day=full_date(tr, one.started_on)))
    if one.changed_on is not None:
        found.append(_("changed {day}").format(day=full_date(tr, one.changed_on)))
    if one.stopped_on is not None:
        found.append(_("stopped {day}").format(day=full_date(tr, one.stopped_on)))
    worse = {
        "yes": _("cramps began or got worse after it: yes"),
        "no": _("cramps began or got worse after it: no"),
        "unsure": _("cramps began or got worse after it: not sure"),
    }
    if one.worse_after is not None:
        found.append(worse[one.worse_after])
    return "; ".join(found)


def conditions_section(tr: Translator, data: ReportData) -> Section:
    """Answers of the health profile, and which items were not answered.

    Pregnancy and breastfeeding come last.
    """
    _ = tr.gettext
    names, values = item_names(tr), value_names(tr)
    elsewhere = {AGE, MEDICINES, *PAGES["urge"]}
    items = [item for item in data.profile if item in names and item not in elsewhere]
    items.sort(key=lambda item: item in PREGNANCY)
    lines = [
        replace(
            labelled(
                tr,
                f"item.{item}",
                names[item],
                in_sentence(tr, values.get(data.profile[item], data.profile[item])),
                Told.NO if data.profile[item] == "no" else Told.YES,
            ),
            is_short=True,
        )
        for item in items
    ]
    lines += _typed_lines(tr, data, "dialysis_days", _("Dialysis days"))
    missing = _not_told_text(tr, data) if lines else _("nothing was stated")
    if missing:
        lines.append(labelled(tr, "item.missing", _("Not stated"), missing, Told.NOT_TOLD))
    return Section("conditions", _("Conditions, as stated by the person"), tuple(lines))


def _not_told_text(tr: Translator, data: ReportData) -> str:
    """The items without an answer; an empty text when every one has an answer."""
    names = item_names(tr)
    told = {*data.profile, *(["dialysis"] if data.typed.get("dialysis_days") else [])}
    open_items = [item for item in NAMED_WHEN_NOT_TOLD if item not in told]
    text = ", ".join(names[item] for item in open_items)
    rest = len([item for item in ASKED if item not in told and item not in open_items])
    if not rest or not text:
        return text
    return tr.ngettext("{list} and {count} more", "{list} and {count} more", rest).format(
        list=text, count=rest
    )


def results_section(tr: Translator, data: ReportData) -> Section:
    """Blood results in the person's own words."""
    title = tr.gettext("Blood results, as typed by the person")
    return Section("results", title, tuple(_typed_lines(tr, data, "results", "")))


def _typed_lines(tr: Translator, data: ReportData, field: str, label: str) -> Iterable[Line]:
    """The lines that the person typed for the pages."""
    for place, line in enumerate(_lines_of(data.typed.get(field))):
        code = f"{field}.{place}"
        yield labelled(tr, code, label, line) if label else Line(code, line)


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
    return Section(
        "questions",
        tr.gettext("Questions I want to ask"),
        tuple(
            Line(f"question.{place}", line) for place, line in enumerate(_lines_of(data.questions))
        ),
    )


def _lines_of(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
