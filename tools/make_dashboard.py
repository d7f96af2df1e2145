"""Write docs/monitoring/grafana.json, the Grafana dashboard: ``python -m tools.make_dashboard``."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "docs" / "monitoring" / "grafana.json"
WIDTH, HEIGHT = 8, 7
Query = tuple[str, str]
"""A PromQL expression and the legend of its lines."""


def _quantiles(metric: str, by: str = "") -> list[Query]:
    group = f"le, {by}" if by else "le"
    name = f"{{{{{by}}}}} " if by else ""
    return [
        (
            f"histogram_quantile({quantile}, sum by ({group}) (rate({metric}_bucket[5m])))",
            f"{name}p{quantile * 100:g}",
        )
        for quantile in (0.5, 0.99)
    ]


PANELS: tuple[tuple[str, str, list[Query]], ...] = (
    (
        "Reminders sent a minute, by kind",
        "short",
        [
            (
                'sum by (kind) (rate(calmcalf_reminders_total{outcome="sent"}[5m])) * 60',
                "{{kind}}",
            )
        ],
    ),
    (
        "Not sent, by outcome",
        "short",
        [
            (
                'sum by (outcome) (rate(calmcalf_reminders_total{outcome!="sent"}[5m])) * 60',
                "{{outcome}}",
            )
        ],
    ),
    ("How late reminders go out", "s", _quantiles("calmcalf_reminder_late_seconds", "kind")),
    (
        "What waits",
        "short",
        [
            ("max(calmcalf_overdue)", "due, not claimed"),
            ("sum(calmcalf_queue)", "claimed, not sent"),
            ("max(calmcalf_failed_updates)", "updates kept for replay"),
        ],
    ),
    (
        "Updates a second",
        "short",
        [("sum by (kind, result) (rate(calmcalf_updates_total[5m]))", "{{kind}} {{result}}")],
    ),
    ("From a tap to its commit", "s", _quantiles("calmcalf_tap_to_commit_seconds")),
    ("Time for an update", "s", _quantiles("calmcalf_update_seconds")),
    ("Telegram's answers, time", "s", _quantiles("calmcalf_telegram_seconds")),
    (
        "Telegram's answers, by code",
        "short",
        [("sum by (code) (rate(calmcalf_telegram_answers_total[5m]))", "{{code}}")],
    ),
    ("Transactions", "s", _quantiles("calmcalf_database_seconds")),
    (
        "Event loop: longest time busy",
        "s",
        [("max by (instance) (calmcalf_loop_lag_seconds)", "{{instance}}")],
    ),
    (
        "Claims a minute",
        "short",
        [
            ("sum(rate(calmcalf_claims_total[5m])) * 60", "claimed"),
            ("sum(rate(calmcalf_claims_retaken_total[5m])) * 60", "taken over"),
        ],
    ),
    (
        "Memory of the bot's process",
        "bytes",
        [("max by (instance) (process_resident_memory_bytes)", "{{instance}}")],
    ),
    (
        "Processor of the bot's process",
        "percentunit",
        [("max by (instance) (rate(process_cpu_seconds_total[5m]))", "{{instance}}")],
    ),
    (
        "Free on disk",
        "bytes",
        [("min by (place) (calmcalf_disk_free_bytes)", "{{place}}")],
    ),
    (
        "Age of the newest backup",
        "s",
        [("time() - max(calmcalf_last_backup_timestamp_seconds > 0)", "")],
    ),
)
FACTS: tuple[tuple[str, str], ...] = (
    ("Version", "calmcalf_build_info"),
    ("Leader", "calmcalf_leader == 1"),
    ("Oldest overdue", "max(calmcalf_oldest_overdue_seconds)"),
)


def _source() -> dict[str, str]:
    return {"type": "prometheus", "uid": "${source}"}


def _panel(number: int, title: str, unit: str, queries: list[Query]) -> dict[str, Any]:
    row, column = divmod(number, 3)
    return {
        "id": number + 10,
        "type": "timeseries",
        "title": title,
        "datasource": _source(),
        "gridPos": {"x": column * WIDTH, "y": 3 + row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(65 + place), "expr": expression, "legendFormat": name}
            for place, (expression, name) in enumerate(queries)
        ],
    }


def _fact(number: int, title: str, expression: str) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "stat",
        "title": title,
        "datasource": _source(),
        "gridPos": {"x": number * WIDTH, "y": 0, "w": WIDTH, "h": 3},
        "options": {"textMode": "name" if number < 2 else "auto", "colorMode": "none"},
        "fieldConfig": {"defaults": {"unit": "s" if number == 2 else "none"}, "overrides": []},
        "targets": [
            {
                "refId": "A",
                "expr": expression,
                "legendFormat": ("{{version}} ({{revision}})", "{{instance}}", "")[number],
            }
        ],
    }


def dashboard() -> dict[str, Any]:
    """Build the dashboard in the JSON format that Grafana imports."""
    return {
        "title": "CalmCalf",
        "uid": "calmcalf",
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "tags": ["calmcalf"],
        "templating": {
            "list": [
                {
                    "name": "source",
                    "label": "Prometheus",
                    "type": "datasource",
                    "query": "prometheus",
                    "current": {},
                }
            ]
        },
        "panels": [
            *(_fact(number, *fact) for number, fact in enumerate(FACTS)),
            *(_panel(number, *panel) for number, panel in enumerate(PANELS)),
        ],
    }


def main() -> None:
    """Write the dashboard file."""
    FILE.write_text(json.dumps(dashboard(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
