"""The colours of pictures: a dark theme, and a light one for those who prefer it and for printing.

Every text and every mark has a contrast of at least 4.5:1 against what is behind it; a test
computes that. Grounds (panels, hours of sleep, lines of the hours) only guide the eye: nothing is
told by them alone. Strength is shown by size, colour and a number, so that no information depends
on colour. There is no red.
"""

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """The colours of one look of all pictures."""

    name: str
    ground: Colour
    """The background of the picture."""
    panel: Colour
    """The background of a night that is known."""
    sleep: Colour
    """The background of the hours between bed and wake time."""
    line: Colour
    """Lines of the hours, and between rows."""
    text: Colour
    muted: Colour
    """Text that is less important."""
    faint: Colour
    """Marks for what is not known: no entry, no answer. Furniture in drawings."""
    ink: Colour
    """Text and ticks on a filled mark."""
    free: Colour
    """Marks of what is well: no cramps, done."""
    ramp: tuple[Colour, ...]
    """The colours of strengths 0 to 10."""
    unknown: Colour
    """A cramp whose strength was not told."""
    figure: Colour
    """The person who stretches, in a drawing."""
    towel: Colour

    def strength(self, intensity: int | None) -> Colour:
        """The colour of a strength from 0 to 10; None is an unknown strength."""
        return self.unknown if intensity is None else self.ramp[min(max(intensity, 0), 10)]

    @property
    def cramp(self) -> Colour:
        """The colour of cramps where their strength is not shown."""
        return self.ramp[6]


DARK = Theme(
    name="dark",
    ground=(27, 33, 66),
    panel=(36, 44, 84),
    sleep=(45, 54, 102),
    line=(62, 72, 122),
    text=(246, 240, 228),
    muted=(176, 184, 216),
    faint=(146, 155, 200),
    ink=(32, 30, 48),
    free=(142, 214, 190),
    ramp=(
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
    ),
    unknown=(206, 200, 222),
    figure=(246, 240, 228),
    towel=(230, 220, 168),
)
LIGHT = Theme(
    name="light",
    ground=(255, 255, 255),
    panel=(238, 241, 249),
    sleep=(225, 230, 244),
    line=(200, 206, 226),
    text=(24, 28, 56),
    muted=(72, 79, 112),
    faint=(94, 102, 138),
    ink=(255, 255, 255),
    free=(0, 100, 74),
    ramp=(
        (62, 104, 146),
        (72, 102, 130),
        (82, 98, 112),
        (92, 94, 94),
        (102, 90, 76),
        (110, 86, 58),
        (118, 82, 42),
        (124, 77, 28),
        (130, 72, 16),
        (134, 66, 8),
        (138, 60, 0),
    ),
    unknown=(92, 86, 112),
    figure=(20, 24, 50),
    towel=(134, 84, 8),
)


def theme_of(*, light: bool | None) -> Theme:
    """The theme that a person chose; None, not chosen, is the dark one."""
    return LIGHT if light else DARK


def luminance(colour: Colour) -> float:
    """The relative luminance as WCAG 2 defines it, 0 (black) to 1 (white)."""
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours as WCAG 2 defines it, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Mix two colours. ``share`` is the weight of ``other``, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
