"""A wish that something stays as it is: "don't stop my reminder", "delete nothing". Pure.

It is read from the text, for only some forms of a verb are a wish: Spanish "no quites" is one, "no
quita" may be "no, take it off". What cannot be switched off, what did not stop and a second
negation are no such wish.
"""

import re
from collections.abc import Mapping

from bot.features.free_text.meanings.act_values import Keep
from bot.features.free_text.meanings.further_values import RemoveEntry
from bot.features.free_text.meanings.values import Unclear
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.rules.reminder_rules import KINDS
from bot.features.free_text.understanding.sentence import Understood
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.tokens import Token

MOST_UNKNOWN = 2
"""Unknown words with which it is still asked, such as the name of an own reminder."""
_ANSWER = re.compile(
    r"(?:(?:no|nein|non|nao|нет|ні)(?: ?[,.!]+ ?| (?=(?:no|non|nao|не|don ?t|do not|surtout)\b)))+"
)
"""An answer before the wish: "no, don't delete it"."""
_DE_VERBS = (
    r"(?:(?:aus|ab|stumm)(?:zu)?schalt|losch|(?:ab|ein)stell|ausmach|abmach|stopp|entfern|pausier"
    r"|beend|deaktivier|(?:weg|raus)(?:zu)?(?:nehm|mach|tu)|aufhor|aufzuhor|anfass|anruhr)\w*"
)
_FR_VERBS = (
    r"(?:arret|enlev|supprim|effac|desactiv|coup|vir|retir|annul|stopp|etein|debranch|touch)"
    r"(?:e|es|er|ez)\b"
    r"|met(?:s|tre|tez) (?:\w+ ){0,3}en pause"
)
_WISHES: Mapping[str, str] = {
    "en": (
        r"(?<!they )(?<!it )(?<!why )(?<!you )(?<!cramps )"
        r"\b(?:do not|don ?t|never|(?:please|rather) not|want (?:you|it) not to|no need to)"
        r" (?:(?:you|ever|dare|please|want|to|go|and|just|even|think|about|have|be|it|that|them) )*"
        r"(?:stop(?:ping|ped)?|(?:turn|switch)(?:ing|ed)?(?= (?:\w+ ){0,5}off\b)|delet(?:e|ing|ed)"
        r"|eras(?:e|ing|ed)|remov(?:e|ing|ed)|paus(?:e|ing|ed)|cancel|disable|mute|silence|clear"
        r"|wipe|get rid of|take away|throw away|touch)\b"
    ),
    "de": (
        r"(?<!ich )(?<!sie )(?<!es )(?<!krampfe )\b(?:losch|schalt|stell|mach|nimm|stopp|pausier"
        r"|entfern|beend|deaktivier|hor|fass)(?:e|en sie)?\b(?P<what>(?: \w+){0,6}?)"
        r" (?:ja |bloss |bitte |doch |auf keinen fall )*(?:nicht|nix|nichts|net|ned)\b"
        r"(?: (?:ab|aus|weg|raus|auf|stumm|an)\b)?"
        r"|\b(?:nicht|nichts|nix|net|ned|auf keinen fall|keinesfalls)"
        r"(?P<what2>(?: (?!kann|geht|konnte)\w+){0,5}?) (?:zu )?" + _DE_VERBS
    ),
    "es": (
        r"\b(?:no|nunca|jamas|ni) (?:(?:me|te|se|le|lo|la|los|las|nos|quiero|querria|queria|que"
        r"|quisiera|vayas|vaya|a|ocurra|por|favor|hace|falta|hay|tienes|necesito|de|cona|loco|loca"
        r"|broma|hagas|caso) )*"
        r"(?:(?:quit|borr|par|paus|cancel|desactiv|elimin|silenci|cort)(?:es?|ar(?:me|lo|la|los|las)?)"
        r"|(?:apagu|saqu|toqu)es?|(?:apag|sac|toc)ar(?:me|lo|la|los|las)?|suprim(?:as?|ir)"
        r"|dej(?:es?|ar) de|pon(?:gas?|er) (?:\w+ ){0,3}en pausa)\b"
    ),
    "fr": (
        r"(?<!ca )(?<!ca n )(?<!ca s )(?<!s )(?<!je n )(?<!j )(?<!elle )(?<!elle n )(?<!il )"
        rf"(?<!il n )\b(?:{_FR_VERBS})(?: (?:moi|le|la|les|surtout|donc|jamais))*?"
        r" (?:pas|rien)\b|(?<!peux )(?<!peut )(?<!arrive )(?<!sais )(?<!sait )"
        r"(?<!\bas )(?<!\ba )(?<!\bai )(?<!ont )"
        r"\bpas (?:(?:que|qu|t|tu|vous|on|me|m|le|la|les|l|question|de|d|a|surtout|peine|besoin"
        rf"|envie) )*(?:{_FR_VERBS})"
    ),
    "it": (
        r"\bnon (?:(?:mi|ti|ci|me|lo|la|li|le|voglio|vorrei|che|azzardarti|azzardare|provare|a|devi"
        r"|deve|serve|occorre|bisogna|per|favore) )*"
        r"(?:(?:cancell|elimin|lev|disattiv|ferm|butt|tocc|blocc)(?:ar\w+|i|ate|iate)"
        r"|(?:toglie|spegne|smette|rimuove|sospende|interrompe)(?:r\w+|te)"
        r"|tolga|spenga|smetta|rimuova|sospenda|interrompa"
        r"|(?:metter\w*|metta) (?:\w+ ){0,3}in pausa)\b"
    ),
    "pt_BR": (
        r"\b(?:nao|n|nunca|jamais|nem) (?:(?:me|o|a|os|as|quero|queria|que|voce|vc|e|pra|para|vai"
        r"|va|precisa|de|por|favor|ouse|se|atreva|deve|pense|em) )*"
        r"(?:(?:tir|delet|cancel|desativ|silenci|elimin|paus)(?:a|e|es|ar)|apag(?:a|ue|ues|ar)"
        r"|exclu(?:i|a|ir)|remov(?:a|e|er)|deslig(?:a|ue|ues|ar)|mex(?:a|e|er)|pare|parar"
        r"|(?:para|deixa|deixe|deixar) de(?= (?:me )?(?:lembr|avis|mand)))\b"
    ),
    "ru": (
        r"(?:\bпока )?\bне (?:(?:надо|нужно|хочу|стоит|вздумаи|вздумаите|смеи|смеите|чтобы|чтоб"
        r"|ты|вы|мне|мои|мое|это|его|ее|их|пожалуиста) )*"
        r"(?:(?:выключа|отключа|убира|удаля|стира|останавлива|прекраща|снима|отменя|выруба"
        r"|перестава)(?:и|ите|ть)|трога(?:и|ите|ть)(?! меня)"
        r"|(?:выключи|отключи|удали|убери|сотри)(?:те|ть)?|убрать|стереть"
        r"|(?<=обы [тв]ы )(?:удаля|убира|отключа|выключа|стира)л[аи]?)\b"
    ),
    "uk": (
        r"\bне (?:(?:треба|потрібно|хочу|варто|сміи|здумаи|щоб|ти|ви|мені|моі|моє|це|иого|іі|іх"
        r"|будь|ласка) )*"
        r"(?:(?:вимика|відключа|прибира|видаля|стира|зупиня|припиня|зніма|виключа|перестава)"
        r"(?:и|ите|ти)|(?:вимкни|відключи|видали|прибери|зітри|зупини|забери)(?:ть|те)?"
        r"|чіпа(?:и|ите|ти)(?! мене)|вимкнути|видалити|прибрати|стерти|зупинити|припинити"
        r"|(?<=щоб [тв]и )(?:видаля|прибира|вимика|стира)(?:в|ла|ли))\b"
    ),
}
"""Language → pattern of folded words that ask not to stop or delete something."""
_NEGATIONS: Mapping[str, str] = {
    "en": r"don ?t|not|never|without|nothing|no",
    "de": r"nicht|nix|nichts|net|ned|nie|niemals|kein\w*|ohne",
    "es": r"no|sin",
    "fr": r"pas|rien|sans",
    "it": r"non|senza",
    "pt_BR": r"nao|n|sem",
    "ru": r"не|без",
    "uk": r"не|без",
}
"""Language → pattern of negations; a second one would reverse the first."""
_GOES_ON = re.compile(r"stop|arret|\bpar|hor|smett|ferm|перест|прекра|припин|зупин|останав")
"""Verbs that are also said of cramps: "it doesn't stop" asks for nothing to be kept."""
_UNSURE = re.compile(
    r"\b(?:(?:don ?t know|not sure|unsure|dunno) (?:if|whether)|weiss (?:\w+ ){0,2}nicht ob"
    r"|nicht sicher ob|no (?:se|tengo claro|estoy segur[oa]) (?:de )?si|sais (?:\w+ ){0,2}si"
    r"|non so (?:\w+ )?se|non sono sicur[oa] se|nao sei se|не знаю|не уверена?|не впевнен[аи]?)"
    r",?(?: \w+){0,4}? (?:delet|remov|eras|losch|entfern|borr|elimin|quit|effac|supprim|enlev|retir"
    r"|cancell|toglie|apag|exclu|удал|стер|убра|видал|прибра)\w*"
)
"""Words of somebody who is unsure whether to remove an entry: "not sure if I should delete it"."""
_MAY_STAY = frozenset(
    {
        *KINDS,
        *("REMINDER", "REMIND", "DONT_REMIND", "TURN_OFF", "PAUSE", "MUTE", "DELETE", "NOT", "ALL"),
        *("ENTRY", "LAST", "NOTE", "HISTORY", "MEDICINE", "DAILY", "NOW", "THANKS", "HELLO"),
        *(
            "COMMON",
            "MOST_OFTEN",
            "FILLER",
            "ALSO",
            "ON",
            "OF",
            "AT",
            "IN",
            "FOR",
            ",",
            ";",
            ".",
            "-",
            "!",
        ),
        *("TODAY", "TONIGHT", "YESTERDAY", "LAST_NIGHT", "THIS_NIGHT", "THIS_MORNING"),
        *("EVENING", "NIGHT", "MORNING", "AFTERNOON", *(f"DAY{number}" for number in range(7))),
        *EVENTS,
    }
)
"""Concepts that may stand beside the wish: they name what is to stay."""
_GIVEN_UP = tuple(
    {*joined, *changed}
    for joined in ((), (",",), ("MEANT",), (",", "MEANT"))
    for changed in (("NEVER_MIND",), ("UNDO", "MAYBE"))
)
_WANTED = frozenset({"FILLER", "COMMON"})
_COMPILED = {language: re.compile(wish) for language, wish in _WISHES.items()}
_DENIED = {name: re.compile(rf"\b(?:{words})\b") for name, words in _NEGATIONS.items()}


