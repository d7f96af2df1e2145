"""Weekly pictures a second on one core: ``python -m benchmarks.pictures``."""

import io
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock

from PIL import Image

from bot.features.diary.facts import NONE_LAST_NIGHT, CrampFact, NightFact, ReminderFact
from bot.features.summary import week_chart, week_labels
from bot.features.summary.stats import WeekFigures, summarise
from bot.features.summary.week_report import WeekReport
from bot.i18n.translator import translator

WEEK_ON = date(2027, 1, 10)
SUNDAY = 6
WEEKS = 40
"""Different weeks drawn in turn, so that caches do not help one picture after the other."""
ROUNDS = 5
TARGET_PER_SECOND = 60


def make_week(number: int) -> WeekFigures:
    """Figures of a week with cramps, quiet nights and reminders; each number gives another week."""
    week_on = WEEK_ON + timedelta(days=7 * number)
    nights = [week_on + timedelta(days=day) for day in range(7)]
    cramps = [
        CrampFact(
            datetime.combine(night_on, clock(22)) + timedelta(minutes=97 * (number + day) % 540),
            night_on,
            intensity=(3 * number + day) % 11,
        )
        for day, night_on in enumerate(nights)
        if (number + day) % 3 != 1
    ]
    answers = ("done", "skipped", None)
    reminders = [
        ReminderFact(kind, night_on, "sent", answers[(number + day) % 3])
        for kind in ("stretch", "caffeine", "hydration")
        for day, night_on in enumerate(nights)
    ]
    return summarise(
        week_on,
        cramps,
        [NightFact(night_on, NONE_LAST_NIGHT) for night_on in nights[::2]],
        reminders,
        started_on=WEEK_ON,
        local_now=datetime.combine(week_on + timedelta(days=7), clock(18)),
    )


def draw(number: int) -> bytes:
    """The picture of a week, as the bot draws it."""
    figures = make_week(number)
    report = WeekReport(figures, SUNDAY, WEEK_ON, figures.week_on, None, clock(22, 30), clock(7, 0))
    return week_chart.draw_week(figures, week_labels.labels(translator("en"), report))


def encode_blank(_number: int) -> bytes:
    """An empty picture of the same size and encoding, as the lower bound."""
    buffer = io.BytesIO()
    size = Image.open(io.BytesIO(draw(0))).size
    Image.new("P", size).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def milliseconds(make: Callable[[int], bytes]) -> float:
    """CPU time for one picture in milliseconds: the median of the rounds after a warm-up round."""
    rounds = []
    for _ in range(ROUNDS + 1):
        began = time.process_time()
        for number in range(WEEKS):
            make(number)
        rounds.append((time.process_time() - began) / WEEKS * 1000)
    return statistics.median(rounds[1:])


def main() -> None:
    """Measure and print."""
    blank, week = milliseconds(encode_blank), milliseconds(draw)
    per_second = 1000 / week
    sizes = [len(draw(number)) for number in range(WEEKS)]
    verdict = "yes" if per_second >= TARGET_PER_SECOND else "NO"
    print(f"weekly picture   {week:6.2f} ms, {max(sizes) / 1000:.0f} kB at most")
    print(f"blank PNG        {blank:6.2f} ms, same size in pixels")
    print(f"ratio            {week / blank:6.2f}")
    print(f"{per_second:.0f} a second on one core; at least {TARGET_PER_SECOND}: {verdict}")


if __name__ == "__main__":
    main()
