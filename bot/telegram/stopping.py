"""Pauses of tasks that have to end soon when the bot stops."""

import asyncio


async def rest(stopping: asyncio.Event, seconds: float) -> None:
    """Wait for some seconds, or until the event is set."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
