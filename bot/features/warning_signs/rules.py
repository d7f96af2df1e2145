"""Warning signs that show over several nights: the rules P1 to P14. Pure.

The rules follow the health reference, section (e). Thresholds are our own choice unless a rule
names a source.
"""

from collections.abc import Mapping
from datetime import date

from bot.features.warning_signs.findings import Counted, Diary, Hit, Rule
from bot.features.warning_signs.frequency_rules import p1, p2, p3, p4, p5, p8, p12, p14
from bot.features.warning_signs.sign_rules import p6, p7, p9, p10, p11, p13

RULES: Mapping[str, Rule] = {
    rule.__name__.upper(): rule
    for rule in (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14)
}
"""Name of a rule, from P1 to P14 → the rule."""


def hits(diary: Diary, on: date) -> tuple[Hit, ...]:
    """Every rule that is met on a local date, from P1 to P14."""
    found = ((name, rule(diary, on)) for name, rule in RULES.items())
    return tuple(
        Hit(name, one.level, Counted(one.numbers, one.nights))
        for name, one in found
        if one.level is not None
    )
