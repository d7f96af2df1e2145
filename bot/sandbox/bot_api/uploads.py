"""Files that the bot sends."""

from typing import Any

from bot.sandbox.bot_api.params import Params, Upload, bad_request
from bot.sandbox.models import ApiError, StoredFile
from bot.sandbox.picture_size import picture_size
from bot.sandbox.telegram import Telegram

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024


def received_file(telegram: Telegram, params: Params, value: Any, kind: str) -> StoredFile:
    """Return the file that a parameter names: a new upload, or an old file by its id.

    Args:
        telegram: where a new upload is stored.
        params: of the request.
        value: of the parameter, such as "attach://name" or a file id.
        kind: "photo" or "document".
    """
    upload = None
    if isinstance(value, str) and value.startswith("attach://"):
        upload = params.uploads.get(value.removeprefix("attach://"))
    elif value is None or value == "":
        upload = params.uploads.get(kind)
    if upload is None:
        known = telegram.files.get(value) if isinstance(value, str) else None
        if known is not None:
            return known
        if not value or str(value).startswith("attach://"):
            raise bad_request(f"there is no {kind} in the request")
        if str(value).startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        raise bad_request("wrong file identifier/HTTP URL specified")
    return _stored(telegram, upload, kind)


def _stored(telegram: Telegram, upload: Upload, kind: str) -> StoredFile:
    content = upload.content
    if not content:
        raise bad_request("file must be non-empty")
    if kind != "photo":
        if len(content) > MAX_FILE_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        return telegram.store(content, upload.name, upload.mime_type)
    if len(content) > MAX_PHOTO_BYTES:
        limit, size = MAX_PHOTO_BYTES, len(content)
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; the maximum size is {limit} bytes"
        )
    measured = picture_size(content)
    if measured is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = measured
    if width + height > 10_000 or not width or not height or max(measured) > 20 * min(measured):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return telegram.store(content, upload.name, upload.mime_type, measured)
