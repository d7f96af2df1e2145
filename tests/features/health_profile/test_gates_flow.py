"""Gates with the whole bot: questions in the place of reminders, reasons, and own reminders."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import (
    Fact,
    FlagHit,
    Fluids,
    HitAnswer,
    Kind,
    Medicine,
    ProfileItem,
    Reminder,
    User,
)
from tests.support.harness import Harness

BERLIN = ZoneInfo("Europe/Berlin")
STRETCH = datetime(2027, 1, 13, 22, 20, tzinfo=BERLIN)
DAY = timedelta(days=1)
OWN = "This is your own reminder. Ask your doctor or pharmacist if you are not sure."


async def told(harness: Harness) -> dict[str, str]:
    return {row.item: row.value for row in await harness.rows(ProfileItem)}


async def codes(harness: Harness) -> str | None:
    return (await harness.rows(User))[0].shut_gates


async def test_the_first_stretch_asks_its_question_and_comes_after_a_no(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", fluids=Fluids.UNSURE)
    await ann.forges("users:fluids:free")
    assert await codes(harness) == "food?,stretch?,nuts?"
    await harness.live_until(STRETCH)
    question = ann.last
    assert question.words.startswith("One question before the stretch:")
    assert question.buttons == ["Yes", "No", "Not sure"]
    await ann.taps("No")
    assert question.words.startswith("🌙 Time for a short stretch")
    await ann.taps("Done")
    await harness.live_until(STRETCH + DAY)
    assert ann.last.words.startswith("🌙 Time for a short stretch")
    for answer in ("yes", "unsure"):
        await ann.forges(f"about:gate:stretch:{answer}:1")
        assert ann.last.words == "Stretch reminders are off. Ask whoever treated you first."
        assert await told(harness) == {"stretch_check": answer}
        rows = {row.kind: row for row in await harness.rows(Reminder)}
        assert not rows[Kind.STRETCH].enabled
        count = len(ann.bot_messages)
        await ann.forges("reminders:on:stretch:1")  # an old button
        await ann.says("stretch at 21:00")
        assert "Ask whoever treated you first." in ann.last.words
        assert not {row.kind: row for row in await harness.rows(Reminder)}[Kind.STRETCH].enabled
        assert len(ann.bot_messages) > count


async def test_an_answer_on_the_page_of_a_gate_opens_it(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.forges("about:gate:food:unsure:0")
    assert "Ask your care team which foods suit you." in ann.last.words
    await ann.taps("Say which one")
    assert "A reason for care with food: Not sure" in ann.last.words
    await ann.taps("Blood thinner")
    await ann.taps("Warfarin or similar")
    assert "With warfarin, keep greens about the same each day." in ann.last.words
    assert await codes(harness) == "drinks" or "food" in (await codes(harness) or "")
    await ann.taps("No to all the others")
    assert await codes(harness) == "food,stretch?,greens"  # kidneys are on another page
    await ann.forges("about:none:drinks")
    assert await codes(harness) == "stretch?,greens"
    assert "Switch meal ideas on" in ann.last.buttons


async def test_with_warfarin_or_a_nut_allergy_meal_ideas_leave_out_what_matters(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    for item in ("blood_thinner:warfarin", "nut_allergy:yes", "limit_potassium:no"):
        await ann.forges(f"about:set:{item}")
    await ann.forges("reminders:on:meal:1")
    ideas: list[str] = []
    for _ in range(15):
        await harness.live_for(DAY)
        ideas += [one.words for one in ann.bot_messages if "An idea for a meal" in one.words]
    assert len(set(ideas)) >= 5
    for food in ("Spinach", "broccoli", "pumpkin", "Almonds", "Chia", "Peanut"):
        assert food not in "\n".join(ideas)


async def test_a_sign_of_one_leg_keeps_the_stretch_back_until_a_doctor_has_seen_it(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        now = harness.clock.now()
        session.add(
            FlagHit(user_id=ann.id, rule="one_leg", level="urgent", hit_on=now.date(), hit_at=now)
        )
    await harness.live_until(STRETCH)
    assert not any("stretch" in message.words for message in ann.bot_messages)
    await ann.says("/reminders")
    await ann.taps("🌙 Stretch")
    assert "Do not stretch or rub it before a doctor has seen it." in ann.last.words
    await ann.taps("A doctor has seen the leg")
    (hit,) = await harness.rows(FlagHit)
    assert hit.answer is HitAnswer.SEEN_DOCTOR
    await harness.live_until(STRETCH + DAY)
    assert ann.last.words.startswith("🌙 Time for a short stretch")


async def test_a_no_to_drinks_opens_nothing_while_the_profile_says_otherwise(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.forges("about:set:dialysis:yes")
    assert "Tell the unit about cramps." in ann.last.words
    assert "Switched off: Drinks." in ann.last.words
    for answer in ("limited", "free"):
        await ann.forges(f"users:fluids:{answer}")
        assert "Tell the unit about cramps." in ann.last.words
        assert "Switch drink reminders on" not in ann.last.buttons
    assert "This follows from your answers about your health or medicines." in ann.last.words
    await ann.taps("Answers about health")
    assert ann.last.words.startswith("Heart, kidneys, drinks\nDialysis: Yes")


async def test_own_reminders_keep_their_words_and_get_one_line(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    await ann.taps("+ Add your own")
    await ann.says("Ramipril 5 mg")
    assert ann.last.words.endswith(OWN)
    await ann.says("21:00")
    at = datetime(2027, 1, 13, 21, 0, tzinfo=BERLIN)
    await harness.live_until(at)
    assert ann.last.words == f"📌 Ramipril 5 mg\n{OWN}"
    await harness.live_until(at + DAY)
    assert ann.last.words == "📌 Ramipril 5 mg"


async def test_an_own_reminder_of_drinking_starts_off_while_the_gate_is_shut(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann", fluids=Fluids.LIMITED)
    await ann.says("/reminders")
    await ann.taps("+ Add your own")
    await ann.says("Boire de l'eau")
    await ann.says("21:00")
    assert "off" in ann.last.words
    assert "I will not remind you to drink." in ann.last.words
    await ann.taps("Switch on")
    await harness.live_until(datetime(2027, 1, 13, 21, 0, tzinfo=BERLIN))
    assert ann.last.words == "📌 Boire de l'eau"


async def test_old_answers_are_asked_for_once_more(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.forges("about:set:diabetes:yes")
    await ann.says("/profile")
    assert "All still correct" not in ann.last.buttons
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(ProfileItem).values(told_at=harness.clock.now() - timedelta(days=184))
        )
    await ann.says("/profile")
    assert "Some answers are over 6 months old." in ann.last.words
    await ann.taps("All still correct")
    assert "6 months" not in ann.last.words


async def test_the_word_of_the_new_version_is_sent(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        session.add(
            ProfileItem(user_id=ann.id, item="low_sodium", value="yes", told_at=harness.clock.now())
        )
        await session.exec(sa.delete(Fact).where(col(Fact.name) == "gates"))
        await session.exec(sa.update(User).where(col(User.id) == ann.id).values(shut_gates=None))
    await harness.restart()
    await harness.app.intake.recover()
    await harness.settled()
    said = [one for one in ann.bot_messages if "I will not remind you to drink." in one.words]
    assert [one.words for one in said] == [
        "Drink as your care team told you. I will not remind you to drink.\nSwitched off: Drinks."
    ]
    assert said[0].buttons == ["Your health"]
    await harness.restart()
    await harness.app.intake.recover()
    await harness.settled()
    again = [one for one in ann.bot_messages if "I will not remind you to drink." in one.words]
    assert len(again) == 1


async def test_the_weekly_summary_brings_the_question_about_a_new_medicine_then_old_answers(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    started_on = harness.clock.now().date()
    async with harness.database.transaction() as session:
        session.add(
            Medicine(
                user_id=ann.id,
                words="<salbutamol>",
                started_on=started_on,
                told_at=harness.clock.now(),
            )
        )
        session.add(
            ProfileItem(
                user_id=ann.id,
                item="diabetes",
                value="no",
                told_at=harness.clock.now() - timedelta(days=190),
            )
        )
    await ann.says("cramp at 3:00")
    sunday = datetime(2027, 1, 17, 18, 0, tzinfo=BERLIN)
    asked = "<salbutamol>: did the cramps start or get worse after it?"
    for week, line in ((0, "6 months old"), (2, asked), (3, "6 months old")):
        await harness.live_until(sunday + 7 * week * DAY)
        summary = ann.last
        assert line in summary.words
        questions = [summary.words.count(one) for one in ("get worse after it?", "6 months old")]
        assert sum(questions) == 1  # one question at a time, and once
        if line == asked:
            await ann.taps("Yes")
            assert "Do not stop it yourself." in ann.last.words
    assert asked not in summary.words
    await ann.taps("Check the answers")
    assert ann.last.words.startswith("Your health")
