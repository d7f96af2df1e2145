"""Translations through gettext. English is the source; a missing catalogue falls back to it."""

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Protocol

DOMAIN = "calmcalf"
LOCALES = Path(__file__).parent / "locales"
SOURCE_LANGUAGE = "en"


def N_(message: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a text for translation that is translated later."""
    return message


class Translator(Protocol):
    """What every function that makes text is given first."""

    @property
    def language(self) -> str:
        """The language code that the texts and CLDR formats follow, such as ``en``."""
        ...

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


class Catalogue:
    """One language's gettext catalogue."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = gettext.translation(
            DOMAIN, localedir=LOCALES, languages=[language], fallback=True
        )

    def gettext(self, message: str, /) -> str:
        return self._catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        return self._catalogue.ngettext(singular, plural, number)


def available_languages() -> tuple[str, ...]:
    """English and every language that has a compiled catalogue."""
    compiled = {path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return tuple(sorted(compiled | {SOURCE_LANGUAGE}))


@lru_cache(maxsize=64)
def translator(language_code: str | None) -> Translator:
    """The catalogue nearest to a Telegram language code: ``pt-br``, then ``pt``, then English."""
    wanted = (language_code or SOURCE_LANGUAGE).replace("-", "_").casefold()
    known = {language.casefold(): language for language in available_languages()}
    for candidate in (wanted, wanted.split("_")[0]):
        if candidate in known:
            return Catalogue(known[candidate])
    return Catalogue(SOURCE_LANGUAGE)
