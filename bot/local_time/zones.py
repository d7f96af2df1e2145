"""From what a person types or shares to a time zone, without asking any server.

Names come from the tzdata package (zone.tab, iso3166.tab, tzdata.zi) and from Babel (cities and
countries in the languages of `_ZONES_BY_LANGUAGE`); only large cities that have no zone of their
own are listed here. A name that fits several places is never guessed at.
"""

import difflib
import importlib.metadata
import math
import re
import unicodedata
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# Longer texts are no place. It also bounds the work that a stranger's text can cause.
LONGEST_TEXT = 64
MOST_SUGGESTIONS = 8
_LIKELY = 5

# Roughly by the number of people who live by it. Where names or offsets fit several zones, the
# order of this list is the order of the suggestions.
_POPULOUS = tuple(
    f"{area}/{place}"
    for area, places in (
        line.split(":")
        for line in """
Asia:Shanghai Kolkata
Europe:Berlin London Paris
America:New_York
Asia:Jakarta Karachi Dhaka Tokyo
Africa:Lagos
America:Sao_Paulo Chicago Mexico_City
Europe:Moscow Istanbul Rome Madrid
Asia:Manila Ho_Chi_Minh
Africa:Cairo Addis_Ababa Kinshasa
Asia:Tehran Bangkok
America:Los_Angeles
Africa:Johannesburg
Asia:Seoul
America:Bogota Argentina/Buenos_Aires
Africa:Nairobi
Europe:Kyiv Warsaw
America:Toronto
Africa:Algiers Casablanca Khartoum
Asia:Baghdad Riyadh Tashkent Kabul Kuala_Lumpur
America:Lima Caracas
Asia:Yangon Kathmandu Colombo Taipei
Europe:Bucharest Amsterdam
America:Denver Santiago Guatemala Phoenix
Africa:Accra Abidjan Dar_es_Salaam Kampala Luanda Maputo Tunis
Asia:Almaty Dubai Damascus Yekaterinburg Hong_Kong Singapore Novosibirsk Phnom_Penh
Europe:Brussels Prague Athens Lisbon Stockholm Budapest Vienna Belgrade Minsk Zurich Sofia
Australia:Sydney Brisbane Perth Adelaide Melbourne
America:Havana Guayaquil La_Paz Santo_Domingo Port-au-Prince Tegucigalpa Asuncion Managua
America:El_Salvador Costa_Rica Panama Montevideo Puerto_Rico Vancouver Edmonton Winnipeg Halifax
Europe:Copenhagen Helsinki Oslo Dublin Zagreb Bratislava Vilnius Riga Tallinn Samara
Asia:Jerusalem Amman Beirut Baku Tbilisi Yerevan Muscat Omsk Krasnoyarsk Irkutsk Makassar
Asia:Vladivostok Yakutsk Kamchatka Magadan Ulaanbaatar
Africa:Dakar Tripoli Windhoek
Pacific:Auckland Honolulu Port_Moresby Fiji Guam Noumea Tongatapu Apia Pago_Pago
America:Manaus Anchorage Regina St_Johns Tijuana Cancun Cayenne Noronha Nuuk Rio_Branco
Australia:Darwin Hobart
Atlantic:Azores Cape_Verde Reykjavik South_Georgia Canary
Indian:Maldives Mauritius
Pacific:Kiritimati Chatham Marquesas Tahiti
""".strip().splitlines()
    )
    for place in places.split()
)
_RANK = {zone: rank for rank, zone in enumerate(_POPULOUS)}

