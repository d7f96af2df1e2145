"""Makes the table of nights: reads the diary in spans of nights and writes them into a file."""

from datetime import timedelta

from bot.features.data_export import night_table
from bot.features.data_export.night_queries import columns_of, nights_told
from bot.features.data_export.night_table import Span
from bot.features.diary.queries import facts_between
from bot.telegram.jobs import JobContext
from bot.telegram.message import Document

NIGHTS_AT_ONCE = 28
"""Nights that are read in one transaction. With their reminders they have some 400 rows."""
SPANS_AT_ONCE = 13
"""Spans that the worker process writes in one call: a year."""


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
        spans: list[Span] = []
        for start in range(0, total, NIGHTS_AT_ONCE):
            begin_on = first_on + timedelta(days=start)
            end_on = min(begin_on + timedelta(days=NIGHTS_AT_ONCE - 1), last_on)
            async with about.transaction() as context:
                facts = await facts_between(context.session, about.user_id, begin_on, end_on)
            spans.append(Span(facts, begin_on, end_on))
            if len(spans) == SPANS_AT_ONCE:
                await worker.run(night_table.append, path, context.tr, columns, spans)
                spans = []
            await about.progress(start, total)
        await worker.run(night_table.append, path, context.tr, columns, spans)
    return Document(f"calmcalf-nights-{about.context.today.isoformat()}.csv", path)
