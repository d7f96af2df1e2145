"""What is said of the last 4 weeks beside the 8 before, in the words of the health reference.

A direction is named only when ``diary/trend.py`` found one. No reason is given for it, and nothing
is called better or worse (health reference, section k).
"""

# TRANSLATORS, ALL: Compares the newest four weeks with the eight before them.

from bot.features.diary.trend import Direction, Trend
from bot.i18n.translator import Translator


def trend_words(tr: Translator, trend: Trend) -> str | None:
    """The two counts and, if it was looked for, whether they differ by more than chance explains.

    Returns:
        Plain text, or None when there is nothing to put beside each other.
    """
    if trend.is_too_early:
        return tr.gettext("It is too early to say anything about a change.")
    if not trend.is_comparable:
        return None
    return _sentence(tr, trend).format(
        recent=trend.recent_cramp_nights,
        recent_covered=trend.recent_covered,
        earlier=trend.earlier_cramp_nights,
        earlier_covered=trend.earlier_covered,
    )


def _sentence(tr: Translator, trend: Trend) -> str:
    number = trend.recent_covered
    if trend.direction is Direction.MORE:
        return tr.ngettext(
            "More cramp nights than before: {recent} of {recent_covered} logged night in the last "
            "4 weeks, {earlier} of {earlier_covered} in the 8 before. That is more than chance "
            "explains. The season, work or a new medicine may play a part.",
            "More cramp nights than before: {recent} of {recent_covered} logged nights in the "
            "last 4 weeks, {earlier} of {earlier_covered} in the 8 before. That is more than "
            "chance explains. The season, work or a new medicine may play a part.",
            number,
        )
    if trend.direction is Direction.FEWER:
        return tr.ngettext(
            "Fewer cramp nights than before: {recent} of {recent_covered} logged night in the "
            "last 4 weeks, {earlier} of {earlier_covered} in the 8 before. That is more than "
            "chance explains. The season, work or a new medicine may play a part.",
            "Fewer cramp nights than before: {recent} of {recent_covered} logged nights in the "
            "last 4 weeks, {earlier} of {earlier_covered} in the 8 before. That is more than "
            "chance explains. The season, work or a new medicine may play a part.",
            number,
        )
    if trend.is_look and not trend.is_within_one_night:
        return tr.ngettext(
            "Cramps on {recent} of {recent_covered} logged night in the last 4 weeks, {earlier} "
            "of {earlier_covered} in the 8 before. Too few nights to call it a change.",
            "Cramps on {recent} of {recent_covered} logged nights in the last 4 weeks, {earlier} "
            "of {earlier_covered} in the 8 before. Too few nights to call it a change.",
            number,
        )
    return tr.ngettext(
        "Cramps on {recent} of {recent_covered} logged night in the last 4 weeks, {earlier} of "
        "{earlier_covered} in the 8 before.",
        "Cramps on {recent} of {recent_covered} logged nights in the last 4 weeks, {earlier} of "
        "{earlier_covered} in the 8 before.",
        number,
    )
