"""Pictures, albums, stickers and recordings: what is read of them, and what is said of the rest."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.database.models import Cramp
from bot.sandbox.models import Message
from tests.features.users.steps import row_of
from tests.support.harness import Harness, Someone

LOOK, HEAR = "I can read words, also those below a photo.", "I cannot listen to voice messages"
PICTURE = b"a picture"
SENT: dict[str, tuple[Callable[[Someone], object], str]] = {
    "sticker": (lambda ann: ann.harness.telegram.send_sticker(ann.telegram_person), LOOK),
    "photo": (lambda ann: ann.harness.telegram.send_photo(ann.telegram_person, PICTURE), LOOK),
    "voice": (lambda ann: ann.harness.telegram.send_voice(ann.telegram_person), HEAR),
    "video note": (lambda ann: ann.harness.telegram.send_video_note(ann.telegram_person), HEAR),
}


async def album(ann: Someone, caption: str | None = None, caption_at: int = 0) -> list[Message]:
    """Send three pictures at once, with words below one of them."""
    telegram, person = ann.harness.telegram, ann.telegram_person
    if caption is None or caption_at == 0:
        sent = telegram.send_photos(person, [PICTURE] * 3, caption)
    else:
        named = [(f"{number}.jpg", PICTURE) for number in range(3)]
        sent = telegram.send_documents(person, named, caption)
    await ann.harness.settled()
    return sent


@pytest.mark.parametrize("name", SENT)
async def test_what_is_not_read_is_told_once_in_a_while(harness: Harness, name: str) -> None:
    send, words = SENT[name]
    ann = await harness.set_up_person("Ann")
    count = len(ann.bot_messages)
    for _time in range(3):
        send(ann)
        await harness.settled()
    assert len(ann.bot_messages) == count + 1
    assert ann.last.words.startswith(words)
    assert ("call 112" in ann.last.words) == (words == HEAR)
    own = [message for message in ann.messages if not message.from_bot]
    assert [one.reaction for one in own[-2:]] == (["👀"] * 2 if words == LOOK else [None] * 2)
    harness.clock.set(harness.clock.now() + timedelta(days=1, minutes=1))
    send(ann)
    await harness.settled()
    assert len(ann.bot_messages) == count + 2
    assert await harness.rows(Cramp) == []


async def test_a_recording_is_answered_soon_after_a_sticker(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    SENT["sticker"][0](ann)
    await harness.settled()
    harness.clock.set(harness.clock.now() + timedelta(minutes=11))
    SENT["voice"][0](ann)
    await harness.settled()
    assert ann.last.words.startswith(HEAR)  # nobody hears what was said, which may be urgent


@pytest.mark.parametrize("caption_at", [0, 2])
async def test_an_album_is_one_message_and_its_words_are_read(
    harness: Harness, caption_at: int
) -> None:
    ann = await harness.set_up_person("Ann")
    count = len(ann.bot_messages)
    await album(ann, "cramp left calf, 7", caption_at)
    (entry,) = await harness.rows(Cramp)
    assert (entry.site, entry.side, entry.intensity) == ("calf", "left", 7)
    answers = ann.bot_messages[count:]
    assert len(answers) == 1
    assert answers[0].words.startswith("Cramp logged")


async def test_words_below_a_later_picture_replace_the_first_answer(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    count = len(ann.bot_messages)
    first, *_others = await album(ann)
    assert len(ann.bot_messages) == count + 1
    raw = harness.telegram.as_json(first) | {"message_id": 99, "caption": "cramp left calf, 7"}
    harness.telegram.inject({"message": raw}, lane=ann.id)
    await harness.settled()
    answers = ann.bot_messages[count:]
    assert [one.words.startswith("Cramp logged") for one in answers] == [True]


async def test_an_album_without_words_gets_one_answer_and_the_next_one_a_sign(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    count = len(ann.bot_messages)
    await album(ann)
    sent = await album(ann)
    assert len(ann.bot_messages) == count + 1
    assert [one.reaction for one in sent] == ["👀", None, None]


async def test_an_album_during_setup_asks_once(harness: Harness) -> None:
    ann = await harness.person("Ann")
    await ann.says("/start")
    calls = len(harness.telegram.calls_of("sendMessage"))
    await album(ann)
    assert len(harness.telegram.calls_of("sendMessage")) == calls + 1


async def test_words_of_an_emergency_below_an_album_come_first_and_alone(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    count = len(ann.bot_messages)
    await album(ann, "chest pain since an hour")
    answers = ann.bot_messages[count:]
    assert len(answers) == 1
    assert answers[0].words.startswith("Call 112 now")
    assert await harness.rows(Cramp) == []


async def test_a_caption_that_nobody_understands_is_offered_for(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.telegram.send_photo(ann.telegram_person, PICTURE, "crmp left calf")
    await harness.settled()
    assert ann.last.buttons[0] == "Log a cramp now · Left · Calf"
    assert (await row_of(harness, ann)).unread_told_at is None


async def test_a_forwarded_picture_is_nobodys_own_words(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    own = harness.telegram.send_photo(ann.telegram_person, PICTURE, "hello")
    await harness.settled()
    raw = harness.telegram.as_json(own) | {"message_id": 99, "caption": "cramp left calf, 7"}
    raw["forward_origin"] = {"type": "hidden_user", "date": 1, "sender_user_name": "Bob"}
    harness.telegram.inject({"message": raw}, lane=ann.id)
    await harness.settled()
    assert await harness.rows(Cramp) == []