# Telegram's language code -> where most of its speakers may be, the largest group first.
_ZONES_BY_LANGUAGE = {
    "ar": "Africa/Cairo Asia/Riyadh Asia/Baghdad Africa/Casablanca Africa/Algiers Asia/Dubai",
    "be": "Europe/Minsk Europe/Warsaw",
    "bg": "Europe/Sofia",
    "bn": "Asia/Dhaka Asia/Kolkata",
    "ca": "Europe/Madrid",
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin Europe/Vienna Europe/Zurich",
    "el": "Europe/Athens Asia/Nicosia",
    "en": "America/New_York Europe/London America/Chicago America/Los_Angeles Australia/Sydney "
    "America/Denver",
    "es": "America/Mexico_City America/Bogota Europe/Madrid America/Argentina/Buenos_Aires "
    "America/Lima America/Santiago",
    "et": "Europe/Tallinn",
    "fa": "Asia/Tehran Asia/Kabul",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris Africa/Kinshasa Africa/Abidjan America/Toronto Europe/Brussels",
    "he": "Asia/Jerusalem America/New_York",
    "hi": "Asia/Kolkata",
    "hr": "Europe/Zagreb Europe/Sarajevo",
    "hu": "Europe/Budapest",
    "id": "Asia/Jakarta Asia/Makassar Asia/Jayapura",
    "it": "Europe/Rome Europe/Zurich",
    "ja": "Asia/Tokyo",
    "kk": "Asia/Almaty",
    "ko": "Asia/Seoul America/Los_Angeles",
    "lt": "Europe/Vilnius",
    "lv": "Europe/Riga",
    "ms": "Asia/Kuala_Lumpur Asia/Kuching Asia/Singapore",
    "nb": "Europe/Oslo",
    "nl": "Europe/Amsterdam Europe/Brussels America/Paramaribo",
    "pl": "Europe/Warsaw Europe/London Europe/Berlin",
    "pt": "America/Sao_Paulo Africa/Luanda Africa/Maputo Europe/Lisbon America/Manaus",
    "ro": "Europe/Bucharest Europe/Chisinau Europe/Rome",
    "ru": "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk Europe/Samara Asia/Almaty",
    "sk": "Europe/Bratislava",
    "sl": "Europe/Ljubljana",
    "sr": "Europe/Belgrade Europe/Sarajevo",
    "sv": "Europe/Stockholm Europe/Helsinki",
    "ta": "Asia/Kolkata Asia/Colombo",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul Europe/Berlin",
    "uk": "Europe/Kyiv Europe/Warsaw Europe/Berlin",
    "ur": "Asia/Karachi Asia/Kolkata",
    "uz": "Asia/Tashkent Asia/Samarkand",
    "vi": "Asia/Ho_Chi_Minh America/Los_Angeles",
    "zh": "Asia/Shanghai Asia/Taipei Asia/Hong_Kong Asia/Singapore Asia/Kuala_Lumpur",
}
_SPREAD = (
    *("America/New_York", "Europe/London", "Asia/Kolkata", "Europe/Berlin"),
    *("America/Los_Angeles", "America/Sao_Paulo"),
)

