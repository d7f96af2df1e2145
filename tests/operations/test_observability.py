"""What a running bot shows its operator: readiness, metrics, alert rules, dashboard, logs."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from telegram.error import NetworkError

from bot import __version__, metrics
from bot.commands.check_deep import BACKUP_MAX_AGE
from bot.database.migrate import newest_revision
from bot.i18n.translator import translator
from bot.operations import alert_thresholds as thresholds
from bot.operations.alerts import messages
from bot.operations.alerts.rules import Alert
from bot.operations.disk import update_disk_metrics
from bot.operations.logging import set_up_logging
from bot.sandbox.faults import Kind
from tests.support.debug_log import restored_logging
from tests.support.harness import Harness
from tests.support.postgres import PostgresServer
from tools.make_dashboard import FILE, dashboard

ALERTS = FILE.parent / "alerts.yml"
PROMTOOL = shutil.which("promtool")
CAFFEINE = datetime(2027, 1, 14, 13, 30, tzinfo=UTC)


@asynccontextmanager
async def listening(harness: Harness, port: int) -> AsyncIterator[httpx.AsyncClient]:
    """The bot again, with its HTTP server."""
    await harness.app.stop()
    harness.settings = harness.settings.model_copy(update={"http_port": port})
    await harness.start_again()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client


def value(name: str, **labels: str) -> float:
    """A sample as it is now; 0 when there is none yet."""
    return metrics.REGISTRY.get_sample_value(f"calmcalf_{name}", labels) or 0.0


async def test_every_part_of_readiness_is_named(harness: Harness, unused_tcp_port: int) -> None:
    async with listening(harness, unused_tcp_port) as client:
        await harness.app.run_tick()
        answer = await client.get("/readyz")
        assert answer.status_code == 200
        parts = {"database", "migrations", "telegram", "tick", "polling"}
        assert answer.json() == {"ready": True} | dict.fromkeys(parts, "ok")
        assert (await client.get("/healthz")).text == "ok\n"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("server_error", "cannot be reached"),
        ("unauthorized", "does not know the token (BOT_TOKEN)"),
    ],
)
async def test_not_ready_without_telegram(
    harness: Harness, unused_tcp_port: int, fault: Kind, says: str
) -> None:
    async with listening(harness, unused_tcp_port) as client:
        await harness.app.run_tick()
        harness.telegram.faults.set(fault, method="getMe")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["telegram"].startswith(says)
        assert answer.json()["database"] == "ok"
        assert (await client.get("/healthz")).status_code == 200  # a restart would not help


async def test_not_ready_without_database(
    postgres_server: PostgresServer, postgres_url: str, unused_tcp_port: int
) -> None:
    async with (
        Harness.open(postgres_url) as harness,
        listening(harness, unused_tcp_port) as client,
    ):
        await postgres_server.refuse_connections(postgres_url)
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["database"].startswith("cannot be reached")
        assert answer.json()["telegram"] == "ok"
        await postgres_server.allow_connections(postgres_url)
        assert (await client.get("/readyz")).json()["database"] == "ok"


async def test_not_ready_on_an_older_schema(harness: Harness, unused_tcp_port: int) -> None:
    async with listening(harness, unused_tcp_port) as client:
        async with harness.database.transaction() as session:
            connection = await session.connection()
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["migrations"].startswith("at 0001, this version needs")


async def test_what_is_counted(harness: Harness, unused_tcp_port: int) -> None:
    async with listening(harness, unused_tcp_port) as client:
        before = {
            "updates": value("updates_total", kind="message", result="done"),
            "sent": value("reminders_total", kind="caffeine", outcome="sent"),
            "late": value("reminder_late_seconds_count", kind="caffeine"),
            "answers": value("telegram_answers_total", method="sendMessage", code="200"),
            "claims": value("claims_total"),
            "commits": value("tap_to_commit_seconds_count"),
            "database": value("database_seconds_count"),
        }
        ann = await harness.set_up_person("Ann")
        await ann.presses("🦵 Log cramp")
        await harness.live_until(CAFFEINE + timedelta(seconds=1))
        after = {
            "updates": value("updates_total", kind="message", result="done"),
            "sent": value("reminders_total", kind="caffeine", outcome="sent"),
            "late": value("reminder_late_seconds_count", kind="caffeine"),
            "answers": value("telegram_answers_total", method="sendMessage", code="200"),
            "claims": value("claims_total"),
            "commits": value("tap_to_commit_seconds_count"),
            "database": value("database_seconds_count"),
        }
        assert after["updates"] == before["updates"] + 2
        assert after["sent"] == before["sent"] + 1
        assert after["late"] == before["late"] + 1
        assert after["commits"] == before["commits"] + 2
        for name in ("answers", "claims", "database"):
            assert after[name] > before[name], name
        text = (await client.get("/metrics")).text
        build = f'calmcalf_build_info{{revision="{newest_revision()}",version="{__version__}"}} 1.0'
        assert build in text
        assert not re.search(rf"(?<![\d.]){ann.id}(?!\d)", text)  # and no part of a fraction
        assert harness.settings.token not in text


async def test_what_waits_is_counted(harness: Harness) -> None:
    await harness.set_up_person("Ann")
    harness.clock.set(CAFFEINE + timedelta(seconds=90))
    await harness.app.jobs.update_metrics()
    assert value("overdue") >= 1
    assert value("oldest_overdue_seconds") >= 90
    await harness.live_for(timedelta(seconds=1))
    await harness.app.jobs.update_metrics()
    assert (value("overdue"), value("oldest_overdue_seconds")) == (0, 0)


async def test_the_disk_and_the_newest_backup_are_measured(
    harness: Harness, tmp_path: Path
) -> None:
    settings = harness.settings.model_copy(update={"backup_dir": tmp_path})
    update_disk_metrics(settings)
    assert value("last_backup_timestamp_seconds") == 0
    for day in ("2027-01-12", "2027-01-13"):
        (tmp_path / f"calmcalf-{day}.db").touch()
    newest = tmp_path / "calmcalf-2027-01-13.db"
    os.utime(newest, (1_800_000_000, 1_800_000_000))
    update_disk_metrics(settings)
    assert value("last_backup_timestamp_seconds") == 1_800_000_000
    assert 0 < value("disk_free_bytes", place="backups") <= shutil.disk_usage(tmp_path).total
    text = metrics.exposition().decode()
    assert "process_resident_memory_bytes" in text


async def test_a_failing_request_is_counted_by_its_code(harness: Harness) -> None:
    before = value("telegram_answers_total", method="getChat", code="500")
    harness.telegram.faults.set("server_error", method="getChat", times=1)
    with pytest.raises(NetworkError):
        await harness.app.bot.get_chat(1)
    assert value("telegram_answers_total", method="getChat", code="500") == before + 1


def _names() -> set[str]:
    """Every metric that the bot has, in the forms that it is asked for."""
    names = set()
    for family in metrics.REGISTRY.collect():
        if family.type == "counter":
            names.add(f"{family.name}_total")
        elif family.type == "histogram":
            names |= {family.name, f"{family.name}_bucket"}
        else:
            names.add(family.name)
    return names


def test_alerts_and_dashboard_ask_for_metrics_that_exist() -> None:
    asked = set(re.findall(r"calmcalf_\w+", ALERTS.read_text()))
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            asked |= set(re.findall(r"calmcalf_\w+", target["expr"]))
    assert len(asked) > 15
    assert asked - _names() == set()


def test_prometheus_alerts_use_the_thresholds_of_the_bot() -> None:
    """The rules are written by hand; their numbers and codes come from alert_thresholds.py."""
    rules = re.sub(r"\s+", " ", ALERTS.read_text())
    assert f"calmcalf_oldest_overdue_seconds) > {thresholds.REMINDER_LATE_SECONDS} " in rules
    codes = "|".join(("5..", *thresholds.TELEGRAM_ERROR_CODES))
    failed = f'rate(calmcalf_telegram_answers_total{{code=~"{codes}"}}[5m])'
    rate = "sum(rate(calmcalf_telegram_answers_total[5m]))"
    assert f"sum({failed}) / {rate} > {thresholds.TELEGRAM_ERROR_RATE} " in rules
    assert f"calmcalf_disk_free_bytes) < {thresholds.DISK_FREE_BYTES} " in rules
    assert f"backup_timestamp_seconds) > {BACKUP_MAX_AGE.total_seconds():.0f} " in rules


def test_the_texts_to_operators_state_the_thresholds_of_the_bot() -> None:
    """The texts are translated, so their numbers are written out."""
    tr = translator("en")
    backlog, disk = (messages.firing(tr, alert).text for alert in (Alert.BACKLOG, Alert.DISK))
    assert "over five minutes" in backlog
    assert thresholds.REMINDER_LATE_SECONDS == 5 * 60
    assert f"less than {thresholds.DISK_FREE_BYTES // 10**6} MB" in disk


def test_the_dashboard_is_the_one_that_is_made() -> None:
    assert json.loads(FILE.read_text()) == dashboard()


@pytest.mark.in_ci
@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
def test_prometheus_accepts_alerts_and_queries(tmp_path: Path) -> None:
    """The queries of the dashboard too, as recording rules."""
    rules = [
        f"      - record: panel_{number}_{place}\n        expr: {json.dumps(target['expr'])}"
        for number, panel in enumerate(dashboard()["panels"])
        for place, target in enumerate(panel["targets"])
    ]
    panels = tmp_path / "panels.yml"
    panels.write_text("groups:\n  - name: panels\n    rules:\n" + "\n".join(rules) + "\n")
    done = subprocess.run(
        [str(PROMTOOL), "check", "rules", str(ALERTS), str(panels)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


async def test_prometheus_accepts_what_is_served(harness: Harness, unused_tcp_port: int) -> None:
    async with listening(harness, unused_tcp_port) as client:
        text = (await client.get("/metrics")).text
    if PROMTOOL is not None:
        process = await asyncio.create_subprocess_exec(
            PROMTOOL, "check", "metrics", stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        _, said = await process.communicate(text.encode())
        assert process.returncode == 0, said.decode()
    assert text.count("# TYPE calmcalf_") >= 20


async def test_a_log_line_names_its_update(
    harness: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    with restored_logging():
        set_up_logging("INFO", "json")
        ann = await harness.set_up_person("Ann")
        harness.telegram.inject({"message": {"message_id": "x"}}, lane=ann.id)
        await harness.settled()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    about = [line for line in lines if "cannot be read" in line["event"]]
    assert len(about) == 1
    assert isinstance(about[0]["update_id"], int)
