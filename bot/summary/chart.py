"""The picture of a week: seven nights, their cramps by the hour, and the reminders kept.

It knows no language: every word comes in ready. A dark card looks right in light and dark chats
and does not glare at night. Strength is told by size, brightness and a number, so no colour alone
carries meaning, and there is no red.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from bot.summary.stats import Kept, KindFigures, Night, NightState, WeekFigures

WIDTH = 1080
MARGIN = 44
LABELS = 190
COLUMN = (WIDTH - MARGIN - LABELS) / 7
TOP = 262
HOUR = 37
FIRST_HOUR, LAST_HOUR = 8.0, 22.0
"""The part of the night that is drawn hour by hour, in hours after noon: 20:00 to 10:00."""
BOTTOM = int(TOP + (LAST_HOUR - FIRST_HOUR) * HOUR)
STRIP = BOTTOM + 14
STRIP_HEIGHT = 58
KINDS_TOP = STRIP + STRIP_HEIGHT + 34
KIND_ROW = 66
LEGEND = 128
MOST_KINDS = 4
CROWDED = 52
"""Cramps drawn nearer than this, in pixels, would hide each other."""
HOUR_LINES = (8, 10, 12, 14, 16, 18, 20, 22)

NIGHT_SKY = (27, 33, 66)
PANEL = (36, 44, 84)
AHEAD = (30, 37, 72)
SLEEP = (45, 54, 102)
LINE = (62, 72, 122)
FAINT = (88, 98, 148)
MUTED = (176, 184, 216)
CREAM = (246, 240, 228)
INK = (32, 30, 48)
MINT = (142, 214, 190)
RAMP = (
    (150, 196, 232),
    (168, 204, 222),
    (190, 212, 208),
    (212, 218, 190),
    (230, 220, 168),
    (244, 218, 146),
    (250, 210, 124),
    (252, 198, 102),
    (252, 184, 82),
    (250, 168, 64),
    (248, 152, 48),
)
UNKNOWN_STRENGTH = (206, 200, 222)

Colour = tuple[int, int, int]
OVERSAMPLE = 4


@dataclass(frozen=True)
class WeekLabels:
    """Every word of the picture, translated."""

    title: str
    headline: str
    weekdays: tuple[str, ...]
    """Short names of the seven nights' days."""
    days: tuple[str, ...]
    """Days of the month."""
    hours: Mapping[int, str]
    """Hours after noon → clock text, for the lines of the grid."""
    other_times: str
    kinds: Mapping[str, str]
    cramp: str
    none: str
    no_entry: str
    done: str
    skipped: str
    no_answer: str
    empty: str | None = None
    """A sentence over the nights when nothing was logged."""
    bed_hours: float | None = None
    """Bedtime in hours after noon; with ``wake_hours`` it shades the hours of sleep."""
    wake_hours: float | None = None


@lru_cache(maxsize=64)
def _font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    folder = files("fontpkg_noto_sans") / "files"
    data = (folder / "NotoSans[wdth,wght].ttf").read_bytes()
    font = ImageFont.truetype(io.BytesIO(data), size)
    font.set_variation_by_axes([weight, 100])
    return font


