"""Drawings of the stretches, without text.

The stretched leg has the colour of the figure. The stretched muscle and the arrows, which show
where to move, have the colour of ticks, and the muscle has a rim. Everything else is fainter.
Positions are in pixels of the finished picture, which is 1080 wide.
"""

import io
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw

from bot.drawing.themes import DARK, Colour, Theme
from bot.drawing.typesetting import WIDTH

HEIGHT = 720
FLOOR = 640
SCALE = 3
"""Supersampling: pictures are drawn larger and scaled down, because Pillow draws jagged edges."""
ARM, TRUNK = 28.0, 72.0
"""Widths."""
HEAD = 44.0
"""Radius."""
RIM = 7.0
"""Width of the rim, in the colour of the ground, that separates overlapping limbs."""
OUTLINE = 4.0
"""Width of the edge of furniture and walls."""

Point = tuple[float, float]
Part = tuple[Point, Point, float, float]
"""A limb: from one point to another, with the width at each."""


class _Sheet:
    """The canvas of one drawing."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), theme.ground)
        self.pen = ImageDraw.Draw(self.image)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line with round ends and corners."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(scaled, fill=colour, width=round(width * SCALE))
        for x, y in scaled:
            self._disc((x, y), width * SCALE / 2, colour)

    def _disc(self, centre: Point, radius: float, colour: Colour) -> None:
        x, y = centre
        self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def taper(self, start: Point, end: Point, first: float, last: float, colour: Colour) -> None:
        """A stroke from one width to another."""
        corners = [
            _beside(start, end, share, aside)
            for share, aside in ((0, first / 2), (1, last / 2), (1, -last / 2), (0, -first / 2))
        ]
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in corners], fill=colour)
        for (x, y), width in ((start, first), (end, last)):
            self._disc((x * SCALE, y * SCALE), width * SCALE / 2, colour)

    def body(self, parts: Sequence[Part], colour: Colour) -> None:
        """Connected parts of the body, with a dark rim around all of them."""
        for rim, shade in ((2 * RIM, self.theme.ground), (0.0, colour)):
            for start, end, first, last in parts:
                self.taper(start, end, first + rim, last + rim, shade)

    def person(self, hip: Point, shoulder: Point, head: Point) -> None:
        """Trunk and head."""
        neck = _between(shoulder, head, 0.9)
        self.body(
            (
                (shoulder, hip, TRUNK, TRUNK - 8),
                (shoulder, neck, 38, 34),
                (head, head, 2 * HEAD, 2 * HEAD),
            ),
            self.theme.figure,
        )

    def leg(self, hip: Point, knee: Point, foot: tuple[Point, Point], colour: Colour) -> None:
        """A leg; the foot goes from heel to toes."""
        ankle = _between(*foot, 0.2)
        parts = (
            (hip, knee, 60.0, 44.0),
            (knee, ankle, 44.0, 28.0),
            (foot[0], foot[1], 28.0, 22.0),
        )
        self.body(parts, colour)

    def arm(self, points: Sequence[Point], colour: Colour) -> None:
        """An arm along the points."""
        self.body([(one, other, ARM, ARM - 4) for one, other in pairwise(points)], colour)

    def muscle(self, start: Point, end: Point, aside: float, bulge: float) -> None:
        """The stretched muscle: a mint bulge along one side of the limb."""
        rows = [
            (_beside(start, end, 0.08 + 0.84 * step / 60, aside), math.sin(math.pi * step / 60))
            for step in range(61)
        ]
        for rim, colour in ((RIM / 2, self.theme.ground), (0.0, self.theme.free)):
            for (x, y), share in rows:
                self._disc((x * SCALE, y * SCALE), (4 + bulge * share + rim) * SCALE, colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A rectangle with rounded corners and an edge."""
        corners = (left * SCALE, top * SCALE, right * SCALE, bottom * SCALE)
        edge, width = self.theme.faint, round(OUTLINE * SCALE)
        self.pen.rounded_rectangle(corners, 14 * SCALE, fill=colour, outline=edge, width=width)

    def block(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A rectangle."""
        self.pen.rectangle(
            (
                left * SCALE,
                top * SCALE,
                right * SCALE,
                bottom * SCALE,
            ),
            fill=colour,
        )

    def floor(self) -> None:
        """The floor, at the bottom of the picture."""
        self.block(0, FLOOR, WIDTH, HEIGHT, self.theme.panel)
        self.stroke(((0, FLOOR), (WIDTH, FLOOR)), 4, self.theme.faint)

    def arrow(self, *points: Point) -> None:
        """An arrow along the points, with its head at the last one."""
        (x0, y0), (x1, y1) = points[-2:]
        angle = math.atan2(y1 - y0, x1 - x0)
        back = (x1 - 30 * math.cos(angle), y1 - 30 * math.sin(angle))
        shaft = [point for point in points if math.dist(point, (x1, y1)) > 30]
        self.stroke((*shaft, back), 14, self.theme.free)
        wings = [
            (x1 * SCALE, y1 * SCALE),
            *(
                (
                    (x1 + 46 * math.cos(angle + turn)) * SCALE,
                    (y1 + 46 * math.sin(angle + turn)) * SCALE,
                )
                for turn in (math.pi - 0.52, math.pi + 0.52)
            ),
        ]
        self.pen.polygon(wings, fill=self.theme.free)

    def png(self) -> bytes:
        """The finished picture."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        small.quantize(64, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()


def _between(one: Point, other: Point, share: float) -> Point:
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _beside(one: Point, other: Point, share: float, aside: float) -> Point:
    """A point along a limb, moved away from its axis (to the right, as seen from ``one``)."""
    x, y = _between(one, other, share)
    length = math.dist(one, other) or 1.0
    return x - (other[1] - one[1]) / length * aside, y + (other[0] - one[0]) / length * aside


def _turn(centre: Point, radius: float, first: float, last: float) -> list[Point]:
    """Points of an arc; angles in degrees, clockwise from the right."""
    angles = [math.radians(first + (last - first) * step / 20) for step in range(21)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _calf_standing(sheet: _Sheet) -> None:
    wall = 790
    sheet.block(wall, 0, WIDTH, FLOOR, sheet.theme.sleep)
    sheet.floor()
    sheet.stroke(((wall, 0), (wall, FLOOR)), 4, sheet.theme.faint)
    hip, shoulder = (466.0, 396.0), (556.0, 240.0)
    sheet.leg(hip, (594, 486), ((572, 626), (652, 628)), sheet.theme.muted)
    sheet.arm((shoulder, (774, 246)), sheet.theme.muted)
    sheet.arm(((774, 246), (776, 204)), sheet.theme.muted)
    knee, heel = (380.0, 506.0), (288.0, 625.0)
    sheet.leg(hip, knee, (heel, (366, 628)), sheet.theme.figure)
    sheet.muscle(knee, heel, 13, 11)
    sheet.person(hip, shoulder, (602, 146))
    sheet.arm((shoulder, (774, 280)), sheet.theme.figure)
    sheet.arm(((774, 280), (776, 236)), sheet.theme.figure)
    sheet.arrow((352, 286), (438, 240))
    sheet.arrow((212, 516), (212, 618))


def _calf_seated(sheet: _Sheet) -> None:
    sheet.block(0, 0, 206, FLOOR, sheet.theme.sleep)
    sheet.floor()
    sheet.stroke(((206, 0), (206, FLOOR)), 4, sheet.theme.faint)
    sheet.block(236, 580, 262, FLOOR, sheet.theme.faint)
    sheet.block(890, 580, 916, FLOOR, sheet.theme.faint)
    sheet.box(212, 508, 940, 592, sheet.theme.sleep)
    hip, shoulder = (276.0, 474.0), (262.0, 282.0)
    knee, heel, toes = (466.0, 484.0), (662.0, 490.0), (630.0, 384.0)
    hand = (452.0, 392.0)
    sheet.person(hip, shoulder, (266, 180))
    sheet.leg(hip, knee, (heel, toes), sheet.theme.figure)
    sheet.muscle(knee, heel, 11, 10)
    sheet.stroke((hand, (628, 408), (656, 412)), 14, sheet.theme.towel)
    sheet.stroke(((656, 412), (662, 430)), 14, sheet.theme.towel)
    sheet.arm((shoulder, (340, 382), hand), sheet.theme.figure)
    sheet.arrow((612, 330), (482, 318))


def _thigh_standing(sheet: _Sheet) -> None:
    sheet.floor()
    steps = [(640 + 130 * number, FLOOR - 62 * (number + 1)) for number in range(4)]
    for left, top in steps:
        sheet.block(left, top, WIDTH, FLOOR, sheet.theme.sleep)
    for left, top in steps:
        sheet.stroke(((left, top + 62), (left, top), (left + 130, top)), 4, sheet.theme.faint)
    sheet.stroke(((612, FLOOR), (612, 320)), 18, sheet.theme.faint)
    sheet.stroke(((612, 320), (1100, 88)), 18, sheet.theme.faint)
    hip, shoulder = (398.0, 380.0), (506.0, 244.0)
    sheet.leg(hip, (424, 500), ((372, 626), (452, 628)), sheet.theme.muted)
    knee, heel = (540.0, 466.0), (692.0, 560.0)
    sheet.leg(hip, knee, (heel, (734, 468)), sheet.theme.figure)
    sheet.muscle(hip, knee, 19, 12)
    sheet.person(hip, shoulder, (572, 160))
    sheet.arm((shoulder, (566, 334), (650, 304)), sheet.theme.figure)
    sheet.arrow(*_turn((430, 330), 230, 235, 275))


def _thigh_seated(sheet: _Sheet) -> None:
    sheet.floor()
    sheet.stroke(((236, 176), (260, 500), (246, FLOOR - 8)), 18, sheet.theme.faint)
    sheet.stroke(((450, 510), (460, FLOOR - 8)), 18, sheet.theme.faint)
    sheet.box(244, 492, 478, 524, sheet.theme.faint)
    hip, shoulder = (380.0, 458.0), (482.0, 312.0)
    sheet.leg(hip, (546, 472), ((526, 626), (606, 628)), sheet.theme.muted)
    knee, heel = (540.0, 532.0), (704.0, 616.0)
    sheet.leg(hip, knee, (heel, (748, 528)), sheet.theme.figure)
    sheet.muscle(hip, knee, 19, 12)
    sheet.person(hip, shoulder, (546, 226))
    sheet.arm((shoulder, (464, 420), (544, 458)), sheet.theme.figure)
    sheet.arrow(*_turn((410, 400), 240, 232, 272))


def _bed(sheet: _Sheet) -> None:
    """A low bed, with a pillow at its left end."""
    sheet.floor()
    sheet.block(96, 600, 122, FLOOR, sheet.theme.faint)
    sheet.block(960, 600, 986, FLOOR, sheet.theme.faint)
    sheet.box(60, 536, 1020, 612, sheet.theme.sleep)
    sheet.box(76, 500, 224, 540, sheet.theme.faint)


def _lying(sheet: _Sheet, hip: Point, shoulder: Point) -> None:
    """Trunk and head of somebody on their back, and the other leg with the knee bent."""
    sheet.leg(hip, (654, 386), ((744, 520), (822, 524)), sheet.theme.muted)
    sheet.person(hip, shoulder, (166, 462))


def _calf_lying(sheet: _Sheet) -> None:
    _bed(sheet)
    hip, shoulder = (470.0, 500.0), (268.0, 492.0)
    knee, heel, toes = (640.0, 430.0), (812.0, 352.0), (748.0, 262.0)
    _lying(sheet, hip, shoulder)
    sheet.leg(hip, knee, (heel, toes), sheet.theme.figure)
    sheet.muscle(knee, heel, 12, 10)
    hand = (452.0, 344.0)
    sheet.stroke((hand, (750, 290), (776, 282)), 14, sheet.theme.towel)
    sheet.arm((shoulder, (360, 410), hand), sheet.theme.figure)
    sheet.arrow((726, 222), (590, 238))


def _thigh_lying(sheet: _Sheet) -> None:
    _bed(sheet)
    hip, shoulder = (470.0, 500.0), (268.0, 492.0)
    knee, heel, toes = (538.0, 336.0), (604.0, 164.0), (520.0, 134.0)
    _lying(sheet, hip, shoulder)
    sheet.leg(hip, knee, (heel, toes), sheet.theme.figure)
    sheet.muscle(hip, knee, 19, 12)
    hand = (392.0, 322.0)
    sheet.stroke((hand, (520, 150), (548, 140)), 14, sheet.theme.towel)
    sheet.arm((shoulder, (330, 396), hand), sheet.theme.figure)
    sheet.arrow(*_turn((470, 500), 400, -42, -62))


def _foot_seated(sheet: _Sheet) -> None:
    """The first move against a cramp: the foot is pulled up by hand."""
    _bed(sheet)
    hip, shoulder = (300.0, 480.0), (398.0, 316.0)
    knee, heel, toes = (490.0, 496.0), (686.0, 508.0), (654.0, 402.0)
    sheet.person(hip, shoulder, (456, 222))
    sheet.leg(hip, knee, (heel, toes), sheet.theme.figure)
    sheet.muscle(knee, heel, 11, 10)
    sheet.arm((shoulder, (500, 420), (640, 398)), sheet.theme.figure)
    sheet.arrow(*_turn((686, 508), 200, -62, -104))


def _foot_lying(sheet: _Sheet) -> None:
    _bed(sheet)
    hip, shoulder = (470.0, 500.0), (268.0, 492.0)
    knee, heel, toes = (660.0, 508.0), (856.0, 512.0), (830.0, 402.0)
    sheet.leg(hip, (640, 352), ((736, 512), (814, 518)), sheet.theme.muted)
    sheet.person(hip, shoulder, (166, 462))
    sheet.leg(hip, knee, (heel, toes), sheet.theme.figure)
    sheet.muscle(knee, heel, 12, 10)
    sheet.arm((shoulder, (352, 540), (446, 530)), sheet.theme.figure)
    sheet.arrow(*_turn((856, 512), 190, -62, -104))


def _rub(sheet: _Sheet) -> None:
    _bed(sheet)
    hip, shoulder = (330.0, 480.0), (390.0, 310.0)
    knee, heel = (556.0, 340.0), (640.0, 512.0)
    sheet.leg(hip, (520, 506), ((716, 518), (790, 516)), sheet.theme.muted)
    sheet.person(hip, shoulder, (446, 216))
    sheet.leg(hip, knee, (heel, (722, 516)), sheet.theme.figure)
    sheet.muscle(knee, heel, 13, 12)
    sheet.arm((shoulder, (456, 440), (578, 452)), sheet.theme.figure)
    sheet.arrow((700, 420), (664, 344))
    sheet.arrow((700, 420), (736, 496))


def _warm(sheet: _Sheet) -> None:
    _bed(sheet)
    hip, shoulder = (300.0, 480.0), (278.0, 300.0)
    knee, heel = (490.0, 496.0), (686.0, 508.0)
    sheet.person(hip, shoulder, (284, 202))
    sheet.leg(hip, knee, (heel, (702, 402)), sheet.theme.figure)
    sheet.body((((548, 499), (624, 504), 76, 76),), sheet.theme.towel)
    for left in (536, 586, 636):
        wave = [(left + 10 * math.sin(step / 3), 424 - 4 * step) for step in range(24)]
        sheet.stroke(wave, 14, sheet.theme.free)
    sheet.arm((shoulder, (350, 400), (452, 462)), sheet.theme.figure)


_DRAWINGS: dict[str, Callable[[_Sheet], None]] = {
    "calf_standing": _calf_standing,
    "calf_seated": _calf_seated,
    "thigh_standing": _thigh_standing,
    "thigh_seated": _thigh_seated,
    "calf_lying": _calf_lying,
    "thigh_lying": _thigh_lying,
    "foot_seated": _foot_seated,
    "foot_lying": _foot_lying,
    "rub": _rub,
    "warm": _warm,
}


@lru_cache(maxsize=2 * len(_DRAWINGS))
def draw(name: str, theme: Theme = DARK) -> bytes:
    """The drawing of a stretch as a PNG, 1080 pixels wide. Cached and thread-safe.

    Args:
        name: of the drawing.
        theme: the colours.

    Raises:
        KeyError: there is no drawing of that name.
    """
    sheet = _Sheet(theme)
    _DRAWINGS[name](sheet)
    return sheet.png()
