"""A question about what has helped so far: "what helped me best?", "what works most often". Pure.

It is read from the text. Each language has lists of folded words: what asks, what helps, what
speaks of the past or compares, and what may stand beside these. A text with any other word, such as
"now" or "magnesium", asks something else. A text that begins with "what" needs no such word if what
helps is in the past: "what helped".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.vocabulary.folding import fold


@dataclass(frozen=True)
class _Words:
    """The words of a language, as parts of patterns, with spaces between them."""

    asks: str
    helps: str
    compares: str
    besides: str
    until_now: str
    """What says "so far" with a word for "now"."""
    what: str
    """How a question begins that needs no comparing word."""
    has_helped: str
    """What helped, in the past."""


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "what whats which anything something",
        "help(?:s|ed|ing)? work(?:s|ed|ing)? eas(?:es|ed) reliev(?:es|ed) did",
        "best most far usually normally mostly previously before past ever always better often"
        " last",
        "s ve has have had is was been does do me my i for with against when the a of in these all"
        " it them up to that so thing things one ones cramp cramps leg legs calf trick tends seems"
        " really actually time times",
        "(?:up to|until|till) now",
        r"whats?|which",
        r"helped|worked|eased|relieved|did .*(?:help|work|ease|relieve)",
    ),
    "de": _Words(
        "was welche[rs]? wie",
        "hilft helfen geholfen half wirkt gewirkt bringt gebracht",
        "besten meisten besser mehr bisher bislang immer sonst ehesten meistens normalerweise"
        " fruher oftesten haufigsten letzte[sn]? zuletzt",
        "am bei mir mich ich so denn eigentlich wirklich hat haben gegen den die der das meine[nr]?"
        " krampfen? krampfe krampf wadenkrampfen? davon von alle[ms]? mal male schon es n an",
        "bis (?:jetzt|heute)",
        r"was|welche[rs]?",
        r"geholfen|half|gewirkt|gebracht",
    ),
    "es": _Words(
        "que cual cuales",
        "ayuda[nr]?(?:me)? ayudo ayudado ayudaba sirve[n]? sirvio servido funciona[n]? funciono"
        " funcionado alivia alivio aliviado",
        "mas mejor siempre normalmente generalmente antes anteriores ultima pasadas otras suele",
        "me mi mis a lo es de todo el la los las para contra con ha han en cuando tengo dan"
        " calambre calambres cosa cosas fue veces vez",
        "hasta (?:ahora|hoy|la fecha)",
        r"que|cual|cuales",
        r"ayudo|ayudado|ayudaba|sirvio|servido|funciono|funcionado|aliviado",
    ),
    "fr": _Words(
        "que qu qui quoi quel quelle",
        "aide[rs]? aidait aidee? soulage[rs]? soulagee? marche marchait fonctionne",
        "plus mieux toujours souvent habitude generalement derniere dernieres fois avant present",
        "est ce c a m ont ai j le la les l de d du des en contre mes mon ma pour moi me tout"
        " vraiment dans quand crampe crampes chez chose choses ca autres",
        "jusqu (?:ici|a present|a maintenant|a aujourd hui)",
        r"qu|que|quoi|quel|quelle|c est quoi",
        r"(?:a|ont) (?:aidee?|soulagee?|marche|fonctionne)",
    ),
    "it": _Words(
        "cosa che cos quale quali",
        "aiuta aiutano aiutat[aoie] funziona funzionato serve servito giova giovato",
        "piu meglio finora solito sempre scors[ea] ultima altre prima spesso",
        "mi m l ha hanno e di il la lo le al alle a contro i con per me tra tutto quello ho quando"
        " crampi crampo miei mio davvero volta volte stato cose",
        "fin(?:o ad)? (?:ora|adesso|oggi)",
        r"(?:che )?cosa|che|cos|quale|quali",
        r"aiutat[aoie]|funzionato|servito|giovato",
    ),
    "pt_BR": _Words(
        "que q oq qual quais",
        "ajuda[r]? ajudou ajudaram ajudado funciona funcionou resolve resolveu alivia aliviou serve"
        " serviu adiantou",
        "mais melhor sempre geralmente normalmente antes ultima outras costuma",
        "o a as os me pra para mim comigo eu com contra na nas no nos da das do de foi e tudo isso"
        " quando tenho caimbra caimbras minhas minha coisa coisas vez vezes",
        "ate (?:agora|hoje)",
        r"(?:o )?que|oq|qual|quais",
        r"ajudou|ajudaram|ajudado|funcionou|resolveu|aliviou|serviu|adiantou",
    ),
    "ru": _Words(
        "что че чо шо какое какои какие",
        "помога(?:ет|ло|ли|ют) помогл[оаи] помог сработал[ои] работает спасал?о? спасает действует",
        "лучше больше обычно раньше прежде чаще всегда самое прошлые прошлыи",
        "всего всех мне мои у меня от при против моих из этого в раз разы именно вообще средство"
        " судорог судороге судороги судорогах из",
        "до сих пор",
        r"что|[чш]о|че|какое|какои|какие",
        r"помогл[оаи]|помогал[ои]|помог|сработал[ои]|спасл?о",
    ),
    "uk": _Words(
        "що шо чо яке якии які",
        "(?:до)?помага(?:є|ло|ли|ють) (?:до)?помогл[оаи] (?:до)?поміг спрацювал[ои] діє рятує"
        " рятувало",
        "наикраще наибільше наичастіше краще більше зазвичаи раніше досі завжди минулого минулі",
        "всього за мені моі у мене від при проти моіх з цього разу рази судом судоми судомі саме"
        " взагалі засіб",
        "до (?:сих пір|цього часу)",
        r"[шщ]о|чо|яке|якии|які",
        r"(?:до)?помогл[оаи]|(?:до)?помагал[ои]|(?:до)?поміг|спрацювал[ои]|рятувало",
    ),
}
"""Language → its words."""
_FRIENDLY = re.compile(r"(?:please|bitte|por favor|s il te plait|per favore|пожалуиста|будь ласка)")


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile("|".join(words.split()))


_PATTERNS = {
    language: tuple(map(_pattern, (words.asks, words.helps, words.compares, words.besides)))
    for language, words in _WORDS.items()
}
_PAST = {
    language: re.compile(rf"^ *(?:{words.what})\b.*\b(?:{words.has_helped})\b")
    for language, words in _WORDS.items()
}
_UNTIL_NOW = {language: re.compile(words.until_now) for language, words in _WORDS.items()}


def asks_what_helped(text: str, language: str) -> bool:
    """Whether a text asks what has helped the person so far, or what helps most."""
    if language not in _WORDS or len(text) > LONGEST_SENTENCE:
        return False
    said = _FRIENDLY.sub("", re.sub(r"[?!.,;:]", " ", fold(text)))
    plain = _UNTIL_NOW[language].sub(" ", said)
    is_compared = plain != said or _PAST[language].search(plain) is not None
    asks, helps, compares, besides = _PATTERNS[language]
    has_asked = has_helped = False
    for word in plain.split():
        if compares.fullmatch(word):
            is_compared = True
        elif helps.fullmatch(word):
            has_helped = True
        elif asks.fullmatch(word):
            has_asked = True
        elif not besides.fullmatch(word):
            return False
    return has_asked and has_helped and is_compared
