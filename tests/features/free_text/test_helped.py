"""What somebody did about a cramp, typed after it: it is kept with the entry, and undone."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.database.models import Cramp
from bot.features.free_text.acts.helped_acts import told_of
from bot.features.free_text.rules.helped_question import asks_what_helped
from tests.support.cases import check_each
from tests.support.harness import Harness

TABLE = Path(__file__).with_name("helped.tsv")
"""Lines with a language, a sentence, and the codes that it says, or "-" for something else."""


def test_what_a_text_says_of_what_was_tried() -> None:
    def check(line: str) -> str | None:
        language, text, wanted = line.split("\t")
        codes = " ".join(sorted(code for _field, code in told_of(text, language))) or "-"
        return None if codes == wanted else f"{text!r} is {codes}, expected {wanted}"

    check_each(TABLE.read_text(encoding="utf-8").splitlines(), check)


_ASKED = (
    ("en", "what helped|what helped me?|what did help", "that is what helped|what helps|it helped"),
    ("de", "was hat geholfen|was hat mir geholfen?", "was hilft|das hat geholfen"),
    ("es", "qué me ayudó|qué ha funcionado", "que ayuda|eso me ayudó"),
    ("fr", "qu'est-ce qui m'a aidé", "qu'est-ce qui aide|c'est ce qui m'a aidé"),
    ("it", "cosa mi ha aiutato|che cosa ha funzionato", "cosa aiuta|mi ha aiutato"),
    ("pt_BR", "o que me ajudou|o que ajudou?", "o que ajuda|isso me ajudou"),
    ("ru", "что помогло|что мне помогло?", "что помогает|это помогло"),
    ("uk", "що допомогло|що мені допомогло?", "що допомагає|це допомогло"),
)
"""Language, questions about what has helped so far, and what is none."""


@pytest.mark.parametrize(("language", "questions", "others"), _ASKED)
def test_a_question_about_the_past_asks_what_has_helped(
    language: str, questions: str, others: str
) -> None:
    said = [*questions.split("|"), *others.split("|")]
    asked = [one for one in said if asks_what_helped(one, language)]
    assert asked == questions.split("|")


async def _tried(harness: Harness) -> list[tuple[str, str | None]]:
    return [(row.relief_tried, row.relief_helped) for row in await harness.rows(Cramp)]


async def test_it_is_kept_with_the_entry_and_can_be_undone(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("stretching helped")
    assert await _tried(harness) == [("stretched", None)]
    said = ann.last
    assert said.words.startswith("Noted what you tried:")
    assert said.buttons == ["Helped a lot", "Helped a bit", "Undo: stretched", "✏️ Change"]
    await ann.taps("Helped a bit")
    assert await _tried(harness) == [("stretched", "a_bit")]
    assert ann.last.buttons[0] == "Undo: helped a bit"
    assert ann.last.words.startswith("Noted what you tried:")  # nothing was edited
    await ann.says("walked it off")
    assert await _tried(harness) == [("stretched,walked", "a_lot")]
    await ann.says("undo")
    assert await _tried(harness) == [("stretched", "a_bit")]
    await ann.taps("Undo: helped a bit", said)
    assert await _tried(harness) == [("stretched", None)]


async def test_it_is_kept_when_it_is_told_with_the_cramp(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp at 3am, walked it off")
    assert await _tried(harness) == [("walked", "a_lot")]
    await ann.says("cramp at 2am in my calf, the massage didn't help")
    await ann.taps("Log a cramp at 02:00 · Calf · Rubbed it · Nothing helped")
    assert await _tried(harness) == [("walked", "a_lot"), ("massaged", "not_at_all")]
    await ann.says("what helped me best?")
    assert ann.last.words.splitlines() == [
        "What helped so far",
        "Walked: helped on 1 of 1 entry",
        "Rubbed it: helped on 0 of 1 entry",
        "That is little to go by so far.",
    ]
    assert ann.last.buttons == ["Relief"]


async def test_one_thing_that_failed_does_not_say_that_nothing_helped(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("walking helped")
    await ann.says("heat pad did nothing")
    assert await _tried(harness) == [("walked", None)]
    assert [row.note for row in await harness.rows(Cramp)] == ["heat pad did nothing"]
    await ann.says("what helped")
    assert "helped on 0" not in ann.last.words
    await ann.says("nothing helped")
    await ann.says("the massage made no difference")
    assert await _tried(harness) == [("walked,massaged", "not_at_all")]
    await ann.says("standing on it helped")
    assert await _tried(harness) == [("stood_on_it,walked,massaged", "unsure")]
    assert ann.last.buttons[:2] == ["Helped a lot", "Helped a bit"]


async def test_how_many_there_were_is_asked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf, strength 7")
    await ann.says("two of them")
    assert ann.last.buttons == ["Another cramp", "How many: 2", "strength 2", "Leave it as it is"]
    await ann.taps("How many: 2")
    rows = await harness.rows(Cramp)
    assert [(row.intensity, row.count_tonight) for row in rows] == [(7, 2)]
    await ann.says("there were two")
    await ann.taps("Another cramp")
    assert ann.last.words.startswith("When was it?")


async def test_it_ends_the_relief_that_goes_on(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.presses("Relief")
    harness.clock.advance(timedelta(minutes=2))
    await ann.says("the massage made no difference")
    assert "It let go" in ann.with_button("It let go").buttons
    assert await _tried(harness) == [("massaged", "not_at_all")]
    await ann.says("standing up did the trick")
    assert await _tried(harness) == [("stood_on_it,massaged", "a_lot")]
    assert [row.duration for row in await harness.rows(Cramp)] == ["1_5min"]


async def test_of_the_last_night_it_is_asked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    harness.clock.advance(timedelta(hours=9))
    await ann.says("walking helped a lot")
    assert await _tried(harness) == [("", None)]
    assert ann.last.words.startswith("Change this entry?")
    await ann.taps("Helped a lot · Walked")
    assert await _tried(harness) == [("walked", "a_lot")]
    await ann.taps(ann.last.buttons[0])
    assert await _tried(harness) == [("", None)]


async def test_without_an_entry_nothing_is_kept(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("what helps most")
    assert ann.last.words.startswith("No entry says yet what helped.")
    await ann.says("stretching helped")
    assert await harness.rows(Cramp) == []
    assert "It let go" in ann.last.buttons
