"""A message to everybody: shown first, sent once to each, at a pace, and stopped at once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.database.models import Broadcast, BroadcastCopy, BroadcastState, SetupStep, User
from bot.dispatch import circuit_breaker
from bot.features.administration import broadcaster
from bot.sandbox.faults import Kind as Trouble
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from tests.features.administration.conftest import AddPeople
from tests.support.harness import Harness, Someone

TEXT = "Tonight <b>at 3</b> & 4 the bot rests."
BUTTON = "No more of these"


def copies(people: list[Someone], text: str = TEXT) -> Counter[int]:
    """How many copies each person has got."""
    return Counter(
        one.id for one in people for message in one.bot_messages if message.words == text
    )


async def begin(admin: Someone, text: str = TEXT) -> None:
    """Write a message to everybody and send it; the sending itself comes with the next tick."""
    await admin.says("/broadcast")
    await admin.says(text)
    await admin.taps("Send")


async def send_dry(harness: Harness) -> None:
    """Send all that can be sent now."""
    assert harness.app.broadcaster is not None
    await harness.app.broadcaster.run_dry()


async def the_row(harness: Harness) -> Broadcast:
    [row] = await harness.rows(Broadcast)
    return row


async def test_it_is_shown_first_and_sent_once_to_each(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    people = await add_people(5)
    germans = await add_people(2, language="de", time_zone="Asia/Tokyo")  # where it is night
    now = harness.clock.now()
    others = [
        *await add_people(1, paused=True),
        *await add_people(1, paused=True, paused_until_at=now + timedelta(days=1)),
        *await add_people(1, blocked_at=now),
        *await add_people(1, setup_step=SetupStep.BED),
        *await add_people(1, wants_news=False),
    ]
    back = await add_people(1, paused=True, paused_until_at=now - timedelta(days=1))
    await admin.says("/broadcast")
    await admin.says(TEXT)
    shown, card = admin.bot_messages[-2:]
    assert (shown.words, shown.buttons) == (TEXT, [BUTTON])
    assert card.words.startswith(
        "9 people will get what you see above.\n• English: 7\n• Deutsch: 2"
    )
    assert copies([*people, *germans]) == {}
    await admin.taps("✏️ Deutsch")
    await admin.says("Heute Nacht ruht der Bot.")
    shown, card = admin.bot_messages[-2:]
    assert (shown.words, shown.buttons) == ("Heute Nacht ruht der Bot.", ["Keine mehr davon"])
    assert "• Deutsch: 2, with a text of their own" in card.words
    await admin.taps("Send")
    assert admin.last.words.startswith("📢 On its way to everybody")
    await send_dry(harness)
    receivers = [admin, *people, *back]
    assert copies([*people, *back]) == Counter(one.id for one in [*people, *back])
    assert copies(germans, "Heute Nacht ruht der Bot.") == Counter(one.id for one in germans)
    assert [one.last.silent for one in germans] == [True, True]
    assert not any(one.last.silent for one in people)
    assert not any(one.bot_messages for one in others)
    row = await the_row(harness)
    assert (row.state, row.sent, row.failed, row.unknown) == (BroadcastState.DONE, 9, 0, 0)
    assert row.people == len(receivers) + len(germans)
    assert await harness.rows(BroadcastCopy) == []
    assert admin.with_button(BUTTON).words == TEXT
    assert [one.words for one in admin.bot_messages if one.words.startswith("📢")] == [
        "📢 Sent\nsent to 9 of about 9"
    ]
    await send_dry(harness)
    await admin.says("/broadcast")
    assert "by you: sent to 9 of about 9; done\n" in admin.last.words
    await admin.taps("Cancel")
    assert admin.last.words == "Nothing was sent to anybody."


async def test_in_an_open_bot_it_counts_and_reaches_who_has_agreed_alone(
    harness: Harness, admin: Someone, add_people: AddPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(harness.settings), "allowed_user_ids", frozenset())
    now = harness.clock.now()
    agreed = await add_people(2, consent_version=1, consented_at=now)
    others = [
        *await add_people(1),
        *await add_people(1, consent_version=1, consented_at=now, consent_withdrawn_at=now),
        *await add_people(1, consent_version=1, consented_at=now, blocked_at=now),
        *await add_people(1, consent_version=1, consented_at=now, paused=True),
    ]
    [erased] = await add_people(1, consent_version=1, consented_at=now)
    await erased.says("/delete")
    await erased.taps("Yes, erase everything")
    await begin(admin)
    card = next(one.words for one in admin.bot_messages if one.words.startswith("📢"))
    assert "sent to 0 of about 2\n" in card
    await send_dry(harness)
    assert copies([*agreed, *others, erased]) == Counter(one.id for one in agreed)
    row = await the_row(harness)
    assert (row.people, row.sent) == (2, 2)


async def test_people_can_refuse_further_ones(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    [ann] = await add_people(1)
    await begin(admin)
    await send_dry(harness)
    answer = await ann.taps(BUTTON)
    assert answer == "You get no more of these. /settings brings them back."
    assert (ann.last.words, ann.last.buttons) == (TEXT, [])
    await begin(admin, "Second")
    await send_dry(harness)
    assert copies([ann], "Second") == {}
    await ann.says("/settings")
    await ann.taps("📢 News")
    assert "Yes" in ann.with_button("• No").buttons
    await ann.taps("Yes")
    assert "No" in ann.with_button("• Yes").buttons
    await begin(admin, "Third")
    await send_dry(harness)
    assert copies([ann], "Third") == {ann.id: 1}


async def test_only_its_admin_decides_and_every_admin_stops(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    [ann, ben] = await add_people(2)
    vars(harness.settings)["admin_user_ids"] |= {ben.id}
    await admin.says("/broadcast")
    await admin.says("x" * 2001)
    assert admin.last.words == "That is 2,001 characters. Please say it in at most 2,000."
    await admin.says(TEXT)
    draft = (await the_row(harness)).id
    for one in (ann, ben):
        await one.says("/help")
    for data in (f"admin:send:{draft}", f"admin:cancel:{draft}", "admin:stop:1", "admin:send:x"):
        assert await ben.forges(data) == "This button is out of date."
        assert await ann.forges(data) == "This button is out of date."
    assert (await the_row(harness)).state is BroadcastState.DRAFT
    await admin.taps("Send")
    await ben.says("/broadcast")
    assert ben.last.words.startswith("📢 On its way to everybody")
    await ben.taps("Stop")
    assert ben.last.words.startswith("📢 Stopped")
    await send_dry(harness)
    assert copies([ann, ben]) == {}
    assert (await the_row(harness)).state is BroadcastState.STOPPED
    assert await admin.forges(f"admin:send:{draft}") == "This button is out of date."
    await ben.says("/broadcast")
    assert f"by {admin.id}: sent to 0 of about 3; stopped" in ben.last.words


async def test_who_is_an_admin_no_more_writes_to_nobody(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    [ann] = await add_people(1)
    await admin.says("/broadcast")
    vars(harness.settings)["admin_user_ids"] = frozenset()
    await admin.says(TEXT)
    await send_dry(harness)
    assert await harness.rows(Broadcast) == []
    assert copies([ann, admin]) == {}


async def test_stop_stops_at_once(harness: Harness, admin: Someone, add_people: AddPeople) -> None:
    """What is on its way arrives; nothing else is sent."""
    people = await add_people(40)
    await begin(admin)
    harness.telegram.faults.set("slow", method="sendMessage", seconds=0.2)
    sending = asyncio.create_task(send_dry(harness))
    await harness.telegram.wait_for(lambda: len(copies(people)) > 0)
    await admin.taps("Stop")
    at_stop = len(copies(people))
    await sending
    assert len(copies(people)) <= at_stop + broadcaster.MOST_AT_ONCE
    row = await the_row(harness)
    assert (row.state, row.unknown) == (BroadcastState.STOPPED, 0)
    assert row.sent == len(copies(people)) + copies([admin])[admin.id] - 1  # the preview
    assert row.sent < 40


@pytest.mark.parametrize("kind", ["bad_gateway", "block_page", "too_many_requests", "unauthorized"])
async def test_trouble_in_the_middle_loses_and_repeats_nothing(
    harness: Harness,
    admin: Someone,
    add_people: AddPeople,
    monkeypatch: pytest.MonkeyPatch,
    kind: Trouble,
) -> None:
    monkeypatch.setattr(circuit_breaker, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(circuit_breaker, "LONGEST_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(circuit_breaker, "LONGEST_WAIT_SECONDS", 0.2)
    assert harness.app.dispatcher is not None
    breaker = harness.app.dispatcher._breaker
    breaker._pause, breaker._longest = 0.05, 0.1
    people = await add_people(30)
    await begin(admin)
    harness.telegram.faults.set("slow", method="sendMessage", seconds=0.01)
    sending = asyncio.create_task(send_dry(harness))
    await harness.telegram.wait_for(lambda: len(copies(people)) > 10)
    harness.telegram.faults.clear()
    harness.telegram.faults.set(kind, method="sendMessage", times=12)
    await sending
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while (await the_row(harness)).state is not BroadcastState.DONE:
            harness.clock.advance(timedelta(seconds=6))
            await send_dry(harness)
            await asyncio.sleep(0.02)
    assert copies(people) == Counter(one.id for one in people)
    row = await the_row(harness)
    assert (row.sent, row.failed, row.unknown) == (31, 0, 0)
    assert all(one.blocked_at is None for one in await harness.rows(User))


async def test_what_may_have_arrived_is_not_repeated(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    people = await add_people(4)
    harness.telegram.chats[people[-1].id].started = False  # "chat not found"
    await begin(admin)
    harness.telegram.faults.set("drop_after", method="sendMessage", times=1)
    await send_dry(harness)
    assert copies(people) == Counter(one.id for one in people[:-1])
    row = await the_row(harness)
    assert (row.sent, row.failed, row.unknown) == (3, 1, 1)
    [shown] = [one.words for one in admin.bot_messages if one.words.startswith("📢")]
    assert shown == "📢 Sent\nsent to 3 of about 5; not possible for 1; perhaps arrived at 1"


async def test_reminders_go_first(harness: Harness, admin: Someone, add_people: AddPeople) -> None:
    people = await add_people(3)
    await begin(admin)
    dispatcher = harness.app.dispatcher
    assert dispatcher is not None
    dispatcher._more_is_due = True
    await send_dry(harness)
    assert copies(people) == {}
    dispatcher._more_is_due = False
    await send_dry(harness)
    assert copies(people) == Counter(one.id for one in people)


async def test_one_that_was_left_alone_for_long_is_stopped(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    """The database may be a restored backup: the others may have got it long ago."""
    people = await add_people(2)
    await begin(admin)
    harness.clock.advance(timedelta(hours=2))
    await send_dry(harness)
    assert copies(people) == {}
    assert (await the_row(harness)).state is BroadcastState.STOPPED


async def test_that_of_an_admin_who_is_none_any_more_is_stopped(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    """Somebody else got into an admin's account: taking them off the list and a start end it."""
    people = await add_people(2)
    await begin(admin)
    vars(harness.settings)["admin_user_ids"] = frozenset({people[0].id})
    await send_dry(harness)
    assert copies(people) == {}
    assert (await the_row(harness)).state is BroadcastState.STOPPED


