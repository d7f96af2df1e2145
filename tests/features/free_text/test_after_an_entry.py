"""What is typed after an entry, two wishes at once, and sentences at the questions of /start."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.database.models import Cramp
from tests.features.cramps.entries import LOG
from tests.support.harness import Harness


async def test_what_is_told_after_an_entry(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("lasted ages")
    assert ann.last.buttons[:2] == ["Over 10 min", "5 to 10 min"]
    await ann.taps("Over 10 min")
    assert "over 10 min" in ann.last.words
    await ann.says("still a bit sore")
    assert ann.last.buttons == ["Relief", "Warning signs"]
    await ann.says("forget it")
    assert ann.last.buttons == ["Undo: over 10 min", "No"]
    await ann.taps("No")
    await ann.says("the postman whistled outside")
    kept = ann.last
    assert "Keep as a note" in kept.buttons
    assert kept.words.endswith("“the postman whistled outside”")
    await ann.taps("Keep as a note")
    assert [row.note for row in await harness.rows(Cramp)] == ["the postman whistled outside"]
    await ann.says("prob all that gardening yesterday")
    assert ann.last.words.endswith("“prob all that gardening yesterday”")
    assert ann.last.buttons == ["Keep as a note", "Hard exercise", "None of these"]
    await ann.says("no")
    await ann.says("that one was dreadful")
    assert [str(row.note).splitlines()[1:] for row in await harness.rows(Cramp)] == [["dreadful"]]
    await ann.says("undo")
    await ann.says("it was the stress")
    assert ann.last.words.endswith("“it was the stress”")
    assert ann.last.buttons == ["Keep as a note", "Stress", "📖 Sleep and stress", "None of these"]
    await ann.taps("Keep as a note")
    (row,) = await harness.rows(Cramp)
    assert row.note == "the postman whistled outside\nit was the stress"
    await ann.says("can stress bring on cramps?")
    assert "Keep as a note" not in ann.last.buttons
    await ann.says("quarter to 7 not now")
    assert ann.last.words.startswith("Changed to match your message:")
    assert "18:45" in ann.last.words
    await ann.says("undo")
    await ann.says("better")
    assert ann.last.buttons == ["It let go", "No"]
    await ann.says("false alarm")
    await ann.taps("Remove the last entry")
    assert [row.deleted_at is not None for row in await harness.rows(Cramp)] == [True]


async def test_of_two_numbers_of_cramps_one_is_chosen(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("three or four cramps last night")
    assert ann.last.buttons == ["How many: 3", "How many: 4 or more", "None of these"]
    await ann.taps("How many: 4 or more")
    assert [row.count_tonight for row in await harness.rows(Cramp)] == [4]


async def test_words_are_kept_with_the_entry_after_which_they_were_typed(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("the postman whistled outside")
    offer = ann.last
    (data,) = (
        str(one["callback_data"])
        for row in offer.inline
        for one in row
        if one["text"] == "Keep as a note"
    )
    words = offer.text
    harness.clock.advance(timedelta(minutes=5))
    await ann.says("cramp right calf")  # the offer is still in the chat
    await ann.forges(data, offer)
    first, second = await harness.rows(Cramp)
    assert (first.note, second.note) == ("the postman whistled outside", None)

    await ann.taps("Undo: note", offer)
    offer.text = words  # on another device the offer is still there
    await ann.forges(data, offer)
    first, second = await harness.rows(Cramp)
    assert (first.note, second.note) == ("the postman whistled outside", None)


@pytest.mark.parametrize("text", ["cramp in my left instep at 3am", "cramp left foot at 3am"])
async def test_a_cramp_of_a_foot_can_be_logged_without_its_place(
    harness: Harness, text: str
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says(text)
    assert ann.last.words == "Log a cramp at 03:00 · Left · Foot\nWhere exactly?"
    assert ann.last.buttons == ["Sole of foot", "Toes", "Not sure", "Other time", "None of these"]
    await ann.taps("Not sure")
    assert [(row.side, row.site) for row in await harness.rows(Cramp)] == [("left", "foot")]
    assert ann.last.words.startswith("Cramp logged: 03:00")
    assert "left foot" in ann.last.words


@pytest.mark.parametrize(
    ("text", "site"), [("cramp right thigh at 3am", "thigh"), ("cramp right foot at 3am", "foot")]
)
async def test_the_part_of_a_leg_is_kept_at_another_time(
    harness: Harness, text: str, site: str
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says(text)
    await ann.taps("Other time")
    await ann.says("4:20am")
    assert [(row.side, row.site) for row in await harness.rows(Cramp)] == [("right", site)]


async def test_a_foot_told_after_the_entry_is_kept_and_can_be_told_better(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(LOG)
    await ann.says("left foot")
    assert "left foot" in ann.last.words
    assert [(row.side, row.site) for row in await harness.rows(Cramp)] == [("left", "foot")]
    await ann.taps("Toes")
    assert [(row.side, row.site) for row in await harness.rows(Cramp)] == [("left", "toes")]
    await ann.says("my foot")  # less is said than is known
    assert [(row.side, row.site) for row in await harness.rows(Cramp)] == [("left", "toes")]
    harness.clock.advance(timedelta(minutes=2))
    await ann.says("cramp in my left toes")  # perhaps the same one
    assert ann.last.buttons == ["Another cramp", "The same cramp"]
    await ann.says("ouch")
    assert ann.last.buttons == ["Relief", "Warning signs", "None of these"]
    await ann.says("it was last Monday, not today")
    assert ann.last.buttons == ["Monday night", "Leave it as it is"]
    await ann.taps("Monday night")
    assert [f"{row.night_on:%d}" for row in await harness.rows(Cramp)] == ["11"]


async def test_what_is_told_before_the_cramp_is_kept_with_it(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("left foot")
    assert ann.last.buttons == ["Log a cramp now · Left · Foot", "Help"]
    asked = ann.last
    harness.clock.advance(timedelta(seconds=20))
    await ann.says("cramp, 7")
    told = [(row.side, row.site, row.intensity) for row in await harness.rows(Cramp)]
    assert told == [("left", "foot", 7)]
    assert asked.buttons == []
    harness.clock.advance(timedelta(hours=4))
    await ann.says("right calf")
    harness.clock.advance(timedelta(minutes=11))
    await ann.says("cramp")  # too long after it
    assert [row.side for row in await harness.rows(Cramp)] == ["left", None]


async def test_two_wishes_have_a_button_each(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("stretch at 22:00 and speak german")
    asked = ann.last
    assert asked.words == "You said several things. Tap each one that you want."
    await ann.taps("🌙 Stretch: 22:00")
    assert ann.last.words.startswith("Done. From now on:")
    await ann.taps("Deutsch", asked)
    assert "Krampf" in ann.last.words


async def test_a_cramp_among_two_wishes_has_one_card(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf and pause until friday")
    asked, label = ann.last, "Log a cramp now · Left · Calf"
    await ann.taps(label, asked)
    card = ann.last
    assert await ann.taps(label, asked) == "Cramp logged: 20:00, Wednesday night · left calf"
    assert ann.last is card
    assert len(await harness.rows(Cramp)) == 1


async def test_sentences_at_a_question_of_the_setup(harness: Harness) -> None:
    ann = await harness.beginner("Ann")
    await ann.says("/start")
    await ann.says("can you call me")
    answered, repeated = ann.bot_messages[-2:]
    assert answered.words.startswith("I can only read and write.")
    assert repeated.buttons
    await ann.says("crampp in my calf now")
    assert "Log a cramp now · Calf" in ann.last.buttons
    await ann.taps("Log a cramp now · Calf")
    assert "Cramp logged" in ann.last.words


@pytest.mark.parametrize(
    ("language", "cramp", "text"),
    [
        ("en", "cramp left calf", "it woke me"),
        ("de", "Krampf linke Wade", "hat mich geweckt"),
        ("fr", "crampe mollet gauche", "oui, ça m'a réveillée"),
        ("it", "crampo polpaccio sinistro", "sì mi ha svegliata"),
    ],
)
async def test_it_woke_me_below_the_question_of_the_morning(
    harness: Harness, language: str, cramp: str, text: str
) -> None:
    """It is said of the night's last cramp, which the bot has asked about."""
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await harness.live_until(datetime(2027, 1, 14, 6, 45, tzinfo=UTC))
    assert ann.last.words.startswith("☀️")
    await ann.says(text)
    assert "03:12" in ann.last.words
    assert [str(row.woke_me) for row in await harness.rows(Cramp)] == ["yes"]


