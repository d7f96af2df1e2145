"""The recipes of the page "Log without a screen": what they would send is sent to the real bot."""

import asyncio
import json
import re
import shlex
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.database.models import Cramp
from tests.features.log_address.serving import bedside
from tests.support.harness import Harness
from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "log-without-a-screen.md").read_text()
WRITTEN = "https://bot.example.org/log/Xq…"


class Secret(str):
    """The value of a name in ``secrets.yaml``."""


class Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads the YAML of Home Assistant and ESPHome, which has secrets."""


Loader.add_constructor("!secret", lambda _loader, node: Secret(node.value))


def blocks(language: str) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def recipes() -> dict[str, Any]:
    """The top-level keys of all blocks of YAML, and the automation."""
    found: dict[str, Any] = {}
    for block in blocks("yaml"):
        read = yaml.load(block, Loader)  # noqa: S506 - a SafeLoader
        found.update(read if isinstance(read, dict) else {"automation": read[0]})
    return found


async def run(line: str) -> str:
    """What a command prints."""
    process = await asyncio.create_subprocess_exec(
        *shlex.split(line), "--silent", "--show-error", "--noproxy", "*", stdout=-1, stderr=-1
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    return said.decode()


async def test_the_commands_of_the_page_log_cramps(harness: Harness, unused_tcp_port: int) -> None:
    async with bedside(harness, unused_tcp_port) as (_ann, button):
        lines = [line for block in blocks("sh") for line in block.splitlines()]
        address = f"http://127.0.0.1:{unused_tcp_port}{button.path}"
        said = [await run(line.replace(WRITTEN, address)) for line in lines]
        assert said[0] == "Logged, 3:12."
        assert json.loads(said[1])["text"] == "Already logged, 3:12."  # curl --json wants JSON
        await harness.settled()
        (entry,) = [one for one in await harness.rows(Cramp) if one.same_as_id is None]
        assert (entry.intensity, entry.side, entry.site) == (7, "left", "calf")


async def test_the_recipe_for_home_assistant_sends_what_the_bot_reads(
    harness: Harness, unused_tcp_port: int
) -> None:
    """Each press has a key, which stays the same while it is tried again."""
    found = recipes()
    command = found["rest_command"]["log_cramp"]
    assert found[command["url"]] == WRITTEN  # the secret is defined
    assert command["method"] == "post"
    repeat = next(one["repeat"] for one in found["automation"]["actions"] if "repeat" in one)
    call = repeat["sequence"][0]
    assert call["action"] == "rest_command.log_cramp"
    names = set(re.findall(r"{{ (\w+) }}", command["payload"]))
    assert names == call["data"].keys()
    pressed = {"key": "bed-1799891520.25", "minutes_ago": "2.5166"}
    payload = re.sub(r"{{ (\w+) }}", lambda name: pressed[name[1]], command["payload"])
    assert json.loads(payload) == {"key": pressed["key"], "minutes_ago": 2.5166}
    headers = {"Content-Type": command["content_type"]}
    async with bedside(harness, unused_tcp_port) as (_ann, button):
        for _try in range(2):
            assert await button.hears(content=payload, headers=headers) == "Logged, 3:09."
        assert len(await harness.rows(Cramp)) == 1


def test_the_recipe_for_esphome_posts_to_the_secret_address() -> None:
    button = recipes()["binary_sensor"][0]
    post = button["on_press"][0]["http_request.post"]
    assert isinstance(post["url"], Secret)
    (then,) = post["on_response"]
    assert "response->status_code == 200" in then["if"]["condition"]["lambda"]


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.split("\n")[0])
def test_every_block_of_yaml_is_one_document(block: str) -> None:
    assert len(list(yaml.compose_all(block, Loader))) == 1
