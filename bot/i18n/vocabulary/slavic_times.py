"""Times in Russian and Ukrainian, brought into the order of written ones. Pure.

Both languages turn a number and its unit round to say "about" ("минут 20"), and may name the part
of the day before the hour ("ночью в два").
"""

from collections.abc import Sequence

from bot.i18n.vocabulary.tokens import Token

_HOURS = 24
BARE_MINUTES = frozenset(range(10, 60))
"""Minutes that may follow an hour without a sign between them: "22 15"."""
_TURNED_ROUND = frozenset({"SEC", "MIN", "HRS", "DAYS", "WEEK", "TIMES"})
_NOT_TURNED_ROUND = frozenset({":", ".", "/", "DIAL", "OUT_OF", "ORDINAL", *_TURNED_ROUND})
_PARTS_OF_HOURS = {
    **dict.fromkeys(("начале", "начало", "початку", "початок"), 10),
    **dict.fromkeys(("конце", "конец", "кінці", "кінець", "наприкінці"), 50),
}
"""Words for the beginning and the end of an hour, and a minute of it."""
_BEFORE_PARTS = frozenset({"AT", "ON", "ABOUT"})
_LENGTHS = frozenset({"SEC", "MIN"})
_FROM = frozenset({"с", "со", "з", "із", "зі", "від"})
_NOT_AFTER_NEIGHBORS = frozenset({"MIN", "SEC", "TIMES", "OUT_OF", "/", ":", ".", "DIAL", "-"})
_AHEAD = frozenset({"IN", "LESS"})
"""What comes between a unit and its number: "минут через 5", "хвилин за 5"."""
_ONE_OF_A_UNIT = frozenset({"минута", "минуту", "секунду", "секунда", "хвилина", "хвилину"})
_SAYS_LENGTH = frozenset({"HALF_TO", "THIS", "EVER", "DAILY", "AND_HALF", "ON"})
_AT_NIGHT = frozenset({"вночі", "уночі"})
_DAYS_BEFORE = ("AGO", "DAY", "YESTERDAY", "MONTH", "TOMORROW")
_FEMININE = ("а", "я", "у", "ю", "оі", "іи")
"""Endings, after folding."""
_BEFORE_AN_HOUR = frozenset({"AT", "ON", "ABOUT", "AFTER", "UNTIL", "BETWEEN"})
_BEFORE_HOURS = frozenset({"AT", "AFTER", "UNTIL"})
_PERIODS = frozenset({"MORNING", "EVENING", "NIGHT"})
_ABOUT_HOUR = frozenset({"ABOUT", "AT"})
_COUNTED = frozenset({"SEC", "MIN", "TIMES", "CRAMPS"})
"""Concepts after which a number is not an hour."""
_OF_HOUR = frozenset({"HRS", "H", "OCLOCK", "ORDINAL", ":", ".", "DIAL"})
_NAMES_HOUR = frozenset({"OCLOCK", "ORDINAL"})
_DENIES = frozenset({"не"})
_VERY = frozenset({"очень", "слишком", "дуже", "надто", "так", "такая", "така", "такую", "таку"})
_OF_CRAMP = frozenset({"CRAMP", "CRAMPS", "1"})


def in_written_order(tokens: Sequence[Token]) -> list[Token]:
    """Put numbers before their units, and the part of the day after the hour."""
    spans = _with_spans(_with_mild(tokens))
    either = _with_neighbors(_with_parts_of_hours(_with_maybe_first(spans)))
    return _period_last(_with_afternoon(_numbers_first(_with_ones(either))))


def with_ukrainian_hours(tokens: Sequence[Token]) -> list[Token]:
    """Read Ukrainian ordinals as hours, and "вночі" after a day as the night of that day."""
    return _with_nights(_with_hours(tokens))


def _with_mild(tokens: Sequence[Token]) -> list[Token]:
    """Read "not (very) strong" beside a cramp as one word for how bad it was: it denies none."""
    found = list(tokens)
    if _OF_CRAMP.isdisjoint(token.kind for token in found):
        return found
    for at in reversed(range(len(found) - 1)):
        if found[at].source not in _DENIES:
            continue
        felt = at + 1
        while felt < len(found) - 1 and found[felt].source in _VERY:
            felt += 1
        if found[felt].kind == "HOW_BAD":
            source = " ".join(one.source for one in found[at : felt + 1])
            found[at : felt + 1] = [Token("HOW_BAD", source)]
    return found


def _with_maybe_first(tokens: Sequence[Token]) -> list[Token]:
    """Put a "perhaps" before "at about": "часа наверно в два"."""
    found = list(tokens)
    for at in range(len(found) - 3):
        kinds = [one.kind for one in found[at : at + 4]]
        is_after_number = at > 0 and found[at - 1].kind.isdigit()
        if kinds[:3] == ["HRS", "MAYBE", "AT"] and kinds[3].isdigit() and not is_after_number:
            hours, maybe, before, number = found[at : at + 4]
            found[at : at + 4] = [maybe, Token("ABOUT", hours.source), before, number]
    return found


