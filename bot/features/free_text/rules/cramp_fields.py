"""The fields of a cramp that a sentence states: where, how strong, how long. Pure."""

from collections.abc import Mapping, Sequence

from bot.features.cramps.told_codes import Told
from bot.features.cramps.values import MOST_COUNTED, STRONGEST
from bot.features.free_text.understanding.patterns import AWAKE_FOR, LENGTH, STRENGTH
from bot.features.free_text.understanding.sentence import Piece, Remainder

EVENTS = {"CRAMP": "cramp", "CRAMPS": "cramp", "TWITCH": "twitch"}
SIDES = {"LEFT": "left", "RIGHT": "right", "BOTH": "both"}
SITES: Mapping[str, tuple[str, ...]] = {
    "CALF": ("calf",),
    "FOOT": ("foot_sole", "toes"),
    "SOLE": ("foot_sole",),
    "TOES": ("toes",),
    "SHIN": ("shin",),
    "THIGH": ("thigh_front", "thigh_back", "thigh_inner"),
    "THIGH_FRONT": ("thigh_front",),
    "THIGH_BACK": ("thigh_back",),
    "THIGH_INNER": ("thigh_inner",),
    "HIP": ("hip_buttock",),
    "HAND": ("hand_forearm",),
    "ARM": ("arm",),
    "BELLY": ("abdomen",),
    "CHEST": ("chest",),
    "BACK": ("back",),
    "NECK": ("neck_shoulder",),
    "EYELID": ("eyelid_face",),
}
WHOLE = {SITES["FOOT"]: "foot", SITES["THIGH"]: "thigh"}
"""Sites that can be meant → the one that is stored where nobody knows which of them."""
_WOKE = {"WOKE": "yes", "AWAKE": "no_was_awake", "NO_SLEEP": "no_was_awake"}
_BACK = {"NO_MORE_SLEEP": "not_again", "SLEPT_SOON": "lt_15min"}


def whole_site(sites: Sequence[str]) -> str:
    """The site that stands for all of which one is meant; "" for none."""
    return sites[0] if len(sites) == 1 else WHOLE.get(tuple(sites), "")


def with_site(told: Told, site: str) -> Told:
    """What is told of a cramp, with another site, or with none."""
    others = ((name, code) for name, code in told if name != "site")
    return tuple(sorted((*others, *((("site", site),) if site else ()))))


def stated_fields(rest: Remainder) -> dict[str, tuple[str, ...]]:
    """Field → the codes that are stated; the code "" stands for one that is not plausible."""
    awake = tuple(_awake_code(piece) for piece in rest.pull(AWAKE_FOR))
    return {
        "strength": tuple(_strength_code(piece) for piece in rest.pull(STRENGTH)),
        "duration": tuple(duration_code(piece) for piece in rest.pull(LENGTH)),
        "side": tuple({SIDES[kind]: None for kind in rest.take(*SIDES)}),
        "woke": _woke_codes(rest.take(*_WOKE)),
        "back": (*awake, *{_BACK[kind]: None for kind in rest.take(*_BACK)}),
    }


def _woke_codes(said: list[str]) -> tuple[str, ...]:
    """ "It woke me and I'm still awake" is one statement: that it woke somebody."""
    return tuple({_WOKE[kind]: None for kind in (said if "WOKE" not in said else ["WOKE"])})


def is_unambiguous(stated: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether every field is stated at most once, with a plausible code."""
    return all(len(codes) <= 1 and "" not in codes for codes in stated.values())


def known_of(stated: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The fields that are stated, each with its code."""
    return {name: codes[0] for name, codes in stated.items() if codes}


def stated_sites(rest: Remainder) -> tuple[str, ...] | None:
    """The sites that can be meant ("sole of the foot" is one); None for two that differ."""
    said = rest.take(*SITES)
    if not said:
        return ()
    possible = tuple(code for code in SITES[said[0]] if all(code in SITES[one] for one in said))
    return possible or None


def count_code(piece: Piece) -> str:
    """The code for a number of cramps; "" for a number that is not plausible."""
    number = int(piece.match[1])
    if number == 0 or number > 20:
        return ""
    return str(number) if number < MOST_COUNTED else "4_plus"


def _strength_code(piece: Piece) -> str:
    number = int(piece.named("a", "b", "c", "d") or 0)
    return str(number) if number <= STRONGEST else ""


def duration_code(piece: Piece) -> str:
    """The code of the range that a duration is in; "" when it can be in two."""
    side = (piece.named("side", "side2") or "").strip()
    unit = piece.named("unit", "unit2") or "MIN"
    seconds = int(piece.named("number", "number2") or 0)
    seconds *= {"SEC": 1, "MIN": 60}.get(unit, 3600)
    if side == "OVER":
        return "gt_10min" if seconds >= 600 else ""
    if side == "UNDER":
        return "lt_1min" if seconds <= 60 else ""
    if seconds < 60:
        return "lt_1min"
    if seconds <= 300:
        return "1_5min"
    return "5_10min" if seconds <= 600 else "gt_10min"


def _awake_code(piece: Piece) -> str:
    """The code for how long it took to fall asleep again."""
    is_minutes = piece.named("unit", "unit2") == "MIN"
    minutes = int(piece.named("number", "number2") or 0) * (1 if is_minutes else 60)
    is_over = piece.named("over", "over2") is not None
    if minutes < 15:
        return "" if is_over else "lt_15min"
    return "15_60min" if minutes + is_over <= 60 else "gt_60min"