@lru_cache(maxsize=256)
def _disc(diameter: int, fill: Colour | None, outline: Colour | None = None) -> Image.Image:
    """A smooth disc or ring; Pillow's own circles have jagged edges."""
    size = diameter * OVERSAMPLE
    sprite = Image.new("RGBA", (size, size))
    ImageDraw.Draw(sprite).ellipse(
        (2, 2, size - 3, size - 3),
        fill=fill,
        outline=outline,
        width=4 * OVERSAMPLE if outline else 0,
    )
    return sprite.resize((diameter, diameter), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def _tick(size: int, colour: Colour) -> Image.Image:
    big = size * OVERSAMPLE
    sprite = Image.new("RGBA", (big, big))
    points = [(0.2 * big, 0.54 * big), (0.42 * big, 0.75 * big), (0.82 * big, 0.28 * big)]
    ImageDraw.Draw(sprite).line(points, fill=colour, width=int(0.11 * big), joint="curve")
    return sprite.resize((size, size), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def _pill(width: int, height: int, fill: Colour | None, dashed: bool) -> Image.Image:
    """A column with round ends; dashed for a night without an entry."""
    sprite = Image.new("RGBA", (width * 2, height * 2))
    draw = ImageDraw.Draw(sprite)
    box = (4, 4, width * 2 - 5, height * 2 - 5)
    draw.rounded_rectangle(box, 36, fill=fill, outline=FAINT if dashed else None, width=4)
    if dashed:
        for y in range(24, height * 2 - 24, 40):
            draw.rectangle((0, y, width * 2, y + 18), fill=(0, 0, 0, 0))
    return sprite.resize((width, height), Image.Resampling.LANCZOS)


@lru_cache(maxsize=1024)
def fit(text: str, size: int, width: float, weight: int = 400) -> tuple[str, int]:
    """The text and font size with which it fits into a width; shortened when nothing else helps."""
    for smaller in range(size, max(20, int(size * 0.7)) - 1, -2):
        if _font(smaller, weight).getlength(text) <= width:
            return text, smaller
    while text and _font(smaller, weight).getlength(f"{text}…") > width:
        text = text[:-1].rstrip()
    return f"{text}…", smaller


@lru_cache(maxsize=1024)
def _words(text: str, size: int, weight: int, anchor: str) -> tuple[Image.Image, int, int]:
    """A text's mask and where its corner lies from the anchor. Most texts come again and again."""
    font = _font(size, weight)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text, anchor=anchor))
    mask = Image.new("L", (max(right - left, 1) + 2, max(bottom - top, 1) + 2))
    ImageDraw.Draw(mask).text((-left + 1, -top + 1), text, fill=255, font=font, anchor=anchor)
    return mask, left - 1, top - 1


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    """All colours with their smooth edges: 256 colours are written five times faster."""
    grounds = (NIGHT_SKY, PANEL, SLEEP)
    colours = [*grounds, AHEAD, LINE, FAINT, MUTED, CREAM, INK, MINT, *RAMP, UNKNOWN_STRENGTH]
    for ground in grounds:
        for colour in (FAINT, MUTED, CREAM, MINT, *RAMP[::2], UNKNOWN_STRENGTH):
            colours += [_blend(ground, colour, share) for share in (0.2, 0.4, 0.6, 0.8)]
    for colour in (*RAMP, MINT):
        colours += [_blend(INK, colour, share) for share in (0.33, 0.66)]
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in dict.fromkeys(colours[:256]) for part in colour])
    return image


class _Card:
    """A picture in the making."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), NIGHT_SKY)
        self.draw = ImageDraw.Draw(self.image)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        width: float,
        colour: Colour = CREAM,
        weight: int = 400,
        anchor: str = "lm",
    ) -> None:
        shown, fitted = fit(text, size, width, weight)
        mask, left, top = _words(shown, fitted, weight, anchor)
        self.image.paste(colour, (round(at[0]) + left, round(at[1]) + top), mask)

    def paste(self, sprite: Image.Image, centre: tuple[float, float]) -> None:
        corner = (int(centre[0] - sprite.width / 2), int(centre[1] - sprite.height / 2))
        self.image.paste(sprite, corner, sprite)


def _column(number: int) -> float:
    """The middle of a night's column."""
    return LABELS + COLUMN * (number + 0.5)


def height_for(kinds: int) -> int:
    """The picture's height with so many kinds of reminders."""
    shown = min(kinds, MOST_KINDS)
    return KINDS_TOP + (shown * KIND_ROW + 18 if shown else 0) + LEGEND


def position_of(night: int, hours_after_noon: float) -> tuple[float, float]:
    """Where a cramp of a night (0 to 6) is drawn; beyond the grid, in the strip below it."""
    if FIRST_HOUR <= hours_after_noon <= LAST_HOUR:
        return _column(night), TOP + (hours_after_noon - FIRST_HOUR) * HOUR
    return _column(night), STRIP + STRIP_HEIGHT / 2


def strength_colour(intensity: int | None) -> Colour:
    """The colour of a cramp of this strength (0 to 10)."""
    return UNKNOWN_STRENGTH if intensity is None else RAMP[min(max(intensity, 0), 10)]


