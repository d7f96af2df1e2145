"""What a text looked like that nobody understands: offered on buttons, done by a tap only."""

from datetime import UTC, datetime, time

import pytest

from bot.database.models import Cramp, Kind, Reminder
from bot.features.free_text.meanings.further_values import OpenCard, RemoveEntry
from bot.features.free_text.meanings.values import (
    LogCramp,
    Meaning,
    MoveReminder,
    NoCramps,
    Page,
    Pause,
    Show,
    TurnReminder,
)
from bot.features.free_text.offer_messages import COMMANDS, labels
from bot.features.free_text.offers.offers import MOST_OFFERS, near_commands, near_labels, offers
from bot.features.registry import FEATURES
from bot.i18n.translator import translator
from tests.support.handlers import commands_of, verbs_of
from tests.support.harness import Harness, Someone

NOW = datetime(2027, 1, 13, 19, 14, tzinfo=UTC)
"""Wednesday, 20:14 in Berlin."""
UNSURE = "Sorry, I did not catch that. Nothing is changed.\n"


def stretch(*clocks: str) -> list[Meaning]:
    return [MoveReminder("stretch", (time.fromisoformat(clock),)) for clock in clocks]


def cramp(*told: tuple[str, str]) -> list[Meaning]:
    return [LogCramp(NOW, "exact", told)]


@pytest.mark.parametrize(
    ("text", "language", "likeliest"),
    [
        ("no coffee after 2", "en", 14),
        ("kein kaffee nach 3", "de", 15),
        ("после двух без кофе", "ru", 14),
        ("кофе мне после двух не давай", "ru", 14),
        ("каву після третьої не пити", "uk", 15),
        ("stretch at 10", "en", 22),
    ],
)
def test_the_likelier_half_of_the_day_comes_first(text: str, language: str, likeliest: int) -> None:
    found = offers(text, language, NOW, "Europe/Berlin")
    hours = [one.times[0].hour for one in found if isinstance(one, MoveReminder)]
    assert hours == [likeliest, (likeliest + 12) % 24]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("don't delete anything", "en"),
        ("please do not erase my diary", "en"),
        ("never delete the last entry", "en"),
        ("don't stop the stretch reminder", "en"),
        ("don't switch the drinks off", "en"),
        ("bitte nichts löschen", "de"),
        ("lösch den eintrag nicht", "de"),
        ("das dehnen bitte nicht abstellen", "de"),
        ("no borres nada", "es"),
        ("ne supprime rien", "fr"),
        ("n'arrête pas le rappel d'étirement", "fr"),
        ("non cancellare niente", "it"),
        ("non fermare lo stretching", "it"),
        ("não apague nada", "pt_BR"),
        ("не удаляй запись", "ru"),
        ("не видаляй запис", "uk"),
    ],
)
def test_what_is_not_to_be_done_is_not_offered(text: str, language: str) -> None:
    refused = {RemoveEntry(), Show(Page.ERASE), TurnReminder("stretch", on=False)}
    refused |= {TurnReminder("hydration", on=False)}
    assert refused.isdisjoint(offers(text, language, NOW, "Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("remimd me to strech at 10", "en", stretch("22:00", "10:00")),
        ("remimd me to strech at 10pm", "en", stretch("22:00")),
        ("erinere mich ans dehnen um 22:00", "de", stretch("22:00")),
        ("напомни растяжку в 22:00", "ru", stretch("22:00")),
        ("recuérdame estirar a las 22", "es", stretch("22:00")),
        ("crmp left clf", "en", cramp(("side", "left"), ("site", "calf"))),
        ("Wadenkrampff links", "de", cramp(("side", "left"), ("site", "calf"))),
        ("puase until monday", "en", [Pause(datetime(2027, 1, 18).date())]),
        ("no cramps lst nigth", "en", [NoCramps(datetime(2027, 1, 12).date())]),
        (
            "no crmps on monday",
            "en",
            [NoCramps(datetime(2027, 1, day).date()) for day in (11, 10)],
        ),
        ("sumary", "en", [Show(Page.SUMMARY)]),
        ("7", "en", [*cramp(("strength", "7")), LogCramp(NOW.replace(hour=6, minute=0), "about")]),
        ("22", "de", [LogCramp(NOW.replace(day=12, hour=21, minute=0), "about")]),
        ("left calv 7", "en", cramp(("side", "left"), ("site", "calf"), ("strength", "7"))),
        ("crampe hier 3h", "fr", [LogCramp(NOW.replace(day=12, hour=2, minute=0), "exact")]),
        ("delete my lst crmp", "en", [RemoveEntry()]),
        (
            "a crmp on monday or so",
            "en",
            [LogCramp(datetime(2027, 1, day, 2, tzinfo=UTC), "night_only") for day in (12, 11)],
        ),
        ("99", "en", []),
        ("my dog ate a shoe", "en", []),
        ("🦵" * 60, "en", []),
        ("a" * 4096, "en", []),
    ],
)
def test_what_a_text_looks_like(text: str, language: str, found: list[Meaning]) -> None:
    offered = offers(text, language, NOW, "Europe/Berlin")
    assert list(offered) == found
    assert len(offered) <= MOST_OFFERS


