"""Finds out what a sentence asks not to do. Pure."""

from collections.abc import Collection

from bot.features.free_text.meanings.act_values import Mute, TurnOwn
from bot.features.free_text.meanings.further_values import RemoveEntry, Undo
from bot.features.free_text.meanings.values import Page, Pause, Show, TurnReminder
from bot.features.free_text.understanding.patterns import LYING_AWAKE

_RESTS = frozenset({"PAUSE", "MUTE", "DONT_REMIND", "REMINDER", "AWAY"})
_RESTING = (Show(Page.PAUSE), Show(Page.STOP))


def is_refused(meaning: object, kinds: Collection[str]) -> bool:
    """Whether a sentence asks not to do just this: "don't delete anything"."""
    if isinstance(meaning, Pause) and not LYING_AWAKE.isdisjoint(kinds):
        return _RESTS.isdisjoint(kinds)  # "could not sleep again until 5"
    if not {"UNDO", "NEVER_MIND"}.isdisjoint(kinds) and meaning == Show(Page.ERASE):
        return True  # "I wanted to delete it all, but changed my mind"
    if "NOT" not in kinds:
        return False
    if not {"DELETE", "ERASE"}.isdisjoint(kinds):
        return meaning in (RemoveEntry(), Show(Page.ERASE), Undo())
    if not {"TURN_OFF", "PAUSE", "MUTE"}.isdisjoint(kinds):
        is_off = isinstance(meaning, TurnReminder | TurnOwn) and not meaning.on
        return is_off or isinstance(meaning, Pause | Mute) or meaning in _RESTING
    return False
