"""The FHIR file, validated with fhirclient, whose models are generated from FHIR R4 (4.0.1)."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fhirclient.models.bundle import Bundle
from fhirclient.models.fhirabstractbase import FHIRValidationError

from bot.background import spool
from bot.features.data_export import fhir_files
from bot.features.data_export.fhir import Person
from bot.features.data_export.fhir_files import BundleFile
from bot.features.data_export.growing_file import length
from bot.features.data_export.import_files import read_json
from bot.features.report import rendering
from bot.features.report.choices import LoadedDraft
from bot.features.report.model import REPORT_ITEMS
from bot.features.report.report_data import ReportData
from bot.i18n.translator import translator
from tests.features.report.samples import NOTHING, cramp, full_data, january, sample_data
from tests.support.harness import Harness
from tests.support.wording import assert_kind_words

MADE_AT = datetime(2027, 1, 29, 9, tzinfo=UTC)
PERSON = Person(UUID(int=1 << 100), "Europe/Berlin")
Values = dict[str, Any]


def entry(number: int, **fields: Any) -> Values:
    """The values of an entry at 03:12 in Berlin, in the night of 12 January 2027."""
    return {
        "uid": f"{number:032x}",
        "occurred_at": datetime(2027, 1, 13, 2, 12, tzinfo=UTC),
        "entered_at": datetime(2027, 1, 13, 2, 13, tzinfo=UTC),
        "time_zone": "Europe/Berlin",
        "night_on": date(2027, 1, 12),
        **fields,
    }


ODD = (
    entry(1, intensity=7, site="calf", side="left", duration="gt_10min", count_tonight=4),
    entry(2, time_precision="night_only", woke_me="yes", note="\x02 a note\twith\nlines "),
    entry(3, time_precision="about", edited_at=datetime(2027, 1, 14, 8, 0, 0, 9, tzinfo=UTC)),
    entry(
        4,
        event_type="twitch",
        site="eyelid_face",
        twitch_days="gt_14days",
        twitch_elsewhere="unsure",
        twitch_tingling="no",
    ),
    entry(5, event_type="urge_to_move"),
    entry(6, event_type="other_pain", site="chest", context="walking"),
    entry(
        7,
        after_effects=("weak", "swollen"),
        possible_triggers=("stress", "hot_day"),
        relief_tried=("stretched",),
        relief_helped="a_lot",
        sleep_disturbance=0,
        back_to_sleep="not_again",
        day_impact="tired",
        fell="yes_hurt",
        context="asleep",
    ),
    entry(
        8,
        occurred_at=datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        night_on=date(2027, 3, 27),
        time_precision="night_only",
    ),
)


def written(
    folder: Path,
    data: ReportData,
    entries: Sequence[Values] = (),
    left_out: frozenset[str] = NOTHING,
    noted: frozenset[str] = NOTHING,
    language: str = "en",
) -> dict[str, Any]:
    """The Bundle, validated against the definitions of R4."""
    tr = translator(language)
    draft = LoadedDraft(tr, data, left_out, NOTHING, 8, MADE_AT)
    (folder / rendering.DRAFT).unlink(missing_ok=True)
    spool.append(folder / rendering.DRAFT, draft)
    bundle = BundleFile(folder / "bundle", tr, PERSON, MADE_AT, left_out, noted)
    fhir_files.begin(bundle, folder)
    half = len(entries) // 2
    for some in (entries[:half], entries[half:]):
        fhir_files.append(bundle, length(bundle.path), some)
    fhir_files.end(bundle, length(bundle.path))
    return valid(bundle.path.read_bytes())


def valid(content: bytes) -> dict[str, Any]:
    """Check a Bundle with fhirclient, and what it does not check: links and forms of ids."""
    found: dict[str, Any] = json.loads(content)
    assert Bundle(found).as_json() == found  # raises when a type, an element or a date is wrong
    addresses = [one["fullUrl"] for one in found["entry"]]
    assert len(addresses) == len(set(addresses))
    assert all(
        re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one)
        for one in addresses
    )
    ids = re.findall(r'"id":"([^"]*)"', content.decode())
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", one) for one in ids)
    assert set(re.findall(r'"reference":"([^"]*)"', content.decode())) <= {addresses[0]}
    kinds = [one["resource"]["resourceType"] for one in found["entry"]]
    assert kinds[:3] == ["Patient", "Questionnaire", "QuestionnaireResponse"]
    assert set(kinds[3:]) <= {"Observation"}
    asked = {item["linkId"]: item for item in found["entry"][1]["resource"]["item"]}
    inner = {one["linkId"] for item in asked.values() for one in item.get("item", ())}
    answered = found["entry"][2]["resource"]["item"]
    assert {item["linkId"] for item in answered} <= set(asked)
    assert {one["linkId"] for item in answered for one in item.get("item", ())} <= inner
    assert not re.search(r'""|\[\]|\{\}', content.decode())  # FHIR has no empty values
    return found


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = (one["resource"] for one in bundle["entry"])
    return [one for one in found if one["resourceType"] == kind]


def answers(bundle: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Code of an item of the pages → whether it was told, and its lines."""
    (found,) = resources(bundle, "QuestionnaireResponse")
    said = {}
    for item in found["item"][1:]:
        told, *lines = item["item"]
        texts = [one["valueString"] for line in lines for one in line["answer"]]
        said[item["linkId"]] = (told["answer"][0]["valueCoding"]["code"], texts)
    return said


