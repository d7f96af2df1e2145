"""Which button of a relief a typed text means while the relief goes on. Pure."""

import re

from bot.features.relief.moves import LYING, SEATED
from bot.i18n.translator import Translator
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexicon import is_answer

NEXT, LET_GO = "next", "let_go"
_PAUSE = re.compile(r"[:,]")


def button_typed(text: str, tr: Translator, *, is_asked: bool) -> str | None:
    """What a text does with a running relief: a way, ``NEXT`` or ``LET_GO``.

    Args:
        text: what was typed.
        tr: the person's language.
        is_asked: whether "Has it let go?" is the only question that a "yes" can answer.
    """
    answers = {NEXT: "not_yet", LYING: "lying", SEATED: "seated"}
    labels = {
        NEXT: tr.gettext("Not yet: next tip"),
        LYING: tr.gettext("Lying down"),
        SEATED: tr.gettext("Seated"),
        LET_GO: tr.gettext("It let go"),
    }
    said = _bare(text)
    for does, label in labels.items():
        if said in {_bare(label), _bare(_PAUSE.split(label)[-1])}:
            return does
        if does in answers and is_answer(text, answers[does], tr.language):
            return does
    if is_asked and is_answer(text, "no", tr.language):
        return NEXT
    return LET_GO if is_asked and is_answer(text, "yes", tr.language) else None


def _bare(words: str) -> str:
    return fold(words).strip(" .!")
