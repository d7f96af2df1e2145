"""Questions and answers about reminders and the day's plan after a typed sentence."""

# TRANSLATORS, ALL: What was understood of a typed sentence, on buttons and in answers. {label} is a
# reminder with its icon, {when} a day and time.

import re
from dataclasses import replace
from datetime import date, datetime, time
from html import escape

from bot.database.stored_values import EVERY_DAY, Kind
from bot.features.free_text.meanings.act_values import (
    Act,
    Answered,
    AskPlace,
    BedTonight,
    Keep,
    KeepNote,
    Mute,
    RemindDaily,
    RemindOnce,
    Reset,
    SetDays,
    SetSound,
    Shift,
    SleepTimes,
    Snooze,
    TurnOwn,
)
from bot.features.reminders.messages.names import ICONS, days_words, names, time_list
from bot.features.reminders.messages.settings import next_words
from bot.features.users.messages.bed_wake_fluids import times_follow
from bot.features.users.messages.place import ZoneChoice
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

_SHORTEST_NAME = 4
"""The fewest letters of a word that gets a capital in a name; "de" or "of" gets none."""
_QUOTED = re.compile("(?:“(.+)”|„(.+)“|«(.+)»)")
"""Words in the quotation marks of each language."""


def quoting(tr: Translator, question: str, words: str) -> str:
    """A question, and in its last line the person's own words that it is about, if any."""
    return f"{question}\n" + tr.gettext("“{words}”").format(words=words) if words else question


def quoted_in(text: str) -> str:
    """The person's own words in the text of such a question; "" when there are none."""
    found = _QUOTED.fullmatch(text.rsplit("\n", 1)[-1].strip())
    return next(filter(None, found.groups()), "").strip() if found is not None else ""


def when_words(tr: Translator, at: datetime, today: date) -> str:
    """A local time to come: "today 22:20", "tomorrow 22:20", "Thu 14 Jan, 22:20"."""
    return next_words(tr, at, today)


def act_label(tr: Translator, act: Act, today: date) -> str:
    """What a button says of an act."""
    _ = tr.gettext
    match act:
        case RemindOnce(at, _words, kind):
            when = when_words(tr, at, today)
            if kind:
                return _("{label}, once: {when}").format(label=_kind(tr, kind), when=when)
            return _("Once: {when}").format(when=when)
        case RemindDaily((), _words, weekdays):  # the times are asked for next
            words = days_words(tr, weekdays)
            return words[:1].upper() + words[1:]
        case RemindDaily(times, _words, weekdays):
            said = time_list(tr, times)
            if weekdays == EVERY_DAY:
                return _("Every day: {times}").format(times=said)
            return _("{days}: {times}").format(days=days_words(tr, weekdays), times=said)
        case KeepNote():
            return _("Keep as a note")
        case Keep(kind):
            # TRANSLATORS: A button: nothing is stopped or deleted. Also after a reminder's name.
            said = _("leave it as it is")
            return _setting(tr, kind, said) if kind else said
        case AskPlace(at):
            # TRANSLATORS: Somebody says "tomorrow I am in Rome": the bot asks them about it then.
            return _("Ask me then: {when}").format(when=when_words(tr, at, today))
        case TurnOwn(_words, on):
            return _("Switch on") if on else _("Switch off")
        case SetDays() | SetSound() | Shift() | Reset() | Mute():
            return _setting(tr, act.kind, _change_of_setting(tr, act, today))
        case Snooze():
            return _snooze_label(tr, act)
        case Answered(done, kind):
            if kind:
                return _setting(tr, kind, _("done") if done else _("skipped"))
            return _("The last reminder: done") if done else _("The last reminder: skipped")
        case SleepTimes(time() as bed, None):
            return _("Bedtime, every night: {time}").format(time=clock(tr, bed))
        case SleepTimes(None, time() as wake):
            return _("Getting up, every day: {time}").format(time=clock(tr, wake))
        case SleepTimes(bed, wake):
            return sleep_words(tr, bed, wake)
        case BedTonight(at):
            return _("Bedtime, only tonight: {time}").format(time=clock(tr, at))
    return _("Change where I am")