# Large cities that are no zone names, everyday names of countries, and abbreviations. A name that
# stands in several lines means several places.
_ALIASES = """
Europe/Berlin: Munich, München, Muenchen, Hamburg, Cologne, Köln, Koeln, Frankfurt, Stuttgart,
 Düsseldorf, Duesseldorf, Leipzig, Dresden, Hanover, Hannover, Nuremberg, Nürnberg, Bremen, Essen,
 Dortmund, CET, CEST, MEZ
Europe/London: Manchester, Birmingham, Glasgow, Edinburgh, Leeds, Liverpool, Bristol, Cardiff,
 Cambridge, Oxford, England, Scotland, Wales, Great Britain, Britain, UK, GB, BST, GMT,
 London Ontario
America/Toronto: London Ontario
Europe/Dublin: GMT, IST
Africa/Accra: GMT
Europe/Lisbon: Porto
Europe/Paris: Lyon, Marseille, Toulouse, Nice, Bordeaux, Lille, Strasbourg, CET, CEST
Europe/Madrid: Barcelona, Valencia, Seville, Sevilla, Bilbao, Malaga, Cordoba, CET, CEST
Europe/Rome: Milan, Milano, Naples, Napoli, Turin, Torino, Florence, Firenze, Venice, Venezia,
 Bologna, Palermo, Genoa, CET, CEST
Europe/Amsterdam: Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven, Holland
Europe/Brussels: Antwerp, Antwerpen, Ghent
Europe/Zurich: Geneva, Genève, Basel, Bern, Lausanne, Zuerich
Europe/Vienna: Graz, Salzburg, Innsbruck, Linz
Europe/Prague: Brno, Czech Republic
Europe/Warsaw: Krakow, Cracow, Gdansk, Wroclaw, Poznan, Lodz, Katowice
Europe/Stockholm: Gothenburg, Göteborg, Malmö
Europe/Copenhagen: Aarhus
Europe/Oslo: Bergen, Trondheim
Europe/Helsinki: Tampere, Turku, EET
Europe/Athens: Thessaloniki, EET
Europe/Bucharest: Cluj, Timisoara, Iasi
Europe/Kyiv: Kharkiv, Odesa, Odessa, Lviv, Dnipro, EET
Europe/Moscow: Saint Petersburg, St Petersburg, Petersburg, Санкт-Петербург, Kazan, Sochi, MSK
America/New_York: St Petersburg
Europe/Istanbul: Ankara, Izmir, Antalya, Bursa, Turkey
Asia/Yekaterinburg: Chelyabinsk, Perm, Ufa
Asia/Shanghai: Beijing, Peking, 北京, Guangzhou, Shenzhen, Chengdu, Wuhan, Tianjin, Nanjing, Xian,
 Hangzhou, Chongqing, CST
Asia/Kolkata: Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Madras, Hyderabad,
 Pune, Ahmedabad, Jaipur, Lucknow, IST
Asia/Jerusalem: Tel Aviv, Haifa, IST
Asia/Karachi: Lahore, Islamabad, Hyderabad, Rawalpindi, Faisalabad
Asia/Tokyo: Osaka, Kyoto, Nagoya, Yokohama, Sapporo, Fukuoka, JST
Asia/Seoul: Busan, Incheon, Daegu, Korea, KST
Asia/Pyongyang: Korea
Asia/Ho_Chi_Minh: Hanoi, Ho Chi Minh City, Da Nang
Asia/Jakarta: Surabaya, Bandung, Medan, WIB
Asia/Makassar: Bali, Denpasar
Asia/Manila: Quezon City, Cebu, Davao
Asia/Yangon: Burma, Mandalay
Asia/Kuala_Lumpur: Penang, Johor Bahru
Asia/Bangkok: Chiang Mai, Phuket
Asia/Dhaka: Chittagong
Asia/Almaty: Astana, Nur-Sultan
Asia/Tehran: Mashhad, Isfahan, Shiraz
Asia/Riyadh: Jeddah, Mecca, Medina
Asia/Dubai: Abu Dhabi, UAE, Emirates
Asia/Baghdad: Basra, Erbil
Asia/Damascus: Aleppo
Africa/Cairo: Alexandria, Giza
Africa/Casablanca: Rabat, Marrakesh, Marrakech, Fez, Tangier
Africa/Lagos: Abuja, Kano, Ibadan
Africa/Johannesburg: Cape Town, Durban, Pretoria, SAST
Africa/Nairobi: Mombasa, EAT
Africa/Abidjan: Ivory Coast
America/New_York: NYC, New York City, Brooklyn, Washington, Washington DC, DC, Boston, Philadelphia,
 Miami, Atlanta, Orlando, Tampa, Charlotte, Pittsburgh, Cleveland, Baltimore, Buffalo, Columbus,
 Cincinnati, Georgia, Florida, EST, EDT, ET, Eastern, Eastern Time, Portland, Cambridge, Alexandria
America/Chicago: Houston, Dallas, Austin, San Antonio, New Orleans, Minneapolis, Milwaukee,
 St Louis, Kansas City, Memphis, Nashville, Oklahoma City, Birmingham, Texas, Florida, CST, CDT,
 Central, Central Time, Paris Texas
America/Denver: Salt Lake City, Albuquerque, Colorado Springs, El Paso, Texas, MST, MDT, Mountain,
 Mountain Time
America/Phoenix: Tucson, Arizona, MST
America/Los_Angeles: San Francisco, SF, LA, San Diego, San Jose, Seattle, Portland, Sacramento,
 Las Vegas, Oakland, California, Washington, PST, PDT, PT, Pacific, Pacific Time
Africa/Algiers: CET
America/Panama: EST
America/Havana: CST, CDT
America/Jamaica: EST
Asia/Manila: PST
Asia/Dhaka: BST
Pacific/Honolulu: Hawaii
America/Anchorage: Alaska
America/Costa_Rica: San Jose
America/Toronto: Ottawa, Montreal, Quebec, Québec City, Hamilton, Ontario, EST, EDT
America/Edmonton: Calgary
America/Vancouver: PST, PDT
America/Mexico_City: Guadalajara, Puebla, CDMX
America/Monterrey: Nuevo Leon
America/Caracas: Maracaibo, Valencia
America/Bogota: Medellin, Cali, Cartagena, Barranquilla
America/Guayaquil: Quito
America/La_Paz: Santa Cruz de la Sierra, Cochabamba
America/Argentina/Cordoba: Rosario
America/Santiago: Valparaiso
America/Santo_Domingo: Santiago
America/Sao_Paulo: Rio de Janeiro, Rio, Brasilia, Belo Horizonte, Curitiba, Porto Alegre
America/Bahia: Salvador
America/El_Salvador: Salvador, San Salvador
Australia/Sydney: Canberra, Newcastle, AEST, AEDT
Europe/London: Newcastle
Australia/Brisbane: Gold Coast, Cairns, AEST
Australia/Perth: AWST
Pacific/Auckland: Wellington, Christchurch, Hamilton, NZST, NZDT
""".replace("\n ", " ")

