"""Nothing of anybody is stored before they agree, and nothing any more after they take it back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel

from bot.database.models import (
    Cramp,
    Delivery,
    Kind,
    Reminder,
    Revocation,
    SetupStep,
    User,
)
from bot.features.consent import handlers, messages
from bot.features.free_text.meanings.values import Page, Show
from bot.features.free_text.understanding.every_language import understand
from bot.features.users.messages.withdrawal import withdraw_button
from bot.i18n.translator import SOURCE_LANGUAGE, translator
from bot.local_time.nights import NOON_TO_NOON
from bot.telegram.message import pack
from tests.i18n.test_catalogues import LANGUAGES
from tests.support.harness import Harness, Someone
from tests.support.raw_rows import RawRows, raw_rows

OF_THE_BOT = {
    "alembic_version",
    "revocations",
    "facts",
    "inbox",
    "installation",
    "leases",
    "pace",
    "strangers",
}
"""Tables without rows of people. The inbox keeps numbers of updates, without whose they were, and
the list of who was erased keyed hashes."""
LOG = "Log cramp"


async def rows_of_people(bot: Harness) -> dict[str, int]:
    """How many rows each table has that are about somebody."""
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in OF_THE_BOT]
    async with bot.database.transaction() as session:
        connection = await session.connection()
        found = {
            table.name: len((await connection.execute(table.select())).all()) for table in tables
        }
    return {name: count for name, count in found.items() if count}


async def user_of(bot: Harness) -> User:
    (user,) = await bot.rows(User)
    return user


def agree_button(someone: Someone) -> str:
    """The first button that agrees, of the newest message."""
    return next(label for label in someone.last.buttons if label.startswith("I agree"))


async def test_five_taps_from_start_to_the_first_reminder(open_bot: Harness) -> None:
    ann = await open_bot.person("Ann", language="en-DE")
    await ann.says("/start")  # the first tap: Telegram's button
    asked = ann.last
    for words in ("Dr. Ada Example", "ada@example.org", "Telegram", "/privacy", "16 or older"):
        assert words in asked.words
    assert await rows_of_people(open_bot) == {}
    at = open_bot.clock.now()
    await ann.taps("I agree · Berlin · 20:00")
    user = await user_of(open_bot)
    assert (user.consent_version, user.time_zone) == (messages.VERSION, "Europe/Berlin")
    assert user.consented_at is not None
    assert timedelta(0) <= user.consented_at - at < timedelta(minutes=1)
    assert not [one for one in asked.buttons if "agree" in one]  # it shows the next question
    for label in ("22:30", "07:00", "No"):
        await ann.taps(label)
    assert ann.bot_messages[0].words.startswith("All set.")
    assert any(one.next_at is not None for one in await open_bot.rows(Reminder))


@pytest.mark.parametrize("first", ["/start", "hello", "/reminders", "/export", "Vienna", LOG])
async def test_whatever_somebody_begins_with_is_not_stored(open_bot: Harness, first: str) -> None:
    ann = await open_bot.person("Ann")
    await ann.says(first)
    assert "Dr. Ada Example" in ann.last.words
    assert await rows_of_people(open_bot) == {}


async def test_a_cramp_told_at_a_question_of_the_setup_is_logged(open_bot: Harness) -> None:
    ann = await open_bot.person("Ann", language="en-DE")
    await ann.says("/start")
    await ann.taps("I agree · somewhere else…")
    for logged, answer in enumerate(("Berlin", "yes", "22:30", "07:00", "no"), start=1):
        open_bot.clock.set(open_bot.clock.now() + timedelta(minutes=2))
        await ann.says("cramp in my left calf")
        assert len(await open_bot.rows(Cramp)) == logged, answer
        await ann.says(answer)  # the question is still open
    assert (await user_of(open_bot)).setup_step is SetupStep.DONE


@pytest.mark.parametrize("what", ["/help", "/privacy", "/warnings", "/delete"])
async def test_who_has_not_agreed_can_read(open_bot: Harness, what: str) -> None:
    ann = await open_bot.person("Ann")
    await ann.says(what)
    assert ann.bot_messages
    assert not [one for one in ann.last.buttons if one.startswith("I agree")]
    assert await rows_of_people(open_bot) == {}


@pytest.mark.parametrize(
    ("text", "back"),
    [
        (LOG, timedelta(0)),
        ("/cramp", timedelta(0)),
        ("/start log", timedelta(0)),
        ("cramp 20 minutes ago, left calf", timedelta(minutes=20)),
        ("/cramp 20 min ago", timedelta(minutes=20)),
    ],
)
async def test_a_cramp_logged_before_is_kept_in_the_chat_over_a_restart(
    open_bot: Harness, text: str, back: timedelta
) -> None:
    ann = await open_bot.person("Ann", language="en-DE")
    await ann.says(text)
    tapped_at = ann.messages[0].date
    assert "Your cramp waits in this message" in ann.last.words
    assert await rows_of_people(open_bot) == {}
    await open_bot.live_for(timedelta(hours=3))
    await ann.taps("I agree")
    (cramp,) = await open_bot.rows(Cramp)
    assert abs(cramp.occurred_at - (tapped_at - back)) < timedelta(minutes=1)
    assert cramp.side == ("left" if "left" in text else None)
    assert ann.bot_messages[0].words.startswith("Cramp logged")  # in the place of the question
    assert ann.last.words.startswith("Where are you?")
    await ann.taps("Berlin · 23:00")
    (cramp,) = await open_bot.rows(Cramp)
    assert cramp.time_zone == "Europe/Berlin"


async def test_two_taps_in_a_row_are_one_cramp_and_a_later_one_is_another(
    open_bot: Harness,
) -> None:
    ann = await open_bot.person("Ann")
    for pause in (timedelta(seconds=20), timedelta(hours=1), timedelta(minutes=1)):
        await ann.says(LOG)
        await open_bot.live_for(pause)
    first, second, third = ann.bot_messages
    for message in (third, first, second):
        await ann.taps("I agree", message)
    counted = [one for one in await open_bot.rows(Cramp) if one.same_as_id is None]
    assert len(counted) == 2
    assert len({one.occurred_at for one in counted}) == 2


async def test_a_time_whose_zone_is_not_known_is_not_guessed(open_bot: Harness) -> None:
    ann = await open_bot.person("Ann")
    await ann.says("/cramp yesterday 3am")
    await ann.taps(agree_button(ann))
    assert await open_bot.rows(Cramp) == []


async def test_an_old_question_is_asked_once_more(open_bot: Harness) -> None:
    """After an erasing it may be all that is left in a chat: one tap must not begin anew."""
    ann = await open_bot.person("Ann")
    await ann.says(LOG)
    tapped_at = ann.messages[0].date
    await open_bot.live_for(timedelta(hours=25))
    await ann.taps("I agree")
    assert await rows_of_people(open_bot) == {}
    assert ann.last.words.startswith("I asked that a while ago")
    await ann.taps("I agree")
    (cramp,) = await open_bot.rows(Cramp)
    assert abs(cramp.occurred_at - tapped_at) < timedelta(seconds=1)
    data = pack("consent", "yes", messages.VERSION + 1, int(tapped_at.timestamp()) // 60)
    bob = await open_bot.person("Bob")
    await bob.says("/start")
    await bob.forges(data)
    assert len(await open_bot.rows(User)) == 1


async def test_words_of_danger_get_their_card_without_consent(open_bot: Harness) -> None:
    ann = await open_bot.person("Ann")
    await ann.says("my leg is swollen, red and hot")
    card, question = ann.bot_messages
    assert "Get checked today" in card.words
    assert "Dr. Ada Example" in question.words
    await ann.says("I can't breathe")
    card = ann.last
    assert card.words.startswith("Call 112, 911 or 999 now")
    assert not [one for one in card.buttons if one.startswith("I agree")]
    await ann.taps("Check today", card)
    await ann.taps("Emergency", card)
    assert "breath" in card.words
    assert await rows_of_people(open_bot) == {}


# Who was there before ----------------------------------------------------------------------------


async def test_somebody_from_before_is_asked_once_and_nothing_stops(open_bot: Harness) -> None:
    ann = await open_bot.set_up_person("Ann")  # says /start
    assert [one.buttons for one in ann.bot_messages].count(["I agree", "I do not agree"]) == 1
    await ann.says("yes")  # to anything, but an agreement is a tap
    assert (await user_of(open_bot)).consent_version is None
    count = len(ann.bot_messages)
    await ann.says("/reminders")
    await ann.says(LOG)
    assert len(await open_bot.rows(Cramp)) == 1
    assert len(ann.bot_messages) == count + 2  # it is not asked again
    await open_bot.live_for(timedelta(hours=4))
    assert await open_bot.rows(Delivery)
    await ann.taps("I agree")
    user = await user_of(open_bot)
    assert (user.consent_version, user.setup_step) == (messages.VERSION, SetupStep.DONE)
    first = user.consented_at
    await ann.forges(pack("consent", "yes", messages.VERSION, 0))  # once more
    assert (await user_of(open_bot)).consented_at == first


async def test_a_new_text_asks_again_only_if_the_operator_says_so(
    open_bot: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await agreed(open_bot)
    monkeypatch.setattr(handlers, "VERSION", messages.VERSION + 1)
    await ann.says("/reminders")
    assert "I agree" not in ann.last.buttons
    monkeypatch.setattr(handlers, "ASKED_AGAIN_BELOW", messages.VERSION + 1)
    await ann.says("/reminders")
    assert "I agree" in ann.last.buttons
    await ann.says("/reminders")
    assert "I agree" not in ann.last.buttons


async def agreed(bot: Harness) -> Someone:
    """Somebody who has agreed and answered all questions."""
    ann = await bot.set_up_person("Ann")
    await ann.taps("I agree")
    return ann


# Taken back --------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["/privacy", "/settings"])
async def test_it_is_taken_back_and_given_again_as_easily(open_bot: Harness, way: str) -> None:
    ann = await agreed(open_bot)
    await ann.says(way)
    if way == "/settings":
        await ann.taps("Your consent")
        assert "You agreed on 13 Jan 2027" in ann.last.words
    await ann.taps("Take my consent back")
    shown = ann.with_button("I agree again")
    assert shown.buttons == ["Export my diary…", "Erase everything…", "I agree again"]
    assert {one.next_at for one in await open_bot.rows(Reminder)} == {None}
    await ann.taps("I agree again")
    user = await user_of(open_bot)
    assert user.consent_withdrawn_at is None
    assert any(one.next_at is not None for one in await open_bot.rows(Reminder))


async def test_a_stretch_moved_for_tonight_comes_as_usual_when_consent_is_back(
    open_bot: Harness,
) -> None:
    ann = await agreed(open_bot)
    await ann.says("tonight I go to bed at 23:15")
    await ann.says("/privacy")
    await ann.taps("Take my consent back")
    await ann.taps("I agree again")
    await open_bot.live_until(open_bot.clock.now().replace(hour=22, minute=50))
    sent = [one for one in await open_bot.rows(Delivery) if one.kind is Kind.STRETCH]
    assert [f"{one.sent_at:%H:%M}" for one in sent if one.sent_at] == ["21:20"]  # UTC


async def unchanged(bot: Harness) -> RawRows:
    """All rows but those that count updates, and old messages that are tidied away."""
    found = await raw_rows(bot.settings.database_url)
    left_out = OF_THE_BOT | {"deliveries"}
    return {name: rows for name, rows in found.items() if name not in left_out}


async def test_after_it_was_taken_back_nothing_is_stored_or_sent(open_bot: Harness) -> None:
    ann = await agreed(open_bot)
    await ann.says(LOG)
    card = ann.last
    await open_bot.live_until(open_bot.clock.now().replace(hour=21, minute=30))
    later = [one for one in ann.bot_messages if "Later" in one.buttons]
    await ann.says("/privacy")
    await ann.taps("Take my consent back")
    before, deliveries = await unchanged(open_bot), len(await open_bot.rows(Delivery))
    for text in (LOG, "cramp left calf", "/reminders", "hello", "/resume", "/pause", "8"):
        await ann.says(text)
        assert "You took back your consent." in ann.last.words
    for message in (card, *later):
        answer = await ann.taps(message.buttons[0], message)
        assert answer == messages.is_withdrawn(translator("en"))
    open_bot.telegram.edit(ann.telegram_person, ann.messages[0].id, "cramp 5")
    sent = len(ann.bot_messages)
    await open_bot.live_for(timedelta(days=8))
    assert len(ann.bot_messages) == sent
    assert await unchanged(open_bot) == before
    assert len(await open_bot.rows(Delivery)) == deliveries


NOT_SAVED = "So this cramp is not saved."
AFTER_WITHDRAWAL = {
    "hello": "So I save nothing of what you write.",
    "8": "So I save nothing of what you write.",
    "/reminders": "So no reminder comes",
    "pause until monday": "So no reminder comes",
    "stretch at 20:00": "So no reminder comes",
    "pause": "So no reminder comes",
    "unsubscribe": "So no reminder comes",
    "mute the stretch reminder": "So no reminder comes",
    "when was my last cramp": "So that is closed",
    "/history": "So that is closed until you agree again.",
    "show my week": "So that is closed until you agree again.",
    "/help": "What I can do",
    "help": "What I can do",
    "/privacy": "Who runs this bot: Dr. Ada Example",
    "/export": "Export your diary",
    "export my diary": "Export your diary",
    "/delete": "Erase everything",
    "delete everything": "Erase everything",
    "my leg is swollen, red and hot": "So I save nothing of what you write.",
    "I can't breathe": "Call 112",
    LOG: NOT_SAVED,
    "cramp left calf": NOT_SAVED,
    "cramp at 19:10": NOT_SAVED,
}


async def test_after_it_was_taken_back_the_answer_fits_what_was_typed(open_bot: Harness) -> None:
    ann = await agreed(open_bot)
    await ann.says("/privacy")
    await ann.taps("Take my consent back")
    for text, said in AFTER_WITHDRAWAL.items():
        open_bot.clock.advance(timedelta(seconds=10))
        before = len(ann.bot_messages)
        await ann.says(text)
        new = " ".join(one.words for one in ann.bot_messages[before:])
        assert said in new, text
        if text.startswith("my leg"):
            assert new.index("Get checked today") < new.index(said)
        assert ("I agree again, save the cramp" in ann.last.buttons) == (said == NOT_SAVED), text
    open_bot.telegram.send_document(ann.telegram_person, b"{}", "diary.json")
    await open_bot.settled()
    assert "So I have not opened your file." in ann.last.words
    assert await open_bot.rows(Cramp) == []
    await ann.taps("I agree again, save the cramp")  # the one whose time was typed
    (cramp,) = await open_bot.rows(Cramp)
    assert cramp.occurred_at == datetime(2027, 1, 13, 18, 10, tzinfo=UTC)  # 19:10 in Berlin


async def test_a_cramp_that_is_logged_after_it_is_saved_with_the_new_consent(
    open_bot: Harness,
) -> None:
    ann = await agreed(open_bot)
    await ann.says("/privacy")
    await ann.taps("Take my consent back")
    await ann.says(LOG)
    assert await open_bot.rows(Cramp) == []
    await ann.taps("I agree again, save the cramp")
    assert len(await open_bot.rows(Cramp)) == 1
    assert (await user_of(open_bot)).consent_withdrawn_at is None


async def test_export_and_erasing_work_after_it_was_taken_back(open_bot: Harness) -> None:
    ann = await agreed(open_bot)
    await ann.says("/privacy")
    await ann.taps("Take my consent back")
    await ann.taps("Export my diary…")
    await ann.taps("Complete (JSON)", ann.last)
    assert open_bot.telegram.calls_of("sendDocument")
    old = pack("consent", "yes", messages.VERSION, int(open_bot.clock.now().timestamp()) // 60)
    await open_bot.live_for(timedelta(minutes=2))
    await ann.taps("Erase everything…")
    await ann.taps("Yes, erase everything")
    assert await rows_of_people(open_bot) == {}
    assert await ann.forges("consent:no", ann.last) == messages.start_again(translator("en"))
    await ann.forges(old, ann.last)  # on a question from before
    assert ann.last.words.startswith("I asked that a while ago")
    assert await rows_of_people(open_bot) == {}
    async with open_bot.database.transaction() as session:  # the clock was ahead
        year = timedelta(days=365)
        await session.exec(update(Revocation).values(revoked_at=open_bot.clock.now() + year))
    await ann.taps(agree_button(ann))
    assert len(await open_bot.rows(User)) == 1


# A helper ----------------------------------------------------------------------------------------


async def test_a_helper_agrees_first_and_is_then_asked_to_help(open_bot: Harness) -> None:
    ann = await agreed(open_bot)
    await ann.says("/caregiver")
    await ann.taps("Invite someone")
    code = ann.last.words.partition("?start=")[2].split()[0]
    bob = await open_bot.person("Bob")
    await bob.says(f"/start {code}")
    assert "Somebody asks you to help" in bob.last.words
    assert len(await open_bot.rows(User)) == 1
    await bob.taps("I agree")
    assert len(await open_bot.rows(User)) == 2
    assert "Yes, I will help" in bob.last.buttons


# A private bot -----------------------------------------------------------------------------------


async def test_a_private_bot_says_it_in_one_line_and_asks_nothing(harness: Harness) -> None:
    ann = await harness.person("Ann", language="en-DE")
    await ann.says("/start")
    assert "This bot is private: whoever runs it let you in." in ann.last.words
    await ann.taps("Berlin · 20:00")
    await ann.says("/privacy")
    assert "Take my consent back" not in ann.last.buttons
    assert (await user_of(harness)).consent_version is None


@pytest.mark.parametrize("first", ["hello", "/reminders", "/settings", "/privacy"])
async def test_in_a_private_bot_reading_makes_nobody_known(harness: Harness, first: str) -> None:
    ann = await harness.person("Ann")
    await ann.says(first)
    assert ann.bot_messages
    assert await rows_of_people(harness) == {}


@pytest.mark.parametrize("first", ["/start", "/cramp", LOG, "cramp 20 minutes ago"])
async def test_in_a_private_bot_start_and_a_cramp_begin(harness: Harness, first: str) -> None:
    ann = await harness.person("Ann")
    await ann.says(first)
    assert len(await harness.rows(User)) == 1
    assert len(await harness.rows(Cramp)) == (first != "/start")


@pytest.mark.parametrize("language", [SOURCE_LANGUAGE, *LANGUAGES])
def test_who_types_that_they_take_their_consent_back_gets_the_button(language: str) -> None:
    words = withdraw_button(translator(language)).label
    at = datetime(2026, 3, 1, 22, tzinfo=UTC)
    reading = understand(words, language, at, "Europe/Berlin", 24, NOON_TO_NOON)
    assert (reading.is_exact, reading.understood) == (True, Show(Page.PRIVACY))