def _change_of_setting(
    tr: Translator, act: SetDays | SetSound | Shift | Reset | Mute, today: date
) -> str:
    """What a button says, after a reminder's name, of a change of its settings."""
    _ = tr.gettext
    match act:
        case SetDays(_kind, weekdays):
            return days_words(tr, weekdays)
        case SetSound(_kind, on):
            return _("with sound") if on else _("silent")
        case Shift(_kind, minutes):
            count = abs(minutes)
            words = (
                tr.ngettext("{count} minute later", "{count} minutes later", count)
                if minutes > 0
                else tr.ngettext("{count} minute earlier", "{count} minutes earlier", count)
            )
            return words.format(count=count)
        case Reset():
            return _("usual times")
        case Mute(_kind, until_on):
            if until_on == today:
                return _("not today")
            return _("none until {day}").format(day=day(tr, until_on))


def _setting(tr: Translator, kind: str, text: str) -> str:
    return tr.gettext("{label}: {text}").format(label=_kind(tr, kind), text=text)


def _kind(tr: Translator, kind: str) -> str:
    return f"{ICONS[Kind(kind)]} {names(tr)[Kind(kind)]}"


def _snooze_label(tr: Translator, snooze: Snooze) -> str:
    _ = tr.gettext
    if snooze.minutes is not None:
        return tr.ngettext(
            "The last reminder: again in {count} minute",
            "The last reminder: again in {count} minutes",
            snooze.minutes,
        ).format(count=snooze.minutes)
    if snooze.clock is not None:
        return _("The last reminder: again at {time}").format(time=clock(tr, snooze.clock))
    return _("The last reminder: again later")


def sleep_words(tr: Translator, bed: time | None, wake: time | None) -> str:
    """Bedtime and time of getting up, as far as they are given."""
    _ = tr.gettext
    said = []
    if bed is not None:
        said.append(_("Bedtime: {time}").format(time=clock(tr, bed)))
    if wake is not None:
        said.append(_("Getting up: {time}").format(time=clock(tr, wake)))
    return ", ".join(said)


def with_undo(tr: Translator, message: Message, undo: str) -> Message:
    """A message with the way back to what was before."""
    return replace(message, rows=((Button(tr.gettext("Undo"), undo),), *message.rows))


def done(tr: Translator, card: Message, undo: str | None, note: str = "") -> Message:
    """What was done, above the card of what it is now."""
    lines = [escape(tr.gettext("Done.")), card.text, *(["", escape(note)] if note else [])]
    shown = replace(card, text="\n".join(lines))
    return shown if undo is None else with_undo(tr, shown, undo)


def no_words(tr: Translator) -> str:
    """The answer to a button whose question is too old, so that the person's own words are lost."""
    return tr.gettext("I no longer have your words. Please type the sentence again.")


def asks_place(tr: Translator, place: str) -> str:
    """The words of a reminder on the day when somebody arrives at a place."""
    # TRANSLATORS: {place} is a city or country as the person wrote it, perhaps inflected.
    text = tr.gettext("Are you in {place} yet? Then send /timezone, and I follow the clock there.")
    return text.format(place=_as_name(place))


def _as_name(place: str) -> str:
    """A place with capitals, when it was typed without any: "New York", "Rio de Janeiro"."""
    if place != place.lower():
        return place
    first, *others = place.split()
    words = [one.capitalize() if len(one) >= _SHORTEST_NAME else one for one in others]
    return " ".join((first.capitalize(), *words))


def past_time(tr: Translator) -> str:
    """A reminder cannot come at a time that has passed."""
    return tr.gettext("That time has passed, so nothing is changed.")


def comes_not_while_paused(tr: Translator) -> str:
    """A new reminder does not come, because all of them are paused then."""
    return tr.gettext("Your reminders are paused at that time, so it will not come.")


def removed(tr: Translator, words: str) -> Message:
    """A reminder that was just added is gone."""
    text = tr.gettext("Undone. I will not remind you: {words}").format(words=words)
    return Message(escape(text))


