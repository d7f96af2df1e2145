"""Messages about how a typed sentence was understood, and questions when that is not clear."""

# TRANSLATORS, ALL: Buttons that say how a typed sentence was understood. {night} is like "Tuesday
# night", {label} a reminder with its icon.

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from html import escape

from bot.features.cramps.entry_times import Unusable
from bot.features.cramps.messages.earlier_entries import unusable_backdated
from bot.features.cramps.messages.labels import night_name
from bot.features.cramps.told_codes import encode_told
from bot.features.cramps.values import WHOLE_SITES
from bot.features.free_text.acts.act_messages import quoting
from bot.features.free_text.cramp_words import cramp_words
from bot.features.free_text.meanings.further_values import HadCaffeine
from bot.features.free_text.meanings.values import (
    LogCramp,
    Meaning,
    Page,
    Show,
    Unclear,
    Why,
    encode,
)
from bot.features.free_text.offers.likeness import is_usual
from bot.features.free_text.reading_labels import labels as reading_labels
from bot.features.free_text.rules.cramp_fields import with_site
from bot.features.reminders.messages.settings import ReminderState, reminder_card
from bot.i18n.translator import Translator
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexicon import ordinary
from bot.local_time.nights import NOON_TO_NOON, Nights
from bot.telegram.message import Button, Message, pack

SHORT_WORD = 2
"""Words of up to this many letters are never named as unknown: nearly all are everyday words."""
LONGEST_WORD = 30
"""The most characters of an unknown word that are repeated."""
MOST_NAMED = 3
PAGES: Mapping[Page, tuple[str, str]] = {
    Page.SUMMARY: ("summary", "week"),
    Page.HISTORY: ("history", "open"),
    Page.REMINDERS: ("reminders", "list"),
    Page.HELP: ("users", "help"),
}
"""Page → feature and verb of the button that opens it; the page is also the command's name."""


def unclear(
    tr: Translator,
    understood: Unclear,
    message_id: int,
    locals_of: Mapping[LogCramp | HadCaffeine, datetime],
    local_now: datetime,
    nights: Nights = NOON_TO_NOON,
    unknown: Sequence[str] = (),
    words: str = "",
) -> Message:
    """The likely readings to choose from; without any, what can be typed.

    Args:
        tr: the text's language.
        understood: the readings.
        message_id: of the sentence: the key of the entry that a button makes.
        locals_of: the local time of each cramp, and each drink, among the readings.
        local_now: the local time.
        nights: the person's nights.
        unknown: words of the sentence that were left out, as typed.
        words: the person's own, which the question quotes.
    """
    if not understood.candidates:
        return _nothing_to_choose(tr, understood.why)
    is_one = len(understood.candidates) == 1
    question = _question(tr, understood.why, is_one=is_one)
    whole = _without_place(understood.candidates)
    if whole is not None:
        local_at = next(iter(locals_of.values()))
        understood_as = cramp_words(tr, whole, local_at, local_now, nights)
        question = f"{understood_as}\n{tr.gettext('Where exactly?')}"
    labels = reading_labels(tr, understood.candidates, locals_of, local_now, nights)
    verb = "each" if understood.why is Why.BOTH else "yes"
    buttons = [
        (choice(one, words, message_id, verb),)
        for words, one in zip(labels, understood.candidates, strict=True)
    ]
    no = tr.gettext("No") if is_one else tr.pgettext("meanings", "None of these")
    last = (*_other_time(tr, understood.candidates), Button(no, pack("typed", "no")))
    lines = (*unknown_words(tr, unknown), question)
    return Message(escape(quoting(tr, "\n".join(lines), words)), (*buttons, last))


def _nothing_to_choose(tr: Translator, why: Why) -> Message:
    """Why nothing was done with a sentence that has no likely reading."""
    if why is Why.TO_COME:
        return replace(unusable_backdated(tr, Unusable.TO_COME), rows=())
    if why is Why.TOO_LONG_AGO:
        return replace(unusable_backdated(tr, Unusable.TOO_LONG_AGO), rows=())
    text = tr.gettext("Sorry, I did not catch that. Nothing is changed.")
    return Message(escape(text), (help_row(tr),))


