"""The settings. No other module reads the environment."""

import os
import re
import urllib.request
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url

from bot.age_files import recipients_of
from bot.database_address import normalized
from bot.secret_files import with_secrets_from_files

TOKEN_PATTERN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
MIN_RETENTION_DAYS = 120
TELEGRAM = "https://api.telegram.org"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost"})
PROXY_SCHEMES = frozenset({"http", "https", "socks4", "socks5", "socks5h"})
CONTAINER_SECRETS = Path("/run/secrets")
LONGEST_OPERATOR_LINE = 100
DEFAULT_DATABASE = "sqlite+aiosqlite:///data/calmcalf.db"


class ConfigError(Exception):
    """The configuration is unusable; the message is one line that names the setting."""


def _check_proxy(address: str) -> None:
    """Raises ValueError, without the address, which may hold a password."""
    parts = urlsplit(address)
    try:
        is_good = parts.scheme in PROXY_SCHEMES and parts.hostname and parts.port != 0
    except ValueError:  # a port that is not a number
        is_good = False
    if not is_good:
        raise ValueError("must be http://, https:// or socks5:// with a host and a port")


def _is_this_machine(host: str | None) -> bool:
    """Whether the host of an address is loopback, so that nothing leaves the machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:  # a name
        return False


class Settings(BaseSettings):
    """What the operator configures. Each field is an environment variable in upper case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    bot_token: SecretStr | None = None
    bot_token_file: Path | None = None
    database_url: str = DEFAULT_DATABASE
    database_url_file: Path | None = None
    telegram_api_url: str = TELEGRAM
    telegram_api_over_http: bool = False
    telegram_proxy: SecretStr | None = None
    telegram_proxy_file: Path | None = None
    allowed_user_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    admin_user_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    operator_name: str | None = None
    operator_contact: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    webhook_secret_file: Path | None = None
    mini_app_url: str | None = None
    public_url: str | None = None
    http_host: str = "127.0.0.1"
    http_port: int | None = Field(default=None, ge=1, le=65535)
    trusted_proxies: str = "127.0.0.1,::1"
    retention_days: int = Field(default=0, ge=0, le=36_500)
    backup_dir: Path | None = None
    backup_age_recipient: str | None = None
    backup_keep: int = Field(default=7, ge=1, le=365)
    send_rate: float = Field(default=25, gt=0, le=1000)
    allow_paid_broadcast: bool = False
    sandbox_port: int = Field(default=8080, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    notify_socket: str | None = None  # systemd sets this and the next
    watchdog_usec: int | None = Field(default=None, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        folders = (Path(credentials), CONTAINER_SECRETS) if credentials else (CONTAINER_SECRETS,)
        return with_secrets_from_files(values, folders)

    @field_validator("bot_token")
    @classmethod
    def _looks_like_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN_PATTERN.fullmatch(value.get_secret_value()):
            raise ValueError("does not look like a token from BotFather (digits, a colon, letters)")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_driver(cls, value: str) -> str:
        return normalized(value)

    @field_validator("backup_age_recipient")
    @classmethod
    def _names_keys(cls, value: str | None) -> str | None:
        if value is not None and not recipients_of(value):
            raise ValueError("names no key")
        return value

    @field_validator("telegram_api_url", "webhook_url", "mini_app_url", "public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an http or https address")
        return value.rstrip("/")

    @field_validator("telegram_proxy")
    @classmethod
    def _is_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _check_proxy(value.get_secret_value())
        return value

    @field_validator("allowed_user_ids", "admin_user_ids", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            found = frozenset(int(part) for part in value.split(",") if part.strip())
        except ValueError:
            raise ValueError("must be numbers separated by commas") from None
        if value.strip() and not found:  # "," would open a private bot to everybody
            raise ValueError("names nobody; leave it empty if you mean everybody")
        return found

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            return ",".join(str(ip_network(part.strip())) for part in value.split(","))
        except ValueError:
            raise ValueError("must be addresses or networks, separated by commas") from None

    @field_validator("operator_name", "operator_contact")
    @classmethod
    def _short_line(cls, value: str | None) -> str | None:
        found = (value or "").strip()
        if len(found) > LONGEST_OPERATOR_LINE or not found.isprintable():
            raise ValueError(f"must be one line of at most {LONGEST_OPERATOR_LINE} characters")
        return found or None

    @field_validator("retention_days")
    @classmethod
    def _long_enough(cls, value: int) -> int:
        if 0 < value < MIN_RETENTION_DAYS:
            raise ValueError(
                f"must be 0 (for ever) or at least {MIN_RETENTION_DAYS}: the figures need weeks"
            )
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _mini_app_is_served(self) -> "Settings":
        if self.mini_app_url is None:
            return self
        parts = urlsplit(self.mini_app_url)
        if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
            raise ValueError("MINI_APP_URL: Telegram opens https addresses only")
        if self.http_port is None:
            raise ValueError("HTTP_PORT: must be set when MINI_APP_URL is set")
        return self

    @model_validator(mode="after")
    def _public_address_is_served(self) -> "Settings":
        if self.public_url is None:
            return self
        parts = urlsplit(self.public_url)
        if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
            raise ValueError("PUBLIC_URL: must be https, because addresses under it are secret")
        if self.http_port is None:
            raise ValueError("HTTP_PORT: must be set when PUBLIC_URL is set")
        return self

    @model_validator(mode="after")
    def _webhook_needs_secret(self) -> "Settings":
        if self.webhook_url is None:
            return self
        if self.telegram_api_url == TELEGRAM and urlsplit(self.webhook_url).scheme != "https":
            raise ValueError("WEBHOOK_URL: Telegram calls https addresses only")
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
            raise ValueError(
                "WEBHOOK_SECRET: must be 16 to 256 letters, digits, _ or - when WEBHOOK_URL is set"
            )
        if self.http_port is None:
            raise ValueError("HTTP_PORT: must be set when WEBHOOK_URL is set")
        return self

    @model_validator(mode="after")
    def _nobody_listens_on_the_way(self) -> "Settings":
        parts = urlsplit(self.telegram_api_url)
        if parts.scheme == "https" or _is_this_machine(parts.hostname):
            return self
        if not self.telegram_api_over_http:
            raise ValueError(
                "TELEGRAM_API_URL: over http, everybody on the way can read the token and what "
                "people write; use https, or set TELEGRAM_API_OVER_HTTP=true when the way is a "
                "private network of containers"
            )
        return self

    @property
    def proxy(self) -> str | None:
        """The address of the proxy to Telegram: the setting, else as the environment has it.

        The environment counts as in curl: ``HTTPS_PROXY`` (or ``HTTP_PROXY`` for an http address),
        then ``ALL_PROXY``, unless ``NO_PROXY`` names the host.

        Raises:
            ConfigError: the environment names something that is not the address of a proxy.
        """
        if self.telegram_proxy is not None:
            return self.telegram_proxy.get_secret_value()
        parts = urlsplit(self.telegram_api_url)
        if urllib.request.proxy_bypass(parts.netloc):
            return None
        proxies = urllib.request.getproxies()
        name = parts.scheme if proxies.get(parts.scheme) else "all"
        found = proxies.get(name)
        if not found:
            return None
        try:
            _check_proxy(found)
        except ValueError as error:
            raise ConfigError(f"{name.upper()}_PROXY: {error}") from None
        return found

    @property
    def setting_for_people(self) -> str | None:
        """A setting other than the token that shows that real people are meant; None: no such."""
        said = {
            "ALLOWED_USER_IDS": self.allowed_user_ids,
            "ADMIN_USER_IDS": self.admin_user_ids,
            "OPERATOR_NAME": self.operator_name,
            "OPERATOR_CONTACT": self.operator_contact,
            "RETENTION_DAYS": self.retention_days,
            "WEBHOOK_URL": self.webhook_url,
            "MINI_APP_URL": self.mini_app_url,
            "PUBLIC_URL": self.public_url,
            "BACKUP_DIR": self.backup_dir,
            "DATABASE_URL": self.database_url != normalized(DEFAULT_DATABASE),
        }
        return next((name for name, value in said.items() if value), None)

    @property
    def is_sqlite(self) -> bool:
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, or None for PostgreSQL and in-memory databases."""
        url = make_url(self.database_url)
        if not self.is_sqlite or url.database in {None, "", ":memory:"}:
            return None
        return Path(str(url.database))

    @property
    def reachable_url(self) -> str | None:
        """The https address at which the HTTP server can be reached from everywhere; None: at none.

        It is set, or that of the Mini App or of the webhook. An address of this computer counts,
        too, so that everything can be tried.
        """
        for url in (self.public_url, self.mini_app_url, self.webhook_url):
            parts = urlsplit(url or "")
            if parts.scheme == "https" or parts.hostname in LOCAL_HOSTS:
                return url
        return None

    @property
    def is_open(self) -> bool:
        """Whether everybody may use the bot. Then it asks people before it stores anything."""
        return not self.allowed_user_ids

    def check_operator(self) -> None:
        """Make sure that people can be told who runs a bot that is open to everybody.

        Raises:
            ConfigError: it is open, and no name or no contact is set.
        """
        operator = {
            "OPERATOR_NAME": self.operator_name,
            "OPERATOR_CONTACT": self.operator_contact,
        }
        for name, value in operator.items():
            if self.is_open and value is None:
                raise ConfigError(
                    f"{name}: not set; a bot that is open to everybody says who runs it, and how "
                    "they can be reached (or set ALLOWED_USER_IDS for a private one)"
                )

    def lets_in(self, user_id: int) -> bool:
        """Whether a person may use the bot: everybody may, unless it is private."""
        return self.is_open or user_id in self.allowed_user_ids

    def is_admin(self, user_id: int) -> bool:
        """Whether a person may see how the bot is, and write to everybody."""
        return user_id in self.admin_user_ids

    @property
    def token(self) -> str:
        """The bot's token.

        Raises:
            ConfigError: no token is set.
        """
        if self.bot_token is None:
            raise ConfigError("BOT_TOKEN: not set; get one from BotFather and put it into .env")
        return self.bot_token.get_secret_value()


def load_settings(env_file: str | Path | None = ".env", **overrides: object) -> Settings:
    """Read the environment and the ``.env`` file; keyword arguments override both.

    Raises:
        ConfigError: naming the first setting that is unusable.
    """
    try:
        if env_file is not None:
            _check_lines(Path(env_file))
        return Settings(_env_file=env_file, **overrides)  # type: ignore[call-arg, arg-type]
    except UnicodeDecodeError:
        raise ConfigError(f"{env_file}: is not UTF-8 text") from None
    except OSError as error:
        raise ConfigError(
            f"{env_file}: cannot be read ({os.strerror(error.errno or 0)}); "
            "start in the bot's own folder, as its own account"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        sentence = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise ConfigError(sentence) from None
        raise ConfigError(f"{str(first['loc'][0]).upper()}: {sentence}") from None


def _check_lines(env_file: Path) -> None:
    """Refuse a file of settings of which a part would be ignored silently.

    A line that cannot be read would count as not set: without ``ALLOWED_USER_IDS``, for instance,
    a private bot is open to everybody. Docker makes a folder of a file that it cannot mount.

    Raises:
        ConfigError: it is a folder, or has a line that cannot be read.
        OSError, UnicodeDecodeError: it cannot be read at all.
    """
    if env_file.is_dir():
        raise ConfigError(f"{env_file}: is a folder, not a file of settings")
    if not env_file.exists():
        return
    with env_file.open(encoding="utf-8") as lines:
        for binding in parse_stream(lines):
            if binding.error or (binding.key is not None and binding.value is None):
                text = binding.original.string
                number = binding.original.line + len(text) - len(text.lstrip("\r\n"))
                raise ConfigError(
                    f"{env_file}: line {number} is not NAME=value, or a quote in it is not closed"
                )
