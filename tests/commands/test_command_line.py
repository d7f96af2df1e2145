"""The command line: exit codes, signals, two processes, the webhook."""

import asyncio
import re
import signal
import socket
import sqlite3
from pathlib import Path

import httpx
import pytest

from bot.sandbox.server import RunningServer
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.support.command_line import TOKEN, WELL_FORMED_TOKEN, command, end, running, start
from tests.support.private import OPERATOR
from tests.support.waiting import replied
from tests.support.what_happens import assert_said


async def test_check_of_a_good_installation(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    environment = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram[1].url}
    assert (await command("migrate", folder=tmp_path)).code == 0
    ended = await command("check", folder=tmp_path, **environment)
    assert ended.code == 0, ended
    lines = ended.out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "ok   settings",
        "ok   database",
        "ok   time zones",
        "ok   token",
    ]
    assert f"from the environment; no {tmp_path / '.env'}" in lines[0]
    assert "newest revision" in lines[1]
    assert TOKEN not in ended.out + ended.err


async def test_check_names_every_part_that_is_bad(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    ended = await command(
        "check",
        folder=tmp_path,
        BOT_TOKEN=WELL_FORMED_TOKEN,
        TELEGRAM_API_URL=telegram[1].url,
        DATABASE_URL="postgresql+asyncpg://nobody@127.0.0.1:9/none",
    )
    assert ended.code == 2
    assert "BAD  database: DATABASE_URL" in ended.out
    assert "BAD  token: BOT_TOKEN" in ended.out
    assert "Traceback" not in ended.out + ended.err


async def test_a_newer_schema_is_refused_in_one_line(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    place = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram[1].url}
    assert (await command("migrate", folder=tmp_path, **place)).code == 0
    with sqlite3.connect(tmp_path / "data" / "calmcalf.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for what in ("run", "migrate", "check"):
        ended = await command(what, folder=tmp_path, **place)
        assert ended.code == 2
        assert "DATABASE_URL: is at revision 9999, which this version does not know" in (
            ended.out + ended.err
        )
        assert "Traceback" not in ended.err


async def test_an_env_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=\xff\n")
    ended = await command("check", folder=tmp_path)
    assert (ended.code, ended.err) == (2, ".env: is not UTF-8 text\n")
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    ended = await command("check", folder=tmp_path)
    assert (ended.code, ended.err) == (2, ".env: is a folder, not a file of settings\n")


async def test_check_without_a_token_says_where_to_get_one(tmp_path: Path) -> None:
    ended = await command("check", folder=tmp_path)
    assert ended.code == 2
    assert "BotFather" in ended.out


BAD_SETTINGS = [
    ({"ALLOWED_USER_IDS": "1"}, "BOT_TOKEN"),  # not meant as a sandbox
    ({"DATABASE_URL": "sqlite+aiosqlite:///other.db"}, "BOT_TOKEN"),
    ({"BOT_TOKEN": "hello"}, "BOT_TOKEN"),
    # A bot that is open to everybody says who runs it.
    ({"BOT_TOKEN": WELL_FORMED_TOKEN, "OPERATOR_NAME": ""}, "OPERATOR_NAME"),
    ({"BOT_TOKEN": WELL_FORMED_TOKEN, "OPERATOR_NAME": "Ada"}, "OPERATOR_CONTACT"),
    ({"BOT_TOKEN": WELL_FORMED_TOKEN, "OPERATOR_NAME": "A\nB"}, "OPERATOR_NAME"),
    ({"HTTP_PORT": "eighty"}, "HTTP_PORT"),
    ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
]


@pytest.mark.parametrize(("environment", "name"), BAD_SETTINGS)
async def test_a_bad_setting_is_one_line_and_exit_code_2(
    tmp_path: Path, environment: dict[str, str], name: str
) -> None:
    ended = await command("run", folder=tmp_path, **environment)
    assert ended.code == 2
    assert ended.err.startswith(f"{name}: ")
    assert ended.err.count("\n") == 1


async def test_a_token_that_telegram_does_not_know(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    ended = await command(
        "run", folder=tmp_path, BOT_TOKEN=WELL_FORMED_TOKEN, TELEGRAM_API_URL=telegram[1].url
    )
    assert ended.code == 2
    assert_said("the token is wrong at the start", ended.err.splitlines(), most=1)
    assert "Traceback" not in ended.err
    assert WELL_FORMED_TOKEN not in ended.err


async def test_it_says_who_it_is_and_ends_cleanly(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    chats, server = telegram
    async with running(chats, server, tmp_path, **OPERATOR) as process:
        person = chats.add_person("Ann")
        chats.say(person, "/cramp")
        await replied(chats, person)
        process.send_signal(signal.SIGTERM)
        ended = await end(process)
    assert ended.code == 0, ended.err
    assert "is here for everyone" in ended.err
    assert OPERATOR["OPERATOR_CONTACT"] in chats.last_from_bot(person).words
    assert TOKEN not in ended.err
    assert [message.from_bot for message in chats.chat(person)] == [False, True]


async def test_it_ends_cleanly_while_it_waits_for_telegram(tmp_path: Path) -> None:
    process = await start(
        "run", folder=tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL="http://[::1]:9"
    )
    assert process.stderr is not None
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while b"cannot be reached" not in await process.stderr.readline():
            pass
    process.send_signal(signal.SIGTERM)
    ended = await end(process)
    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err


async def test_it_ends_cleanly_in_the_middle_of_its_start(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    telegram[0].faults.set("slow", method="setMyCommands", seconds=20)
    process = await start("run", folder=tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram[1].url)
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while "setMyCommands" not in telegram[0].pending():  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # a request that has only begun changes nothing to wait for
    process.send_signal(signal.SIGTERM)
    ended = await end(process)
    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err


async def test_even_at_debug_the_log_has_neither_token_nor_diary(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    async with running(*telegram, tmp_path, LOG_LEVEL="DEBUG", LOG_FORMAT="json") as process:
        person = telegram[0].add_person("Annabella")
        for text in ("/start", "/cramp", "my secret words", "03:10"):
            telegram[0].say(person, text)
            await replied(telegram[0], person)
        newest = telegram[0].last_from_bot(person)
        tap = telegram[0].tap(person, newest.id, newest.buttons[0])
        await telegram[0].answered(tap)
        telegram[0].faults.set("garbage", method="sendMessage", times=1)
        telegram[0].say(person, "/summary of my secret words")
        await telegram[0].settled()
        process.send_signal(signal.SIGTERM)
        ended = await end(process)
    assert ended.err.count("\n") > 5
    for private in (TOKEN, TOKEN.split(":")[1], "secret words", "Annabella", "Logged"):
        assert private not in ended.err
    assert all(line.startswith("{") for line in ended.err.splitlines())


async def test_it_introduces_itself(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    async with running(*telegram, tmp_path):
        methods = {call.method.lower() for call in telegram[0].calls}
    assert methods >= {
        "setmycommands",
        "setmydescription",
        "setmyshortdescription",
        "setchatmenubutton",
    }


async def test_a_second_process_on_the_same_file_ends_with_one_line(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    async with running(*telegram, tmp_path):
        second = await command(
            "run", folder=tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram[1].url
        )
    assert second.code == 2
    assert_said("two processes with one SQLite file", [second.err])
    assert second.err.startswith("DATABASE_URL: another process")


async def test_polling_does_not_silence_a_webhook(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    async with httpx.AsyncClient(base_url=f"{telegram[1].url}/bot{TOKEN}/") as client:
        answer = await client.post("setWebhook", json={"url": "http://127.0.0.1:9/telegram"})
        assert answer.json()["ok"]
        ended = await command(
            "run", folder=tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram[1].url
        )
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("WEBHOOK_URL: not set")


async def test_by_webhook(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path, unused_tcp_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    process = await start(
        "run",
        folder=tmp_path,
        BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram[1].url,
        WEBHOOK_URL=url,
        WEBHOOK_SECRET="a-secret-of-enough-letters",
        HTTP_PORT=str(unused_tcp_port),
    )
    await telegram[0].wait_for(lambda: telegram[0].webhook is not None)
    person = telegram[0].add_person("Ann")
    telegram[0].say(person, "/cramp")
    await replied(telegram[0], person)
    assert telegram[0].last_from_bot(person).words.startswith("Cramp logged")
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/healthz")).status_code == 200
        forged = await client.post("/telegram", json={"update_id": 1})
        assert forged.status_code == 403
        assert (await client.get("/readyz")).status_code in {200, 503}
    process.send_signal(signal.SIGTERM)
    assert (await end(process)).code == 0


@pytest.mark.parametrize("what", ["run", "migrate", "check"])
@pytest.mark.parametrize(
    ("path", "why"),
    [("/a-file/it.db", "cannot be made"), ("", r"is not a file|cannot be opened")],
    ids=["in no folder", "a folder"],
)
async def test_a_database_file_that_cannot_be(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path, what: str, path: str, why: str
) -> None:
    (tmp_path / "a-file").touch()
    ended = await command(
        what,
        folder=tmp_path,
        BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram[1].url,
        DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}{path}",
    )
    assert ended.code == 2
    said = ended.out + ended.err
    assert re.search(f"DATABASE_URL: .*({why})", said)
    assert "Traceback" not in said
    assert what == "check" or len(said.splitlines()) == 1


async def test_an_http_port_that_is_taken(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    port = telegram[1].port
    ended = await command(
        "run",
        folder=tmp_path,
        BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram[1].url,
        HTTP_PORT=str(port),
    )
    assert ended.code == 2
    assert "Traceback" not in ended.err
    assert ended.err.splitlines()[-1] == (
        f"HTTP_PORT: 127.0.0.1:{port} cannot be listened on (Address already in use)"
    )


async def test_nobody_else_may_use_a_private_bot(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    async with running(*telegram, tmp_path, ALLOWED_USER_IDS="77"):
        stranger = telegram[0].add_person("Eve")
        telegram[0].say(stranger, "/start")
        await replied(telegram[0], stranger)
        assert "private" in telegram[0].last_from_bot(stranger).words


async def test_without_a_token_the_sandbox_starts(tmp_path: Path, unused_tcp_port: int) -> None:
    process = await start("run", folder=tmp_path, SANDBOX_PORT=str(unused_tcp_port))
    assert process.stderr is not None
    line, said = "", ""
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while "sandbox, not Telegram" not in line:
            line = (await process.stderr.readline()).decode()
            said += line
    assert "NO BOT_TOKEN, SO THIS IS THE SANDBOX: NOBODY IN TELEGRAM IS SERVED" in said
    assert f"http://127.0.0.1:{unused_tcp_port}" in line
    async with httpx.AsyncClient() as client:
        page = await client.get(f"http://127.0.0.1:{unused_tcp_port}/")
    assert "sandbox" in page.text.lower()
    process.send_signal(signal.SIGTERM)
    assert (await end(process)).code == 0


async def test_a_sandbox_port_that_is_taken(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    ended = await command("sandbox", folder=tmp_path, SANDBOX_PORT=str(telegram[1].port))
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("SANDBOX_PORT: ")


async def test_systemd_is_told_of_start_life_and_end(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(EVENT_TIMEOUT_SECONDS)
        place = str(tmp_path / "notify")
        async with running(
            *telegram, tmp_path, NOTIFY_SOCKET=place, WATCHDOG_USEC="100000"
        ) as process:
            said = [await asyncio.to_thread(manager.recv, 64) for _ in range(4)]
            assert said == [b"READY=1", *[b"WATCHDOG=1"] * 3]
            process.send_signal(signal.SIGTERM)
            assert (await end(process)).code == 0
        manager.settimeout(0)
        while (last := manager.recv(64)) == b"WATCHDOG=1":
            pass
        assert last == b"STOPPING=1"
