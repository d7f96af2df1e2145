"""Reads secret settings from files: ``BOT_TOKEN_FILE``, systemd credentials, container secrets.

Of a setting such as ``BOT_TOKEN`` the value itself comes first, then the file that
``BOT_TOKEN_FILE`` names, then the file ``bot_token`` in ``$CREDENTIALS_DIRECTORY`` (systemd's
``LoadCredential=``), then ``/run/secrets/bot_token`` (containers).
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

SECRETS = ("bot_token", "database_url", "telegram_proxy", "webhook_secret")
LONGEST = 4096
"""Bytes of a secret; a larger file is something else."""


def with_secrets_from_files(values: Mapping[str, Any], folders: Iterable[Path]) -> dict[str, Any]:
    """Add the secrets that are in files to the values of settings, by the settings' names.

    Args:
        values: what is set, by the settings' names in small letters.
        folders: where files may lie that are named as their settings, first to last.

    Raises:
        ValueError: one line that names the setting.
    """
    found = dict(values)
    for name in SECRETS:
        file = found.get(f"{name}_file")
        if file and found.get(name):
            raise ValueError(f"{name.upper()}_FILE: {name.upper()} is set as well, keep one")
        if file:
            found[name] = _read(f"{name}_file", Path(str(file)))
        elif not found.get(name):
            lying = next((one / name for one in folders if (one / name).is_file()), None)
            if lying is not None:
                found[name] = _read(name, lying)
    return found


def _read(name: str, path: Path) -> str:
    """The text of a file without white space around it. Errors never quote what is in it."""
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise ValueError(f"{name.upper()}: {path} cannot be read ({reason})") from None
    try:
        text = content.decode().strip()
    except UnicodeDecodeError:
        raise ValueError(f"{name.upper()}: {path} is not UTF-8 text") from None
    if not text or len(content) > LONGEST or len(text.splitlines()) > 1:
        raise ValueError(f"{name.upper()}: {path} must contain one line, the secret")
    return text
