"""The cards to read: words, sources, size and buttons."""

import re
import textwrap
from itertools import pairwise

import pytest

from bot.features.emergency_numbers.lookup import UNKNOWN
from bot.features.learn import messages
from bot.features.learn.cards import CARDS, NAMES, RELIEF, TOPICS, topic_of
from bot.features.learn.handlers import FEATURE
from bot.features.learn.messages import INDEX
from bot.features.learn.sources import SOURCES
from bot.features.reminders.guided_stretch import ROUTINE
from bot.features.reminders.tips import TIPS
from bot.i18n.translator import translator
from bot.telegram.message import Message, Tap, unpack
from tests.support.handlers import verbs_of
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
ABOUT_MAGNESIUM = next(topic for topic in TOPICS if "magnesium" in topic)
DRAWN = tuple(name for name in NAMES if name in CARDS and CARDS[name].has_drawing)
COLUMNS, SCREEN = 36, 24
"""Characters of a line and lines of a screen, on a small phone with the keyboard shown."""
FOLDED = 3
"""Lines of a folded quote."""
TABLE_COLUMNS = 28
CAPTION = 1024
"""Telegram's limit for the text below a picture."""
BESIDE_A_PICTURE = 480
ALLOWED = {"myths": {"magnesium", "epsom"}, "cups": {"ml"}}
"""Words that other texts must not use. Cards may: millilitres of coffee are no advice to drink."""


def card(name: str) -> Message:
    return messages.card(TR, name, b"picture" if name in DRAWN else None)


def words(name: str) -> str:
    return visible_text(card(name).text)


def taps(message: Message) -> list[Tap]:
    found = [unpack(button.data) for row in message.rows for button in row]
    assert None not in found
    return [tap for tap in found if tap is not None]


def height(name: str) -> int:
    """The number of lines of a card on a small phone."""
    text = card(name).text
    body, quote, sources = text.partition("<blockquote expandable>")
    wrapped = [len(textwrap.wrap(one, COLUMNS)) or 1 for one in visible_text(body).splitlines()]
    folded = len(textwrap.wrap(visible_text(quote + sources), COLUMNS - 3))
    return sum(wrapped) + min(folded, FOLDED)


def test_every_card_stands_in_one_topic() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert set(NAMES) == {RELIEF, *CARDS}
    assert all(name in topic_of(name) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_is_well_formed_short_and_kind(name: str) -> None:
    text = words(name)
    allow = {"magnesium"} if name in ABOUT_MAGNESIUM else set()
    assert_kind_words(text, ALLOWED.get(name, allow))
    assert not set("{}") & set(text)
    assert not re.search(r"[!…]|\b(RDA|AI|RNI|placebo|randomi[sz]ed|fasciculation|CI)\b", text)
    assert len(text) <= 900
    assert height(name) <= SCREEN


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_leaves_room_for_few_words(name: str) -> None:
    assert len(card(name).text) <= CAPTION
    assert len(words(name)) <= BESIDE_A_PICTURE
    assert card(name).picture == b"picture"
    assert "never pain" in words(name).lower()


@pytest.mark.parametrize("name", NAMES)
def test_the_last_line_names_the_sources(name: str) -> None:
    last = card(name).text.splitlines()[-1]
    assert re.search(r"<i>Sources?: .+\.</i>", last)
    if name != RELIEF:
        assert last.startswith("<blockquote expandable>")
        sources = CARDS[name].sources
        assert sources
        assert len(set(sources)) == len(sources)
        assert ("Source: " in last) == (len(sources) == 1)
        assert all(SOURCES[number].replace("&", "&amp;") in last for number in sources)


def test_every_source_is_used_and_says_whose_it_is() -> None:
    used = {number for one in CARDS.values() for number in one.sources}
    used |= {number for lines in TIPS.values() for line in lines for number in line.sources}
    used |= {number for step in ROUTINE for number in step.sources}
    assert used == set(SOURCES)
    assert len(set(SOURCES.values())) == len(SOURCES)
    assert all(", " in name for name in SOURCES.values() if not name.startswith("Table of"))


@pytest.mark.parametrize("name", [name for name in CARDS if CARDS[name].table])
def test_a_table_is_aligned_and_narrow(name: str) -> None:
    found = re.search(r"<pre>(.*)</pre>", card(name).text, re.DOTALL)
    assert found is not None
    lines = found.group(1).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) <= TABLE_COLUMNS
    table = CARDS[name].table
    assert table is not None
    assert len({len(row) for row in table.rows}) == 1


@pytest.mark.parametrize("name", ["foods", "more_foods", "cups"])
def test_figures_go_down(name: str) -> None:
    table = CARDS[name].table
    assert table is not None
    figures = [int(row[-1]) for row in table.rows]
    assert figures == sorted(figures, reverse=True)


def test_the_second_table_of_foods_goes_on_from_the_first() -> None:
    first, second = CARDS["foods"].table, CARDS["more_foods"].table
    assert first is not None
    assert second is not None
    assert int(first.rows[-1][-1]) >= int(second.rows[0][-1])
    assert len({row[0] for row in (*first.rows, *second.rows)}) == 23


