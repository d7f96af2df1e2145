"""FHIR R4 resources of a diary: an Observation for each entry and each night. Pure.

They are plain dictionaries with the JSON names of FHIR, https://hl7.org/fhir/R4/. Codes are those
of the health reference, section (b), in code systems of our own; only the strength has a code of
LOINC. ``docs/export-format.md`` describes them for other programs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from bot.features.data_export.schema_entries import CODE_COLUMNS, LIST_COLUMNS, Entry
from bot.local_time.nights import NOON_TO_NOON, Nights

Resource = dict[str, Any]
CODES = "urn:calmcalf:codes"
"""What the URIs of our own code systems begin with; the name of a field follows."""
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
STRENGTH = {
    "system": LOINC,
    "code": "72514-3",
    "display": "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
}
ABOUT = timedelta(hours=1)
"""The uncertainty of a time that was told as "about"."""
NUMBERS = {"intensity": "strength", "sleep_disturbance": "disturbance"}
"""Column with a number from 0 to 10 → the line of the pages that shows it."""
SHOWN_IN: Mapping[str, tuple[str, ...]] = {
    "site": ("pattern", "sites"),
    "side": ("pattern", "sides"),
    "intensity": ("pattern", "strength"),
    "duration": ("pattern", "durations"),
    "count_tonight": ("pattern", "total"),
    "context": ("pattern", "contexts"),
    "woke_me": ("sleep", "woke"),
    "sleep_disturbance": ("sleep", "disturbance"),
    "back_to_sleep": ("sleep", "back"),
    "day_impact": ("sleep", "impact"),
    "fell": ("sleep",),
    "possible_triggers": ("noted", "triggers"),
    "relief_tried": ("relief",),
    "relief_helped": ("relief",),
    "after_effects": ("warning",),
}
"""Column → the section and the line of the pages that show it. What is left out there is left out
here.
"""
CODE_SHOWN_IN: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("duration", "gt_10min"): ("warning", "over_ten"),
    ("context", "walking"): ("warning", "walking"),
    ("site", "chest"): ("warning", "chest"),
    ("site", "arm"): ("warning", "arm_or_belly"),
    ("site", "abdomen"): ("warning", "arm_or_belly"),
    ("possible_triggers", "vomiting_diarrhoea_sweating"): ("warning", "lost_fluid"),
}
"""Column and code → where else the pages show it."""
LINE_OF_CODE = {"fell": "fell.{}", "relief_tried": "tried.{}", "after_effects": "{}"}
"""Column → the line of the pages for one of its codes."""
EVENT_SHOWN_IN: Mapping[str, tuple[str, ...]] = {
    "cramp": ("pattern",),
    "twitch": ("twitch",),
    "urge_to_move": ("urge", "urge_to_move"),
    "other_pain": ("warning", "other_pain"),
}
"""Type of an entry → the section and the line of the pages that show it."""


@dataclass(frozen=True)
class Person:
    """Whose diary it is, as far as the resources say."""

    uuid: UUID
    """Identifies the person within the file; it is not made from an id of Telegram."""
    time_zone: str
    name: str | None = None
    identifier: str | None = None
    """A date of birth or a number, as typed."""
    nights: Nights = NOON_TO_NOON

    @property
    def reference(self) -> Resource:
        """A reference to the person."""
        return {"reference": self.uuid.urn}


@dataclass(frozen=True)
class Words:
    """Labels in the language of the person."""

    fields: Mapping[str, str]
    """Column → its name."""
    codes: Mapping[str, Mapping[str, str]]
    """Column → code → its label."""


def entry_of_bundle(uuid: UUID, resource: Resource) -> Resource:
    """A resource as it stands in a Bundle."""
    return {"fullUrl": uuid.urn, "resource": resource}


def instant(at: datetime) -> str:
    """An instant in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def text(words: str) -> str:
    """A text without what FHIR does not allow: control characters and space at its ends."""
    return " ".join("".join(one for one in words if one.isprintable() or one.isspace()).split())


def concept(field: str, code: str, words: Words) -> Resource:
    """A code of ours with its label."""
    label = words.codes.get(field, {}).get(code)
    coding = {"system": f"{CODES}:{field}", "code": code}
    return {"coding": [coding]} if label is None else {"coding": [coding], "text": text(label)}


def patient(person: Person) -> Resource:
    """The person, with a name and a number only if they typed one for the pages."""
    found: Resource = {"resourceType": "Patient", "id": str(person.uuid)}
    identifier, name = text(person.identifier or ""), text(person.name or "")
    if identifier:
        kind = {"text": "Date of birth or number, as typed by the person"}
        found["identifier"] = [{"type": kind, "value": identifier}]
    if name:
        found["name"] = [{"text": name}]
    return found


# Entries -----------------------------------------------------------------------------------------


def observation(
    entry: Entry, person: Person, words: Words, left_out: frozenset[str], *, with_note: bool
) -> Resource | None:
    """An entry as an Observation; None when the pages leave entries of its kind out.

    Args:
        entry: the entry.
        person: whose it is.
        words: labels.
        left_out: codes of lines and sections that the person left out of the pages.
        with_note: whether the person took its note in.
    """
    place = f"twitch.{entry.site or ''}.{entry.side or ''}"
    if left_out.intersection((*EVENT_SHOWN_IN[entry.event_type], place)):
        return None
    found: Resource = {
        "resourceType": "Observation",
        "id": entry.uid,
        "status": "amended" if entry.edited_at else "final",
        "category": [{"coding": [{"system": CATEGORIES, "code": "survey"}]}],
        "code": concept("event_type", entry.event_type, words),
        "subject": person.reference,
        **_effective(entry, person.nights),
        "issued": instant(entry.edited_at or entry.entered_at),
        "performer": [person.reference],
    }
    if entry.site is not None and _is_shown(entry, "site", entry.site, left_out):
        found["bodySite"] = concept("site", entry.site, words)
    note = text(entry.note or "") if with_note else ""
    if note:
        found["note"] = [{"text": note}]
    components = list(_components(entry, words, left_out))
    return found | {"component": components} if components else found