async def test_it_woke_me_in_the_morning_without_an_entry(harness: Harness) -> None:
    """It may be a cramp of last night; none of this moment."""
    harness.clock.set(datetime(2027, 1, 14, 6, 45, tzinfo=UTC))
    ann = await harness.set_up_person("Ann")
    await ann.says("it woke me")
    assert "Log a cramp: Wednesday night · Woke me" in ann.last.buttons
    assert await harness.rows(Cramp) == []


async def test_it_woke_me_is_no_change_of_what_was_told(harness: Harness) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf, I was awake")
    await harness.live_until(datetime(2027, 1, 14, 6, 45, tzinfo=UTC))
    await ann.says("it woke me")
    assert [str(row.woke_me) for row in await harness.rows(Cramp)] == ["no_was_awake"]


@pytest.mark.parametrize(
    ("language", "cramp", "text", "chip"),
    [
        ("en", "cramp left calf", "had wine last night", "Alcohol in the evening"),
        ("en", "cramp left calf", "I drank two beers yesterday", "Alcohol in the evening"),
        ("de", "Krampf linke Wade", "habe Wein getrunken", "Alkohol am Abend"),
        ("fr", "crampe mollet gauche", "sûrement à cause du vin", "Alcool le soir"),
        ("ru", "судорога левая икра", "вчера винца выпила", "Алкоголь вечером"),
        ("ru", "судорога правая икра", "вечером пил вино", "Алкоголь вечером"),
        ("uk", "судома ліва литка", "випила вина", "Алкоголь увечері"),
    ],
)
async def test_a_drink_is_noted_with_the_cramp(
    harness: Harness, language: str, cramp: str, text: str, chip: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    assert ann.last.buttons[0] == chip
    await ann.taps(chip)
    assert chip.lower() in ann.last.words.lower()
    assert [row.possible_triggers for row in await harness.rows(Cramp)] == ["alcohol_evening"]


async def test_a_drink_without_a_cramp_is_not_noted(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("had wine last night")
    assert ann.last.words.startswith("Alcohol is noted with a cramp.")
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize(
    ("language", "cramp", "text", "column", "stored"),
    [
        ("es", "calambre gemelo", "ya se me quitó, habrá durado dos minutos", "duration", "1_5min"),
        ("es", "calambre gemelo", "ya pasó, duró 20 minutos", "duration", "gt_10min"),
        ("es", "calambre gemelo", "ya se me quitó, fueron dos minutos", "duration", "1_5min"),
        ("pt_BR", "cãibra panturrilha", "durou uns 5 minutinhos", "duration", "1_5min"),
        ("pt_BR", "cãibra panturrilha", "já passou, durou 8 minutos", "duration", "5_10min"),
        ("it", "crampo al polpaccio", "passato, sarà durato 3 min", "duration", "1_5min"),
        ("en", "cramp left calf", "it's gone, lasted 3 minutes", "duration", "1_5min"),
        ("ru", "судорога икра", "в правой (если что)", "side", "right"),
        (
            *("ru", "судорога левая икра", "приложила грелку вроде полегчало но еще тянет"),
            *("relief_tried", "heat"),
        ),
        ("uk", "судома ліва литка", "приклала грілку наче полегшало", "relief_tried", "heat"),
        (
            *("pt_BR", "cãibra panturrilha", "acordei por causa dela e ainda to acordada"),
            *("woke_me", "yes"),
        ),
        ("es", "calambre gemelo", "me despertó y sigo despierta", "woke_me", "yes"),
        (
            *("es", "calambre gemelo", "tardé media hora en volver a dormirme"),
            *("back_to_sleep", "15_60min"),
        ),
        (
            *("pt_BR", "cãibra panturrilha", "demorei duas horas pra dormir de novo"),
            *("back_to_sleep", "gt_60min"),
        ),
    ],
)
async def test_details_are_stored_after_an_entry(
    harness: Harness, language: str, cramp: str, text: str, column: str, stored: str
) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    assert [str(getattr(row, column)) for row in await harness.rows(Cramp)] == [stored]


@pytest.mark.parametrize(
    ("language", "cramp", "text"),
    [
        ("es", "calambre gemelo", "me ayudó caminar un poco por el pasillo"),
        ("es", "calambre gemelo", "caminar por la habitación me ayudó"),
        ("pt_BR", "cãibra panturrilha", "andar pelo corredor me ajudou"),
    ],
)
async def test_where_somebody_walked_changes_nothing(
    harness: Harness, language: str, cramp: str, text: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    assert [row.relief_tried for row in await harness.rows(Cramp)] == ["walked"]


@pytest.mark.parametrize(
    ("language", "cramp", "text", "times"),
    [
        ("pt_BR", "cãibra panturrilha", "na vdd foi 2 e 40", ("14:40", "02:40")),
        ("es", "calambre gemelo", "no, fue a las tres y media", ("15:30", "03:30")),
        ("en", "cramp left calf", "actually it was half past four", ("16:30", "04:30")),
    ],
)
async def test_an_earlier_time_of_today_can_be_meant_in_the_evening(
    harness: Harness, language: str, cramp: str, text: str, times: tuple[str, str]
) -> None:
    """The hour of the small hours belongs to the night before the entry's."""
    harness.clock.set(datetime(2027, 1, 13, 20, 30, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    assert tuple(ann.last.buttons[:2]) == times
    await ann.taps(times[1])
    (row,) = await harness.rows(Cramp)
    clock = times[1].split(":")
    at = datetime(2027, 1, 13, int(clock[0]), int(clock[1]), tzinfo=UTC)
    assert row.occurred_at == at - timedelta(hours=1)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt_BR", "acordei umas 3 e meia com cãibra nos dedos do pé"),
        ("pt_BR", "cãibra na panturrilha lá pelas quatro"),
        ("es", "me desperté como a las 3 y media con un calambre"),
        ("en", "woke around half past three with a cramp"),
    ],
)
async def test_an_hour_that_is_not_exact_and_little_ahead_is_asked(
    harness: Harness, language: str, text: str
) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(text)
    assert await harness.rows(Cramp) == []
    await ann.taps(ann.last.buttons[0])
    (row,) = await harness.rows(Cramp)
    assert row.occurred_at == datetime(2027, 1, 14, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "cramp", "text", "tried"),
    [
        ("pt_BR", "cãibra panturrilha", "o q ajudou foi esticar o pé na parede", "stretched"),
        (
            *("it", "crampo al polpaccio"),
            *("mi ha aiutato camminare a piedi nudi sul pavimento freddo", "walked,cold"),
        ),
    ],
)
async def test_what_helped_is_kept(
    harness: Harness, language: str, cramp: str, text: str, tried: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    (row,) = await harness.rows(Cramp)
    assert set(str(row.relief_tried).split(",")) == set(tried.split(","))


@pytest.mark.parametrize("said", ["na vdd foi 2 e 20", "na verdade foi 2 e 20"])
async def test_an_hour_corrects_an_entry_of_the_night(harness: Harness, said: str) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language="pt_BR")
    await ann.says("cãibra panturrilha")
    await ann.says(said)
    (row,) = await harness.rows(Cramp)
    assert row.occurred_at == datetime(2027, 1, 14, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "cramp", "text"),
    [
        ("it", "crampo al polpaccio", "di nuovo"),
        ("it", "crampo al polpaccio", "un altro"),
        ("pt_BR", "cãibra panturrilha", "de novo"),
        ("en", "cramp left calf", "again"),
    ],
)
async def test_again_after_an_entry_asks_for_another_cramp(
    harness: Harness, language: str, cramp: str, text: str
) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    harness.clock.advance(timedelta(minutes=8))
    await ann.says(text)
    assert len(await harness.rows(Cramp)) == 1
    await ann.taps(ann.last.buttons[0])
    assert len(await harness.rows(Cramp)) == 2


async def test_a_written_time_that_is_about_now_is_now(harness: Harness) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp at about 03:20")
    assert ann.last.words.startswith("Cramp logged: about 03:12")


@pytest.mark.parametrize(
    ("language", "cramp", "text", "button"),
    [
        ("ru", "судорога левая икра", "ой нет не икра а стопа", "Подошва"),
        ("uk", "судома ліва литка", "ой ні не литка а стопа", "Підошва стопи"),
    ],
)
async def test_another_place_after_an_oh_no(
    harness: Harness, language: str, cramp: str, text: str, button: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    await ann.taps(button)
    assert [row.site for row in await harness.rows(Cramp)] == ["foot_sole"]


async def test_what_is_typed_below_a_question_is_said_of_it(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("ow cramp left calf")
    await ann.says("right")
    await ann.says("it was a 7")  # both are said of the cramp that is asked about
    await ann.taps("Log a cramp now · Right · Calf · strength 7")
    before = [row.occurred_at for row in await harness.rows(Cramp)]
    await ann.says("remind me at 9 to take magnesium")
    asked = ann.last
    await ann.says("9 in the evening")  # once, or every day?
    assert ann.last.words == "Please tap the button with what you mean."
    await ann.taps("Once: today 21:00", asked)
    await ann.says("10pm")
    assert ann.last.words.startswith("📌 take magnesium")
    await ann.says("remind me tomorrow at 9 to stretch my back")
    await ann.says("9am")
    assert ann.last.words.startswith("Done.\n📌 stretch my back: on, next tomorrow 09:00")
    assert [row.occurred_at for row in await harness.rows(Cramp)] == before


async def test_a_little_one_is_somebody_else(harness: Harness) -> None:
    harness.clock.set(datetime(2027, 1, 14, 6, 30, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language="uk")
    await ann.says("малого вночі судомило о третій")
    assert ann.last.words.startswith("У кого була судома?")
    assert await harness.rows(Cramp) == []


async def test_what_is_said_of_how_bad_it_was_is_first_a_note(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", language="es")
    await ann.says("calambre gemelo")
    before = len(await harness.rows(Cramp))
    await ann.says("esa fue de las malas, casi lloro")
    assert ann.last.buttons[0] == "Guardar como nota", ann.last.buttons
    assert len(await harness.rows(Cramp)) == before


@pytest.mark.parametrize(
    ("language", "cramp", "text", "column", "stored"),
    [
        ("de", "krampf linke wade", "ne warte war doch rechts", "side", "right"),
        ("de", "krampf linke wade", "stärke 7 würd ich sagen", "intensity", "7"),
        ("en", "cramp left calf", "strength 7 I would say", "intensity", "7"),
        ("en", "cramp left calf", "wait it was the right one", "side", "right"),
        ("fr", "crampe mollet gauche", "attends c'était la droite", "side", "right"),
        ("fr", "crampe mollet gauche", "je dirais 6 sur 10", "intensity", "6"),
        ("es", "calambre gemelo izquierdo", "espera, era la derecha", "side", "right"),
        ("it", "crampo polpaccio sinistro", "aspetta, era la destra", "side", "right"),
        ("pt_BR", "cãibra panturrilha esquerda", "espera, foi a direita", "side", "right"),
        ("ru", "судорога левая икра", "подожди, это была правая", "side", "right"),
        ("ru", "судорога левая икра", "сила 7 я бы сказала", "intensity", "7"),
        ("uk", "судома ліва литка", "зачекай, це була права", "side", "right"),
    ],
)
async def test_a_hedge_does_not_hide_a_detail(
    harness: Harness, language: str, cramp: str, text: str, column: str, stored: str
) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    assert [str(getattr(row, column)) for row in await harness.rows(Cramp)] == [stored]


@pytest.mark.parametrize("text", ["that was a bad one, 9", "a bad one, id say 9"])
async def test_a_strength_after_an_entry_is_that_of_the_entry(harness: Harness, text: str) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says(text)
    await ann.taps("Strength 9")
    assert [row.intensity for row in await harness.rows(Cramp)] == [9]


@pytest.mark.parametrize(
    ("language", "cramp", "text"),
    [
        ("es", "calambre gemelo", "no fue a esa hora, fue a las 2 y media"),
        ("de", "krampf wade", "es war nicht um die zeit, es war um halb drei"),
        ("fr", "crampe mollet", "c'était pas à cette heure, c'était à deux heures et demie"),
        ("it", "crampo polpaccio", "non era a quell'ora, era alle due e mezza"),
        ("pt_BR", "cãibra panturrilha", "não foi nessa hora, foi às duas e meia"),
        ("ru", "судорога икра", "было не в это время, а в два тридцать"),
        ("uk", "судома литка", "було не в цей час, а о 2:30"),
    ],
)
async def test_not_at_that_hour_corrects_the_hour(
    harness: Harness, language: str, cramp: str, text: str
) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await harness.live_until(datetime(2027, 1, 14, 6, 30, tzinfo=UTC))
    await ann.says(text)
    assert ann.last.buttons[0].startswith("02:30"), ann.last.buttons


async def test_what_would_be_undone_is_named(harness: Harness) -> None:
    harness.clock.set(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    ann = await harness.set_up_person("Ann", language="fr")
    await ann.says("crampe mollet gauche")
    await ann.says("oublie, fausse manip")
    assert "03:12" in ann.last.words
    assert ann.last.buttons[0] == "Supprimer l’entrée"
    await ann.taps(ann.last.buttons[0])
    assert [row.deleted_at is not None for row in await harness.rows(Cramp)] == [True]


async def test_a_slip_is_taken_away_again(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", language="de")
    await ann.says("Krampf linke Wade")
    await ann.says("war ein versehen, wieder weg damit")
    assert [row.deleted_at is not None for row in await harness.rows(Cramp)] == [True]


@pytest.mark.parametrize(
    ("language", "cramp", "text", "button"),
    [
        (
            *("de", "Krampf linke Wade", "kam wahrscheinlich vom kegeln gestern"),
            "Als Notiz behalten",
        ),
        (
            *("fr", "crampe mollet gauche", "c'est surement a cause du vin d'hier soir"),
            "Garder comme note",
        ),
    ],
)
async def test_a_cause_after_an_entry_is_first_its_note(
    harness: Harness, language: str, cramp: str, text: str, button: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(cramp)
    await ann.says(text)
    assert ann.last.buttons[0] == button, ann.last.buttons
