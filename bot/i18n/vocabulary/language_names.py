"""Names of the languages that the bot speaks, as people type them: "German", "Deutsch"."""

from collections.abc import Iterator, Mapping

from babel import Locale

from bot.i18n.vocabulary.folding import fold

_OWN_NAMES = {
    "de": ("Deutsch",),
    "en": ("English",),
    "es": ("Español", "Castellano"),
    "fr": ("Français",),
    "it": ("Italiano",),
    "pt_BR": ("Português", "Brasileiro"),
    "ru": ("Русский",),
    "uk": ("Українська",),
}
"""Code of a language → what it is called in that language."""
LANGUAGE_CONCEPTS: Mapping[str, str] = {f"LANG_{code.upper()}": code for code in _OWN_NAMES}
"""Concept → the code of its language."""


def language_names(locale: Locale) -> Iterator[tuple[str, str]]:
    """Yield what the languages are called, in one of them and each in its own, and the concepts."""
    for concept, code in LANGUAGE_CONCEPTS.items():
        in_locale = str(locale.languages.get(code.partition("_")[0], ""))
        for name in (*_OWN_NAMES[code], in_locale):
            if name and " " not in name:
                yield fold(name), concept
