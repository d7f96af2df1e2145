"""Typed emergencies, despair, and questions: sentences of people, in eight languages."""

import json
import re
import tomllib
from pathlib import Path
from types import UnionType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.cramps.signs import SIGNS, Tier
from bot.features.emergency.handlers import CARDS
from bot.features.emergency.lists import WORDS, concepts, rules
from bot.features.emergency.matching import Found, find
from bot.features.emergency.misspellings import begins_one_letter_off, is_one_letter_off
from bot.features.emergency.patterns import Group, patterns_of
from bot.features.emergency.preparation import words_of
from bot.features.emergency.reading import (
    EMERGENCY_SIGNS,
    TODAY_SIGNS,
    TOO_MUCH,
    Crisis,
    Doubt,
    Emergency,
    Question,
    Soon,
    Today,
    Treated,
    read,
)
from bot.features.emergency.rules import Context
from bot.features.health_profile import medicine_names
from bot.features.learn.cards import NAMES
from bot.features.registry import FEATURES
from bot.i18n.translator import available_languages, translator
from bot.local_time.place_index import zones_by_place
from tests.support.cases import check_each
from tests.support.handlers import labels_of

CONTEXT = {*Context.__dataclass_fields__, "between"}
"""Concepts that are no part of a sign, and change what one means."""
SADDLE_AND_LEGS = Emergency(("numb_saddle", "leg_cold", "legs_weak"))
SENTENCES = Path(__file__).parent / "sentences"
TYPED = Path(__file__).parent / "typed"
AWKWARD = {
    "emergency contact none",
    "slept on my arm, it tingled",
    "my foot was numb for a second after sitting",
    "collapsed on the sofa tired",
}
"""Harmless sentences that may be taken for danger: the reference's own four."""


def sentences(language: str) -> dict[str, Any]:
    return tomllib.loads((SENTENCES / f"{language}.toml").read_text(encoding="utf-8"))


def of_kind(found: Found, kind: str, category: str) -> bool:
    match kind:
        case "emergency":
            return category in found.emergency
        case "today":
            return category in found.same_day and not (found.emergency or found.crisis)
        case "crisis":
            return found.crisis
    return False


def test_there_are_enough_sentences_in_every_language() -> None:
    for language in available_languages():
        told = sentences(language)
        danger = [
            one for kind in ("emergency", "crisis") for some in told[kind].values() for one in some
        ]
        assert len(danger) >= 60
        assert len(told["harmless"]) >= 40


@pytest.mark.parametrize("language", available_languages())
def test_no_danger_is_missed(language: str) -> None:
    told = sentences(language)
    missed = [
        (kind, category, sentence)
        for kind in ("emergency", "today", "crisis")
        for category, some in told[kind].items()
        for sentence in some
        for shown in (sentence, sentence.upper(), f"Hello 👋\n{sentence} 😰 pls!!")
        if not of_kind(find(shown), kind, category)
    ]
    assert missed == []


@pytest.mark.parametrize("language", available_languages())
def test_everyday_words_of_danger_are_not_missed(language: str) -> None:
    everyday = sentences(language)["everyday"]
    assert len(everyday) >= 60
    assert [one for one in everyday if not isinstance(read(one), Emergency | Crisis)] == []


def typed(language: str) -> list[tuple[str, str]]:
    """Kind and sentence, as people type who do not know the lists."""
    lines = (TYPED / f"{language}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(kind, sentence) for kind, sentence in (line.split("\t") for line in lines)]


@pytest.mark.parametrize("language", available_languages())
def test_danger_in_plain_words_is_not_missed(language: str) -> None:
    """What is for today may be taken for an emergency, nothing the other way round."""
    enough: dict[str, type | UnionType] = {
        "emergency": Emergency | Crisis,
        "crisis": Crisis,
        "today": Today | Emergency,
        "soon": Soon,
    }
    told = [row for row in typed(language) if row[0] != "harmless"]
    assert len(told) >= 90
    assert [row for row in told if not isinstance(read(row[1]), enough[row[0]])] == []


@pytest.mark.parametrize("language", available_languages())
def test_words_that_look_alike_are_no_emergency(language: str) -> None:
    """Swelling of years ago may still be asked about today."""
    told = [sentence for kind, sentence in typed(language) if kind == "harmless"]
    assert len(told) >= 40
    assert [one for one in told if isinstance(read(one), Emergency | Crisis)] == []


@pytest.mark.parametrize("language", available_languages())
def test_what_is_harmless_is_left_alone(language: str) -> None:
    flagged = [
        sentence
        for sentence in sentences(language)["harmless"]
        if not isinstance(read(sentence), Question | None)
    ]
    assert flagged == []


@pytest.mark.parametrize("language", available_languages())
def test_what_tells_a_night_is_no_question(language: str) -> None:
    asked = [
        sentence
        for sentence in sentences(language)["harmless"]
        if any(character.isdigit() for character in sentence)
        and isinstance(read(sentence), Question)
    ]
    assert asked == []


@pytest.mark.parametrize("language", available_languages())
def test_questions_find_their_card(language: str) -> None:
    told = sentences(language)["questions"]
    wrong = [
        (category, sentence)
        for category, some in told.items()
        for sentence in some
        if not (isinstance(got := read(sentence), Question) and got.category == category)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "woke at 3 with a cramp, took magnesium",
        "took magnesium last night, cramp anyway",
        "nachts um 3 Krampf, Magnesium genommen",
        "me desperté a las 3 con calambre, tomé magnesio",
        "acordei às 3 com cãibra, tomei magnésio",
        "réveillée à 3 h par une crampe, pris du magnésium",
        "проснулась в 3 от судороги, приняла магний",
        "sveglia alle 3 per un crampo, preso magnesio",
        "прокинулась о 3 від судоми, прийняла магній",
    ],
)
def test_an_entry_of_the_diary_is_no_question(text: str) -> None:
    assert read(text) is None


