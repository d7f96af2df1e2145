"""What admins see: how much the bot is used, and its state. Counts name nobody."""

# TRANSLATORS, ALL: For whoever runs the bot: /stats and /status, a line for each figure. Two
# figures are those of 24 hours and of 7 days.

from collections.abc import Iterator
from datetime import UTC, timedelta
from html import escape

from bot.i18n.formats import clock, count, day, duration
from bot.i18n.translator import Translator
from bot.operations.alerts import messages as alerts
from bot.operations.state import InstallationState
from bot.operations.usage import Stats
from bot.telegram.message import Message

GIGABYTE = 1_000_000_000


def stats(tr: Translator, found: Stats) -> Message:
    """How much the bot is used."""
    _ = tr.gettext
    people, day_, week = found.people, found.last_24_hours, found.last_7_days
    lines = [
        f"<b>{escape(_('People: {count}').format(count=count(tr, people.all)))}</b>",
        _line(tr, _("Answered all first questions: {count}"), people.set_up),
        _line(tr, _("Active in the last 7 days: {count}"), people.active_7_days),
        _line(tr, _("Active in the last 30 days: {count}"), people.active_30_days),
        _line(tr, _("Paused: {count}"), people.paused),
        _line(tr, _("Blocked the bot: {count}"), people.blocked),
        "",
        f"<b>{escape(_('In 24 hours, and in 7 days'))}</b>",
        _two(tr, _("Reminders sent: {count}, {total}"), day_.sent, week.sent),
        _two(tr, _("Answered: {count}, {total}"), day_.answered, week.answered),
        _two(tr, _("Too late, so not sent: {count}, {total}"), day_.late, week.late),
        _two(tr, _("Failed: {count}, {total}"), day_.failed, week.failed),
        _two(tr, _("Perhaps sent: {count}, {total}"), day_.unknown, week.unknown),
        _two(tr, _("Cramps logged: {count}, {total}"), day_.cramps, week.cramps),
        _two(tr, _("New people: {count}, {total}"), day_.new_people, week.new_people),
        _two(tr, _("Blocked the bot: {count}, {total}"), day_.blocked, week.blocked),
    ]
    return Message("\n".join(lines))


def _line(tr: Translator, text: str, number: int) -> str:
    return escape(text.format(count=count(tr, number)), quote=False)


def _two(tr: Translator, text: str, first: int, second: int) -> str:
    return escape(text.format(count=count(tr, first), total=count(tr, second)), quote=False)


def status(tr: Translator, state: InstallationState, up_for: timedelta | None) -> Message:
    """The state of the bot.

    Args:
        tr: the admin's translator.
        state: what was read.
        up_for: how long the process that answers has been running; None if that is not known.
    """
    _ = tr.gettext
    title = _("CalmCalf {version}, schema {number}").format(
        version=state.version, number=state.schema
    )
    lines = [f"<b>{escape(title)}</b>"]
    if up_for is not None:
        lines.append(escape(_("Up for: {duration}").format(duration=duration(tr, up_for))))
    lines.append(escape(_leader(tr, state), quote=False))
    lines += [escape(one, quote=False) for one in _waiting(tr, state)]
    lines.append(escape(_backup(tr, state), quote=False))
    places = {
        "database": _("Free where the database is: {number} GB"),
        "backups": _("Free where the backups are: {number} GB"),
    }
    lines += [
        escape(places[place].format(number=count(tr, free // GIGABYTE)), quote=False)
        for place, free in state.free_bytes.items()
    ]
    lines += ["", *_trouble(tr, state)]
    return Message("\n".join(lines))


def _leader(tr: Translator, state: InstallationState) -> str:
    _ = tr.gettext
    if not state.has_replicas:
        return _("Leader: the only process")
    if state.lead is None:
        return _("Leader: no process. Nobody fetches messages.")
    rest = duration(tr, timedelta(seconds=state.lead.seconds))
    if state.lead.is_here:
        return _("Leader: this process (its lease: {duration})").format(duration=rest)
    return _("Leader: another process (its lease: {duration})").format(duration=rest)


def _waiting(tr: Translator, state: InstallationState) -> Iterator[str]:
    """The inbox, the reminders, and what failed."""
    _ = tr.gettext
    waiting = state.backlog
    inbox = _("Messages of people in the inbox: {count} (the oldest: {duration})")
    yield inbox.format(
        count=count(tr, waiting.open_updates),
        duration=duration(tr, timedelta(seconds=waiting.oldest_update_seconds)),
    )
    reminders = _("Reminders: {count} due, {number} on their way (the oldest: {duration})")
    yield reminders.format(
        count=count(tr, waiting.due),
        number=count(tr, waiting.on_their_way),
        duration=duration(tr, timedelta(seconds=waiting.oldest_seconds)),
    )
    if waiting.failed_updates or waiting.given_up_jobs:
        text = _("Set aside after a bug: {count}; jobs given up: {number}")
        yield text.format(
            count=count(tr, waiting.failed_updates), number=count(tr, waiting.given_up_jobs)
        )


def _backup(tr: Translator, state: InstallationState) -> str:
    _ = tr.gettext
    if not state.makes_backups:
        return _("No backups are made: BACKUP_DIR is not set")
    if state.last_backup_at is None:
        return _("There is no backup yet")
    at = state.last_backup_at.astimezone(UTC)
    return _("The last backup: {day}, {time} UTC").format(
        day=day(tr, at.date()),
        time=clock(tr, at),
    )


def _trouble(tr: Translator, state: InstallationState) -> list[str]:
    """What is wrong now, as HTML."""
    _ = tr.gettext
    found = [alerts.firing(tr, alert).text for alert in state.alerts]
    if state.is_telegram_in_trouble:
        found.append(f"⚠️ {escape(_('Reminders wait until Telegram is well again.'), quote=False)}")
    if state.failing_jobs:
        text = _("Jobs that failed the last time, see the log: {names}")
        found.append(f"⚠️ {escape(text.format(names=', '.join(state.failing_jobs)), quote=False)}")
    return found or [f"✅ {escape(_('No trouble now.'), quote=False)}"]