def _with_spans(tokens: Sequence[Token]) -> list[Token]:
    """Read "с двух до трёх сводило" as between two and three; of nothing but a cramp."""
    found = list(tokens)
    kinds = [token.kind for token in found]
    if {"CRAMP", "CRAMPS"}.isdisjoint(kinds):
        return found
    for at, token in enumerate(tokens):
        until = at + (3 if kinds[at + 2 : at + 3] in (["ORDINAL"], ["OCLOCK"]) else 2)
        is_span = kinds[until : until + 1] == ["UNTIL"] and kinds[at + 1].isdigit()
        is_span &= "".join(kinds[until + 1 : until + 2]).isdigit()
        if is_span and token.source.split(" ")[-1] in _FROM:
            found[at] = Token("BETWEEN", token.source)
            found[until] = Token("AND", found[until].source)
            if kinds[until + 2 : until + 3] == ["ORDINAL"]:
                found[until + 2] = Token("OCLOCK", "")
    return found


def _with_neighbors(tokens: Sequence[Token]) -> list[Token]:
    """Put an "or" between two numbers of which one is meant: "в два три", "раза два три".

    Of two lengths the first one is kept, as they are hardly ever of different kinds.
    """
    found = list(tokens)
    for at in range(1, len(tokens) - 1):
        kinds = [one.kind for one in found[at - 1 : at + 4]] + ["", ""]
        second = 3 if kinds[2] in {"ORDINAL", "OCLOCK"} else 2
        before, first, other, after = kinds[0], kinds[1], kinds[second], kinds[second + 1]
        if not _are_neighbors(first, other) or after.isdigit() or after in _NOT_AFTER_NEIGHBORS:
            continue
        if before == "AT":
            found.insert(at + second - 1, Token("OR", ""))
        elif before == "TIMES":
            times, one, two = found[at - 1 : at + 2]
            found[at - 1 : at + 2] = [one, Token("OR", ""), two, times]
        elif before in _LENGTHS:
            del found[at + 1]
    return found


def _are_neighbors(first: str, second: str) -> bool:
    """Whether the second number is by one higher, and no number of minutes."""
    is_number = first.isdigit() and second.isdigit()
    return is_number and int(second) == int(first) + 1 and int(second) < 10


def _numbers_first(tokens: list[Token]) -> list[Token]:
    """Put a number before its unit, where the other order says "about": "минут 20 назад"."""
    found = _without_on(tokens)
    for at in range(len(found) - 2):
        unit, word, number = found[at : at + 3]
        is_about = unit.kind in _LENGTHS and word.kind in _AHEAD and number.kind.isdigit()
        if is_about and not (at and found[at - 1].kind.isdigit()):  # "минут через 5"
            found[at : at + 3] = [word, number, unit]
    for at in range(len(found) - 1):
        before = found[at - 1].kind if at else ""
        after = found[at + 2].kind if at + 2 < len(found) else ""
        is_turned = found[at].kind in _TURNED_ROUND and found[at + 1].kind.isdigit()
        if is_turned and not before.isdigit() and after not in _NOT_TURNED_ROUND:
            unit, number = found[at : at + 2]
            found[at : at + 2] = [Token("ABOUT", "~"), number, unit]
    return found