# The lists ---------------------------------------------------------------------------------------


def every_alternative() -> list[tuple[str, str, str, str]]:
    """Kind, category, language and a text for every alternative of the lists."""
    data = json.loads(WORDS.read_text(encoding="utf-8"))
    lists = {kind: data[kind] for kind in ("emergency", "today")}
    lists["crisis"] = {"crisis": data["crisis"]}
    made = []
    for kind, categories in lists.items():
        for category, languages in categories.items():
            for language, patterns in languages.items():
                for pattern in patterns_of(patterns):
                    most = max(len(group.phrases) for group in pattern.groups)
                    made += [
                        (
                            kind,
                            category,
                            language,
                            " xx ".join(words(group, turn) for group in pattern.groups),
                        )
                        for turn in range(most)
                    ]
    return made


def words(group: Group, turn: int) -> str:
    return " ".join(word.letters for word in group.phrases[turn % len(group.phrases)])


def test_every_word_of_every_list_is_found() -> None:
    alternatives = every_alternative()
    assert len(alternatives) > 2000
    missed = [one for one in alternatives if not of_listed(find(one[3]), one[0], one[1])]
    assert missed == []


def of_listed(found: Found, kind: str, category: str) -> bool:
    """Whether a category was found, maybe beside others."""
    if kind == "crisis":
        return found.crisis
    return category in (found.emergency if kind == "emergency" else found.same_day)


def test_every_category_has_a_sign_of_its_card() -> None:
    data = json.loads(WORDS.read_text(encoding="utf-8"))
    assert set(EMERGENCY_SIGNS) == {*data["emergency"], *rules()["emergency"]}
    assert {*TODAY_SIGNS, "labour"} == {*data["today"], *rules()["today"]}
    assert set(rules()["soon"]) <= set(SIGNS[Tier.SOON])
    signs = {one for some in EMERGENCY_SIGNS.values() for one in some}
    assert signs == {*SIGNS[Tier.EMERGENCY], TOO_MUCH} & signs
    assert set(TODAY_SIGNS.values()) <= set(SIGNS[Tier.URGENT])


def test_every_language_has_words_for_every_concept() -> None:
    known = concepts()
    assert set(known) == {"en", "de", "es", "pt", "fr", "ru", "it", "uk"}
    texts = [text for one in rules().values() for text in one.values()]
    texts.append(WORDS.read_text(encoding="utf-8"))
    used = {name for text in texts for name in re.findall(r"@(\w+)", text)}
    assert {language: used ^ (set(named) - CONTEXT) for language, named in known.items()} == {
        language: set() for language in known
    }
    assert all(set(named) >= CONTEXT for named in known.values())


def test_no_beginning_of_a_word_is_empty_or_cut() -> None:
    """A bracket that is not closed would make words that nobody types."""
    odd = [
        (language, name, word.letters)
        for language, named in concepts().items()
        for name, text in named.items()
        for pattern in patterns_of(text)
        for group in pattern.groups
        for phrase in group.phrases
        for word in phrase
        if not re.fullmatch(r"\w+|#(\d+-\d+)?", word.letters)
    ]
    assert odd == []


