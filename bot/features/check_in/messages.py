"""The morning question in words and buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from bot.database.models import Habit, NightStatus
from bot.features.cramps.messages import night_name, words_for
from bot.features.cramps.values import COUNTS, code_of
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

ICON = "☀️"
LONGEST_LABEL = 20


@dataclass(frozen=True)
class State:
    """What is shown of a check-in."""

    delivery_id: int
    night_on: date
    status: NightStatus | None
    habits: Mapping[Habit, bool]
    """What is known of the evening's habits, told or filled in."""
    asked: Mapping[Habit, str | None]
    """The habits that are asked about, with the words of one of the person's own."""
    entry_id: int | None = None
    """The entry that "had cramps" has made."""
    count: int = 1


def habit_words(tr: Translator, own: str | None = None) -> dict[Habit, tuple[str, str]]:
    """Habit → the buttons for yes and for no."""
    _ = tr.gettext
    mine = own or ""
    if len(mine) > LONGEST_LABEL:
        mine = f"{mine[: LONGEST_LABEL - 1].rstrip()}…"
    return {
        Habit.STRETCH_DONE: (_("Stretched"), _("Did not stretch")),
        Habit.CAFFEINE_AFTER_CUTOFF: (_("Late caffeine"), _("No late caffeine")),
        Habit.HYDRATION_DONE: (_("Had my drinks"), _("Few drinks")),
        Habit.MAGNESIUM_RICH_MEAL: (_("Greens, nuts, beans"), _("None of those")),
        Habit.OTHER: (mine, _("Not that")),
    }


def _said(tr: Translator, state: State) -> str:
    _ = tr.gettext
    night = night_name(tr, state.night_on)
    words = {
        NightStatus.NONE_LAST_NIGHT: _("{night}: no cramps."),
        NightStatus.HAD_CRAMPS: _("{night}: had cramps."),
        NightStatus.SKIP: _("{night}: skipped."),
    }
    if state.status is None:
        return _("How was last night? ({night})").format(night=night)
    return words[state.status].format(night=night)


def _answer_row(tr: Translator, state: State) -> tuple[Button, ...]:
    _ = tr.gettext
    labels = {
        NightStatus.NONE_LAST_NIGHT: (_("No cramps"), "none"),
        NightStatus.HAD_CRAMPS: (_("Had cramps"), "had"),
        NightStatus.SKIP: (_("Skip"), "skip"),
    }
    return tuple(
        Button(
            f"• {label}" if status is state.status else label,
            pack("checkin", "night", state.delivery_id, code),
        )
        for status, (label, code) in labels.items()
    )


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
    """How was last night, and what was the evening before like? All of it may be left out."""
    _ = tr.gettext
    lines = [f"{ICON} <b>{escape(_said(tr, state))}</b>"]
    rows = [_answer_row(tr, state)]
    if state.entry_id is not None and state.status is NightStatus.HAD_CRAMPS:
        rows += _cramp_rows(tr, state)
    lines.append(escape(_("And the evening before? Tap what you know.")))
    rows += _habit_rows(tr, state)
    if state.status is not None:
        done = Button(_("Done"), pack("checkin", "close", state.delivery_id), "primary")
        rows.append((done,))
    return Message("\n".join(lines), tuple(rows))


def _cramp_rows(tr: Translator, state: State) -> Rows:
    _ = tr.gettext
    names, now = words_for(tr)["count"], code_of("count", state.count)
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
    """One line at rest, which can be changed."""
    words = _said(tr, state) if state.status is not None else _unanswered(tr, state)
    change = Button(tr.gettext("Change"), pack("checkin", "open", state.delivery_id))
    return Message(f"{ICON} {escape(words)}", ((change,),))


def _unanswered(tr: Translator, state: State) -> str:
    return tr.gettext("{night}: no answer.").format(night=night_name(tr, state.night_on))


def gone(tr: Translator) -> str:
    """A toast: this question does not exist (any more)."""
    return tr.gettext("That question is not there any more.")


def told_by_reminder(tr: Translator) -> str:
    """A toast: what a reminder's answer tells cannot be unsaid here, only outdone."""
    return tr.gettext("You told the reminder so. If that was wrong, tap the other one.")
