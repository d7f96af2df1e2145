"""Whether a sign that somebody typed is another person's: "my mum's calf is swollen". Pure."""

import re

from bot.i18n.vocabulary.lexer import lex

_SOMEBODY = frozenset({"CAREGIVER", "SOMEONE"})
"""Concepts that name somebody else."""
_MARK = "§"
"""Stands for the words that name somebody."""
_OWNER = re.compile(
    rf"{_MARK} (?:s|has|had|hat|hatte|tiene|tenia|a|avait|ha|aveva|tem|ta com|esta com|tinha)\b"
    rf"|\b(?:of|de|da|do|di|bei|a|у|в)(?: \w+)? {_MARK}"
    r"|^(?:her|his|ihre?|seine?|su|sa|son|la sua|il suo|sua|seu|его|ее|её|його|її|іі)\b"
    r"|\b(?:bei|у|в) (?:ihr|ihm|нее|неё|него|неі|неї|нього)\b"
)
"""Words that make somebody the one whose leg it is."""
_SAYS = re.compile(
    r"\b(?:sa(?:ys|id)|think|thinks|thought|told|sees|saw|notice[ds]|found|wants|ask\w*"
    r"|sagt\w*|gesagt|meint\w*|gemeint|gesehen|bemerkt|findet|dice|dijo|dicho|cree|vio|visto|nota"
    r"|dit|pense|vu|remarque|trouve|detto|pensa|vede|notato|disse|diz|falou|acha|viu|notou"
    r"|говор\w+|сказал\w*|дума\w+|види\w+|замети\w+|каж\w+|сказа\w+|бач\w+|поміти\w+)\b"
)
"""Words after which somebody speaks or sees, maybe of the person's own leg."""
_OWN = (
    r"\b(?:i|im|my|me|ich|mein\w*|mir|mich|mi|mis|yo|tengo|je|mon|ma|mes|moi|mio|mia|miei|mie|ho"
    r"|eu|meus?|minhas?|mim|tenho|я|мо[йяеёию]|моей|моем|мне|меня|мо[єїі]|моій|мені|мене)\b"
)
"""Words for what is the person's own."""
_NAME = re.compile(rf"(?:{_OWN} )?\w+$")
"""The name of a relative, with "my"."""


def is_of_somebody(text: str, language: str) -> bool:
    """Whether a text tells whose leg it is, another person's, and nothing of the person's own.

    In doubt it is the person's own: "calf swollen, my wife says see a doctor".
    """
    told = " ".join(
        _NAME.sub(_MARK, one.source) if one.kind in _SOMEBODY else one.source
        for one in lex(text, language)
    )
    return bool(_OWNER.search(told)) and not (_SAYS.search(told) or re.search(_OWN, told))
