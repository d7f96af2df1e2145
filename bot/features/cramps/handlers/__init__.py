"""Handlers of the cramps feature: log a cramp with one tap, and add details to it afterwards.

``log`` logs entries, ``entry_card`` shows them, ``change`` and ``typed`` change them, ``undo``
undoes changes, ``same_minute`` asks about two typed for one minute, ``notes``
keeps their notes, and ``warnings`` shows the cards about health that buttons open.
"""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence

from bot.features.cramps.handlers import (
    change,
    entry_card,
    log,
    notes,
    same_minute,
    typed,
    undo,
    warnings,
)
from bot.features.users.messages.keyboard import log_label
from bot.i18n.translator import Translator
from bot.telegram.feature import (
    AnyHandler,
    Feature,
    command,
    keyboard_button,
    start_link,
    taps,
)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"cramp": tr.gettext("Log a cramp now")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        keyboard_button(log_label, log.on_log),
        command("cramp", log.on_command),
        start_link("log", log.on_log),
        *taps(
            "cramps",
            {
                "add": log.on_add,
                "logat": log.on_log_at,
                "nolog": log.on_no_log,
                "open": entry_card.on_open,
                "set": change.on_set,
                "place": change.on_place,
                "many": change.on_many,
                "time": change.on_time,
                "part": change.on_part,
                "night": change.on_night,
                "undo": change.on_undo,
                "restore": change.on_restore,
                "same": change.on_same,
                "sameone": same_minute.on_same_one,
                "other": change.on_other,
                "at": typed.on_at,
                "leave": typed.on_leave,
                "back": typed.on_back,
                "move": typed.on_move,
                "revert": undo.on_revert,
                "note": notes.on_note,
                "warnings": warnings.on_warnings,
                "warning": warnings.on_warning,
            },
        ),
    ]


FEATURE = Feature(
    name="cramps",
    handlers=_handlers,
    descriptions=_descriptions,
    answers={"at": typed.on_typed_at, "when": log.on_typed_when, "note": notes.on_typed_note},
    on_screen={"entry": typed.about_open_entry},
    own_words=frozenset({"note"}),
    sooner=(log.same_or_another,),
    guesses=(typed.guess_strength, typed.guess_time, log.guess_earlier),
    sent_ids={log.ENTRY_SHOWN: log.store_shown},
    unlimited=(log.on_log, log.on_command),
    begins=(log.on_log, log.on_command),
    for_anybody=(warnings.on_warnings, warnings.on_warning),
)
