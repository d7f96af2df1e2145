"""The names of the warning signs that pause a fair test or keep one from starting."""

# TRANSLATORS, ALL: Names of warning signs in a list, after which a fair test is paused.

from collections.abc import Iterable, Mapping, Sequence

from bot.features.cramps.entry_warning_signs import BOTH_LEGS
from bot.features.cramps.sign_texts import sign_lines
from bot.features.cramps.signs import current_code
from bot.i18n.translator import Translator


def entry_names(tr: Translator) -> Mapping[str, str]:
    """What one entry says that is a sign → its name; see ``entry_sign_queries``."""
    _ = tr.gettext
    return {
        "chest": _("Pain or a cramp in the chest"),
        "weak": _("Weakness afterwards"),
        "leg": _("Swelling, warmth or redness afterwards"),
        "gt_10min": _("A cramp of over 10 minutes"),
        "arm_belly": _("A cramp in an arm or in the belly"),
        "twitch_weak": _("A twitch where the muscle is weak or stiff"),
    }


def pattern_names(tr: Translator) -> Mapping[str, str]:
    """Rule of the diary → its name."""
    _ = tr.gettext
    return {
        "P6": _("Weakness or numbness, twice in two weeks"),
        "P7": _("A twitch that lasts, or in several places"),
        "P9": _("Pain while walking, several times"),
        "P10": _("Cramps since a new or changed medicine"),
        "P11": _("A warning sign in an entry"),
        "P13": _("Cramps with vomiting, diarrhoea or heavy sweating"),
    }


def names(tr: Translator, rules: Iterable[str], entry_signs: Iterable[str]) -> Sequence[str]:
    """The names of met signs, each once.

    Args:
        tr: the language.
        rules: rules of the diary, and codes of the signs on the warning cards.
        entry_signs: what the entries behind ``P11`` say; see ``entry_names``.
    """
    of_entries = [entry_names(tr)[one] for one in entry_signs]
    both_legs = {BOTH_LEGS: entry_names(tr)["leg"]}
    known = {**sign_lines(tr), **pattern_names(tr), **both_legs}
    found: list[str] = []
    for rule in rules:
        if rule == "P11" and of_entries:
            found += of_entries
        else:
            found.append(known.get(current_code(rule) or rule, tr.gettext("A warning sign")))
    return list(dict.fromkeys(found))
