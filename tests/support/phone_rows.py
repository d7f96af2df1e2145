"""How many rows a message has on a narrow phone, measured with a real font.

Telegram on a phone of 360 by 640 points leaves 280 points of a row for a message's text, of 16
points in Roboto, with rows of 21 points. Noto Sans, which the bot's pictures are drawn with, is
wider by eight percent: :data:`WIDTH` allows for that.
"""

import re
from itertools import pairwise

from bot.drawing.typesetting import font
from bot.telegram.message import Message
from tests.support.wording import visible_text

WIDTH = 302
FONT_SIZE, BOLD, REGULAR = 16, 700, 400
HEIGHT, HEADER, INPUT = 640, 56, 48
BUTTON, ROW, PADDING = 42, 21, 14


def rows_that_fit(rows_of_buttons: int) -> int:
    """How many rows of text such a phone shows at once above a message's buttons."""
    return (HEIGHT - HEADER - INPUT - rows_of_buttons * BUTTON - PADDING) // ROW


def rows_of_message(message: Message) -> int:
    """How many rows the text of a message has on such a phone."""
    return sum(rows_of_line(line) for line in message.text.splitlines())


def rows_of_line(html: str) -> int:
    """How many rows a line has; words that it wraps at have spaces between them."""
    words = [
        (word, font(FONT_SIZE, BOLD if is_bold else REGULAR))
        for text, is_bold in _parts(html)
        for word in visible_text(text).split(" ")
        if word
    ]
    rows, used = 1, 0.0
    for word, face in words:
        width = face.getlength(word)
        space = face.getlength(" ") if used else 0
        if used and used + space + width > WIDTH:
            rows, used, space = rows + 1, 0, 0
        used += space + width
    return rows


def _parts(html: str) -> list[tuple[str, bool]]:
    """Pieces of a line of HTML, and whether each is bold."""
    pieces = re.split(r"(</?b>)", html)
    parts = [(pieces[0], False)]
    parts += [(after, tag == "<b>") for tag, after in list(pairwise(pieces))[1::2]]
    return parts
