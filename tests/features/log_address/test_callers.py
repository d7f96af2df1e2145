"""Wrong tokens are counted by who sends them, in bounded memory."""

import pytest

from bot.features.log_address import callers
from bot.features.log_address.callers import WRONG_TOKENS, Callers, caller_of
from bot.features.log_address.token import hash_of, is_marked, is_token, token_of


@pytest.mark.parametrize(
    ("host", "caller"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
        ("testclient", "unknown"),
        ("x" * 9999, "unknown"),
    ],
)
def test_who_calls(host: str | None, caller: str) -> None:
    assert caller_of(host) == caller


def test_wrong_tokens_are_looked_up_a_few_times_a_minute() -> None:
    known = Callers()
    for number in range(WRONG_TOKENS.most):
        assert known.may_ask("a", f"{number}", 0)
        known.was_wrong("a", f"{number}", 0)
    assert not known.may_ask("a", "x", 0)
    assert known.may_ask("b", "x", 0), "others may"
    assert known.may_ask("a", "x", WRONG_TOKENS.seconds / WRONG_TOKENS.most + 0.1)
    known.was_valid("mine")
    assert known.may_ask("a", "mine", 0), "behind a proxy everybody is the same caller"
    known.was_wrong("a", "mine", 0)
    assert not known.may_ask("a", "mine", 0), "it was replaced"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "MOST_KEPT", 3)
    known = Callers()
    for number in range(10):
        known.was_wrong(f"{number}", "x", 0)
        known.was_valid(f"{number}")
    assert list(known._wrong) == list(known._valid) == ["7", "8", "9"]


def test_tokens() -> None:
    token = token_of("nonce", "1:bot-token")
    assert is_token(token)
    assert token == token_of("nonce", "1:bot-token")
    others = {token_of("nonce", "2:other"), token_of("other", "1:bot-token"), hash_of(token)}
    assert token not in others
    assert is_marked(token, "1:bot-token")
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    assert not is_marked(changed, "1:bot-token")
    assert not is_marked(token, "2:other")
    assert not is_marked("A" * 43, "1:bot-token")
    for text in ("", token[:-1], f"{token}A", f"{token}\n", token[:-1] + "/", "é" * 43):
        assert not is_token(text)
