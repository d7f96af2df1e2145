"""The reminders feature: answers to reminders that were sent, and their settings."""

from collections.abc import Mapping, Sequence

from bot.features.reminders.handlers import answers, guided_stretch, own_words, settings, snooze
from bot.features.users.messages.keyboard import reminders_label
from bot.i18n.translator import Translator
from bot.telegram.feature import AnyHandler, Feature, command, keyboard_button, taps


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"reminders": tr.gettext("What comes when, and change it")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("reminders", settings.on_list_command),
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
        "words": own_words.on_typed_words,
    },
    own_words=frozenset({"words"}),
    on_sent={snooze.SHOWN_BELOW: snooze.on_shown_below},
)
