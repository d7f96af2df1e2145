"""Texts that say it was quiet after a cramp: "slept ok after that", "no more cramps". Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE


class _Words(NamedTuple):
    """Patterns of folded words; each is a whole part of a text."""

    before: str
    """With what the text may begin."""
    since: str
    """After the cramp."""
    slept: str
    """That the person slept: enough alone."""
    no_more: str
    """That no further cramp came: enough alone."""
    quiet: str
    """What says it only together with ``since``."""


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        "and|but|morning|good morning|well",
        "after(?: (?:that|it|this))?|afterwards?|then|since(?: then)?|any ?more",
        r"(?:i )?slept (?:(?:pretty|quite|really) )?"
        r"(?:ok|okay|well|fine|good|alright|all right|soundly|better|through)(?: again)?",
        "(?:had |there were )?no (?:more|further|other) cramps?",
        "(?:it )?(?:was |stayed )?(?:all )?(?:quiet|calm)|nothing(?: more| else)?|no cramps?|none"
        "|no more",
    ),
    "de": _Words(
        "und|aber|morgen|guten morgen|moin",
        "danach|dann|hinterher|seitdem|seither|anschliessend",
        "(?:(?:ich )?habe? (?:ich )?(?:(?:danach|dann) )?)?(?:wieder )?(?:(?:ganz|recht|sehr) )?"
        "(?:gut|ok|okay|ordentlich|besser|prima|ruhig|durch) ?(?:weiter)?geschlafen",
        "(?:hatte )?(?:keine? krampfe? mehr|kein weiterer krampf|keine weiteren krampfe)",
        "(?:war )?(?:es )?(?:alles )?(?:ruhe|ruhig|still)|(?:kam |war )?nichts(?: mehr)?"
        "|keine krampfe|keiner(?: mehr)?",
    ),
    "es": _Words(
        "y|pero|buenos dias",
        "despues(?: de eso)?|luego|desde entonces|mas tarde",
        "(?:he )?dorm(?:i|ido) (?:(?:muy|bastante) )?(?:bien|mejor|tranquil[ao])",
        "(?:ya )?no (?:hubo |tuve |he tenido )?mas calambres?|sin mas calambres"
        "|ningun calambre mas",
        "(?:todo |estuvo )?tranquil[ao]|nada(?: mas)?|ningun[oa]?|sin calambres"
        "|no (?:hubo|tuve) (?:mas|nada)",
    ),
    "fr": _Words(
        "et|mais|bonjour",
        "apres(?: (?:ca|cela))?|ensuite|depuis|puis",
        "(?:j ai )?(?:(?:plutot|assez) )?(?:bien|mieux) (?:re)?dormi"
        "|(?:j ai )?(?:re)?dormi (?:bien|mieux)",
        "(?:je )?n ai plus eu (?:de|d autres?) crampes?|plus aucune crampe|plus d autres? crampes?",
        "(?:c )?(?:etait )?(?:calme|tranquille)|plus rien|rien(?: d autre)?|pas de crampes?"
        "|plus de crampes?|aucune(?: crampe)?",
    ),
    "it": _Words(
        "e|ma|buongiorno",
        "poi|dopo|dopodiche|in seguito|da allora",
        "(?:ho )?(?:ri)?dormito (?:(?:molto|abbastanza) )?(?:bene|meglio|tranquill[ao])",
        "(?:niente|non ho avuto|senza) (?:piu|altri) crampi|nessun altro crampo",
        "(?:e stato |era )?(?:tutto )?(?:tranquillo|calmo)|(?:piu )?(?:niente|nulla)(?: piu)?"
        "|nessun crampo|nessuno",
    ),
    "pt_BR": _Words(
        "e|mas|bom dia",
        "depois(?: disso)?|em seguida|desde entao",
        "(?:eu )?dormi (?:(?:muito|bem) )?(?:bem|melhor|tranquil[ao])",
        "(?:sem|nao (?:tive|houve)|nenhuma) mais (?:caibras?|caimbras?)"
        "|mais nenhuma (?:caibra|caimbra)",
        "(?:foi |ficou )?(?:tudo )?(?:tranquilo|calmo)|(?:mais )?nada(?: mais)?|nenhuma(?: mais)?"
        "|nao tive mais(?: nada)?",
    ),
    "ru": _Words(
        "и|а|но|доброе утро",
        "потом|после(?: этого)?|затем|дальше|с тех пор",
        "(?:я )?(?:по)?спала? (?:нормально|хорошо|спокоино|крепко|лучше|отлично)"
        "|(?:нормально|хорошо|спокоино|крепко|отлично) (?:по)?спала?",
        "больше (?:судорог|ни однои судороги) не было|судорог больше не было|больше не сводило",
        "(?:все )?(?:было )?(?:тихо|спокоино)|(?:больше )?ничего(?: не было)?|судорог не было"
        "|без судорог",
    ),
    "uk": _Words(
        "і|и|та|а|але|доброго ранку",
        "потім|після (?:цього|того)|далі|згодом|відтоді",
        "(?:я )?(?:по)?спа(?:в|ла) (?:нормально|добре|спокіино|міцно|краще)"
        "|(?:нормально|добре|спокіино|міцно) (?:по)?спа(?:в|ла)",
        "більше (?:судом|жодноі судоми) не було|судом більше не було|більше не зводило",
        "(?:все |усе )?(?:було )?(?:тихо|спокіино)|(?:більше )?нічого(?: не було)?"
        "|судом не було|без судом",
    ),
}


def was_calm_since(text: str, language: str) -> bool:
    """Whether a text says nothing but that it was quiet, or that somebody slept, after a cramp."""
    said = " ".join(re.findall(r"\w+", fold(text)))
    return any(
        one in _WORDS and _pattern(one).fullmatch(said) is not None
        for one in dict.fromkeys((language, SOURCE_LANGUAGE))
    )


@lru_cache
def _pattern(language: str) -> re.Pattern[str]:
    words = _WORDS[language]
    since = rf"(?:{words.since})"
    alone = rf"(?:{since} )?(?:{words.slept}|{words.no_more})(?: {since})?"
    quiet = rf"{since} (?:{words.quiet})|(?:{words.quiet}) {since}"
    return re.compile(rf"(?:(?:{words.before}) )?(?:{alone}|{quiet})")