def _effective(entry: Entry, nights: Nights) -> Resource:
    """When it happened, in local time with its offset."""
    zone = ZoneInfo(entry.time_zone)
    if entry.time_precision == "night_only":
        return {"effectivePeriod": night_period(entry.night_on, entry.time_zone, nights)}
    at = entry.occurred_at.replace(microsecond=0)
    if entry.time_precision == "about":
        start, end = ((at + away).astimezone(zone).isoformat() for away in (-ABOUT, ABOUT))
        return {"effectivePeriod": {"start": start, "end": end}}
    return {"effectiveDateTime": at.astimezone(zone).isoformat()}


def night_period(night_on: date, time_zone: str, nights: Nights = NOON_TO_NOON) -> Resource:
    """A night from its beginning to its end: from noon to noon for who sleeps at night."""
    zone = ZoneInfo(time_zone)
    start, end = (one.replace(tzinfo=zone).isoformat() for one in nights.span_of(night_on))
    return {"start": start, "end": end}


def _is_shown(entry: Entry, column: str, code: str, left_out: frozenset[str]) -> bool:
    """Whether no line or section that shows a code is left out.

    The places and answers of twitches stand in a section of their own.
    """
    is_cramp = entry.event_type == "cramp"
    places = SHOWN_IN.get(column, ()) if is_cramp or column == "after_effects" else ()
    if entry.event_type != "twitch":
        places += CODE_SHOWN_IN.get((column, code), ())
    line = LINE_OF_CODE.get(column)
    return left_out.isdisjoint((*places, *([line.format(code)] if line else ())))


def _components(entry: Entry, words: Words, left_out: frozenset[str]) -> Iterable[Resource]:
    """What else was told, each answer as a component."""
    if _is_shown(entry, "count_tonight", "", left_out) and entry.event_type == "cramp":
        yield _with_number(
            "count_tonight", entry.count_tonight, words, at_least=entry.count_tonight >= 4
        )
    for column in NUMBERS:
        number = getattr(entry, column)
        if number is not None and _is_shown(entry, column, "", left_out):
            yield _with_number(column, number, words)
    for column in CODE_COLUMNS:
        code = getattr(entry, column)
        if column in {"event_type", "site"} or code is None:
            continue
        if _is_shown(entry, column, code, left_out):
            yield _component(column, words) | {"valueCodeableConcept": concept(column, code, words)}
    for column in LIST_COLUMNS:
        for code in getattr(entry, column):
            if _is_shown(entry, column, code, left_out):
                value = concept(column, code, words)
                yield _component(column, words) | {"valueCodeableConcept": value}


def _component(column: str, words: Words) -> Resource:
    coding = {"system": f"{CODES}:field", "code": column}
    own = [STRENGTH, coding] if column == "intensity" else [coding]
    name = words.fields.get(column)
    return {"code": {"coding": own} if name is None else {"coding": own, "text": text(name)}}


def _with_number(column: str, number: int, words: Words, *, at_least: bool = False) -> Resource:
    unit = "1" if column == "count_tonight" else "{score}"
    value: Resource = {"value": number, "system": UCUM, "code": unit}
    if at_least:
        value["comparator"] = ">="
    return _component(column, words) | {"valueQuantity": value}


# Nights ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Night:
    """What was told about a whole night."""

    night_on: date
    status: str | None = None
    """none_last_night or had_cramps."""
    sleep_quality: int | None = None
    exposures: tuple[tuple[str, bool], ...] = ()


def night_observation(night: Night, person: Person, at: datetime, words: Words) -> Resource:
    """A night as an Observation.

    Args:
        night: the night.
        person: whose it is.
        at: when the file was made.
        words: labels.
    """
    found: Resource = {
        "resourceType": "Observation",
        "id": f"night-{night.night_on.isoformat()}",
        "status": "final",
        "category": [{"coding": [{"system": CATEGORIES, "code": "survey"}]}],
        "code": {"coding": [{"system": f"{CODES}:field", "code": "night"}]},
        "subject": person.reference,
        "effectivePeriod": night_period(night.night_on, person.time_zone, person.nights),
        "issued": instant(at),
        "performer": [person.reference],
    }
    if night.status is not None:
        found["valueCodeableConcept"] = concept("night_status", night.status, words)
    components = []
    if night.sleep_quality is not None:
        components.append(_with_number("sleep_quality", night.sleep_quality, words))
    for exposure, present in night.exposures:
        coding = {"system": f"{CODES}:exposure", "code": exposure}
        label = words.codes.get("exposure", {}).get(exposure)
        code = {"coding": [coding]} if label is None else {"coding": [coding], "text": text(label)}
        components.append({"code": code, "valueBoolean": present})
    return found | {"component": components} if components else found


def night_uuid(person: Person, night_on: date) -> UUID:
    """Identifies the Observation of a night."""
    return uuid5(person.uuid, f"night/{night_on.isoformat()}")
