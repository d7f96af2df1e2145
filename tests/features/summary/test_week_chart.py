"""The picture of a week: valid, deterministic, and correct."""

import io
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.drawing import canvas
from bot.drawing.themes import DARK, LIGHT, Colour, Theme
from bot.drawing.typesetting import Fitted, fit, font
from bot.features.diary.facts import CrampFact
from bot.features.summary import week_chart
from bot.features.summary.reminder_figures import KindFigures, ReminderOutcome
from bot.features.summary.stats import CrampMark, Night, NightState, WeekFigures, summarise
from bot.features.summary.week_chart import STRIP_HEIGHT, WeekDrawing, WeekLabels, draw_week
from bot.features.summary.week_labels import labels
from bot.features.summary.week_report import WeekReport
from bot.i18n.translator import translator
from bot.local_time.nights import Nights, sleep_across_noon
from tests.features.summary.test_stats import DIARIES, WEEK, Diary, cramp, night, quiet, sent, week
from tests.support.lengths import example_count

SUNDAY = 6
NEAR = 12
"""Colours are drawn from a palette, so a pixel is near its colour."""


def labels_for(figures: WeekFigures, bed: time | None = time(22, 30)) -> WeekLabels:
    report = WeekReport(figures, SUNDAY, WEEK, WEEK, None, bed, time(7, 0))
    return labels(translator("en"), report)


def position_of(night: int, hours: float, *, is_timed: bool = True) -> tuple[float, float]:
    """Where a cramp stands in a picture that has a strip."""
    drawing = WeekDrawing(WITH_STRIP, labels_for(WITH_STRIP))
    return drawing.position_of(night, hours, has_time=is_timed)


def draw(figures: WeekFigures) -> bytes:
    return draw_week(figures, labels_for(figures))


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def pixel(image: Image.Image, at: tuple[float, float]) -> Colour:
    found = image.getpixel((round(at[0]), round(at[1])))
    assert isinstance(found, tuple)
    return int(found[0]), int(found[1]), int(found[2])


def near(one: Colour, other: Colour) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= NEAR


TYPICAL = week(
    [cramp(1, 2, 30, intensity=4), cramp(4, 23, intensity=9), cramp(5, 15, intensity=2)],
    [quiet(0), quiet(2), quiet(3)],
    [
        *(sent(number, "done") for number in range(5)),
        sent(5, "skipped"),
        sent(6),
        *(sent(number, "done", "hydration") for number in range(7)),
    ],
)
WITH_STRIP = week([cramp(3, 15, intensity=10)])
HEAVY = week([cramp(n, hour, intensity=10) for n in range(7) for hour in (23, 1, 3, 5)])
WEEKS = {
    "typical": TYPICAL,
    "empty": week(),
    "heavy": HEAVY,
    "first": week([cramp(5)], started_on=night(4)),
}


@pytest.mark.parametrize("name", WEEKS)
def test_it_is_a_small_png_of_the_width_of_a_phone(name: str) -> None:
    png = draw(WEEKS[name])
    image = Image.open(io.BytesIO(png))
    image.load()
    assert image.format == "PNG"
    assert image.width == canvas.WIDTH
    assert len(png) < 80_000
    assert 0.8 * image.width < image.height < 1.5 * image.width  # fits on an upright phone


@pytest.mark.parametrize("name", WEEKS)
def test_the_same_week_is_the_same_picture(name: str) -> None:
    assert draw(WEEKS[name]) == draw(WeekFigures.from_json(WEEKS[name].to_json()))


def test_every_week_looks_different() -> None:
    assert len({draw(figures) for figures in WEEKS.values()}) == len(WEEKS)


