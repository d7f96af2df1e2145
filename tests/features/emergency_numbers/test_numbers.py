"""Which number is called: the table, the zones, and the words in every language."""

import re
from collections.abc import Iterator
from itertools import chain, product

import pytest

from bot.features.cramps.health_texts import general_information, lost_fluid_card, warning_card
from bot.features.cramps.messages import health_cards
from bot.features.cramps.signs import SIGNS, Tier
from bot.features.emergency import messages as emergency_messages
from bot.features.emergency.crisis_lines import LINES
from bot.features.emergency.reading import Emergency, Today
from bot.features.emergency_numbers.lookup import (
    UNKNOWN,
    NumberToCall,
    by_country,
    number_to_call,
    rows,
)
from bot.features.emergency_numbers.messages import country_name, spoken, where_from
from bot.i18n.translator import translator
from bot.local_time.tz_database import territory_of, zones_by_country
from bot.telegram.feature import Outcome
from tests.support.cases import check_each
from tests.support.lengths import some
from tests.support.phone_rows import rows_of_line, rows_of_message, rows_that_fit
from tests.support.wording import visible_text

LANGUAGES = ("en", "de", "es", "fr", "it", "pt_BR", "ru", "uk")
OWN = number_to_call("116117", "Europe/Berlin")
KINDS = {"own": OWN, "unknown": UNKNOWN, **by_country()}
"""Every kind of number, and every country that has one."""
LONG_LEG = ("es", "fr", "it", "pt_BR")
"""Languages in which the sign of a leg without blood takes two rows: no shorter words say it."""
PROBABLE = (
    *("NO", "ME", "BA", "BY", "KZ", "KG", "AM", "GE", "MD", "CR", "DO", "PA", "CU", "VE", "PY"),
    *("BO", "AR", "AO", "CV", "MZ", "MA", "DZ", "TN", "IN", "JP", "KR", "TW", "HK", "MY", "SG"),
)
WITHOUT_112 = (
    *("KG", "AM", "MX", "PA", "CU", "PE", "PY", "BO", "CL", "AR", "UY", "CV", "MZ", "MA", "TN"),
    *("NZ", "JP", "KR", "TW", "CN", "SG"),
)


@pytest.mark.parametrize(
    ("zone", "numbers", "country"),
    [
        ("Europe/Berlin", ("112",), "DE"),
        ("Europe/Busingen", ("112",), "DE"),  # its rules are Switzerland's
        ("Atlantic/Canary", ("112",), "ES"),
        ("Europe/Paris", ("15", "112"), "FR"),
        ("America/Martinique", ("15", "112"), "MQ"),
        ("Europe/Vienna", ("144", "112"), "AT"),
        ("Europe/London", ("999", "112"), "GB"),
        ("Europe/Kiev", ("103", "112"), "UA"),  # an old name of Europe/Kyiv
        ("US/Pacific", ("911",), "US"),
        ("America/Sao_Paulo", ("192",), "BR"),
        ("Asia/Vladivostok", ("103", "112"), "RU"),
        ("America/Argentina/Ushuaia", ("107", "911"), "AR"),
        ("Australia/Perth", ("000",), "AU"),
        ("Asia/Calcutta", ("112",), "IN"),
        ("Asia/Seoul", ("119",), "KR"),
        ("Asia/Tashkent", (), None),  # nobody has confirmed 103
        ("America/Guatemala", (), None),
        ("Africa/Dakar", (), None),
        ("Antarctica/Troll", (), None),
        ("Etc/GMT-3", (), None),
        ("UTC", (), None),
        ("Mars/Olympus", (), None),
        (None, (), None),
    ],
)
def test_the_time_zone_gives_the_likely_number(
    zone: str | None, numbers: tuple[str, ...], country: str | None
) -> None:
    found = number_to_call(None, zone)
    assert (found.numbers, found.country) == (numbers, country)
    assert number_to_call("117", zone) == NumberToCall(("117",))


def test_every_zone_of_a_country_in_the_table_gives_its_number() -> None:
    for code, call in by_country().items():
        for zone in zones_by_country()[code]:
            assert number_to_call(None, zone) == call
    unknown = [zone for zones in zones_by_country().values() for zone in zones]
    assert all(number_to_call(None, zone).country in (territory_of(zone), None) for zone in unknown)


def test_the_table_says_what_was_read_and_what_was_listed_only() -> None:
    assert {code for code, call in by_country().items() if call.is_probable} == set(PROBABLE)
    assert {code for code, call in by_country().items() if not call.also_112} == set(WITHOUT_112)
    codes = list(chain.from_iterable(codes for codes, _ in rows()))
    assert len(codes) == len(set(codes)) == len(by_country())
    for call in by_country().values():
        assert 1 <= len(call.numbers) <= 2
        assert all(re.fullmatch(r"[0-9]{2,5}", number) for number in call.numbers)
        assert "112" not in call.numbers or call.also_112


