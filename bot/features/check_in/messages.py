"""The check-in in words and buttons."""

# TRANSLATORS, ALL: The question of the morning. {night} is the name of a night, such as "Tuesday
# night".

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from bot.database.stored_values import Habit, NightStatus
from bot.features.check_in.after_messages import After, after_lines, after_rows
from bot.features.check_in.more_messages import More, more_line, more_rows, switch
from bot.features.cramps.messages.labels import code_labels, night_until
from bot.features.cramps.values import COUNTS, code_of
from bot.features.reminders.messages.sent import menu_button
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

ICON = "☀️"
LONGEST_LABEL = 20
"""Characters of the person's own words that fit on a button."""


@dataclass(frozen=True)
class State:
    """What a check-in shows."""

    delivery_id: int
    night_on: date
    status: NightStatus | None
    habits: Mapping[Habit, bool]
    """Habits of the evening that are known, from answers to the check-in or to reminders."""
    asked: Mapping[Habit, str | None]
    """Habits to ask about. The value is the person's own words for ``Habit.OTHER``, else None."""
    entry_id: int | None = None
    """The entry that was made by tapping "Had cramps"."""
    count: int = 1
    """Cramps that the entry stands for; 4 means four or more."""
    is_logged: bool = False
    """Whether the night has an entry that this check-in did not make."""
    after: After | None = None
    """What came after the night's last cramp; None when there was none."""
    more: More | None = None
    """The further questions; None when the person does not want them."""
    today: date | None = None
    """The local date, when an older check-in is opened again; None: it is of last night."""

    @property
    def said(self) -> NightStatus | None:
        """What is known about the night, from the answer or from its entries."""
        if self.status is None and self.is_logged:
            return NightStatus.HAD_CRAMPS
        return self.status


def habit_words(tr: Translator, own: str | None = None) -> dict[Habit, tuple[str, str]]:
    """Habit → the labels of its yes button and its no button.

    Args:
        tr: the language.
        own: the person's own words for ``Habit.OTHER``.
    """
    _ = tr.gettext
    mine = own or ""
    if len(mine) > LONGEST_LABEL:
        mine = f"{mine[: LONGEST_LABEL - 1].rstrip()}…"
    return {
        Habit.STRETCH_DONE: (tr.pgettext("before bed", "Stretched"), _("Did not stretch")),
        Habit.CAFFEINE_AFTER_CUTOFF: (_("Late caffeine"), _("No late caffeine")),
        Habit.HYDRATION_DONE: (_("Drank regularly"), _("Drank little")),
        Habit.MAGNESIUM_RICH_MEAL: (_("Greens, nuts, beans"), _("None of those")),
        Habit.COVERS: (_("Covers loose"), _("Covers tucked in")),
        Habit.PILLOW: (_("Foot pillow"), _("No foot pillow")),
        Habit.WALK: (_("Evening walk"), _("No evening walk")),
        Habit.WARMTH: (_("Warm bath or socks"), _("Nothing warm")),
        Habit.SHOES: (_("Shoes with support"), _("Other shoes")),
        Habit.BREAKS: (_("Got up each hour"), _("Sat for longer")),
        Habit.SCREEN_OFF: (_("Screens off early"), _("Screens until bed")),
        Habit.DRINK_WITH_MEALS: (_("Drank with meals"), _("Not every meal")),
        Habit.NO_ALCOHOL: (_("No alcohol"), _("Had alcohol")),
        # TRANSLATORS: The answer "no" next to a habit in the words of the person.
        Habit.OTHER: (mine, _("Not done")),
    }


def _night(tr: Translator, state: State) -> str:
    """The name of the night, with its date when a later one has the same name."""
    return night_until(tr, state.night_on, state.today or state.night_on)


def _answer_words(tr: Translator, state: State) -> str:
    _ = tr.gettext
    night = _night(tr, state)
    words = {
        NightStatus.NONE_LAST_NIGHT: _("{night}: no cramps."),
        NightStatus.HAD_CRAMPS: _("{night}: had cramps."),
        NightStatus.SKIP: _("{night}: skipped."),
    }
    if state.said is None:
        if state.today is not None:
            return _("How was that night? ({night})").format(night=night)
        return _("How was last night? ({night})").format(night=night)
    return words[state.said].format(night=night)