def test_brackets_stand_within_brackets() -> None:
    """Else "I fell and can't get up" would be no danger, as its list has such brackets."""
    (pattern,) = patterns_of("cant (get (back |)up|stand (on it|up))")
    (group,) = pattern.groups
    told = [" ".join(word.letters for word in phrase) for phrase in group.phrases]
    assert told == ["cant get back up", "cant get up", "cant stand on it", "cant stand up"]


def test_no_concept_multiplies_into_thousands_of_phrases() -> None:
    """Every alternative of a bracket is multiplied with those of the others, in memory."""
    counts = {
        (language, name): sum(
            len(group.phrases) for pattern in patterns_of(text) for group in pattern.groups
        )
        for language, named in concepts().items()
        for name, text in named.items()
    }
    assert {one: count for one, count in counts.items() if count > 1_000} == {}


def test_every_question_has_a_card() -> None:
    data = json.loads(WORDS.read_text(encoding="utf-8"))
    assert set(CARDS) == set(data["questions"])
    assert set(CARDS.values()) <= set(NAMES)


def test_every_list_has_all_languages() -> None:
    data = json.loads(WORDS.read_text(encoding="utf-8"))
    expected = {"en", "de", "es", "pt", "fr", "ru", "it", "uk"}
    lists = [*data["emergency"].values(), *data["today"].values(), *data["questions"].values()]
    for one in (*lists, data["crisis"], data["asking"], data["told"], data["harmless"]):
        assert set(one) == expected


