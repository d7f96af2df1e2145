"""The cards to read: words, levels, sources, gates, size and buttons."""

import re
import textwrap
from itertools import pairwise

import pytest

from bot.features.emergency_numbers.lookup import UNKNOWN
from bot.features.learn import messages
from bot.features.learn.card_type import Gated, Line
from bot.features.learn.cards import ALIASES, CARDS, NAMES, RELIEF, TOPICS, card_named, topic_of
from bot.features.learn.handlers import FEATURE
from bot.features.learn.messages import INDEX, MORE, TOPIC
from bot.features.learn.sources import SOURCES
from bot.features.reminders.handlers import FEATURE as REMINDERS
from bot.features.reminders.stretch_positions import POSITIONS
from bot.features.reminders.tips import TIPS
from bot.i18n.translator import available_languages, translator
from bot.telegram.message import Message, Tap, unpack
from tests.support.handlers import verbs_of
from tests.support.learn_cards import OPEN, SHUT, card, every_card
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
PILLS = TOPICS["mineral"].cards
COLUMNS, SCREEN = 36, 24
"""Characters of a line and lines of a screen, on a small phone with the keyboard shown."""
FOLDED = 3
"""Lines of a folded quote."""
TABLE_COLUMNS = 30
CAPTION, TEXT = 1024, 4096
"""Telegram's limits for the text below a picture, and for a message."""
WORDS = 15
"""The most words of a line."""
TYPED = (
    "why_cramps",
    "low_magnesium",
    "evidence",
    "heard_about",
    "twitches",
    "medicines",
    "compare",
)
"""Cards that typed questions lead to; their names must not change."""
CARDS_MAY_SAY = {
    "magnesium",
    "quinine",
    "tonic",
    "epsom",
    "ml",
    "200 mg",
    "diabet",
    "cancer",
    "clot",
    "because",
    "treated",
}
"""Words that reminders and nudges must not use. A card about them has to, and is checked below."""
UNCONFIRMED = re.compile(
    r"heel to buttock|straighten the knee\. Front"  # the lines about the thigh, section (f)
    r"|pull the toes up|parkinson|stroke|eyelid|under 1 ?%|standing long|long standing"
    r"|three cramps a night|very uncertain|malate|glycinate|180|micrograms|µg",
    re.IGNORECASE,
)
"""What the reference marks as not confirmed, or says must not be shown."""
ADVICE = re.compile(
    r"\b(you should|try taking|take \d|start taking|stop taking|we recommend|best brand|drink more"
    r"|at least \d|litres?|will help|helps against|prevents?|cures?|no need to worry)\b",
    re.IGNORECASE,
)


def said(line: Line) -> str:
    text = line.text if isinstance(line, Gated) else line
    return text if isinstance(text, str) else " ".join(text)


def words(name: str, shut: frozenset[str] = OPEN, *, is_long: bool = True) -> str:
    return visible_text(card(TR, name, shut, is_long=is_long).text)


def taps(message: Message) -> list[Tap]:
    found = [unpack(button.data) for row in message.rows for button in row]
    assert None not in found
    return [tap for tap in found if tap is not None]


def height(text: str) -> int:
    """The number of lines of a card on a small phone."""
    body, quote, sources = text.partition("<blockquote expandable>")
    wrapped = [len(textwrap.wrap(one, COLUMNS)) or 1 for one in visible_text(body).splitlines()]
    folded = len(textwrap.wrap(visible_text(quote + sources), COLUMNS - 3))
    return sum(wrapped) + min(folded, FOLDED)


# Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CARDS)
def test_lines_are_short_and_few_at_first(name: str) -> None:
    about = CARDS[name]
    for line in (*about.lines, *about.more, *about.cautions):
        assert len(said(line).split()) <= WORDS, said(line)
    assert about.more, "every card has a second level"
    for shut in SHUT:
        assert 1 <= len(about.shown(about.lines, shut)) <= 4
    assert len(about.shown(about.lines, OPEN)) <= 3
    assert height(card(TR, name).text) <= SCREEN


