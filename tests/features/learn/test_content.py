"""docs/content.md: where each topic is said. The codes that it names are those of the cards."""

import re

from bot.features.learn.cards import NAMES
from tests.support.paths import ROOT

SCREENS = {"entry", "guided stretch", "meal tips", "relief"}
"""Where else a topic can be said."""
ROWS = re.findall(
    r"^\| (\d+) \| (.+) \| (.+) \|$", (ROOT / "docs/content.md").read_text(), re.MULTILINE
)
"""Number, topic and place."""


def test_topics_are_numbered_and_each_is_there_once() -> None:
    assert [int(number) for number, _topic, _place in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 130
    topics = [topic for _number, topic, _place in ROWS]
    assert len(set(topics)) == len(topics)


def test_each_topic_is_said_corrected_or_left_out_with_the_reason() -> None:
    for _number, topic, place in ROWS:
        assert re.match(r"(card|screen) `|corrected: card `|left out: \w", place), topic


def test_the_cards_and_screens_that_it_names_are_those_there_are() -> None:
    places = " ".join(place for _number, _topic, place in ROWS)
    assert set(re.findall(r"card `([^`]+)`", places)) == set(NAMES)
    assert set(re.findall(r"screen `([^`]+)`", places)) == SCREENS
