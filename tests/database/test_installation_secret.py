"""The secret of an installation, on both databases."""

import asyncio

from bot.database.engine import Database
from bot.database.installation_secret import BYTES, derive, key_for, secret_of


async def test_it_stays_the_same_and_each_purpose_has_a_key_of_its_own(database: Database) -> None:
    async def asked() -> tuple[str, bytes]:
        async with database.transaction() as session:
            return await secret_of(session), await key_for(session, "exported ids")

    (secret, key), *others = await asyncio.gather(*(asked() for _ in range(4)))
    assert {*others} == {(secret, key)}, "two processes made two secrets"
    assert len(bytes.fromhex(secret)) == BYTES
    assert key == derive(secret, "exported ids") != derive(secret, "erasures")
    assert await asked() == (secret, key)
