"""A parser for Telegram's HTML parse mode, which gives plain text and entities.

It refuses what Telegram refuses, with the same descriptions. Offsets and lengths of entities are
in UTF-16 code units, as everywhere in Telegram.
"""

import re
from dataclasses import dataclass, field
from typing import Any

Entity = dict[str, Any]

MAX_ENTITIES = 100

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?P<decimal>\d{1,8})|#x(?P<hex>[0-9a-fA-F]{1,8})|(?P<name>[a-z]+));")
_SPACE = " \t\r\n\v\f"
_UNQUOTED = re.compile(r"[A-Za-z0-9.\-]+")
_LINK = re.compile(
    r"(?:https?://[^\s/?#]+\.[^\s]+|https?://[^\s/?#:]+[^\s]*|tg://\S+|mailto:\S+)", re.IGNORECASE
)
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])"
    r"|(?<![\w/<])/(?P<command>[A-Za-z0-9_]{1,64})(?![\w/])"
)

# Characters that Telegram removes from every text or replaces by a space.
_CLEANED: dict[int, str | None] = {code: " " for code in range(32) if code not in (9, 10, 13)}
_CLEANED |= {13: None} | dict.fromkeys(range(0x2028, 0x202F))


class EntityError(ValueError):
    """The markup has an error, described in Telegram's words."""


