"""The chat page's own words: found in its files, and translated for whoever opens it."""

import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

from bot.i18n.translator import Translator, available_languages, language_for, translator

STATIC = Path(__file__).parent / "static"
SPOKEN = ("aria-label", "placeholder", "title")
_CALL = re.compile(r'\bt\("((?:[^"\\]|\\.)+)"')
_HAS_WORDS = re.compile(r"[A-Za-z]{2}")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data.strip())


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """Every text of the page, in the order of its files."""
    page = _Words()
    page.feed((STATIC / "index.html").read_text(encoding="utf-8"))
    found = [text for text in page.found if _HAS_WORDS.search(text)]
    for script in sorted(STATIC.glob("*.js")):
        found += _CALL.findall(script.read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(found))


def language_of(wanted: str | None, accepted: str) -> Translator:
    """The translator for somebody who opens the page.

    Args:
        wanted: what the page's address asks for.
        accepted: the browser's ``Accept-Language``; the first language that there is counts.
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
    """Text → translation; nothing for what needs none."""
    found = {text: tr.gettext(text) for text in texts()}
    return {text: words for text, words in found.items() if words != text}
