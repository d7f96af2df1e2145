"""Check the pinned packages for known vulnerabilities with ``pip-audit``.

Exit code 1 when a package is vulnerable, when a package was not checked, and when pip-audit itself
fails. With ``--allow-offline``, an advisory database that does not answer at all is one line and
exit code 0, for machines that have no way to it; nothing is released from such a machine. Other
arguments are passed on to pip-audit, such as ``--ignore-vuln ID`` for an advisory that does not
apply here.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parent.parent / "requirements" / "dev.txt"
COMMAND = ("-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner=off")
UNREACHABLE = ("requests.exceptions.", "pip_audit._service.interface.", "-s SERVICE")
"""Parts of pip-audit's last line of output when the advisory database does not answer."""
NOT_CHECKED = "audit: the advisory database cannot be reached; NOTHING WAS CHECKED"
ALLOW_OFFLINE = "--allow-offline"
TIME_LIMIT_SECONDS = 180


def judge(output: str, errors: str, *, allow_offline: bool = False) -> tuple[list[str], int]:
    """Return the lines to print and the exit code.

    Args:
        output: JSON that pip-audit wrote to standard output; empty when it failed.
        errors: what pip-audit wrote to standard error.
        allow_offline: whether a database that does not answer is no failure.
    """
    offline = [NOT_CHECKED], 0 if allow_offline else 1
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (errors.strip().splitlines() or ["no output"])[-1]
        if any(words in last for words in UNREACHABLE):
            return offline
        return [f"audit: pip-audit failed: {last}"], 1
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        return offline
    lines = [
        f"audit: {package['name']} {package['version']}: {found['id']}"
        f" (fixed in {', '.join(found['fix_versions']) or 'no version yet'})"
        for package in known
        for found in package["vulns"]
    ]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    aside = f"; NOT CHECKED: {', '.join(unknown)}" if unknown else ""
    return [
        *lines,
        f"audit: {len(known)} packages, {len(lines)} vulnerable{aside}",
    ], 1 if lines or unknown else 0


def main() -> int:
    allow_offline = ALLOW_OFFLINE in sys.argv[1:]
    more = [argument for argument in sys.argv[1:] if argument != ALLOW_OFFLINE]
    command = [sys.executable, *COMMAND, "--format=json", f"--requirement={PINNED}", *more]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        lines, code = [NOT_CHECKED], 0 if allow_offline else 1
    else:
        lines, code = judge(ended.stdout, ended.stderr, allow_offline=allow_offline)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