def no_last_reminder(tr: Translator) -> Message:
    """There is no reminder that an answer could be for."""
    _ = tr.gettext
    text = _("No reminder came in the last hours, so there is none to answer.")
    return Message(escape(text), ((Button(_("Reminders"), pack("reminders", "list")),),))


def which_own(tr: Translator, overview: Message) -> Message:
    """Several reminders, or none, have the person's words: all of them are shown."""
    text = tr.gettext("Which reminder do you mean? Tap it to change it.")
    return replace(overview, text=f"{escape(text)}\n\n{overview.text}")


def ask_when(tr: Translator, card: Message, slot: int) -> Message:
    """The question for the times of a new reminder, with a way back."""
    return with_undo(tr, card, pack("typed", "unown", slot))


def sleep_changed(tr: Translator, bed: time | None, wake: time | None, undo: str) -> Message:
    """Bedtime or the time of getting up has changed."""
    text = f"{escape(sleep_words(tr, bed, wake))}\n{escape(times_follow(tr))}"
    return with_undo(tr, Message(text), undo)


def moved_tonight(
    tr: Translator, bed: datetime, at: datetime, every_night: Button, *, is_silent: bool
) -> Message:
    """Tonight's stretch comes before another bedtime than usual.

    Args:
        tr: the text's language.
        bed: tonight's bedtime, as local time.
        at: when the stretch comes, as local time.
        every_night: changes the bedtime of every night.
        is_silent: whether the stretch makes no sound then.
    """
    _ = tr.gettext
    stretch = _("{label}: {text}").format(label=_kind(tr, Kind.STRETCH), text=clock(tr, at))
    lines = (
        act_label(tr, BedTonight(bed), bed.date()),
        f"{stretch} · {_('silent')}" if is_silent else stretch,
        _("All other nights stay as they are."),
    )
    return Message(escape("\n".join(lines)), ((every_night,),))


def nothing_to_move(tr: Translator, bed: datetime, every_night: Button) -> Message:
    """No stretch comes tonight, so another bedtime for tonight changes nothing."""
    _ = tr.gettext
    lines = (
        act_label(tr, BedTonight(bed), bed.date()),
        _("No stretch reminder is to come tonight, so there is nothing to move."),
    )
    return Message(escape("\n".join(lines)), ((every_night,),))


def usual_tonight(tr: Translator) -> Message:
    """Tonight's stretch comes as on every night."""
    return Message(escape(tr.gettext("Undone. Tonight is like every other night.")))


def sleep_put_back(tr: Translator, bed: time | None, wake: time | None) -> Message:
    """Bedtime and time of getting up are as before."""
    text = tr.gettext("Undone. It is again as before:")
    return Message(f"{escape(text)}\n{escape(sleep_words(tr, bed, wake))}")


def home_again(tr: Translator, zone: str, city: str) -> Message:
    """Ask whether diary and reminders shall follow the time at home again."""
    _ = tr.gettext
    text = _("Are you back in {city}? Then diary and reminders follow the time there.")
    rows = (
        (Button(_("Yes"), pack("users", "move", zone), "primary"),),
        (Button(_("No"), pack("typed", "no")),),
    )
    return Message(escape(text.format(city=city)), rows)


def at_home_already(tr: Translator, here: ZoneChoice) -> Message:
    """Say whose time diary and reminders follow, to who is home and was away for all we know."""
    _ = tr.gettext
    text = _(
        "Diary and reminders follow the time of {city} already. It is {time} there now."
    ).format(city=here.city, time=clock(tr, here.local_now))
    row = (Button(_("Change where I am"), pack("users", "zone")),)
    return Message(escape(text), (row,))


def shall_go_on(tr: Translator) -> Message:
    """Ask whether a pause ends, now that the person is back."""
    _ = tr.gettext
    rows = (
        (Button(_("Resume now"), pack("users", "resume"), "primary"),),
        (Button(_("No"), pack("typed", "no")),),
    )
    return Message(escape(_("Welcome back. Your reminders are paused.")), rows)
