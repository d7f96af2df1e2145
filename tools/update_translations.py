"""Extract the texts from the code and merge them into every catalogue: ``make messages``.

``python -m tools.update_translations it`` starts a catalogue for a new language. Texts that are no
longer in the code are removed; new texts are added without a translation. Fuzzy matching is off.
"""

import ast
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.sandbox.page.texts import texts

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "bot" / "i18n" / "locales"
DOMAIN = "calmcalf"
WIDTH = 100
MARKS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2, "pgettext": 1}
"""Name of a function that marks texts for translation → how many of its arguments are texts."""
WITH_CONTEXT = {"pgettext"}
"""Functions whose first argument, before the texts, is a context."""
NOTE, FILE_NOTE = "# TRANSLATORS:", "# TRANSLATORS, ALL:"
"""Beginnings of comments that are notes: to what is below them, and to all texts of a file."""
CHANGING = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Language-Team',
    '"Report-Msgid-Bugs-To',
    '"Project-Id-Version',
)
"""Header lines with names and dates. They are left out because the Git history has them."""
HEADER = """\
# CalmCalf in its speakers' words. docs/translating.md says how a translation is made.
#"""


class Marked(NamedTuple):
    """A text that a module marks for translation."""

    text: str | tuple[str, ...]
    """The text, or its singular and its plural."""
    notes: list[str]
    """What translators have to know about it."""
    context: str | None = None
    """Which of several meanings of the English text this is."""


def texts_of(code: str) -> Iterator[Marked]:
    """Yield the texts that a module marks for translation.

    Babel's own extractor is not used because it does not find texts inside f-strings.
    """
    tree, notes = ast.parse(code), _notes(code)
    for node, above in sorted(_calls(tree), key=lambda one: (one[0].lineno, one[0].col_offset)):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        taken = MARKS.get(name)
        if taken is None:
            continue
        first = 1 if name in WITH_CONTEXT else 0
        arguments = node.args[: first + taken]
        words = [one.value for one in arguments if isinstance(one, ast.Constant)]
        texts = [one for one in words if isinstance(one, str)]
        if len(texts) != first + taken:
            continue
        context = texts.pop(0) if first else None
        found = next((notes[line] for line in (*above, 0) if line in notes), None)
        text = texts[0] if taken == 1 else tuple(texts)
        yield Marked(text, [found] if found else [], context)


def _notes(code: str) -> Mapping[int, str]:
    """Line of code → the note for translators in the comment above it; 0 → that of the file."""
    notes: dict[int, str] = {}
    words: list[str] = []
    is_of_file = False
    for number, line in enumerate(code.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith((NOTE, FILE_NOTE)):
            is_of_file = stripped.startswith(FILE_NOTE)
            words = [stripped.removeprefix(FILE_NOTE if is_of_file else NOTE).strip()]
        elif words and stripped.startswith("#"):
            words.append(stripped.removeprefix("#").strip())
        elif words:
            notes[0 if is_of_file else number], words = " ".join(words), []
    return notes


def _calls(node: ast.AST, above: tuple[int, ...] = ()) -> Iterator[tuple[ast.Call, list[int]]]:
    """Yield every call with the lines on which it and what is around it begin, innermost first.

    So a note above a list, a table, a statement or a function is a note to every text in it.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        above = (node.lineno,)
    elif isinstance(node, ast.ClassDef):
        above = ()
    elif isinstance(node, ast.stmt | ast.expr):
        above = (node.lineno, *above)
    if isinstance(node, ast.Call):
        yield node, list(dict.fromkeys(above))
    if isinstance(node, ast.Dict):
        # The line of a pair is that of its key.
        for key, value in zip(node.keys, node.values, strict=True):
            yield from _calls(value, above if key is None else (key.lineno, *above))
        return
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, above)


PAGE_NOTE = "On the page of the sandbox, which developers see."


def template() -> Catalog:
    """Build the template: every marked text in the code and every text of the sandbox page."""
    catalogue = Catalog(domain=DOMAIN, project="CalmCalf", header_comment=HEADER)
    for path in sorted((ROOT / "bot").rglob("*.py")):
        place = (path.relative_to(ROOT).as_posix(), 1)
        for text, notes, context in texts_of(path.read_text(encoding="utf-8")):
            catalogue.add(text, locations=[place], auto_comments=notes, context=context)
    for text in texts():
        place = ("bot/sandbox/page/static", 1)
        notes = [] if catalogue.get(text) else [PAGE_NOTE]
        catalogue.add(text, locations=[place], auto_comments=notes)
    for message in catalogue:  # one paragraph: equal lines of two notes would be read as one
        if len(message.auto_comments) > 1:
            message.auto_comments = [" / ".join(message.auto_comments)]
    return catalogue


def path_of(language: str) -> Path:
    """Return the path of a language's catalogue."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(language: str) -> Catalog:
    """Load a language's catalogue, or return an empty one when the file does not exist."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, header_comment=HEADER)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def as_file(catalogue: Catalog) -> bytes:
    """Serialize a catalogue reproducibly: sorted, without names, dates and line numbers."""
    catalogue.header_comment, catalogue.fuzzy = HEADER, False
    for message in catalogue:
        message.locations = sorted({(name, 1) for name, _line in message.locations})
    out = io.BytesIO()
    write_po(out, catalogue, width=WIDTH, ignore_obsolete=True, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(one for one in lines if not one.startswith(CHANGING)).encode()


def update(language: str) -> int:
    """Update one catalogue from the code and return how many texts lack a translation."""
    catalogue = load(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_bytes(as_file(catalogue))
    return sum(1 for message in catalogue if message.id and not all(forms_of(message)))


def forms_of(message: Message) -> tuple[str, ...]:
    """Return the translated forms of a text: one, or one for each plural form of the language."""
    translation = message.string or ""
    return (translation,) if isinstance(translation, str) else tuple(translation)


def main() -> None:
    """Update the languages named on the command line, or all existing ones."""
    known = sorted(path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    for language in sys.argv[1:] or known:
        print(f"{language}: {update(language)} to translate")


if __name__ == "__main__":
    main()
