"""Which language, country and clock the texts for a person are written with."""

from typing import Protocol

from bot.i18n.formats import first_weekday
from bot.i18n.translator import HourCycle, Translator, translator
from bot.local_time.tz_database import territory_of


class Reader(Protocol):
    """The language preferences of a person; a ``User`` row has them."""

    @property
    def language(self) -> str: ...
    @property
    def chosen_language(self) -> str | None: ...
    @property
    def hour_cycle(self) -> int | None: ...
    @property
    def time_zone(self) -> str | None: ...
    @property
    def home_zone(self) -> str | None: ...


def territory_for(reader: Reader) -> str | None:
    """Return the ISO 3166 code of a person's country; None when it is not known.

    It is the country of their home zone, else the one in the language code ("en-US"), else the one
    that their language is written for ("pt" is that of Brazil).
    """
    home = territory_of(reader.home_zone or reader.time_zone)
    if home is not None:
        return home
    tags = (reader.chosen_language or reader.language, translator_for(reader).locale)
    parts = [part for tag in tags for part in tag.replace("_", "-").split("-")[1:]]
    return next((part.upper() for part in parts if len(part) == 2 and part.isalpha()), None)


def first_weekday_for(reader: Reader) -> int:
    """Return the weekday on which weeks begin in a person's country; 0 is Monday."""
    return first_weekday(territory_for(reader))


def translator_for(reader: Reader) -> Translator:
    """Return the translator for a person.

    The language and the hour cycle are the ones they chose, else Telegram's language code and what
    is usual in the country of their home zone.
    """
    hours: HourCycle | None = None
    if reader.hour_cycle is not None:
        hours = 12 if reader.hour_cycle == 12 else 24
    return translator(
        reader.chosen_language or reader.language,
        territory_of(reader.home_zone or reader.time_zone),
        hours,
    )
