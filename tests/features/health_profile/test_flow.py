"""The health profile, with the whole bot."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.database.models import Fluids, Kind, Medicine, ProfileItem, Reminder, User
from bot.features.diary.limits import MEDICINES
from bot.features.health_profile.values import ITEMS, PAGES
from tests.support.harness import Harness, Someone
from tests.support.wording import visible_text


async def opened(harness: Harness) -> Someone:
    ann = await harness.set_up_person("Ann")
    await ann.says("/profile")
    return ann


async def told(harness: Harness) -> dict[str, str]:
    return {row.item: row.value for row in await harness.rows(ProfileItem)}


async def test_nothing_is_asked_until_it_is_opened_and_nothing_is_required(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    assert "Your health" not in "".join(message.words for message in ann.bot_messages)
    await ann.says("/profile")
    assert ann.last.words.startswith("Your health\nNothing here is required.")
    assert "Erase all of this…" not in ann.last.buttons
    assert len(ann.last.buttons) == len(PAGES) + 2


async def test_it_is_two_taps_from_the_menu(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.taps("Settings")
    card = ann.with_button("Your health")
    await ann.taps("Your health")
    assert card.words.startswith("Your health")


async def test_items_are_set_changed_and_erased_in_place(harness: Harness) -> None:
    ann = await opened(harness)
    message, count = ann.last, len(ann.bot_messages)
    for topic in PAGES:
        item = PAGES[topic][0]
        values = ITEMS[item]
        for value in (values[0], values[-1]):
            await ann.forges(f"about:set:{item}:{value}", message)
            assert await told(harness) == {item: value}
        await ann.forges(f"about:item:{item}", message)
        await ann.taps("Erase")
        assert await told(harness) == {}, item
    assert len(ann.bot_messages) == count


async def test_people_with_limited_drinks_get_no_drink_reminders(harness: Harness) -> None:
    ann = await opened(harness)
    await ann.taps("Heart, kidneys, drinks")
    await ann.taps("Told to limit drinks or salt")
    await ann.taps("Yes")
    assert "I will not remind you to drink.\nSwitched off: Drinks." in ann.last.words
    assert (await harness.rows(User))[0].fluids is Fluids.LIMITED
    rows = {row.kind: row.next_at for row in await harness.rows(Reminder)}
    assert rows[Kind.HYDRATION] is None
    assert rows[Kind.STRETCH] is not None
    await ann.taps("• Told to limit drinks or salt")
    await ann.taps("No")  # a no does not switch them on again: the question about drinks does
    assert (await harness.rows(User))[0].fluids is Fluids.LIMITED
    assert "change your answer about drinks" in ann.last.words
    await ann.taps("Change my answer about drinks")
    await ann.taps("No")
    assert (await harness.rows(User))[0].fluids is Fluids.FREE
    rows = {row.kind: row.next_at for row in await harness.rows(Reminder)}
    assert rows[Kind.HYDRATION] is None  # not by itself
    assert ann.last.words.endswith("Drink reminders stay off until you switch them on.")
    await ann.taps("Switch drink reminders on")
    rows = {row.kind: row.next_at for row in await harness.rows(Reminder)}
    assert rows[Kind.HYDRATION] is not None
    assert await told(harness) == {"limit_fluids": "no"}


@pytest.mark.parametrize(
    ("item", "answer", "left"),
    [("yes", "free", {}), ("yes", "unsure", {"limit_fluids": "yes"}), ("no", "limited", {})],
)
async def test_a_later_answer_about_drinks_overrides_the_profile(
    harness: Harness, item: str, answer: str, left: dict[str, str]
) -> None:
    ann = await opened(harness)
    await ann.forges(f"about:set:limit_fluids:{item}")
    for _ in range(2):
        await ann.forges(f"users:fluids:{answer}")
    assert await told(harness) == left
    assert (await harness.rows(User))[0].fluids == answer


async def test_a_snoozed_drink_reminder_is_cancelled_by_a_limit(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 11, 30, tzinfo=UTC))
    await ann.taps("Later")
    await ann.taps("30 min")
    await ann.says("/profile")
    await ann.forges("about:set:limit_fluids:yes")
    count = len(ann.bot_messages)
    await harness.live_for(timedelta(hours=1))
    assert len(ann.bot_messages) == count


async def test_the_profile_can_be_filled_in_before_set_up_is_finished(
    harness: Harness,
) -> None:
    ann = await harness.beginner("Ann")
    await ann.says("/profile")
    await ann.taps("Heart, kidneys, drinks")
    await ann.taps("Told to limit drinks or salt")
    await ann.taps("Yes")
    (user,) = await harness.rows(User)
    assert (user.fluids, user.time_zone) == (Fluids.LIMITED, None)
    assert await told(harness) == {"limit_fluids": "yes"}


async def test_medicines_in_own_words_with_a_start(harness: Harness) -> None:
    ann = await opened(harness)
    await ann.taps("Medicines…")
    await ann.taps("Add one…")
    await ann.says("a <water> tablet & half of another")
    assert "When did you start taking it?" in ann.last.words
    await ann.says("soon")
    assert ann.last.words.startswith("I could not read that as a day")
    await ann.says("3 May")
    (row,) = await harness.rows(Medicine)
    assert (row.words, row.started_on) == ("a <water> tablet & half of another", date(2026, 5, 3))
    assert "a <water> tablet & half of another, since 3 May 2026" in ann.last.words
    await ann.taps(next(label for label in ann.last.buttons if label.startswith("a <water>")))
    await ann.taps("Remove")
    assert await harness.rows(Medicine) == []


async def test_a_medicine_is_changed_and_stopped_by_a_button_or_a_typed_day(
    harness: Harness,
) -> None:
    ann = await opened(harness)
    await ann.taps("Medicines…")
    await ann.taps("I take none")
    assert "You said that you take none." in ann.last.words
    await ann.taps("Add one…")
    await ann.says("Torasemid 10")
    assert "medicines" not in await told(harness)
    await ann.says("3 Jan")
    assert "Did the cramps start or get worse after it?" in ann.last.words
    await ann.taps("Yes")
    assert "Do not stop it yourself." in ann.last.words
    (row,) = await harness.rows(Medicine)
    assert (row.worse_after, row.worse_asked_at is None) == ("yes", False)
    assert "drinks" in ((await harness.rows(User))[0].shut_gates or "")
    await ann.taps("◀ Back")
    await ann.taps("Dose changed…")
    await ann.says("soon")
    await ann.says("yesterday")
    assert "Did the cramps start or get worse after it?" in ann.last.words
    await ann.taps("No")
    await ann.taps("◀ Back")
    await ann.taps("I stopped it")
    assert ann.last.words == (
        "Torasemid 10, since 3 Jan 2027, changed 12 Jan 2027, stopped 13 Jan 2027"
    )
    assert "drinks" not in ((await harness.rows(User))[0].shut_gates or "")
    await ann.taps("Another day…")
    await ann.says("10 Jan")
    (row,) = await harness.rows(Medicine)
    assert (row.changed_on, row.stopped_on) == (date(2027, 1, 12), date(2027, 1, 10))
    await ann.taps("I still take it")
    (row,) = await harness.rows(Medicine)
    assert row.stopped_on is None
    assert row.worse_after == "no"


async def test_a_start_may_stay_unknown(harness: Harness) -> None:
    ann = await opened(harness)
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    await ann.taps("I do not know")
    assert (await harness.rows(Medicine))[0].started_on is None
    assert (await harness.rows(User))[0].awaiting is None


async def test_all_of_it_can_be_erased_after_one_question(harness: Harness) -> None:
    ann = await opened(harness)
    await ann.forges("about:set:pregnant:yes")
    await ann.says("/profile")
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    await ann.says("/profile")
    await ann.taps("Erase all of this…")
    await ann.taps("No, keep it")
    assert await told(harness) == {"pregnant": "yes"}
    await ann.taps("Erase all of this…")
    await ann.taps("Yes, erase it")
    assert await told(harness) == {}
    assert await harness.rows(Medicine) == []


async def test_the_list_of_medicines_has_an_end(harness: Harness) -> None:
    ann = await opened(harness)
    async with harness.database.transaction() as session:
        for number in range(MEDICINES):
            session.add(Medicine(user_id=ann.id, words=f"no {number}", told_at=harness.clock.now()))
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("one more")
    assert ann.last.words == "The list is full. Remove one first."
    await ann.says("/profile")
    assert len(visible_text(ann.last.words.replace("<", "").replace("&", ""))) < 4096


@pytest.mark.parametrize(
    "data", ["medicine:{id}", "since:{id}", "nosince:{id}", "stoppedtoday:{id}", "worse:{id}:yes"]
)
async def test_the_medicine_of_another_person_cannot_be_changed(
    harness: Harness, data: str
) -> None:
    ann = await opened(harness)
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    (before,) = await harness.rows(Medicine)
    bob = await harness.set_up_person("Bob")
    assert await bob.forges(f"about:{data.format(id=before.id)}") == "That no longer exists."
    await bob.forges(f"about:removemedicine:{before.id}")
    assert await harness.rows(Medicine) == [before]


@pytest.mark.parametrize(
    "data", ["set:pregnant:maybe", "set:shoe_size:yes", "set:pregnant", "item:x", "item"]
)
async def test_forged_items_change_nothing(harness: Harness, data: str) -> None:
    ann = await opened(harness)
    await ann.forges(f"about:{data}")
    assert await told(harness) == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 May", date(2026, 5, 3)),
        ("2024-02-29", date(2024, 2, 29)),
        ("yesterday", date(2027, 1, 12)),
        ("today", date(2027, 1, 13)),
        ("last monday", date(2027, 1, 11)),
        ("12.1.", date(2027, 1, 12)),
        ("1 Jan 1900", date(1900, 1, 1)),
        ("31 Dec 1899", None),
        ("tomorrow", None),
        ("14 Jan 2027", None),
        ("30 Feb", None),
        ("in 2024", None),
        ("soon", None),
    ],
)
async def test_a_start_is_a_day_up_to_today(harness: Harness, text: str, day: date | None) -> None:
    ann = await opened(harness)
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    await ann.says(text)
    assert (await harness.rows(Medicine))[0].started_on == day
    if day is None:  # it is asked again, and there is a way out
        await ann.taps("I do not know")
        assert (await harness.rows(User))[0].awaiting is None


async def test_today_is_that_of_the_person(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", zone="Pacific/Auckland")  # the 14th, at eight
    await ann.says("/profile")
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    await ann.says("today")
    assert (await harness.rows(Medicine))[0].started_on == date(2027, 1, 14)


async def test_a_message_that_is_delivered_twice_is_one_medicine(harness: Harness) -> None:
    ann = await opened(harness)
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    own = ann.messages[-2]
    assert own.text == "drops"
    await harness.app.stop()
    harness.telegram.inject({"message": harness.telegram.as_json(own)}, lane=ann.id)
    await harness.start_again()
    assert [row.words for row in await harness.rows(Medicine)] == ["drops"]
    assert "When did you start taking it?" in ann.last.words
    await ann.says("3 May")
    assert (await harness.rows(Medicine))[0].started_on == date(2026, 5, 3)


async def test_an_edited_start_replaces_the_first(harness: Harness) -> None:
    ann = await opened(harness)
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    await ann.says("3 May")
    await ann.taps("drops")
    await ann.taps("Since when…")
    await ann.says("1 Jan 2020")
    assert (await harness.rows(Medicine))[0].started_on == date(2020, 1, 1)
    await ann.taps("drops")
    await ann.taps("Since when…")
    await ann.taps("I do not know")
    assert (await harness.rows(Medicine))[0].started_on is None


async def test_unusable_words_are_asked_for_again(harness: Harness) -> None:
    ann = await opened(harness)
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("x" * 121)
    assert ann.last.words.startswith("That is too long")
    assert await harness.rows(Medicine) == []
    await ann.says("drops")
    assert len(await harness.rows(Medicine)) == 1


async def test_a_deleted_medicine_is_refused(harness: Harness) -> None:
    ann = await opened(harness)
    for label in ("Medicines…", "Add one…"):
        await ann.taps(label)
    await ann.says("drops")
    await ann.forges("about:eraseall:yes")
    await ann.says("3 May")
    assert await harness.rows(Medicine) == []
    assert (await harness.rows(User))[0].awaiting is None


async def test_a_full_list_of_long_names_can_still_be_opened(harness: Harness) -> None:
    ann = await opened(harness)
    async with harness.database.transaction() as session:
        for _ in range(MEDICINES):
            session.add(Medicine(user_id=ann.id, words="&" * 120, told_at=harness.clock.now()))
    count = len(ann.bot_messages)
    await ann.says("/profile")
    assert len(ann.bot_messages) == count + 1
    await ann.taps("Medicines…")
    assert ann.last.words.startswith("Medicines")


async def test_nobody_reads_or_erases_the_profile_of_another_person(harness: Harness) -> None:
    ann = await opened(harness)
    await ann.forges("about:set:pregnant:yes")
    bob = await harness.set_up_person("Bob")
    await bob.says("/profile")
    assert "Pregnant: Yes" not in bob.last.words
    await bob.forges("about:set:pregnant:clear")
    await bob.forges("about:eraseall:yes")
    assert await told(harness) == {"pregnant": "yes"}