# What cards about magnesium must and must not say -----------------------------------------------


@pytest.mark.parametrize("name", ABOUT_MAGNESIUM)
def test_every_card_about_magnesium_says_who_asks_first(name: str) -> None:
    text = words(name).lower()
    for word in ("kidney", "medicines", "pregnant", "breastfeeding", "under 18", "too much"):
        assert word in text
    for word in ("laxatives", "antacids", "doctor, nurse or pharmacist"):
        assert word in text


@pytest.mark.parametrize("name", ABOUT_MAGNESIUM)
def test_no_card_about_magnesium_suggests_an_amount_or_a_product(name: str) -> None:
    text = words(name)
    prose = re.sub(r"<pre>.*</pre>", "", card(name).text, flags=re.DOTALL)
    assert not re.search(r"\b\d+\s?(mg|milligram)", visible_text(prose))
    assert not re.search(r"\b(250|350|400)\b", visible_text(prose))  # the limits for pills
    assert not re.search(
        r"\b(take|start|stop|choose|buy|best|better than|hours? (apart|before|after)|should)\b",
        text,
        re.IGNORECASE,
    )
    assert not re.search(r"glycinate|malate|citrate|oxide(?! (for|mono))|chloride", text)


@pytest.mark.parametrize("name", ["needs", "more_needs"])
def test_amounts_are_those_of_whole_groups(name: str) -> None:
    text = words(name)
    assert "from all sources, food included" in text
    assert "not advice for one person" in text


def test_amounts_step_up_at_31_in_the_table_of_the_usa() -> None:
    table = CARDS["needs"].table
    assert table is not None
    by_group = {row[0]: row[1:] for row in table.rows}
    assert by_group["Women 31+"] == ("320", "300", "270")
    assert by_group["Men 31+"] == ("420", "350", "300")


def test_what_trials_found_is_told_with_what_speaks_against_it() -> None:
    evidence = words("evidence")
    assert "One trial disagrees" in evidence
    assert "company paid" in evidence
    assert "Against it" in words("stretch_trials")
    assert "claims unsupported" in words("myths")
    assert "Sources disagree" in words("caffeine")
    assert "no trial of caffeine and night cramps" in words("caffeine")
    assert "Sources disagree" in words("drinks")


def test_drinks_have_no_target_and_say_who_asks_first() -> None:
    text = words("drinks")
    assert not re.search(r"\b(glasses|cups|at least|target)\b|\d (l|cups|glasses)\b", text)
    for word in ("told to limit", "heart", "kidney", "liver", "sodium", "water tablets"):
        assert word in text
    assert "Too much is harmful" in text


def test_the_comparison_names_all_three_and_when_to_be_seen() -> None:
    text = words("compare")
    for word in ("A cramp", "A twitch", "Restless legs", "2 weeks", "the same day"):
        assert word in text


# Ways on -----------------------------------------------------------------------------------------


def test_the_index_lists_every_topic_and_says_what_this_is() -> None:
    index = messages.index(TR, UNKNOWN)
    assert [tap.word(0) for tap in taps(index) if tap.feature == "learn"] == [
        topic[0] for topic in TOPICS
    ]
    assert "not medical advice" in index.text
    assert_kind_words(visible_text(index.text))


@pytest.mark.parametrize("name", [INDEX, *NAMES])
def test_every_button_leads_somewhere(name: str) -> None:
    message = messages.index(TR, UNKNOWN) if name == INDEX else card(name)
    labels = [button.label for row in message.rows for button in row]
    assert len(set(labels)) == len(labels)
    assert all(len(row) == 1 or len(button.label) <= 22 for row in message.rows for button in row)
    seen = taps(message)
    assert ("cramps", "warnings") in {(tap.feature, tap.verb) for tap in seen}
    for tap in (tap for tap in seen if tap.feature == "learn"):
        assert tap.verb in verbs_of(FEATURE)
        if tap.verb in {"card", "leave"}:
            target = tap.word(0)
            assert target in (INDEX, *NAMES)
            # A picture becomes text only with "leave"; everything else is edited in place.
            assert (tap.verb == "leave") == (name in DRAWN and target not in DRAWN)
    if name != INDEX:
        home = ("leave", (INDEX,)) if name in DRAWN else ("open", ())
        assert home in {(tap.verb, tap.arguments) for tap in seen}


def test_every_card_is_reached_from_the_index() -> None:
    reached, ahead = set(), [messages.index(TR, UNKNOWN)]
    while ahead:
        for tap in taps(ahead.pop()):
            name = tap.word(0) or ""
            if tap.feature == "learn" and name in NAMES and name not in reached:
                reached.add(name)
                ahead.append(card(name))
    assert reached == set(NAMES)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic[0])
def test_one_button_pages_through_a_topic(topic: tuple[str, ...]) -> None:
    for name, after in pairwise(topic[1:]):
        assert after in {tap.word(0) for tap in taps(card(name))}
