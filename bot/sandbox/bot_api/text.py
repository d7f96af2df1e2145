"""Texts and captions that the bot sends, with their entities."""

from typing import Any

from bot.sandbox import entities
from bot.sandbox.bot_api.params import Params, bad_request
from bot.sandbox.entities import EntityError, utf16_length
from bot.sandbox.models import Json

MAX_TEXT = 4096
MAX_CAPTION = 1024


def message_text(params: Params) -> tuple[str, list[Json]]:
    """Return the text of a message and its entities."""
    source = params.text("text")
    if not source:
        raise bad_request("message text is empty")
    explicit = params.parsed("entities", "can't parse entities JSON object")
    text, marked = _formatted(
        source, params.text("parse_mode"), explicit, MAX_TEXT, "message is too long"
    )
    if not text:
        raise bad_request("text must be non-empty")
    return text, marked


def caption(source: str, mode: str, explicit: Any) -> tuple[str | None, list[Json]]:
    """Return a caption and its entities; None when it is empty.

    Args:
        source: as it was sent.
        mode: the parse mode.
        explicit: entities that were sent.
    """
    if not source:
        return None, []
    words = "message caption is too long"
    text, marked = _formatted(source, mode, explicit, MAX_CAPTION, words)
    return text or None, marked


def caption_of(params: Params) -> tuple[str | None, list[Json]]:
    """Return the caption of a request and its entities."""
    explicit = params.parsed("caption_entities", "can't parse entities JSON object")
    return caption(params.text("caption"), params.text("parse_mode"), explicit)


def _formatted(
    source: str, mode: str, explicit: Any, limit: int, too_long: str
) -> tuple[str, list[Json]]:
    if len(source.encode()) > 1 << 15:
        raise bad_request("text is too long")
    mode = mode.lower()
    if mode in ("", "none"):
        text, marked = _explicit(source, explicit)
    elif mode == "html":
        try:
            text, marked = entities.parse_html(source)
        except EntityError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("the sandbox reads HTML parse mode only")
    else:
        raise bad_request("unsupported parse_mode")
    if utf16_length(text) > limit:
        raise bad_request(too_long)
    return text, entities.with_found(text, marked)


def _explicit(source: str, explicit: Any) -> tuple[str, list[Json]]:
    text = entities.clean(source).rstrip()
    if not explicit:
        return text.lstrip(), []
    if not isinstance(explicit, list) or not all(isinstance(e, dict) for e in explicit):
        raise bad_request("can't parse entities: MessageEntity must be an Object")
    length = utf16_length(text)
    kept = []
    for entity in explicit:
        if not isinstance(entity.get("offset"), int) or not isinstance(entity.get("length"), int):
            raise bad_request("can't parse entities: Can't find field \"offset\"")
        if entity["offset"] >= 0 and 0 < entity["length"] <= length - entity["offset"]:
            kept.append(entity)
    return text, kept