async def test_of_two_admins_who_send_at_once_one_has_to_wait(postgres_url: str) -> None:
    """On PostgreSQL their taps are handled side by side, on connections of their own."""
    async with Harness.open(postgres_url) as harness:
        both = [await harness.set_up_person("Olga"), await harness.set_up_person("Pia")]
        vars(harness.settings)["admin_user_ids"] = frozenset(one.id for one in both)
        for number in range(4):
            for one in both:
                await one.says("/broadcast")
                await one.says(TEXT)
            for one in both[:: 1 if number % 2 else -1]:
                harness.telegram.tap(one.telegram_person, one.last.id, "Send")
            await harness.settled()
            states = [one.state for one in await harness.rows(Broadcast)]
            assert states.count(BroadcastState.RUNNING) == 1, number
            await send_dry(harness)
            for one in both:
                await one.says("/broadcast")
                await one.taps("Cancel")


async def test_a_question_is_not_open_for_ever(harness: Harness, admin: Someone) -> None:
    await admin.says("/broadcast")
    harness.clock.advance(timedelta(hours=2))
    await admin.says("cramp left calf 7")
    assert await harness.rows(Broadcast) == []
    assert "Do you mean this?" in admin.last.words  # as a cramp


async def test_an_erased_admin_leaves_no_trace_but_figures(
    harness: Harness, admin: Someone, add_people: AddPeople
) -> None:
    [ann] = await add_people(1)
    await begin(admin)
    await send_dry(harness)
    await admin.says("/broadcast")
    await admin.says("A draft")
    assert len(await harness.rows(Broadcast)) == 2
    await admin.says("/delete")
    await admin.taps("Yes, erase everything")
    async with harness.database.transaction() as session:
        found = (await session.exec(select(Broadcast).order_by(col(Broadcast.id)))).all()
    assert [(one.admin_id, one.sent) for one in found] == [(None, 2)]
    assert copies([ann]) == {ann.id: 1}