def components(observation: dict[str, Any]) -> dict[str, list[Any]]:
    """Column → its values."""
    found: dict[str, list[Any]] = {}
    for one in observation.get("component", ()):
        value = next(one[name] for name in one if name.startswith("value"))
        if isinstance(value, bool):
            continue  # what was asked about the night
        code = value["coding"][0]["code"] if "coding" in value else value["value"]
        found.setdefault(one["code"]["coding"][-1]["code"], []).append(code)
    return found


@pytest.mark.parametrize("language", ["en", "pt_BR", "ru"])
def test_every_sort_of_diary_is_valid_r4(tmp_path: Path, language: str) -> None:
    for data, entries in (
        (january(), ()),
        (january(cramp(3, intensity=6)), ODD[:1]),
        (full_data(), ODD),
        (january(name="\u200b", questions="\u200b\n ", typed={"identifier": "\x02"}), ODD[1:2]),
    ):
        for left_out in (NOTHING, frozenset({"who", "strip", "quality"}), frozenset(REPORT_ITEMS)):
            noted = frozenset(one["uid"] for one in entries)
            written(tmp_path, data, entries, left_out, noted, language)


def test_a_broken_bundle_is_not_valid(tmp_path: Path) -> None:
    good = json.dumps(written(tmp_path, full_data(), ODD))
    for broken in (
        good.replace('"status": "final", ', "", 1),
        good.replace('"valueString": ', '"valueWords": ', 1),
        good.replace("2027-01-29T09:00:00Z", "29 Jan 2027"),
    ):
        assert broken != good
        with pytest.raises(FHIRValidationError):
            valid(broken.encode())


def test_an_entry_is_an_observation_with_its_answers(tmp_path: Path) -> None:
    bundle = written(tmp_path, january(), ODD, noted=frozenset({ODD[1]["uid"]}))
    found = {one["id"]: one for one in resources(bundle, "Observation")}
    first, second, third, twitch, _urge, pain, told, spring = (found[one["uid"]] for one in ODD)
    assert first["code"]["coding"] == [{"system": "urn:calmcalf:codes:event_type", "code": "cramp"}]
    assert first["effectiveDateTime"] == "2027-01-13T03:12:00+01:00"
    assert first["issued"] == "2027-01-13T02:13:00Z"
    assert first["bodySite"]["coding"][0]["code"] == "calf"
    assert components(first) == {
        "count_tonight": [4],
        "intensity": [7],
        "side": ["left"],
        "duration": ["gt_10min"],
    }
    count, strength = first["component"][0], first["component"][1]
    assert count["valueQuantity"]["comparator"] == ">="
    assert strength["code"]["coding"][0]["code"] == "72514-3"
    assert second["effectivePeriod"] == {
        "start": "2027-01-12T12:00:00+01:00",
        "end": "2027-01-13T12:00:00+01:00",
    }
    assert second["note"] == [{"text": "a note with lines"}]
    assert (third["status"], third["issued"]) == ("amended", "2027-01-14T08:00:00Z")
    assert third["effectivePeriod"]["start"] == "2027-01-13T02:12:00+01:00"
    assert components(twitch) == {
        "twitch_days": ["gt_14days"],
        "twitch_elsewhere": ["unsure"],
        "twitch_tingling": ["no"],
    }
    assert components(pain) == {"context": ["walking"]}
    assert components(told)["after_effects"] == ["weak", "swollen"]
    assert components(told)["fell"] == ["yes_hurt"]
    assert components(told)["sleep_disturbance"] == [0]
    assert spring["effectivePeriod"] == {
        "start": "2027-03-27T12:00:00+01:00",
        "end": "2027-03-28T12:00:00+02:00",
    }