# What is read in what ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("chest pain", Emergency(("chest",))),
        ("I can't breathe and my leg is swollen", Emergency(("leg_and_breath", "breath"))),
        ("chest pain and I fainted", Emergency(("chest", "faint"))),
        ("call an ambulance", Emergency(())),
        ("I want to die, my chest hurts", Crisis()),
        ("my leg is swollen and hot", Today(("one_leg",))),
        ("pregnant and my leg is swollen", Today(("pregnant_leg",))),
        ("contractions every five minutes", Today((), is_labour=True)),
        ("does magnesium help?", Question("magnesium")),
        ("банани чи магній, що допомагає?", Question("magnesium")),
        ("can it be a lack of magnesium?", Question("lack_of_magnesium")),
        ("¿será falta de magnesio?", Question("lack_of_magnesium")),
        ("мне магния не хватает?", Question("lack_of_magnesium")),
        ("чи це нестача магнію?", Question("lack_of_magnesium")),
        ("is magnesium ok with my blood thinner medication?", Question("beside_medicine")),
        ("Darf ich Magnesium zu den Blutdrucktabletten nehmen?", Question("beside_medicine")),
        ("du magnésium avec mes cachets pour la tension, je peux ?", Question("beside_medicine")),
        ("can I take magnesium if my kidneys are weak?", Question("beside_medicine")),
        ("posso prendere il magnesio con i reni malati?", Question("beside_medicine")),
        ("posso tomar magnésio se meu rim é fraco?", Question("beside_medicine")),
        ("можно магний если почки больные?", Question("beside_medicine")),
        ("why do I get cramps, is it low magnesium?", Question("why")),
        ("stroked", None),
        ("", None),
    ],
)
def test_the_most_serious_reading_counts(text: str, reading: object) -> None:
    assert read(text) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("no chest pain, only a cramp", None),
        ("no, my chest hurts", Emergency(("chest",))),
        ("my chest does not hurt, just the calf", None),
        ("not having chest pain", None),
        ("no chest pain or trouble breathing", None),
        ("without any chest tightness or faintness, only the calf", None),
        ("weder Brustschmerz noch Atemnot", None),
        ("ni douleur à la poitrine ni essoufflement, juste le mollet", None),
        ("no me duele el pecho", None),
        ("não estou com dor no peito nem falta de ar", None),
        ("в груди не болит, дышу нормально, просто икру свело", Doubt("chest")),
        ("no palpitations since the new tablets", None),
        ("no siento las piernas ni la entrepierna", SADDLE_AND_LEGS),
        ("no chest pain, but my face droops", Emergency(("face_arm", "speech"))),
        ("the doctor asked if I had chest pain", Doubt("chest")),
        ("he had a heart attack in 1998", Doubt("chest")),
        ("broke my ankle last week, cramps in that leg, shall I stretch?", Treated()),
        ("the physio told me not to stretch", Treated()),
        ("Muskelfaserriss in der Wade, darf ich dehnen?", Treated()),
        ("Wadenbein gebrochen und Krämpfe im Gips", Treated()),
        ("me operaron de la rodilla y me dio un calambre", Treated()),
        ("déchirure musculaire, je peux étirer ?", Treated()),
        ("ho la gamba ingessata e crampi", Treated()),
        ("tô com a perna engessada e dá cãibra", Treated()),
        ("перелом лодыжки, судорога ночью", Treated()),
        ("лікар заборонив розтяжку", Treated()),
        ("the kidney doctor says no magnesium", Treated("food")),
        ("der Arzt sagt kein Magnesium", Treated("food")),
        ("el médico dice nada de magnesio", Treated("food")),
        ("le docteur a dit pas de magnésium", Treated("food")),
        ("il dottore dice niente magnesio", Treated("food")),
        ("o médico disse nada de magnésio", Treated("food")),
        ("врач сказал без магния", Treated("food")),
        ("лікар сказав без магнію", Treated("food")),
        ("my doctor told me not to drink more than a litre a day", Treated("drinks")),
        ("ich darf nicht mehr als einen Liter trinken", Treated("drinks")),
        ("le médecin dit pas plus d'un litre par jour", Treated("drinks")),
        ("не можна більше літра води", Treated("drinks")),
        ("I should not drink so much water before bed", None),
        ("ich soll nicht so viel Wasser vor dem Schlafen trinken", None),
        ("I shouldn't forget my magnesium", None),
        ("je ne dois pas oublier mon magnésium", Question("magnesium")),
        ("нельзя забыть магний", Question("magnesium")),
        ("не можна забути магній", Question("magnesium")),
        ("doctor said no worries, take magnesium", None),
        ("doctor said no cramps because of magnesium", None),
        ("Arzt sagt kein Problem Magnesium zu nehmen", None),
        ("last year just one leg was swollen and red", Doubt("one_leg")),
        ("vor Jahren war nur ein Bein geschwollen und rot", Doubt("one_leg")),
        ("el año pasado solo se me hinchó una pierna", Doubt("one_leg")),
        ("leg warm under the blanket, out of breath after stairs", Today(("one_leg",))),
        ("I broke my leg in 2005 and have a cramp", None),
        ("no surgery, no fracture, only a cramp", None),
        ("j'ai pas envie de m'étirer", None),
        ("put a plaster on the blister, cramp at 3", None),
        ("remind me at 9 to ask about the broken ankle and cramps", None),
        ("broken ankle, cramp, and the calf is swollen and hot", Today(("one_leg",))),
        ("pulse 180 and dizzy", Emergency(("heart",))),
        ("pulse 80 and a cramp", None),
        ("oxygen says 84", Emergency(("breath",))),
        ("oxygen says 96", None),
        ("грудь не болит, только икра", None),
        ("грудь болит и не проходит", Emergency(("chest",))),
        ("kann nicht schlafen, die Brust tut weh", Emergency(("chest",))),
        ("mein Bein ist noch geschwollen", Today(("one_leg",))),
        ("je ne sens plus mes jambes", Emergency(("leg_cold", "legs_weak"))),
        ("мне вдохнуть толком не могу", Emergency(("breath",))),
        ("my chest tightens when I see the bill", Doubt("chest")),
        ("if I had chest pain I would call", Doubt("chest")),
        ("ho avuto una trombosi dieci anni fa", Doubt("one_leg")),
        ("мама впала і не може встати", Emergency(())),
        ("she fell and one leg is shorter", Emergency(())),
        ("grandad had double the insulin by mistake", Emergency(("too_much",))),
        ("the doctor doubled my insulin", Doubt("too_much")),
        ("tingling in my feet at night", Soon(("numb",))),
        ("sudden tingling in my foot", Today(("new_weakness",))),
        ("my mother had a stroke ten years ago", Doubt("face_arm")),
        ("my legs turned to jelly after leg day", Doubt("legs_weak")),
        ("watched a film and my chest hurts", Doubt("chest")),
        ("chest pain went away", Doubt("chest")),
        ("I took all my tablets", Doubt("too_much")),
        ("habe alle meine Tabletten genommen", Doubt("too_much")),
        ("me tomé todas las pastillas", Doubt("too_much")),
        ("j'ai pris tous mes cachets", Doubt("too_much")),
        ("ho preso tutte le mie pastiglie", Doubt("too_much")),
        ("tomei todos os meus remédios", Doubt("too_much")),
        ("выпил все свои таблетки", Doubt("too_much")),
        ("випив усі свої таблетки", Doubt("too_much")),
        ("both ankles swollen for days", Soon(("both_swollen",))),
        ("one ankle swollen for days", Today(("one_leg",))),
        ("my speech got less clear over the last weeks", Soon(("slow_speech",))),
        ("suddenly my speech is slurred", Emergency(("face_arm", "speech"))),
        ("pregnant, my hands and face swelled up overnight", Today(("pregnant_signs",))),
        ("my tongue swelled up overnight", Emergency(("allergy",))),
    ],
)
def test_what_stands_beside_it_changes_the_reading(text: str, reading: object) -> None:
    assert read(text) == reading


