"""In which language, and with which country's dates and clock, a person is written to."""

from typing import Protocol

from bot.i18n.translator import HourCycle, Translator, translator
from bot.local_time.tz_database import territory_of


class Reader(Protocol):
    """What has to be known of somebody who is written to."""

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


def translator_for(reader: Reader) -> Translator:
    """The person's translator: as they chose, else as Telegram and their home have it."""
    hours: HourCycle | None = None
    if reader.hour_cycle is not None:
        hours = 12 if reader.hour_cycle == 12 else 24
    return translator(
        reader.chosen_language or reader.language,
        territory_of(reader.home_zone or reader.time_zone),
        hours,
    )
