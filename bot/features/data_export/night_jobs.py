"""Makes the table of nights: reads the diary in spans of nights and writes them into a file."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

from bot.background import spool
from bot.features.data_export import night_table
from bot.features.data_export.growing_file import length
from bot.features.data_export.night_queries import columns_of, nights_told
from bot.features.data_export.night_table import Span
from bot.features.diary.queries import cramp_facts_of, cramp_ids_between, facts_without_cramps
from bot.telegram.jobs import JobContext, slices
from bot.telegram.message import Document

NIGHTS_AT_ONCE = 28
"""Nights that the worker process writes in one call. With their reminders they have some 400 rows;
of entries there may be any number, so these are read in slices."""


async def write_nights(about: JobContext) -> Document:
    """Write one row for each night, up to the last that is over or has an entry."""
    path, worker = about.folder / "nights", about.deps.worker
    async with about.transaction() as context:
        columns = await columns_of(context.session, about.user_id)
        told = await nights_told(context.session, about.user_id)
        over_on = context.nights.first_unfinished(context.local_now) - timedelta(days=1)
    await worker.run(night_table.begin, path, context.tr, columns)
    if told is not None:
        first_on, last_on = told[0], max(told[1], over_on)
        total = (last_on - first_on).days + 1
        for start in range(0, total, NIGHTS_AT_ONCE):
            begin_on = first_on + timedelta(days=start)
            end_on = min(begin_on + timedelta(days=NIGHTS_AT_ONCE - 1), last_on)
            span = await _span_file(about, begin_on, end_on)
            await worker.run(night_table.append, path, length(path), context.tr, columns, span)
            await about.progress(start, total)
    return Document(f"calmcalf-nights-{about.context.today.isoformat()}.csv", path)


async def _span_file(about: JobContext, first_on: date, last_on: date) -> Path:
    """What is known of a span of nights, in a file for the worker process."""
    file = about.folder / f"nights from {first_on}"
    async with about.transaction() as context:
        session, user_id = context.session, about.user_id
        facts = await facts_without_cramps(session, user_id, first_on, last_on)
        ids = await cramp_ids_between(session, user_id, first_on, last_on)
    await asyncio.to_thread(spool.append, file, Span(facts, first_on, last_on))
    for part in slices(ids):
        async with about.transaction() as context:
            cramps = await cramp_facts_of(context.session, about.user_id, part)
        await asyncio.to_thread(spool.append, file, cramps)
    return file