@dataclass
class _OpenTag:
    tag: str
    at: int
    attributes: dict[str, str] = field(default_factory=dict)


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def clean(text: str) -> str:
    """Remove carriage returns, control characters and direction overrides, as Telegram does."""
    return text.translate(_CLEANED)


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def fail(self, words: str, at: int) -> EntityError:
        return EntityError(f"{words} at byte offset {len(self.source[:at].encode())}")

    def put(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_length(text)

    def read(self) -> tuple[str, list[Entity]]:
        source = self.source
        while self.position < len(source):
            stop = self.position
            while stop < len(source) and source[stop] not in "<&":
                stop += 1
            if stop > self.position:
                self.put(source[self.position : stop])
                self.position = stop
            elif source[stop] == "&":
                self.reference()
            elif source.startswith("</", stop):
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise EntityError(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        return "".join(self.out), self.entities

    def reference(self) -> None:
        text, self.position = _reference(self.source, self.position)
        self.put(text)

    def skip_space(self) -> None:
        while self.position < len(self.source) and self.source[self.position] in _SPACE:
            self.position += 1

    def name_until(self, stops: str) -> str:
        begin = self.position
        while self.position < len(self.source) and self.source[self.position] not in stops:
            self.position += 1
        return self.source[begin : self.position].lower()

    def start_tag(self) -> None:
        begin = self.position
        self.position += 1
        tag = self.name_until(_SPACE + ">")
        if self.position >= len(self.source):
            raise self.fail("Unclosed start tag", begin)
        if tag not in _KINDS:
            raise self.fail(f'Unsupported start tag "{tag}"', begin)
        opened = _OpenTag(tag, self.length)
        while True:
            self.skip_space()
            if self.position >= len(self.source):
                raise self.fail("Unclosed start tag", begin)
            if self.source[self.position] == ">":
                self.position += 1
                break
            name = self.name_until(_SPACE + "=>")
            if not name:
                raise self.fail(f'Empty attribute name in the tag "{tag}"', begin)
            opened.attributes[name] = self.attribute_value(tag, name, begin)
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise self.fail('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(opened)

    def attribute_value(self, tag: str, name: str, begin: int) -> str:
        self.skip_space()
        source = self.source
        if self.position >= len(source):
            raise self.fail("Unclosed start tag", begin)
        if source[self.position] != "=":
            if (tag, name) == ("blockquote", "expandable"):
                return ""
            words = f'Expected equal sign in declaration of an attribute of the tag "{tag}"'
            raise self.fail(words, begin)
        self.position += 1
        self.skip_space()
        if self.position >= len(source):
            raise self.fail("Unclosed start tag", begin)
        quote = source[self.position]
        if quote not in "\"'":
            match = _UNQUOTED.match(source, self.position)
            if match is None:
                raise self.fail("Unexpected end of name token", self.position)
            self.position = match.end()
            return match.group().lower()
        end = source.find(quote, self.position + 1)
        if end < 0:
            raise self.fail("Unclosed start tag", begin)
        value, here = [], self.position + 1
        while here < end:
            if source[here] == "&":
                text, here = _reference(source, here)
                value.append(text)
            else:
                value.append(source[here])
                here += 1
        self.position = end + 1
        return "".join(value)

    def end_tag(self) -> None:
        begin = self.position
        if not self.open:
            raise self.fail("Unexpected end tag", begin)
        self.position += 2
        tag = self.name_until(_SPACE + ">")
        self.skip_space()
        if self.position >= len(self.source) or self.source[self.position] != ">":
            raise self.fail("Unclosed end tag", begin)
        self.position += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            found = (
                f"Unmatched end tag at byte offset {len(self.source[:begin].encode())}, expected "
            )
            raise EntityError(f'{found}"</{opened.tag}>", found "</{tag}>"')
        self.close(opened)

    def close(self, opened: _OpenTag) -> None:
        if self.length == opened.at:
            return
        entity: Entity = {
            "type": _KINDS[opened.tag],
            "offset": opened.at,
            "length": self.length - opened.at,
        }
        attributes = opened.attributes
        if opened.tag == "a":
            inner = "".join(self.out).encode("utf-16-le")[opened.at * 2 :].decode("utf-16-le")
            url = attributes.get("href") or inner
            if not _LINK.fullmatch(url):
                return
            entity["url"] = url
        elif opened.tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                return
            entity["custom_emoji_id"] = attributes["emoji-id"]
        elif opened.tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and attributes.get("class", "").startswith("language-"):
            entity["language"] = attributes["class"].removeprefix("language-")
        self.entities.append(entity)


def _reference(source: str, at: int) -> tuple[str, int]:
    match = _REFERENCE.match(source, at)
    if match is not None:
        if match["name"] is not None:
            known = _NAMED.get(match["name"])
        else:
            code = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
            valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
            known = clean(chr(code)) if valid else None
        if known is not None:
            return known, match.end()
    return "&", at + 1


def _tidy(entities: list[Entity]) -> list[Entity]:
    """Sort and deduplicate entities; move a language from ``code`` to the ``pre`` around it."""
    pres = {(e["offset"], e["length"]): e for e in entities if e["type"] == "pre"}
    kept: dict[tuple[str, int, int], Entity] = {}
    for entity in entities:
        around = pres.get((entity["offset"], entity["length"]))
        if entity["type"] == "code":
            language = entity.pop("language", None)
            if around is not None:
                if language:
                    around["language"] = language
                continue
        kept.setdefault((entity["type"], entity["offset"], entity["length"]), entity)
    return sorted(kept.values(), key=lambda e: (e["offset"], -e["length"]))[:MAX_ENTITIES]


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip white space, at the beginning only up to the first entity; shift the entities."""
    text = text.rstrip()
    end = utf16_length(text)
    first = min((entity["offset"] for entity in entities), default=end)
    cut = min(len(text) - len(text.lstrip()), first)
    kept = []
    for entity in entities:
        length = min(entity["offset"] + entity["length"], end) - entity["offset"]
        if length > 0:
            kept.append(entity | {"offset": entity["offset"] - cut, "length": length})
    return text[cut:], kept


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Parse text in HTML parse mode.

    Returns:
        The plain text, trimmed, and its entities in order.

    Raises:
        EntityError: with Telegram's description of the error.
    """
    text, entities = _Parser(clean(source)).read()
    return _trim(text, _tidy(entities))


def plain(source: str) -> str:
    """Return a text without parse mode as Telegram stores it: cleaned and stripped."""
    return clean(source).strip()


def found_in(text: str, taken: list[Entity]) -> list[Entity]:
    """Find bot commands and URLs outside ``taken`` entities; Telegram marks them automatically."""
    if "/" not in text:
        return []
    found = []
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match.group())
        if any(
            e["offset"] < offset + length and offset < e["offset"] + e["length"]
            for e in taken
            if e["type"] in ("code", "pre", "text_link")
        ):
            continue
        kind = "url" if match["url"] else "bot_command"
        found.append({"type": kind, "offset": offset, "length": length})
    return found


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Return the entities and those that Telegram marks automatically, in order."""
    found = found_in(text, entities)
    if not found:
        return entities
    return sorted(entities + found, key=lambda e: (e["offset"], -e["length"]))
