"""What people type below the open emergency card is understood, in eight languages."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.database.models import Cramp
from bot.features.emergency.card_answers import CardAnswer, card_answer
from bot.features.emergency.messages import answered
from bot.features.emergency_numbers.lookup import number_for
from bot.i18n.translator import available_languages, translator
from tests.features.emergency.test_flow import check_card, news, row_of
from tests.support.harness import Harness

ANSWERS = Path(__file__).with_name("answers.tsv")
"""Language, answer and text, as people wrote them who did not know the lists."""
HURTS = {
    "en": "my chest hurts",
    "de": "meine Brust tut weh",
    "es": "me duele el pecho",
    "fr": "j'ai mal à la poitrine",
    "it": "mi fa male il petto",
    "pt_BR": "dor no peito",
    "ru": "болит в груди",
    "uk": "болить у грудях",
}


def told() -> list[tuple[str, CardAnswer, str]]:
    rows = (line.split("\t") for line in ANSWERS.read_text(encoding="utf-8").splitlines())
    return [(language, CardAnswer(answer), text) for language, answer, text in rows]


def test_every_answer_is_understood() -> None:
    assert {(language, answer) for language, answer, _ in told()} == {
        (language, answer) for language in available_languages() for answer in CardAnswer
    }
    assert [
        (text, found) for _, answer, text in told() if (found := card_answer(text)) != answer
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "cramp in my left calf at 3, better now",
        "wake me at 7",
        "remind me to call my husband",
        "that is not what I asked you to do for me, I meant the stretches, ok",
        "tell me about the stretch",
        "",
    ],
)
def test_other_text_is_no_answer(text: str) -> None:
    assert card_answer(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("please call an ambulance", "the ambulance is not here", "I need an ambulance"),
        *("haven't called yet", "called but no answer", "hab noch niemanden gerufen"),
        *("je n'ai pas encore appelé", "non ho ancora chiamato", "нужна скорая", "потрібна швидка"),
        *("it has not stopped", "I don't feel good", "it was gone but it's back", "am I ok?"),
        *("was joking, no I mean it hurts", "ist noch nicht vorbei", "no me siento bien"),
        *(
            "ce n'est pas passé",
            "ainda não parou",
            "не отпустило",
            "не минулося",
            "nothing is better",
        ),
        *("no its not", "nein doch nicht", "es hat nicht aufgehört", "not yet", "нет, не прошло"),
        *("I dont have a phone that works", "they wont come", "am I dying", "i am alone"),
        *("ich bin allein", "estoy sola", "je suis seule", "sono da sola", "estou sozinho"),
        *("я один", "я сама вдома"),
    ],
)
def test_what_says_the_opposite_brings_the_card_again(text: str) -> None:
    assert card_answer(text) is CardAnswer.AGAIN


@pytest.mark.parametrize(
    "text",
    [
        "nothing last night",
        "slept better",
        "tea was good",
        "ok",
        "gone numb",
        "feel nothing in my arm",
    ],
)
def test_what_has_other_words_is_no_answer(text: str) -> None:
    assert card_answer(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("calling", "my wife called them", "meine Frau hat angerufen", "minha mulher ligou"),
        *("mi hija ha llamado", "ma femme a appelé", "mia moglie ha chiamato l'ambulanza"),
        *("жена вызвала скорую", "дружина викликала швидку", "eles estão vindo"),
    ],
)
def test_what_somebody_else_did_counts(text: str) -> None:
    assert card_answer(text) is CardAnswer.CALLED


async def test_an_answer_can_be_taken_back(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("my chest hurts")
    for fine, opposite in (("it's better now", "no its not"), ("false alarm", "no")):
        await ann.says(fine)
        assert ann.last.words.startswith("Good to hear")
        await ann.says(opposite)
        check_card(ann, "chest")


async def test_what_nobody_understands_below_the_card_brings_it_again(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("my chest hurts")
    for _time in range(2):
        await ann.says("the lamp sings loud songs")
        check_card(ann, "chest")
    await ann.says("false alarm")
    await ann.says("the lamp sings loud songs")
    assert ann.last.words.startswith("I did not catch")


async def test_below_the_card_for_despair_nothing_answers_an_older_card(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for said in ("my daughter is with me", "false alarm"):
        await ann.says("my chest hurts")
        await ann.says("I want to die")
        assert (await row_of(harness, ann)).on_screen is None  # and nothing of it is kept
        await ann.says(said)
        assert "sign" not in ann.last.words


@pytest.mark.parametrize("language", available_languages())
async def test_answers_below_the_card(harness: Harness, language: str) -> None:
    ann = await harness.set_up_person("Ann", language=language.replace("_BR", "-br"))
    tr = translator(language)
    for said in (text for one, _, text in told() if one == language):
        answer = card_answer(said)
        assert answer is not None
        await ann.says(HURTS[language])
        before = len(ann.bot_messages)
        await ann.says(said)
        assert len(news(ann, before)) == 1, said
        if answer is CardAnswer.AGAIN:
            check_card(ann, "chest", language)
        else:
            call = number_for(await row_of(harness, ann))
            assert ann.last.words == answered(tr, call, answer).text, said
        harness.clock.advance(timedelta(minutes=1))  # it is the rate limit that is not tested here
    assert await harness.rows(Cramp) == []


async def test_a_new_sign_is_no_answer(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("my chest hurts")
    await ann.says("I'm ok but I fainted")
    check_card(ann, "faint")


async def test_an_entry_and_an_order_are_no_answers(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for said in ("cramp in the left calf, ok", "remind me to call my husband"):
        await ann.says("my chest hurts")
        before = len(ann.bot_messages)
        await ann.says(said)
        assert "112" not in "".join(news(ann, before)), said


async def test_without_the_card_they_are_read_as_usual(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("my chest hurts")
    harness.clock.advance(timedelta(hours=3))
    before = len(ann.bot_messages)
    await ann.says("false alarm")
    good = translator("en").gettext("Good to hear. Not sure, or is it back? Call {number}.")
    assert good.split(".")[0] not in "".join(news(ann, before))
