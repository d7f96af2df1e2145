"""Compiled statements that all databases of a kind share: the tests open a thousand of them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from bot.database import engine

MOST = 3000


def share() -> None:
    """Let each engine of the bot use one cache, from which it would else have one of its own.

    SQLAlchemy's cache finds a statement by its dialect, which each engine has, and the statement:
    so dialects of one class have to be equal.
    """
    for dialect in (PGDialect_asyncpg, SQLiteDialect_aiosqlite):
        dialect.__hash__ = _hash  # type: ignore[method-assign,assignment]
        dialect.__eq__ = _is_equal  # type: ignore[method-assign]
    cache: LRUCache[Any, Any] = LRUCache(MOST)
    create: Callable[..., AsyncEngine] = engine.create_engine

    def create_with_cache(*arguments: Any, **settings: Any) -> AsyncEngine:
        made = create(*arguments, **settings)
        made.sync_engine._compiled_cache = cache
        return made

    engine.create_engine = create_with_cache


def _hash(dialect: object) -> int:
    return hash(type(dialect))


def _is_equal(dialect: object, other: object) -> bool:
    return type(dialect) is type(other)