UNREAL = (
    ("hab angst vor heute nacht", "de"),
    ("ich hoffe heute nacht kein krampf", "de"),
    ("wenn ich heut nacht wieder einen krampf hab schreib ich dir", "de"),
    ("j'ai peur de cette nuit", "fr"),
    ("si j'ai encore une crampe cette nuit je te le dis", "fr"),
    ("afraid of tonight", "en"),
    ("tengo miedo de esta noche", "es"),
    ("ho paura di stanotte", "it"),
    ("tenho medo de hoje à noite", "pt_BR"),
    ("боюсь этой ночи", "ru"),
    ("боюся цієї ночі", "uk"),
)


@pytest.mark.parametrize(("text", "language"), UNREAL)
def test_what_is_only_feared_or_thought_of_is_no_quiet_night(text: str, language: str) -> None:
    """A word such as "afraid" denies nothing: what is known of cramps is offered first."""
    found = offers(text, language, NOW, "Europe/Berlin")
    assert found[0] in (Show(Page.LEARN), OpenCard("relief"))
    assert not any(isinstance(one, NoCramps) for one in found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mein mann hatte heut nacht einen wadenkrampf", "de"),
        ("mon mari a eu une crampe au mollet cette nuit", "fr"),
        ("my mum had a cramp last night", "en"),
    ],
)
def test_of_somebody_else_an_entry_is_offered_last(text: str, language: str) -> None:
    found = offers(text, language, NOW, "Europe/Berlin")
    assert found[0] == Show(Page.CAREGIVER)
    assert not any(isinstance(one, NoCramps) for one in found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("krampf links oder rechts weiß ich nicht mehr", "de"),
        ("crampe à gauche ou à droite je sais plus", "fr"),
        ("a cramp left or right i forgot", "en"),
    ],
)
def test_of_either_side_both_are_offered(text: str, language: str) -> None:
    found = offers(text, language, NOW, "Europe/Berlin")
    assert list(found[:2]) == [*cramp(("side", "left")), *cramp(("side", "right"))]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("releif", "en", ["relief"]),
        ("show week", "en", ["summary"]),
        ("month", "en", ["month"]),
        ("Linderunng", "de", ["relief"]),
        ("semain", "fr", ["summary"]),
        ("hello", "en", []),
        ("what is this", "en", []),
        ("thanks", "en", []),
    ],
)
def test_words_of_buttons(text: str, language: str, found: list[str]) -> None:
    assert [one.name for one in near_labels(text, labels(translator(language)))] == found


