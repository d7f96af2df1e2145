"""Every text with every kind of value that it can get, in every language, reads as one sentence."""

import re
from collections.abc import Iterator, Mapping

import pytest
from babel.messages.catalog import Message

from bot.i18n.translator import Translator, available_languages, translator
from tests.support.cases import check_each
from tests.support.text_values import values
from tools.update_translations import load, template

PLACE = re.compile(r"\{([^{}]*)\}")
ODD: Mapping[str, re.Pattern[str]] = {
    "a placeholder is left": re.compile(r"[{}]"),
    "a value is missing": re.compile(r"\bNone\.?$"),
    "two spaces": re.compile(r"  "),
    "a space before a sign": re.compile(r" [,.](?!\d)"),
    "two signs": re.compile(r"(?<!\.)\.\.(?!\.)|,,|\.,|,\.|[:;][,.;:]|[?!][.,;:]"),
    "a sign without a space": re.compile(r"[;!?](?=\w)|,(?=[^\W\d_])"),
}
"""What is wrong → how it looks in a rendered text."""
ALLOWED = re.compile(r"“12 × ü\?”|\b\w{1,5}\.,|https?:|“.{0,3}\?")
"""Values that look odd by themselves, and shortened words before a comma ("3. Jan., 03:10")."""
FRENCH_SIGN = re.compile(r"(?<=[^\s\u00a0\u202f:;!?/…«\d])[:;!?](?=\s|$)")


def rendered(tr: Translator, message: Message) -> Iterator[str]:
    """A text with each value of each of its placeholders."""
    files = [name for name, _line in message.locations]
    source = message.id if isinstance(message.id, str) else message.id[1]
    known = {place: values(tr, place, files) for place in set(PLACE.findall(source)) if place}
    longest = max((len(found) for found in known.values()), default=1)
    for turn in range(longest):
        chosen = {place: found[turn % len(found)] for place, found in known.items()}
        yield text_of(tr, message, chosen.get("count", turn)).format(*range(9), **chosen)


def text_of(tr: Translator, message: Message, number: object) -> str:
    """The translation of a message: for a number, if it has several forms."""
    if isinstance(message.id, str):
        if message.context:
            return tr.pgettext(message.context, message.id)
        return tr.gettext(message.id)
    singular, plural = message.id
    return tr.ngettext(singular, plural, number if isinstance(number, int) else 2)


def odd(language: str, text: str) -> str | None:
    """What is wrong with a rendered text."""
    plain = ALLOWED.sub("x", text)
    for what, look in ODD.items():
        if look.search(plain):
            return what
    if language == "fr" and FRENCH_SIGN.search(plain) and "Source" not in plain:
        return "a French sign without its space"
    return None


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return [message for message in template() if message.id]


@pytest.mark.parametrize("language", available_languages())
def test_every_text_reads_well_with_every_value(language: str, messages: list[Message]) -> None:
    tr = translator(language, hours=12)  # whose times have letters, too
    cases = [(text, message) for message in messages for text in rendered(tr, message)]

    def check(case: tuple[str, Message]) -> str | None:
        text, message = case
        found = None if text == message.id == "None" else odd(language, text)
        return None if found is None else f"{found}: {text!r} ({message.id!r})"

    check_each(cases, check)


def test_a_language_without_a_catalogue_gets_every_text_in_english(messages: list[Message]) -> None:
    """The fallback of a text that has no translation is its English."""
    english, unknown = translator("en"), translator("tlh")
    assert unknown.language == "en"
    assert load("en")._messages == {}  # English is in the code only
    for message in messages:
        assert list(rendered(unknown, message)) == list(rendered(english, message))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Since {time}.", "a placeholder is left"),
        ("Noted for None.", "a value is missing"),
        ("Paused until  Monday.", "two spaces"),
        ("Left calf , 03:10", "a space before a sign"),
        ("Paused until 12. Jan..", "two signs"),
        ("Right?Yes", "a sign without a space"),
    ],
)
def test_what_is_odd_is_found(text: str, what: str) -> None:
    assert odd("en", text) == what
