"""Pictures and keyboards to send."""

import io
from typing import Any

from PIL import Image

GO = {"text": "Go", "callback_data": "go"}


def picture(width: int = 20, height: int = 10, kind: str = "PNG") -> bytes:
    """Return a picture of a size in pixels; ``kind`` is PNG or JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    """Return an inline keyboard with a row for each button."""
    return {"inline_keyboard": [[button] for button in buttons]}
