"""What the bot counts and times, for Prometheus. Nothing here names a person or what they wrote."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
SHORT = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds, for what people wait for."""
LONG = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14_400)
"""Seconds, for how late a reminder is."""


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"calmcalf_{name}", text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"calmcalf_{name}", text, labels, registry=REGISTRY, buckets=buckets)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"calmcalf_{name}", text, labels, registry=REGISTRY)


UPDATES = _counter("updates", "Updates taken, by kind and by what became of them", "kind", "result")
POSTS = _counter("webhook_posts", "Posts to the webhook, by the status code they got", "code")
UPDATE_SECONDS = _histogram("update_seconds", "From taking an update to its verdict", SHORT, "kind")
TAP_TO_COMMIT = _histogram(
    "tap_to_commit_seconds",
    "From the second in which a message was sent to the commit of its effect",
    (*SHORT, 60, 600, 3600),
)
REMINDERS = _counter("reminders", "Reminders sent or not, by kind and outcome", "kind", "outcome")
REMINDER_LATE = _histogram(
    "reminder_late_seconds", "How late a reminder went out, against its due instant", LONG, "kind"
)
CLAIMS = _counter("claims", "Deliveries claimed")
RETAKEN = _counter("claims_retaken", "Deliveries taken over from a replica that is gone")
QUEUE = _gauge("queue", "Deliveries claimed by this process that wait for their turn")
OVERDUE = _gauge("overdue", "Reminders due that nobody has claimed yet, counted up to 10,000")
OLDEST_OVERDUE = _gauge("oldest_overdue_seconds", "How long the oldest of these has been due")
ANSWERS = _counter(
    "telegram_answers", "Telegram's answers by method and status code", "method", "code"
)
ANSWER_SECONDS = _histogram(
    "telegram_seconds", "From a request to Telegram's answer, polling left out", SHORT
)
DATABASE_SECONDS = _histogram("database_seconds", "Length of a transaction", SHORT)
LOOP_LAG = _gauge("loop_lag_seconds", "The longest the event loop was busy in the last 15 seconds")
LAST_TICK = _gauge("last_tick_timestamp_seconds", "When the tick last ended well, Unix time")
ON_DUTY = _gauge("on_duty", "1 for the one replica that polls and keeps house")
FAILED_UPDATES = _gauge("failed_updates", "Updates kept for replay after a bug")
BUILD = _gauge("build_info", "Always 1; the labels say what is running", "version", "revision")


def exposition() -> bytes:
    """Everything in Prometheus's text format."""
    return generate_latest(REGISTRY)
