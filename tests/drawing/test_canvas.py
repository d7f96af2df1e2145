"""Text in pictures: any script is drawn as letters or dots, never as missing-glyph boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drawing.canvas import Card
from bot.drawing.typesetting import MISSING, NONCHARACTER, drawable, fit, font, wrap


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Log cramp", "Log cramp"),
        ("Ein Glas Wasser für Jürgen", "Ein Glas Wasser für Jürgen"),
        ("café, año, ção, œuvre", "café, año, ção, œuvre"),
        ("Судороги ночью", "Судороги ночью"),
        ("ποτήρι νερό", "ποτήρι νερό"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
        ("पानी पियो, कुछ", "पानी पियो, कुछ"),
        ("喝水", MISSING),
        ("喝水 before bed", f"{MISSING} before bed"),
        ("كوب ماء", MISSING),
        ("walk 🚶\N{ZERO WIDTH JOINER}♀️ home", f"walk {MISSING} home"),
        ("👩🏽‍⚕️", MISSING),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b\x07c", "abc"),
        ("", ""),
    ],
)
def test_characters_without_a_glyph_become_dots(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


@given(st.text(max_size=60))
def test_any_text_is_drawn_without_missing_glyph_boxes(text: str) -> None:
    line = fit(text, 40, 600)
    box = bytes(font(24).getmask(NONCHARACTER))
    assert all(bytes(font(24).getmask(one)) != box for one in line.text if not one.isspace())
    card = Card()
    card.text((10, 50), text, 40, width=600)
    card.height = 100
    assert card.png()
    assert line.size <= 40


@given(st.text(max_size=80), st.sampled_from([90, 300, 992]))
def test_a_wrapped_text_keeps_every_letter_and_fits(text: str, width: int) -> None:
    lines = wrap(text, 36, width)
    assert "".join(lines).replace(" ", "") == drawable(text).replace(" ", "")
    assert all(font(36).getlength(line) <= width or len(line) == 1 for line in lines)
