"""Cramps that are told of somebody else are asked about, in every language, and never logged."""

from datetime import timedelta

import pytest

from bot.database.models import Cramp, SetupStep, User
from bot.i18n.translator import translator
from tests.features.caregivers.test_flow import ann_and_caregiver
from tests.support.harness import Harness

TOLD = (
    ("en", "he had a cramp 20 minutes ago"),
    ("en", "my husband had a cramp 20 minutes ago"),
    ("de", "er hatte vor 20 Minuten einen Krampf"),
    ("de", "meine Frau hatte vor 20 Minuten einen Krampf"),
    ("es", "tuvo un calambre hace 20 minutos"),
    ("es", "a mi marido le dio un calambre hace 20 minutos"),
    ("fr", "il a eu une crampe il y a 20 minutes"),
    ("fr", "ma femme vient d'avoir une crampe il y a 20 minutes"),
    ("it", "ha avuto un crampo 20 minuti fa"),
    ("it", "a mio marito è venuto un crampo 20 minuti fa"),
    ("pt_BR", "ele teve uma cãibra há 20 minutos"),
    ("pt_BR", "minha mãe teve uma cãibra há 20 minutos"),
    ("ru", "у него была судорога 20 минут назад"),
    ("ru", "у соседки была судорога 20 минут назад"),
    ("uk", "у неї була судома 20 хвилин тому"),
    ("uk", "у сусідки була судома 20 хвилин тому"),
)


@pytest.mark.parametrize(("language", "text"), TOLD)
async def test_it_is_asked_whose_it_was(harness: Harness, language: str, text: str) -> None:
    _ = translator(language).gettext
    ann = await harness.set_up_person(language=language)
    told_at = harness.clock.now()
    await ann.says(text)
    assert ann.last.words == _("Whose cramp is it? I have noted the time.")
    assert await harness.rows(Cramp) == []
    await ann.taps(_("Someone else had it: log nothing"))
    assert await harness.rows(Cramp) == []
    await ann.says(text)
    await ann.taps(_("I had it"))
    (cramp,) = await harness.rows(Cramp)
    assert abs(told_at - timedelta(minutes=20) - cramp.occurred_at) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "ist mit einem Krampf aufgewacht"),
        ("de", "ist mit Krampf aufgewacht"),
        ("de", "hat gerade einen Krampf"),
        ("es", "se despertó con un calambre"),
        ("fr", "s'est réveillée avec une crampe"),
        ("fr", "s'est réveillé avec une crampe"),
        ("fr", "a eu une crampe"),
        ("it", "si è svegliata con un crampo"),
        ("pt_BR", "teve uma cãibra"),
        ("pt_BR", "teve cãibra há 20 minutos"),
        ("pt_BR", "acordou com cãibra"),
        ("pt_BR", "acabou de ter uma câimbra"),
    ],
)
async def test_a_verb_alone_may_say_that_it_was_somebody_else(
    harness: Harness, language: str, text: str
) -> None:
    ann = await harness.set_up_person(language=language)
    await ann.says(text)
    asked = translator(language).gettext("Whose cramp is it? I have noted the time.")
    assert ann.last.words == asked
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "bin mit einem Krampf aufgewacht"),
        ("de", "mein Bein hat einen Krampf"),
        ("es", "me desperté con un calambre"),
        ("fr", "je me suis réveillée avec une crampe"),
        ("fr", "ma jambe a eu une crampe"),
        ("it", "mi sono svegliata con un crampo"),
        ("pt_BR", "acordei com cãibra"),
        ("pt_BR", "tive uma cãibra"),
        ("pt_BR", "minha perna teve cãibra"),
    ],
)
async def test_ones_own_verb_and_leg_are_logged_at_once(
    harness: Harness, language: str, text: str
) -> None:
    ann = await harness.set_up_person(language=language)
    await ann.says(text)
    assert [one.user_id for one in await harness.rows(Cramp)] == [ann.id]


