"""Typed emergencies come before everything else, at any step, through the real bot."""

from datetime import timedelta
from typing import Any

import pytest

from bot.database.models import Cramp, FailedUpdate, FlagHit, Medicine, Reminder, SetupStep, User
from bot.database.stored_values import Fluids
from bot.features.cramps.sign_texts import sign_lines
from bot.features.emergency.reading import Today, read
from bot.features.registry import FEATURES
from bot.i18n.translator import translator
from bot.telegram import typed_text
from bot.telegram.message import pack
from bot.telegram.rate_limit import RATES, UpdateKind
from tests.features.users.steps import KEYBOARD
from tests.support.harness import Harness, Someone

LATER = "If this is not about now, ignore this."
STILL_OPEN = "My question is still open. You can answer it whenever you like."
KEPT = "What you wrote is kept."
QUESTIONS = [
    (feature.name, verb, verb in feature.own_words)
    for feature in FEATURES
    for verb in feature.answers
]
"""Every question that typed text can answer: a new one is here as soon as it is registered."""
TYPED = {
    "en": ("my chest hurts", "chest"),
    "de": ("ich bekomme keine Luft", "breath"),
    "es": ("creo que es un ictus", "face_arm"),
    "fr": ("je me suis évanouie", "faint"),
    "pt-br": ("não sinto a perna", "leg_cold"),
    "ru": ("у меня припадок", "seizure"),
}
"""Language → an emergency in it, and the sign that must stand first."""


async def asks(harness: Harness, someone: Someone, question: str | None) -> None:
    """Leave a question open, as if the bot had asked it."""
    async with harness.database.transaction() as session:
        user = await session.get(User, someone.id)
        assert user is not None
        user.awaiting = question


async def row_of(harness: Harness, someone: Someone) -> User:
    return next(user for user in await harness.rows(User) if user.id == someone.id)


def first_sign(text: str) -> str:
    return next(line.removeprefix("• ") for line in text.splitlines() if line.startswith("• "))


def check_card(someone: Someone, sign: str, language: str = "en") -> None:
    """Check that the newest message is the emergency card, with one sign first."""
    tr, text = translator(language), someone.last.words
    head = tr.gettext("Call {number} now if you have any of these.").format(number="112")
    assert text.startswith(head)
    assert first_sign(text) == sign_lines(tr)[sign]
    assert text.splitlines()[-1] == tr.gettext(LATER)


def news(someone: Someone, since: int) -> list[str]:
    return [message.words for message in someone.bot_messages[since:]]


async def test_at_every_open_question_in_six_languages(harness: Harness) -> None:
    assert len(QUESTIONS) >= 15
    for language, (text, sign) in TYPED.items():
        ann = await harness.set_up_person(f"Ann {language}", language=language)
        for feature, verb, is_own in QUESTIONS:
            asked = pack(feature, verb, 1)
            await asks(harness, ann, asked)
            before = len(ann.bot_messages)
            await ann.says(text)
            cards = [one for one in news(ann, before) if translator(language).gettext(LATER) in one]
            assert len(cards) == 1, (feature, verb, news(ann, before))
            assert first_sign(cards[0]) == sign_lines(translator(language))[sign]
            if not is_own:
                assert len(news(ann, before)) == 1, (feature, verb)
                assert (await row_of(harness, ann)).awaiting == asked
                assert translator(language).gettext(STILL_OPEN) in cards[0]
    assert await harness.rows(Cramp) == []


