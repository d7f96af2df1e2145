"""Which alerts fire, are resolved or stay as they were, for given measurements."""

import pytest

from bot.operations.alerts.rules import Alert, Measurements, changes

MB = 1_000_000
TABLE = [
    # alert, measurements, did it fire before, does it fire now
    (Alert.DATABASE, Measurements(database_down_seconds=59), False, False),
    (Alert.DATABASE, Measurements(database_down_seconds=60), False, True),
    (Alert.DATABASE, Measurements(database_down_seconds=0, database_up_seconds=59), True, True),
    (Alert.DATABASE, Measurements(database_down_seconds=0, database_up_seconds=60), True, False),
    (Alert.BACKLOG, Measurements(oldest_due_seconds=300), False, False),
    (Alert.BACKLOG, Measurements(oldest_due_seconds=301), False, True),
    (Alert.BACKLOG, Measurements(oldest_due_seconds=60), True, True),
    (Alert.BACKLOG, Measurements(oldest_due_seconds=59), True, False),
    (Alert.BACKLOG, Measurements(oldest_due_seconds=None), True, True),
    (Alert.TELEGRAM, Measurements(telegram_answers=9, telegram_errors=9), False, False),
    (Alert.TELEGRAM, Measurements(telegram_answers=10, telegram_errors=1), False, False),
    (Alert.TELEGRAM, Measurements(telegram_answers=10, telegram_errors=2), False, True),
    (Alert.TELEGRAM, Measurements(telegram_answers=1000, telegram_errors=199), False, False),
    (Alert.TELEGRAM, Measurements(telegram_answers=1000, telegram_errors=51), True, True),
    (Alert.TELEGRAM, Measurements(telegram_answers=1000, telegram_errors=50), True, False),
    (Alert.TELEGRAM, Measurements(telegram_answers=0, telegram_errors=0), True, True),
    (Alert.TELEGRAM, Measurements(telegram_answers=2, telegram_errors=0), True, True),
    (Alert.TELEGRAM, Measurements(telegram_answers=3, telegram_errors=0), True, False),
    (Alert.TELEGRAM, Measurements(telegram_answers=9, telegram_errors=1), True, True),
    (Alert.DISK, Measurements(free_disk_bytes=500 * MB), False, False),
    (Alert.DISK, Measurements(free_disk_bytes=500 * MB - 1), False, True),
    (Alert.DISK, Measurements(free_disk_bytes=600 * MB - 1), True, True),
    (Alert.DISK, Measurements(free_disk_bytes=600 * MB), True, False),
    (Alert.DISK, Measurements(free_disk_bytes=None), True, True),
    (Alert.BACKUP, Measurements(is_backed_up=False), False, True),
    (Alert.BACKUP, Measurements(is_backed_up=True), True, False),
    (Alert.BACKUP, Measurements(is_backed_up=None), True, True),
    (Alert.BACKUP, Measurements(is_backed_up=None), False, False),
    (Alert.SET_ASIDE, Measurements(set_aside=1), False, True),
    (Alert.SET_ASIDE, Measurements(set_aside=0), True, False),
    (Alert.SET_ASIDE, Measurements(set_aside=None), True, True),
    (Alert.BLOCKS, Measurements(), True, True),
    (Alert.BLOCKS, Measurements(are_blocks_doubted=True), False, True),
    (Alert.BLOCKS, Measurements(are_blocks_doubted=False), True, False),
    (Alert.POLLING, Measurements(unpolled_seconds=None), True, True),
    (Alert.POLLING, Measurements(unpolled_seconds=120), False, False),
    (Alert.POLLING, Measurements(unpolled_seconds=121), False, True),
    (Alert.POLLING, Measurements(unpolled_seconds=120), True, False),
    (Alert.LEADER, Measurements(unled_seconds=None), True, True),
    (Alert.LEADER, Measurements(unled_seconds=59), False, False),
    (Alert.LEADER, Measurements(unled_seconds=60), False, True),
    (Alert.LEADER, Measurements(unled_seconds=0), True, False),
    (Alert.CLOCK, Measurements(is_clock_off=None), True, True),
    (Alert.CLOCK, Measurements(is_clock_off=True), False, True),
    (Alert.CLOCK, Measurements(is_clock_off=False), True, False),
    (Alert.INBOX, Measurements(oldest_update_seconds=300), False, False),
    (Alert.INBOX, Measurements(oldest_update_seconds=301), False, True),
    (Alert.INBOX, Measurements(oldest_update_seconds=60), True, True),
    (Alert.INBOX, Measurements(oldest_update_seconds=59), True, False),
]


@pytest.mark.parametrize(("alert", "measured", "before", "after"), TABLE)
def test_one_alert(alert: Alert, measured: Measurements, before: bool, after: bool) -> None:
    firing = {alert} if before else set()
    assert changes(firing, measured) == ([] if before is after else [(alert, after)])


def test_unknown_measurements_change_nothing() -> None:
    assert changes(set(), Measurements()) == []
    assert changes(set(Alert), Measurements()) == []


def test_each_alert_changes_once() -> None:
    bad = Measurements(
        database_down_seconds=100,
        oldest_due_seconds=1000,
        telegram_answers=20,
        telegram_errors=20,
        free_disk_bytes=0,
        is_backed_up=False,
        set_aside=2,
        oldest_update_seconds=1000,
        are_blocks_doubted=True,
        unpolled_seconds=1000,
        unled_seconds=1000,
        is_clock_off=True,
    )
    assert changes(set(), bad) == [(alert, True) for alert in Alert]
    assert changes(set(Alert), bad) == []
    good = Measurements(
        database_up_seconds=100,
        oldest_due_seconds=0,
        telegram_answers=20,
        telegram_errors=0,
        free_disk_bytes=10**12,
        is_backed_up=True,
        set_aside=0,
        oldest_update_seconds=0,
        are_blocks_doubted=False,
        unpolled_seconds=1,
        unled_seconds=0,
        is_clock_off=False,
    )
    assert changes(set(Alert), good) == [(alert, False) for alert in Alert]
    assert changes(set(), good) == []
