"""Reads corrections of an entry's day: "it was Tuesday, not Monday". Pure."""

import re
from collections.abc import Mapping
from itertools import takewhile

from bot.features.free_text.meanings.further_values import MoveToNight
from bot.features.free_text.rules.cramp_times import TimeWords
from bot.features.free_text.understanding.patterns import ANY_DAY
from bot.features.free_text.understanding.sentence import Piece, Remainder, Situation
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.tokens import Token

_SAYS: Mapping[str, str] = {
    "en": r"(?:it )?says|it shows|it s down as|(?:you|i) (?:wrote|put)",
    "de": r"(?:da |es |hier )*steht(?: da| hier)?|hast du|du hast|ich habe?",
    "es": r"(?:ahi |me )?(?:pone|sale|dice|aparece)(?: que)?|has puesto|puse|puso|pusiste",
    "fr": (
        r"(?:c est |il y a )?(?:marque|ecrit|note|indique)|(?:ca|il) (?:dit|affiche)"
        r"|tu as mis|t as mis|j ai mis"
    ),
    "it": r"(?:c e |sta )?(?:scritto|segnato)|dice|segna|ho messo|hai messo|risulta",
    "pt_BR": r"(?:ta |esta )?(?:escrito|marcado)|(?:ai )?diz|aparece|coloquei|pus|voce colocou",
    "ru": r"(?:там |тут )?(?:написано|стоит|записано|указано)|(?:ты|вы|я) записал[аи]?",
    "uk": r"(?:там |тут )?(?:написано|стоить|записано|вказано)|(?:ти|ви|я) записа(?:в|ла|ли)",
}
"""Language → folded words beside the day that the diary shows."""
_RIGHT, _WRONG = (f"(?:ON )?(?P<{name}>{ANY_DAY.pattern})" for name in ("right", "wrong"))
_LINKS = "(?: (?:,|;|-|–|—|\\.|AND|MEANT|RATHER|NO))*"
_NAMED = "OF|DAYS|ON|NIGHT|AFTERNOON"
""" "the wrong day": in Russian the same word is "in the afternoon"."""
_MISTAKEN = "NO|WRONG|MEANT|NOT ,"
_FIRST = "(?:(?:,|AND|MEANT|RATHER) )*"
_DENIED = tuple(
    re.compile(one)
    for one in (
        f"{_FIRST}{_RIGHT}{_LINKS} NOT {_WRONG}",
        f"{_FIRST}NOT(?: AT)? {_WRONG}{_LINKS} {_RIGHT}",
        f"{_FIRST}{_WRONG} NOT ,{_LINKS} {_RIGHT}",
        # One repetition, not one within another: many a "no" in a row would take forever.
        rf"{_FIRST}(?:{_MISTAKEN})(?: (?:{_MISTAKEN}|{_NAMED}|,|;|-|–|—|\.|AND|RATHER))* {_RIGHT}",
    )
)
"""Patterns of two days of which one is denied, or of one day after a word for a mistake."""
_NOT = frozenset({"not", "no", "pas", "nicht", "net", "non", "nao", "не", "нет", "ні"})
_NOT_TODAY = frozenset({"не сегодня", "не сьогодні"})
_PUT_OFF = frozenset({"MAYBE", "SKIP", "PAUSE"})
"""Concepts of phrases such as "not today", which usually put off what is planned."""
_CONTRASTS = frozenset({"FILLER", "MEANT", "RATHER", "WRONG", "NO"})
"""Concepts of "but it was"."""
_AT_THE_END = frozenset({"AT", "MAYBE"})
"""Of "but yesterday at the same time", and of German "wars", which may begin a question."""
_OPENING = frozenset({"WRONG", "MAYBE", "MEANT", "RATHER", "AND", ",", "."})
"""Concepts before a correction: "sorry, I think I was wrong: it was not today but yesterday"."""
_BESIDES = frozenset({"FILLER", "CRAMP", "ENTRY", "THIS", "HELLO", "THANKS"})


def other_night(text: str, situation: Situation) -> MoveToNight | None:
    """ "it was Tuesday, not Monday", "it says Monday and it was Tuesday": the nights it may be."""
    day = _day_shown_wrong(text, situation.language) or _day_said(text, situation.language)
    if day is None:
        return None
    nights = TimeWords(day=day).nights(situation)
    return MoveToNight(tuple(nights)) if isinstance(nights, list) else None


def _day_shown_wrong(text: str, language: str) -> Piece | None:
    """The right day in a text that says which wrong day the diary shows."""
    folded = fold(text)
    shown = re.search(rf"\b(?:{_SAYS[language]})\b", folded) if language in _SAYS else None
    if shown is None:
        return None
    before = lex(folded[: shown.start()], language, LONGEST_SENTENCE)
    after = lex(folded[shown.end() :], language, LONGEST_SENTENCE)
    first, then = _days(before), _days(after)
    if first is None or then is None:
        return None
    if len(first) == len(then) == 1:
        return first[0]
    if first or len(then) != 2:
        return None
    wrong, right = then
    between = after[wrong.at + len(wrong.match[0].split()) : right.at]
    is_other = any(token.kind in _CONTRASTS for token in between)  # "I put Monday and Tuesday"
    return right if is_other else None


def _days(tokens: list[Token]) -> list[Piece] | None:
    """The days of a text, in their order; None when it says anything else."""
    rest = Remainder(tokens)
    days = sorted(rest.pull(ANY_DAY), key=lambda one: one.at)
    rest.take(*_BESIDES, "NO", "WRONG", "MEANT", "RATHER")
    return days if rest.is_accounted_for else None


def _day_said(text: str, language: str) -> Piece | None:
    """The right day in a text that denies the wrong day, or only says that the day is wrong."""
    tokens = [
        token
        for token in _with_not_today(lex(text, language, LONGEST_SENTENCE))
        if token.kind not in _BESIDES
    ]
    while tokens and tokens[-1].kind in _AT_THE_END:
        tokens.pop()
    opening = list(takewhile(lambda token: token.kind in _OPENING, tokens))
    return _day_denied(tokens) or _day_denied(tokens[len(opening) :])


def _day_denied(tokens: list[Token]) -> Piece | None:
    """The right day, if tokens deny the wrong one or begin with a word for a mistake."""
    kinds = " ".join(token.kind for token in tokens)
    found = (pattern.fullmatch(kinds) for pattern in _DENIED)
    said = next((one for one in found if one is not None), None)
    if said is None:
        return None
    first = kinds[: said.start("right")].count(" ")
    last = first + said["right"].count(" ")
    return next(Remainder(tokens[first : last + 1]).pull(ANY_DAY))


def _with_not_today(tokens: list[Token]) -> list[Token]:
    """Read the phrase "not today" as a NOT and a day, as with other days."""
    found: list[Token] = []
    for token in tokens:
        if not token.source and token.kind in ("TODAY", "TONIGHT") and found:
            while found and found[-1].kind in _PUT_OFF:
                said = found.pop()
                is_denied = not _NOT.isdisjoint(said.source.split())
                if said.source:
                    found.append(Token("NOT", said.source) if is_denied else said)
                    break
            found.append(Token("TODAY", ""))
        elif token.source in _NOT_TODAY:
            found += [Token("NOT", token.source), Token("TODAY", "")]
        else:
            found.append(token)
    return found
