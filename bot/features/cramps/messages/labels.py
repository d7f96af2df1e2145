"""Labels of fields, codes, nights and times, which cards, summaries and reports share."""

# TRANSLATORS, ALL: Answers about an entry on short buttons, two in a row; the person speaks. They
# also stand in lower case in lists.

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.features.cramps import entry_times, values
from bot.features.cramps.entry import Entry
from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator


@lru_cache(maxsize=64)
def code_labels(tr: Translator) -> Mapping[str, Mapping[str, str]]:
    """Field → code → the label of its chip, in the order of the value sets.

    Kept for each translator, because every card needs some of these 80 texts.
    """
    _ = tr.gettext
    yes_no = {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure")}
    return {
        "type": {
            "cramp": _("Cramp"),
            "twitch": _("Twitch"),
            "urge_to_move": _("Urge to move"),
            "other_pain": _("Other pain"),
        },
        "site": {
            "calf": _("Calf"),
            "foot_sole": _("Sole of foot"),
            "toes": _("Toes"),
            "shin": _("Shin"),
            "thigh_front": _("Thigh, front"),
            "thigh_back": _("Thigh, back"),
            "thigh_inner": _("Thigh, inside"),
            "hip_buttock": _("Hip, buttock"),
            "hand_forearm": _("Hand, forearm"),
            "arm": _("Arm"),
            "abdomen": _("Belly"),
            "chest": _("Chest"),
            # TRANSLATORS: The back, as a part of the body.
            "back": _("Back"),
            "neck_shoulder": _("Neck, shoulder"),
            "eyelid_face": _("Eyelid, face"),
            # TRANSLATORS: A cramp somewhere in the foot; its exact part is not known.
            "foot": _("Foot"),
            "thigh": _("Thigh"),
        },
        "side": {
            "left": _("Left"),
            "right": _("Right"),
            "both": _("Both sides"),
            "unsure": _("Not sure"),
        },
        "duration": {
            "lt_1min": _("Under 1 min"),
            "1_5min": _("1 to 5 min"),
            "5_10min": _("5 to 10 min"),
            "gt_10min": _("Over 10 min"),
            "unsure": _("Not sure"),
        },
        "woke": {
            "yes": _("Woke me"),
            "no_was_awake": _("I was awake"),
            "unsure": _("Not sure"),
        },
        "strength": {str(number): str(number) for number in range(values.STRONGEST + 1)},
        "effect": {
            "sore_next_day": _("Sore next day"),
            "numb_or_tingling": _("Numb, tingling"),
            "weak": _("Weak"),
            "swollen": _("Swollen"),
            "warm_or_red": _("Warm or red"),
            "none": tr.pgettext("aftereffects", "None of these"),
        },
        "count": {"1": "1", "2": "2", "3": "3", "4_plus": _("4 or more")},
        "sleep": {str(number): str(number) for number in range(values.STRONGEST + 1)},
        "back": {
            "lt_15min": _("Within 15 min"),
            "15_60min": _("15 to 60 min"),
            "gt_60min": _("Over an hour"),
            "not_again": _("Not again"),
        },
        "context": {
            "asleep": _("Asleep"),
            "lying_awake": _("Lying awake"),
            "sitting": _("Sitting"),
            "after_long_sitting": _("After long sitting"),
            "after_long_standing": _("After long standing"),
            "during_exercise": _("During exercise"),
            "after_exercise_same_day": _("After exercise that day"),
            "walking": _("Walking"),
            "after_meal": _("After a meal"),
            "other": _("Something else"),
        },
        "trigger": {
            "hard_exercise": _("Hard exercise"),
            "long_sitting_or_driving": _("Long sitting, driving"),
            "long_standing": _("Long standing"),
            "hot_day": _("Hot day"),
            "little_fluid": _("Drank little"),
            "vomiting_diarrhoea_sweating": _("Sick, or sweated a lot"),
            "caffeine_after_cutoff": _("Late caffeine"),
            "alcohol_evening": _("Alcohol in the evening"),
            "poor_sleep": _("Poor sleep"),
            "stress": _("Stress"),
            "new_or_changed_medicine": _("New/changed medicine"),
            "diet_change": _("Change of diet"),
            "tight_bedding": _("Tight bedding"),
            "foot_pointed_down": _("Foot pointed down"),
            "none_known": _("Nothing I know of"),
        },
        "relief": {
            "stretched": tr.pgettext("against a cramp", "Stretched"),
            "stood_on_it": _("Stood on it"),
            "walked": _("Walked"),
            "massaged": _("Rubbed it"),
            # TRANSLATORS: Tried against a cramp: something warm on the muscle.
            "heat": _("Warmth"),
            # TRANSLATORS: Tried against a cramp: something cold on the muscle.
            "cold": _("Cold"),
            "shook_leg": _("Shook the leg"),
            "waited": _("Waited"),
            "other": _("Something else"),
        },
        "helped": {
            "not_at_all": _("Not at all"),
            "a_bit": _("A bit"),
            "a_lot": _("A lot"),
            "unsure": _("Not sure"),
        },
        "impact": {
            # TRANSLATORS: How the next day was changed: not at all.
            "none": _("Unchanged"),
            "tired": _("Tired"),
            "limited_activity": _("Did less"),
        },
        "days": {
            "lt_1day": _("Less than a day"),
            "1_3days": _("1 to 3 days"),
            "4_14days": _("4 to 14 days"),
            "gt_14days": _("Over 2 weeks"),
            "unsure": _("Not sure"),
        },
        "elsewhere": dict(yes_no),
        "weak": {
            "weak": _("Weak"),
            "stiff": _("Stiff"),
            "both": _("Weak and stiff"),
            "no": _("No"),
            "unsure": _("Not sure"),
        },
        "tingling": dict(yes_no),
        "fell": {
            "no": _("No"),
            "nearly": _("Nearly"),
            "yes_hurt": _("Yes, and got hurt"),
            "yes_not_hurt": _("Yes, not hurt"),
        },
    }


def field_labels(tr: Translator) -> dict[str, str]:
    """Field → the label of the button that opens it."""
    _ = tr.gettext
    return {
        "type": _("Cramp or twitch"),
        "site": _("Where"),
        "side": _("Which side"),
        "strength": _("How strong"),
        "woke": _("Woke me?"),
        "duration": _("How long"),
        "effect": _("Afterwards"),
        "count": _("How many"),
        "sleep": _("Sleep disturbed"),
        # TRANSLATORS: How long it took to fall asleep again.
        "back": _("Back to sleep"),
        "context": _("What I was doing"),
        "trigger": _("Noted that day"),
        "relief": _("What I tried"),
        "helped": _("Did it help"),
        "impact": _("Next day"),
        "days": _("How long so far"),
        "elsewhere": _("In other places too"),
        "weak": _("Weak or stiff there"),
        "tingling": _("Tingling there"),
        # TRANSLATORS: The name of the question "Did you fall when it came?"
        "fell": _("Fell"),
    }


NAMED_WITH_FIELD = frozenset(
    {"fell", "back", "impact", "sleep", "days", "elsewhere", "weak", "tingling"}
)
"""Fields whose labels are unclear without the field: "nearly", "over an hour"."""


def helped_labels(tr: Translator) -> dict[str, str]:
    """How much something helped → words that are clear without the question."""
    _ = tr.gettext
    return {
        "a_lot": _("Helped a lot"),
        "a_bit": _("Helped a bit"),
        "not_at_all": _("Nothing helped"),
        "unsure": _("Not sure"),
    }


def told_words(tr: Translator, field: str, code: str) -> str:
    """What a code of a field says, as it stands in a list: "hot day", "fell: nearly"."""
    labels = helped_labels(tr) if field == "helped" else code_labels(tr)[field]
    words = formats.in_sentence(tr, labels[code])
    if field not in NAMED_WITH_FIELD:
        return words
    label = formats.in_sentence(tr, field_labels(tr)[field])
    return tr.gettext("{label}: {text}").format(label=label, text=words)


def questions(tr: Translator) -> dict[str, str]:
    """Field → the question above its chips; fields without one show their label instead."""
    _ = tr.gettext
    return {
        "type": _("Was it a cramp, or something else?"),
        "count": _("How many cramps does this entry stand for?"),
        "sleep": _(
            "How much did it disturb your sleep? 0 is not at all, 10 is as much as possible."
        ),
        "strength": _("How strong was it? 0 is none, 10 is the worst you can imagine."),
        "back": _("How long until you were asleep again?"),
        "context": _("What were you doing?"),
        "trigger": _("What was that day like? Tap all that apply."),
        "relief": _("What did you try? Tap all that apply."),
        "effect": _("What came afterwards? Tap all that apply."),
        "helped": _("Did it help?"),
        "impact": _("Did it change the next day?"),
        "days": _("How long has it been going on?"),
        "elsewhere": _("Does it twitch in other places too?"),
        "weak": _("Is it weak or stiff there?"),
        "tingling": _("Does it tingle there?"),
        "fell": _("Did you fall when it came?"),
    }


def night_name(tr: Translator, night_on: date) -> str:
    """The name of a night by its evening, such as "Tuesday night".

    Other languages may name both of its days.
    """
    _ = tr.gettext
    names = (
        _("Monday night"),
        _("Tuesday night"),
        _("Wednesday night"),
        _("Thursday night"),
        _("Friday night"),
        _("Saturday night"),
        _("Sunday night"),
    )
    return names[night_on.weekday()]


def dated_night(tr: Translator, entry: Entry) -> str:
    """The name of an entry's night, with its date when it was over a week old at its entry."""
    return night_until(tr, entry.night_on, entry.entered_on)


def night_until(tr: Translator, night_on: date, today: date) -> str:
    """The name of a night, with its date when a later one has the same name."""
    night = night_name(tr, night_on)
    if night_on >= today - timedelta(days=6):
        return night
    date_words = formats.day(tr, night_on, "MMMd")
    return tr.gettext("{night}, {day}").format(night=night, day=date_words)


def clock_words(tr: Translator, local: datetime, *, is_about: bool) -> str:
    """A time of day: "03:12", or "about 03:00"."""
    time = clock(tr, local)
    # TRANSLATORS: A time that is not exact: "about 03:00".
    return tr.gettext("about {time}").format(time=time) if is_about else time


def hour_words(tr: Translator, entry: Entry) -> str:
    """The time of day at which an entry happened."""
    return clock_words(tr, entry.local_at, is_about=entry.is_about)


def when_words(tr: Translator, entry: Entry) -> str:
    """When an entry happened, and its night: "03:12, Tuesday night"."""
    night = dated_night(tr, entry)
    if not entry.has_time:
        return night
    _ = tr.gettext
    is_night = entry_times.is_night_time(entry.local_at.time())
    # TRANSLATORS: A cramp by day is counted "for" the night around it: "15:00, for Tuesday night".
    text = _("{time}, {night}") if is_night else _("{time}, for {night}")
    return text.format(time=hour_words(tr, entry), night=night)
