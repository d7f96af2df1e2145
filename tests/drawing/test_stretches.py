"""The drawings of the stretches, as pictures."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageChops

from bot.drawing import stretches
from bot.drawing.themes import DARK, LIGHT, Theme
from bot.features.reminders.stretch_positions import POSITIONS

NAMES = tuple(POSITIONS)


THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


def opened(name: str, theme: Theme = DARK) -> Image.Image:
    return Image.open(io.BytesIO(stretches.draw(name, theme))).convert("RGB")


def near(image: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """A mask of the pixels that are about this colour."""
    away = ImageChops.difference(image, Image.new("RGB", image.size, colour))
    return away.convert("L").point(lambda value: 255 if value < 12 else 0)


def share(mask: Image.Image) -> float:
    return mask.histogram()[255] / (mask.width * mask.height)


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_a_picture_that_a_phone_shows_well(name: str) -> None:
    picture = stretches.draw(name)
    assert picture.startswith(b"\x89PNG")
    assert 5_000 < len(picture) < 100_000
    assert opened(name).size == (1080, 720)


@THEMES
@pytest.mark.parametrize("name", NAMES)
def test_figure_arrow_and_ground_are_all_there(name: str, theme: Theme) -> None:
    image = opened(name, theme)
    assert share(near(image, theme.ground)) > 0.4
    assert 0.03 < share(near(image, theme.figure)) < 0.2
    assert 0.005 < share(near(image, theme.free)) < 0.03


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_is_cut_off(name: str) -> None:
    for colour in (DARK.figure, DARK.free):
        box = near(opened(name), colour).getbbox()
        assert box is not None
        left, top, right, bottom = box
        assert left >= 40
        assert top >= 40
        assert right <= 1040
        assert bottom <= stretches.FLOOR + 4  # on the floor, not in it


def test_each_stretch_has_a_drawing_of_its_own() -> None:
    assert len(NAMES) == 6
    assert len({stretches.draw(name) for name in NAMES}) == 6


def test_drawing_is_thread_safe() -> None:
    first = [stretches.draw(name) for name in NAMES]
    stretches.draw.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(stretches.draw, NAMES)) == first


def test_there_is_no_other_drawing() -> None:
    with pytest.raises(KeyError):
        stretches.draw("relief")
