"""Translations through gettext. English is the source; a missing catalogue falls back to it."""

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
USUAL_LOCALES = {"en": "en_GB"}
"""How dates are written in a language where no country says otherwise."""

HourCycle = Literal[12, 24]


def N_(message: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a text for translation that is translated later."""
    return message


class Translator(Protocol):
    """What every function that makes text is given first."""

    @property
    def language(self) -> str:
        """The language of the texts, such as ``en`` or ``pt_BR``."""
        ...

    @property
    def locale(self) -> str:
        """Whose dates, numbers and names of places are used, such as ``en_US``."""
        ...

    @property
    def hour_cycle(self) -> HourCycle:
        """How many hours the clock counts."""
        ...

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


class Catalogue:
    """One language's gettext catalogue, and the country whose habits are followed."""

    def __init__(self, language: str, locale: str, hour_cycle: HourCycle) -> None:
        self.language = language
        self.locale = locale
        self.hour_cycle = hour_cycle
        self._catalogue = gettext.translation(
            DOMAIN, localedir=LOCALES, languages=[language], fallback=True
        )

    def __reduce__(self) -> tuple[type["Catalogue"], tuple[str, str, HourCycle]]:
        return Catalogue, (self.language, self.locale, self.hour_cycle)

    def gettext(self, message: str, /) -> str:
        return self._catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        return self._catalogue.ngettext(singular, plural, number)


@lru_cache(maxsize=1)
def available_languages() -> tuple[str, ...]:
    """English and every language that has a compiled catalogue."""
    compiled = {path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return tuple(sorted(compiled | {SOURCE_LANGUAGE}))


@lru_cache(maxsize=512)
def language_for(language_code: str | None) -> str:
    """The available language nearest to a code of Telegram's: ``pt-br``, then any ``pt``."""
    wanted = (language_code or SOURCE_LANGUAGE).replace("-", "_").casefold()
    known = {language.casefold(): language for language in available_languages()}
    if wanted in known:
        return known[wanted]
    spoken = wanted.split("_")[0]
    kin = (language for folded, language in known.items() if folded.split("_")[0] == spoken)
    return next(kin, SOURCE_LANGUAGE)


@lru_cache(maxsize=1024)
def translator(
    language_code: str | None, territory: str | None = None, hours: HourCycle | None = None
) -> Translator:
    """Texts in the language nearest to a code, with a country's dates and clock.

    Args:
        language_code: as Telegram says it, or as somebody chose it.
        territory: ISO code of the country where the person is at home, when it is known.
        hours: how many hours the person's clock counts; None: as the country has it.
    """
    language = language_for(language_code)
    locale = _locale(language, territory)
    return Catalogue(language, locale, hours or hour_cycle(locale))


def _locale(language: str, territory: str | None) -> str:
    """A country's way with a language is followed where that language is at home."""
    spoken = language.split("_", maxsplit=1)[0]
    if territory is not None and spoken in get_official_languages(territory, de_facto=True):
        local = f"{spoken}_{territory}"
        if exists(local):
            return local
    return USUAL_LOCALES.get(language, language)


@lru_cache(maxsize=1024)
def hour_cycle(locale: str) -> HourCycle:
    """Whether a locale's clock counts to 12 or to 24, by CLDR."""
    pattern = Locale.parse(locale).time_formats["short"].pattern
    return 12 if "h" in pattern.replace("'h'", "") else 24
