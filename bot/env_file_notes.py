"""Finds what is odd in a ``.env`` file that can be used: unknown names, and who can read it."""

import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from bot.config import Settings

ENV_FILE = Path(".env")
FOREIGN = re.compile(r"POSTGRES_|COMPOSE_|PYTHON|SSL_CERT_|TZ$|\w*_PROXY$", re.IGNORECASE)
"""Names in a ``.env`` file that are for other programs, such as compose or OpenSSL."""


def notes_on(env_file: Path = ENV_FILE) -> Iterator[str]:
    """What an operator should know about a ``.env`` file that is good otherwise, a line each.

    Names that are not settings, with the nearest setting, and a file that other accounts can read.
    """
    known = {name.upper() for name in Settings.model_fields}
    for name in dotenv_values(env_file, interpolate=False) if env_file.is_file() else ():
        if name.upper() not in known and not FOREIGN.match(name):
            nearest = get_close_matches(name.upper(), sorted(known), n=1)
            meant = f"; did you mean {nearest[0]}?" if nearest else ""
            yield f"{env_file}: {name} is no setting{meant}"
    with suppress(OSError):
        if env_file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            yield f"{env_file}: other accounts can read its secrets; chmod 600 {env_file}"
