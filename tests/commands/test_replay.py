"""What was set aside is listed, and dealt with once more by the running bot."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.commands.replay import listed, replay
from bot.database.models import Cramp, FailedUpdate, InboxRow, InboxState, User
from bot.telegram.replayed import ASKED_THEN, NOTHING_ASKED, question_of
from tests.support.command_line import command
from tests.support.harness import Harness, Someone

LOG = "🦵 Log cramp"


async def set_aside(
    harness: Harness, someone: Someone, number: int, text: str, asked: str | None = None
) -> None:
    """An update of somebody's that a bug has kept from its effect.

    Args:
        harness: the bot.
        someone: who sent it.
        number: its id.
        text: of the message.
        asked: which question was open; None: an earlier version has set it aside.
    """
    person = someone.telegram_person
    raw: dict[str, Any] = {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": int(harness.clock.now().timestamp()),
            "chat": person.as_chat(),
            "from": person.as_user(),
            "text": text,
        },
    }
    if asked is not None:
        raw[ASKED_THEN] = asked
    async with harness.database.transaction() as session:
        session.add(
            FailedUpdate(
                update_id=number,
                user_id=someone.id,
                raw=raw,
                error="ZeroDivisionError",
                failed_at=datetime(2027, 1, 13, 3, 12, tzinfo=UTC),
            )
        )
        session.add(
            InboxRow(
                update_id=number,
                state=InboxState.DONE,
                received_at=datetime(2027, 1, 13, 3, 12, tzinfo=UTC),
            )
        )


@pytest.mark.parametrize("more", [(), ("5",), ("--all",)], ids=str)
async def test_without_a_database_one_line_says_so(more: tuple[str, ...], tmp_path: Path) -> None:
    ended = await command("replay", *more, folder=tmp_path)
    assert ended.code == 2
    assert ended.err == ("DATABASE_URL: there is no such file yet, so there is nothing to replay\n")


async def test_what_was_set_aside_is_listed_without_what_was_written(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await set_aside(harness, ann, 5, "my secret")
    (found,) = await listed(harness.settings)
    assert (found.update_id, found.kind, found.error) == (5, "message", "ZeroDivisionError")
    assert "secret" not in repr(found)


async def test_one_or_all_are_dealt_with_once_more_in_order(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for number in (5, 6, 7):
        await set_aside(harness, ann, number, LOG if number < 7 else "/help")
    now = harness.clock.now()
    assert await replay(harness.settings, 6, now) == 1
    await harness.app.intake.recover()
    await harness.settled()
    assert [row.message_id for row in await harness.rows(Cramp)] == [6]

    assert await replay(harness.settings, 6, now) == 0
    assert await replay(harness.settings, None, now) == 2
    await harness.app.intake.recover()
    await harness.settled()
    assert {row.message_id for row in await harness.rows(Cramp)} == {5, 6}
    assert await harness.rows(FailedUpdate) == []
    async with harness.database.transaction() as session:
        states = await session.exec(select(InboxRow.state))
        assert set(states) == {InboxState.DONE}


async def test_a_typed_answer_is_read_only_if_the_same_is_asked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says(LOG)
    (entry,) = await harness.rows(Cramp)
    await ann.forges(f"cramps:note:{entry.id}")
    (person,) = await harness.rows(User)
    asked = question_of(person)
    assert asked != NOTHING_ASKED

    async def replayed(number: int, text: str, asked: str | None) -> None:
        await set_aside(harness, ann, number, text, asked)
        await replay(harness.settings, None, harness.clock.now())
        await harness.app.intake.recover()
        await harness.settled()

    await replayed(20, "woke me twice", asked)
    assert [row.note for row in await harness.rows(Cramp)] == ["woke me twice"]
    await ann.says("/timezone")
    # Something else was asked, it is not known what, or nothing was.
    for number, then in enumerate((asked, None, NOTHING_ASKED), 21):
        await replayed(number, "Is <this> Vienna", then)
        assert ann.last.words.startswith("I could not read this when you sent it:")
        assert "“Is <this> Vienna”" in ann.last.words
    await replayed(24, "bedtime 23:45", NOTHING_ASKED)
    (person,) = await harness.rows(User)
    assert f"{person.bed_time:%H:%M}" == "23:45"