def _question(tr: Translator, why: Why, *, is_one: bool) -> str:
    """The question above the readings."""
    _ = tr.gettext
    match why:
        case Why.BOTH:
            return _("You said several things. Tap each one that you want.")
        case Why.FEW_DAYS:
            return _(
                "I cannot remind you every few days, only daily or on fixed weekdays. What comes"
                " closest?"
            )
        case Why.ONE_DAY:
            return _("I cannot set another time of getting up for one day only. Would this help?")
        case Why.BAD_NIGHT:
            return _("I am sorry you had such a night. Was there a cramp, too?")
    return _("Do you mean this?") if is_one else _("Which of these do you mean?")


def unknown_words(tr: Translator, unknown: Sequence[str]) -> tuple[str, ...]:
    """A line that names words which the bot did not understand; none when there are none.

    Short words, ordinary words and words of the known sentences are not named: it is the sentence
    that was not understood, not the word.
    """
    everyday = ordinary(tr.language)
    unknown = [
        one
        for one in unknown
        if len(one) > SHORT_WORD and fold(one) not in everyday and not is_usual(one, tr.language)
    ]
    if not unknown:
        return ()
    quoted = tr.gettext("“{words}”")
    words = ", ".join(quoted.format(words=word[:LONGEST_WORD]) for word in unknown[:MOST_NAMED])
    # TRANSLATORS: {words} are words in quotation marks, one or several.
    return (tr.gettext("I did not catch {words}.").format(words=words),)


def choice(meaning: Meaning, words: str, message_id: int, verb: str = "yes") -> Button:
    """The button of a reading."""
    words = words[:1].upper() + words[1:]
    if isinstance(meaning, Show) and (opened := PAGES.get(meaning.page)) is not None:
        return Button(words, pack(*opened))
    return Button(words, pack("typed", verb, message_id, encode(meaning)))


def has_room(meaning: Meaning, message_id: int) -> bool:
    """Whether a button can carry a reading: many times of day are longer than one may be."""
    try:
        choice(meaning, "", message_id)
    except ValueError:
        return False
    return True


def _other_time(tr: Translator, meanings: Sequence[Meaning]) -> tuple[Button, ...]:
    """The way to log the cramp that is meant at a time that is not on the buttons."""
    whole = _without_place(meanings)
    told = {one.told for one in meanings if isinstance(one, LogCramp)}
    told = told if whole is None else {whole.told}
    if len(told) != 1 or not all(isinstance(one, LogCramp) for one in meanings):
        return ()
    return (Button(tr.gettext("Other time"), pack("typed", "other", encode_told(told.pop()))),)


def _without_place(meanings: Sequence[Meaning]) -> LogCramp | None:
    """The cramp of which only the exact place is asked; None when something else is."""
    cramps = [one for one in meanings if isinstance(one, LogCramp)]
    if not 1 < len(cramps) == len(meanings):
        return None
    known = {replace(one, told=with_site(one.told, "")) for one in cramps}
    if len(known) > 1:
        return None
    whole = (one for one in cramps if dict(one.told).get("site") in WHOLE_SITES)
    return next(whole, known.pop())


def changed(tr: Translator, state: ReminderState, undo: str | None) -> Message:
    """A reminder as it is from now on, every day.

    Args:
        tr: the text's language.
        state: the reminder.
        undo: callback data of the way back, if there is one.
    """
    return with_way_back(
        tr, _said_above(tr.gettext("Done. From now on:"), reminder_card(tr, state)), undo
    )


def muted(tr: Translator, state: ReminderState, undo: str | None) -> Message:
    """A reminder that rests for a while; its card says when it comes next."""
    return with_way_back(tr, _said_above(tr.gettext("Done."), reminder_card(tr, state)), undo)


def unchanged(tr: Translator, state: ReminderState) -> Message:
    """A reminder that was so already."""
    return _said_above(tr.gettext("It is already set like this:"), reminder_card(tr, state))


def stays(tr: Translator, state: ReminderState) -> Message:
    """A reminder that is not to be stopped, and whether it is on; no button that would stop it."""
    card = reminder_card(tr, state)
    all_of_them = Button(tr.gettext("Reminders"), pack("reminders", "list"))
    said = tr.gettext("All right, nothing is changed.")
    return _said_above(said, replace(card, rows=((all_of_them,),)))


def everything_stays(tr: Translator) -> Message:
    """Nothing is to be stopped or deleted."""
    said = tr.gettext(
        "All right, everything stays as it is. Nothing is switched off, and nothing is deleted."
    )
    return Message(escape(said))


