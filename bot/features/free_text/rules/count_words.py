"""A text after an entry that says how many cramps there were: "two of them", "had 2". Pure."""

import re
from collections.abc import Mapping

from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE

_NUMBERS: Mapping[str, str] = {
    "en": "two three four",
    "de": "zwei drei vier",
    "es": "dos tres cuatro",
    "fr": "deux trois quatre",
    "it": "due tre quattro",
    "pt_BR": "duas tres quatro dois",
    "ru": "две три четыре два",
    "uk": "дві три чотири два",
}
"""Language → two, three and four; then two in another gender."""
_PATTERNS: Mapping[str, str] = {
    "en": r"(?:actually |no |well |and )?(?:(?:(?:i (?:ve )?)?had|there were|they were) N"
    r"(?: of (?:th)?em| of those)?(?: tonight)?|(?:it was |that was )?N of (?:(?:th)?em|those))",
    "de": r"(?:(?:es )?waren|(?:ich )?hatte|es gab) N(?: davon| stuck)?(?: heute nacht)?"
    r"|N (?:davon|stuck)",
    "es": r"(?:fueron|eran|tuve|hubo|he tenido) N(?: esta noche)?|N de (?:ellos|esos)",
    "fr": r"(?:elles etaient|(?:il )?y en (?:a eu|avait)|j en ai eu) N(?: cette nuit)?",
    "it": r"(?:erano|ne ho avut[ei]|(?:ce ne )?sono stat[ei]) N(?: stanotte)?|N di (?:loro|quelli)",
    "pt_BR": r"(?:eram|foram|tive|teve|houve) N(?: delas| deles)?(?: esta noite)?|N del[ae]s",
    "ru": r"(?:их |у меня )?(?:было|были) N(?: штуки)?|N штуки|их N",
    "uk": r"(?:іх |у мене )?(?:було|були) N(?: штуки)?|N штуки|іх N",
}
"""Language → what says a number of cramps; N stands for the number."""


def count_told(text: str, language: str) -> int | None:
    """How many cramps a text says that there were, two to four; None if it says something else."""
    said = " ".join(re.findall(r"\w+", fold(text)))
    for one in dict.fromkeys((language, SOURCE_LANGUAGE)):
        numbers = _NUMBERS.get(one, "").split()
        pattern = _PATTERNS.get(one, "(?!)").replace("N", f"({'|'.join(['[2-4]', *numbers])})")
        if found := re.fullmatch(pattern, said):
            number = next(filter(None, found.groups()))
            return int(number) if number.isdigit() else (2, 3, 4, 2)[numbers.index(number)]
    return None