@pytest.mark.parametrize("awkward", sorted(AWKWARD))
def test_what_is_awkward_is_one_card_too_many_at_most(awkward: str) -> None:
    assert not isinstance(read(awkward), Crisis)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("grud bolit i davit", Emergency),
        ("bolyt u hrudyakh", Emergency),
        ("litso perekosilo", Emergency),
        ("ne hochu zhit", Crisis),
        ("hochu umeret", Crisis),
        ("ne khochu zhyty", Crisis),
        ("odna noga opuhla i goryachaya", Today),
    ],
)
def test_russian_and_ukrainian_in_latin_letters(typed: str, kind: type) -> None:
    assert isinstance(read(typed), kind)


def test_no_button_of_the_keyboard_is_a_sign() -> None:
    labels = {
        label
        for language in available_languages()
        for feature in FEATURES
        for label in labels_of(feature, translator(language))
    }
    assert len(labels) >= 12
    check_each(sorted(labels), lambda label: f"{label} is {read(label)}" if read(label) else None)


def test_no_city_is_a_sign_or_a_question() -> None:
    names = place_names()
    assert len(names) > 1000
    check_each(names, lambda name: f"{name} is {read(name)}" if read(name) else None)


def test_no_medicine_is_a_sign() -> None:
    """Names are beginnings of words, with "_" for a space."""
    lists = [one for name, one in vars(medicine_names).items() if name.isupper()]
    names = {name for one in lists for name in str(one).split() if name.isalpha()}
    assert len(names) > 300

    def check(name: str) -> str | None:
        found = read(name)
        return None if isinstance(found, Question | None) else f"{name} is {found}"

    check_each(sorted({*names, "тромбо АСС 100 мг", "Tromboass"}), check)


def place_names() -> list[str]:
    return sorted(zones_by_place())


# Getting the message ready -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Can't  BREATHE!!!", ["cant", "breathe"]),
        ("J’ai mal à la poitrine", ["jai", "mal", "a", "la", "poitrine"]),
        ("ВСЁ ЕЩЁ, сожжёт ЙОГ", ["все", "еще", "сожжет", "йог"]),
        ("Fuß, Größe", ["fuss", "grosse"]),
        ("nooooo paaain", ["noo", "paain"]),
        ("chest\u200bpain a\u0301", ["chestpain", "a"]),
        ("cœur", ["coeur"]),
        ("М’ʼяз, її ґанок", ["мяз", "іі", "ґанок"]),
        ("call 911-now_x", ["call", "911", "now", "x"]),
    ],
)
def test_getting_ready(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("typed", "word", "is_off"),
    [
        ("seisure", "seizure", True),
        ("siezure", "seizure", True),
        ("seizur", "seizure", True),
        ("seiizure", "seizure", True),
        ("seizure", "seizure", False),
        ("painting", "fainting", False),
        ("seisurre", "seizure", False),
    ],
)
def test_one_letter_off(typed: str, word: str, is_off: bool) -> None:
    assert is_one_letter_off(typed, word) is is_off


@pytest.mark.parametrize(
    ("typed", "stem", "is_off"),
    [
        ("palpitatoins", "palpitat", False),
        ("palpiations", "palpitat", True),
        ("plapitations", "palpitat", True),
        ("pallpitations", "palpitat", True),
        ("palpimations", "palpitat", True),
        ("palpita", "palpitat", False),
    ],
)
def test_a_beginning_one_letter_off(typed: str, stem: str, is_off: bool) -> None:
    assert begins_one_letter_off(typed, stem) is is_off


@pytest.mark.parametrize("text", ["stroked", "painting all day", "cooking", "grasping", "shopping"])
def test_a_real_word_is_no_misspelling(text: str) -> None:
    assert find(text) == Found()


@given(st.text(max_size=300) | st.text("acehnoprst 'é+*(|);ß\n", max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    read(text)
    read(f"{text} chest pain")


@pytest.mark.parametrize("piece", ["a", "no ", "chest ", "pain", "(|*;+", "j'", "e\u0301", "ﷺ"])
def test_a_long_text_is_read_in_little_time(piece: str) -> None:
    """Time that grows with the square of the length would take minutes here."""
    long = piece * (200_000 // len(piece))
    assert len(words_of(long[:5_000])) <= 5_000
    read(long)
