"""Help, privacy, erasing everything, blocking the bot, and messages that no feature handles."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import SQLModel

from bot.database.models import (
    Cramp,
    Delivery,
    FailedUpdate,
    NightCheck,
    NightStatus,
    Reminder,
    SetupStep,
    User,
    WeeklySummary,
)
from bot.features.registry import FEATURES
from bot.sandbox.telegram import Telegram
from tests.features.users.steps import (
    KEYBOARD,
    LOG,
    count_messages,
    keyboard,
    last_own_message,
    redeliver,
    row_of,
)
from tests.support.handlers import commands_of
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words

TONIGHT = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
"""22:20 in Berlin."""
DAY = timedelta(days=1)
SORRY = "I did not understand that."


# Help and privacy --------------------------------------------------------------------------------


async def test_help_names_every_command_in_one_screen(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/help")
    everybodys = [feature for feature in FEATURES if not feature.is_for_admins]
    commands = {name for feature in everybodys for name in commands_of(feature)}
    assert {f"/{name}" for name in commands} <= set(ann.last.words.replace(",", " ").split())
    assert "not an emergency service" in ann.last.words
    assert ann.last.buttons == [
        "Reminders",
        "Settings",
        "Pause reminders",
        "Learn",
        "Warning signs",
    ]
    assert len(ann.last.words) < 1250
    assert_kind_words(ann.last.words)


async def test_the_emergency_card_is_two_taps_from_help(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/help")
    await ann.taps("Warning signs")
    assert ann.last.words.startswith("Call 112 now if you have any of these.")


async def test_the_name_is_kept_nowhere(harness: Harness) -> None:
    ann = await harness.set_up_person("Annegret")
    await ann.presses(LOG)
    tables: list[type[SQLModel]] = [User, Reminder, Delivery, Cramp]
    for table in tables:
        assert "annegret" not in repr(await harness.rows(table)).casefold()


# Erasing -----------------------------------------------------------------------------------------

OWNED: list[type[SQLModel]] = [
    User,
    Reminder,
    Delivery,
    Cramp,
    NightCheck,
    WeeklySummary,
    FailedUpdate,
]


async def lived(harness: Harness, name: str) -> Someone:
    """Return a person with rows in every table."""
    someone = await harness.set_up_person(name)
    await someone.presses(LOG)
    async with harness.database.transaction() as session:
        session.add(
            NightCheck(
                user_id=someone.id,
                night_on=TONIGHT.date(),
                status=NightStatus.SKIP,
                answered_at=TONIGHT,
            )
        )
        session.add(
            WeeklySummary(
                user_id=someone.id,
                week_on=TONIGHT.date(),
                figures={},
                caption="A week",
                created_at=TONIGHT,
                updated_at=TONIGHT,
            )
        )
        session.add(
            FailedUpdate(
                update_id=1000 + someone.id,
                user_id=someone.id,
                failed_at=TONIGHT,
                raw={},
                error="ValueError",
            )
        )
    return someone


async def owned_rows(harness: Harness, someone: Someone) -> dict[str, int]:
    """Return how many rows of each table are this person's."""
    counts = {}
    for table in OWNED:
        name = "id" if table is User else "user_id"
        rows = await harness.rows(table)
        counts[table.__name__] = sum(getattr(row, name) == someone.id for row in rows)
    return counts


async def test_deleting_asks_once_and_erases_everything_of_this_person_only(
    harness: Harness,
) -> None:
    ann, bob = await lived(harness, "Ann"), await lived(harness, "Bob")
    await harness.live_until(TONIGHT)
    bobs = await owned_rows(harness, bob)
    assert all(bobs.values()), bobs
    await ann.says("/delete")
    card = ann.last
    assert card.words.startswith("Erase everything?")
    assert (await owned_rows(harness, ann)) == bobs
    await ann.taps("Yes, erase everything")
    assert ann.last.words.startswith("Everything about you here is erased. To clear what you")
    assert not any((await owned_rows(harness, ann)).values())
    assert (await owned_rows(harness, bob)) == bobs
    count = len(ann.bot_messages)
    await harness.live_for(2 * DAY)
    assert len(ann.bot_messages) == count
    async with harness.database.transaction() as session:
        failed = await session.get_one(FailedUpdate, 1000 + bob.id)
        await session.delete(failed)


