"""Why an entry was not added: a limit was reached."""

from bot.features.diary import limits
from bot.features.diary.limits import Limit
from bot.i18n import formats
from bot.i18n.translator import Translator


def not_added(tr: Translator, limit: Limit) -> str:
    """Say which limit was reached; short enough for the answer to a tap (200 characters)."""
    _ = tr.gettext
    most = {
        Limit.DIARY: limits.ENTRIES,
        Limit.DAY: limits.ENTRIES_A_DAY,
        Limit.PAGE_DAY: limits.PAGE_ENTRIES_A_DAY,
        Limit.ADDRESS_DAY: limits.ADDRESS_ENTRIES_A_DAY,
    }[limit]
    if limit is Limit.DIARY:
        text = _("This diary is full: it holds {most} entries. I could not add this one.")
    else:
        text = _("I can add at most {most} entries a day. I could not add this one.")
    return text.format(most=formats.count(tr, most))
