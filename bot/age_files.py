"""Encrypts files with age for public keys (the recipients), and decrypts them with a private one.

The work is done by a library in Rust, which is imported only where it is needed, because most
installations encrypt nothing.
"""

import threading
from pathlib import Path
from typing import IO, Any

MAGICS = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED")
"""The first bytes of an encrypted file, in age's binary format and in its text format."""
SUFFIX = ".age"
PRIVATE = "AGE-SECRET-KEY-"


class AgeError(Exception):
    """A file was not encrypted or decrypted.

    The message continues the name of the file, such as "is damaged".
    """


def recipients_of(text: str) -> list[Any]:
    """The public keys in a setting, separated by commas: ``age1…`` or ``ssh-ed25519 …``.

    Raises:
        ValueError: one of them is not a public key.
    """
    from pyrage import (  # type: ignore[import-untyped]  # noqa: PLC0415
        RecipientError,
        ssh,
        x25519,
    )

    found = []
    for one in filter(None, map(str.strip, text.split(","))):
        if one.upper().startswith(PRIVATE):
            raise ValueError("is a private key; give the public one (age1…), keep this elsewhere")
        kind = ssh if one.startswith("ssh-") else x25519
        try:
            found.append(kind.Recipient.from_str(one))
        except RecipientError:
            raise ValueError("is no public key of age (age1…) or of SSH (ssh-ed25519 …)") from None
    return found


def is_encrypted(file: Path) -> bool:
    """Whether a file is encrypted with age.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        return opened.read(32).startswith(MAGICS)


def encrypt(source: Path, target: Path, recipients: str, stop: threading.Event) -> None:
    """Encrypt a file; blocks, but lets other threads work meanwhile.

    Args:
        source: what to encrypt.
        target: an existing file, which is overwritten.
        recipients: public keys, as ``recipients_of`` takes them.
        stop: ends it early.

    Raises:
        AgeError: it was stopped.
        OSError: a file cannot be read or written.
    """
    import pyrage  # noqa: PLC0415

    with source.open("rb") as plain, target.open("wb") as encrypted:
        pyrage.encrypt_io(_Slices(plain, stop), encrypted, recipients_of(recipients))
    if stop.is_set():
        raise AgeError("was interrupted")


def decrypt(source: Path, target: Path, identity: Path, stop: threading.Event) -> None:
    """Decrypt a file with the private keys in another one; the other arguments are as above.

    Raises:
        AgeError: it was not encrypted for any of these keys, is damaged, or there is no key.
        OSError: a file cannot be read or written.
    """
    import pyrage  # noqa: PLC0415

    keys = _identities(identity)
    try:
        with source.open("rb") as encrypted, target.open("wb") as plain:
            pyrage.decrypt_io(_Slices(encrypted, stop), plain, keys)
    except pyrage.DecryptError:
        raise AgeError("was not encrypted for this key, or is damaged") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise AgeError("is damaged") from None  # the library says so like this
    if stop.is_set():
        raise AgeError("was interrupted")


def _identities(file: Path) -> list[Any]:
    from pyrage import IdentityError, ssh, x25519  # noqa: PLC0415

    data = file.read_bytes()
    try:
        if data.startswith(b"-----BEGIN"):
            return [ssh.Identity.from_buffer(data)]
        lines = data.decode().splitlines()
        found = [
            x25519.Identity.from_str(line.strip()) for line in lines if line.startswith(PRIVATE)
        ]
    except (IdentityError, UnicodeDecodeError):
        found = []
    if not found:
        raise AgeError(f"cannot be decrypted: {file.name} has no private key that can be used")
    return found


class _Slices:
    """A file as the library reads it.

    Each read is Python code, so other threads get a turn between two of them.
    """

    def __init__(self, file: IO[bytes], stop: threading.Event) -> None:
        self._file = file
        self._stop = stop

    def read(self, size: int = -1) -> bytes:
        return b"" if self._stop.is_set() else self._file.read(size)
