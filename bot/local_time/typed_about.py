"""Removes words such as "about" from typed times, so that the time itself can be parsed. Pure."""

from collections.abc import Sequence

from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.typed_times import STATED_HALVES, clock_of


def split_about(text: str, language: str = SOURCE_LANGUAGE) -> tuple[str, bool]:
    """Remove words such as "about" or "~"; return the rest and whether there was one."""
    for spoken in (language, SOURCE_LANGUAGE):
        tokens = lex(text, spoken)
        if any(token.kind == "ABOUT" for token in tokens):
            kinds = [token.kind for token in tokens]
            is_half_stated = any(one in STATED_HALVES or one.endswith("NIGHT") for one in kinds)
            phrases = (_without_about(one, is_half_stated) for one in _phrases(tokens))
            return " ".join(phrase for phrase in phrases if phrase), True
    return text, False


def _phrases(tokens: Sequence[Token]) -> list[list[Token]]:
    """Group tokens by the phrase that they come from; its first token has the text."""
    phrases: list[list[Token]] = []
    for token in tokens:
        if token.source or not phrases:
            phrases.append([])
        phrases[-1].append(token)
    return phrases


def _without_about(phrase: Sequence[Token], is_half_stated: bool) -> str:
    """The text of a phrase without "about": of "около часу", only the hour.

    An hour stays in words while nothing says in which half of the day it is.
    """
    kinds = [token.kind for token in phrase]
    said = " ".join(kind for kind in kinds if kind != "ABOUT")
    clock = clock_of(said) if len(kinds) > 1 and "ABOUT" in kinds else None
    if clock is not None and (is_half_stated or "DIAL" not in kinds):
        return f"{clock.hour}:{clock.minute:02}"
    return "" if kinds[0] == "ABOUT" else phrase[0].source
