"""Prometheus metrics. No label or value identifies a person or contains diary content."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, processor time, start and open files of the process
SHORT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""In seconds, for what people wait for."""
LONG_BUCKETS = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14_400)
"""In seconds, for how late a reminder is."""


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"calmcalf_{name}", text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"calmcalf_{name}", text, labels, registry=REGISTRY, buckets=buckets)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"calmcalf_{name}", text, labels, registry=REGISTRY)


UPDATES = _counter("updates", "Updates handled, by kind and result", "kind", "result")
POSTS = _counter("webhook_posts", "Posts to the webhook, by the status code of the answer", "code")
UPDATE_SECONDS = _histogram(
    "update_seconds", "From receiving an update to its result", SHORT_BUCKETS, "kind"
)
TAP_TO_COMMIT = _histogram(
    "tap_to_commit_seconds",
    "From the second in which a message was sent to the commit of its effect",
    (*SHORT_BUCKETS, 60, 600, 3600),
)
REMINDERS = _counter("reminders", "Reminders, by kind and outcome", "kind", "outcome")
REMINDER_LATE = _histogram(
    "reminder_late_seconds",
    "How late a reminder went out, against its due instant",
    LONG_BUCKETS,
    "kind",
)
CLAIMS = _counter("claims", "Deliveries claimed")
RETAKEN = _counter("claims_retaken", "Deliveries taken over from a replica that died")
QUEUE = _gauge("queue", "Deliveries claimed by this process and not sent yet")
OVERDUE = _gauge("overdue", "Due reminders that no process has claimed yet, counted up to 10,000")
OLDEST_OVERDUE = _gauge("oldest_overdue_seconds", "How long ago the oldest of these was due")
ANSWERS = _counter(
    "telegram_answers", "Telegram's answers by method and status code", "method", "code"
)
ANSWER_SECONDS = _histogram(
    "telegram_seconds", "From a request to Telegram's answer, without polling", SHORT_BUCKETS
)
DATABASE_SECONDS = _histogram("database_seconds", "Duration of a transaction", SHORT_BUCKETS)
LOOP_LAG = _gauge(
    "loop_lag_seconds", "Longest time the event loop was blocked in the last 15 seconds"
)
LAST_TICK = _gauge("last_tick_timestamp_seconds", "When the tick last succeeded, Unix time")
LAST_POLL = _gauge(
    "last_poll_timestamp_seconds", "When Telegram last answered a poll, Unix time; 0: never"
)
LEADER = _gauge("leader", "1 for the replica that polls and runs the maintenance jobs, else 0")
CIRCUIT_OPEN = _gauge(
    "circuit_open", "1 while reminders of this process wait because Telegram is in trouble"
)
BLOCKS_DOUBTED = _gauge(
    "blocks_doubted", "1 while so many people seem to have blocked the bot that it is not believed"
)
FAILED_UPDATES = _gauge("failed_updates", "Updates kept for replay after a bug")
OLDEST_UPDATE = _gauge("oldest_update_seconds", "Since when the oldest unfinished update waits")
JOBS = _counter("jobs", "Attempts of jobs, by kind and result", "kind", "result")
LAST_BACKUP = _gauge(
    "last_backup_timestamp_seconds",
    "When the newest nightly backup was made, Unix time; 0: there is none, or none are made",
)
DISK_FREE = _gauge(
    "disk_free_bytes", "Free space where the bot writes: database (SQLite) and backups", "place"
)
BUILD = _gauge(
    "build_info",
    "Always 1; the labels are the version and the database revision",
    "version",
    "revision",
)


def is_on(gauge: Gauge) -> bool:
    """Whether a gauge without labels is above 0."""
    return any(sample.value > 0 for family in gauge.collect() for sample in family.samples)


def exposition() -> bytes:
    """All metrics in Prometheus's text format."""
    return generate_latest(REGISTRY)
