"""Finds clauses beside the main one: a cause, a reason, or the day before. Pure.

A cause may hold a day or an hour that is not the cramp's: "walked a lot yesterday and last night
a cramp". Only the clause that counts is read then, and what it means is asked.
"""

import re
from collections.abc import Callable

_BECAUSE = re.compile(
    r"(?:[,;] ?| )(?:из[- ]за|через(?! ?(?:\d|год|хвил|дв|три|ч|п.?ять|день|тиж))|because of|wegen"
    r"|(?:glaube?|wohl|bestimmt|sicher) vo[mn]|sar[àa] stat[oa] (?:per|colpa)|colpa d[ei]ll[ao']"
    r"|sar[àa] stat[oa](?= (?:il|l[ao']|tutt[oa]|quell[ao]) ?.* di (?:ieri|oggi)\b)"
    r"|(?:deve ter sido|acho q(?:ue)? foi)"
    r"(?= (?:isso|aquilo|por|d[oa]|[oa]s? .+ de (?:ontem|hoje))\b)"
    r"|(?:habr[áa] sido|creo que fue)(?= (?:el|l[ao]s?) .+ de (?:ayer|hoy)\b)"
    r"|(?:c['’]est (?:s[ûu]rement|sans doute)|[çc]a doit [êe]tre)"
    r"(?= l(?:[ae]s?|['’]).+ d['’]hier\b)"
    r"|(?:must have been|i think it was|probably)(?= (?:the|that|all) .+ yesterday\b)"
    r"|(?:p[oe]r (?:culp|colp|caus)a|[àa] caus[ea]) d\w+"
    r"|(?:creo|supongo|imagino|seguro) q(?:ue)? (?:(?:fue|es|ha sido) )?por"
    r"|(?:por|x)(?= (?:estar|haber|andar|caminar|correr|trabajar)\b)|de tanto(?= \w+[aei]r\b)"
    r"|[àa] force(?= d)|a forza(?= d)"
    r"|por(?= (?:l[ao]s?|el) \w+ de ayer)"
    r"|(?:because|weil|porque|pq|perch[eé]|parce que|потому что|так как|тому що|бо|оскільки)"
    r"(?= (?:.+ )?(?:yesterday|gestern|ayer|ontem|ieri|hier|вчера|вчора)\b)) ",
    re.IGNORECASE,
)
"""Words before a presumed cause of a cramp."""
_CAUSE_FIRST = re.compile(
    r"(?:[,;.] ?(?:j[áa] |ya |but |aber |mais |ma |pero |mas |а |але )?"
    r"|(?:[,;.] ?| )(?:то|тож|поэтому|тому) "
    r"|(?:[,;.] ?| )(?:e|ed|y|et|und|and|и|а|та|і) (?:poi |depois |luego |puis |dann |then )?)"
    r"(?=(?:stanotte|questa notte|[en]ss?a noite|esta noite|de madrugada|esta noche|cette nuit"
    r"|heute nacht|last night|in the night|ночью|вночі|этой ночью|цієї ночі)\b)"
    r"|(?:[,;.] ?| )(?:вот и|и вот|от і|ось і|і от) ",
    re.IGNORECASE,
)
"""Words between the day before and the night: "walked a lot and last night a cramp"."""
_WORK = re.compile(
    r"\b(?:shift|work|finish|knock off|clock off|schicht|dienst|feierabend|smont\w+|stacc\w+"
    r"|finisc\w+|turno|plantão|serviço|largo|saio|salgo|guardia|trabajo|acabo|finis|garde|boulot"
    r"|service|смен\w*|работ\w*|змін\w*|робот\w*)\b",
    re.IGNORECASE,
)
"""Words that name the end of somebody's work."""
_SO = re.compile(
    r"(?:[,;.] ?| )(?:(?:and|und|e|y|et|и|і|та) )?(?:so|then|also|dann|deshalb|quindi|perciò|così"
    r"|poi|então|daí|aí|depois|por isso|así que|entonces|luego|después|donc|du coup|puis|après"
    r"|поэтому|так что|потом|потому|тому|тож|потім|отже|and|und|e|y|et|и|і|та) ",
    re.IGNORECASE,
)
"""Words between the end of work and going to bed."""
_AGO = re.compile(r"(?:хвил\w*|годин\w*|дн\w*|день|тиж\w*|ноч\w*|ніч)$", re.IGNORECASE)
"""Before Ukrainian "тому", which then is no "therefore": "two hours ago"."""
_EXCEPT = re.compile(
    r"[,;]? (?:but for|except(?: for)?|apart from|aside from|other than|außer|bis auf"
    r"|abgesehen von|a parte|tranne|eccetto|salvo|excepto|aparte de|quitando|sauf|à part|excepté"
    r"|hormis|tirando|exceto|a não ser|fora(?= uma?\b)|кроме|не считая|за исключением|крім|окрім"
    r"|не рахуючи|за винятком) ",
    re.IGNORECASE,
)
"""Before the cramp of a night that was quiet otherwise."""
_LITTLE = re.compile(
    r"\b(?:little|hardly|barely|wenig|kaum|poc[ao]|casi nada|peu|pouc[ao]|quase nada|quasi niente"
    r"|мало|почти не|майже не)\b",
    re.IGNORECASE,
)
"""Words after which a drink is not noted: "I drank little water"."""
_REASON = re.compile(
    r"(?:[,;] ?| )(?:perch[eé]|visto che|porque|pq|já que|ya que|parce qu[e'’]|puisque|weil"
    r"|потому что|тому що|because) ?\b",
    re.IGNORECASE,
)
"""Words before the reason for a wish."""
_REASON_ALONE = re.compile(
    r"(?:[\w'’]+ ){0,4}?"
    r"(?:perch[eé]|porque|pq|parce qu(?:e |['’])|weil|потому что|тому що|because) ?\b"
    r"(?P<reason>.+)",
    re.IGNORECASE,
)
""" "it's surely because I gardened all day"."""


