"""Replayed text: the question that it answered when it first came may no longer be open.

So an update that is set aside (``update_handling.py``) notes which question was open. Commands and
taps say themselves what they are about; typed text does not.
"""

# TRANSLATORS, ALL: About a message of an earlier day that a bug has kept from being read.

import hashlib
from collections.abc import Mapping
from html import escape
from typing import Any

from bot.database.models import SetupStep, User
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.current_update import current_update
from bot.telegram.message import Message

ASKED_THEN = "asked_then"
"""A name beside those of Telegram in an update that was set aside: which question was open."""
NOTHING_ASKED = ""
UNKNOWN = "unknown"
"""Stands for the question in updates that an earlier version has set aside."""
LONGEST_QUOTE = 200


def question_of(person: User | None) -> str:
    """The question that a person's typed text answers now, as a hash, because it may quote them."""
    if person is None:
        return NOTHING_ASKED
    asked = (person.awaiting, person.on_screen, person.open_question)
    if not any(asked) and person.setup_step is SetupStep.DONE:
        return NOTHING_ASKED
    words = repr((person.setup_step.value, *asked))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def with_question(raw: Mapping[str, Any], person: User | None) -> dict[str, Any]:
    """An update that is set aside, with the question that was open when it first came."""
    return {**raw, ASKED_THEN: raw.get(ASKED_THEN, question_of(person))}


def asked_then(context: Context) -> str | None:
    """The question that was open when a replayed text first came, if it is not open now.

    None for everything else, which is read as usual. To be called before ``open_question.taken``.
    """
    current = current_update.get()
    then = None if current is None else current.held.raw.get(ASKED_THEN)
    if then is None or then == question_of(context.person):
        return None
    return str(then)


def not_read(tr: Translator, text: str) -> Message:
    """Say that words of an earlier day were not read, and quote them."""
    quoted = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
    words = tr.gettext(
        "I could not read this when you sent it:\n“{text}”\nIf it still matters, please send it "
        "again."
    )
    return Message(escape(words.format(text=quoted), quote=False), silent=True)