def draw_week(figures: WeekFigures, labels: WeekLabels) -> bytes:
    """Draw a week as a PNG, 1080 pixels wide. Equal input gives equal bytes; safe in threads."""
    order = {kind: place for place, kind in enumerate(labels.kinds)}
    kinds = sorted(figures.kinds, key=lambda kind: order.get(kind.kind, len(order)))[:MOST_KINDS]
    card = _Card(height_for(len(kinds)))
    card.text((MARGIN, 66), labels.title, 46, width=WIDTH - 2 * MARGIN, weight=650)
    card.text((MARGIN, 128), labels.headline, 36, width=WIDTH - 2 * MARGIN, colour=MUTED)
    for number, night in enumerate(figures.nights):
        _draw_night(card, number, night, labels)
    _draw_sleep(card, figures, labels)
    _draw_hours(card, labels)
    for number, night in enumerate(figures.nights):
        _draw_inside(card, number, night)
    if labels.empty:
        _draw_empty(card, labels.empty)
    for row, kind in enumerate(kinds):
        _draw_kind(card, KINDS_TOP + row * KIND_ROW, kind, labels)
    _draw_legend(card, labels, has_kinds=bool(kinds))
    buffer = io.BytesIO()
    indexed = card.image.quantize(palette=_palette(), dither=Image.Dither.NONE)
    indexed.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _draw_night(card: _Card, number: int, night: Night, labels: WeekLabels) -> None:
    middle = _column(number)
    is_ahead = night.state in {NightState.TO_COME, NightState.BEFORE_START}
    colour = FAINT if is_ahead else CREAM
    card.text(
        (middle, 192), labels.weekdays[number], 32, width=COLUMN - 6, colour=colour, anchor="mm"
    )
    card.text(
        (middle, 232),
        labels.days[number],
        30,
        width=COLUMN - 6,
        colour=FAINT if is_ahead else MUTED,
        anchor="mm",
    )
    dashed = night.state is NightState.NO_ENTRY
    fill = None if dashed else AHEAD if is_ahead else PANEL
    for top, bottom in ((TOP - 6, BOTTOM + 6), (STRIP, STRIP + STRIP_HEIGHT)):
        pill = _pill(int(COLUMN) - 10, bottom - top, fill, dashed)
        card.paste(pill, (middle, (top + bottom) / 2))


def _draw_sleep(card: _Card, figures: WeekFigures, labels: WeekLabels) -> None:
    """Shade the hours between bed and wake time inside the nights that are drawn full."""
    bed, wake = labels.bed_hours, labels.wake_hours
    if bed is None or wake is None:
        return
    top = TOP + (min(max(bed, FIRST_HOUR), LAST_HOUR) - FIRST_HOUR) * HOUR
    bottom = TOP + (min(max(wake, FIRST_HOUR), LAST_HOUR) - FIRST_HOUR) * HOUR
    if bottom <= top:
        return
    for number, night in enumerate(figures.nights):
        if night.state in {NightState.CRAMPS, NightState.NONE}:
            left = int(_column(number) - (int(COLUMN) - 10) / 2) + 2
            card.draw.rectangle((left, top, left + int(COLUMN) - 15, bottom), fill=SLEEP)


def _draw_hours(card: _Card, labels: WeekLabels) -> None:
    for hour in HOUR_LINES:
        y = TOP + (hour - FIRST_HOUR) * HOUR
        card.draw.line((LABELS, y, WIDTH - MARGIN, y), fill=LINE, width=1)
        card.text(
            (LABELS - 18, y), labels.hours[hour], 30, width=LABELS - 40, colour=MUTED, anchor="rm"
        )
    card.text(
        (LABELS - 18, STRIP + STRIP_HEIGHT / 2),
        labels.other_times,
        28,
        width=LABELS - 40,
        colour=MUTED,
        anchor="rm",
    )


def _draw_inside(card: _Card, number: int, night: Night) -> None:
    if night.state is NightState.NONE:
        card.paste(_tick(64, MINT), (_column(number), (TOP + BOTTOM) / 2))
    drawn = sorted(
        (
            (position_of(number, mark.hours_after_noon if mark.has_time else -1.0), mark)
            for mark in night.marks
        ),
        key=lambda placed: placed[0][1],
    )
    places = _side_by_side([place for place, _mark in drawn])
    for place, (_, mark) in zip(places, drawn, strict=True):
        _draw_cramp(card, place, mark.intensity)


