"""Extract the texts from the code and merge them into every catalogue: ``make messages``.

``python -m tools.update_translations it`` starts a catalogue for a new language. Texts that are no
longer in the code are removed; new texts are added without a translation. Fuzzy matching is off.
"""

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.sandbox.page.texts import texts

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "bot" / "i18n" / "locales"
DOMAIN = "calmcalf"
WIDTH = 100
MARKS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2}
"""Name of a function that marks texts for translation → how many of its arguments are texts."""
NOTE = "# TRANSLATORS:"
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


def texts_of(code: str) -> Iterator[tuple[str | tuple[str, ...], list[str]]]:
    """Yield the texts that a module marks for translation, each with its notes for translators.

    A note is a comment on the line above the call. Babel's own extractor is not used because it
    does not find texts inside f-strings.
    """
    lines = code.splitlines()
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        taken = MARKS.get(name)
        words = [one.value for one in node.args[:taken] if isinstance(one, ast.Constant)]
        texts = [one for one in words if isinstance(one, str)]
        if taken is not None and len(texts) == taken:
            above = lines[node.lineno - 2].strip() if node.lineno > 1 else ""
            notes = [above.removeprefix(NOTE).strip()] if above.startswith(NOTE) else []
            yield texts[0] if taken == 1 else tuple(texts), notes


def template() -> Catalog:
    """Build the template: every marked text in the code and every text of the sandbox page."""
    catalogue = Catalog(domain=DOMAIN, project="CalmCalf", header_comment=HEADER)
    for path in sorted((ROOT / "bot").rglob("*.py")):
        place = (path.relative_to(ROOT).as_posix(), 1)
        for message, notes in texts_of(path.read_text(encoding="utf-8")):
            catalogue.add(message, locations=[place], auto_comments=notes)
    for text in texts():
        catalogue.add(text, locations=[("bot/sandbox/page/static", 1)])
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
