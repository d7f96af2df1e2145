"""English."""

from bot.features.free_text.values import Meaning
from tests.features.free_text.sentences import NONE_LAST_NIGHT, cramp

LANGUAGE = "en"
UNDERSTOOD: tuple[tuple[str, Meaning], ...] = (
    ("woke at three ten with a bad cramp", cramp("03:10", woke="yes")),
    ("bad cramp in my left leg", cramp(side="left")),
    ("no cramps last night", NONE_LAST_NIGHT),
)
ASKED: tuple[tuple[str, tuple[Meaning, ...]], ...] = (
    ("crmp left clf", (cramp(side="left", site="calf"),)),
    ("cramp in my left calf, blimey", (cramp(side="left", site="calf"),)),
    ("cramp again", (cramp(),)),
)
NEVER_DONE: tuple[str, ...] = (
    "no crmp xyzzy",
    "the cramp is back",
)
