"""The thresholds beyond which an installation needs its operator's attention.

They are shared by the messages to operators (``alerts/``), ``check --deep`` and the Prometheus
rules in ``docs/monitoring/alerts.yml``. A test compares the Prometheus rules with this file.
"""

REMINDER_LATE_SECONDS = 300
"""A reminder that has been due for longer than this is late."""
UPDATE_LATE_SECONDS = 300
"""Something that a person sent and that is not finished for longer than this is late."""
UNPOLLED_SECONDS = 120
"""Nothing is heard from people when no poll was answered for longer than this."""
UNLED_SECONDS = 60
"""A replica that has seen no leader for this long tells the operators itself."""
DISK_FREE_BYTES = 500_000_000
"""The least free space on a disk that the bot writes to."""
TELEGRAM_ERROR_RATE = 0.2
"""The share of requests to Telegram that may fail within five minutes."""
TELEGRAM_ERROR_CODES = ("401", "429", "timeout", "cut off", "not reached")
"""Results of requests that count as failed, in addition to the status codes from 500 on: 401 is a
token that Telegram does not know (any more)."""


def is_telegram_error(code: str) -> bool:
    """Whether the ``code`` label of ``calmcalf_telegram_answers_total`` stands for a failure.

    Rejected requests (other status codes from 400 on) are the bot's fault or the recipient's
    choice, so they do not count.
    """
    return code in TELEGRAM_ERROR_CODES or code.startswith("5")