def test_the_words_say_how_sure_the_number_is() -> None:
    tr = translator("en")
    words = {name: where_from(tr, call) for name, call in KINDS.items()}
    assert words["own"] is None
    assert words["GB"] == (
        "Your time zone says: United Kingdom. There, call 999 or 112. Elsewhere, call the local "
        "number. On many mobile phones 112 works too."
    )
    assert words["NZ"] == (
        "Your time zone says: New Zealand. There, call 111. Elsewhere, call the local number."
    )
    assert words["SG"] == (
        "Your time zone says: Singapore. There, it is probably 995. Elsewhere, call the local "
        "number."
    )
    assert words["unknown"] == (
        "I do not know where you are. Call your local emergency number: 112 across the EU and in "
        "many other countries, 911 in North America, 999 in the UK."
    )
    assert (spoken(tr, UNKNOWN), spoken(tr, KINDS["DE"])) == ("112, 911 or 999", "112")


def texts(language: str) -> Iterator[tuple[str, str, NumberToCall]]:
    """Every text that names a number, for every kind of number: its name, HTML and number."""
    tr = translator(language)
    for name, call in KINDS.items():
        for tier in Tier:
            yield f"{language}, {tier}, {name}", warning_card(tr, tier, call), call
        full = warning_card(tr, Tier.EMERGENCY, call, in_full=True)
        yield f"{language}, in full, {name}", full, call
        yield f"{language}, information, {name}", general_information(tr, call), call
        yield f"{language}, fluid, {name}", lost_fluid_card(tr, call, drinks_are_free=True), call
        typed = emergency_messages.emergency(tr, call, Emergency(("chest",)), Outcome.KEPT)
        yield f"{language}, typed, {name}", typed.text, call
        ill = emergency_messages.today(tr, call, Today(("skin_spreads",)), Outcome.PLAIN)
        yield f"{language}, typed for today, {name}", ill.text, call
        despair = emergency_messages.crisis(tr, call, LINES.get(call.country or ""), Outcome.PLAIN)
        yield f"{language}, despair, {name}", despair.text, call


DOUBLED = re.compile(
    r"\b([^\W\d]+) \1\b|\b(le|el|al|the|die) (votre|su|tu|your|deine)\b", re.IGNORECASE
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_whole_in_every_language_with_every_kind_of_number(language: str) -> None:

    def check(case: tuple[str, str, NumberToCall]) -> str | None:
        name, html, call = case
        text = visible_text(html)
        doubled = DOUBLED.search(text)
        named = call.numbers or ("112", "911", "999")
        wrong = [
            "braces" if re.search(r"[{}]", text) else "",
            f"doubled words: {doubled.group()}" if doubled else "",
            "two spaces" if "  " in text else "",
            "no number" if not all(number in text for number in named) else "",
        ]
        return f"{name}: {', '.join(filter(None, wrong))}" if any(wrong) else None

    check_each(list(texts(language)), check)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_call_line_stands_first_and_last(language: str) -> None:
    tr = translator(language)
    verb = {"de": "Ruf", "es": "Llama", "fr": "Appelez", "it": "Chiama", "pt_BR": "Ligue"}
    verb |= {"ru": "Звоните", "uk": "Негайно телефонуйте"}
    for (name, call), in_full in product(KINDS.items(), (False, True)):
        card = warning_card(tr, Tier.EMERGENCY, call, in_full=in_full)
        lines = visible_text(card).splitlines()
        for line in (lines[0], lines[-1]):
            assert line.startswith(verb.get(language, "Call")), (name, line)
            assert spoken(tr, call) in line, (name, line)
        assert sum(line.startswith("•") for line in lines) == len(SIGNS[Tier.EMERGENCY])


@pytest.mark.parametrize("language", some(LANGUAGES, 3))
def test_the_emergency_card_fits_a_phone_without_scrolling(language: str) -> None:
    """Measured with a real font, on a phone of 360 by 640, with the card's own buttons."""
    tr = translator(language)

    def check(case: tuple[str, NumberToCall]) -> str | None:
        name, call = case
        card = health_cards.warning(tr, Tier.EMERGENCY, call)
        rows, most = rows_of_message(card), rows_that_fit(len(card.rows))
        return f"{name}: {rows} rows, and {most} fit" if rows > most else None

    check_each(list(KINDS.items()), check)
    lines = health_cards.warning(tr, Tier.EMERGENCY, UNKNOWN).text.splitlines()
    long = [line for line in lines if line.startswith("•") and rows_of_line(line) > 1]
    assert len(long) <= (1 if language in LONG_LEG else 0), long


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_of_the_table_has_a_name_in_the_language(language: str) -> None:
    tr = translator(language)
    assert [code for code in by_country() if country_name(tr, code) == code] == []
