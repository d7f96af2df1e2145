"""Settings: one clear line that names what is wrong."""

from pathlib import Path

import pytest

from bot.config import ConfigError, load_settings
from bot.env_file_notes import notes_on

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
    ({"TELEGRAM_API_URL": "http://api.telegram.org"}, "TELEGRAM_API_URL"),
    ({"TELEGRAM_API_URL": "http://telegram-bot-api:8081"}, "TELEGRAM_API_URL"),
    ({"TELEGRAM_API_URL": "http://10.0.0.2:8081"}, "TELEGRAM_API_URL"),
    ({"TELEGRAM_API_URL": "http://127.0.0.1.example.org"}, "TELEGRAM_API_URL"),
    ({"ALLOWED_USER_IDS": "1,two"}, "ALLOWED_USER_IDS"),
    ({"ALLOWED_USER_IDS": ","}, "ALLOWED_USER_IDS"),
    ({"TELEGRAM_PROXY": "user:hello@proxy"}, "TELEGRAM_PROXY"),
    ({"TELEGRAM_PROXY": "ftp://hello@proxy:21"}, "TELEGRAM_PROXY"),
    ({"TELEGRAM_PROXY": "socks5://hello@proxy:port"}, "TELEGRAM_PROXY"),
    ({"BOT_TOKEN_FILE": "nowhere/at-all"}, "BOT_TOKEN_FILE"),
    ({"BOT_TOKEN": GOOD_TOKEN, "BOT_TOKEN_FILE": "x"}, "BOT_TOKEN_FILE"),
    ({"WEBHOOK_URL": "https://example.org"}, "WEBHOOK_SECRET"),
    ({"WEBHOOK_URL": "https://example.org", "WEBHOOK_SECRET": "short"}, "WEBHOOK_SECRET"),
    ({"WEBHOOK_URL": "https://example.org", "WEBHOOK_SECRET": "a" * 20}, "HTTP_PORT"),
    ({"WEBHOOK_URL": "http://example.org", "WEBHOOK_SECRET": "a" * 20}, "WEBHOOK_URL"),
    ({"HTTP_PORT": "eighty"}, "HTTP_PORT"),
    ({"TRUSTED_PROXIES": "*"}, "TRUSTED_PROXIES"),
    ({"TRUSTED_PROXIES": "proxy"}, "TRUSTED_PROXIES"),
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


def test_every_secret_can_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "BOT_TOKEN": GOOD_TOKEN,
        "DATABASE_URL": "postgresql://u:secret@host/name",
        "TELEGRAM_PROXY": "socks5://u:secret@proxy:1080",
        "WEBHOOK_SECRET": "s" * 32,
    }
    for name, text in secrets.items():
        file = tmp_path / f"{name}.txt"
        file.write_text(f"{text}\n")
        monkeypatch.setenv(f"{name}_FILE", str(file))
    settings = load_settings(None)
    assert settings.token == GOOD_TOKEN
    assert settings.database_url == "postgresql+asyncpg://u:secret@host/name"
    assert settings.proxy == secrets["TELEGRAM_PROXY"]
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == secrets["WEBHOOK_SECRET"]
    assert "secret@" not in repr(settings.telegram_proxy)


def test_a_systemd_credential_is_found_and_a_setting_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bot_token").write_text(GOOD_TOKEN)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load_settings(None).token == GOOD_TOKEN
    monkeypatch.setenv("BOT_TOKEN", "654321:zyxwvutsrqponmlkjihgfedcba")
    assert load_settings(None).token == "654321:zyxwvutsrqponmlkjihgfedcba"


@pytest.mark.parametrize("content", [b"", b"\n", b"hello\nhello", b"\xff", b"hello" * 1000])
def test_a_bad_secret_file_is_named_and_not_quoted(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_bytes(content)
    monkeypatch.setenv("BOT_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(ConfigError, match=r"^BOT_TOKEN_FILE: ") as caught:
        load_settings(None)
    assert "hello" not in str(caught.value)


PROXIES: tuple[tuple[dict[str, str], str | None], ...] = (
    ({}, None),
    ({"HTTPS_PROXY": "http://a:1"}, "http://a:1"),
    ({"ALL_PROXY": "socks5://b:2"}, "socks5://b:2"),
    ({"HTTPS_PROXY": "http://a:1", "ALL_PROXY": "socks5://b:2"}, "http://a:1"),
    ({"HTTP_PROXY": "http://a:1"}, None),
    ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "telegram.org"}, None),
    ({"HTTPS_PROXY": "http://a:1", "TELEGRAM_PROXY": "socks5h://c:3"}, "socks5h://c:3"),
)


@pytest.mark.parametrize(("environment", "expected"), PROXIES)
def test_the_proxy_of_the_environment(
    environment: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert load_settings(None).proxy == expected


def test_whatever_speaks_of_people_is_no_trial() -> None:
    """Without a token `run` serves the sandbox, unless one of these is set."""
    assert load_settings(None).setting_for_people is None
    secret = {"webhook_secret": "s" * 16, "http_port": 8081}
    for name, value, more in (
        ("allowed_user_ids", "5", {}),
        ("admin_user_ids", "5", {}),
        ("operator_name", "Ann", {}),
        ("operator_contact", "ann@example.org", {}),
        ("retention_days", 365, {}),
        ("webhook_url", "https://bot.example.org", secret),
        ("mini_app_url", "https://bot.example.org", {"http_port": 8081}),
        ("backup_dir", "backups", {}),
        ("database_url", "postgresql://localhost/calmcalf", {}),
        ("database_url", "sqlite+aiosqlite:///other.db", {}),
    ):
        settings = load_settings(None, **{name: value}, **more)
        assert settings.setting_for_people == name.upper()


def test_names_that_are_no_settings_are_told_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ALOWED_USER_IDS=1\nPOSTGRES_PASSWORD=x\nHTTPS_PROXY=\nbot_token=\nXYZ=1\n")
    file.chmod(0o600)
    assert list(notes_on(file)) == [
        f"{file}: ALOWED_USER_IDS is no setting; did you mean ALLOWED_USER_IDS?",
        f"{file}: XYZ is no setting",
    ]
    file.write_text("LOG_LEVEL=INFO\n")
    file.chmod(0o640)
    (note,) = notes_on(file)
    assert "chmod 600" in note


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A=1\nB: 2\n", 2),
        ("# all\n\nALLOWED_USER_IDS 1\n", 3),
        ('A=1\n\nBOT_TOKEN="1:x\nALLOWED_USER_IDS=1\n', 3),
        ("A=1\r\n\r\nBOT_TOKEN\r\n", 3),
    ],
)
def test_a_line_that_cannot_be_read_is_not_left_out(text: str, line: int, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(text.encode())
    with pytest.raises(ConfigError, match=f"env: line {line} is not NAME=value"):
        load_settings(file)
    file.write_text("\ufeff# all\n\n export SEND_RATE = 3 # a second\nOPERATOR_NAME='A B'\nX=\n")
    settings = load_settings(file)
    assert (settings.send_rate, settings.operator_name) == (3, "A B")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "[::1]"])
def test_http_to_this_machine_needs_no_word(host: str) -> None:
    url = f"http://{host}:8081"
    assert load_settings(None, telegram_api_url=url).telegram_api_url == url


def test_http_to_another_host_has_to_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://telegram-bot-api:8081")
    monkeypatch.setenv("TELEGRAM_API_OVER_HTTP", "true")
    assert load_settings(None).telegram_api_url == "http://telegram-bot-api:8081"