def _answer_rows(tr: Translator, state: State) -> Rows:
    """The three answers in two rows of large letters, with the menu beside "Skip"."""
    _ = tr.gettext
    labels = {
        NightStatus.NONE_LAST_NIGHT: (_("No cramps"), "none"),
        NightStatus.HAD_CRAMPS: (_("Had cramps"), "had"),
        NightStatus.SKIP: (tr.pgettext("question", "Skip"), "skip"),
    }
    none, had, skip = (
        Button(
            f"• {label}" if status is state.status else label,
            pack("checkin", "night", state.delivery_id, code),
        )
        for status, (label, code) in labels.items()
    )
    return ((none, had), (skip, menu_button(state.delivery_id)))


def _habit_rows(tr: Translator, state: State) -> Rows:
    rows = []
    for habit, own in state.asked.items():
        words = habit_words(tr, own)[habit]
        known = state.habits.get(habit)
        row = []
        for label, value in zip(words, (True, False), strict=True):
            is_chosen = known is value
            target = "x" if is_chosen else int(value)
            row.append(
                Button(
                    f"• {label}" if is_chosen else label,
                    pack("checkin", "habit", state.delivery_id, habit, target),
                )
            )
        rows.append(tuple(row))
    return tuple(rows)


def question(tr: Translator, state: State) -> Message:
    """The question about last night and about the evening before. Every answer is optional."""
    _ = tr.gettext
    lines = [f"{ICON} <b>{escape(_answer_words(tr, state))}</b>"]
    is_asked = state.status is not None or not state.is_logged
    rows = [*_answer_rows(tr, state)] if is_asked else []
    if state.entry_id is not None and state.status is NightStatus.HAD_CRAMPS:
        rows += _cramp_rows(tr, state)
    if state.after is not None and state.said is NightStatus.HAD_CRAMPS:
        lines += after_lines(tr, state.after)
        rows += after_rows(tr, state.delivery_id, state.after)
    lines.append(escape(_("And the evening before? Tap what applies.")))
    rows += _habit_rows(tr, state)
    if state.said is not None:
        if state.more is not None:
            lines.append(escape(more_line(tr)))
            rows += more_rows(tr, state.delivery_id, state.more)
        done = Button(
            tr.pgettext("question", "Done"), pack("checkin", "close", state.delivery_id), "primary"
        )
        rows.append((done, switch(tr, state.delivery_id, is_on=state.more is not None)))
    return Message("\n".join(lines), tuple(rows))


def after_question(tr: Translator, state: State) -> Message:
    """The only question after a night that is logged: how the leg is now. It needs no answer."""
    lines = [f"{ICON} <b>{escape(_answer_words(tr, state))}</b>"]
    rows: Rows = ()
    if state.after is not None:
        lines += after_lines(tr, state.after)
        rows = after_rows(tr, state.delivery_id, state.after)
    done = Button(
        tr.pgettext("question", "Done"), pack("checkin", "close", state.delivery_id), "primary"
    )
    last = (done, menu_button(state.delivery_id))
    return Message("\n".join(lines), (*rows, last), silent=True)


def _cramp_rows(tr: Translator, state: State) -> Rows:
    _ = tr.gettext
    names, now = code_labels(tr)["count"], code_of("count", state.count)
    counts = tuple(
        Button(
            f"• {names[code]}" if code == now else names[code],
            pack("checkin", "count", state.delivery_id, code),
        )
        for code in COUNTS
    )
    details = Button(_("How strong, where, when…"), pack("cramps", "open", state.entry_id, "first"))
    return (counts, (details,))


def closed(tr: Translator, state: State) -> Message:
    """The answer in one line, with a button that opens the question again."""
    words = _answer_words(tr, state) if state.said is not None else _unanswered(tr, state)
    change = Button(tr.gettext("Change"), pack("checkin", "open", state.delivery_id))
    return Message(f"{ICON} {escape(words)}", ((change,),))


def _unanswered(tr: Translator, state: State) -> str:
    return tr.gettext("{night}: question not answered.").format(night=_night(tr, state))


def gone(tr: Translator) -> str:
    """A toast: this check-in does not exist (any more)."""
    return tr.gettext("That question is no longer open.")


def answered_reminder(tr: Translator) -> str:
    """A toast: the check-in cannot delete an answer to a reminder, only override it."""
    return tr.gettext(
        "You gave this answer to the reminder. If it was wrong, tap the other answer."
    )