@pytest.mark.parametrize(("hour", "minute"), [(20, 30), (23, 0), (2, 30), (6, 15), (9, 30)])
@pytest.mark.parametrize("intensity", [0, 4, 10, None])
def test_a_cramp_stands_at_its_hour_in_the_colour_of_its_strength(
    hour: int, minute: int, intensity: int | None
) -> None:
    figures = week([cramp(3, hour, minute, intensity=intensity)])
    without = opened(draw(replace(figures, nights=week().nights)))
    mark = figures.nights[3].marks[0]
    x, y = position_of(3, mark.hours_after_noon)
    beside_the_number = (x - 17, y)
    colour = DARK.strength(intensity)
    assert near(pixel(opened(draw(figures)), beside_the_number), colour)
    assert not near(pixel(without, beside_the_number), colour)


@pytest.mark.parametrize("hour", [11, 12, 15, 19])
def test_a_cramp_by_day_stands_in_the_strip_below(hour: int) -> None:
    figures = week([cramp(3, hour, 30, intensity=10)])
    x, y = position_of(3, figures.nights[3].marks[0].hours_after_noon)
    bottom = week_chart.TOP + week_chart.HOURS_DRAWN * week_chart.HOUR
    assert bottom < y < bottom + STRIP_HEIGHT
    assert near(pixel(opened(draw(figures)), (x - 17, y)), DARK.strength(10))


def test_a_cramp_of_unknown_time_stands_in_the_strip_too() -> None:
    figures = week([cramp(3, 2, intensity=10, time_precision="night_only")])
    image = opened(draw(figures))
    x, y = position_of(3, 14.0, is_timed=False)
    assert near(pixel(image, (x - 17, y)), DARK.strength(10))
    x, y = position_of(3, 14.0)
    assert not near(pixel(image, (x - 17, y)), DARK.strength(10))


def test_a_night_runs_down_its_column_and_nights_run_to_the_right() -> None:
    evening, morning = position_of(2, 10.0), position_of(2, 18.0)
    assert evening[0] == morning[0]
    assert evening[1] < morning[1]
    bottom = week_chart.TOP + week_chart.HOURS_DRAWN * week_chart.HOUR
    assert (position_of(0, 8.0)[1], position_of(0, 22.0)[1]) == (week_chart.TOP, bottom)
    columns = [position_of(number, 12.0)[0] for number in range(7)]
    assert columns == sorted(columns)
    assert week_chart.LABELS < columns[0] < columns[-1] < canvas.WIDTH


@pytest.mark.parametrize("count", [2, 3, 4])
def test_cramps_at_the_same_time_stand_side_by_side_in_their_column(count: int) -> None:
    figures = week([cramp(3, 2, minute) for minute in range(count)])
    image = opened(draw(figures))
    x, y = position_of(3, 14.0)
    row = [pixel(image, (x + dx, y)) for dx in range(-58, 59)]
    hits = [near(colour, DARK.unknown) for colour in row]
    runs = sum(hit and not before for before, hit in zip([False, *hits], hits, strict=False))
    assert runs == count


@pytest.mark.parametrize("strengths", [(3, None, 9), (5, 5, 5, 5, 5, 5), (None, 10)])
def test_cramps_an_hour_apart_alternate_and_none_leaves_its_column_or_covers_a_centre(
    strengths: tuple[int | None, ...],
) -> None:
    discs = [
        week_chart.Disc(300.0, 400.0 + hour * week_chart.HOUR, strength)
        for hour, strength in enumerate(strengths)
    ]
    placed = week_chart.side_by_side(discs)
    assert [one.y for one in placed] == [one.y for one in discs]
    for one in placed:
        assert abs(one.x - 300) + one.diameter / 2 <= week_chart.COLUMN / 2 + 1e-9
    for one, other in pairwise(placed):
        assert abs(one.x - other.x) >= 50
        assert hypot(one.x - other.x, one.y - other.y) > max(one.diameter, other.diameter) / 2 + 20


