"""What buttons say of the readings of a typed sentence."""

# TRANSLATORS, ALL: Buttons that say how a typed sentence was understood. {night} is like "Tuesday
# night", {label} a reminder with its icon.

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.database.stored_values import Kind
from bot.features.cramps.messages.labels import code_labels, field_labels, night_until
from bot.features.cramps.values import WHOLE_SITES
from bot.features.free_text.acts.act_messages import act_label, when_words
from bot.features.free_text.acts.further_labels import further_label, page_labels
from bot.features.free_text.cramp_words import NOW, cramp_words, time_words, two_words
from bot.features.free_text.meanings.act_values import Act
from bot.features.free_text.meanings.further_values import FurtherMeaning, HadCaffeine
from bot.features.free_text.meanings.values import (
    LogCramp,
    LogTwo,
    Meaning,
    MoveReminder,
    NoCramps,
    Pause,
    Show,
    TurnReminder,
)
from bot.features.reminders.messages.names import ICONS, names
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.local_time.nights import Nights


def labels(
    tr: Translator,
    meanings: Sequence[Meaning],
    locals_of: Mapping[LogCramp | HadCaffeine, datetime],
    local_now: datetime,
    nights: Nights,
) -> list[str]:
    """The label of each reading. If all are cramps, only what distinguishes them."""
    cramps = [one for one in meanings if isinstance(one, LogCramp)]
    is_mixed = not all(isinstance(one, LogCramp | LogTwo) for one in meanings)
    if len(cramps) == 1 or is_mixed:
        return [
            cramp_words(tr, one, locals_of[one], local_now, nights)
            if isinstance(one, LogCramp)
            else _other_label(tr, one, locals_of, local_now, nights)
            for one in meanings
        ]
    today = local_now.date()
    shared = set(cramps[0].told) if cramps else set()
    for cramp in cramps[1:]:
        shared &= set(cramp.told)
    is_timed_alike = len({(one.at, one.precision) for one in cramps}) <= 1
    found = [
        _cramp_label(tr, one, locals_of[one], today, shared, nights, with_time=not is_timed_alike)
        if isinstance(one, LogCramp)
        else _other_label(tr, one, locals_of, local_now, nights)
        for one in meanings
    ]
    if len(set(found)) == len(found):
        return found
    return [  # they differ in the time and in something else
        cramp_words(tr, one, locals_of[one], local_now, nights)
        if isinstance(one, LogCramp)
        else words
        for one, words in zip(meanings, found, strict=True)
    ]


def _other_label(
    tr: Translator,
    meaning: Meaning,
    locals_of: Mapping[LogCramp | HadCaffeine, datetime],
    local_now: datetime,
    nights: Nights,
) -> str:
    """What a button says of a reading other than a cramp; of past caffeine, when it was."""
    if isinstance(meaning, LogTwo):
        return two_words(tr, meaning, locals_of, local_now, nights)
    if not isinstance(meaning, HadCaffeine) or local_now - locals_of[meaning] < NOW:
        return label(tr, meaning, local_now.date())
    return tr.gettext("{label}: {text}").format(
        label=tr.gettext("Caffeine"), text=time_words(tr, locals_of[meaning], local_now.date())
    )


def _cramp_label(
    tr: Translator,
    meaning: LogCramp,
    local_at: datetime,
    today: date,
    shared: set[tuple[str, str]],
    nights: Nights,
    *,
    with_time: bool,
) -> str:
    _ = tr.gettext
    words = code_labels(tr)
    for name, code in meaning.told:
        if (name, code) in shared:
            continue
        if name == "strength":
            return _("How strong: {number}").format(number=code)
        if name == "count":
            return _("{label}: {text}").format(label=field_labels(tr)[name], text=words[name][code])
        if code in WHOLE_SITES:
            return _("Not sure")
        return words[name][code]
    if not with_time:
        return _("Not sure")
    if meaning.precision == "night_only":
        return night_until(tr, nights.of(local_at), today)
    if local_at.date() == today:
        return _("At {time}").format(time=clock(tr, local_at))
    return time_words(tr, local_at, today)


def reminder_words(tr: Translator, kind: str) -> str:
    """What a button says of a reminder."""
    return f"{ICONS[Kind(kind)]} {names(tr)[Kind(kind)]}"


def label(tr: Translator, meaning: Meaning, today: date) -> str:
    """What a button says of a reading that is not a cramp."""
    _ = tr.gettext
    match meaning:
        case MoveReminder(kind, times):
            said = ", ".join(clock(tr, slot) for slot in times)
            return _("{label}: {text}").format(label=reminder_words(tr, kind), text=said)
        case TurnReminder(kind, on):
            # TRANSLATORS: The state of a reminder, after its name: "Stretch: on".
            said = _("on") if on else _("off")
            return _("{label}: {text}").format(label=reminder_words(tr, kind), text=said)
        case Pause(until_on, tonight, at):
            if tonight:
                return _("Pause for tonight")
            if until_on is None:
                return _("Pause until I resume")
            if at is not None:
                until = when_words(tr, datetime.combine(until_on, at), today)
                return _("Pause until: {when}").format(when=until)
            return _("Pause until {day}").format(day=day(tr, until_on))
        case NoCramps(_, sleep) if sleep is not None:
            # TRANSLATORS: A button, at most 35 characters; {number} is 10 of 10, the worst.
            return _("No cramps, worst sleep: {number}").format(number=sleep)
        case NoCramps(night_on):
            return _("{night}: no cramps").format(night=night_until(tr, night_on, today))
        case Show(page):
            return page_labels(tr)[page]
    if isinstance(meaning, Act):
        return act_label(tr, meaning, today)
    if isinstance(meaning, FurtherMeaning):
        return further_label(tr, meaning)
    return _("Resume reminders")
