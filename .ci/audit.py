"""Check the pinned packages for known vulnerabilities with ``pip-audit``.

Exit code 1 when a package is vulnerable or when pip-audit itself fails. When the advisory database
cannot be reached, the script prints one line and exits with 0, so that a build without a network
does not fail. Command-line arguments are passed on to pip-audit, such as ``--ignore-vuln ID`` for
an advisory that does not apply here.
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
TIME_LIMIT_SECONDS = 180


def judge(output: str, errors: str) -> tuple[list[str], int]:
    """Return the lines to print and the exit code.

    Args:
        output: JSON that pip-audit wrote to standard output; empty when it failed.
        errors: what pip-audit wrote to standard error.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (errors.strip().splitlines() or ["no output"])[-1]
        if any(words in last for words in UNREACHABLE):
            return [NOT_CHECKED], 0
        return [f"audit: pip-audit failed: {last}"], 1
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        return [NOT_CHECKED], 0
    lines = [
        f"audit: {package['name']} {package['version']}: {found['id']}"
        f" (fixed in {', '.join(found['fix_versions']) or 'no version yet'})"
        for package in known
        for found in package["vulns"]
    ]
    unknown = len(packages) - len(known)
    aside = f"; {unknown} more are not in the database" if unknown else ""
    return [
        *lines,
        f"audit: {len(known)} packages, {len(lines)} vulnerable{aside}",
    ], 1 if lines else 0


def main() -> int:
    command = [sys.executable, *COMMAND, "--format=json", f"--requirement={PINNED}", *sys.argv[1:]]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        lines, code = [NOT_CHECKED], 0
    else:
        lines, code = judge(ended.stdout, ended.stderr)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