def _said_above(line: str, shown: Message) -> Message:
    return replace(shown, text=f"{escape(line)}\n{shown.text}")


def put_back(tr: Translator, state: ReminderState) -> Message:
    """A reminder as it was before."""
    return _said_above(tr.gettext("Undone. It is again as before:"), reminder_card(tr, state))


def stays_off(tr: Translator, state: ReminderState) -> Message:
    """A reminder that answers about health keep off; its card says why."""
    return reminder_card(tr, state)


def with_way_back(tr: Translator, message: Message, undo: str | None) -> Message:
    """A message with the way back to what was before, if there is one."""
    if undo is None:
        return message
    row = (Button(tr.gettext("Undo"), undo),)
    return replace(message, rows=(row, *message.rows))


def sleep_words(tr: Translator, quality: int) -> str:
    """How a night was slept."""
    return tr.gettext("sleep {number} of 10, where 10 is worst").format(number=quality)


def no_cramps(tr: Translator, night_on: date, undo: str, sleep: int | None = None) -> Message:
    """A night without cramps was noted, and perhaps how it was slept."""
    text = tr.gettext("{night}: no cramps.").format(night=night_name(tr, night_on))
    text = text if sleep is None else f"{text} {_as_sentence(sleep_words(tr, sleep))}"
    return with_way_back(tr, Message(escape(text)), undo)


def only_slept(tr: Translator, night_on: date, undo: str, sleep: int) -> Message:
    """How a night was slept whose cramps are in the diary already."""
    text = f"{night_name(tr, night_on)}: {sleep_words(tr, sleep)}."
    return with_way_back(tr, Message(escape(text)), undo)


def _as_sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def no_cramps_taken_back(tr: Translator, night_on: date) -> Message:
    """The record that a night had no cramps was removed."""
    text = tr.gettext("Undone: {night}.").format(night=night_name(tr, night_on))
    return Message(escape(text))


def night_has_cramps(tr: Translator, night_on: date) -> Message:
    """A night with entries cannot be one without cramps."""
    text = tr.gettext(
        "There are cramps in your diary for {night}. I left them as they are."
    ).format(night=night_name(tr, night_on))
    see = Button(tr.gettext("Show that night"), pack("history", "night", f"{night_on:%Y%m%d}"))
    return Message(escape(text), ((see,),))


def calm_since(tr: Translator, night_on: date) -> Message:
    """It was quiet after a cramp: the night has cramps all the same."""
    text = tr.gettext(
        "Good that it was quiet after that. The cramps stay in your diary: {night}."
    ).format(night=night_name(tr, night_on))
    see = Button(tr.gettext("Show that night"), pack("history", "night", f"{night_on:%Y%m%d}"))
    return Message(escape(text), ((see,),))


def leg_not_noted(tr: Translator) -> str:
    """A line below the counts of cramps none of which has a side, for who asks "which leg"."""
    # TRANSLATORS: The answer to "which leg"; "left" is what can be typed.
    return tr.gettext(
        "Which leg it was is not noted for these cramps. After a cramp you can type “left”."
    )


def ask_way_back(tr: Translator, undo: str, name: str | None) -> Message:
    """Ask whether what a sentence did last is to be undone.

    Args:
        tr: the text's language.
        undo: callback data of its way back.
        name: of what was done, if it has one.
    """
    _ = tr.gettext
    label = _("Undo") if name is None else _("Undo: {change}").format(change=name)
    rows = ((Button(label, undo, "primary"),), (Button(_("No"), pack("typed", "no")),))
    return Message(escape(_("Undo this?")), rows)


def nothing_changed(tr: Translator) -> Message:
    """None of the readings was meant."""
    return Message(escape(tr.gettext("All right, nothing is changed.")), (help_row(tr),))


def help_row(tr: Translator) -> tuple[Button, ...]:
    """The button that shows what can be typed, so that answers need not list it."""
    return (Button(tr.gettext("Help"), pack("users", "help")),)


def no_question(tr: Translator) -> Message:
    """A typed "yes" or "no" when nothing was asked."""
    # TRANSLATORS: The answer to a "yes" or a "no" that was typed when the bot had asked nothing.
    return Message(escape(tr.gettext("I had no question for you just now, so nothing is changed.")))