def test_a_night_is_an_observation(tmp_path: Path) -> None:
    data = full_data()
    night = max(data.sleep)
    bundle = written(tmp_path, data)
    found = next(
        one for one in resources(bundle, "Observation") if one["id"] == f"night-{night.isoformat()}"
    )
    assert components(found)["sleep_quality"] == [data.sleep[night]]
    exposures = {
        one["code"]["coding"][0]["code"]: one["valueBoolean"]
        for one in found["component"]
        if "valueBoolean" in one
    }
    assert exposures["hot_day"] is False
    hidden = written(tmp_path, data, left_out=frozenset({"sleep", "noted", "pattern"}))
    assert resources(hidden, "Observation") == []


def test_the_response_says_what_the_pages_say(tmp_path: Path) -> None:
    data = full_data()
    said = answers(written(tmp_path, data))
    assert tuple(said) == REPORT_ITEMS
    assert said["who"] == (
        "yes",
        ["Name: A. Example", "Date of birth or patient number: 1948-05-03", "Age: 75 or over"],
    )
    assert said["results"] == ("yes", ["Potassium 3.4 mmol/l, 12 Dec"])
    assert said["notes"] == ("not_told", [])
    assert "Week from 9 Nov; Nights logged 7 of 7;" in said["pattern"][1][0]
    nothing = answers(written(tmp_path, january(profile={"diabetes": "no"})))
    assert nothing["conditions"][0] == "no"
    assert nothing["medicines"] == ("not_told", ["Not stated."])


def test_what_the_pages_leave_out_is_in_no_resource(tmp_path: Path) -> None:
    data = replace(full_data(), name="A. Secret", typed={"identifier": "number 4711"})
    hidden = frozenset({"name", "identifier", "twitch", "urge_to_move", "over_ten", "swollen"})
    bundle = written(
        tmp_path, data, ODD, hidden | {"strength", "sides", "fell.yes_hurt", "tried.stretched"}
    )
    words = json.dumps(bundle)
    for secret in ("Secret", "4711", "twitch_days", "gt_10min", "swollen", "72514", "yes_hurt"):
        assert secret not in words, secret
    assert ODD[3]["uid"] not in words
    assert ODD[4]["uid"] not in words
    assert "a note" not in words  # a note is left out unless it is taken in
    found = {one["id"]: one for one in resources(bundle, "Observation")}
    assert components(found[ODD[0]["uid"]]) == {"count_tonight": [4]}
    assert components(found[ODD[6]["uid"]])["after_effects"] == ["weak"]


def test_an_unused_text_is_not_in_the_questionnaire(tmp_path: Path) -> None:
    (form,) = resources(written(tmp_path, sample_data()), "Questionnaire")
    assert [item["linkId"] for item in form["item"]] == ["about", *REPORT_ITEMS]
    assert form["item"][3]["item"][0]["type"] == "choice"


async def test_the_file_has_the_weeks_of_the_pages(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.clock.set(datetime(2027, 1, 13, 22, tzinfo=UTC))
    await ann.presses("🦵 Log cramp")
    await ann.taps("8")
    await ann.presses("🦵 Log cramp")  # the same cramp once more: it is merged
    harness.clock.set(datetime(2027, 1, 14, 12, tzinfo=UTC))
    await ann.says("/export")
    assert_kind_words(ann.last.words)
    contents = []
    for _time in range(2):
        await ann.taps("For a clinic's system (FHIR)", ann.with_button("Entries (CSV)"))
        assert ann.last.file is not None
        assert ann.last.file.name == "calmcalf-2027-01-14.fhir.json"
        contents.append(ann.last.file.content)
    bundle = valid(contents[0])
    assert valid(contents[1])["entry"][0] == bundle["entry"][0]  # the person stays the same
    await ann.taps("Complete (JSON)", ann.with_button("Entries (CSV)"))
    assert ann.last.file is not None
    diary = read_json(ann.last.file.content)  # it can be imported
    told = {row.item: row.told for row in diary.report_items}
    assert tuple(told) == REPORT_ITEMS
    assert (told["headline"], told["medicines"]) == ("yes", "not_told")
    (found,) = resources(bundle, "Observation")
    assert components(found)["intensity"] == [8]
    assert found["effectiveDateTime"].endswith("+01:00")
    assert str(ann.id) not in contents[0].decode()