def _side_by_side(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cramps at nearly the same time stand next to each other instead of hiding one another."""
    moved: list[tuple[float, float]] = []
    start = 0
    for end in range(1, len(places) + 1):
        if end < len(places) and places[end][1] - places[end - 1][1] < CROWDED:
            continue
        group = places[start:end]
        step = min(COLUMN - 62, 58 * (len(group) - 1)) / max(len(group) - 1, 1)
        first = -step * (len(group) - 1) / 2
        moved += [(x + first + step * place, y) for place, (x, y) in enumerate(group)]
        start = end
    return moved


def _draw_cramp(card: _Card, centre: tuple[float, float], intensity: int | None) -> None:
    diameter = 46 if intensity is None else 42 + 3 * min(max(intensity, 0), 10)
    card.paste(_disc(diameter + 8, NIGHT_SKY), centre)
    card.paste(_disc(diameter, strength_colour(intensity)), centre)
    if intensity is not None:
        card.text(centre, str(intensity), 32, width=diameter, colour=INK, weight=650, anchor="mm")


def _draw_empty(card: _Card, sentence: str) -> None:
    words, lines = sentence.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if _font(38, 500).getlength(longer) <= WIDTH - LABELS - 160:
            lines[-1] = longer
        else:
            lines.append(word)
    middle = LABELS + COLUMN * 3.5
    height = 56 * len(lines) + 56
    top = (TOP + BOTTOM) / 2 - height / 2
    card.draw.rounded_rectangle(
        (LABELS + 40, top, WIDTH - MARGIN - 20, top + height),
        28,
        fill=PANEL,
        outline=FAINT,
        width=2,
    )
    for row, line in enumerate(lines):
        card.text(
            (middle, top + 56 + 56 * row),
            line,
            38,
            width=WIDTH - LABELS - 140,
            weight=500,
            anchor="mm",
        )


def _draw_kind(card: _Card, top: float, kind: KindFigures, labels: WeekLabels) -> None:
    y = top + KIND_ROW / 2
    card.draw.line((MARGIN, top, WIDTH - MARGIN, top), fill=LINE, width=1)
    name = labels.kinds.get(kind.kind, kind.kind)
    card.text((MARGIN, y), name, 32, width=LABELS - MARGIN - 8)
    for number, kept in enumerate(kind.by_night):
        _draw_kept(card, (_column(number), y), kept)


def _draw_kept(card: _Card, centre: tuple[float, float], kept: Kept | None) -> None:
    if kept is Kept.DONE:
        card.paste(_disc(44, MINT), centre)
        card.paste(_tick(36, INK), centre)
    elif kept is Kept.SKIPPED:
        card.paste(_disc(44, None, MUTED), centre)
        x, y = centre
        card.draw.line((x - 9, y, x + 9, y), fill=MUTED, width=4)
    elif kept is Kept.NO_ANSWER:
        card.paste(_disc(16, FAINT), centre)


def _draw_legend(card: _Card, labels: WeekLabels, *, has_kinds: bool) -> None:
    first = card.image.height - (86 if has_kinds else 64)
    width = (WIDTH - 2 * MARGIN) / 3
    rows: list[list[tuple[str, str]]] = [
        [("cramp", labels.cramp), ("none", labels.none), ("no_entry", labels.no_entry)]
    ]
    if has_kinds:
        rows.append(
            [("done", labels.done), ("skipped", labels.skipped), ("no_answer", labels.no_answer)]
        )
    for row, entries in enumerate(rows):
        for place, (mark, text) in enumerate(entries):
            x, y = MARGIN + width * place + 24, first + 50 * row
            if mark == "cramp":
                card.paste(_disc(36, RAMP[6]), (x, y))
            elif mark == "none":
                card.paste(_tick(40, MINT), (x, y))
            elif mark == "no_entry":
                card.paste(_pill(30, 40, None, dashed=True), (x, y))
            else:
                _draw_kept(card, (x, y), Kept(mark))
            card.text((x + 34, y), text, 28, width=width - 66, colour=MUTED)
