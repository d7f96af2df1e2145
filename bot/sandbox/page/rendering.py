"""The state of the sandbox as JSON for the page. Instants are milliseconds since 1970."""

import asyncio

from bot.sandbox.models import ChatState, Json, Message, Person
from bot.sandbox.telegram import Telegram

SHOWN_MESSAGES = 300
"""How many messages of a chat a newly opened page gets."""
SHOWN_TAPS = 20
PREVIEW_LENGTH = 80


def bot_as_json(telegram: Telegram, person: Person | None) -> Json:
    """Return the bot's name, description and commands in a person's language."""
    profile = telegram.profile
    language = person.language_code[:2] if person else ""

    def text(field: str) -> str:
        return profile.get((field, language)) or profile.get((field, "")) or ""

    return {
        "name": text("name") or telegram.bot_user["first_name"],
        "description": text("description"),
        "commands": _commands(telegram, person, language),
    }


def _commands(telegram: Telegram, person: Person | None, language: str) -> list[Json]:
    scopes = [f"chat {person.id}"] if person else []
    for scope in (*scopes, "all_private_chats", "default"):
        for code in (language, ""):
            found = telegram.commands.get((scope, code))
            if found:
                return found
    return []


def person_as_json(telegram: Telegram, person: Person, seen: int) -> Json:
    """Return a person with a preview of their chat.

    Args:
        telegram: the state of the sandbox.
        person: to be listed.
        seen: the id of the newest message that has been on the screen.
    """
    state = telegram.chats[person.id]
    newest = next(reversed(state.messages.values())) if state.messages else None
    unread = 0
    for message in reversed(state.messages.values()):
        if message.id <= seen:
            break
        unread += message.from_bot
    return {
        "id": person.id,
        "name": person.first_name,
        "language": person.language_code,
        "zone": person.time_zone,
        "position": person.position,
        "blocked": person.blocked,
        "unread": unread,
        "preview": _preview(newest) if newest else "",
        "date": newest.date.timestamp() * 1000 if newest else None,
    }


def chat_as_json(telegram: Telegram, state: ChatState, since: int) -> Json:
    """Return what has changed in a chat since a revision, and its keyboard and newest taps."""
    changed = [m for m in state.messages.values() if m.revision > since]
    taps = [t for t in telegram.taps.values() if t.person is state.person]
    loop = asyncio.get_running_loop()
    return {
        "person": state.person.id,
        "started": state.started,
        "messages": [_message_as_json(m) for m in changed[-SHOWN_MESSAGES:]],
        "deleted": [i for i, revision in state.deleted.items() if revision > since],
        "first": next(iter(state.messages), 0),
        "keyboard": state.markup,
        "typing": max(0.0, state.typing_until - loop.time()),
        "taps": {
            tap.id: {"answer": tap.answer, "late": tap.answer is None and tap.is_late()}
            for tap in taps[-SHOWN_TAPS:]
        },
    }


def _message_as_json(message: Message) -> Json:
    shown: Json = {
        "id": message.id,
        "bot": message.from_bot,
        "date": message.date.timestamp() * 1000,
        "kind": message.kind,
        "text": message.words,
        "entities": message.entities,
        "inline": message.inline,
        "silent": message.silent,
        "edited": message.edited,
        "reaction": message.reaction,
        "extra": message.extra,
    }
    if message.file is not None:
        shown["file"] = {
            "id": message.file.file_id,
            "name": message.file.name,
            "size": len(message.file.content),
            "width": message.file.width,
            "height": message.file.height,
        }
    if message.reply_to is not None:
        shown["reply_to"] = {
            "id": message.reply_to.id,
            "bot": message.reply_to.from_bot,
            "text": _preview(message.reply_to),
        }
    return shown


def _preview(message: Message) -> str:
    names = {
        "photo": "🖼 Picture",
        "location": "📍 Location",
        "sticker": "Sticker",
        "voice": "🎤 Voice message",
        "video_note": "🎥 Video message",
        "document": "📄 File",
    }
    words = " ".join(message.words.split())[:PREVIEW_LENGTH]
    return words or names.get(message.kind, "")