def test_a_negation_is_never_left_out() -> None:
    for text in ("no strech at 10", "not a crmp", "dont remimd me to strech at 10"):
        found = offers(text, "en", NOW, "UTC")
        done = [one for one in found if isinstance(one, MoveReminder | LogCramp)]
        assert done == []


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("sumary", "en", ["summary"]),
        ("hist", "en", ["history"]),
        ("zusammenfassung", "de", ["summary"]),
        ("ayuda", "es", ["help"]),
        ("cramps", "en", ["cramp"]),
        ("explode", "en", []),
        ("", "en", []),
        ("x" * 500, "en", []),
    ],
)
def test_the_nearest_command(typed: str, language: str, found: list[str]) -> None:
    names = tuple(name for feature in FEATURES for name in commands_of(feature))
    assert list(near_commands(typed, names, language)) == found


def test_the_buttons_of_commands_have_handlers() -> None:
    verbs = {feature.name: verbs_of(feature) for feature in FEATURES}
    assert all(verb in verbs[feature] for feature, verb in COMMANDS.values())
    pages = set(Page)
    assert all(name in COMMANDS or name in pages for name, _words in labels(translator("en")))


async def set_up(harness: Harness) -> Someone:
    return await harness.set_up_person("Ann")


async def test_a_reminder_is_moved_by_the_tap_only(harness: Harness) -> None:
    ann = await set_up(harness)
    before = await harness.rows(Reminder)
    await ann.says("remimd me to strech at 10")
    assert ann.last.words == "Which of these do you mean?"
    assert ann.last.buttons == ["🌙 Stretch: 22:00", "🌙 Stretch: 10:00", "None of these"]
    assert await harness.rows(Reminder) == before
    await ann.taps("🌙 Stretch: 22:00")
    stretches = [one for one in await harness.rows(Reminder) if one.kind is Kind.STRETCH]
    assert [one.times for one in stretches] == ["22:00"]


@pytest.mark.parametrize(
    ("text", "label", "strength"),
    [
        ("crmp left calv 7", "Log a cramp now · Left · Calf · strength 7", 7),
        ("7", "Log a cramp now · strength 7", 7),
        ("6", "Log a cramp at 06:00", None),
    ],
)
async def test_a_cramp_is_logged_by_the_tap_only(
    harness: Harness, text: str, label: str, strength: int | None
) -> None:
    ann = await set_up(harness)
    await ann.says(text)
    assert await harness.rows(Cramp) == []
    card, buttons = ann.last, [one for row in ann.last.inline for one in row]
    data = next(one["callback_data"] for one in buttons if one["text"] == label)
    for _tap in range(2):
        await ann.forges(data, card)
    (entry,) = await harness.rows(Cramp)
    assert entry.intensity == strength


@pytest.mark.parametrize(
    ("text", "command", "words"),
    [
        ("/remindrs", "/reminders", "Your reminders"),
        ("/histroy please", "/history", "Your nights"),
        ("/hlep@calmcalf_sandbox_bot", "/help", "What I can do"),
    ],
)
async def test_a_command_with_a_slip_is_offered(
    harness: Harness, text: str, command: str, words: str
) -> None:
    ann = await set_up(harness)
    await ann.says(text)
    typed = text.partition(" ")[0].partition("@")[0]
    assert ann.last.words.startswith(f"I do not know {typed}. ")
    assert ann.last.words.endswith(f"Did you mean this?\n\n{command}")
    await ann.taps(command)
    assert ann.last.words.startswith(words)


async def test_an_answer_that_is_waited_for_is_not_guessed_at(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("/settings")
    await ann.forges("users:bed", ann.last)
    await ann.says("strech")
    assert "Did you mean" not in ann.last.words


@pytest.mark.parametrize(
    ("language", "text", "first"),
    [
        ("fr", "ce soir plutôt 22h45 pour les étirements", "🌙 Étirement, une fois"),
        ("es", "hoy estiro más tarde, a las once", "🌙 Estirar, una vez"),
        ("en", "remind me to buy bananas at 11pm", "Once: "),
        ("de", "erinner mich um 23 uhr an magnesium kaufen", "Einmal: "),
    ],
)
async def test_a_reminder_that_comes_once_is_offered_before_a_daily_one(
    harness: Harness, language: str, text: str, first: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(text)
    assert ann.last.buttons[0].startswith(first), ann.last.buttons
