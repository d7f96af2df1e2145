"""Section on the rules that the diary met over several nights, with their dates."""

# TRANSLATORS, ALL: Pages for a doctor: patterns in the diary, each followed by dates.

from datetime import date

from bot.features.report.model import Section
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import dates_text, labelled
from bot.i18n.translator import Translator


def rules_section(tr: Translator, data: ReportData) -> Section:
    """Each rule that was met, what it counts, and the days on which it was found."""
    found: dict[str, set[date]] = {}
    for sign in data.rules_met:
        found.setdefault(sign.rule, set()).add(sign.on)
    words = tr.gettext("{label}: {text}")
    lines = tuple(
        labelled(
            tr,
            f"rule.{rule}",
            rule,
            words.format(label=counted, text=dates_text(tr, found[rule])),
        )
        for rule, counted in rule_names(tr).items()
        if rule in found
    )
    return Section("rules", tr.gettext("Rules of the diary that were met, with dates"), lines)


def rule_names(tr: Translator) -> dict[str, str]:
    """Rule → what it counts. P11 and P13 are about single entries and stand with the signs."""
    _ = tr.gettext
    return {
        "P1": _("Woken on 3 or more nights a week, in 2 of 3 weeks"),
        "P2": _("Cramps on 3 or more nights a week, 3 weeks in a row"),
        "P3": _("Cramps on 5 or more nights in a week"),
        "P4": _(
            "More cramp nights per logged night in the latest 4 weeks than in the 8 before, by an "
            "exact test"
        ),
        "P5": _("Cramp nights with a stated side: mostly one side, over 8 weeks"),
        "P6": _("Weak, numb or tingling on 2 entries in 14 days"),
        "P7": _("Twitches over more than 14 days, in 2 or more places, or stiff"),
        "P8": _(
            "Strength 7 or more in at least three of four entries with a strength, over 8 weeks"
        ),
        "P9": _("Cramp or pain while walking, 3 times in 14 days"),
        "P10": _("Cramps began or got worse after a medicine, according to the person"),
        "P12": _("Stretched on at least 7 of 10 evenings, for 6 weeks"),
        "P14": _("Pregnant, and cramps on 2 or more nights in a week"),
    }
