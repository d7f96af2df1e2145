"""Messages to everybody: what people see, and what the admin sees before and during sending."""

# TRANSLATORS, ALL: For whoever runs the bot and writes a message to everybody who uses it.

from collections.abc import Mapping, Sequence
from datetime import UTC
from html import escape

from bot.database.models import Broadcast, BroadcastState
from bot.features.language.messages import own_name
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

FEATURE = "admin"
LONGEST_TEXT = 2000
"""The most characters of a message to everybody; Telegram takes 4,096, escapes included."""


def as_people_see_it(tr: Translator, text: str) -> Message:
    """A message to everybody, in the language of one of them."""
    # TRANSLATORS: A button below a message to everybody: somebody wants no more of such messages.
    stop = Button(tr.gettext("No more of these"), pack("news", "stop"))
    return Message(escape(text, quote=False), ((stop,),))


def ask(tr: Translator, earlier: Sequence[Broadcast], me: int) -> Message:
    """The record of the last messages to everybody, and the question for the next text."""
    _ = tr.gettext
    question = _(
        "Type what everybody is to read. I show you first what they will see, and send nothing "
        "before you tap “Send”."
    )
    lines = [*_record(tr, earlier, me), escape(question, quote=False)]
    return Message("\n".join(lines), ((_cancel(tr, 0),),))


def ask_translation(tr: Translator, broadcast_id: int, language: str) -> Message:
    """The question for the text of one language."""
    question = tr.gettext("Type the same message for people whose language is {language}.")
    text = question.format(language=own_name(language))
    return Message(escape(text, quote=False), ((_cancel(tr, broadcast_id),),))


def too_long(tr: Translator, length: int) -> Message:
    """The text has too many characters."""
    text = tr.gettext("That is {count} characters. Please say it in at most {most}.")
    shown = text.format(count=formats.count(tr, length), most=formats.count(tr, LONGEST_TEXT))
    return Message(escape(shown, quote=False))


def preview(tr: Translator, draft: Broadcast, people: Mapping[str, int]) -> Message:
    """Who will get a draft, with buttons to send it, to give a text for a language, or to cancel.

    Args:
        tr: the admin's translator.
        draft: the broadcast.
        people: language → how many people read it.
    """
    _ = tr.gettext
    total = sum(people.values())
    first = tr.ngettext(
        "{count} person will get what you see above.",
        "{count} people will get what you see above.",
        total,
    )
    lines = [f"<b>{escape(first.format(count=formats.count(tr, total)))}</b>"]
    for language in sorted(people, key=lambda one: (-people[one], one)):
        # TRANSLATORS: In a list: a language, and how many people read it.
        own, other = _("{language}: {count}, with a text of their own"), _("{language}: {count}")
        line = own if language in draft.texts else other
        number = formats.count(tr, people[language])
        lines.append(f"• {escape(line.format(language=own_name(language), count=number))}")
    left_out = _(
        "Whoever has paused, blocked me, not answered the first questions or wants none of these "
        "gets nothing. At night it makes no sound."
    )
    lines += ["", escape(left_out, quote=False)]
    others = [
        Button(f"✏️ {own_name(language)}", pack(FEATURE, "language", draft.id, language))
        for language in sorted(people)
        if language not in draft.texts
    ]
    if len(people) > 1 and others:
        lines.append(escape(_("A language can have a text of its own:"), quote=False))
    else:
        others = []
    rows: list[tuple[Button, ...]] = [
        tuple(others[place : place + 3]) for place in range(0, len(others), 3)
    ]
    # TRANSLATORS: A button: send the message to everybody now.
    send = Button(tr.pgettext("to everybody", "Send"), pack(FEATURE, "send", draft.id))
    last = (send, _cancel(tr, draft.id or 0)) if total else (_cancel(tr, draft.id or 0),)
    return Message("\n".join(lines), (*rows, last))


def cancelled(tr: Translator) -> Message:
    """The admin sends nothing after all."""
    return Message(escape(tr.gettext("Nothing was sent to anybody.")))


def progress(tr: Translator, broadcast: Broadcast, *, is_over: bool = False) -> Message:
    """How far a message to everybody is, with a button to stop it.

    Args:
        tr: the admin's translator.
        broadcast: the row.
        is_over: whether the figures are final.
    """
    _ = tr.gettext
    is_stopped = broadcast.state in {BroadcastState.STOPPING, BroadcastState.STOPPED}
    if is_stopped:
        title = _("📢 Stopped")
    elif is_over or broadcast.state is BroadcastState.DONE:
        title = _("📢 Sent")
    else:
        title = _("📢 On its way to everybody")
    lines = [f"<b>{escape(title)}</b>", escape(_figures(tr, broadcast), quote=False)]
    rows: Rows = ()
    if broadcast.state is BroadcastState.RUNNING and not is_over:
        rows = ((Button(_("Stop"), pack(FEATURE, "stop", broadcast.id)),),)
        lines.append(escape(_("Reminders go first, so it can take a while."), quote=False))
    return Message("\n".join(lines), rows)


def _figures(tr: Translator, broadcast: Broadcast) -> str:
    """The numbers of one broadcast, in one line."""
    _ = tr.gettext

    def number(value: int) -> str:
        return formats.count(tr, value)

    parts = [
        _("sent to {count} of about {total}").format(
            count=number(broadcast.sent), total=number(broadcast.people)
        )
    ]
    if broadcast.failed:
        parts.append(_("not possible for {count}").format(count=number(broadcast.failed)))
    if broadcast.unknown:
        parts.append(_("perhaps arrived at {count}").format(count=number(broadcast.unknown)))
    return "; ".join(parts)


def _record(tr: Translator, earlier: Sequence[Broadcast], me: int) -> list[str]:
    """A line for each of the last broadcasts, with a title and an empty line; empty for none."""
    if not earlier:
        return []
    lines = [f"<b>{escape(tr.gettext('The last messages to everybody'))}</b>"]
    lines += [f"• {escape(_line(tr, one, me), quote=False)}" for one in earlier]
    return [*lines, ""]


def _line(tr: Translator, broadcast: Broadcast, me: int) -> str:
    """A line of the record: when it was sent, by whom, and how that ended."""
    _ = tr.gettext
    at = (broadcast.started_at or broadcast.created_at).astimezone(UTC)
    when = f"{formats.day(tr, at.date())} {formats.clock(tr, at)} UTC"
    if broadcast.admin_id is None:
        # TRANSLATORS: By whom a message was sent: by somebody whose data were erased since.
        who = _("by somebody who is gone")
    elif broadcast.admin_id == me:
        # TRANSLATORS: By whom a message was sent.
        who = _("by you")
    else:
        # TRANSLATORS: By whom a message was sent; the number is an id of Telegram.
        who = _("by {number}").format(number=broadcast.admin_id)
    states = {
        # TRANSLATORS: What became of a message to everybody, at the end of a line.
        BroadcastState.RUNNING: _("on its way"),
        BroadcastState.STOPPING: tr.pgettext("to everybody", "stopped"),
        BroadcastState.STOPPED: tr.pgettext("to everybody", "stopped"),
        BroadcastState.DONE: tr.pgettext("to everybody", "done"),
    }
    return f"{when}, {who}: {_figures(tr, broadcast)}; {states[broadcast.state]}"


def _cancel(tr: Translator, broadcast_id: int) -> Button:
    return Button(tr.gettext("Cancel"), pack(FEATURE, "cancel", broadcast_id))
