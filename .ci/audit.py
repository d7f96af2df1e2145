"""Does anything that is pinned have a known vulnerability? ``pip-audit`` asks, this judges.

Exit code 1 when there is one, or when the audit itself is broken. A database of advisories that
cannot be reached is one line and exit code 0: a build without a network is no worse for it. Further
arguments go to ``pip-audit``, such as ``--ignore-vuln ID`` for one that cannot harm here.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parent.parent / "requirements" / "dev.txt"
COMMAND = ("-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner=off")
UNREACHABLE = ("requests.exceptions.", "pip_audit._service.interface.", "-s SERVICE")
"""Found in the last line of what pip-audit says when the database does not answer."""
NOT_CHECKED = "audit: no database of advisories answers here; NOTHING WAS CHECKED"
TIME_LIMIT_SECONDS = 180


def judge(answer: str, complaint: str) -> tuple[list[str], int]:
    """What to print, and the exit code.

    Args:
        answer: pip-audit's JSON; empty when it came to no end.
        complaint: what it wrote to standard error.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        last = (complaint.strip().splitlines() or ["it said nothing"])[-1]
        if any(words in last for words in UNREACHABLE):
            return [NOT_CHECKED], 0
        return [f"audit: pip-audit is broken: {last}"], 1
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        return [NOT_CHECKED], 0
    lines = [
        f"audit: {package['name']} {package['version']}: {found['id']}"
        f" (mended in {', '.join(found['fix_versions']) or 'no version yet'})"
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
