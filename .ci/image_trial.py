"""Run inside the image: the bot serves a person in the sandbox's Bot API, and tells its health.

Exit code 0 when everything is as it should be; an AssertionError otherwise.
"""

import asyncio
import os
import socket
import urllib.request
from pathlib import Path

from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram

TOKEN = "1:a-token-for-the-image"  # noqa: S105
PATIENCE_SECONDS = 300  # qemu is slow


def health_of(port: int) -> bytes:
    """Return what /healthz answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        body: bytes = answer.read()
    return body


async def main() -> None:
    """Start the Bot API and the bot, and talk to it."""
    telegram = Telegram(token=TOKEN)
    person = telegram.add_person("Hans", language_code="de")
    server = await serve(create_app(telegram))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ALLOWED_USER_IDS": str(person.id),  # a private bot, which asks nothing first
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "HTTP_PORT": str(port),
    }
    checking = await asyncio.create_subprocess_exec("python", "-m", "bot", "check", env=environment)
    assert await checking.wait() == 0
    running = await asyncio.create_subprocess_exec("python", "-m", "bot", "run", env=environment)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await telegram.wait_for(lambda: telegram.polling)
            telegram.say(person, "/cramp")
            await telegram.wait_for(lambda: telegram.chat(person)[-1].from_bot)
            await telegram.settled()
        assert "Krampf" in telegram.last_from_bot(person).words
        assert await asyncio.to_thread(health_of, port) == b"ok\n"
    finally:
        running.terminate()
        assert await running.wait() == 0
        await server.close()


asyncio.run(main())
assert Path("/data/calmcalf.db").stat().st_mode & 0o077 == 0
print("image: ok  check, a cramp logged in German, /healthz, a private database, a clean end")
