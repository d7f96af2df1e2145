"""Everyday sentences of every language: done as meant, asked, or never done."""

import importlib
import pkgutil
from types import ModuleType

import pytest

from bot.features.free_text.meanings.act_values import Keep
from bot.features.free_text.meanings.further_values import OpenCard
from bot.features.free_text.meanings.values import Meaning, Show, Unclear
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.one_language import Reading
from tests.features.free_text import everyday
from tests.features.free_text.sentences import NOW, ZONE
from tests.support.cases import check_each

TABLES: tuple[ModuleType, ...] = tuple(
    importlib.import_module(f"{everyday.__name__}.{found.name}")
    for found in pkgutil.iter_modules(everyday.__path__)
)
each_language = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.LANGUAGE)


def reading(text: str, table: ModuleType) -> Reading:
    return understand(text, table.LANGUAGE, NOW, ZONE)


@each_language
def test_understood(table: ModuleType) -> None:
    def check(row: tuple[str, Meaning]) -> str | None:
        found = reading(row[0], table)
        is_done = found.is_sure and found.understood == row[1]
        return None if is_done else f"{row[0]!r} is {found}, expected {row[1]}"

    check_each(table.UNDERSTOOD, check)


@each_language
def test_asked(table: ModuleType) -> None:
    def check(row: tuple[str, tuple[Meaning, ...]]) -> str | None:
        found = reading(row[0], table)
        asked = found.understood.candidates if isinstance(found.understood, Unclear) else ()
        is_asked = set(row[1]) <= set(asked)
        return None if is_asked else f"{row[0]!r} is {found}, expected to ask {row[1]}"

    check_each(table.ASKED, check)


@each_language
def test_never_done(table: ModuleType) -> None:
    def check(text: str) -> str | None:
        found = reading(text, table)
        is_harmless = not found.is_sure or isinstance(found.understood, Show | OpenCard | Keep)
        return None if is_harmless else f"{text!r} is {found}, expected not to be done"

    check_each(table.NEVER_DONE, check)
