"""Two cramps of one sentence: one tap logs both, and one takes both back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Cramp
from bot.features.diary import limits
from bot.features.free_text.meanings.values import LogCramp
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.sandbox.models import Message as SandboxMessage
from tests.support.harness import Harness, Someone

ZONE = ZoneInfo("Europe/Berlin")
SAID = {
    "en": ("one at 1 and one at half 4, both left calf", "Log two cramps: 01:00 and 04:30"),
    "de": ("einer um 1 und einer um halb fünf, beide linke wade", "Zwei Krämpfe eintragen: 01:00"),
}


async def in_the_morning(harness: Harness, language: str = "en") -> Someone:
    harness.clock.set(datetime(2027, 1, 14, 7, 30, tzinfo=ZONE))
    return await harness.set_up_person("Ann", language=language)


async def times_of(harness: Harness) -> list[tuple[str, str | None, str | None, bool]]:
    """The local time, side and place of each entry, and whether it is removed."""
    return [
        (f"{at:%H:%M}", one.side, one.site, one.deleted_at is not None)
        for one in await harness.rows(Cramp)
        for at in [one.occurred_at.astimezone(ZONE)]
    ]


def both(*, removed: bool = False) -> list[tuple[str, str, str, bool]]:
    return [("01:00", "left", "calf", removed), ("04:30", "left", "calf", removed)]


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("2 bad cramps at 3am", "en", "2"),
        ("zwei schlimme Krämpfe letzte Nacht", "de", "2"),
        ("dos terribles calambres anoche", "es", "2"),
        ("deux grosses crampes cette nuit", "fr", "2"),
        ("due brutti crampi stanotte", "it", "2"),
        ("duas fortes cãibras esta noite", "pt_BR", "2"),
        ("три сильные судороги ночью", "ru", "3"),
        ("дві сильні судоми вночі", "uk", "2"),
    ],
)
def test_a_number_before_bad_cramps_is_their_count(text: str, language: str, count: str) -> None:
    at = datetime(2027, 1, 14, 7, 30, tzinfo=ZONE)
    found = readings_of(understand(text, language, at, "Europe/Berlin").understood)
    assert [one.told for one in found if isinstance(one, LogCramp)] == [(("count", count),)]


@pytest.mark.parametrize("language", SAID)
async def test_both_are_logged_by_the_first_button(harness: Harness, language: str) -> None:
    ann = await in_the_morning(harness, language)
    text, label = SAID[language]
    await ann.says(text)
    assert await harness.rows(Cramp) == []
    first = ann.last.buttons[0]
    assert first.startswith(label)
    await ann.taps(first, ann.last)
    assert await times_of(harness) == both()


async def test_one_undo_takes_both_back_and_brings_them_again(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SAID["en"][0])
    question = ann.last
    await ann.taps(question.buttons[0], question)
    assert question.words == (
        "Cramp logged: 01:00, Wednesday night · left calf\n"
        "Cramp logged: 04:30, Wednesday night · left calf"
    )
    await ann.taps("Undo", question)
    assert question.words == "Removed: 01:00, 04:30."
    assert await times_of(harness) == both(removed=True)
    await ann.taps("Undo", question)
    assert await times_of(harness) == both()


async def test_a_typed_undo_is_about_both(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SAID["en"][0])
    await ann.taps(ann.last.buttons[0], ann.last)
    await ann.says("undo")
    assert await times_of(harness) == both(removed=True)


async def test_an_entry_of_that_minute_stays_the_only_one(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says("cramp at 1am left calf")
    harness.clock.set(harness.clock.now() + timedelta(minutes=2))
    await ann.says(SAID["en"][0])
    question = ann.last
    await ann.taps(question.buttons[0], question)
    assert await times_of(harness) == both()
    await ann.taps("Undo", question)
    assert [one[3] for one in await times_of(harness)] == [False, True]


@pytest.mark.parametrize(("first", "second"), [("01:00", "04:30"), ("04:30", "01:00")])
async def test_the_card_of_one_leads_back_to_the_other(
    harness: Harness, first: str, second: str
) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SAID["en"][0])
    shown = ann.last
    await ann.taps(shown.buttons[0], shown)
    await ann.taps(f"✏️ {first}", shown)
    assert shown.words.startswith(f"Cramp logged: {first}\n")
    await ann.taps("7", shown)
    await ann.taps("◀ Both cramps", shown)
    assert shown.words.splitlines()[0].startswith("Cramp logged: 01:00, Wednesday night")
    await ann.taps(f"✏️ {second}", shown)
    assert shown.words.startswith(f"Cramp logged: {second}\n")
    await ann.taps("◀ Both cramps", shown)
    await ann.taps("Undo", shown)
    assert [one[3] for one in await times_of(harness)] == [True, True]


async def test_the_way_to_both_is_nobody_elses(harness: Harness) -> None:
    ann, bob = await in_the_morning(harness), await harness.set_up_person("Bob")
    await ann.says(SAID["en"][0])
    await ann.taps(ann.last.buttons[0], ann.last)
    for forged in ("typed:both:1", "typed:both:0", "typed:both", "typed:both:x"):
        await bob.forges(forged)
    assert all("01:00" not in one.words for one in bob.bot_messages)
    await ann.says("cramp right calf")
    assert "◀ Both cramps" not in ann.last.buttons


async def test_the_same_tap_twice_logs_nothing_more(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SAID["en"][0])
    question = ann.last
    first = question.inline[0][0]
    await ann.taps(question.buttons[0], question)
    await ann.forges(first["callback_data"], question)
    assert await times_of(harness) == both()


@pytest.mark.parametrize(
    ("language", "said", "unsure"),
    [
        ("en", "cramp in my left foot", "I don't know"),
        ("de", "krampf im linken fuß", "weiß nicht"),
        ("es", "calambre en el pie izquierdo", "no lo sé"),
    ],
)
async def test_who_does_not_know_where_chooses_not_sure(
    harness: Harness, language: str, said: str, unsure: str
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says(said)
    await ann.says(unsure)
    assert await times_of(harness) == [("07:30", "left", "foot", False)]


SENTENCE = SAID["en"][0]
LOGGED = (
    "Cramp logged: 01:00, Wednesday night · left calf\n"
    "Cramp logged: 04:30, Wednesday night · left calf"
)


async def asked(ann: Someone) -> tuple[SandboxMessage, dict[str, str]]:
    """The question about the sentence, and the callback data of each of its buttons."""
    await ann.says(SENTENCE)
    question = ann.last
    return question, {one["text"]: one["callback_data"] for row in question.inline for one in row}


def data_of(buttons: dict[str, str], label: str) -> str:
    (found,) = (data for words, data in buttons.items() if words.startswith(label))
    return found


@pytest.mark.parametrize("hour", ["01:00", "04:30"])
async def test_a_late_tap_on_one_of_them_logs_no_third(harness: Harness, hour: str) -> None:
    ann = await in_the_morning(harness)
    question, buttons = await asked(ann)
    await ann.taps(question.buttons[0], question)
    await ann.forges(data_of(buttons, f"At {hour}"), question)
    assert question.words == LOGGED
    assert await times_of(harness) == both()
    await ann.taps("Undo", question)
    await ann.forges(data_of(buttons, f"At {hour}"), question)
    assert question.words == "Removed: 01:00, 04:30."
    assert await times_of(harness) == both(removed=True)


@pytest.mark.parametrize(("hour", "other"), [("01:00", "04:30"), ("04:30", "01:00")])
async def test_after_one_of_them_both_adds_the_other(
    harness: Harness, hour: str, other: str
) -> None:
    ann = await in_the_morning(harness)
    question, buttons = await asked(ann)
    await ann.forges(data_of(buttons, f"At {hour}"), question)
    for _tap in range(2):
        await ann.forges(data_of(buttons, "Log two cramps"), question)
        assert sorted(await times_of(harness)) == both()
        assert question.words == (
            f"Cramp logged: {other}, Wednesday night · left calf\n"
            "Already in your diary:\n"
            f"Cramp logged: {hour}, Wednesday night · left calf"
        )
        assert question.buttons == ["Undo", "✏️ 01:00", "✏️ 04:30"]
    await ann.taps("Undo", question)
    assert question.words == f"Removed: {other}."
    assert {at: removed for at, _side, _site, removed in await times_of(harness)} == {
        hour: False,
        other: True,
    }
    await ann.taps("Undo", question)
    assert sorted(await times_of(harness)) == both()


async def test_a_late_tap_after_undo_says_that_both_are_removed(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    question, buttons = await asked(ann)
    await ann.taps(question.buttons[0], question)
    await ann.taps("Undo", question)
    await ann.forges(data_of(buttons, "Log two cramps"), question)
    assert question.words == "Removed: 01:00, 04:30."
    assert await times_of(harness) == both(removed=True)
    await ann.taps("Undo", question)
    assert question.words == LOGGED
    assert await times_of(harness) == both()


async def test_a_diary_with_room_for_one_gets_none(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENTRIES", 1)
    ann = await in_the_morning(harness)
    question, buttons = await asked(ann)
    asking = question.words
    toast = await ann.taps(question.buttons[0], question)
    assert toast is not None
    assert toast.startswith("This diary is full")
    assert await harness.rows(Cramp) == []
    assert question.words == asking
    monkeypatch.setattr(limits, "ENTRIES", 2)
    await ann.forges(data_of(buttons, "Log two cramps"), question)
    assert await times_of(harness) == both()


async def test_what_is_in_the_diary_already_is_named_without_undo(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    first, _buttons = await asked(ann)
    await ann.taps(first.buttons[0], first)
    second, _buttons = await asked(ann)
    await ann.taps(second.buttons[0], second)
    assert second.words == f"Already in your diary:\n{LOGGED}"
    assert second.buttons == ["✏️ 01:00", "✏️ 04:30"]
    await ann.taps("Undo", first)
    assert await times_of(harness) == both(removed=True)


@pytest.mark.parametrize(
    ("language", "answer"),
    [("en", "both"), ("en", "Both!"), ("en", "yes"), ("de", "beide"), ("de", "ja")],
)
async def test_both_is_an_answer_to_the_question(
    harness: Harness, language: str, answer: str
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says(SAID[language][0])
    question = ann.last
    first = question.inline[0][0]["callback_data"]
    await ann.says(answer)
    assert await times_of(harness) == both()
    await ann.forges(first, question)
    assert await times_of(harness) == both()


async def test_no_logs_neither_and_of_two_only_one_may_have_an_hour(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SENTENCE)
    await ann.says("no")
    assert await harness.rows(Cramp) == []
    await ann.says("left calf 7 then again at 5")
    await ann.taps("Log two cramps: Wednesday night strength 7 and 05:00 · left calf")
    told = [(str(row.time_precision), row.intensity, row.site) for row in await harness.rows(Cramp)]
    assert told == [("night_only", 7, "calf"), ("exact", None, "calf")]


@pytest.mark.parametrize(
    ("language", "word"), [("en", "both"), ("de", "beide"), ("es", "los dos"), ("fr", "les deux")]
)
async def test_both_said_again_is_no_side(harness: Harness, language: str, word: str) -> None:
    said = {
        "es": "uno a la 1 y otro a las 4 y media, los dos en la pantorrilla izquierda",
        "fr": "une à 1 h et une à 4 h 30, les deux au mollet gauche",
    }
    ann = await in_the_morning(harness, language)
    await ann.says(said.get(language) or SAID[language][0])
    await ann.says(word)
    assert await times_of(harness) == both()
    shown = ann.last.words
    await ann.says(word)
    assert await times_of(harness) == both()
    assert ann.last.words == shown


async def test_both_said_again_of_what_was_logged_before(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says("cramp at 1am left calf")
    await ann.says("cramp at 4:30am left calf")
    await ann.says(SAID["en"][0])
    await ann.says("both")
    await ann.says("both")
    assert ann.last.words == "All right, nothing is changed."
    assert await times_of(harness) == both()


@pytest.mark.parametrize(
    ("language", "said", "label"),
    [
        (
            "en",
            "cramp left calf at 1:00 and right calf at 4:30",
            "Log two cramps: 01:00 left calf and 04:30 right calf",
        ),
        (
            "de",
            "krampf linke wade um 1:00 und rechte wade um 4:30",
            "Zwei Krämpfe eintragen: 01:00 Linke Wade und 04:30 Rechte Wade",
        ),
        (
            "es",
            "calambre pantorrilla izquierda a la 1:00 y pantorrilla derecha a las 4:30",
            "Anotar dos calambres: 01:00",
        ),
    ],
)
async def test_each_keeps_its_own_side(
    harness: Harness, language: str, said: str, label: str
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says(said)
    assert ann.last.buttons[0].startswith(label)
    await ann.taps(ann.last.buttons[0], ann.last)
    assert await times_of(harness) == [
        ("01:00", "left", "calf", False),
        ("04:30", "right", "calf", False),
    ]
