"""How late reminders are as users grow: ``python -m benchmarks.sunday``.

A simulated Sunday, written to docs/capacity-sunday.md. Due times come from the bot's own schedule
and spreading, the order from its own priorities; the simulated part is a queue that sends a fixed
number of messages a second. Nothing is random.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from pathlib import Path

from bot.database.models import EVERY_DAY, Kind
from bot.dispatch import schedule as rules
from bot.dispatch.planning import ON_SUNDAYS, schedule_of
from bot.dispatch.schedule import ZonePlan
from bot.dispatch.spreading import STEPS
from bot.features.reminders.queries import LOW_PRIORITY

FILE = Path(__file__).parent.parent / "docs" / "capacity-sunday.md"
SUNDAY = date(2027, 1, 17)
DAY = 86_400
BED = {
    time(21): 5,
    time(21, 30): 7,
    time(22): 18,
    time(22, 30): 18,
    time(23): 24,
    time(23, 30): 12,
    time(0): 10,
    time(0, 30): 3,
    time(1): 3,
}
WAKE = {
    time(5, 30): 5,
    time(6): 20,
    time(6, 30): 20,
    time(7): 25,
    time(7, 30): 12,
    time(8): 13,
    time(8, 30): 5,
}
"""Percent of people; bed and wake time are drawn independently."""
FREE_FLUIDS = 0.8
"""Share of people who get drink reminders."""
ONE_ZONE = {0: 100.0}
WORLD = {
    -8: 0.9,
    -7: 0.6,
    -6: 3.6,
    -5: 4.5,
    -4: 1.6,
    -3: 3.4,
    0: 4.6,
    1: 10.4,
    2: 7.6,
    3: 8.1,
    4: 1.0,
    5: 4.6,
    6: 20.4,
    7: 5.3,
    8: 20.6,
    9: 2.5,
    10: 0.3,
}
"""Rough shares of the world's people by offset from UTC in hours, in percent; India's half hour
is counted with six."""
PEERS_DRINK_TIMES = (time(8), time(10), time(12), time(14), time(16), time(18))
ROUNDING = 1e-4
"""Tolerance for the sum of a day of fractions of messages."""
URGENT_LIMIT, RELAXED_LIMIT = 60, 300
"""Allowed lateness of the 99th percentile, in seconds."""


@dataclass(frozen=True)
class Person:
    """A person with default times, in the form that the schedule reads."""

    kind: Kind
    times: str | None
    weekdays: int
    bed_time: time
    wake_time: time
    spread_seconds: int
    rests: str | None = None
    time_zone: str | None = "UTC"
    muted: str | None = None
    home_zone: str | None = None
    home_zone_until_on: date | None = None


Load = Mapping[Kind, Sequence[float]]
"""Kind → messages due in each second of the day, of one person on average."""


def due_seconds(person: Person, spreads: Sequence[int]) -> Iterator[int]:
    """Yield the seconds of the local day at which this reminder is due, for each spread."""
    plan, start = ZonePlan("UTC"), datetime.combine(SUNDAY, time.min)
    for spread in spreads:
        schedule = schedule_of(*(replace(person, spread_seconds=spread),) * 2)
        for found in rules.occurrences_after(schedule, plan, start - timedelta(minutes=1)):
            if found.key.date() > SUNDAY:
                break
            yield int((found.due_at - start.replace(tzinfo=UTC)).total_seconds()) % DAY


def real_people() -> Iterator[tuple[float, Person]]:
    """Yield each kind of reminder with the bot's defaults, and the share of people who have it."""
    for bed, bed_share in BED.items():
        for wake, wake_share in WAKE.items():
            share = bed_share * wake_share / 10_000
            one = Person(Kind.STRETCH, None, EVERY_DAY, bed, wake, 0)
            yield share, one
            yield share, replace(one, kind=Kind.CAFFEINE)
            yield share, replace(one, kind=Kind.CHECK_IN)
            yield share * FREE_FLUIDS, replace(one, kind=Kind.HYDRATION)
            yield share, replace(one, kind=Kind.SUMMARY, weekdays=ON_SUNDAYS)


