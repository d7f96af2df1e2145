"""Pain of the chest that is told to be in the arm, too, brings the card again, in 8 languages."""

from datetime import timedelta

import pytest

from bot.database.models import Cramp
from bot.features.emergency.spreading import says_where_else
from bot.i18n.translator import available_languages
from bot.telegram.message import pack
from tests.features.emergency.test_card_answers import HURTS
from tests.features.emergency.test_flow import asks, check_card, news, row_of
from tests.support.harness import Harness

ELSEWHERE = {
    "en": ("left arm too", "left arm hurts too", "and my jaw", "now the neck", "shoulder", "back?"),
    "de": ("linker arm auch", "linker Arm tut weh", "der Kiefer auch", "jetzt auch der Rücken"),
    "es": ("y el brazo izquierdo", "la mandíbula también", "hombro izquierdo", "la espalda"),
    "fr": ("bras gauche aussi", "la mâchoire aussi", "et maintenant le dos", "le cou"),
    "it": ("anche il braccio sinistro", "anche la mandibola", "spalla sinistra", "la schiena"),
    "pt_BR": ("braço esquerdo também", "mandíbula também", "e agora as costas", "o pescoço"),
    "ru": ("и левая рука", "челюсть тоже", "левое плечо", "теперь и спина", "шея"),
    "uk": ("і ліва рука", "щелепа теж", "ліве плече", "тепер і спина", "шия"),
}
WEAK = {"en": ("Now my arm is numb",)}
"""Words that get a lower card where none is on screen."""
CRAMPS = {
    "en": "cramp in my left arm at 3",
    "de": "Krampf im linken Arm um 3",
    "es": "calambre en el brazo izquierdo a las 3",
    "fr": "crampe au bras gauche à 3h",
    "it": "crampo al braccio sinistro alle 3",
    "pt_BR": "cãibra no braço esquerdo às 3",
    "ru": "судорога в левой руке в 3 ночи",
    "uk": "судома в лівій руці о 3 ночі",
}


@pytest.mark.parametrize("language", available_languages())
def test_where_else_it_hurts_is_understood(language: str) -> None:
    found = [one for one in ELSEWHERE[language] if says_where_else(one, language)]
    assert found == list(ELSEWHERE[language])
    assert not says_where_else(CRAMPS[language], language)


@pytest.mark.parametrize(
    "text",
    [
        *("left arm cramp", "arm at 3", "left arm 8", "woke with my left arm", "arm twitches"),
        *("remind me to move my arm", "not my arm", "arm is fine", "yesterday left arm", "left"),
        *("now", "back of my thigh", "left calf", "I'm back", "back to bed", "undo left arm", ""),
        *("left arm again", "call me back", "crmap left arm", "note: left arm"),
    ],
)
def test_what_says_more_or_less_is_something_else(text: str) -> None:
    assert not says_where_else(text, "en")


@pytest.mark.parametrize("language", available_languages())
async def test_below_the_card_for_the_chest_it_comes_again(harness: Harness, language: str) -> None:
    ann = await harness.set_up_person("Ann", language=language.replace("_BR", "-br"))
    await ann.says("/cramp")
    await ann.says(HURTS[language])
    for question in (None, pack("users", "place")):
        await asks(harness, ann, question)
        for said in (*ELSEWHERE[language], *WEAK.get(language, ())):
            before = len(ann.bot_messages)
            await ann.says(said)
            assert len(news(ann, before)) == 1, said
            check_card(ann, "chest", language)
            harness.clock.advance(timedelta(minutes=1))
        assert (await row_of(harness, ann)).awaiting == question
    assert [(one.side, one.site) for one in await harness.rows(Cramp)] == [(None, None)]


@pytest.mark.parametrize("language", available_languages())
async def test_a_cramp_of_the_arm_is_logged(harness: Harness, language: str) -> None:
    ann = await harness.set_up_person("Ann", language=language.replace("_BR", "-br"))
    harness.clock.advance(timedelta(hours=7, minutes=20))
    await ann.says(HURTS[language])
    await ann.says(CRAMPS[language])
    assert [one.side for one in await harness.rows(Cramp)] == ["left"]


async def test_below_other_cards_and_when_it_is_over_an_arm_is_read_as_usual(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    for first, then in (("I fainted", None), ("my chest hurts", "false alarm")):
        await ann.says(first)
        if then is not None:
            await ann.says(then)
        before = len(ann.bot_messages)
        await ann.says("left arm too")
        assert "112" not in "".join(news(ann, before)), first
