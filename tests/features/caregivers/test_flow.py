"""Caregivers: inviting one, what they may see and log, and ending it, through the whole bot."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.database.models import Caregiver, Cramp
from bot.features.caregivers.messages import shown_name
from bot.i18n.translator import translator
from tests.features.users.steps import count_messages, last_own_message, redeliver
from tests.support.harness import Harness, Someone


async def link_of(ann: Someone) -> str:
    """The start parameter of the link that Ann sends to the person she invites."""
    await ann.says("/caregiver")
    await ann.taps("Invite someone")
    return ann.last.words.rpartition("?start=")[2]


async def ann_and_caregiver(
    harness: Harness, answer: str = "Yes, with earlier weeks"
) -> tuple[Someone, Someone]:
    """Ann, and Bea who helps her; Bea's newest message is her card of Ann."""
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    await bea.says(f"/start {await link_of(ann)}")
    await bea.taps("Yes, I will help")
    await ann.taps(answer)
    return ann, bea


async def only_caregiver_row(harness: Harness) -> Caregiver:
    (row,) = await harness.rows(Caregiver)
    return row


# Inviting ----------------------------------------------------------------------------------------


async def test_an_invitation_is_accepted_and_both_are_notified(harness: Harness) -> None:
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    code = await link_of(ann)
    card = ann.last
    assert card.inline[0][0]["copy_text"] == {
        "text": f"https://t.me/calmcalf_sandbox_bot?start={code}"
    }
    await bea.says(f"/start {code}")
    assert bea.last.words.startswith("🤝 Someone would like your help with a diary")
    await bea.taps("Yes, I will help")
    assert bea.last.words.startswith("🤝 Thank you. I have asked the person who sent you the link")
    assert (await only_caregiver_row(harness)).caregiver_id is None
    assert ann.last.words.startswith("🤝 Bea (@bea_2) opened your link.")
    for verb in ("log", "week", "person"):
        assert await bea.forges(f"care:{verb}:{ann.id}") == "You are no longer helping this person."
    assert "Ann" not in " ".join(one.words for one in bea.bot_messages), "nothing is shown before"
    await ann.taps("Yes, with earlier weeks")
    assert bea.last.words == "🤝 You are helping Ann with the diary."
    assert ann.last.words.startswith("🤝 Bea is helping you now")
    assert (await only_caregiver_row(harness)).caregiver_id == bea.id
    await ann.says("/caregiver")
    assert ann.last.words.startswith("🤝 Bea has been helping you since 13 Jan 2027.")
    await ann.says("/privacy")
    await ann.taps("Who?")
    assert "One person you invited can see your weeks" in ann.last.words


async def test_a_new_link_invalidates_the_previous_one(harness: Harness) -> None:
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    first = await link_of(ann)
    await ann.taps("New link")
    assert first not in ann.last.words
    await bea.says(f"/start {first}")
    assert bea.last.words.startswith("This invitation is no longer valid")


async def test_a_link_expires_after_a_day(harness: Harness) -> None:
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    code = await link_of(ann)
    await bea.says(f"/start {code}")
    question = bea.last
    harness.clock.set(harness.clock.now() + timedelta(hours=24, seconds=1))
    await bea.taps("Yes, I will help", question)
    assert question.words.startswith("This invitation is no longer valid")
    assert (await only_caregiver_row(harness)).caregiver_id is None


async def test_an_invitation_can_be_declined_and_withdrawn(harness: Harness) -> None:
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    code = await link_of(ann)
    await bea.says(f"/start {code}")
    await bea.taps("No")
    assert bea.last.words == "All right. I will not tell anyone."
    await ann.taps("Cancel invitation")
    assert await harness.rows(Caregiver) == []
    await bea.says(f"/start {code}")
    assert bea.last.words.startswith("This invitation is no longer valid")