async def test_deleting_can_be_thought_over(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    before = await row_of(harness, ann)
    await ann.says("/privacy")
    await ann.taps("Erase everything…")
    await ann.taps("No, keep it")
    assert ann.last.words.startswith("Settings\n")
    assert await row_of(harness, ann) == before


async def test_deleting_twice_is_as_deleting_once(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/delete")
    for _time in range(2):
        await ann.forges("takeout:delete:yes")
    assert await harness.rows(User) == []
    assert ann.last.words.startswith("Everything about you here is erased.")


async def test_one_can_begin_again_after_deleting(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    for text in ("/start", "vienna", "yes", "23:00", "7", "no"):
        await ann.says(text)
    user = await row_of(harness, ann)
    assert (user.time_zone, user.setup_step) == ("Europe/Vienna", SetupStep.DONE)
    assert keyboard(ann) == KEYBOARD


# Blocking ----------------------------------------------------------------------------------------


async def test_who_blocks_the_bot_is_left_in_peace_until_they_return(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.telegram.block(ann.telegram_person)
    await harness.settled()
    assert (await row_of(harness, ann)).blocked_at is not None
    assert {one.next_at for one in await harness.rows(Reminder)} == {None}
    calls = len(harness.telegram.calls_of("sendMessage"))
    await harness.live_for(3 * DAY)
    assert len(harness.telegram.calls_of("sendMessage")) == calls
    harness.telegram.unblock(ann.telegram_person)
    await harness.settled()
    assert (await row_of(harness, ann)).blocked_at is None
    assert len(harness.telegram.calls_of("sendMessage")) == calls  # no burst
    await harness.live_until(TONIGHT + 3 * DAY)
    assert ann.last.words.startswith("🌙")


@pytest.mark.parametrize("words", ["/start", "/reminders", LOG, "/summary", "hello"])
async def test_whoever_writes_is_back(harness: Harness, words: str) -> None:
    ann = await harness.set_up_person("Ann")
    plan = await harness.rows(Reminder)
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.blocked_at = harness.clock.now()
        session.add(user)
        for row in plan:
            (await session.get_one(Reminder, row.id)).next_at = None
    await ann.says(words)
    assert (await row_of(harness, ann)).blocked_at is None
    assert await harness.rows(Reminder) == plan


# Messages that no feature handles ----------------------------------------------------------------

STRANGE: dict[str, Callable[[Someone], object]] = {
    "words": lambda ann: _telegram(ann).say(ann.telegram_person, "tell me a joke"),
    "emoji": lambda ann: _telegram(ann).say(ann.telegram_person, "🦵" * 2048),
    "4096 letters": lambda ann: _telegram(ann).say(ann.telegram_person, "a" * 4096),
    "right to left": lambda ann: _telegram(ann).say(ann.telegram_person, "\u202egnol\u202c"),
    "markup": lambda ann: _telegram(ann).say(ann.telegram_person, "<b>&amp;</i> {x} %s"),
    "unknown command": lambda ann: _telegram(ann).say(ann.telegram_person, "/explode now"),
    "bare slash": lambda ann: _telegram(ann).say(ann.telegram_person, "/"),
    "caption": lambda ann: _telegram(ann).send_photo(ann.telegram_person, b"x", "my sofa"),
    "forwarded": lambda ann: _telegram(ann).forward(ann.telegram_person, LOG),
    "forwarded command": lambda ann: _telegram(ann).forward(ann.telegram_person, "/delete"),
}


UNKNOWN_WORDS = {
    "words": "Sorry, I did not catch that. Nothing is changed.",
    "right to left": "I did not catch “gnol”.",
    "markup": "Sorry, I did not catch that. Nothing is changed.",
    "caption": "I did not catch “sofa”.",
}
"""What is said first when words are unknown; very short and everyday ones are not named."""


def _telegram(someone: Someone) -> Telegram:
    return someone.harness.telegram


@pytest.mark.parametrize("name", list(STRANGE))
async def test_whatever_nobody_understands_gets_one_helpful_answer(
    harness: Harness, name: str
) -> None:
    ann = await harness.set_up_person("Ann")
    user, count = await row_of(harness, ann), len(ann.bot_messages)
    STRANGE[name](ann)
    await harness.settled()
    assert len(ann.bot_messages) == count + 1
    unknown = UNKNOWN_WORDS.get(name)
    head = (
        f"{SORRY} To log a cramp, tap the button below or send /cramp. Right after logging you can "
        "type a time, such as 03:10.\n"
    )
    # A slip is answered shortly: what can be typed is behind "Help".
    assert ann.last.words == (
        unknown
        or f"{head}\nYou can type, for instance:\n• cramp left calf 7, 10 min\n"
        "• woke at 3 with a cramp\n• remind me to stretch at 22:15\n"
        "• no caffeine after 2pm\n• pause until monday"
    )
    buttons = ["Log a cramp now", "Help"] if unknown else ["Reminders", "Settings"]
    assert ann.last.buttons[:2] == buttons
    assert await row_of(harness, ann) == user
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize("name", list(STRANGE))
async def test_amid_the_first_questions_the_open_one_is_said_again(
    harness: Harness, name: str
) -> None:
    ann = await harness.person("Ann")
    for text in ("/start", "berlin", "yes", "22:30", "7"):
        await ann.says(text)
    before, count = await row_of(harness, ann), len(ann.bot_messages)
    STRANGE[name](ann)
    await harness.settled()
    assert len(ann.bot_messages) == count  # the older copy of the question is gone
    assert ann.last.words.startswith(
        f"{SORRY} To log a cramp, send /cramp at any time.\n\nThe last"
    )
    assert ann.last.buttons == ["Yes", "No", "Not sure", "◀ Back"]
    after = await row_of(harness, ann)
    shown = {"question_message_id"}
    assert after.model_dump(exclude=shown) == before.model_dump(exclude=shown)


async def test_at_night_the_answer_is_silent(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    await ann.says("tell me a joke")
    assert ann.last.silent


async def test_an_edited_message_is_not_taken_again(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("hello")
    count = len(ann.bot_messages)
    harness.telegram.edit(ann.telegram_person, last_own_message(ann).id, "/cramp")
    await harness.settled()
    assert len(ann.bot_messages) == count
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_outside_private_chats_the_bot_is_silent(harness: Harness, kind: str) -> None:
    ann = await harness.set_up_person("Ann")
    message = harness.telegram.as_json(last_own_message(ann)) | {"text": LOG, "message_id": 99}
    message["chat"] = {"id": -100500, "type": kind, "title": "Many"}
    message.pop("entities", None)  # words, no command: tests/telegram/test_groups.py has those
    calls = len(harness.telegram.calls_of("sendMessage"))
    harness.telegram.inject({"message": message}, lane=ann.id)
    await harness.settled()
    assert len(harness.telegram.calls_of("sendMessage")) == calls
    assert await harness.rows(Cramp) == []


async def test_the_keyboard_comes_again_when_it_may_have_been_lost(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.keyboard_sent_at = harness.clock.now() - timedelta(days=31)
        session.add(user)
    await ann.says("🦵")
    assert ann.bot_messages[-2].words.startswith(SORRY)
    assert count_messages(ann, "One tap below") == 2
    await ann.says("🦵")
    assert count_messages(ann, "One tap below") == 2


async def test_a_command_may_bear_the_bots_name_and_capitals(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/HELP@calmcalf_sandbox_bot please")
    assert ann.last.words.startswith("What I can do\n")


async def test_the_same_unknown_update_twice_is_answered_and_changes_nothing(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("🦵")
    before = await row_of(harness, ann)
    await redeliver(ann, last_own_message(ann))
    assert count_messages(ann, SORRY) == 2
    assert await row_of(harness, ann) == before
