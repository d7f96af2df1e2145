"""The page's own texts: extracted from its files, and translated for its reader."""

import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

from bot.i18n.translator import Translator, available_languages, language_for, translator

STATIC = Path(__file__).parent / "static"
TRANSLATED_ATTRIBUTES = ("aria-label", "placeholder", "title")
_CALL = re.compile(r'\bt\("((?:[^"\\]|\\.)+)"')
_HAS_WORDS = re.compile(r"[A-Za-z]{2}")


class _TextParser(HTMLParser):
    """Collects the texts of an HTML document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in TRANSLATED_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """Return every text of the page and its scripts, in the order of the files."""
    page = _TextParser()
    page.feed((STATIC / "index.html").read_text(encoding="utf-8"))
    found = [text for text in page.found if _HAS_WORDS.search(text)]
    for script in sorted(STATIC.glob("*.js")):
        found += _CALL.findall(script.read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(found))


def language_of(wanted: str | None, accepted: str) -> Translator:
    """Return the translator for the reader of the page.

    Args:
        wanted: the language in the page's address, if any.
        accepted: the browser's ``Accept-Language``; its first available language is taken.
    """
    if wanted:
        return translator(wanted)
    spoken = {language.split("_")[0] for language in available_languages()}
    for part in accepted.split(","):
        code = part.partition(";")[0].strip()
        if code.replace("-", "_").split("_")[0].casefold() in spoken:
            return translator(language_for(code))
    return translator(None)


def words_for(tr: Translator) -> dict[str, str]:
    """Return the texts with their translations, without those that are the same."""
    found = {text: tr.gettext(text) for text in texts()}
    return {text: words for text, words in found.items() if words != text}