async def test_a_link_works_for_one_person_and_not_for_oneself(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    code = (await only_caregiver_row(harness)).code
    cy = await harness.person("Cy")
    for someone in (ann, cy):
        await someone.says(f"/start care_{code}")
        assert someone.last.words.startswith("This invitation is no longer valid")
    await cy.forges(f"care:accept:{code}")
    assert (await only_caregiver_row(harness)).caregiver_id == bea.id


async def test_who_opens_a_link_second_is_never_told_that_they_help(harness: Harness) -> None:
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    cy = await harness.person("Cy")
    code = await link_of(ann)
    for someone in (bea, cy):
        await someone.says(f"/start {code}")
    for someone in (bea, cy, bea):
        await someone.forges(f"care:accept:{code.removeprefix('care_')}")
    assert cy.last.words.startswith("This invitation is no longer valid")
    assert count_messages(ann, "🤝 Bea (@bea_2) opened your link.") == 1, (
        "asked once, however often tapped"
    )
    await ann.forges(f"care:confirm:{cy.id}:all")
    assert (await only_caregiver_row(harness)).caregiver_id is None, "nobody asked about Cy"


async def test_the_owner_can_refuse_who_opened_the_link(harness: Harness) -> None:
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    code = await link_of(ann)
    await bea.says(f"/start {code}")
    await bea.taps("Yes, I will help")
    question = ann.last
    await ann.taps("No")
    assert await harness.rows(Caregiver) == []
    assert bea.last.words.startswith("🤝 The person who sent you the link did not confirm you as")
    assert "Ann" not in bea.last.words
    await bea.says(f"/start {code}")
    assert bea.last.words.startswith("This invitation is no longer valid")
    await ann.forges(f"care:confirm:{bea.id}:all", question)
    assert await harness.rows(Caregiver) == []


@pytest.mark.parametrize("how", ["Cancel invitation", "New link", "/delete"])
async def test_who_waits_for_an_answer_is_told_when_there_will_be_none(
    harness: Harness, how: str
) -> None:
    ann, bea = await harness.set_up_person("Ann"), await harness.person("Bea")
    code = await link_of(ann)
    card = ann.last
    await bea.says(f"/start {code}")
    await bea.taps("Yes, I will help")
    if how == "/delete":
        await ann.says("/delete")
        await ann.taps("Yes, erase everything")
    else:
        await ann.taps(how, card)
    assert bea.last.words.startswith("🤝 The person who sent you the link did not confirm you as")


HOSTILE_NAME = "<b>Your doctor</b>\n\u202etap Yes\u2066 " + "x" * 60


async def test_a_hostile_name_is_one_short_escaped_line(harness: Harness) -> None:
    ann, mallory = await harness.set_up_person("Ann"), await harness.person(HOSTILE_NAME)
    await mallory.says(f"/start {await link_of(ann)}")
    await mallory.taps("Yes, I will help")
    head = ann.last.words.splitlines()[0]
    assert head.startswith("🤝 <b>Your doctor</b> tap Yes xxx")
    assert head.endswith("…) opened your link.")
    assert len(head) < 100
    assert not {"\u202e", "\u2066"} & set(ann.last.words)


def test_names_show_what_they_are() -> None:
    """Nobody looks empty, hides behind marks, or has something invisible in their name."""
    for name, shown in {
        "\u3164": "Someone",
        "\u2800 \u115f": "Someone",
        "Ma\u00adri\u2063a\ufe01": "Maria",
        "e" + "\u0301" * 40 + "va": "e\u0301\u0301va",
        "Zoe\u0308 \u2764\ufe0f": "Zoe\u0308 \u2764\ufe0f",
        "a\nb\tc\u2028d": "a b c d",
        "x" * 64: "x" * 31 + "…",
    }.items():
        assert shown_name(translator("en"), name) == shown, ascii(name)


async def test_a_question_about_a_helper_says_that_names_prove_nothing(harness: Harness) -> None:
    ann, mallory = await harness.set_up_person("Ann"), await harness.person("M\u0430ria")
    await mallory.says(f"/start {await link_of(ann)}")
    await mallory.taps("Yes, I will help")
    assert "Anybody can take any name, so ask them if you are not sure." in ann.last.words


async def test_accepting_is_idempotent(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    code = (await only_caregiver_row(harness)).code
    await bea.forges(f"care:accept:{code}")
    assert bea.last.words == "🤝 You are helping Ann with the diary."
    assert (await only_caregiver_row(harness)).caregiver_id == bea.id
    await ann.forges("care:invite")
    assert (await only_caregiver_row(harness)).code == code, (
        "an invitation does not end the help there is"
    )


# Helping -----------------------------------------------------------------------------------------


async def test_a_logged_cramp_is_one_entry_and_announced(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    card = bea.last
    await bea.taps("Log a cramp for them")
    assert card.words.startswith("Logged for Ann: 20:00, Wednesday night")
    (row,) = await harness.rows(Cramp)
    assert row.user_id == ann.id
    assert timedelta() <= harness.clock.now() - row.occurred_at < timedelta(seconds=5)
    assert ann.last.words.startswith("🤝 Bea logged a cramp for you: 20:00")
    assert ann.last.silent
    await ann.taps("Show that night")
    assert "20:00" in " ".join(ann.last.buttons)
    await bea.forges(f"care:log:{ann.id}", card)
    assert len(await harness.rows(Cramp)) == 1
    assert count_messages(ann, "🤝 Bea logged") == 0, "the message has become the night"


async def test_a_lost_announcement_is_sent_when_the_tap_is_repeated(harness: Harness) -> None:
    """It is lost when the process is killed after the commit. Otherwise it is sent only once."""
    ann, bea = await ann_and_caregiver(harness)
    card = bea.last
    await bea.taps("Log a cramp for them")
    (row,) = await harness.rows(Cramp)
    assert row.reply_message_id == ann.last.id
    await bea.forges(f"care:log:{ann.id}", card)
    assert count_messages(ann, "🤝 Bea logged") == 1
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Cramp).values(reply_message_id=None))
    for _ in range(2):
        await bea.forges(f"care:log:{ann.id}", card)
        assert count_messages(ann, "🤝 Bea logged") == 2


async def test_a_reply_to_the_announcement_is_a_note(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    await bea.taps("Log a cramp for them")
    harness.telegram.reply(ann.telegram_person, ann.last.id, "after the long walk")
    await harness.settled()
    (row,) = await harness.rows(Cramp)
    assert row.note == "after the long walk"


async def test_undo_and_put_back(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    card = bea.last
    await bea.taps("Log a cramp for them")
    await bea.taps("Undo", card)
    await bea.forges(f"care:undo:{ann.id}", card)
    (row,) = await harness.rows(Cramp)
    assert row.deleted_at is not None
    assert card.words.startswith("Removed for Ann: ")
    await bea.taps("Undo", card)
    (row,) = await harness.rows(Cramp)
    assert row.deleted_at is None


async def test_taking_a_tap_back_leaves_the_one_of_the_person(harness: Harness) -> None:
    """Both tapped within a minute: that is one cramp, whoever takes a tap back."""
    ann, bea = await ann_and_caregiver(harness)
    card = bea.last
    await bea.taps("Log a cramp for them")
    await ann.presses("🦵 Log cramp")
    assert ann.last.words.startswith("Got it: one cramp")
    harness.telegram.reply(ann.telegram_person, ann.last.id, "after the long walk")
    await harness.settled()
    for label, counts in (("Undo", [False, True]), ("Undo", [False, True])):
        await bea.taps(label, card)
        rows = await harness.rows(Cramp)
        assert [row.deleted_at is None and row.same_as_id is None for row in rows] == counts
    assert [row.note for row in rows] == ["after the long walk"] * 2


async def test_two_cards_log_two_cramps(harness: Harness) -> None:
    _ann, bea = await ann_and_caregiver(harness)
    await bea.taps("Log a cramp for them")
    harness.clock.set(harness.clock.now() + timedelta(hours=2))
    await bea.taps("More options…")
    await bea.taps("Log a cramp for them")
    assert len(await harness.rows(Cramp)) == 2


async def test_the_caregiver_sees_the_persons_week(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    await bea.taps("Log a cramp for them")
    await bea.taps("More options…")
    await bea.taps("Their week")
    shown = bea.last
    assert shown.words.startswith("What Ann sees:\n")
    assert "Cramps on 1 night: 1 cramp." in shown.words
    assert shown.photo is not None
    assert "Nights" not in shown.buttons, "one week at a time is all that a helper sees"
    await bea.taps("◀ Ann", shown)
    assert bea.last.words == "🤝 You are helping Ann with the diary."
    await bea.says("/summary")
    assert "Ann" not in bea.last.words
    assert ann.id != bea.id


@pytest.mark.parametrize(
    ("answer", "sees"), [("Yes, from now on", False), ("Yes, with earlier weeks", True)]
)
async def test_earlier_weeks_are_shown_only_if_the_owner_says_so(
    harness: Harness, answer: str, sees: bool
) -> None:
    ann = await harness.set_up_person("Ann")
    for _ in range(2):
        await ann.presses("🦵 Log cramp")
        await harness.live_for(timedelta(days=2))
    bea = await harness.person("Bea")
    await bea.says(f"/start {await link_of(ann)}")
    await bea.taps("Yes, I will help")
    await ann.taps(answer)
    await bea.taps("Log a cramp for them")
    await bea.taps("More options…")
    await bea.taps("Their week")
    cramps = "Cramps on 3 nights: 3 cramps." if sees else "Cramps on 1 night: 1 cramp."
    assert cramps in bea.last.words
    for week_on in ("20270104", "20270111"):
        await bea.forges(f"care:week:{ann.id}:{week_on}")
        assert "2 nights" not in bea.last.words
        assert ("3 nights" in bea.last.words) is sees
    await ann.says("/caregiver")
    assert ("They see nothing from before" in ann.last.words) is not sees


# Ending ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ann", "bea"])
async def test_either_can_end_it_and_the_other_is_notified(harness: Harness, who: str) -> None:
    ann, bea = await ann_and_caregiver(harness)
    card = bea.last
    if who == "ann":
        await ann.says("/caregiver")
        await ann.taps("Stop sharing")
        assert bea.last.words == "🤝 Ann has ended the help with the diary."
    else:
        await bea.taps("Stop helping")
        assert ann.last.words == "🤝 Bea has ended the help with the diary."
    assert await harness.rows(Caregiver) == []
    for verb in ("log", "week", "person", "leave", "further", "undo"):
        assert await bea.forges(f"care:{verb}:{ann.id}", card) == (
            "You are no longer helping this person."
        )
    assert await harness.rows(Cramp) == []
    await ann.says("/privacy")
    await ann.taps("Who?")
    assert "No other user sees your diary." in ann.last.words


async def test_a_helper_without_a_diary_is_asked_whose_cramp_it_is(harness: Harness) -> None:
    """What they tell is logged for the person they help, or begins a diary of their own."""
    ann, bea = await ann_and_caregiver(harness)
    told_at = harness.clock.now()
    await bea.says("cramp 20 minutes ago, left calf")
    assert bea.last.words.startswith("🤝 Whose cramp is it?")
    assert bea.last.buttons == ["Ann had it", "I had it: begin my diary"]
    assert await harness.rows(Cramp) == []
    harness.clock.advance(timedelta(minutes=30))
    await bea.taps("Ann had it")
    (cramp,) = await harness.rows(Cramp)
    assert (cramp.user_id, cramp.side, cramp.site) == (ann.id, "left", "calf")
    assert abs(told_at - timedelta(minutes=20) - cramp.occurred_at) < timedelta(minutes=1)
    assert "Bea logged a cramp for you" in " ".join(one.words for one in ann.bot_messages)
    for _time in range(2):  # removed, and put back as it was
        await bea.taps("Undo")
    (cramp,) = await harness.rows(Cramp)
    assert cramp.deleted_at is None
    assert abs(told_at - timedelta(minutes=20) - cramp.occurred_at) < timedelta(minutes=1)
    for data in (
        f"care:log:{ann.id}:1",
        f"care:log:{ann.id}:x",
        "consent:mine",
        "consent:mine:t:5:1",
    ):
        assert await bea.forges(data) == "This button is out of date."
    for ask in ("at 20:10 I had a cramp", "she had a cramp", "Ann had a cramp", "/cramp"):
        harness.clock.advance(timedelta(minutes=5))
        await bea.says(ask)
        assert bea.last.words.startswith("🤝 Whose cramp is it?"), ask
    assert len(await harness.rows(Cramp)) == 1
    asked = bea.last
    await bea.taps("I had it: begin my diary")
    assert [one.user_id for one in await harness.rows(Cramp)] == [ann.id, bea.id]
    assert asked.words.startswith("Cramp logged")
    assert bea.last.words.startswith("Where are you?")
    harness.clock.advance(timedelta(minutes=5))
    await bea.says("cramp")
    assert [one.user_id for one in await harness.rows(Cramp)] == [ann.id, bea.id, bea.id]


@pytest.mark.parametrize("who", ["ann", "bea"])
async def test_deleting_everything_ends_it(harness: Harness, who: str) -> None:
    ann, bea = await ann_and_caregiver(harness)
    someone = ann if who == "ann" else bea
    await someone.says("/delete")
    other = bea if who == "ann" else ann
    await someone.taps("Yes, erase everything")
    assert await harness.rows(Caregiver) == []
    name = "Ann" if who == "ann" else "Bea"
    assert other.last.words == f"🤝 {name} has ended the help with the diary."


async def test_other_people_have_no_access(harness: Harness) -> None:
    ann, bea = await ann_and_caregiver(harness)
    eve = await harness.set_up_person("Eve")
    for verb in ("log", "week", "person", "leave", "further", "undo"):
        for data in (f"care:{verb}:{ann.id}", f"care:{verb}", f"care:{verb}:x:y"):
            assert await eve.forges(data) == "You are no longer helping this person."
    assert (await only_caregiver_row(harness)).caregiver_id == bea.id
    assert await harness.rows(Cramp) == []
    await ann.forges(f"care:log:{bea.id}")
    assert await harness.rows(Cramp) == [], "help goes one way"


# Links -------------------------------------------------------------------------------------------


async def test_the_log_link_logs_once(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/start log")
    await redeliver(ann, last_own_message(ann))
    assert len(await harness.rows(Cramp)) == 1
    assert ann.last.words.startswith("Cramp logged: ")


async def test_an_unknown_start_parameter_is_ignored(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/start newsletter_7")
    assert ann.last.words.startswith("Hello again.") or count_messages(ann, "Hello again.") > 0
