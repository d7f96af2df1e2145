"""Translations: complete, with every placeholder and tag, and short enough for a phone."""

import ast
import re
from collections import Counter
from functools import cache
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural

from tests.support.paths import ROOT
from tools.update_translations import as_file, forms_of, load, path_of, template, texts_of

LANGUAGES = ("de", "es", "fr", "it", "pt_BR", "ru", "uk")
PLACE = re.compile(r"\{[^{}]*\}")
COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]+")
TAG = re.compile(r"</?[a-z][^>]*>")
FULL_LINE, SHARED_LINE, TOAST = 40, 24, 190
"""Most characters of a button with a row of its own, of one that shares a row, and of a toast."""
BARE = re.compile(r"\{[^{}]*\}|\W+")


@pytest.fixture(scope="module")
def source() -> dict[object, Message]:
    return {key_of(message): message for message in template() if message.id}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def key_of(message: Message) -> object:
    return message.id, message.context


def entries(language: str) -> list[Message]:
    return [message for message in load(language) if message.id]


def sources_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_every_language_has_a_catalogue() -> None:
    here = {
        path.parts[-3] for path in (ROOT / "bot/i18n/locales").glob("*/LC_MESSAGES/calmcalf.po")
    }
    assert here == set(LANGUAGES)


def test_catalogue_has_every_text_of_the_code_and_no_other(
    language: str, source: dict[object, Message]
) -> None:
    found = {key_of(message): message for message in entries(language)}
    missing = [key for key in source if key not in found or not all(forms_of(found[key]))]
    assert missing == [], "make messages, then translate"
    assert [key for key in found if key not in source] == [], "make messages"
    assert [message.id for message in found.values() if message.fuzzy] == []


def test_file_is_formatted_by_make_messages(language: str) -> None:
    assert path_of(language).read_bytes() == as_file(load(language)), "make messages"


def test_plurals_have_every_form_of_the_language(language: str) -> None:
    wanted = get_plural(language).num_plurals
    for message in entries(language):
        if not isinstance(message.id, str):
            assert len(forms_of(message)) == wanted, message.id


def test_placeholders_and_tags_are_the_same(language: str) -> None:
    wrong = []
    for message in entries(language):
        sources = sources_of(message)
        for number, form in enumerate(forms_of(message)):
            allowed = [Counter(PLACE.findall(one)) for one in sources]
            found = Counter(PLACE.findall(form))
            is_one = len(sources) > 1 and number == 0
            # A form for a single number may leave the number out ("one cramp").
            bare = [one - Counter(["{count}"]) for one in allowed] if is_one else []
            if set(found) not in [set(one) for one in (*allowed, *bare)]:
                wrong.append((message.id, form))
            if Counter(TAG.findall(form)) != Counter(TAG.findall(sources[-1])):
                wrong.append((message.id, form))
            Formatter().vformat(form, [7.0] * 9, _Anything())
    assert wrong == []


def test_no_slash_becomes_a_command(language: str) -> None:
    """Telegram makes a link that sends "/Seh" of a hyphen and a slash before a word."""
    for message in entries(language):
        known = {command for one in sources_of(message) for command in COMMAND.findall(one)}
        for form in forms_of(message):
            assert set(COMMAND.findall(form)) <= known, form


class _Anything(dict[str, object]):
    """A mapping that has a value for every placeholder."""

    def __missing__(self, _key: str) -> float:
        return 7.0


def test_spaces_and_line_ends_are_kept(language: str) -> None:
    for message in entries(language):
        for form in forms_of(message):
            first = sources_of(message)[0]
            assert (form[:1] == "\n", form[-1:] == "\n") == (first[:1] == "\n", first[-1:] == "\n")
            assert form == form.strip(" "), form
            assert "  " not in form or "  " in first, form


@cache
def labels() -> dict[tuple[str, str | None], bool]:
    """Return texts of buttons with their contexts, and whether each always has a row of its own."""
    found: dict[tuple[str, str | None], bool] = {}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for row in ast.walk(tree):
            if not isinstance(row, ast.Tuple | ast.List):
                continue
            buttons = [one for one in row.elts if _is_button(one)]
            for button in buttons:
                for text, _notes, context in texts_of(ast.unparse(button.args[0])):  # type: ignore[attr-defined]
                    if isinstance(text, str):
                        key = text, context
                        found[key] = found.get(key, True) and len(row.elts) == 1
    return found


def _is_button(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Button" and bool(node.args)
    )


def test_buttons_fit_on_a_phone(language: str) -> None:
    catalogue, known = load(language), labels()
    assert len(known) > 100
    for (text, context), is_alone in known.items():
        message = catalogue.get(text, context)
        assert message is not None, text
        limit = max(FULL_LINE if is_alone else SHARED_LINE, len(text))
        for form in forms_of(message):
            assert len(PLACE.sub("00", form)) <= limit, f"{len(form)} > {limit}: {form} ({text})"


@cache
def toasts() -> set[str]:
    """Return the texts that are shown as a toast at the top of the screen.

    A toast gets its text as a literal or from a function of the same feature, such as ``gone``.
    """
    found: set[str] = set()
    for folder in (ROOT / "bot" / "features").iterdir():
        trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
        nodes = [node for tree in trees for node in ast.walk(tree)]
        functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
        for toast in filter(_is_toast, nodes):
            called = {name_of(node) for node in ast.walk(toast)} & functions.keys()
            for part in (toast, *(functions[name] for name in called)):
                found |= {
                    one.text for one in texts_of(ast.unparse(part)) if isinstance(one.text, str)
                }
    return found


def _is_toast(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and name_of(node) in ("Toast", "toast")


def name_of(node: ast.AST) -> str:
    """Return the name of the function that is called, without its module; "" for other nodes."""
    function = node.func if isinstance(node, ast.Call) else None
    return str(getattr(function, "attr", getattr(function, "id", "")))


def test_toasts_are_short(language: str) -> None:
    catalogue, known = load(language), toasts()
    assert len(known) > 5
    for text in known:
        message = catalogue.get(text)
        assert message is not None
        assert all(len(form) <= TOAST for form in forms_of(message)), text


def test_sentences_are_translated(language: str) -> None:
    """Only names and short texts may equal their English source."""
    same = [
        message.id
        for message in entries(language)
        if isinstance(message.id, str)
        and message.string == message.id
        and len(BARE.sub(" ", message.id).split()) > 3
    ]
    assert [text for text in same if "/" not in text] == []