def test_the_strongest_cramp_is_not_covered() -> None:
    strengths = {0: 4, 5: 9, 40: None}
    cramps = [cramp(3, 2, minute, intensity=one) for minute, one in strengths.items()]
    image = opened(draw(week(cramps)))
    discs = [
        week_chart.Disc(*position_of(3, 14 + minute / 60), one) for minute, one in strengths.items()
    ]
    (strong,) = (one for one in week_chart.side_by_side(discs) if one.intensity == 9)
    for dx in (-29, 29):
        assert near(pixel(image, (strong.x + dx, strong.y)), DARK.strength(9))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_strength_goes_from_pale_to_deep_and_is_never_red(theme: Theme) -> None:
    ramp = [theme.strength(strength) for strength in range(11)]
    assert len(set(ramp)) == 11
    blues = [colour[2] for colour in ramp]
    assert blues == sorted(blues, reverse=True)
    assert all(green > 0.4 * red for red, green, _blue in ramp)
    assert theme.strength(None) not in ramp
    assert (theme.strength(-5), theme.strength(99)) == (ramp[0], ramp[10])


def column_colours(figures: WeekFigures, number: int) -> set[Colour]:
    """Colours in a night's column between the lines of the hours."""
    image = opened(draw(figures))
    x, _y = position_of(number, 12.0)
    return {
        pixel(image, (x + dx, y))
        for dx in range(-40, 41, 2)
        for y in range(week_chart.TOP, week_chart.TOP + 14 * week_chart.HOUR, 2)
    }


def test_states_of_a_night_look_different() -> None:
    quiet_night = column_colours(week(checks=[quiet(6)]), 6)
    labels = replace(labels_for(week()), empty=None)
    bare = opened(draw_week(week(), labels))
    middle = pixel(bare, position_of(6, 11.5))
    assert any(near(colour, DARK.free) for colour in quiet_night)
    assert near(middle, DARK.ground)
    to_come = week([cramp(0)], local_now=week_noon(12))
    ahead = pixel(opened(draw(to_come)), position_of(6, 11.5))
    assert near(ahead, DARK.ground)


def week_noon(day: int) -> datetime:
    return datetime(2027, 1, day, 12)


def wordy(figures: WeekFigures, word: str) -> WeekLabels:
    plain = labels_for(figures)
    return replace(
        plain,
        title=word,
        headline=word,
        weekdays=(word,) * 7,
        days=(word,) * 7,
        hours=dict.fromkeys(plain.hours, word),
        other_times=word,
        kinds=dict.fromkeys(plain.kinds, word),
        cramp=word,
        cramp_unknown=word,
        none=word,
        no_entry=word,
        done=word,
        skipped=word,
        no_answer=word,
        counted=word,
        in_bed=word,
        elsewhere=word,
        empty=None,
    )


def test_an_empty_week_says_so_inside_the_nights() -> None:
    labels = labels_for(week())
    assert labels.empty
    assert draw_week(week(), labels) != draw_week(week(), replace(labels, empty=None))


# Words that fit ----------------------------------------------------------------------------------

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"


@pytest.mark.parametrize("width", [90.0, 138.0, 300.0, 992.0])
@pytest.mark.parametrize("text", [LONG, f"{LONG} {LONG}", "Stretch", "", "𝔚" * 40, "語" * 60])
def test_a_fitted_text_is_no_wider_than_its_place(text: str, width: float) -> None:
    line = fit(text, 40, width)
    assert font(line.size, 400, line.stretch).getlength(line.text) <= width
    assert 33 <= line.size <= 40
    assert line.is_cut is line.text.endswith("…") or "…" in line.text


def test_a_text_that_fits_is_left_alone() -> None:
    assert fit("Stretch", 36, 300.0) == Fitted("Stretch", 36)


def test_a_long_name_of_a_reminder_gets_a_line_of_its_own() -> None:
    plain = labels_for(TYPICAL)
    long = replace(plain, kinds={**plain.kinds, "stretch": f"{LONG} {LONG}"})
    card = WeekDrawing(TYPICAL, long).drawn()
    assert card.height > WeekDrawing(TYPICAL, plain).drawn().height
    assert not any(text.line.is_cut for text in card.texts)


