"""What people read first fits on a small phone, 360 by 640, with its buttons, in every language."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest

from bot.features.consent import messages
from bot.features.consent.handlers import MOST_PLACES
from bot.features.consent.messages import Operator, Wanted
from bot.features.cramps.health_texts import short_information
from bot.features.data_export.privacy_messages import Detail, Kept, privacy, privacy_detail
from bot.features.users.messages.onboarding import welcome
from bot.features.users.messages.place import ZoneChoice
from bot.i18n.translator import SOURCE_LANGUAGE, Translator, translator
from bot.local_time.likely_zones import likely_zones
from bot.local_time.nights import local_time
from bot.local_time.zone_names import city_name
from bot.telegram.message import Message
from tests.i18n.test_catalogues import LANGUAGES
from tests.support.phone_rows import rows_of_message, rows_that_fit
from tests.support.wording import visible_text

NOW = datetime(2027, 1, 13, 19, tzinfo=UTC)
OPERATOR = Operator("Dr. Ada Example", "ada@example.org")
HIGHEST = 30
"""Rows of a page of details, which is opened on purpose."""


def places(tr: Translator) -> list[ZoneChoice]:
    """Where somebody with this language most likely is."""
    return [
        ZoneChoice(zone, city_name(zone, tr.locale), local_time(NOW, zone))
        for zone in likely_zones(tr.language, NOW)
    ]


KEPT = Kept(0, operator=f"{OPERATOR.name} · {OPERATOR.contact}", is_helped=True, can_withdraw=True)


def asking(tr: Translator, operator: Operator = OPERATOR) -> dict[str, Message]:
    """All messages that ask for a consent."""
    information = short_information(tr)
    return {
        "first": messages.first_question(tr, operator, information, places(tr)[:MOST_PLACES], 1),
        "with a cramp": messages.question_with_cramp(tr, operator, "x"),
        "with help": messages.question_with_help(tr, operator, "x"),
        "asked once": messages.asked_once(tr, operator, "x"),
    }


def screens(tr: Translator) -> Iterator[tuple[str, Message]]:
    """What has to fit."""
    yield from asking(tr).items()
    yield "private", welcome(tr, short_information(tr), places(tr), is_private=True)
    yield "withdrawn", messages.withdrawn(tr, "x")
    for wanted in Wanted:
        yield wanted.value, messages.not_done(tr, wanted, "x", "y")
    yield "privacy", privacy(tr, KEPT)
    yield "privacy of nobody", privacy(tr, replace(KEPT, is_known=False, can_withdraw=False))


@pytest.mark.parametrize("language", [SOURCE_LANGUAGE, *LANGUAGES])
def test_first_screens_fit(language: str) -> None:
    tr = translator(language)
    heights = {
        name: (rows_of_message(shown), rows_that_fit(len(shown.rows)))
        for name, shown in screens(tr)
    }
    assert not {name: rows for name, rows in heights.items() if rows[0] > rows[1]}


@pytest.mark.parametrize("language", [SOURCE_LANGUAGE, *LANGUAGES])
def test_all_that_is_promised_is_in_every_question(language: str) -> None:
    """It names who, what, Telegram, the way to more and back, and the age."""
    tr = translator(language)
    for name, shown in asking(tr, Operator("Ada <b>", "ada@example.org")).items():
        for one in (escape("Ada <b>"), "ada@example.org", "Telegram", "/privacy", "16"):
            assert one in shown.text, name


@pytest.mark.parametrize("language", [SOURCE_LANGUAGE, *LANGUAGES])
def test_details_of_privacy_say_all_and_lead_everywhere(language: str) -> None:
    tr = translator(language)
    short = privacy(tr, KEPT)
    assert OPERATOR.contact in short.text
    opened = {button.data for button in short.rows[0]}
    assert opened == {f"takeout:kept:{detail.value}" for detail in Detail}
    for detail in Detail:
        shown = privacy_detail(tr, KEPT, detail)
        assert rows_of_message(shown) <= HIGHEST, detail
        ways = {button.data for row in shown.rows for button in row}
        assert ways == opened - {f"takeout:kept:{detail.value}"} | {"takeout:kept"}
        assert all(len(button.label) <= 12 for button in shown.rows[0])
    words = visible_text(privacy_detail(tr, KEPT, Detail.WHO).text)
    assert "/caregiver" in words
