"""Messages with a picture. The picture is drawn in a thread, so that the event loop stays free.

The functions with ``outside`` are called by the frame after the commit (see ``rendering`` in
``bot/telegram/replies.py``).
"""

import asyncio

from bot.drawing.themes import theme_of
from bot.features.summary import messages, month_quarter_messages
from bot.features.summary.detail_messages import details
from bot.features.summary.month_quarter_chart import draw_month, draw_quarter
from bot.features.summary.month_quarter_report import MonthReport, QuarterReport
from bot.features.summary.week_chart import draw_week
from bot.features.summary.week_labels import labels
from bot.features.summary.week_report import WeekDetails, WeekReport
from bot.i18n.translator import Translator
from bot.telegram.context import Outside
from bot.telegram.message import Message


async def week_picture(tr: Translator, report: WeekReport) -> bytes:
    """The picture of a week, as a PNG."""
    theme = theme_of(light=report.light)
    return await asyncio.to_thread(draw_week, report.figures, labels(tr, report), theme)


async def week_with_picture(_outside: Outside, tr: Translator, report: WeekReport) -> Message:
    """A week: picture, caption, and buttons to other weeks."""
    return messages.week_message(tr, report, await week_picture(tr, report))


async def more_with_picture(_outside: Outside, tr: Translator, report: WeekReport) -> Message:
    """A week, with the buttons that are needed less often."""
    return messages.more_message(tr, report, await week_picture(tr, report))


async def fill_with_picture(_outside: Outside, tr: Translator, report: WeekReport) -> Message:
    """A week, with a button for each night that can be marked as free of cramps."""
    return messages.fill_message(tr, report, await week_picture(tr, report))


async def details_with_picture(_outside: Outside, tr: Translator, found: WeekDetails) -> Message:
    """The details of a week, below its picture."""
    picture = await week_picture(tr, found.report)
    return details(tr, found.figures, found.pairs, picture, is_withheld=found.is_withheld)


async def month_with_picture(_outside: Outside, tr: Translator, month: MonthReport) -> Message:
    """A month as a calendar of nights."""
    first_day = month.first_weekday
    words = month_quarter_messages.month_labels(tr, month.figures, first_day)
    theme = theme_of(light=month.light)
    picture = await asyncio.to_thread(draw_month, month.figures, words, first_day, theme)
    return month_quarter_messages.month_message(
        tr, month.figures, picture, earlier=month.earlier, later=month.later
    )


async def quarter_with_picture(
    _outside: Outside, tr: Translator, quarter: QuarterReport
) -> Message:
    """Thirteen weeks, a column for each."""
    words = month_quarter_messages.quarter_labels(tr, quarter.figures)
    theme = theme_of(light=quarter.light)
    picture = await asyncio.to_thread(draw_quarter, quarter.figures, words, theme)
    return month_quarter_messages.quarter_message(
        tr,
        quarter.figures,
        quarter.trend,
        quarter.trend_last_on,
        picture,
        earlier_on=quarter.earlier_on,
        later_on=quarter.later_on,
    )
