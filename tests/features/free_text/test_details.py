"""What is typed after a cramp was logged: details in any language, and the same by chips."""

import pytest

from bot.features.cramps.messages.detail_pages import more
from bot.features.free_text.rules.count_words import count_told
from bot.features.free_text.rules.detail_rules import details
from bot.i18n.translator import SOURCE_LANGUAGE, translator
from bot.i18n.vocabulary.lexicon import languages
from tests.features.cramps.test_messages import PLAIN
from tests.i18n.test_catalogues import LANGUAGES as TRANSLATED
from tests.support.wording import visible_text

LANGUAGES = tuple(one for one in TRANSLATED if one.lower() in languages())
"""The translated languages that have a vocabulary."""
ALL = (("side", "left"), ("site", "calf"), ("strength", "7"), ("woke", "yes"))


@pytest.mark.parametrize("language", [SOURCE_LANGUAGE, *LANGUAGES])
def test_the_example_on_the_page_of_details_is_understood(language: str) -> None:
    (hint,) = (
        line
        for line in visible_text(more(translator(language), PLAIN).text).splitlines()
        if "7" in line
    )
    found = details(hint.partition(":")[2], language)
    assert found is not None
    assert found.fields == ALL
    assert details("left calf, 7, woke me", language) == found


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("left calf, 7, woke me", ALL),
        ("LEFT CALF 7 WOKE ME!", ALL),
        ("7, woke me, left calf", ALL),
        ("woke me", (("woke", "yes"),)),
        ("that one woke me up", (("woke", "yes"),)),
        ("this one lasted 3 min", (("duration", "1_5min"),)),
        ("it was the first one", None),
        ("one was right", (("side", "right"),)),
        ("one out of ten", (("strength", "1"),)),
        ("one", (("strength", "1"),)),
        ("gone in 5 minutes", (("duration", "1_5min"),)),
        ("ok, gone now, two minutes", (("duration", "1_5min"),)),
        ("left calf, a 6", (("side", "left"), ("site", "calf"), ("strength", "6"))),
        ("was awake", (("woke", "no_was_awake"),)),
        ("can't sleep", None),
        ("it was an hour before bed", None),
        ("10 min", (("duration", "5_10min"),)),
        ("both calves 3 min", (("duration", "1_5min"), ("side", "both"), ("site", "calf"))),
        ("strength 7 right", (("side", "right"), ("strength", "7"))),
        ("left foot 7", (("side", "left"), ("strength", "7"))),
        ("left calf 11", None),
        ("left calf 3 7", None),
        ("left right calf", None),
        ("calf and thigh", None),
        ("not the left calf", None),
        ("no", None),
        ("left calf yesterday", None),
        ("left calf at 3:10", None),
        ("at 4", None),
        ("left calf at 4", None),
        ("cramp left calf", None),
        ("at 3", None),
        ("in 5 min", None),
        ("left calf 7,5", None),
        ("left calf -1", None),
        ("-1", None),
        ("left by the cat", None),
        ("", None),
        ("left " * 200, None),
    ],
)
def test_what_a_text_says(text: str, fields: tuple[tuple[str, str], ...] | None) -> None:
    found = details(text, "en")
    assert (None if found is None else found.fields) == fields


def test_a_foot_can_be_its_sole_or_its_toes() -> None:
    found = details("left foot 7", "en")
    assert found is not None
    assert found.sites == ("foot_sole", "toes")


@pytest.mark.parametrize(
    ("language", "text", "strength"),
    [
        ("en", "it hurts, 9", "9"),
        ("en", "pain about 6", "6"),
        ("ru", "боль где-то на шестёрку", "6"),
        ("ru", "сильно болело, на 9", "9"),
        ("uk", "біль десь на шістку", "6"),
        ("ru", "восьмёрка", "8"),
        ("ru", "на шестёрку где-то", "6"),
        ("uk", "на шістку десь", "6"),
        ("uk", "десь шістка", "6"),
        ("uk", "боліло сильно, на дев'ять", "9"),
        ("it", "dolore circa sei", "6"),
        ("es", "fue uno", None),
        ("ru", "была одна", None),
        ("uk", "була одна", None),
        ("it", "forte, direi 9", "9"),
        ("en", "it hurts at 9", None),
        ("ru", "болит уже 2 дня", None),
    ],
)
def test_how_strong_it_was_in_a_whole_sentence(
    language: str, text: str, strength: str | None
) -> None:
    found = details(text, language)
    assert (dict(found.fields) if found else None) == (strength and {"strength": strength})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "gone after 4 minutes"),
        ("it", "ok adesso è passato, due minuti buoni"),
        ("pt_BR", "pronto passou, uns dois minutos"),
        ("de", "nach 3 minuten weg"),
        ("ru", "отпустило минут через 5"),
        ("ru", "прошла через две минуты"),
        ("uk", "попустило хвилини за дві"),
        ("uk", "відпустило за 3 хвилини"),
    ],
)
def test_how_long_it_took_to_let_go_is_its_length(language: str, text: str) -> None:
    found = details(text, language)
    assert found is not None
    assert found.has_let_go
    assert found.fields == (("duration", "1_5min"),)


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "woke me and I couldn't sleep again", "not_again"),
        ("es", "me despertó y ya no pude dormir más", "not_again"),
        ("es", "me volví a dormir enseguida", "lt_15min"),
        ("pt_BR", "me acordou e não consegui mais dormir", "not_again"),
        ("pt_BR", "voltei a dormir logo", "lt_15min"),
        ("de", "danach nicht mehr geschlafen", "not_again"),
        ("fr", "impossible de me rendormir", "not_again"),
        ("it", "mi sono riaddormentata subito", "lt_15min"),
        ("ru", "больше не смогла уснуть", "not_again"),
        ("uk", "більше не змогла заснути", "not_again"),
    ],
)
def test_how_long_it_took_to_sleep_again(language: str, text: str, code: str) -> None:
    found = details(text, language)
    assert found is not None
    assert ("back", code) in found.fields


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "no me despertó, ya estaba despierto"),
        ("es", "no me ha despertado, ya estaba despierta"),
        ("pt_BR", "não me acordou, eu já estava acordada"),
        ("pt_BR", "não me acordou, já tava acordado"),
    ],
)
def test_what_woke_nobody_came_to_who_was_awake(language: str, text: str) -> None:
    found = details(text, language)
    assert found is not None
    assert found.fields == (("woke", "no_was_awake"),)


_COUNTS = {
    "en": "two of them|there were two|had 2|i had three|had 2 tonight",
    "de": "es waren zwei|zwei stück|hatte 2|zwei davon",
    "es": "fueron dos|eran dos|tuve dos|hubo 2",
    "fr": "elles étaient deux|il y en avait deux|j'en ai eu 2",
    "it": "erano due|ne ho avuti due|ce ne sono stati due",
    "pt_BR": "eram duas|foram duas|tive 2",
    "ru": "их было две|было две|две штуки",
    "uk": "їх було дві|було дві|дві штуки",
}


@pytest.mark.parametrize("language", _COUNTS)
def test_how_many_there_were_is_no_strength(language: str) -> None:
    for text in _COUNTS[language].split("|"):
        assert count_told(text, language) in (2, 3)
        assert details(text, language) is None
    others = (
        "2",
        "it was a 2",
        "it was 2",
        "had a 2",
        "left calf 2",
        "had 7",
        "at 2",
        "strength 2",
    )
    assert not any(count_told(text, language) for text in others)
