"""The pages for nginx and Caddy: their very configuration runs, with the bot behind it.

Only ports, the files of the certificate, and ten seconds of waiting are replaced. Traefik is not in
Debian; its configuration is only parsed.
"""

import asyncio
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]
from pydantic import SecretStr

from tests.features.log_address.serving import new_address
from tests.features.mini_app.serving import NIGHT, served
from tests.features.mini_app.signing import signed
from tests.support.harness import Harness
from tests.support.paths import ROOT
from tests.telegram.test_webhook import RIGHT, SECRET, WRONG

NAME = "bot.example.org"
BLOCK = re.compile(r"^```(nginx|caddyfile|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 30
PRIVATE = ("/metrics", "/readyz", "/healthz", "/", "/telegrams", "/apps", "/logs", "/telegram/x")
NO_TOKEN = "A" * 43
"""What looks like the token of an address that logs a cramp, and is nobody's."""
WRONG_TOKENS = 20
"""How many of them one caller may try in a minute."""


def configurations(page: str) -> list[str]:
    return [text for _, text in BLOCK.findall((ROOT / "docs" / page).read_text())]


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """Replace words that the text must contain."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files of a certificate that signs itself, and of its key."""
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "fullchain.pem", folder / "privkey.pem"
    options = ("-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    names = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}")
    command = ["openssl", "req", *options, *names, "-out", str(made), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@dataclass
class Proxy:
    """A running proxy, and who asks it from outside."""

    port: int
    trusts: ssl.SSLContext
    log: Path

    async def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Host": NAME} | more.pop("headers", {})
        async with httpx.AsyncClient(verify=self.trusts, trust_env=False) as client:
            return await client.request(
                method,
                f"https://127.0.0.1:{self.port}{path}",
                headers=headers,
                extensions={"sni_hostname": NAME},
                **more,
            )

    async def cuts_off(self, sent: bytes) -> bool:
        """Whether the connection ends of somebody who sends a byte of headers now and then."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.trusts, server_hostname=NAME
        )
        writer.write(sent)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    writer.write(b"a")
                    try:
                        async with asyncio.timeout(0.2):
                            if not await reader.read(1000):
                                return True
                    except TimeoutError:
                        continue
        except OSError:
            return True
        finally:
            writer.close()


def nginx_command(folder: Path, port: int, bot: int, files: tuple[Path, Path]) -> list[str]:
    (page,) = configurations("nginx.md")
    live = f"/etc/letsencrypt/live/{NAME}/"
    page = replaced(
        page,
        ("    listen [::]:443 ssl;\n", ""),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (f"{live}fullchain.pem", str(files[0])),
        (f"{live}privkey.pem", str(files[1])),
        ("127.0.0.1:8081", f"127.0.0.1:{bot}"),
        ("timeout 10s", "timeout 1s"),
        ("timeout   10s", "timeout 1s"),
    )
    (folder / "calmcalf.conf").write_text(page)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    access = f"access_log {folder}/log;"
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log stderr info; events {{}}"
        f" http {{ {access} {places} include {folder}/calmcalf.conf; }}\n"
    )
    program = shutil.which("nginx")
    assert program is not None
    return [program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy_command(folder: Path, port: int, bot: int, files: tuple[Path, Path]) -> list[str]:
    (page,) = configurations("caddy.md")
    here = f"admin off\n\tauto_https disable_redirects\n\thttps_port {port}\n\tstorage file_system"
    page = replaced(
        page,
        ("{\n\tservers {", f"{{\n\t{here} {folder}\n\tservers {{"),
        (f"{NAME} {{\n", f"{NAME} {{\n\tbind 127.0.0.1\n\ttls {files[0]} {files[1]}\n"),
        ("127.0.0.1:8081", f"127.0.0.1:{bot}"),
        ("10s", "1s"),
    )
    (folder / "Caddyfile").write_text(page)
    program = shutil.which("caddy")
    assert program is not None
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


COMMANDS = {"nginx": nginx_command, "caddy": caddy_command}


@asynccontextmanager
async def running(
    name: str, folder: Path, port: int, bot: int, files: tuple[Path, Path]
) -> AsyncIterator[Proxy]:
    log = folder / "log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *COMMANDS[name](folder, port, bot, files),
            env={"PATH": os.environ["PATH"], "HOME": str(folder)},
            stdout=output,
            stderr=output,
        )
    proxy = Proxy(port, ssl.create_default_context(cafile=files[0]), log)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                assert process.returncode is None, log.read_text()
                try:
                    await proxy.asks("GET", "/")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)  # another process's port
        yield proxy
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def update_of(person: int, number: int) -> dict[str, Any]:
    """What Telegram posts when somebody sends /cramp."""
    who = {"id": person, "first_name": "Ann"}
    message = {
        "message_id": number,
        "date": int(NIGHT.timestamp()),
        "chat": who | {"type": "private"},
        "from": who | {"is_bot": False},
        "text": "/cramp",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    return {"update_id": number, "message": message}


@pytest.mark.in_ci
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"{name} is missing")
        )
        for name in COMMANDS
    ],
)
async def test_the_configuration_of_the_page(
    name: str,
    harness: Harness,
    tmp_path: Path,
    certificate: tuple[Path, Path],
    unused_tcp_port_factory: Any,
) -> None:
    ann = await harness.set_up_person("Ann")
    port, bot = unused_tcp_port_factory(), unused_tcp_port_factory()
    hook = {"webhook_url": f"http://127.0.0.1:{bot}", "webhook_secret": SecretStr(SECRET)}
    async with (
        served(harness, bot, **hook),
        running(name, tmp_path, port, bot, certificate) as proxy,
    ):
        await harness.live_until(NIGHT)

        # Telegram's update is answered once it is stored; without the secret it is not read.
        update = update_of(ann.id, 1_000_000)
        assert (
            await proxy.asks("POST", "/telegram", json=update, headers=RIGHT)
        ).status_code == 200
        await harness.settled()
        assert ann.last.words.startswith("Cramp logged")
        assert (
            await proxy.asks("POST", "/telegram", json=update, headers=WRONG)
        ).status_code == 403
        assert (await proxy.asks("GET", "/telegram", headers=RIGHT)).status_code in {403, 404}

        # The page loads, its files too, and a signed request gets its data.
        page = await proxy.asks("GET", "/app")
        assert page.status_code == 200
        assert "/app.js" in page.text
        assert (await proxy.asks("GET", "/app/app.js")).status_code == 200
        data = {"Authorization": f"tma {signed({'id': ann.id}, harness.clock.now())}"}
        assert (await proxy.asks("POST", "/app/month", json={}, headers=data)).status_code == 200

        # An address that logs a cramp.
        path = await new_address(ann)
        assert (await proxy.asks("POST", path)).status_code == 200

        # Nothing else is passed on.
        outside = {one: (await proxy.asks("GET", one)).status_code for one in PRIVATE}
        assert outside == dict.fromkeys(PRIVATE, 404)

        # Headers that come a byte at a time are cut off.
        assert await proxy.cuts_off(f"GET /app HTTP/1.1\r\nHost: {NAME}\r\nX-Slow: ".encode())

        # Who asks is what the proxy says, not what the client claims.
        answers = [
            await proxy.asks(
                "POST", f"/log/{NO_TOKEN}", headers={"X-Forwarded-For": f"192.0.2.{number}"}
            )
            for number in range(WRONG_TOKENS + 1)
        ]
        assert [one.status_code for one in answers] == [404] * WRONG_TOKENS + [429]

        # While the bot is down, no secret path is in the proxy's log.
        await harness.app.stop()
        assert (await proxy.asks("POST", path)).status_code == 502
        assert (
            await proxy.asks("POST", "/telegram", json=update, headers=RIGHT)
        ).status_code == 502
        await harness.start_again()
        written = proxy.log.read_text()
    assert path not in written
    assert SECRET not in written


def test_traefik_gets_what_the_others_get() -> None:
    """Not tried: Debian has no Traefik. It is YAML, and names the same paths and waits."""
    static, dynamic = map(yaml.safe_load, configurations("traefik.md"))
    (entry,) = static["entryPoints"].values()
    assert entry["transport"]["respondingTimeouts"]["readTimeout"] == "10s"
    routers = dynamic["http"]["routers"]
    assert all(one["entryPoints"] == [*static["entryPoints"]] for one in routers.values())
    assert all(
        one["tls"]["certResolver"] in static["certificatesResolvers"] for one in routers.values()
    )
    pattern = re.search(r"PathRegexp\(`(.*)`\)", routers["people"]["rule"])
    assert pattern is not None
    assert [path for path in PRIVATE if re.search(pattern[1], path)] == []
    assert all(re.search(pattern[1], path) for path in ("/app", "/app/app.js", "/log", "/log/x"))
    (server,) = dynamic["http"]["services"]["calmcalf"]["loadBalancer"]["servers"]
    assert server["url"] == "http://127.0.0.1:8081"


@pytest.mark.parametrize("page", ["nginx.md", "caddy.md", "traefik.md"])
def test_every_page_has_the_same_settings_and_warns_of_the_same(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    for words in ("WEBHOOK_URL=https://bot", "MINI_APP_URL=", "TRUSTED_PROXIES", "X-Forwarded-For"):
        assert words in text
    for path in ("/metrics", "/healthz", "/readyz"):
        assert f"`{path}`" in text
