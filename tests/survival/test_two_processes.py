"""Two processes with the same token by mistake, each with a database of its own.

Each logs it in one line, they poll in turns that grow longer, no tap is lost, and nobody who is in
only one of the databases gets a reminder twice.
"""

import asyncio
import logging
import shutil
from pathlib import Path

from bot.database.models import Cramp, Delivery, DeliveryStatus
from tests.support.lengths import soak_length
from tests.support.what_happens import assert_said
from tests.survival.common import BotProcess, all_sent, prepare, received, rows, sandbox

log = logging.getLogger(__name__)

PEOPLE = 40
SECONDS = soak_length(6, 20)
GAP_SECONDS = 0.5
SAID = "another process polls with this token"


async def test_two_processes_take_turns(sqlite_url: str, tmp_path: Path) -> None:
    other_url = sqlite_url.replace("calmcalf.db", "other.db")
    shutil.copy(tmp_path / "calmcalf.db", tmp_path / "other.db")
    async with sandbox() as (telegram, api):
        people = await prepare(sqlite_url, telegram, PEOPLE)
        mine = BotProcess(sqlite_url, api, 30, tmp_path / "mine.log")
        other = BotProcess(other_url, api, 30, tmp_path / "other.log")
        taps = []
        async with mine.up(), other.up():
            await telegram.wait_for(lambda: telegram.polling)
            for number in range(round(SECONDS / GAP_SECONDS)):
                taps.append(telegram.say(people[number % PEOPLE], "/cramp"))
                await asyncio.sleep(GAP_SECONDS)
            await telegram.settled(timeout=90)
            await all_sent(sqlite_url)
            conflicts = [
                call.at
                for call in telegram.calls_of("getUpdates")
                if call.error is not None and call.error.startswith("Conflict")
            ]
            assert [await mine.end(), await other.end()] == [0, 0]
        entries = [await rows(url, Cramp) for url in (sqlite_url, other_url)]
        deliveries = await rows(sqlite_url, Delivery)
        other_deliveries = await rows(other_url, Delivery)
    lines = {name: process.lines for name, process in (("mine", mine), ("other", other))}
    log.warning(
        "%s s, %s conflicts, %s taps, %s and %s entries, lines %s",
        SECONDS,
        len(conflicts),
        len(taps),
        *map(len, entries),
        {name: len(found) for name, found in lines.items()},
    )
    for found in lines.values():
        assert sum(SAID in line for line in found) <= 1
        assert len(found) <= 3, found
    what = "two processes with one token on different machines"
    assert_said(what, [line for found in lines.values() for line in found], most=2)
    # Turns of 1, 2, 4 … 60 seconds on both sides: their number grows with the time's logarithm.
    assert 2 <= len(conflicts) <= 14 + SECONDS / 30
    keys = {(row.user_id, row.message_id) for found in entries for row in found}
    assert keys == {(message.person.id, message.id) for message in taps}
    for found_rows in entries:
        assert len({(row.user_id, row.message_id) for row in found_rows}) == len(found_rows)
    assert {row.status for row in deliveries} == {DeliveryStatus.SENT}
    assert len(deliveries) == PEOPLE
    assert other_deliveries == []
    assert received(people, telegram, "☕") == {person.id: 1 for person in people}
