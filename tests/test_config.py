"""Settings: one clear line that names what is wrong."""

from pathlib import Path

import pytest

from bot.config import ConfigError, load_settings

GOOD_TOKEN = "123456:abcdefghijklmnopqrstuvwxyz"


def test_everything_has_a_default() -> None:
    settings = load_settings(None)
    assert settings.bot_token is None
    assert settings.sqlite_path == Path("data/calmcalf.db")
    assert (settings.send_rate, settings.http_host, settings.http_port) == (25, "127.0.0.1", None)


def test_the_example_file_is_good_as_it_stands() -> None:
    example = Path(__file__).parent.parent / ".env.example"
    assert load_settings(example) == load_settings(None)


BAD = [
    ({"BOT_TOKEN": "hello"}, "BOT_TOKEN"),
    ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL"),
    ({"DATABASE_URL": "postgresql+psycopg2://localhost/x"}, "DATABASE_URL"),
    ({"DATABASE_URL": "postgresql://u:hell@o@host/x"}, "DATABASE_URL"),
    ({"DATABASE_URL": "postgresql://u:hell@o/w@host/x"}, "DATABASE_URL"),
    ({"DATABASE_URL": "postgresql://u@host/x?sslmod=require"}, "DATABASE_URL"),
    ({"DATABASE_URL": "what"}, "DATABASE_URL"),
    ({"DATABASE_URL": "postgresql+asyncpg://u:hello@1:hello@host/x"}, "DATABASE_URL"),
    ({"TELEGRAM_API_URL": "ftp://example.org"}, "TELEGRAM_API_URL"),
    ({"TELEGRAM_API_URL": "api.telegram.org"}, "TELEGRAM_API_URL"),
    ({"ALLOWED_USER_IDS": "1,two"}, "ALLOWED_USER_IDS"),
    ({"WEBHOOK_URL": "https://example.org"}, "WEBHOOK_SECRET"),
    ({"WEBHOOK_URL": "https://example.org", "WEBHOOK_SECRET": "short"}, "WEBHOOK_SECRET"),
    ({"WEBHOOK_URL": "https://example.org", "WEBHOOK_SECRET": "a" * 20}, "HTTP_PORT"),
    ({"WEBHOOK_URL": "http://example.org", "WEBHOOK_SECRET": "a" * 20}, "WEBHOOK_URL"),
    ({"HTTP_PORT": "eighty"}, "HTTP_PORT"),
    ({"HTTP_PORT": "0"}, "HTTP_PORT"),
    ({"HTTP_PORT": "70000"}, "HTTP_PORT"),
    ({"SEND_RATE": "0"}, "SEND_RATE"),
    ({"SEND_RATE": "fast"}, "SEND_RATE"),
    ({"SANDBOX_PORT": "-1"}, "SANDBOX_PORT"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
]


@pytest.mark.parametrize(("environment", "name"), BAD)
def test_a_bad_setting_is_one_line_naming_it(
    environment: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    with pytest.raises(ConfigError) as caught:
        load_settings(None)
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert "hello" not in line  # a mistyped token is still a secret


def test_good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", GOOD_TOKEN)
    monkeypatch.setenv("ALLOWED_USER_IDS", " 1, 5000000001 ,")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081/")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("WEBHOOK_URL", "")
    settings = load_settings(None)
    assert settings.token == GOOD_TOKEN
    assert settings.allowed_user_ids == {1, 5_000_000_001}
    assert settings.telegram_api_url == "http://127.0.0.1:8081"
    assert settings.log_level == "DEBUG"
    assert settings.webhook_url is None
    assert GOOD_TOKEN not in repr(settings)


def test_no_token_says_where_to_get_one() -> None:
    with pytest.raises(ConfigError, match="BOT_TOKEN: not set"):
        _ = load_settings(None).token
