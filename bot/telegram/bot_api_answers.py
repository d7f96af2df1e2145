"""Tells Telegram's own answers from those of something in between, such as a proxy or a gateway.

Only an answer in Telegram's JSON says anything about a person or a message. A block page with the
status 403 does not mean that somebody blocked the bot, and a 404 not that a token is wrong.
"""

import json
from http import HTTPStatus

from telegram.error import BadRequest, NetworkError

CARRIED_OUT_PERHAPS = frozenset({HTTPStatus.GATEWAY_TIMEOUT})
"""Status codes from 500 on after which the request may have been carried out. After all others it
was almost certainly refused."""


class NotReachedError(NetworkError):
    """No connection was established, so the request was not sent."""


class RefusedError(NetworkError):
    """The request was not carried out: a server error, or a page of something in between."""


class UnreadableAnswerError(NetworkError):
    """The answer is not in Telegram's JSON, and the request may have been carried out."""


def check_answer(status: int, body: bytes, *, is_file: bool) -> None:
    """Let an answer of Telegram pass, for python-telegram-bot to interpret.

    Args:
        status: the HTTP status code.
        body: what was received. It is never part of an error's text.
        is_file: whether a file was asked for, whose content may be anything.

    Raises:
        RefusedError: the request was not carried out, and may be repeated.
        UnreadableAnswerError: it may have been carried out.
        BadRequest: something in between rejects the request as too large; a retry would fail, too.
    """
    if status < HTTPStatus.MULTIPLE_CHOICES:
        if not is_file and not _is_success(body):
            raise UnreadableAnswerError(f"{status} without Telegram's JSON")
    elif status in CARRIED_OUT_PERHAPS:
        raise UnreadableAnswerError(str(status))
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RefusedError(str(status))
    elif not _is_failure(body):
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise BadRequest("too large for something between the bot and Telegram")
        raise RefusedError(f"{status} that is not Telegram's")


def _is_success(body: bytes) -> bool:
    """Whether this looks like ``{"ok": true, "result": …}``; python-telegram-bot parses it."""
    return body.lstrip()[:1] == b"{" and b'"result"' in body


def _is_failure(body: bytes) -> bool:
    """Whether this is ``{"ok": false, "error_code": …, "description": …}``."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False and "error_code" in answer
