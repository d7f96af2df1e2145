"""Meeting the bot: back at every step, nobody is asked twice, and old questions are tidied."""

import pytest

from bot.database.models import SetupStep
from tests.features.users.steps import count_messages, row_of
from tests.support.harness import Harness, Someone

BED, WAKE, DRINKS = (
    "When do you usually go to bed?",
    "And when do you usually",
    "The last question is for",
)
CONFIRM = "Berlin, 20:00. Right?"


async def begun(harness: Harness, *texts: str, language: str = "en-DE") -> Someone:
    """Return somebody who has typed these texts, one after another."""
    ann = await harness.person("Ann", language=language)
    for text in ("/start", *texts):
        await ann.says(text)
    return ann


async def test_every_step_has_a_way_back_and_no_answer_is_asked_again(harness: Harness) -> None:
    ann = await begun(harness)
    for label in ("Berlin · 20:00", "22:30", "07:00"):
        await ann.taps(label)
    for words in (WAKE, BED, "Hello, I am CalmCalf."):
        await ann.taps("◀ Back")
        assert ann.last.words.startswith(words)
    await ann.taps("Berlin · 20:00")
    assert ann.last.words.startswith(DRINKS)  # bedtime and getting up are known
    await ann.taps("◀ Back")
    await ann.taps("06:30")
    assert ann.last.words.startswith(DRINKS)
    assert f"{(await row_of(harness, ann)).wake_time}" == "06:30:00"
    await ann.taps("No")
    assert len(ann.bot_messages) == 2  # one message asked everything; the other has the keyboard


@pytest.mark.parametrize(
    ("language", "yes", "word"), [("en-DE", "yes", "back"), ("de", "ja", "Zurück!")]
)
async def test_back_can_be_typed_at_every_step(
    harness: Harness, language: str, yes: str, word: str
) -> None:
    ann = await begun(harness, "Berlin", yes, "22:30", "7", language=language)
    steps = []
    for _step in range(4):
        await ann.says(word)
        steps.append((await row_of(harness, ann)).setup_step)
    assert steps == [
        *(SetupStep.WAKE, SetupStep.BED),
        *(SetupStep.TIME_ZONE, SetupStep.TIME_ZONE),
    ]
    assert len([one for one in ann.bot_messages if one.buttons]) == 1  # the open question
    await ann.says("Berlin")
    await ann.says(yes)
    assert (await row_of(harness, ann)).setup_step is SetupStep.FLUIDS


async def test_nobody_gets_up_at_their_bedtime(harness: Harness) -> None:
    ann = await begun(harness, "Berlin", "yes", "22:30", "22:30")
    assert ann.last.words.startswith("Bedtime and getting up cannot be at the same time.")
    assert WAKE in ann.last.words
    assert (await row_of(harness, ann)).wake_time is None
    assert await ann.forges("users:wake:2230") == (
        "Bedtime and getting up cannot be at the same time."
    )
    await ann.says("7")
    await ann.says("no")
    await ann.says("/settings")
    await ann.taps("Bedtime")
    await ann.says("7 am")
    assert "cannot be at the same time" in (await ann.taps("In the morning, 07:00") or "")
    await ann.says("23:00")
    assert f"{(await row_of(harness, ann)).bed_time}" == "23:00:00"


async def test_back_twice_in_a_hurry_goes_back_once(harness: Harness) -> None:
    ann = await begun(harness, "Berlin", "yes", "22:30", "7")
    asked = ann.last
    for _tap in range(2):
        harness.telegram.tap_data(ann.telegram_person, asked, "users:back:wake")
    await harness.settled()
    assert ann.last.words.startswith(WAKE)


async def test_the_typed_place_has_a_way_back_too(harness: Harness) -> None:
    ann = await begun(harness)
    asked = ann.last
    await ann.taps("Somewhere else…")
    assert asked.words.startswith("Type your city or country, or the time on your clock")
    await ann.taps("◀ Back")
    assert asked.words.startswith("Hello, I am CalmCalf.")


