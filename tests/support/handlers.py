"""What a feature handles, read off its handler objects."""

from collections.abc import Iterable

from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.i18n.translator import Translator
from bot.telegram.feature import Feature, KeyboardLabel


def commands_of(feature: Feature) -> set[str]:
    """The commands of a feature, without the slash."""
    return {
        name
        for handler in feature.handlers()
        if isinstance(handler, CommandHandler)
        for name in handler.commands
    }


def taps_of(feature: Feature) -> list[tuple[str, str]]:
    """The first and second parts of the callback data that a feature handles.

    The first part may be another feature's name, on whose messages the button is.
    """
    patterns = [
        str(getattr(handler.pattern, "pattern", ""))
        for handler in feature.handlers()
        if isinstance(handler, CallbackQueryHandler)
    ]
    parts = (one.removeprefix("^").removesuffix("(?::|$)").partition(":") for one in patterns)
    return [(name, verb) for name, _colon, verb in parts]


def verbs_of(feature: Feature) -> list[str]:
    """The second parts of the callback data that begins with a feature's name, and it handles."""
    return [verb for name, verb in taps_of(feature) if name == feature.name]


def labels_of(feature: Feature, tr: Translator) -> set[str]:
    """The labels of the reply keyboard that a feature handles, in one language."""
    return {
        found.label(tr)
        for handler in feature.handlers()
        if isinstance(handler, MessageHandler)
        for found in _labels_in(handler.filters)
    }


def _labels_in(one: filters.BaseFilter) -> Iterable[KeyboardLabel]:
    """The label filters within a filter that others were combined into."""
    if isinstance(one, KeyboardLabel):
        yield one
    for part in ("base_filter", "and_filter", "or_filter", "inv_filter"):
        inner = getattr(one, part, None)
        if isinstance(inner, filters.BaseFilter):
            yield from _labels_in(inner)
