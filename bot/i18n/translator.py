"""Translations by gettext. English is the source language and the fallback."""

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from babel import Locale
from babel.languages import get_official_languages
from babel.localedata import exists

DOMAIN = "calmcalf"
LOCALES = Path(__file__).parent / "locales"
SOURCE_LANGUAGE = "en"
DEFAULT_LOCALES = {"en": "en_GB"}
"""The locale of a language when the country is unknown or the language is not official there."""

HourCycle = Literal[12, 24]


def N_(message: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a text for extraction; it is translated later, by ``Translator.gettext``."""
    return message


class Translator(Protocol):
    """A language and a locale; every function that produces text takes one first."""

    @property
    def language(self) -> str:
        """The language of the texts, such as ``en`` or ``pt_BR``."""
        ...

    @property
    def locale(self) -> str:
        """The CLDR locale for dates, numbers and names of places, such as ``en_US``."""
        ...

    @property
    def hour_cycle(self) -> HourCycle:
        """Whether times are shown on a 12-hour or a 24-hour clock."""
        ...

    def __hash__(self) -> int: ...

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...

    def pgettext(self, context: str, message: str, /) -> str:
        """Translate an English text with several meanings; the context says which it is here."""
        ...


class Catalogue:
    """A language's gettext catalogue with a locale. It is pickled as its three arguments."""

    def __init__(self, language: str, locale: str, hour_cycle: HourCycle) -> None:
        self.language = language
        self.locale = locale
        self.hour_cycle = hour_cycle
        catalogue = gettext.translation(
            DOMAIN, localedir=LOCALES, languages=[language], fallback=True
        )
        self.gettext = catalogue.gettext
        self.ngettext = catalogue.ngettext
        self.pgettext = catalogue.pgettext

    def __reduce__(self) -> tuple[type["Catalogue"], tuple[str, str, HourCycle]]:
        return Catalogue, (self.language, self.locale, self.hour_cycle)


@lru_cache(maxsize=1)
def available_languages() -> tuple[str, ...]:
    """Return English and every language that has a compiled catalogue."""
    compiled = {path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return tuple(sorted(compiled | {SOURCE_LANGUAGE}))


@lru_cache(maxsize=512)
def language_for(language_code: str | None) -> str:
    """Return the available language nearest to a Telegram language code.

    For "pt-br" that is ``pt_BR``, else any other ``pt``, else English.
    """
    wanted = (language_code or SOURCE_LANGUAGE).replace("-", "_").casefold()
    known = {language.casefold(): language for language in available_languages()}
    if wanted in known:
        return known[wanted]
    spoken = wanted.split("_")[0]
    variants = (language for folded, language in known.items() if folded.split("_")[0] == spoken)
    return next(variants, SOURCE_LANGUAGE)


@lru_cache(maxsize=1024)
def translator(
    language_code: str | None, territory: str | None = None, hours: HourCycle | None = None
) -> Translator:
    """Return the translator for a language and a country.

    Args:
        language_code: as Telegram sends it, or as the person chose it.
        territory: ISO 3166 code of the person's country, when it is known.
        hours: 12 or 24, as the person chose; None for the country's usual clock.
    """
    language = language_for(language_code)
    locale = _locale(language, territory)
    return Catalogue(language, locale, hours or hour_cycle(locale))


def _locale(language: str, territory: str | None) -> str:
    """Return the country's locale if the language is official there, else the default locale."""
    spoken = language.split("_", maxsplit=1)[0]
    if territory is not None and spoken in get_official_languages(territory, de_facto=True):
        local = f"{spoken}_{territory}"
        if exists(local):
            return local
    return DEFAULT_LOCALES.get(language, language)


@lru_cache(maxsize=1024)
def hour_cycle(locale: str) -> HourCycle:
    """Return 12 or 24, whichever CLDR has for the locale's short times."""
    pattern = Locale.parse(locale).time_formats["short"].pattern
    return 12 if "h" in pattern.replace("'h'", "") else 24