def peers_people() -> Iterator[tuple[float, Person]]:
    """The same for comparable bots: six drinks, a stretch, a caffeine cutoff and a summary."""
    for share, one in real_people():
        if one.kind in {Kind.STRETCH, Kind.CAFFEINE, Kind.SUMMARY}:
            yield share, one
        elif one.kind is Kind.HYDRATION:
            yield share / FREE_FLUIDS, replace(one, times="peers")


def _peers_drink_seconds(spreads: Sequence[int]) -> Iterator[int]:
    model = Person(Kind.HYDRATION, None, EVERY_DAY, time(23), time(7), 0)
    for spread in spreads:
        offset = schedule_of(*(replace(model, spread_seconds=spread),) * 2).spread
        for slot in PEERS_DRINK_TIMES:
            yield int((datetime.combine(SUNDAY, slot) + offset).timestamp()) % DAY


def load_of(people: Iterator[tuple[float, Person]], *, spread: bool = True) -> Load:
    """Messages due in each second of a local day, for one person on average."""
    spreads = range(STEPS) if spread else (0,)
    counts: dict[Kind, Counter[int]] = {}
    for share, person in people:
        found = (
            _peers_drink_seconds(spreads)
            if person.times == "peers"
            else due_seconds(person, spreads)
        )
        for second in found:
            counts.setdefault(person.kind, Counter())[second] += share / len(spreads)  # type: ignore[assignment]
    return {
        kind: [float(seconds.get(second, 0)) for second in range(DAY)]
        for kind, seconds in counts.items()
    }


def jittered(load: Load, minutes: int, summary_minutes: int) -> Load:
    """Spread due times over plus or minus some minutes, the best of the usual designs."""

    def smooth(counts: Sequence[float], first: int, last: int) -> list[float]:
        width, made = last - first, [0.0] * DAY
        for second, count in enumerate(counts):
            if count:
                for at in range(second + first, second + last):
                    made[at % DAY] += count / width
        return made

    seconds = minutes * 60
    return {
        kind: smooth(counts, 0, summary_minutes * 60)
        if kind is Kind.SUMMARY
        else smooth(counts, -seconds, seconds)
        for kind, counts in load.items()
    }


def over_zones(counts: Sequence[float], zones: Mapping[int, float]) -> list[float]:
    """Shift the same local day into every time zone, weighted by its share of people."""
    total, made = sum(zones.values()), [0.0] * DAY
    for hours, share in zones.items():
        shift = hours * 3600
        for second, count in enumerate(counts):
            if count:
                made[(second - shift) % DAY] += count * share / total
    return made


@dataclass(frozen=True)
class Lateness:
    """Lateness in seconds: percentiles and maximum."""

    p50: int
    p95: int
    p99: int
    worst: int

    def __str__(self) -> str:
        return f"{self.p50:,} / {self.p95:,} / {self.p99:,} / {self.worst:,}"


NEVER = Lateness(DAY, DAY, DAY, DAY)


def _lateness(arrived: Sequence[float], served: Sequence[float]) -> Lateness:
    """Lateness in a first-in-first-out queue, from arrivals and departures in each second."""
    late: Counter[int] = Counter()
    gone, second, total = list(accumulate(served)), 0, 0.0
    for at, count in enumerate(arrived):
        total += count
        second = max(second, at)
        while second < len(gone) and gone[second] < total - ROUNDING:
            second += 1
        if count:
            if second >= len(gone):
                return NEVER
            late[second - at] += count  # type: ignore[assignment]
    p50, p95, p99 = (_quantile(late, share) for share in (0.5, 0.95, 0.99))
    return Lateness(p50, p95, p99, max(late, default=0))


def _quantile(late: Mapping[int, float], share: float) -> int:
    wanted, seen = sum(late.values()) * share, 0.0
    for seconds in sorted(late):
        seen += late[seconds]
        if seen >= wanted:
            return seconds
    return max(late, default=0)


def run(load: Load, users: int, rate: float) -> dict[str, Lateness]:
    """Send a day's messages: urgent ones first, each class in order of arrival."""
    classes = {"urgent": [0.0] * DAY, "relaxed": [0.0] * DAY}
    for kind, counts in load.items():
        name = "relaxed" if kind in LOW_PRIORITY else "urgent"
        classes[name] = [a + b * users for a, b in zip(classes[name], counts, strict=True)]
    # A second day without arrivals, so that the rest of the first day is sent.
    arrived = {name: [*counts, *([0.0] * DAY)] for name, counts in classes.items()}
    waiting = dict.fromkeys(arrived, 0.0)
    served: dict[str, list[float]] = {name: [] for name in arrived}
    for second in range(2 * DAY):
        left = rate
        for name in ("urgent", "relaxed"):
            waiting[name] += arrived[name][second]
            out = min(left, waiting[name])
            waiting[name] -= out
            left -= out
            served[name].append(out)
    return {name: _lateness(arrived[name], served[name]) for name in arrived}


