"""The reminders feature: answers to reminders that were sent, and their settings."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence

from bot.features.reminders.handlers import (
    answers,
    guided_stretch,
    menu,
    own_words,
    settings,
    snooze,
    stop,
)
from bot.features.users.messages.keyboard import reminders_label
from bot.i18n.translator import Translator
from bot.telegram.feature import AnyHandler, Feature, command, keyboard_button, taps


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "reminders": _("See and change your reminders"),
        "stretch": _("Stretch with me, about 3 minutes"),
        "stop": _("Stop messages, for a while or for good"),
    }


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("reminders", settings.on_list_command),
        command("stretch", guided_stretch.on_stretch),
        command("stop", stop.on_stop),
        keyboard_button(reminders_label, settings.on_list_command),
        *taps(
            "reminders",
            {
                "done": answers.on_done,
                "skip": answers.on_skip,
                "ask": answers.on_ask,
                "back": answers.on_back,
                "step": guided_stretch.on_old_step,
                "guide": guided_stretch.on_guide,
                "intro": guided_stretch.on_intro,
                "pose": guided_stretch.on_pose,
                "count": guided_stretch.on_count,
                "enough": guided_stretch.on_enough,
                "finish": guided_stretch.on_finish,
                "later": snooze.on_later,
                "in": snooze.on_in,
                "until": snooze.on_until,
                "at": snooze.on_at,
                "menu": menu.on_menu,
                "move": menu.on_move,
                "unmove": menu.on_unmove,
                "type": menu.on_type,
                "mute": menu.on_mute,
                "unmute": menu.on_unmute,
                "stop": menu.on_stop,
                "unstop": menu.on_unstop,
                "keep": menu.on_keep,
                "off": stop.on_off,
                "unoff": stop.on_unoff,
                "stopping": stop.on_stopping,
                "rest": stop.on_rest,
                "unrest": stop.on_unrest,
                "list": settings.on_list,
                "kind": settings.on_kind,
                "on": settings.on_switch,
                "dinner": settings.on_dinner,
                "sound": settings.on_sound,
                "set": settings.on_set,
                "times": settings.on_times,
                "days": settings.on_days,
                "setdays": settings.on_set_days,
                "reset": settings.on_reset,
                "new": own_words.on_new,
                "words": own_words.on_words,
                "remove": own_words.on_remove,
                "removed": own_words.on_removed,
            },
        ),
    ]


FEATURE = Feature(
    name="reminders",
    handlers=_handlers,
    descriptions=_descriptions,
    answers={
        "at": snooze.on_typed_at,
        "times": settings.on_typed_times,
        "type": menu.on_typed,
        "words": own_words.on_typed_words,
    },
    own_words=frozenset({"words"}),
    on_sent={snooze.SHOWN_BELOW: snooze.on_shown_below},
)
