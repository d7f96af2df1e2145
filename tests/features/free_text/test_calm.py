"""A night with cramps is never offered as free of them; what "never mind" undoes is named."""

from datetime import timedelta

import pytest

from bot.database.models import NightCheck
from bot.features.free_text.rules.calm_rules import was_calm_since
from tests.features.cramps.entries import AT_NIGHT, logged
from tests.support.harness import Harness

_CALM = {
    "en": "slept ok after that|no more cramps|nothing after that|then it was quiet|slept well",
    "de": "danach gut geschlafen|keine Krämpfe mehr|danach war Ruhe|danach nichts mehr",
    "es": "después dormí bien|ya no tuve más calambres|después nada",
    "fr": "bien dormi après|plus rien après|j'ai bien dormi après ça|plus de crampes ensuite",
    "it": "poi ho dormito bene|niente più crampi|poi più niente",
    "pt_BR": "depois dormi bem|sem mais cãibras|depois nada mais",
    "ru": "потом спал нормально|больше судорог не было|потом тихо",
    "uk": "потім спала добре|більше судом не було|потім тихо",
}
_OTHER = {
    "en": "no cramps|nothing|then|quiet|no more|did not sleep well|slept badly after that",
    "de": "keine Krämpfe|nichts|nicht später|danach schlecht geschlafen|Ruhe",
    "es": "nada más|no más|después|sin calambres|no dormí bien",
    "fr": "plus de crampes|rien|pas bien dormi|ensuite",
    "it": "niente|poi|non ho dormito bene|nessun crampo",
    "pt_BR": "nada mais|depois|não dormi bem|mais cãibras",
    "ru": "ничего|потом|тихо|не спал нормально|больше судорог",
    "uk": "нічого|потім|тихо|не спала добре|більше судом",
}


@pytest.mark.parametrize("language", _CALM)
def test_what_says_that_it_was_quiet_after_a_cramp(language: str) -> None:
    for text in _CALM[language].split("|"):
        assert was_calm_since(text, language), text
    for text in _OTHER[language].split("|"):
        assert not was_calm_since(text, language), text


async def test_a_night_with_cramps_stays_one(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("which leg")
    assert "Which leg it was is not noted for these cramps." in ann.last.words
    harness.clock.set(AT_NIGHT + timedelta(hours=4))
    for text in ("slept ok after that", "no more cramps"):
        await ann.says(text)
        assert ann.last.words.startswith("Good that it was quiet after that."), text
    await ann.says("probably no cramps last night, I think")
    assert not any("no cramps" in button for button in ann.last.buttons)
    await ann.says("never mind")
    assert ann.last.buttons == ["Remove entry", "No"]
    assert await harness.rows(NightCheck) == []


async def test_what_never_mind_undoes_is_named(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("never mind")
    assert ann.last.words == "All right, nothing is changed."
    await ann.says("resume")
    assert ann.last.words == "Nothing was paused: your reminders are as you set them."
    await ann.says("no cramps last night")
    for answer, left in (("no", 1), ("yes", 0)):
        await ann.says("never mind")
        assert ann.last.buttons == ["Undo: Tuesday night: no cramps", "No"]
        await ann.says(answer)
        assert len(await harness.rows(NightCheck)) == left
        if left:
            await ann.says("no cramps last night")