_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_APOSTROPHES = str.maketrans("", "", "'’‘ʼʻ`´.")
_OFFSET = re.compile(r"(?:utc|gmt|z)?\s?([+-])\s?(\d{1,2})(?:\s?[:.]?\s?(\d{2})|\.(5))?", re.ASCII)
_ETC = re.compile(r"etc/gmt([+-])(\d{1,2})", re.ASCII)
_FURTHEST_WEST, _FURTHEST_EAST = timedelta(hours=-12), timedelta(hours=14)
_UTC = "Etc/UTC"
_UTC_NAMES = frozenset(("utc", "uct", "zulu", "etc utc", "universal", "coordinated universal time"))
_LEAST_LIKENESS = 0.74


@dataclass(frozen=True)
class ZoneMatch:
    """What a typed place means.

    Attributes:
        zone: the IANA name when the text is clear, else None.
        suggestions: IANA names to choose from when it is not; may be empty.
    """

    zone: str | None
    suggestions: tuple[str, ...] = ()


def use_pinned_rules() -> None:
    """Make the tzdata package the only source of rules, for the whole process.

    The machine's own files may be older or newer than those that the other replicas have.
    """
    zoneinfo.reset_tzpath(())
    ZoneInfo.clear_cache()


def rules_version() -> str:
    """The version of the tzdata package, such as "2026.1"."""
    return importlib.metadata.version("tzdata")


def _rows(name: str) -> Iterator[list[str]]:
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    """ISO country code -> its zones. zone.tab, since people look for their own country's city."""
    zones: dict[str, list[str]] = {}
    for row in _rows("zone.tab"):
        zones.setdefault(row[0], []).append(row[2])
    return {country: tuple(names) for country, names in zones.items()}


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    return {zone: country for country, zones in _zones_by_country().items() for zone in zones}


def territory_of(zone: str | None) -> str | None:
    """The ISO code of a zone's country; None for none, an offset or a place at sea."""
    return _countries().get(_old_names().get(zone, zone)) if zone else None


@lru_cache(maxsize=1)
def _inhabited() -> frozenset[str]:
    return frozenset(zone for zones in _zones_by_country().values() for zone in zones)


@lru_cache(maxsize=1)
def _old_names() -> dict[str, str]:
    """Old spellings and other links of the database -> an inhabited zone with the same rules."""
    links = {}
    for (line,) in _rows("tzdata.zi"):
        if line.startswith("L "):
            _, target, link = line.split()
            links[link] = target
    resolved = {}
    for link, target in links.items():
        while target not in _inhabited() and target in links:
            target = links[target]  # noqa: PLW2901 - a link may lead to a link
        if link not in _inhabited() and target in _inhabited() and "/" in link:
            resolved[link] = target
    return resolved


def _fold(text: str) -> str:
    """Case, accents and punctuation away; words apart by one space."""
    lowered = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    plain = unicodedata.normalize("NFKD", lowered.translate(_NOT_DECOMPOSED))
    letters = "".join(
        character if character.isalnum() else " "
        for character in plain.translate(_APOSTROPHES)
        if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
    )
    return " ".join(letters.split())[:LONGEST_TEXT].strip()


