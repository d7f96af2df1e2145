"""The wording rules that every text about health keeps, as a check for tests."""

import re
from collections.abc import Collection
from html.parser import HTMLParser

NEVER = re.compile(
    r"deficien|\bnormal|\bcure|\bprevent|\btreat(s|ed|ment)?\b|drink more|quinine|\btonic\b|epsom"
    r"|magnesium|\blit(re|er)s?\b|\bml\b|\b\d+\s?mg\b|\bdos(e|es|age) of (?!caffeine)|because"
    r"|nothing serious|nothing to worry|you have\b|this is\b(?! no test:)|\bworks\b|dehydrat"
    r"|electrolyte",
    re.IGNORECASE,
)
DISEASES = re.compile(
    r"thrombo|\bdvt\b|\bclots?\b|embol|cauda|rhabdo|stroke|tetanus|neurone|sclerosis|arterial|\bpad\b"
    r"|cancer|diabet|cirrho|neuropath|parkinson",
    re.IGNORECASE,
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "u", "s", "code", "pre", "blockquote"}, tag
        assert attrs == ([("expandable", None)] if tag == "blockquote" else [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def visible_text(html: str) -> str:
    """The text of a message in HTML parse mode; fails when it is not well formed."""
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x?[0-9a-fA-F]+;)", html), html
    tags = _Tags()
    tags.feed(html)
    tags.close()
    assert tags.open == []
    return tags.text


def assert_kind_words(text: str, allow: Collection[str] = ()) -> None:
    """Fail when a text breaks a rule that a pattern can see.

    Args:
        text: what is shown.
        allow: found words that this text may say all the same, in lower case.
    """
    for pattern in (NEVER, DISEASES):
        for found in pattern.finditer(text):
            assert found.group().casefold() in allow, f"{found} in {text}"