@pytest.mark.parametrize("shut", SHUT, ids=lambda shut: "+".join(sorted(shut))[:30] or "open")
def test_cards_say_nothing_that_is_not_confirmed_and_give_no_advice(shut: frozenset[str]) -> None:
    for name, _is_long, message in every_card(TR, shut):
        text = visible_text(message.text)
        said_by_us = text.partition("Source")[0]
        assert_kind_words(said_by_us, CARDS_MAY_SAY)
        assert not UNCONFIRMED.search(text), name
        assert not ADVICE.search(said_by_us), name
        assert not set("{}") & set(text)
        assert not re.search(r"[!…]|\b(RDA|AI|RNI|placebo|randomi[sz]ed|fasciculation|CI)\b", text)


@pytest.mark.parametrize("language", available_languages())
def test_telegram_takes_every_card_in_every_language(language: str) -> None:
    tr = translator(language)
    for shut in SHUT:
        for name, _is_long, message in every_card(tr, shut):
            size = len(visible_text(message.text))
            assert size <= (TEXT if message.picture is None else CAPTION), (name, size)
            for table in re.findall(r"<pre>(.*)</pre>", message.text, re.DOTALL):
                lines = table.splitlines()
                assert len({len(line) for line in lines}) == 1
                assert len(lines[0]) <= TABLE_COLUMNS, lines[0]
        for code in TOPICS:
            visible_text(messages.topic(tr, code, shut).text)


@pytest.mark.parametrize("name", NAMES)
def test_the_last_line_names_the_sources(name: str) -> None:
    for is_long in (False, True):
        last = card(TR, name, is_long=is_long).text.splitlines()[-1]
        assert re.search(r"<i>Sources?: .+\.</i>", last)
        if name != RELIEF:
            assert last.startswith("<blockquote expandable>")
            sources = CARDS[name].sources
            assert len(set(sources)) == len(sources) > 0
            assert ("Source: " in last) == (len(sources) == 1)
            assert all(SOURCES[number].replace("&", "&amp;") in last for number in sources)


def test_every_source_is_used_and_says_whose_it_is() -> None:
    used = {number for one in CARDS.values() for number in one.sources}
    used |= {number for lines in TIPS.values() for line in lines for number in line.sources}
    used |= {number for position in POSITIONS.values() for number in position.sources}
    assert used == set(SOURCES)
    assert len(set(SOURCES.values())) == len(SOURCES)
    assert all(", " in name for name in SOURCES.values() if not name.startswith("Table of"))


@pytest.mark.parametrize("name", ["foods", "cups"])
def test_figures_go_down(name: str) -> None:
    table = CARDS[name].table
    assert table is not None
    figures = [int(row[-1].partition("–")[0]) for row in table.rows if "–" not in row[-1]]
    assert figures == sorted(figures, reverse=True)


# What cards about remedies and pills must and must not say ----------------------------------------


@pytest.mark.parametrize("name", PILLS)
def test_every_card_about_magnesium_says_who_asks_first(name: str) -> None:
    for shut in SHUT:
        text = words(name, shut).lower()
        for word in ("kidney", "medicines", "pregnant", "breastfeeding", "under 18", "too much"):
            assert word in text
        for word in ("laxatives", "antacids", "doctor or pharmacist"):
            assert word in text


@pytest.mark.parametrize("name", PILLS)
def test_no_card_about_magnesium_suggests_an_amount_or_a_product(name: str) -> None:
    prose = re.sub(r"<pre>.*</pre>", "", card(TR, name, is_long=True).text, flags=re.DOTALL)
    prose = visible_text(prose.partition("<blockquote")[0])
    assert not re.search(r"\b\d+\s?(mg|milligram)", prose)
    assert not re.search(r"\b(250|350|400)\b", prose)  # the limits for pills
    assert not re.search(r"\b(choose|buy|better than|hours? (apart|before|after))\b", prose)
    assert not re.search(r"citrate|oxide|chloride|lactate|aspartate", prose)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("needs", "not for one person"),
        ("needs", "food included"),
        ("evidence", "One trial disagrees"),
        ("evidence", "company paid"),
        ("stretch_trials", "Against it"),
        ("stretch_trials", "the trial of 80 people again"),
        ("myths", "no good proof"),
        ("caffeine", "They disagree"),
        ("drinks", "Sources disagree"),
        ("drinks", "Too much is harmful"),
        ("why_cramps", "nobody finds a cause"),
        ("why_cramps", "no proof of a cause"),
        ("heard_about", "not recommended. Bleeding, uneven heartbeat, deaths."),
        ("heard_about", "We found no second trial."),
        ("heard_about", "Do not stop it alone."),
        ("medicines", "Do not stop it yourself."),
        ("medicines", "Ask today whether to go on."),
        ("twitches", "Do not stop it yourself."),
        ("twitches", "get checked today"),
        ("compare", "get checked today"),
        ("low_magnesium", "tap “Warning signs” now"),
        ("alcohol", "Do not stop at once."),
        ("season", "proves nothing about a habit"),
        ("when", "Nobody reads what you write here, day or night."),
        ("pregnancy", "midwife or maternity unit"),
    ],
)
def test_what_a_card_must_not_leave_out(name: str, said: str) -> None:
    assert said in words(name)


