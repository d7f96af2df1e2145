"""The users feature: onboarding, settings, time zone, pause, help."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence

from telegram.ext import MessageHandler, filters

from bot.features.users.handlers import (
    bed_wake_fluids,
    help_and_fallback,
    keyboard,
    pause,
    place,
    questions,
    settings,
    start,
    travel,
)
from bot.i18n.translator import Translator
from bot.telegram.feature import FRESH, AnyHandler, Feature, command, taps


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "start": _("Start, or show the menu"),
        "timezone": _("Set your place and time zone"),
        "pause": _("Pause reminders"),
        "resume": _("Resume reminders"),
        "help": _("What I can do"),
        "settings": _("Place, times, language, helper"),
    }


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("start", start.on_start),
        command("timezone", place.on_timezone),
        command("pause", pause.on_pause_question),
        command("resume", pause.on_resume),
        command("help", help_and_fallback.on_help),
        command("settings", settings.on_settings),
        MessageHandler(FRESH & filters.LOCATION, place.on_location),
        *taps(
            "users",
            {
                "back": start.on_step_back,
                "zone": place.on_zone,
                "place": place.on_place,
                "move": travel.on_move,
                "keep": travel.on_keep,
                "keepuntil": travel.on_keep_until,
                "bed": bed_wake_fluids.on_bed,
                "wake": bed_wake_fluids.on_wake,
                "fluids": bed_wake_fluids.on_fluids,
                "settings": settings.on_settings,
                "askpause": pause.on_pause_question,
                "pause": pause.on_pause,
                "resume": pause.on_resume,
                "help": help_and_fallback.on_help,
            },
        ),
    ]


FEATURE = Feature(
    name="users",
    handlers=_handlers,
    descriptions=_descriptions,
    answers={
        "place": place.on_typed_place,
        "bed": bed_wake_fluids.on_typed_bed,
        "wake": bed_wake_fluids.on_typed_wake,
        "fluids": bed_wake_fluids.on_typed_fluids,
        "keepuntil": travel.on_typed_keep_until,
        "pause": pause.on_typed_pause,
    },
    sooner=(start.typed_back,),
    on_sent={
        keyboard.KEYBOARD_SENT: keyboard.on_keyboard_sent,
        help_and_fallback.UNREAD_SENT: help_and_fallback.on_unread_sent,
        questions.QUESTION_SENT: questions.on_question_sent,
    },
    begins=(start.on_start,),
    for_anybody=(help_and_fallback.on_help,),
)