def keeps_limits(found: Mapping[str, Lateness]) -> bool:
    """Whether both limits of lateness are kept."""
    return found["urgent"].p99 <= URGENT_LIMIT and found["relaxed"].p99 <= RELAXED_LIMIT


def capacity(load: Load, rate: float) -> int:
    """The highest number of users for whom the limits are kept, rounded down to two digits."""
    low, high = 100, 10_000_000
    while high - low > low // 50:
        middle = (low + high) // 2
        low, high = (middle, high) if keeps_limits(run(load, middle, rate)) else (low, middle)
    step = int(10 ** (len(str(low)) - 2))
    return low // step * step


def main() -> None:
    """Simulate and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    quick = parser.parse_args().quick
    exact = load_of(peers_people(), spread=False)
    plans = {
        "exact times": exact,
        "plus or minus 10 minutes, summary over an hour": jittered(exact, 10, 60),
        "ours, the same messages": load_of(peers_people()),
        "ours, what the bot really sends": load_of(real_people()),
    }
    zones = {"one zone": ONE_ZONE, "world": WORLD}
    spread = {
        (plan, place): {kind: over_zones(counts, shares) for kind, counts in load.items()}
        for plan, load in plans.items()
        for place, shares in zones.items()
    }
    table = []
    for plan in plans:
        cells = [
            f"{capacity(spread[plan, place], rate):,}" for rate in (30, 1000) for place in zones
        ]
        table.append(f"| {plan} | {' | '.join(cells)} |")
        print(table[-1], flush=True)
    if quick:
        return
    late = []
    for place in zones:
        for rate in (30, 1000):
            for users in (10_000, 100_000, 300_000, 1_000_000):
                found = run(spread["ours, what the bot really sends", place], users, rate)
                late.append(
                    f"| {place} | {rate:,} | {users:,} | {found['urgent']} | {found['relaxed']} |"
                )
    FILE.write_text(PAGE.format(capacities="\n".join(table), lateness="\n".join(late)))


PAGE = """# A simulated Sunday

Generated by `python -m benchmarks.sunday`. Everything is calculated; nothing is random or measured.
Due times come from the bot's own schedule and spreading (`bot/dispatch/schedule.py`,
`bot/dispatch/spreading.py`), the order from its own priorities, and a queue sends a fixed number of
messages a second. Replies to people are left out, and everybody has default times; a time that
somebody chose is kept to the minute.

Bedtimes range from 21:00 to 01:00 and wake times from 5:30 to 8:30, on full and half hours, as
listed in `benchmarks/sunday.py`. Four in five people get drink reminders. "World" spreads people
over time zones by population.

## How many users

The largest number of users for whom 99 in 100 reminders are in time: at most 60 seconds late for
stretch, caffeine and the morning question, and at most 300 seconds for drinks and summaries.
Telegram lets a bot send about 30 messages a second for free and 1,000 with paid broadcasts
(`ALLOW_PAID_BROADCAST=true` and a higher `SEND_RATE`). The first three plans send the same:
six drinks on the hour, a stretch, a caffeine cutoff and the Sunday summary, 9 for each person. The
last plan is what people get by default.

| plan | 30 a second, one zone | world | 1,000, one zone | world |
| --- | --- | --- | --- | --- |
{capacities}

With more users than in the last row for 30 a second, an operator needs paid broadcasts or a second
bot. More processes do not help, because Telegram's limit applies to the bot. One process can send a
thousand a second ([measurements](capacity.md)); further replicas are for taps and for availability.

## How late

Seconds late, compared with the spread due time: p50 / p95 / p99 / worst. A day (86,400) stands for
"not on the same day".

| place | a second | users | stretch, caffeine, morning question | drinks, summaries |
| --- | --- | --- | --- | --- |
{lateness}
"""


if __name__ == "__main__":
    main()
