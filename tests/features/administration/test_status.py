"""/stats and /status: what admins see, and that nobody else sees any of it."""

from datetime import timedelta
from pathlib import Path

from bot import __version__
from bot.database.migrate import newest_revision
from bot.database.models import Broadcast, BroadcastState, Fact, SetupStep, User
from bot.features.administration.messages import stats, status
from bot.i18n.translator import translator
from bot.operations.alerts.monitor import FIRING_FACT
from bot.operations.state import read_state
from bot.operations.usage import count_usage
from bot.telegram.admin_menus import set_admin_menus
from tests.features.administration.conftest import AddPeople
from tests.support.harness import Harness, Someone

COMMANDS = ("stats", "status", "broadcast")


def menu(harness: Harness, someone: Someone) -> set[str]:
    """The commands of a chat's own menu."""
    found = harness.telegram.commands.get((f"chat {someone.id}", ""), [])
    return {one["command"] for one in found}


async def test_how_the_bot_is_used_and_how_it_is(
    harness: Harness, admin: Someone, add_people: AddPeople, tmp_path: Path
) -> None:
    await add_people(2, paused=True)
    await admin.says("/stats")
    assert "People: 3" in admin.last.words
    assert "Paused: 2" in admin.last.words
    harness.clock.advance(timedelta(hours=3))
    await admin.says("/status")
    words = admin.last.words
    assert words.startswith(f"CalmCalf {__version__}, schema {newest_revision()}")
    assert "Up for: 3 hours" in words
    assert "Leader: the only process" in words
    assert "Messages of people in the inbox: 1 (the oldest: 0 seconds)" in words  # this one
    assert "No backups are made" in words
    assert words.endswith("✅ No trouble now.")
    async with harness.database.transaction() as session:
        await session.merge(Fact(name=FIRING_FACT, value="backup"))
    settings = vars(harness.settings)
    settings["backup_dir"] = tmp_path / "backups"
    (tmp_path / "backups").write_text("a file where the folder should be")
    await harness.app.jobs.run_maintenance()
    await harness.app.jobs.update_metrics()
    await admin.says("/status")
    assert "There is no backup yet" in admin.last.words
    assert "The nightly backup was not made." in admin.last.words
    assert "Jobs that failed the last time, see the log: backup" in admin.last.words
    (tmp_path / "backups").unlink()
    await harness.app.jobs.run_maintenance()
    await harness.app.jobs.update_metrics()
    await admin.says("/status")
    settings["backup_dir"] = None
    assert "The last backup: " in admin.last.words
    assert "Free where the backups are" in admin.last.words
    assert "Jobs that failed" not in admin.last.words


async def test_nobody_else_sees_the_commands(harness: Harness, admin: Someone) -> None:
    """They get what any unknown command gets, in words and in the menu."""
    ann = await harness.set_up_person("Ann")
    await ann.says("/nonsense")
    unknown = ann.last.words
    await ann.says("/startt")
    near = ann.last.words  # what it offers for a command that looks like another one
    for command in COMMANDS:
        await ann.says(f"/{command}")
        assert ann.last.words == (
            near.replace("/startt", f"/{command}") if command in {"stats", "status"} else unknown
        ), command
    for data in ("admin:send:1", "admin:stop:1", "admin:cancel:1", "admin:language:1:de"):
        assert await ann.forges(data) == "This button is out of date."
    shared = {one["command"] for found in harness.telegram.commands.values() for one in found}
    assert not shared & set(COMMANDS)
    await admin.says("/status")
    assert set(COMMANDS) < menu(harness, admin)
    assert not menu(harness, ann)


async def test_the_menu_follows_who_is_an_admin(harness: Harness, admin: Someone) -> None:
    """It is set at the start, stays in any language, and goes with the office."""
    app = harness.app
    await set_admin_menus(app.deps, app.bot)
    assert set(COMMANDS) < menu(harness, admin)
    calls = len(harness.telegram.calls_of("setMyCommands"))
    await set_admin_menus(app.deps, app.bot)
    assert len(harness.telegram.calls_of("setMyCommands")) == calls, "it was set already"
    for code in ("de", "auto"):
        await admin.forges(f"language:set:{code}")
        assert set(COMMANDS) < menu(harness, admin)
    vars(harness.settings)["admin_user_ids"] = frozenset()
    await set_admin_menus(app.deps, app.bot)
    assert not menu(harness, admin)
    assert [one.admin_menu for one in await harness.rows(User)] == [None]
    await admin.says("/status")
    assert "CalmCalf" not in admin.last.words


async def test_who_leads_several_processes(postgres_url: str) -> None:
    async with Harness.open(postgres_url) as harness:
        app, now = harness.app, harness.clock.now()
        here = await read_state(harness.settings, app.deps.process, now)
        assert here.lead is not None
        assert here.lead.is_here
        assert 0 < here.lead.seconds <= 8
        there = await read_state(harness.settings, "another one", now)
        assert there.lead is not None
        assert not there.lead.is_here
        tr = translator("en")
        shown = status(tr, here, timedelta(minutes=5)).text
        assert "Leader: this process (its lease: " in shown
        assert "Leader: another process" in status(tr, there, None).text
        ann = harness.telegram.add_person("Ann")
        harness.telegram.chats[ann.id].started = True
        async with harness.database.transaction() as session:
            session.add(User(id=ann.id, created_at=now, setup_step=SetupStep.DONE))
            running = BroadcastState.RUNNING
            session.add(Broadcast(texts={"": "Hello"}, state=running, created_at=now))
        await app.leader.stop()
        assert app.broadcaster is not None
        await app.broadcaster.tick()
        assert harness.telegram.calls_of("sendMessage") == [], "only the leader writes to everybody"
        nobody = await read_state(harness.settings, app.deps.process, now)
        assert nobody.lead is None
        assert "Leader: no process" in status(tr, nobody, None).text
        usage = await count_usage(harness.settings, now)
        assert "People: 1" in stats(tr, usage).text
