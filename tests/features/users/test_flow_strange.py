"""Updates that are not a person's messages or taps in their private chat are ignored."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.database.models import Cramp, User
from tests.features.users.steps import LOG, last_own_message
from tests.support.harness import Harness, Someone

Json = dict[str, Any]
GROUP = {"id": -100500, "type": "supergroup", "title": "Many"}
CHANNEL = {"id": -100700, "type": "channel", "title": "News"}
DATE = 1_799_892_000
BOT = {"id": 77, "is_bot": True, "first_name": "Another"}


def words(ann: Someone, **changes: object) -> Json:
    """Return the JSON of a log button message, with changes; None removes a key."""
    raw = (
        ann.harness.telegram.as_json(last_own_message(ann))
        | {"text": LOG, "message_id": 4711}
        | changes
    )
    return {name: value for name, value in raw.items() if value is not None}


def tap(ann: Someone, **changes: object) -> Json:
    """Return the JSON of a tap, with changes."""
    raw: Json = {
        "id": "1",
        "from": ann.telegram_person.as_user(),
        "chat_instance": "1",
        "data": "takeout:delete:yes",
    }
    return raw | changes


STRANGE: dict[str, Callable[[Someone], Json]] = {
    "channel post": lambda ann: {
        "channel_post": words(ann, chat=CHANNEL, sender_chat=CHANNEL, **{"from": None})
    },
    "group": lambda ann: {"message": words(ann, chat=GROUP)},
    "anonymous admin": lambda ann: {"message": words(ann, chat=GROUP, sender_chat=GROUP)},
    "another bot": lambda ann: {"message": words(ann, **{"from": BOT})},
    "nobody": lambda ann: {"message": words(ann, **{"from": None})},
    "pinned": lambda ann: {"message": words(ann, text=None, pinned_message=words(ann))},
    "timer": lambda ann: {
        "message": words(
            ann, text=None, message_auto_delete_timer_changed={"message_auto_delete_time": 86400}
        )
    },
    "write access": lambda ann: {"message": words(ann, text=None, write_access_allowed={})},
    "reaction": lambda ann: {
        "message_reaction": {
            "chat": ann.telegram_person.as_chat(),
            "message_id": 1,
            "user": ann.telegram_person.as_user(),
            "date": DATE,
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}],
        }
    },
    "inline query": lambda ann: {
        "inline_query": {
            "id": "1",
            "from": ann.telegram_person.as_user(),
            "query": LOG,
            "offset": "",
        }
    },
    "business": lambda ann: {"business_message": words(ann, business_connection_id="1")},
    "kind of tomorrow": lambda ann: {"dream": words(ann)},
    "empty": lambda _ann: {},
    "group tap": lambda ann: {"callback_query": tap(ann, message=words(ann, chat=GROUP))},
    "game": lambda ann: {"callback_query": tap(ann, data=None, game_short_name="chess")},
}


@pytest.mark.parametrize("name", list(STRANGE))
async def test_what_is_nobodys_word_in_their_own_chat_meets_silence(
    harness: Harness, name: str
) -> None:
    ann = await harness.set_up_person("Ann")
    people, count = await harness.rows(User), len(ann.bot_messages)
    harness.telegram.inject(STRANGE[name](ann), lane=ann.id)
    await ann.says("/help")  # whatever it was, the next message is answered
    assert ann.last.words.startswith("What I can do")
    assert len(ann.bot_messages) == count + 1
    assert await harness.rows(User) == people
    assert await harness.rows(Cramp) == []


async def test_an_edit_of_no_entry_logs_nothing_and_says_so(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.telegram.inject({"edited_message": words(ann, edit_date=DATE)}, lane=ann.id)
    await harness.settled()
    assert ann.last.words.startswith("Nothing is changed: I only follow edits to messages")
    assert await harness.rows(Cramp) == []


async def test_a_tap_on_a_message_too_old_to_be_seen_counts(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    gone = {"chat": ann.telegram_person.as_chat(), "message_id": 1, "date": 0}
    raw = tap(ann, message=gone, data="users:bed:2300")
    harness.telegram.inject({"callback_query": raw}, lane=ann.id)
    await harness.settled()
    assert f"{(await harness.rows(User))[0].bed_time}" == "23:00:00"
    assert ann.last.words.startswith("Settings")


@pytest.mark.parametrize(
    "content",
    [
        {"contact": {"phone_number": "123", "first_name": "Bob"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"poll_of_tomorrow": {"x": 1}},
    ],
    ids=["contact", "dice", "unknown content"],
)
async def test_other_content_gets_one_helpful_answer(harness: Harness, content: Json) -> None:
    ann = await harness.set_up_person("Ann")
    count = len(ann.bot_messages)
    harness.telegram.inject({"message": words(ann, text=None) | content}, lane=ann.id)
    await harness.settled()
    assert len(ann.bot_messages) == count + 1
    assert ann.last.words.startswith("I can read words, also those below a photo.")


async def test_a_venue_is_a_position_and_a_moving_one_is_read_once(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    tokyo = {"latitude": 35.68, "longitude": 139.69}
    venue = {"venue": {"location": tokyo, "title": "Station", "address": "Tokyo"}}
    harness.telegram.inject({"message": words(ann, text=None, location=tokyo) | venue}, lane=ann.id)
    await harness.settled()
    assert ann.last.words.startswith("In Tokyo it is 04:00.")
    count = len(ann.bot_messages)
    moved = words(ann, text=None, location=tokyo | {"live_period": 900}, edit_date=DATE)
    harness.telegram.inject({"edited_message": moved}, lane=ann.id)
    await harness.settled()
    assert len(ann.bot_messages) == count
