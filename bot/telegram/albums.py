"""Albums: Telegram sends each picture of an album as a message of its own, with one album id.

An album is answered once. The words below it may be in any of its messages, and are read.
"""

from bot.telegram.context import Context
from bot.telegram.replies import DeleteMessages, Replies


def album_of(context: Context) -> str | None:
    """The id of the album that the message is of, as it is stored; None for any other message."""
    album = context.message.media_group_id if context.message is not None else None
    return None if album is None else album[:64]


def note_album(context: Context) -> bool:
    """Note the album of the message; return whether an earlier message of it was answered."""
    user, album = context.person, album_of(context)
    if album is None:
        return False
    if user.album_id == album:
        return True
    user.album_id, user.album_answer_message_id = album, None
    return False


def instead_of_first_answer(context: Context, replies: Replies) -> Replies:
    """The answer to the words below an album; an earlier answer that lacked them goes."""
    user = context.person
    answered, user.album_answer_message_id = user.album_answer_message_id, None
    return replies if answered is None else [*replies, DeleteMessages((answered,))]
