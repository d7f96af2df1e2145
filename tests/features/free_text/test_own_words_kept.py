"""Words of the person's own that no button carries: how bad a cramp was, and a place to come."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Cramp, Kind, Reminder
from bot.features.free_text.rules.felt_words import felt_words
from tests.support.harness import Harness, Someone

ZONE = ZoneInfo("Europe/Berlin")


async def in_the_morning(harness: Harness, language: str = "en") -> Someone:
    harness.clock.set(datetime(2027, 1, 14, 7, 30, tzinfo=ZONE))
    return await harness.set_up_person("Ann", language=language)


async def notes_of(harness: Harness) -> list[tuple[str | None, int | None]]:
    """The note and the strength of each entry."""
    return [(one.note, one.intensity) for one in await harness.rows(Cramp)]


@pytest.mark.parametrize(
    ("language", "text", "note"),
    [
        ("en", "a really bad cramp in my left calf at 3am", "really bad"),
        ("en", "mild cramp left calf", "mild"),
        ("en", "proper cramp left calf", None),
        ("de", "übler Krampf linke Wade", "übler"),
        ("de", "schon wieder so ein verdammter krampf in der linken wade", None),
        ("es", "calambre fortísimo en la pantorrilla izquierda", "fortísimo"),
        ("fr", "crampe très forte au mollet gauche", "très forte"),
        ("it", "crampo fortissimo al polpaccio sinistro", "fortissimo"),
        ("pt_BR", "cãibra muito forte na panturrilha esquerda", "muito forte"),
        ("ru", "сильная судорога левая икра", "сильная"),
        ("uk", "сильна судома ліва литка", "сильна"),
    ],
)
async def test_how_bad_it_was_is_noted_and_its_strength_is_asked(
    harness: Harness, language: str, text: str, note: str | None
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says(text)
    if not await harness.rows(Cramp):
        assert (note or "") in ann.last.words.rsplit("\n", 1)[-1]
        await ann.taps(ann.last.buttons[0], ann.last)
    assert await notes_of(harness) == [(note, None)]
    assert (note or "") in ann.last.words
    assert {"2", "4", "6", "8", "10"} <= set(ann.last.buttons)


@pytest.mark.parametrize(
    ("language", "text", "question", "answer", "note"),
    [
        ("en", "two fifteen. thigh. bad.", "Where exactly?\n“bad”", "Thigh, front", "bad"),
        ("de", "2:15 oberschenkel schlimm", "Wo genau?\n„schlimm“", "Oberschenkel vorn", "schlimm"),
        ("en", "crmp in my left calf, nasty", "Do you mean this?\n“nasty”", "yes", "nasty"),
        ("de", "krmapf linke wade, richtig heftig", "Meinst du das?\n„richtig heftig“", "ja", None),
    ],
)
async def test_a_question_keeps_how_bad_it_was(
    harness: Harness, language: str, text: str, question: str, answer: str, note: str | None
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says(text)
    assert ann.last.words.endswith(question)
    await ann.says(answer)
    assert await notes_of(harness) == [(note or "richtig heftig", None)]


@pytest.mark.parametrize(
    ("language", "text", "note"),
    [
        ("en", "it was really bad", "bad"),
        ("en", "quite mild", "mild"),
        ("de", "war echt schlimm", "schlimm"),
        ("de", "ziemlich heftig", "ziemlich heftig"),
    ],
)
async def test_how_bad_it_was_is_noted_when_it_is_said_afterwards(
    harness: Harness, language: str, text: str, note: str
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says("/cramp")
    card = ann.last
    await ann.says(text)
    assert await notes_of(harness) == [(note, None)]
    assert {"2", "4", "6", "8", "10"} <= set(card.buttons)


async def test_a_number_next_morning_is_offered_as_the_strength_of_the_night(
    harness: Harness,
) -> None:
    ann = await in_the_morning(harness)
    await ann.says("10")
    assert ann.last.buttons[:2] == [
        "Log a cramp now · strength 10",
        "Log a cramp: Wed 13 Jan, 22:00",
    ]
    await ann.says("cramp at 3am left calf")
    harness.clock.set(datetime(2027, 1, 14, 8, 30, tzinfo=ZONE))
    await ann.says("10")
    assert ann.last.words.startswith("Change this entry?\nCramp logged: 03:00")
    assert await notes_of(harness) == [(None, None)]
    await ann.taps("strength 10")
    assert await notes_of(harness) == [(None, 10)]


async def test_two_cramps_have_the_word_both(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says("bad cramps at 1 and at 4, both left calf")
    assert ann.last.buttons[0].startswith("Log two cramps")
    await ann.taps(ann.last.buttons[0], ann.last)
    assert await notes_of(harness) == [("bad", None)] * 2


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "mild cramp at 5:30 and the night was awful", "mild"),
        ("en", "last night was awful, cramp left calf at 5", ""),
        ("en", "awful night, mild cramp at 5:30", "mild"),
        ("en", "a bad cramp at 3, really awful and nasty", "bad awful nasty"),
        ("en", "left, nasty one at night", "nasty"),
        ("de", "leichter krampf um 5:30 und die nacht war furchtbar", "leichter"),
        ("de", "heute nacht heftig, wade", "heftig"),
        ("es", "calambre leve a las 5:30 y la noche fue horrible", "leve"),
        ("fr", "crampe légère à 5h30 et la nuit était affreuse", "légère"),
        ("it", "crampo leggero alle 5:30 ma la notte è stata terribile", "leggero"),
        ("pt_BR", "cãibra leve às 5:30 e a noite foi horrível", "leve"),
        ("ru", "легкая судорога в 5:30, но ночь была ужасная", "легкая"),
        ("uk", "легка судома о 5:30, а сон був жахливий", "легка"),
    ],
)
def test_a_bad_night_is_no_bad_cramp(language: str, text: str, words: str) -> None:
    assert felt_words(text, language) == words


def test_curses_and_degrees_alone_say_nothing() -> None:
    assert felt_words("a proper cramp, but a nasty one", "en") == "nasty"
    assert felt_words("ein blöder krampf", "de") == ""


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "I'm in London from tomorrow", "tomorrow"),
        ("en", "flying to London on saturday", "Sat 16 Jan"),
        ("en", "next week I am in London", "Mon 18 Jan"),
        ("de", "ab morgen bin ich in London", "morgen"),
        ("de", "fliege am samstag nach London", "Sa., 16. Jan."),
        ("es", "mañana viajo a Londres", "mañana"),
        ("fr", "demain je pars à Londres", "demain"),
        ("it", "domani parto per Londra", "domani"),
        ("pt_BR", "amanhã viajo para Londres", "amanhã"),
        ("ru", "завтра лечу в Лондон", "завтра"),
        ("uk", "завтра лечу в Лондон", "завтра"),
    ],
)
async def test_a_journey_told_ahead_is_asked_about_on_its_day(
    harness: Harness, language: str, text: str, day: str
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says(text)
    first = ann.last.buttons[0]
    assert day in first
    assert "12:00" in first
    await ann.taps(first, ann.last)
    (added,) = [one for one in await harness.rows(Reminder) if one.kind is Kind.CUSTOM]
    assert added.words is not None
    assert any(one in added.words for one in ("London", "Lond", "Лондон"))
    assert "/timezone" in added.words


async def test_the_question_about_a_journey_comes_at_noon_and_can_be_undone(
    harness: Harness,
) -> None:
    ann = await in_the_morning(harness)
    await ann.says("I'm in new york from tomorrow")
    await ann.taps("Ask me then: tomorrow 12:00")
    await ann.says("/reminders")
    assert "📌 Are you in New York yet? (on, next tomorrow 12:00)" in ann.last.words.split("\n")
    await harness.live_until(datetime(2027, 1, 15, 12, 1, tzinfo=ZONE))
    asked = "Are you in New York yet? Then send /timezone, and I follow the clock there."
    assert asked in ann.last.words
    await ann.says("I'm in Rome from monday")
    await ann.taps("Ask me then: Mon 18 Jan, 12:00")
    await ann.taps("Undo")
    words = [one.words or "" for one in await harness.rows(Reminder)]
    assert not any("Rome" in one for one in words)


async def test_own_words_are_kept_when_the_answer_is_typed_in_german(harness: Harness) -> None:
    ann = await in_the_morning(harness, "de")
    await ann.says("erinnere mich morgen um 9 ans Rezept holen")
    if "Einmal" in ann.last.buttons[0]:
        await ann.says(ann.last.buttons[0])
    (added,) = [one for one in await harness.rows(Reminder) if one.kind is Kind.CUSTOM]
    assert added.words == "Rezept holen"