def to_keep(text: str, language: str) -> Understood:
    """What a text asks to leave as it is; a question when some words are unknown.

    Returns:
        None when the text asks for no such thing.
    """
    if "?" in text or len(text) > LONGEST_SENTENCE or language not in _COMPILED:
        return None
    said = _ANSWER.sub("", fold(text), count=1)
    if _UNSURE.search(said) is not None:
        return Unclear((Keep(), RemoveEntry()))
    if _is_given_up(lex(text, language, LONGEST_SENTENCE)):
        return Keep()
    wish = _COMPILED[language].search(said)
    if wish is None or len(_DENIED[language].findall(said)) > 1:
        return None
    within = [words for words in wish.groupdict().values() if words]
    rest = lex(
        " ".join((said[: wish.start()], *within, said[wish.end() :])), language, LONGEST_SENTENCE
    )
    return _kept(rest, wish[0])


def _is_given_up(tokens: list[Token]) -> bool:
    """Whether a wish to erase is given up: "I wanted to erase all, but I changed my mind"."""
    kinds = [token.kind for token in tokens if token.is_known and token.kind not in _WANTED]
    is_clear = sum(not token.is_known for token in tokens) <= 1
    return is_clear and kinds[:1] == ["ERASE"] and {*kinds[1:]} in _GIVEN_UP


def _kept(rest: list[Token], wish: str) -> Understood:
    kinds = {token.kind for token in rest if token.is_known}
    unknown = sum(not token.is_known for token in rest)
    is_cramp = not kinds.isdisjoint(EVENTS) and _GOES_ON.search(wish) is not None
    if not kinds <= _MAY_STAY or unknown > MOST_UNKNOWN or is_cramp:
        return None
    about = {KINDS[kind] for kind in kinds if kind in KINDS}
    keep = Keep(about.pop() if len(about) == 1 else "")
    return Unclear((keep,)) if unknown else keep
