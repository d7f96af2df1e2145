"""Notes for translators: every text that cannot be understood alone has one."""

import re

from babel.messages.catalog import Message

from tests.support.cases import check_each
from tools.update_translations import template, texts_of

PLACE = re.compile(r"\{[^{}]*\}")
WORD = re.compile(r"[\w'’/-]+")
ENOUGH_WORDS = 4
"""Words, without placeholders, of a text that says by itself what it is about."""


def says_enough(text: str) -> bool:
    """Whether a text can be translated by somebody who sees nothing but the text."""
    begins = text.strip()[:1]
    is_whole = begins.isupper() or begins == "/"
    return is_whole and len(WORD.findall(PLACE.sub(" ", text))) >= ENOUGH_WORDS


def test_every_text_that_says_little_has_a_note() -> None:
    def check(message: Message) -> str | None:
        text = message.id if isinstance(message.id, str) else message.id[0]
        return None if message.auto_comments or says_enough(text) else f"no note: {text!r}"

    check_each([message for message in template() if message.id], check)


def test_a_note_is_for_what_is_below_it_and_for_all_of_a_file() -> None:
    code = """
# TRANSLATORS, ALL: In a list.

first = _("first")

def names(tr):
    # TRANSLATORS: Names of days,
    # in lower case.
    return {
        "a": tr.gettext("second"),
        # TRANSLATORS: The last one.
        "b": tr.pgettext("day", "third"),
    }

# TRANSLATORS: Counted.
def count(tr, number):
    return tr.ngettext("{count} day", "{count} days", number)
"""
    assert [tuple(one) for one in texts_of(code)] == [
        ("first", ["In a list."], None),
        ("second", ["Names of days, in lower case."], None),
        ("third", ["The last one."], "day"),
        (("{count} day", "{count} days"), ["Counted."], None),
    ]
