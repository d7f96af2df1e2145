"""Typed sentences in a hurry, and forged callback data: nothing is done twice, nothing fails."""

from datetime import datetime, timedelta

from bot.database.models import Cramp, FailedUpdate, Kind, Reminder, User
from bot.features.free_text.offer_messages import labels
from bot.i18n.translator import translator
from tests.support.harness import Harness, Someone

FORGED = (
    "z.99999999999999999999.x",
    "z.999999999999.x",
    "z.-5.x",
    "z.0.x",
    "x.q.d.-.999999999999999",
    "x.q.w.-.999999999999",
    "x.q.w.-.-5",
    "x.q.n.99991231.0",
    "x.q.n.10000101.0",
    "x.q.m.99991201.0",
    "x.q.m.10000101.0",
    "x.q.s.99991231.0",
    "x.q.s.-.0",
    "w1.999912312359.stretch",
    "w1.203001010000.stretch",
    "c.253402300799.e.",
    "c.-62135596800.e.",
    "x.b.253402300799",
    "p.99991231",
    "p.99991231.2359",
    "n.99991231",
    "u.stretch.99991231",
    "x.a.hydration_done.99991231",
    "k.-1",
    "k.9999999999999999999",
    "k.9223372036854775807",
)
"""Codes of meanings that no sentence has."""


async def times_of_stretch(harness: Harness) -> str | None:
    return next(one.times for one in await harness.rows(Reminder) if one.kind is Kind.STRETCH)


async def is_paused(harness: Harness) -> bool:
    return (await harness.rows(User))[0].paused


async def later_says(harness: Harness, someone: Someone, text: str) -> None:
    harness.clock.advance(timedelta(minutes=1))
    await someone.says(text)


def data_of(someone: Someone, label: str) -> str:
    """The callback data of a button of the newest message."""
    buttons = (one for row in someone.last.inline for one in row)
    return next(str(one["callback_data"]) for one in buttons if one["text"] == label)


async def test_the_words_of_every_button_open_something(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for _name, words in labels(translator("en")):
        for typed in (words, f"zork {words}", f"{words}zz"):
            await later_says(harness, ann, typed)
    assert await harness.rows(FailedUpdate) == []


async def test_a_second_tap_moves_no_reminder_again(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for expected in ("21:50", "21:20"):
        await later_says(harness, ann, "strech 30 min earlier")
        question, data = ann.last, data_of(ann, "🌙 Stretch: 30 minutes earlier")
        for _tap in range(2):
            await ann.forges(data, question)
        assert await times_of_stretch(harness) == expected


async def test_a_question_that_was_answered_takes_no_yes_any_more(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await later_says(harness, ann, "puase until monday")
    await ann.taps("No")
    await later_says(harness, ann, "yes")
    assert not await is_paused(harness)
    for other in ("remimd me to strech at 10", "my dog ate a shoe", "cramp 3"):
        await later_says(harness, ann, "puase until monday")
        await later_says(harness, ann, other)
        await later_says(harness, ann, "yes")
        assert not await is_paused(harness), other
    assert await harness.rows(Cramp) == []


async def test_more_times_than_a_button_can_carry_are_not_asked_about(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    clocks = ", ".join(f"{hour}:00" for hour in range(8, 20))
    for text in (f"drnks at {clocks}", f"reminder to take tablets at {clocks}"):
        await later_says(harness, ann, text)
        assert ann.last.words.startswith("Sorry, I did not catch that. Nothing is changed.")
    assert await harness.rows(FailedUpdate) == []


async def test_a_reminder_that_is_asked_about_without_times_is_added(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await later_says(harness, ann, "remind me about my bedtime story")
    assert ann.last.buttons == ["Every day", "No"]
    await ann.taps("Every day")
    assert "Undo" in ann.last.buttons
    await later_says(harness, ann, "21:10")
    (own,) = [one for one in await harness.rows(Reminder) if one.kind is Kind.CUSTOM]
    assert (own.words, own.times) == ("my bedtime story", "21:10")


async def test_forged_meanings_change_nothing(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 12, tzinfo=harness.clock.now().tzinfo))
    await later_says(harness, ann, "puase until monday")
    question = ann.last

    async def rows() -> list[object]:
        return [await harness.rows(table) for table in (Cramp, Reminder)]

    before = await rows()
    for code in FORGED:
        harness.clock.advance(timedelta(seconds=5))
        await ann.forges(f"typed:yes:5:{code}", question)
        assert await rows() == before, code
    assert not await is_paused(harness)
    assert await harness.rows(FailedUpdate) == []


BESIDES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("en", "cramp left calf at 3", ("also right calf", "another one at 5", "yes", "no")),
    ("es", "calambre gemelo izquierdo a las 3", ("también gemelo derecho", "otro a las 5")),
    ("ru", "судорога в левой икре в 3", ("и правая икра тоже", "ещё одна в 5", "семь с половиной")),
    ("uk", "судома в лівій литці о 3", ("і права литка теж", "ще одна о 5")),
)
"""Language, what was logged, and what is no correction of it."""


async def test_what_is_said_besides_an_entry_does_not_change_it(harness: Harness) -> None:
    for language, logged, texts in BESIDES:
        someone = await harness.set_up_person(language, language=language)
        await later_says(harness, someone, logged)
        before = await harness.rows(Cramp)
        for text in texts:
            await later_says(harness, someone, text)
            assert await harness.rows(Cramp) == before, text