def _with_parts_of_hours(tokens: Sequence[Token]) -> list[Token]:
    """Read "в начале четвёртого" as about ten past three, and its end as about ten to four."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token, after = tokens[at], [one.kind for one in tokens[at + 1 : at + 3]]
        minute = _PARTS_OF_HOURS.get(token.source.split(" ")[-1])
        is_part = minute is not None and after[1:] == ["ORDINAL"] and after[0].isdigit()
        if not is_part or not 0 < int(after[0]) <= _HOURS // 2:
            found.append(token)
            at += 1
            continue
        while found and found[-1].kind in _BEFORE_PARTS:
            found.pop()
        hour = (int(after[0]) - 1) or _HOURS // 2
        kinds = ("AT", "ABOUT", str(hour), "DIAL", str(minute))
        source = " ".join(one.source for one in tokens[at : at + 3])
        found += [Token(kind, "" if nth else source) for nth, kind in enumerate(kinds)]
        at += 3
        at += at < len(tokens) and tokens[at].kind in {"OCLOCK", "HRS"}
    return found


def _with_ones(tokens: Sequence[Token]) -> list[Token]:
    """Put a "one" before a unit that has no number: "судорога, минута"."""
    if len(tokens) < 2:
        return list(tokens)
    found: list[Token] = []
    for at, token in enumerate(tokens):
        near = [*tokens[max(at - 1, 0) : at], *tokens[at + 1 : at + 2]]
        has_number = any(one.kind.isdigit() or one.kind in _SAYS_LENGTH for one in near)
        if token.source in _ONE_OF_A_UNIT and token.kind in _LENGTHS and not has_number:
            found.append(Token("1", ""))
        found.append(token)
    return found


def _with_hours(tokens: Sequence[Token]) -> list[Token]:
    """Read ordinals of the feminine gender as hours where the words beside them say so.

    Ukrainian: "близько третьої", "п'ята ранку"; not "друга судома", nor "до двадцятого".
    """
    found = list(tokens)
    for at in range(1, len(found)):
        number, token = found[at - 1 : at + 1]
        if token.kind != "ORDINAL" or not number.source.endswith(_FEMININE):
            continue
        before = found[at - 2].kind if at > 1 else ""
        after = found[at + 1].kind if at + 1 < len(found) else ""
        is_after_night = before.endswith("NIGHT")
        is_hour = before in _BEFORE_AN_HOUR or is_after_night or after in _PERIODS
        is_hour |= len(found) == 2
        if is_hour and int(number.kind) <= _HOURS and not after.startswith("MONTH"):
            found[at] = Token("OCLOCK", "")
    return found


def _with_nights(tokens: Sequence[Token]) -> list[Token]:
    """Read Ukrainian "вночі" after a day as the night of that day, not as the last one."""
    return [
        Token("NIGHT", token.source)
        if token.kind == "THIS_NIGHT"
        and token.source in _AT_NIGHT
        and before is not None
        and before.kind.startswith(_DAYS_BEFORE)
        else token
        for before, token in zip([None, *tokens], tokens, strict=False)
    ]


def _without_on(tokens: list[Token]) -> list[Token]:
    """Remove "на" between a length and its number, and before the strength at the end.

    "минуты на две", "отпустило минуты за две", "хвилин на п'ять"; "судома на 7".
    """
    if any(token.kind in ("CRAMP", "CRAMPS") for token in tokens):
        tokens = without_last_on(tokens)
    return [
        token
        for at, token in enumerate(tokens)
        if not (
            (token.source == "на" or (token.source == "за" and token.kind not in _AHEAD))
            and 0 < at < len(tokens) - 1
            and tokens[at - 1].kind in _LENGTHS
            and not (at > 1 and tokens[at - 2].kind.isdigit())
            and tokens[at + 1].kind.isdigit()
        )
    ]


def without_last_on(tokens: list[Token]) -> list[Token]:
    """Remove "на" before a number at the end, which is a strength: "это было на 8"."""
    if len(tokens) > 1 and tokens[-1].kind.isdigit() and tokens[-2].source == "на":
        return [*tokens[:-2], tokens[-1]]
    return tokens


def _with_afternoon(tokens: list[Token]) -> list[Token]:
    """Read "days" after an hour as the afternoon: "в 3 дня" is 15:00, "на 3 дня" three days.

    So is Ukrainian "о третій дня", whose hour is an ordinal.
    """
    found = list(tokens)
    for at in range(2, len(found)):
        first = at - 3 if at > 2 and found[at - 1].kind in _NAMES_HOUR else at - 2
        before, hour, word = found[first], found[first + 1], found[at]
        is_further = before.kind == "AND" and any(one.kind == "MORNING" for one in found[:at])
        is_after = before.kind in _BEFORE_HOURS or is_further  # "на 11 утра и 4 дня"
        is_hour = is_after and hour.kind.isdigit() and int(hour.kind) <= 6
        if is_hour and word.kind == "DAYS" and word.source == "дня":
            found[at] = Token("AFTERNOON", "часов дня")
    return found


def _period_last(tokens: list[Token]) -> list[Token]:
    """Move a part of the day behind the hour that follows it: "ночью часа в два", "под утро в 5".

    Inside a phrase it belongs to the day that is named: "позапрошлой ночью".
    """
    found = list(tokens)
    for at, token in enumerate(tokens):
        hour = at + 1
        while hour < len(found) and found[hour].kind in _ABOUT_HOUR:
            hour += 1
        is_hour = hour < len(found) and found[hour].kind.isdigit()
        is_hour &= hour + 1 >= len(found) or found[hour + 1].kind not in _COUNTED
        is_of_day = at > 0 and not token.source
        if token.kind not in _PERIODS or hour == at + 1 or not is_hour or is_of_day:
            continue
        end = hour + 1
        while end < len(found) and (found[end].kind in _OF_HOUR or _is_minute(found, end)):
            end += 1
        is_said = end < len(found) and found[end].kind in _PERIODS | {"AFTERNOON", "DAYS"}
        if not is_said and len({one.kind for one in found} & _PERIODS) == 1:
            return [*found[:at], *found[at + 1 : end], token, *found[end:]]
    return found


def _is_minute(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number follows a sign between hours and minutes, or a bare hour."""
    return tokens[at].kind.isdigit() and (
        tokens[at - 1].kind in _OF_HOUR or int(tokens[at].kind) in BARE_MINUTES
    )