def without_cause(text: str, names_event: Callable[[str], bool]) -> str:
    """What is told of a cramp, without its cause and without what was the day before.

    Args:
        text: what was typed.
        names_event: whether a clause names a cramp, or where one was.
    """
    told = _BECAUSE.split(text, maxsplit=1)[0]
    day, *night = _CAUSE_FIRST.split(told, maxsplit=1)
    is_day_before = bool(night) and not names_event(day) and names_event(night[0])
    is_day_before &= _AGO.search(day) is None
    return night[0] if is_day_before else told


def after_work(text: str) -> list[str]:
    """What may follow the end of somebody's work: "I finish at 7 so I go to bed at half past 8"."""
    joints = list(_SO.finditer(text)) if _WORK.search(text) else []
    return [text[one.end() :] for one in joints if _WORK.search(text[: one.start()])]


def exception(text: str) -> tuple[str, str] | None:
    """What is told of a night, and what was the exception: "quiet, except for a cramp at 6"."""
    night, *cramp = _EXCEPT.split(text, maxsplit=1)
    return (night, cramp[0]) if cramp else None


def and_a_night(text: str) -> tuple[str, str] | None:
    """Two clauses of which the second is about a night: "a cramp on Monday and last night none"."""
    told, *night = _CAUSE_FIRST.split(text, maxsplit=1)
    return (told, night[0]) if night else None


def reason_alone(text: str) -> str:
    """The presumed reason, if a text says nothing else; otherwise ""."""
    found = _REASON_ALONE.fullmatch(text.strip())
    return found["reason"] if found else ""


def without_reason(text: str) -> str:
    """A wish without the reason that is given for it."""
    return _REASON.split(text, maxsplit=1)[0]


def says_little(text: str) -> bool:
    """Whether something was hardly done: "I drank little water"."""
    return _LITTLE.search(text) is not None