async def test_a_late_no_of_another_device_leaves_the_card_of_the_entry(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("he had a cramp 20 minutes ago")
    asked, data = ann.last, str(ann.last.inline[-1][0]["callback_data"])
    await ann.taps("I had it")
    shown, buttons = ann.last.words, ann.last.buttons
    await ann.forges(data, asked)
    assert (ann.last.words, ann.last.buttons) == (shown, buttons)
    assert ann.last.id == asked.id
    (cramp,) = await harness.rows(Cramp)
    assert cramp.deleted_at is None


@pytest.mark.parametrize("text", ["he had a cramp at 03:10", "Ann had a cramp in the left calf"])
async def test_who_helps_and_has_a_diary_chooses(harness: Harness, text: str) -> None:
    """A word that is unknown may be the name of who had it."""
    ann, bea = await ann_and_caregiver(harness)
    async with harness.database.transaction() as session:
        helper = await session.get_one(User, bea.id)
        helper.setup_step, helper.time_zone = SetupStep.DONE, "Europe/Berlin"
    await bea.says(text)
    assert bea.last.words.startswith("🤝 Whose cramp is it?")
    assert bea.last.buttons == ["Ann had it", "I had it"]
    await bea.taps("Ann had it")
    assert [one.user_id for one in await harness.rows(Cramp)] == [ann.id]
    await bea.says("cramp in the left calf")
    assert [one.user_id for one in await harness.rows(Cramp)] == [ann.id, bea.id]


async def test_it_is_asked_at_the_question_for_the_place(harness: Harness) -> None:
    """Of somebody who helps nobody, too; the question for the place stays open."""
    bea = await harness.beginner("Bea")
    await bea.says("/start")
    await bea.says("he had a cramp 20 minutes ago")
    assert bea.last.words.startswith("Whose cramp is it?")
    await bea.taps("Someone else had it: log nothing")
    assert await harness.rows(Cramp) == []
    await bea.says("Berlin")
    await bea.taps("Yes")
    assert [one.time_zone for one in await harness.rows(User)] == ["Europe/Berlin"]


@pytest.mark.parametrize(
    "text",
    [
        "did my husband have a cramp last night?",
        "my wife did not have a cramp last night",
        "my mother gets cramps every night",
        "my mother gets cramps",
        "my mother gets cramps at night",
        "can my wife log her cramps",
        "can my husband log a cramp",
        "remind my husband to stretch at 9pm",
    ],
)
async def test_what_tells_of_no_cramp_is_no_such_question(harness: Harness, text: str) -> None:
    ann = await harness.set_up_person()
    await ann.says(text)
    assert "Whose cramp" not in ann.last.words
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "meine Mutter hat Krämpfe"),
        ("de", "kann meine Frau einen Krampf eintragen"),
        ("es", "a mi madre le dan calambres"),
        ("es", "puede mi mujer anotar un calambre"),
        ("fr", "ma mère a des crampes"),
        ("fr", "ma femme peut-elle noter une crampe"),
        ("it", "mia madre ha i crampi"),
        ("it", "può mia moglie segnare un crampo"),
        ("pt_BR", "minha mãe tem cãibras"),
        ("pt_BR", "minha esposa pode anotar uma cãibra"),
        ("ru", "у мамы бывают судороги"),
        ("ru", "может ли жена записать судорогу"),
        ("uk", "у мами бувають судоми"),
        ("uk", "чи може дружина записати судому"),
    ],
)
async def test_a_habit_or_a_question_is_no_cramp_of_somebody(
    harness: Harness, language: str, text: str
) -> None:
    _ = translator(language).gettext
    ann = await harness.set_up_person(language=language)
    await ann.says(text)
    assert not ann.last.words.startswith(_("Whose cramp is it? I have noted the time."))
    assert _("I had it") not in ann.last.buttons
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize("text", ["he had cramps last night", "she has cramps now"])
async def test_several_cramps_with_a_time_are_asked_about(harness: Harness, text: str) -> None:
    ann = await harness.set_up_person()
    await ann.says(text)
    assert ann.last.words.startswith("Whose cramp is it?")
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "pt_BR", "ru", "uk"])
async def test_whose_it_was_can_be_typed(harness: Harness, language: str) -> None:
    _ = translator(language).gettext
    told = dict(TOLD)[language]
    ann = await harness.set_up_person(language=language)
    await ann.says(told)
    await ann.says(_("Someone else had it: log nothing").partition(":")[0])
    assert ann.last.words == _("All right, nothing is changed.")
    assert await harness.rows(Cramp) == []
    told_at = harness.clock.now()
    await ann.says(told)
    await ann.says(_("Yes"))
    assert ann.last.words == _("Please tap the button with what you mean.")
    await ann.says(_("I had it"))
    (cramp,) = await harness.rows(Cramp)
    assert abs(told_at - timedelta(minutes=20) - cramp.occurred_at) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "text", ["he had a cramp at 3 am", "my husband had a cramp last night", "cramp at 3"]
)
async def test_a_cramp_without_a_clear_instant_waits_for_the_place(
    harness: Harness, text: str
) -> None:
    bea = await harness.beginner("Bea")
    await bea.says("/start")
    await bea.says(text)
    later = "First I need to know your place. Then tell me again when the cramp was."
    assert bea.last.words.startswith(later)
    assert await harness.rows(Cramp) == []
    await bea.says("Berlin")
    await bea.taps("Yes")
    assert [one.time_zone for one in await harness.rows(User)] == ["Europe/Berlin"]


async def test_whose_it_was_can_be_typed_during_the_set_up(harness: Harness) -> None:
    bea = await harness.beginner("Bea")
    await bea.says("/start")
    await bea.says("he had a cramp 20 minutes ago")
    await bea.says("I had it")
    assert [one.user_id for one in await harness.rows(Cramp)] == [bea.id]