def test_the_figures_of_the_reference() -> None:
    foods, needs = CARDS["foods"].table, CARDS["needs"].table
    assert foods is not None
    assert needs is not None
    mg = {row[0]: row[2] for row in foods.rows}
    assert (mg["Pumpkin seeds"], mg["Oat bran, dry"], mg["Kale, cooked"]) == ("154", "110", "12")
    assert (mg["Dark chocolate"], mg["Lentils"], mg["Tofu, firm"]) == ("64", "36", "37–58")
    by_group = {row[0]: row[1:] for row in needs.rows}
    assert by_group["Women 31+"] == ("320", "300", "270")
    assert by_group["Men 31+"] == ("420", "350", "300")
    assert by_group["Pregnant 14–18"] == ("400", "300", "–")
    assert by_group["Nursing 31+"] == ("320", "300", "–")


# Gates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shut", "shown", "hidden"),
    [
        ("foods", "", "Pumpkin seeds;Spinach, cooked;Lentils", "First a question"),
        (
            "foods",
            "food",
            "Ask your care team which foods suit you",
            ("Pumpkin;Lentils;28 g;soy milk"),
        ),
        ("foods", "food?", "First a question about your health", "Lentils;Pumpkin;salmon"),
        ("foods", "nuts", "Lentils;Spinach, cooked", "Pumpkin;Chia;Almonds;Cashews;nuts"),
        ("foods", "greens", "keep greens about the same;Almonds", "Spinach, c;Chard, c;Kale"),
        ("magnesium", "food", "A mineral", "have the most"),
        ("drinks", "", "Water, tea and coffee;pale, clear yellow", "care team"),
        ("drinks", "drinks", "Drink as your care team told you", "tea and coffee;pale;toilet"),
        ("drinks", "drinks?", "First a question", "tea and coffee;pale;toilet;care team"),
        ("alcohol", "", "Less alcohol is good advice", ""),
        (
            "alcohol",
            "alcohol",
            "Do not stop at once;Speak to a doctor",
            "Less alcohol is good advice",
        ),
        ("twitches", "", "less caffeine, less alcohol", ""),
        ("twitches", "alcohol", "less caffeine, ways to relax", "less alcohol"),
        ("heard_about", "warmth", "not on skin that feels numb", "A warm bath is fine"),
        ("pregnancy", "warmth", "mostly late", "warm bath"),
        ("calf_standing", "", "Face a wall;1.;2.;3.", "Ask whoever"),
        ("calf_standing", "standing", "Ask whoever treated you first.", "Face a wall"),
        ("calf_standing", "stretch?", "First a question", "Face a wall"),
        ("calf_seated", "standing", "Sit on the bed", "Ask whoever"),
        ("calf_seated", "stretch?", "Sit on the bed", ""),
        ("calf_lying", "seated", "Ask whoever treated you first.", "Lie on your back"),
        ("stretch", "stretch", "Ask whoever treated you first.", ""),
        ("relief", "", "Pull your foot up;Loop a towel;Warm pack", ""),
        ("relief", "warmth", "Pull your foot up", "Warm pack"),
        ("relief", "seated", "Ask whoever treated you first", "Pull your foot up;Rub;towel"),
    ],
)
def test_gates_switch_lines_off_and_say_why(name: str, shut: str, shown: str, hidden: str) -> None:
    text = words(name, frozenset(filter(None, shut.split("+"))))
    for part in shown.split(";"):
        assert part in text
    for part in filter(None, hidden.split(";")):
        assert part not in text.partition("Source")[0]


