"""Finds names of medicines, doses and amounts to drink in what a person typed. Pure.

It errs on the side of finding too much: all that follows from a match is a line of caution, or a
gate that stays shut. What a person writes is refused nowhere because of it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.features.health_profile.medicine_names import (
    ACE_AND_SARTANS,
    DRINK_AMOUNT_WORDS,
    GENERIC_WORDS,
    OTHER_BLOOD_THINNERS,
    OTHER_MEDICINES,
    WARFARIN,
    WATER_TABLETS,
)
from bot.i18n.vocabulary.folding import fold

WARFARIN_NAMES = WARFARIN
BLOOD_THINNER_NAMES = WARFARIN + OTHER_BLOOD_THINNERS
WATER_TABLET_NAMES = WATER_TABLETS
POTASSIUM_NAMES = ACE_AND_SARTANS
"""Groups of names, for ``has_name_of``."""
ANY_NAME = (
    BLOOD_THINNER_NAMES
    + WATER_TABLET_NAMES
    + POTASSIUM_NAMES
    + OTHER_MEDICINES
    + GENERIC_WORDS
    + DRINK_AMOUNT_WORDS
)

WHOLE = 4
"""A name of up to so many letters has to be a whole word."""

_DIGITS = r"(?:\d+(?:[.,/]\d+)?|[½¼¾])"
_NUMBER_WORD = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|half|"
    r"eine?[nrms]?|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|halbe[nrs]?|"
    r"un[ao]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|medi[oa]|"
    r"um|une|deux|trois|quatre|cinq|sept|huit|neuf|dix|demi|"
    r"uma|dois|duas|quatro|sete|oito|nove|dez|mei[oa]|"
    r"due|tre|quattro|cinque|sei|sette|otto|nove|dieci|mezz[oa]|"
    r"один|одну|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|пол|"
    r"одна|дви|чотири|п ять|шисть|сим|висим|дев ять|пив)"
)
_SIGN_OF_UNIT = r"(?:mg|mcg|µg|μg|ug|gr?|kg|ml|cl|dl|cc|l|oz|iu|ie|ui|meq|мг|мкг|г|гр|мл|л|ед|ме)"
_UNIT = (
    r"(?:ounces?|pints?|quarts?|gallons?|units?|litres?|liters?|litros?|"
    r"glass(?:es)?|cups?|bottles?|mugs?|drops?|puffs?|spoons?|spoonfuls?|teaspoons?|tablespoons?|"
    r"sachets?|glas|glaser|tassen?|flaschen?|becher|tropfen|hube?|loffel|essloffel|teeloffel|"
    r"einheiten|beutel|vasos?|tazas?|botellas?|gotas?|cucharad\w+|cucharas?|sobres?|unidades|"
    r"verres?|tasses?|bouteilles?|gouttes?|cuilleres?|bouffees?|unites?|"
    r"copos?|xicaras?|chavenas?|garrafas?|colher(?:es)?|saches?|"
    r"bicchier\w+|tazz\w+|bottigli\w+|gocc\w+|cucchiai\w*|bustin\w+|spruzz\w+|litri|"
    r"склянк\w*|склянок|пляшк\w+|крапл\w+|крапель|"
    r"литр\w*|стакан\w*|чаш\w+|кружк\w+|бутыл\w+|капл\w+|капель|ложк\w+|"
    r"ложек|пакетик\w*|вдох\w*|единиц\w*)"
)
_AMOUNT = re.compile(
    rf"(?<!\w)(?:{_DIGITS}\s*[xх]?\s*(?:{_SIGN_OF_UNIT}|{_UNIT})|{_NUMBER_WORD}\s+{_UNIT})(?!\w)"
)
_OTHER_SIGNS = re.compile(r"(?:[^\w½¼¾.,/]|(?<!\d)[.,/]|[.,/](?!\d))+")
_DRINKING = re.compile(
    r"(?<!\w)(?:water|drink\w*|hydrat\w*|sip|trink\w*|wasser|agua\w*|beb[aeio]\w*|hidrat\w*|"
    r"boi(?:re|s|t|sson\w*)|buvez|eau|пить|пью|пей|пейте|попить|выпи\w+|"
    r"вод[аыуеи]|питье\w*|водичк\w+|"
    r"bere|bev[aieou]\w*|acqua|idrat\w*|пити|попити|випити|пии|пиите|випии|пиття|напо\w+)(?!\w)"
)
"""Words of drinking, in folded text: stems of the reference's list, and of two more languages."""
_NOT_DRINKING = re.compile(
    r"(?<!\w)(?:plants?|flowers?|blumen|pflanzen|plantas?|plantes?|flor\w*|цвет\w+)(?!\w)"
)


_UKRAINIAN = str.maketrans("ієґэ", "иеге")
"""Letters of Ukrainian names, and the Russian one that Ukrainian has another letter for."""


@lru_cache(maxsize=8)
def _pattern(group: str) -> re.Pattern[str]:
    """Matches each name of a group where a word begins, with any ending."""
    stems = {_plain(name.replace("_", " ")) for name in group.split()}
    longest_first = sorted(stems, key=len, reverse=True)
    choices = (
        re.escape(stem) + (r"(?!\w)" if len(stem) <= WHOLE else "") for stem in longest_first
    )
    return re.compile(r"(?<!\w)(?:" + "|".join(choices) + ")")


def _plain(text: str) -> str:
    """Folded text of letters, digits, fractions and single spaces; Ukrainian letters as Russian.

    So one entry finds "фуросемид" and "фуросемід".
    """
    return " ".join(_OTHER_SIGNS.sub(" ", fold(text).translate(_UKRAINIAN)).split())


def has_name_of(texts: Iterable[str], group: str) -> bool:
    """Whether any of the texts names something of a group of ``medicine_names``."""
    pattern = _pattern(group)
    return any(pattern.search(_plain(text)) for text in texts)


def speaks_of_medicine(text: str) -> bool:
    """Whether a text names a medicine, a dose, or an amount to take or to drink."""
    plain = _plain(text)
    return bool(_pattern(ANY_NAME).search(plain) or _AMOUNT.search(plain))


def speaks_of_drinking(text: str) -> bool:
    """Whether a text speaks of drinking, as a reminder of water does; watering plants is not."""
    plain = _plain(text)
    return bool(_DRINKING.search(plain)) and not _NOT_DRINKING.search(plain)