async def test_today_and_despair_at_open_questions(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for feature, verb, is_own in QUESTIONS:
        asked = pack(feature, verb, 1)
        await asks(harness, ann, asked)
        before = len(ann.bot_messages)
        await ann.says("I want to die")
        assert [one.startswith("It sounds as if") for one in news(ann, before)] == [True]
        assert ("I did not keep what you wrote." in ann.last.words) is is_own
        assert (await row_of(harness, ann)).awaiting == asked
        before = len(ann.bot_messages)
        await ann.says("my leg is swollen and hot")
        assert "• One leg stays swollen, warm, red or darker, or sore" in news(ann, before)[0]
        if not is_own:
            assert len(news(ann, before)) == 1
            assert (await row_of(harness, ann)).awaiting == asked
        harness.clock.advance(timedelta(minutes=1))  # it is the rate limit that is not tested here
    assert await harness.rows(Cramp) == []


async def test_without_a_question_nothing_is_logged_or_asked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    before = len(ann.bot_messages)
    await ann.says("Hello, woke at 3 with chest pain 😰 pls")
    assert len(news(ann, before)) == 1
    check_card(ann, "chest")
    assert STILL_OPEN not in ann.last.words
    assert await harness.rows(Cramp) == []


async def test_a_note_is_kept_and_that_is_said(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(KEYBOARD[0][0])
    for label in ("More…", "Note, count…", "Add a note…"):
        await ann.taps(label)
    await ann.says("chest pain all night")
    check_card(ann, "chest")
    assert KEPT in ann.last.words
    (cramp,) = await harness.rows(Cramp)
    assert cramp.note == "chest pain all night"
    assert (await row_of(harness, ann)).awaiting is None


async def test_a_reply_to_an_entry_is_its_note(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(KEYBOARD[0][0])
    harness.telegram.reply(ann.telegram_person, ann.last.id, "could not breathe, trouble breathing")
    await harness.settled()
    check_card(ann, "breath")
    assert KEPT in ann.last.words
    (cramp,) = await harness.rows(Cramp)
    assert cramp.note == "could not breathe, trouble breathing"


async def test_words_of_despair_are_in_no_note(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(KEYBOARD[0][0])
    for label in ("More…", "Note, count…", "Add a note…"):
        await ann.taps(label)
    await ann.says("I want to die")
    assert ann.last.words.startswith("It sounds as if you are having a very hard time.")
    harness.telegram.reply(ann.telegram_person, ann.bot_messages[-2].id, "I want to die")
    await harness.settled()
    assert "I did not keep what you wrote." in ann.last.words
    (cramp,) = await harness.rows(Cramp)
    assert cramp.note is None


async def test_a_medicine_can_have_such_a_name(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await asks(harness, ann, pack("about", "medicine"))
    before = len(ann.bot_messages)
    await ann.says("angina spray")
    card, question = news(ann, before)
    assert KEPT in card
    assert question.startswith("angina spray")
    assert [one.words for one in await harness.rows(Medicine)] == ["angina spray"]


async def test_a_sign_for_today_does_not_stop_an_entry(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await asks(harness, ann, pack("reminders", "words"))
    before = len(ann.bot_messages)
    await ann.says("look whether my leg is swollen")
    line, question = news(ann, before)
    assert line.startswith("Get checked today: a doctor, an urgent-care line or a hospital.")
    assert "look whether my leg is swollen" in question
    assert "look whether my leg is swollen" in [one.words for one in await harness.rows(Reminder)]
    await ann.taps("Get checked today")
    assert "Cramps in the arms or belly" in ann.last.words or any(
        "Cramps in the arms or belly" in one for one in news(ann, before)
    )


async def test_where_nothing_was_asked_today_is_one_line_and_noted(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    before = len(ann.bot_messages)
    await ann.says("my pee is dark like cola")
    assert len(news(ann, before)) == 1
    assert ann.last.buttons == ["Get checked today", "Undo"]
    assert ann.last.words.endswith("The sign is noted in your diary for today.")
    assert [hit.rule for hit in await harness.rows(FlagHit)] == ["dark_urine"]
    await ann.says("I take a statin, my muscles hurt and my pee is like cola")
    assert ann.last.words.endswith("The signs are noted in your diary for today.")
    assert {hit.rule for hit in await harness.rows(FlagHit)} == {"dark_urine", "statin_pain"}
    await ann.taps("Undo")
    assert await harness.rows(FlagHit) == []
    await ann.says("my mum's calf is swollen and hot")  # it is her leg, and her diary
    assert "Do not stretch or rub it" in ann.last.words
    assert ann.last.buttons == ["Get checked today"]
    assert await harness.rows(FlagHit) == []
    await ann.says("my mum says my calf is swollen and hot")
    assert [hit.rule for hit in await harness.rows(FlagHit)] == ["one_leg"]
    await ann.says("now I am short of breath")
    check_card(ann, "breath")
    assert sign_lines(translator("en"))["leg_and_breath"] in ann.last.words


async def test_what_a_doctor_has_forbidden_is_asked_about(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("my doctor told me not to drink more than a litre a day")
    assert "Has anyone told you to limit drinks or salt?" in ann.last.words
    await ann.taps("Yes")
    assert (await row_of(harness, ann)).fluids is Fluids.LIMITED
    await ann.says("the kidney doctor says no magnesium")
    assert "One question before the meal ideas" in ann.last.words
    await ann.taps("Yes")
    assert "food" in ((await row_of(harness, ann)).shut_gates or "").split(",")


async def test_a_sign_for_the_next_days_is_one_line(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for typed, head, sign in (
        ("sore on my toe that wont heal", "Ask a doctor in the next day or two", "sore_foot"),
        ("my left calf is getting thinner", "See a doctor within two weeks", "thinner"),
    ):
        before = len(ann.bot_messages)
        await ann.says(typed)
        assert len(news(ann, before)) == 1
        assert ann.last.words.startswith(head)
        assert first_sign(ann.last.words) == sign_lines(translator("en"))[sign]
        assert ann.last.words.endswith("Nothing is logged. To log a cramp, send /cramp.")
    await ann.taps("See a doctor soon")
    assert sign_lines(translator("en"))["pain_on_walking"] in ann.last.words


async def test_what_was_treated_is_asked_about_before_a_cramp_is_logged(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("my ankle is broken and in plaster, calf cramp at 3")
    card = ann.last
    assert card.words.startswith("Do not stretch or rub it. Ask whoever treated you first.")
    assert await harness.rows(Cramp) == []  # its answer would be to pull the foot up
    await ann.taps("Yes", card)
    assert card.words.startswith("Stretch reminders are off. Ask whoever treated you first.")
    await ann.forges("cramps:relief")
    assert "Pull your foot up" not in ann.last.words


async def test_what_may_be_long_ago_is_asked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    before = len(ann.bot_messages)
    await ann.says("my mother had a stroke ten years ago")
    assert len(news(ann, before)) == 1
    assert ann.last.words.startswith("Is this happening now?")
    assert LATER in ann.last.words
    await ann.taps("Yes")
    check_card(ann, "face_arm")


async def test_whether_it_was_more_than_the_usual_dose_is_asked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    before = len(ann.bot_messages)
    await ann.says("I took all my tablets")
    asked = ann.bot_messages[before]
    assert asked.words.startswith("Did you take more than usual?")
    await ann.taps("Yes", asked)
    short = asked.words
    assert short.startswith("Call 112 now if you have any of these.")
    await ann.taps("Each sign in full", asked)  # a card for words that name no sign opens, too
    assert len(asked.words) > len(short)


async def test_beyond_the_rate_limit(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for number in range(RATES[UpdateKind.MESSAGE].most + 10):
        harness.telegram.say(ann.telegram_person, f"hello {number}")
    harness.telegram.say(ann.telegram_person, "chest pain")
    harness.telegram.say(ann.telegram_person, "chest pain")
    harness.telegram.say(ann.telegram_person, "I want to die")
    await harness.settled()
    *_, one, other, last = [message.words for message in ann.bot_messages]
    assert one == other
    assert LATER in one
    assert last.startswith("It sounds as if")


async def test_edited_forwarded_and_below_a_file(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cest pain")
    own = [message for message in ann.messages if not message.from_bot][-1]
    before = len(ann.bot_messages)
    harness.telegram.edit(ann.telegram_person, own.id, "chest pain")
    await harness.settled()
    check_card(ann, "chest")
    harness.telegram.forward(ann.telegram_person, "my husband fainted")
    await harness.settled()
    check_card(ann, "faint")
    harness.telegram.send_photo(ann.telegram_person, b"a picture", "my face is drooping")
    await harness.settled()
    check_card(ann, "face_arm")
    assert len(news(ann, before)) == 3
    harness.telegram.edit(ann.telegram_person, own.id, "a chest of drawers")
    await harness.settled()
    assert len(news(ann, before)) == 3


async def test_a_file_with_such_words_below_it_is_still_read(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("hello")
    before = len(ann.bot_messages)
    document = {"file_id": "none", "file_unique_id": "x", "file_name": "a.json", "file_size": 2**25}
    own = [message for message in ann.messages if not message.from_bot][-1]
    raw = harness.telegram.as_json(own) | {"message_id": 99, "document": document}
    raw |= {"caption": "chest pain, and this is my diary"}
    del raw["text"]
    harness.telegram.inject({"message": raw}, lane=ann.id)
    await harness.settled()
    card, about_file = news(ann, before)
    assert LATER in card
    assert LATER not in about_file


async def test_before_and_during_setup_and_while_paused(harness: Harness) -> None:
    ann = await harness.person("Ann")
    await ann.says("I can't breathe")
    assert ann.last.words.startswith("Call 112, 911 or 999 now if you have any of these.")
    await ann.says("/start")
    await ann.says("I fainted")
    assert first_sign(ann.last.words) == "Fainting or collapse"
    assert STILL_OPEN in ann.last.words
    assert (await row_of(harness, ann)).setup_step is SetupStep.TIME_ZONE
    bea = await harness.set_up_person("Bea")
    await bea.says("/pause")
    await bea.says("chest pain")
    check_card(bea, "chest")


async def test_a_stranger_of_a_private_bot_is_told_a_number(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    allowed = frozenset({ann.id})
    harness.settings = harness.settings.model_copy(update={"allowed_user_ids": allowed})
    await harness.restart()
    eve = await harness.person("Eve")
    await eve.says("chest pain")
    refusal, number = (message.words for message in eve.bot_messages)
    assert refusal.startswith("This bot is private.")
    assert number.startswith("Call 112, 911 or 999 now.")
    await eve.says("chest pain")
    await eve.says("I want to die")
    await eve.says("my leg is swollen")
    again, despair = (message.words for message in eve.bot_messages[2:])
    assert again == number
    assert "Call 112, 911 or 999" in despair
    assert [user.id for user in await harness.rows(User)] == [ann.id]


async def test_the_card_of_an_overdose_names_it(harness: Harness) -> None:
    line = "Too much of a medicine? Call now."
    ann = await harness.set_up_person("Ann")
    await ann.says("grandad had double the insulin by mistake")
    card = ann.last
    assert line in card.words.splitlines()
    await ann.taps("Each sign in full", card)
    assert line in card.words.splitlines()
    await ann.says("it is getting worse")
    assert line in ann.last.words.splitlines()
    await ann.says("I took all my tablets")
    asked = ann.with_button("Yes")
    await ann.taps("Yes", asked)
    assert line in asked.words.splitlines()
    await ann.says("my chest hurts")
    assert line not in ann.last.words.splitlines()


async def test_in_a_group_nothing_is_said(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    group: dict[str, Any] = {"id": -1_001, "type": "supergroup", "title": "Walkers"}
    await ann.says("hello")
    own = [message for message in ann.messages if not message.from_bot][-1]
    raw = harness.telegram.as_json(own) | {"chat": group, "text": "chest pain", "message_id": 9}
    before = len(harness.telegram.calls_of("sendMessage"))
    harness.telegram.inject({"message": raw}, lane=ann.id)
    harness.telegram.inject({"edited_message": raw | {"edit_date": raw["date"]}}, lane=ann.id)
    await harness.settled()
    assert len(harness.telegram.calls_of("sendMessage")) == before


LINES = [
    ("Europe/Berlin", "TelefonSeelsorge 0800 111 0 111 or 0800 111 0 222", "0800 111 0 111"),
    ("Europe/Zurich", "Talk to someone now: Die Dargebotene Hand 143.", "143"),
    ("Europe/Madrid", "Talk to someone now, day or night: 024.", "024"),
    ("Indian/Reunion", "Talk to someone now, day or night: 3114.", "3114"),
    ("America/Sao_Paulo", "Talk to someone now, day or night: CVV 188.", "188"),
    ("Europe/London", "Talk to someone now, day or night: Samaritans 116 123.", "116 123"),
    (
        "Europe/Rome",
        "Talk to someone between 10:00 and 00:00: Telefono Amico Italia 02 2327 2327.",
        "02 2327 2327",
    ),
    ("Europe/Kyiv", "Talk to someone now, day or night: Lifeline Ukraine 7333.", "7333"),
    ("America/New_York", "Talk to someone now: 988.", "988"),
    ("Europe/Lisbon", "Call 112, or look for a helpline in your country.", "112"),
    ("Europe/Dublin", "Call 999 or 112, or look for a helpline in your country.", "999"),
    ("Europe/Vienna", "Call 144 or 112, or look for a helpline in your country.", "144"),
    ("Europe/Moscow", "Call 103 or 112, or look for a helpline in your country.", "103"),
]
"""Zone, what the crisis text says, and the number on its button."""


async def test_despair_gets_the_line_of_the_country_and_one_button(harness: Harness) -> None:
    for zone, line, button in LINES:
        ann = await harness.set_up_person(f"Ann in {zone}", zone=zone)
        before = await row_of(harness, ann)
        await ann.says("I want to kill myself")
        assert line in ann.last.words
        assert "In danger now? Call " in ann.last.words
        assert ann.last.buttons == [f"Call {button} (tap to copy)"]
        assert await row_of(harness, ann) == before
    assert await harness.rows(Cramp) == []


async def test_words_of_labour_are_no_twitch(harness: Harness) -> None:
    for language, text in {
        "es": "contracciones",
        "pt-br": "contrações",
        "en": "contractions",
        "de": "Wehen",
        "fr": "contractions",
        "ru": "схватки",
        "it": "contrazioni",
        "uk": "перейми",
    }.items():
        ann = await harness.set_up_person(f"Ann {language}", language=language)
        before = len(ann.bot_messages)
        await ann.says(text)
        said = "Contractions while you are pregnant? Call your maternity unit."
        assert news(ann, before) == [translator(language).gettext(said)]
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "¿por qué tengo un tic?"),
        ("pt-br", "tremor na pálpebra"),
        ("en", "why does my eyelid twitch?"),
    ],
)
async def test_a_question_gets_its_card_and_logs_nothing(
    harness: Harness, language: str, text: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    before = len(ann.bot_messages)
    await ann.says(text)
    assert len(news(ann, before)) == 1
    assert any(
        "learn" in (button.get("callback_data") or "") for row in ann.last.inline for button in row
    )
    assert await harness.rows(Cramp) == []


async def test_a_question_leaves_an_open_question_open(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await asks(harness, ann, pack("users", "bed"))
    await ann.says("does magnesium help?")
    assert "agnesium" in ann.last.words
    assert (await row_of(harness, ann)).awaiting == pack("users", "bed")
    await ann.says("22:15")
    assert f"{(await row_of(harness, ann)).bed_time:%H:%M}" == "22:15"


async def test_a_question_for_the_pages_is_kept_and_not_answered(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(KEYBOARD[0][0])
    for label in ("More…", "Note, count…", "Add a note…"):
        await ann.taps(label)
    await ann.says("does magnesium help?")
    (cramp,) = await harness.rows(Cramp)
    assert cramp.note == "does magnesium help?"


async def test_what_is_understood_is_done(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("twitch")
    (cramp,) = await harness.rows(Cramp)
    assert cramp.event_type == "twitch"


async def test_a_bug_in_what_else_the_text_is_for_costs_no_card(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_arguments: object) -> None:
        raise ArithmeticError

    ann = await harness.set_up_person("Ann")
    await asks(harness, ann, pack("about", "medicine"))
    monkeypatch.setattr(typed_text.TypedText, "_replied", breaks)
    await ann.says("chest pain")
    check_card(ann, "chest")
    assert await harness.rows(FailedUpdate) == []


async def test_a_typed_leg_sign_keeps_stretching_away_until_it_is_undone(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    for typed, rule in (
        ("my calf is swollen and hot", "one_leg"),
        ("pregnant and calf pain", "pregnant_leg"),
    ):
        await ann.says(typed)
        card = ann.last
        assert "Do not stretch or rub it" in card.words
        assert "Nothing is logged" not in card.words
        assert [hit.rule for hit in await harness.rows(FlagHit)] == [rule]
        await ann.forges("cramps:relief")
        assert "Pull your foot up" not in ann.last.words
        assert "Rub the muscle" not in ann.last.words
        await ann.taps("Undo", card)
        assert await harness.rows(FlagHit) == []
        await ann.forges("cramps:relief")
        assert "Pull your foot up" in ann.last.words


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ("this cramp won't let go", "over_10_minutes"),
        ("Wadenkrampf hört nicht auf", "over_10_minutes"),
        ("calambres y vómitos", "fluid_loss"),
        ("formigamento nos lábios", "mouth_tingling"),
        ("enceinte et mal au mollet", "pregnant_leg"),
        ("от статина болят мышцы", "statin_pain"),
        ("skin red and hot and spreading", "skin_spreads"),
    ],
)
def test_more_signs_for_today_can_be_typed(typed: str, sign: str) -> None:
    assert read(typed) == Today((sign,))
