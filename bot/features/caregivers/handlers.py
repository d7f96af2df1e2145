"""Handlers of /caregiver: one other person may see somebody's weeks and log cramps for them.

Either of them can end it at any time. Names are not stored: they are requested from Telegram, after
the commit, each time one is shown.
"""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence

from bot.features.caregivers import helping, inviting
from bot.i18n.translator import Translator
from bot.telegram.feature import AnyHandler, Feature, command, start_link, taps


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"caregiver": tr.gettext("A helper for your diary")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        start_link(inviting.LINK, inviting.on_link),
        command("caregiver", inviting.on_open),
        *taps(
            "care",
            {
                "open": inviting.on_open,
                "invite": inviting.on_invite,
                "end": inviting.on_end,
                "accept": inviting.on_accept,
                "decline": inviting.on_decline,
                "confirm": inviting.on_confirm,
                "refuse": inviting.on_refuse,
                "person": helping.on_person,
                "further": helping.on_further,
                "leave": helping.on_leave,
                "week": helping.on_week,
                "log": helping.on_log,
                "undo": helping.on_undo,
            },
        ),
    ]


FEATURE = Feature(
    name="care",
    handlers=_handlers,
    descriptions=_descriptions,
    on_sent={helping.ENTRY_ANNOUNCED: helping.on_entry_announced},
    begins=(inviting.on_link,),
)
