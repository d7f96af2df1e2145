"""``python -m bot stats``: how much the bot is used, as counts without names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC

from bot.operations.usage import Stats

PEOPLE_LABELS: Mapping[str, str] = {
    "all": "people",
    "set_up": "  answered all first questions",
    "active_7_days": "  active in the last 7 days",
    "active_30_days": "  active in the last 30 days",
    "paused": "  paused",
    "blocked": "  blocked the bot",
}
PERIOD_LABELS: Mapping[str, str] = {
    "sent": "reminders sent",
    "answered": "  answered",
    "late": "  too late, so not sent",
    "failed": "  failed",
    "unknown": "  perhaps sent",
    "cramps": "cramps logged",
    "new_people": "new people",
    "blocked": "people who blocked the bot",
}
WAITING_LABELS: Mapping[str, str] = {
    "due": "due, not yet taken up",
    "on_their_way": "on their way",
    "oldest_seconds": "the oldest waits, in seconds",
    "failed_updates": "updates that met a bug",
    "given_up_jobs": "jobs that were given up",
    "open_updates": "updates in the inbox",
    "oldest_update_seconds": "an update waits, in seconds",
}
WIDTH = 32


def as_text(found: Stats) -> str:
    """Format the counts as lines for people."""
    return "\n".join(_lines(found))


def _lines(found: Stats) -> Iterator[str]:
    people, waiting = asdict(found.people), asdict(found.waiting)
    day, week = asdict(found.last_24_hours), asdict(found.last_7_days)
    for key, label in PEOPLE_LABELS.items():
        yield _line(label, f"{people[key]:,}")
    yield ""
    yield _line("", "24 hours", "7 days")
    for key, label in PERIOD_LABELS.items():
        yield _line(label, f"{day[key]:,}", f"{week[key]:,}")
    yield ""
    yield _line("waiting", f"{found.at.astimezone(UTC):%H:%M} UTC")
    for key, label in WAITING_LABELS.items():
        yield _line(f"  {label}", f"{waiting[key]:,}")


def _line(label: str, *cells: str) -> str:
    return label.ljust(WIDTH) + "".join(cell.rjust(12) for cell in cells)


def as_json(found: Stats) -> str:
    """Format the counts as JSON for programs; the instant is ISO 8601 in UTC."""
    return json.dumps(asdict(found) | {"at": found.at.astimezone(UTC).isoformat()}, indent=2)