def test_a_long_sentence_for_an_empty_week_stays_inside_its_box() -> None:
    labels = replace(labels_for(week()), empty=f"{LONG} " * 3)
    image = opened(draw_week(week(), labels))
    plain = opened(draw_week(week(), replace(labels, empty=None)))
    outside = [
        (x, y) for x in (week_chart.LABELS + 20, canvas.WIDTH - 30) for y in range(image.height)
    ]
    assert all(pixel(image, at) == pixel(plain, at) for at in outside)


# Who sleeps by day -------------------------------------------------------------------------------


def test_the_hours_of_who_sleeps_by_day_are_around_their_sleep() -> None:
    """Bed at 08:30, up at 16:00: a cramp at 11:15 stands in the grid, not in the strip."""
    bed, wake = time(8, 30), time(16)
    sleep = sleep_across_noon(bed, wake)
    assert sleep is not None
    at = datetime(2027, 1, 13, 11, 15)
    figures = summarise(
        WEEK,
        [CrampFact(at, date(2027, 1, 12), intensity=5)],
        [],
        [],
        started_on=WEEK,
        local_now=datetime(2027, 1, 17, 18),
        nights_of_person=Nights(sleep),
    )
    report = WeekReport(figures, SUNDAY, WEEK, WEEK, None, bed, wake, sleep)
    drawing = WeekDrawing(figures, labels(translator("en"), report))
    assert not drawing.has_strip
    assert list(drawing.labels.hours.values())[::7] == ["05:00", "19:00"]
    edges = drawing.sleep_edges()
    assert edges is not None
    mark = figures.nights[2].marks[0]
    assert edges[0] < drawing.position_of(2, mark.hours_after_noon)[1] < edges[1]


# Anything at all ---------------------------------------------------------------------------------


@settings(max_examples=example_count(60), deadline=None)
@given(DIARIES)
def test_any_diary_can_be_drawn(diary: Diary) -> None:
    figures = week(*diary)
    assert Image.open(io.BytesIO(draw(figures))).width == canvas.WIDTH


MARKS = st.builds(
    CrampMark,
    st.floats(-1e6, 1e6) | st.sampled_from([0.0, 8.0, 22.0, 24.0]),
    st.none() | st.integers(-1000, 1000),
    st.booleans(),
)
FIGURES = st.builds(
    lambda nights, kinds: replace(TYPICAL, nights=tuple(nights), kinds=tuple(kinds)),
    st.lists(
        st.builds(
            Night,
            st.just(date(2027, 1, 10)),
            st.sampled_from(NightState),
            st.integers(0, 99),
            st.lists(MARKS, max_size=9).map(tuple),
        ),
        min_size=7,
        max_size=7,
    ),
    st.lists(
        st.builds(
            KindFigures,
            st.sampled_from(["stretch", "hydration", "meal", ""]),
            st.just(0),
            st.just(0),
            st.just(0),
            st.just(0),
            st.lists(st.none() | st.sampled_from(ReminderOutcome), min_size=7, max_size=7).map(
                tuple
            ),
        ),
        max_size=6,
    ),
)
WORDS = st.text(st.characters(exclude_categories=["C"]), max_size=60)
HOURS = st.none() | st.floats(-30, 60)


@settings(max_examples=example_count(60), deadline=None)
@given(FIGURES, WORDS, HOURS, HOURS)
def test_any_figures_and_words_can_be_drawn(
    figures: WeekFigures, word: str, bed: float | None, wake: float | None
) -> None:
    labels = replace(wordy(figures, word), empty=word, bed_hours=bed, wake_hours=wake)
    image = Image.open(io.BytesIO(draw_week(figures, labels)))
    assert image.width == canvas.WIDTH