def _country_names() -> Iterator[tuple[str, str]]:
    known = _zones_by_country()
    for code, name in _rows("iso3166.tab"):
        yield code, name
    for language in _ZONES_BY_LANGUAGE:
        for code, name in Locale.parse(language).territories.items():
            if code in known:
                yield code, name


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    """Folded name -> the zones that it may mean, the most populous first."""
    index: dict[str, set[str]] = {}

    def add(name: str, zones: Iterable[str]) -> None:
        folded = _fold(name)
        if folded:
            for key in {folded, folded.replace(" ", "")}:
                index.setdefault(key, set()).update(zones)

    countries = _zones_by_country()
    for name, zone in (*((zone, zone) for zone in _inhabited()), *_old_names().items()):
        parts = name.split("/")
        for start in range(len(parts)):
            add(" ".join(parts[start:]), (zone,))
    for language in _ZONES_BY_LANGUAGE:
        for name, details in Locale.parse(language).time_zones.items():
            zone = _old_names().get(name, name)
            if zone in _inhabited() and "city" in details:
                add(details["city"], (zone,))
    for code, name in _country_names():
        add(name, countries.get(code, ()))
    for nickname, code in (("usa", "US"), ("us", "US"), ("america", "US"), ("south korea", "KR")):
        add(nickname, countries[code])
    for line in _ALIASES.strip().splitlines():
        zone, names = line.split(":")
        for name in names.split(","):
            add(name, (zone,))
    return {key: tuple(_by_rank(zones)) for key, zones in index.items() if zones}


def _by_rank(zones: Iterable[str]) -> list[str]:
    return sorted(zones, key=lambda zone: (_RANK.get(zone, len(_RANK)), zone))


