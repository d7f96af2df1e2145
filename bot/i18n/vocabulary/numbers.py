"""Numbers in words: text2num reads those of most languages, a short table those of two others."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from text_to_num import text2num

from bot.i18n.vocabulary.folding import fold

MOST_PIECES = 4
"""Words of the longest number that is looked for, such as "quatre vingt dix sept"."""
GREATEST = 999

_READ_BY_TEXT2NUM = frozenset({"en", "de", "es", "fr", "pt", "it"})
_RESTORED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "de": (
        ("fuenf", "fünf"), ("funf", "fünf"), ("zwoelf", "zwölf"), ("zwolf", "zwölf"),
        ("dreizig", "dreißig"),
    ),
    "es": (
        ("dieciseis", "dieciséis"), ("veintidos", "veintidós"), ("veintitres", "veintitrés"),
        ("veintiseis", "veintiséis"),
    ),
    "fr": (("zero", "zéro"),),
    "it": (("ventitre", "ventitré"),),
}  # fmt: skip
"""Language → beginnings of number words without accents, and what text2num knows."""

_RUSSIAN: Mapping[int, str] = {
    0: "ноль нуль ноля",
    1: "один одна одно одного одну одной одному первый единица единицу единичку",
    2: "два две двух двум двумя двойка двойку двоечку",
    3: "три трех трем тремя тройка тройку троечку",
    4: "четыре четырех четырем четырьмя четверка четверку четверочку",
    5: "пять пяти пятью пятерка пятерку пятерочку",
    6: "шесть шести шестью шестерка шестерку шестерочку",
    7: "семь семи семью семерка семерку семерочку",
    8: "восемь восьми восемью восьмерка восьмерку восьмерочку",
    9: "девять девяти девятью девятка девятку девяточку",
    10: "десять десяти десятью десятка десятку десяточку",
    11: "одиннадцать одиннадцати одинадцать",
    12: "двенадцать двенадцати",
    13: "тринадцать тринадцати",
    14: "четырнадцать четырнадцати",
    15: "пятнадцать пятнадцати",
    16: "шестнадцать шестнадцати",
    17: "семнадцать семнадцати",
    18: "восемнадцать восемнадцати",
    19: "девятнадцать девятнадцати",
    20: "двадцать двадцати",
    30: "тридцать тридцати",
    40: "сорок сорока",
    50: "пятьдесят пятидесяти",
}
_UKRAINIAN: Mapping[int, str] = {
    0: "нуль",
    1: "один одна одну одного однієї одному одиницю одиничку",
    2: "два дві двох двом двома двійка двійку двієчку",
    3: "три трьох трьом трьома трійка трійку трієчку",
    4: "чотири чотирьох чотирьом чотирма четвірка четвірку",
    5: "п'ять п'яти пять пяти п'ятьох п'ятьом п'ятірка п'ятірку пятірку",
    6: "шість шести шістьох шістка шістку",
    7: "сім семи сімох сімка сімку",
    8: "вісім восьми вісьмох вісімка вісімку",
    9: "дев'ять дев'яти девять девяти дев'ятьох дев'ятка дев'ятку девятку",
    10: "десять десяти десятьох десятка десятку",
    11: "одинадцять одинадцяти",
    12: "дванадцять дванадцяти",
    13: "тринадцять тринадцяти",
    14: "чотирнадцять чотирнадцяти",
    15: "п'ятнадцять п'ятнадцяти пятнадцять",
    16: "шістнадцять шістнадцяти",
    17: "сімнадцять сімнадцяти",
    18: "вісімнадцять вісімнадцяти",
    19: "дев'ятнадцять дев'ятнадцяти девятнадцять",
    20: "двадцять двадцяти",
    30: "тридцять тридцяти",
    40: "сорок сорока",
    50: "п'ятдесят п'ятдесяти пятдесят",
}
_RUSSIAN_ORDINALS: Mapping[int, str] = {
    1: "перв",
    2: "втор",
    3: "трет трети треть третьег",
    4: "четверт",
    5: "пят",
    6: "шест",
    7: "седьм",
    8: "восьм",
    9: "девят",
    10: "десят",
    11: "одиннадцат одинадцат",
    12: "двенадцат",
    20: "двадцат",
    30: "тридцат",
}
_UKRAINIAN_ORDINALS: Mapping[int, str] = {
    1: "перш",
    2: "друг",
    3: "трет",
    4: "четверт",
    5: "п'ят пят",
    6: "шост",
    7: "сьом",
    8: "восьм",
    9: "дев'ят девят",
    10: "десят",
    11: "одинадцят",
    12: "дванадцят",
    20: "двадцят",
    30: "тридцят",
}
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "ru": ("ого", "его", "ьего", "ая", "ую", "ой", "ом", "ем", "ый", "ий", "ые"),
    "uk": ("а", "у", "ої", "ій", "я", "ю", "ьої", "ього", "ьому", "ого", "ому", "ий", "ій"),
}


def read_number(pieces: Sequence[str], at: int, language: str) -> tuple[int, int, bool] | None:
    """Read the longest number in words that begins at a piece.

    Args:
        pieces: of a text, folded.
        at: the position of its first word.
        language: such as ``pt_br``.

    Returns:
        The number, how many pieces it takes, and whether it is an ordinal; None when there is none.
    """
    spoken = language.partition("_")[0]
    if not pieces[at].isalpha():
        return None
    if spoken in _TABLES:
        return _from_table(pieces, at, *_tables(spoken))
    if spoken not in _READ_BY_TEXT2NUM:
        return None
    for length in range(min(MOST_PIECES, len(pieces) - at), 0, -1):
        words = pieces[at : at + length]
        if all(word.isalpha() for word in words):
            number = _value(" ".join(words), spoken)
            if number is not None:
                return number, length, False
    return None


@lru_cache(maxsize=4096)
def _value(words: str, language: str) -> int | None:
    for bare, accented in _RESTORED.get(language, ()):
        words = words.replace(bare, accented)
    try:
        number = int(text2num(words, language))
    except ValueError:
        return None
    return number if 0 <= number <= GREATEST else None


_TABLES = {"ru": (_RUSSIAN, _RUSSIAN_ORDINALS), "uk": (_UKRAINIAN, _UKRAINIAN_ORDINALS)}


@lru_cache(maxsize=4)
def _tables(language: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Cardinal and ordinal words of a language, as they are after folding."""
    cardinals, ordinals = _TABLES[language]
    said = {
        "".join(fold(word).split()): number
        for number, forms in cardinals.items()
        for word in forms.split()
    }
    ranked = {
        "".join(fold(stem + ending).split()): number
        for number, stems in ordinals.items()
        for stem in stems.split()
        for ending in _ENDINGS[language]
    }
    return said, {word: number for word, number in ranked.items() if word not in said}


def _from_table(
    pieces: Sequence[str], at: int, cardinals: Mapping[str, int], ordinals: Mapping[str, int]
) -> tuple[int, int, bool] | None:
    """Read a number of one or two words, such as "twenty three" or "twenty third"."""
    first, length = _one_word(pieces, at, cardinals)
    if first is None:
        ranked, length = _one_word(pieces, at, ordinals)
        return None if ranked is None else (ranked, length, True)
    if 20 <= first <= 50 and at + length < len(pieces):
        for table, is_ordinal in ((cardinals, False), (ordinals, True)):
            further, more = _one_word(pieces, at + length, table)
            if further is not None and 1 <= further <= 9:
                return first + further, length + more, is_ordinal
    return first, length, False


def _one_word(pieces: Sequence[str], at: int, table: Mapping[str, int]) -> tuple[int | None, int]:
    """Look a word up that an apostrophe may have split into two pieces."""
    if at + 1 < len(pieces) and (found := table.get(pieces[at] + pieces[at + 1])) is not None:
        return found, 2
    return table.get(pieces[at]), 1
