"""Tests of whether a typed sign is another person's."""

import pytest

from bot.features.emergency.somebody import is_of_somebody


@pytest.mark.parametrize(
    ("language", "theirs", "own"),
    [
        ("en", "my mum's calf is swollen and hot", "left calf swollen and hot, wife says go now"),
        ("en", "her calf is swollen and hot", "calf swollen, hot. should I tell my wife?"),
        ("en", "husband has a swollen calf", "my mum says my calf is swollen and hot"),
        ("de", "meine Frau hat eine dicke Wade", "Wade dick und heiß, meine Frau sagt zum Arzt"),
        ("es", "la pantorrilla de mi madre está hinchada", "pantorrilla hinchada, mi mujer lo vio"),
        ("fr", "le mollet de ma mère est gonflé", "mollet gonflé, ma femme me dit d'aller"),
        (
            "it",
            "a mio padre si è gonfiato il polpaccio",
            "polpaccio gonfio, mia moglie dice di andare",
        ),
        ("pt_BR", "minha mãe tá com a panturrilha inchada", "panturrilha inchada, minha mãe falou"),
        ("ru", "у мамы опухла икра", "икра опухла, жена говорит к врачу"),
        ("uk", "у мами набрякла литка", "литка набрякла, дружина каже до лікаря"),
    ],
)
def test_in_doubt_a_sign_is_the_persons_own(language: str, theirs: str, own: str) -> None:
    assert is_of_somebody(theirs, language)
    assert not is_of_somebody(own, language)