@pytest.mark.parametrize("answer", ["No", "no.", "Another place"])
async def test_a_place_that_is_wrong_is_asked_again(harness: Harness, answer: str) -> None:
    ann = await begun(harness, "Berlin")
    assert ann.last.words == CONFIRM
    assert ann.last.buttons == ["Yes", "Another place", "◀ Back"]
    await (ann.taps(answer) if answer in ann.last.buttons else ann.says(answer))
    assert (await row_of(harness, ann)).time_zone is None
    await ann.says("Vienna")
    assert ann.last.words == "Vienna, 20:00. Right?"
    await ann.says("yes")
    assert (await row_of(harness, ann)).time_zone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("language", "text", "words", "buttons"),
    [
        ("ja", "04:03", "Tokyo, 04:00. Right?", 0),
        ("pl", "8:02 pm", "Which place do you mean?", 2),
        ("de", "20:01", "Welchen Ort meinst du?", 3),
        ("en", "it is 2 pm here", "New York, 14:00. Right?", 0),
        ("en-DE", "8:00", CONFIRM, 0),
        ("en", "20.00", "Which place do you mean?", 6),
        ("en", "20:37", "I do not know that place.", 6),
    ],
)
async def test_what_the_clock_says_is_an_answer(
    harness: Harness, language: str, text: str, words: str, buttons: int
) -> None:
    ann = await begun(harness, text, language=language)
    assert words in ann.last.words or buttons
    if buttons:
        assert len(ann.last.buttons) == buttons + 2  # somewhere else, and back
        assert all("·" in label for label in ann.last.buttons[:buttons])
    else:
        assert len(ann.last.buttons) == 3


async def test_start_again_asks_only_what_is_open(harness: Harness) -> None:
    ann = await begun(harness, "Berlin")
    await ann.says("/start")
    assert ann.last.words == CONFIRM
    assert count_messages(ann, CONFIRM) == 1
    await ann.says("yes")
    await ann.says("22:30")
    await ann.taps("◀ Back")
    await ann.says("/start")
    assert ann.last.words.startswith(WAKE)
    assert (await row_of(harness, ann)).setup_step is SetupStep.WAKE


async def test_what_was_told_elsewhere_is_not_asked(harness: Harness) -> None:
    ann = await begun(harness, "Berlin", "yes", "22:30")
    await ann.says("/profile")
    await ann.forges("about:set:limit_fluids:yes")
    assert (await row_of(harness, ann)).fluids is not None
    await ann.says("/start")
    await ann.says("7")
    assert (await row_of(harness, ann)).setup_step is SetupStep.DONE


@pytest.mark.parametrize(
    ("known", "text", "question"),
    [
        ((), "Berlin", CONFIRM),
        (("Berlin",), "yes", BED),
        (("Berlin", "yes"), "22:30", WAKE),
        (("Berlin", "yes", "22:30"), "7", DRINKS),
        (("Berlin", "yes", "22:30", "7"), "no", "All set."),
    ],
)
async def test_an_answer_typed_twice_before_the_reply_answers_one_question(
    harness: Harness, known: tuple[str, ...], text: str, question: str
) -> None:
    ann = await begun(harness, *known)
    for _time in range(2):  # as when the bot was killed before its reply
        harness.telegram.say(ann.telegram_person, text)
    await harness.settled()
    shown = [one.words for one in ann.bot_messages if not one.words.startswith("One tap")]
    assert shown[-1].startswith(question)
    assert sum(one.startswith(question) for one in shown) == 1
    assert not any("did not understand" in one or "could not read" in one for one in shown)


async def test_a_correction_before_the_reply_corrects(harness: Harness) -> None:
    ann = await begun(harness, "Berlin", "yes")
    for text in ("22:30", "23:00"):
        harness.telegram.say(ann.telegram_person, text)
    await harness.settled()
    user = await row_of(harness, ann)
    assert (f"{user.bed_time}", user.wake_time) == ("23:00:00", None)
    assert ann.last.words.startswith(WAKE)


async def test_an_answered_question_keeps_its_words_and_a_repeated_one_goes(
    harness: Harness,
) -> None:
    ann = await begun(harness)
    welcome = ann.last
    assert welcome.buttons
    await ann.says("Berlin")
    assert welcome.words.startswith("Hello, I am CalmCalf.")
    assert welcome.buttons == []
    await ann.says("yes")
    for text in ("/start", "late", "a joke"):  # each asks the same again
        await ann.says(text)
    assert sum(BED in one.words for one in ann.bot_messages) == 1
    await ann.says("22:30")
    with_buttons = [one for one in ann.bot_messages if one.buttons]
    assert [one.words for one in with_buttons] == [ann.last.words]


async def test_two_open_questions_become_one(harness: Harness) -> None:
    ann = await begun(harness)
    for _time in range(2):
        harness.telegram.say(ann.telegram_person, "/start")
    await harness.settled()
    assert count_messages(ann, "Hello") == 1