def test_missing_answers_are_asked_for() -> None:
    asked = {
        "foods": "learn:ask:food",
        "drinks": "users:fluids",
        "calf_standing": "learn:ask:stretch",
    }
    for name, data in asked.items():
        unanswered = card(TR, name, frozenset({"food?", "drinks?", "stretch?"}))
        assert data in {button.data for row in unanswered.rows for button in row}
        assert data not in {button.data for row in card(TR, name).rows for button in row}


# Ways on -----------------------------------------------------------------------------------------


def test_every_card_stands_in_one_topic() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert set(NAMES) == {RELIEF, *CARDS}
    assert all(name in TOPICS[topic_of(name)].cards for name in NAMES)
    assert len(TOPICS) <= 8, "a short index"


def test_codes_that_other_messages_lead_to_are_there() -> None:
    assert set(TYPED) <= set(CARDS)
    for name in ("more_foods", "more_needs", "dummy", "myths", "evidence", "stretch", "relief"):
        assert card_named(name) in NAMES
    assert not set(ALIASES) & set(NAMES)
    assert card_named("nothing") is None
    assert card_named(None) is None


def test_the_index_lists_every_topic_and_says_what_this_is() -> None:
    index = messages.index(TR, UNKNOWN)
    assert len([tap for tap in taps(index) if tap.feature == "learn"]) == len(TOPICS)
    assert len(index.rows) <= 7
    assert "not medical advice" in index.text
    assert_kind_words(visible_text(index.text), {"magnesium"})


@pytest.mark.parametrize("shut", SHUT, ids=lambda shut: "+".join(sorted(shut))[:30] or "open")
def test_every_button_leads_somewhere(shut: frozenset[str]) -> None:
    for name, _is_long, message in every_card(TR, shut):
        is_drawn = message.picture is not None
        labels = [button.label for row in message.rows for button in row]
        assert len(set(labels)) == len(labels)
        assert all(len(row) == 1 or len(one.label) <= 23 for row in message.rows for one in row)
        seen = taps(message)
        assert ("cramps", "warnings") in {(tap.feature, tap.verb) for tap in seen}
        for tap in seen:
            if tap.feature == "reminders":
                assert tap.verb in verbs_of(REMINDERS)
            if tap.feature != "learn":
                continue
            assert tap.verb in verbs_of(FEATURE)
            target = tap.word(0) or ""
            if tap.verb in {"card", "leave"} and target in NAMES:
                # A picture becomes text only with "leave"; all else is edited in place.
                goes_to_text = messages.drawing_of(target, shut) is None
                assert (tap.verb == "leave") == (is_drawn and goes_to_text), (name, target)
            if tap.verb == "leave" and target not in NAMES:
                assert target == INDEX or (target == TOPIC and tap.word(1) in TOPICS)
        home = ("leave", (INDEX,)) if is_drawn else ("open", ())
        assert home in {(tap.verb, tap.arguments) for tap in seen}


def test_more_and_less_lead_to_each_other() -> None:
    for name in CARDS:
        short, long = taps(card(TR, name)), taps(card(TR, name, is_long=True))
        assert any(tap.arguments == (name, MORE) for tap in short)
        assert any(tap.arguments == (name,) for tap in long)
        assert len(words(name)) > len(words(name, is_long=False))


def test_every_card_is_reached_from_the_index() -> None:
    reached, ahead = set(), [messages.index(TR, UNKNOWN)]
    while ahead:
        for tap in taps(ahead.pop()):
            code = tap.word(0) or ""
            if tap.feature != "learn" or code in reached:
                continue
            if tap.verb == "topic":
                ahead.append(messages.topic(TR, code))
            elif code in NAMES:
                ahead.append(card(TR, code))
            reached.add(code)
    assert reached >= set(NAMES)


@pytest.mark.parametrize("code", TOPICS)
def test_one_button_pages_through_a_topic(code: str) -> None:
    for name, after in pairwise(TOPICS[code].cards):
        assert after in {tap.word(0) for tap in taps(card(TR, name))}