def _behaviour(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    """The offsets of the coming year; zones alike in them are one to the person who chooses."""
    rules = ZoneInfo(zone)
    return tuple(
        (now + timedelta(days=15 * step)).astimezone(rules).utcoffset() for step in range(25)
    )


def _distinct(zones: Iterable[str], now: datetime) -> list[str]:
    """One zone, the most populous, for each way the clocks go."""
    chosen: dict[tuple[timedelta | None, ...], str] = {}
    for zone in _by_rank(zones):
        chosen.setdefault(_behaviour(zone, now), zone)
    return list(chosen.values())


def _signed(sign: str, hours: str, minutes: int) -> timedelta | None:
    size = timedelta(hours=int(hours), minutes=minutes)
    offset = -size if sign == "-" else size
    return offset if _FURTHEST_WEST <= offset <= _FURTHEST_EAST and minutes < 60 else None


def _fixed(offset: timedelta) -> str | None:
    """The Etc zone of a whole-hour offset. Its name has the opposite sign: UTC+3 is Etc/GMT-3."""
    hours, rest = divmod(round(offset.total_seconds()), 3600)
    if rest:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else _UTC


def _with_offset(offset: timedelta, now: datetime) -> ZoneMatch:
    places = [z for z in _inhabited() if now.astimezone(ZoneInfo(z)).utcoffset() == offset]
    fixed = _fixed(offset)
    if len(places) == 1 and fixed is None:
        return ZoneMatch(places[0])
    first = _distinct(places, now)
    others = [zone for zone in _by_rank(places) if zone not in first and zone in _RANK]
    room = MOST_SUGGESTIONS - (fixed is not None)
    chosen = _by_rank((first + others)[:room])
    return ZoneMatch(None, (*chosen, *((fixed,) if fixed else ())))


def _read_offset(text: str, now: datetime) -> ZoneMatch | None:
    wanted = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().strip()
    wanted = re.sub(r"\s+", " ", wanted).replace("\N{MINUS SIGN}", "-").replace("–", "-")
    if match := _ETC.fullmatch(wanted):
        # People mix up the sign of these names, so the choice is shown as an offset.
        offset = _signed("+" if match[1] == "-" else "-", match[2], 0)
        fixed = None if offset is None else _fixed(offset)
        return ZoneMatch(None, (fixed,) if fixed else ())
    if match := _OFFSET.fullmatch(wanted):
        minutes = 30 if match[4] else int(match[3] or 0)
        offset = _signed(match[1], match[2], minutes)
        return ZoneMatch(None) if offset is None else _with_offset(offset, now)
    return None


def _read_parts(text: str) -> tuple[set[str], bool] | None:
    """The zones of "city, country" or "city country", and whether every part was understood."""
    index = _index()
    by_comma = [folded for part in re.split(r"[,;()/\n]", text) if (folded := _fold(part))]
    words = _fold(text).split()
    splits = [by_comma] if len(by_comma) > 1 else []
    splits += [[" ".join(words[:at]), " ".join(words[at:])] for at in range(len(words) - 1, 0, -1)]
    partly: set[str] = set()
    for parts in splits:
        found = [set(index[part]) for part in parts if part in index]
        if len(found) == len(parts):
            shared = set.intersection(*found)
            return (shared, True) if shared else (set.union(*found), False)
        if not partly and found:
            partly = set.union(*found)
    return (partly, False) if partly else None


def _similar(folded: str, now: datetime) -> ZoneMatch:
    if len(folded) < 3:
        return ZoneMatch(None)
    index = _index()
    names = [key for key in index if key.startswith(folded)]
    names = sorted(names, key=len)[:MOST_SUGGESTIONS]
    names += difflib.get_close_matches(folded, index, n=MOST_SUGGESTIONS, cutoff=_LEAST_LIKENESS)
    zones = dict.fromkeys(zone for name in names for zone in _distinct(index[name], now))
    return ZoneMatch(None, tuple(zones)[:MOST_SUGGESTIONS])


def find_zones(text: str, now: datetime) -> ZoneMatch:
    """What zone a typed city, country, zone name, abbreviation or offset means.

    Case, accents, spaces, underscores and hyphens do not matter; typing errors give suggestions.
    An offset such as "UTC+5:30" is clear only when one single place has it at `now`. Any text is
    allowed; only its first 64 characters are read.

    Args:
        text: what was typed.
        now: an aware instant, which decides the offset that each zone has.
    """
    text = text.strip()[:LONGEST_TEXT]
    by_offset = _read_offset(text, now)
    if by_offset is not None:
        return by_offset
    folded = _fold(text)
    if folded in _UTC_NAMES:
        return ZoneMatch(_UTC)
    if folded in _index():
        zones, is_clear = set(_index()[folded]), True
    elif (parts := _read_parts(text)) is not None:
        zones, is_clear = parts
    else:
        return _similar(folded, now)
    distinct = _distinct(zones, now)
    if is_clear and len(distinct) == 1:
        return ZoneMatch(distinct[0])
    return ZoneMatch(None, tuple(distinct[:MOST_SUGGESTIONS]))


def likely_zones(language_code: str | None, now: datetime) -> list[str]:
    """Four to six zones in which a person with this Telegram language code may well live.

    A region in the code ("pt-br") comes first, then where the language has most speakers, then
    zones of other parts of the world whose clocks at `now` show something else.
    """
    language, _, region = (language_code or "").replace("_", "-").casefold().partition("-")
    own = _zones_by_country().get(region.upper(), ())
    zones = _distinct(own, now)[:3]
    zones += [z for z in _ZONES_BY_LANGUAGE.get(language, "").split() if z not in zones]
    for zone in _SPREAD:
        shown = {now.astimezone(ZoneInfo(name)).utcoffset() for name in zones}
        if len(zones) < _LIKELY and now.astimezone(ZoneInfo(zone)).utcoffset() not in shown:
            zones.append(zone)
    return zones[:6]


def zone_at(latitude: float, longitude: float) -> str | None:
    """The zone of a position in degrees, found offline; at sea the nautical one.

    None for what is no position on Earth or has no known rules.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    import tzfpy  # noqa: PLC0415 - holds the borders of all zones, and is seldom asked for

    name = tzfpy.get_tz(longitude, latitude)
    if name in ("Etc/GMT", "Etc/UTC"):
        return _UTC
    return name if name in zoneinfo.available_timezones() else None


@lru_cache(maxsize=1)
def _names_in_babel() -> dict[str, str]:
    """Zone -> the spelling under which Babel keeps its cities (it holds on to older names)."""
    kept = Locale.parse("en").time_zones
    aliases = get_global("zone_aliases")
    return {str(new): str(old) for old, new in aliases.items() if old in kept}


def city_name(zone: str, locale: str = "en") -> str:
    """A zone's city in a language, such as "New York"; "UTC+3" for a fixed offset.

    An unknown language falls back to English.
    """
    if zone == _UTC or zone in ("UTC", "Etc/GMT"):
        return "UTC"
    if match := _ETC.fullmatch(zone.casefold()):
        return f"UTC{'+' if match[1] == '-' else '−'}{int(match[2])}"
    try:
        cities = Locale.parse(locale, sep="-" if "-" in locale else "_").time_zones
    except (UnknownLocaleError, ValueError):
        cities = Locale.parse("en").time_zones
    for name in (zone, _names_in_babel().get(zone, zone)):
        if "city" in cities.get(name, {}):
            return str(cities[name]["city"])
    return zone.rpartition("/")[2].replace("_", " ")
