"""Facts about the whole: every button has exactly one handler, every command one description."""

import ast
import re
from functools import cache
from pathlib import Path

from bot.features.registry import FEATURES
from bot.features.users.messages.keyboard import main_keyboard
from bot.i18n.translator import translator
from bot.telegram.bot_profile import COMMAND_ORDER, commands, description, short_description
from tests.support.handlers import commands_of, labels_of, taps_of

ROOT = Path(__file__).parents[2] / "bot"
TR = translator("en")


@cache
def packed() -> set[tuple[str, str, str]]:
    """Every ``pack("feature", "verb", …)`` in the code: file, feature, verb."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id != "pack" or len(node.args) < 2:
                continue
            feature, verb = node.args[:2]
            if isinstance(feature, ast.Constant) and isinstance(verb, ast.Constant):
                found.add((path.name, str(feature.value), str(verb.value)))
    return found


def test_the_search_finds_buttons() -> None:
    assert len(packed()) > 40


def test_every_button_has_exactly_one_handler() -> None:
    features = {one.name: one for one in FEATURES}
    handled = [tap for feature in FEATURES for tap in taps_of(feature)]
    assert len(set(handled)) == len(handled)
    without = [
        (file, feature, verb)
        for file, feature, verb in packed()
        if (feature, verb) not in handled
        and not (verb in features[feature].answers and file == "handlers.py")
    ]
    assert without == []


OF_EARLIER_VERSIONS = {("reminders", "step")}
"""Buttons that are in old messages only: they are still answered."""
MADE_OF_PARTS = {("about", "nochanged"), ("about", "changedtoday")}
"""Verbs that one function makes for two questions."""


@cache
def words_of_messages() -> set[str]:
    """Every string in the files that make messages: verbs that are handed to a function, too."""
    return {
        node.value
        for path in ROOT.rglob("*.py")
        if "handlers" not in (path.stem, path.parent.name)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_tap_handler_has_a_button() -> None:
    offered = {(feature, verb) for _file, feature, verb in packed()}
    handled = {tap for feature in FEATURES for tap in taps_of(feature)}
    without = {
        (feature, verb) for feature, verb in handled - offered if verb not in words_of_messages()
    }
    assert without - OF_EARLIER_VERSIONS - MADE_OF_PARTS == set()


def test_features_and_commands_have_one_owner() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names)
    every = [command for feature in FEATURES for command in commands_of(feature)]
    assert len(set(every)) == len(every)
    labels = [label for feature in FEATURES for label in labels_of(feature, TR)]
    assert len(set(labels)) == len(labels) == 4


def test_every_command_stands_in_the_menu_with_a_description() -> None:
    described = {
        command.command: command.description for command in commands(TR, FEATURES, is_admin=True)
    }
    assert set(described) == {name for feature in FEATURES for name in commands_of(feature)}
    assert set(described) == set(COMMAND_ORDER)
    for name, text in described.items():
        assert re.fullmatch(r"[a-z]{1,32}", name)
        assert 3 <= len(text) <= 40


def test_the_profile_fits_telegram() -> None:
    assert len(description(TR)) <= 512
    assert len(short_description(TR)) <= 120


def test_the_first_keyboard_button_logs_a_cramp() -> None:
    assert "Log cramp" in main_keyboard(TR).rows[0][0]
