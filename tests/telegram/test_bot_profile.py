"""The bot's profile is set over HTTP once, and again when anything of it has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from sqlmodel import col
from telegram import Bot

from bot.database.engine import Database
from bot.database.models import Fact
from bot.features.registry import FEATURES
from bot.i18n.translator import available_languages, translator
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from bot.telegram import bot_profile
from bot.telegram.bot_profile import set_profile


@asynccontextmanager
async def sandbox_with(token: str) -> AsyncIterator[tuple[Telegram, Bot]]:
    telegram = Telegram(token=token)
    server = await serve(create_app(telegram))
    async with Bot(token, base_url=f"{server.url}/bot") as bot:
        yield telegram, bot
    await server.close()


def settings_made(telegram: Telegram) -> int:
    """How many requests have set something since the last look."""
    count = sum(call.method.lower().startswith("set") for call in telegram.calls)
    telegram.calls.clear()
    return count


async def test_it_is_set_in_every_language_and_only_once(database: Database) -> None:
    async with sandbox_with("1:sandbox-token") as (telegram, bot):
        await set_profile(bot, database, FEATURES)
        codes = {"" if code == "en" else code[:2] for code in available_languages()}
        assert {language for _, language in telegram.commands} == codes
        [count] = {len(menu) for menu in telegram.commands.values()}
        assert count == len(bot_profile.commands(translator("en"), FEATURES))
        fields = {"description", "short_description"}
        assert set(telegram.profile) == {(field, code) for field in fields for code in codes}
        assert "Beinkrämpfe" in telegram.profile["short_description", "de"]
        assert settings_made(telegram) == 3 * len(codes) + 1
        await set_profile(bot, database, FEATURES)
        assert settings_made(telegram) == 0


async def test_it_is_set_again_when_it_would_be_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sandbox_with("1:sandbox-token") as (telegram, bot):
        await set_profile(bot, database, FEATURES)
        for name, changed in {
            "__version__": "next",
            "short_description": lambda _: "Another text",
            "description": lambda _: "Another long text",
            "COMMAND_ORDER": bot_profile.COMMAND_ORDER[::-1],
        }.items():
            settings_made(telegram)
            monkeypatch.setattr(bot_profile, name, changed)
            await set_profile(bot, database, FEATURES)
            assert settings_made(telegram) > 0, name
        assert set(telegram.profile.values()) == {"Another text", "Another long text"}
        assert telegram.commands["default", ""][0]["command"] == "start"
    async with sandbox_with("2:another-bot") as (telegram, bot):
        await set_profile(bot, database, FEATURES)
        assert telegram.profile["description", ""] == "Another long text"


async def test_a_failure_is_tried_again_at_the_next_start(database: Database) -> None:
    async with sandbox_with("1:sandbox-token") as (telegram, bot):
        telegram.faults.set("server_error", method="setMyDescription")
        await set_profile(bot, database, FEATURES)
        telegram.faults.clear()
        settings_made(telegram)
        await set_profile(bot, database, FEATURES)
        assert telegram.profile
        assert settings_made(telegram) > 0


async def test_replicas_that_start_at_the_same_time_all_start(postgres_url: str) -> None:
    replicas = [Database(postgres_url) for _ in range(3)]
    async with sandbox_with("1:sandbox-token") as (telegram, bot):
        for _ in range(3):
            async with replicas[0].transaction() as session:
                await session.exec(sa.delete(Fact).where(col(Fact.name) == bot_profile.FACT))
            await asyncio.gather(*(set_profile(bot, one, FEATURES) for one in replicas))
        assert settings_made(telegram) > 0
    for one in replicas:
        await one.close()
