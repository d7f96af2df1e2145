"""Somebody does not want that a reminder is stopped, or that something is deleted."""

from bot.database.models import Cramp, Kind, Reminder
from bot.features.free_text.meanings.act_values import Keep
from bot.features.free_text.meanings.further_values import RemoveEntry
from bot.features.free_text.meanings.values import Unclear, decode, encode
from bot.features.free_text.rules.keep_rules import to_keep
from tests.support.cases import check_each
from tests.support.harness import Harness

EVERYTHING, STRETCH, DRINKS = Keep(), Keep("stretch"), Keep("hydration")
STAYS: tuple[tuple[str, str, Keep], ...] = (
    ("en", "dont stop my reminder", EVERYTHING),
    ("en", "don't turn my evening reminder off", EVERYTHING),
    ("en", "no, don't delete it", EVERYTHING),
    ("en", "never delete my diary", EVERYTHING),
    ("en", "please don't switch off the stretch reminder", STRETCH),
    ("en", "i don't want you to stop reminding me to drink", DRINKS),
    ("de", "stell die Erinnerung nicht ab", EVERYTHING),
    ("de", "lösch das ja nicht", EVERYTHING),
    ("de", "ich will nicht dass du die Erinnerung löschst", EVERYTHING),
    ("de", "bitte schalte die Dehn-Erinnerung nicht aus", STRETCH),
    ("de", "hör nicht auf mich ans Trinken zu erinnern", DRINKS),
    ("es", "no quiero que borres lo de ayer", EVERYTHING),
    ("es", "no, no lo borres", EVERYTHING),
    ("es", "ni de coña me borres el diario", EVERYTHING),
    ("es", "no vayas a pausar los avisos", EVERYTHING),
    ("es", "ni se te ocurra quitarme el aviso de estirar", STRETCH),
    ("es", "no me quites lo del agua", DRINKS),
    ("fr", "n'enlève surtout pas le rappel du soir", EVERYTHING),
    ("fr", "je veux surtout pas que t'effaces ce que j'ai mis hier", EVERYTHING),
    ("fr", "ne supprime rien", EVERYTHING),
    ("fr", "touche pas à mon rappel d'étirement", STRETCH),
    ("fr", "ne coupe pas le rappel pour l'eau", DRINKS),
    ("it", "non togliere il promemoria della sera", EVERYTHING),
    ("it", "non voglio che cancelli quello di ieri", EVERYTHING),
    ("it", "non smettere di ricordarmi lo stretching", STRETCH),
    ("pt_BR", "não tira o lembrete da noite", EVERYTHING),
    ("pt_BR", "não quero que você apague o de ontem", EVERYTHING),
    ("pt_BR", "não pare de me lembrar de beber água", DRINKS),
    ("ru", "ничего не удаляй", EVERYTHING),
    ("ru", "не хочу чтобы ты удалял", EVERYTHING),
    ("ru", "не переставай напоминать про растяжку", STRETCH),
    ("uk", "не вимикай нагадування", EVERYTHING),
    ("uk", "нічого не видаляй", EVERYTHING),
    ("uk", "не прибирай нагадування про розтяжку", STRETCH),
)
NO_SUCH_WISH: tuple[tuple[str, str], ...] = (
    ("en", "don't not stop it"),
    ("en", "i can't stop the reminders"),
    ("en", "they don't stop"),
    ("en", "why don't you stop"),
    ("en", "the cramp won't stop"),
    ("en", "don't remind me to drink"),
    ("en", "you didn't delete my entry"),
    ("en", "don't delete the entry, it was 4 not 3"),
    ("en", "don't stop the cramp"),
    ("de", "es hört nicht auf"),
    ("de", "der Krampf hört nicht auf"),
    ("de", "ich kann die Erinnerung nicht abschalten"),
    ("de", "nicht aufhören nicht zu erinnern"),
    ("es", "no quita el aviso"),
    ("es", "no, quita el aviso"),
    ("es", "no puedo quitar los avisos"),
    ("es", "no para de dolerme"),
    ("es", "no dejes de no avisarme"),
    ("fr", "ça n'arrête pas"),
    ("fr", "j'arrête pas d'avoir des crampes"),
    ("fr", "j'arrive pas à arrêter les rappels"),
    ("fr", "arrête, pas de rappel"),
    ("fr", "tu n'as pas effacé ma crampe"),
    ("fr", "n'arrête pas de ne pas me rappeler"),
    ("it", "non smette di fare male"),
    ("it", "non riesco a togliere il promemoria"),
    ("it", "no, togli il promemoria"),
    ("pt_BR", "não para de doer"),
    ("pt_BR", "não consigo tirar o lembrete"),
    ("pt_BR", "não, tira o lembrete"),
    ("ru", "не выключается"),
    ("ru", "не могу отключить напоминания"),
    ("ru", "нет, удали"),
    ("uk", "не вимикається"),
    ("uk", "не можу вимкнути нагадування"),
    ("uk", "ні, видали"),
)
UNSURE: tuple[tuple[str, str], ...] = (
    ("en", "not sure if I should delete it"),
    ("de", "weiß nicht ob ich das löschen soll"),
    ("es", "no sé si borrarlo"),
    ("fr", "je sais pas si je dois l'effacer"),
    ("it", "non so se cancellarlo"),
    ("pt_BR", "não sei se devo apagar"),
    ("ru", "не знаю, удалить ли"),
    ("uk", "не знаю чи видаляти"),
)


def test_what_is_to_stay() -> None:
    def check(row: tuple[str, str, Keep]) -> str | None:
        language, text, keep = row
        found = to_keep(text, language)
        return None if found == keep else f"{text!r} is {found}, expected {keep}"

    check_each(STAYS, check)


def test_no_wish_that_something_stays() -> None:
    def check(row: tuple[str, str]) -> str | None:
        found = to_keep(row[1], row[0])
        return None if found is None else f"{row[1]!r} is {found}"

    check_each(NO_SUCH_WISH, check)


def test_whether_to_delete_is_asked_with_leaving_it_first() -> None:
    def check(row: tuple[str, str]) -> str | None:
        found = to_keep(row[1], row[0])
        return None if found == Unclear((EVERYTHING, RemoveEntry())) else f"{row[1]!r} is {found}"

    check_each(UNSURE, check)


def test_unknown_words_are_asked_about() -> None:
    assert to_keep("don't stop the zumba reminder", "en") == Unclear((EVERYTHING,))


def test_a_button_carries_it() -> None:
    for keep in (EVERYTHING, STRETCH):
        assert decode(encode(keep)) == keep


async def test_a_reminder_and_an_entry_stay(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("dont stop my reminder to stretch")
    assert ann.last.words.startswith("All right, nothing is changed.\n🌙 Stretch: on")
    assert ann.last.buttons == ["Reminders"]
    await ann.says("don't delete anything")
    assert ann.last.words == (
        "All right, everything stays as it is. Nothing is switched off, and nothing is deleted."
    )
    await ann.says("not sure if i should delete it")
    assert ann.last.buttons[:2] == ["Leave it as it is", "Remove the last entry"]
    await ann.taps("Leave it as it is")
    (cramp,) = await harness.rows(Cramp)
    assert cramp.deleted_at is None
    stretch = next(one for one in await harness.rows(Reminder) if one.kind is Kind.STRETCH)
    assert stretch.enabled
