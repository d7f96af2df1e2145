"""Questions and answers about cramps that were not logged at once."""

# TRANSLATORS, ALL: About a cramp that was not logged at once. {when} is like "03:12, Tuesday
# night", {said} like "Tue 19 Jan, 02:40".

from collections.abc import Sequence
from datetime import datetime
from html import escape

from bot.database.cramp_values import TimePrecision
from bot.features.cramps.entry import Entry
from bot.features.cramps.entry_times import Unusable
from bot.features.cramps.messages.labels import clock_words, night_name, when_words
from bot.features.cramps.told_codes import LETTER_OF, encode_told
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.local_time.nights import NOON_TO_NOON, Nights
from bot.telegram.message import Button, Message, pack


def ask_backdated(tr: Translator) -> Message:
    """Ask when a cramp was that the person did not log at once."""
    text = tr.gettext(
        "When was it? Type it: yesterday 3am, Tue 02:40, 12 Jan 03:10, or just: last night."
    )
    rows = ((Button(tr.gettext("◀ Back"), pack("history", "open")),),)
    return Message(escape(text), rows)


def unusable_backdated(tr: Translator, why: Unusable) -> Message:
    """Say why no cramp can be logged at a typed time."""
    _ = tr.gettext
    text = {
        Unusable.TO_COME: _("That time is still to come. Which earlier time do you mean?"),
        Unusable.TOO_LONG_AGO: _("That is more than a year ago, further back than I can go."),
        Unusable.UNCLEAR: _("I could not read that as a time. Try yesterday 3am or Tue 02:40."),
    }[why]
    rows = ((Button(_("◀ Back"), pack("history", "open")),),)
    return Message(escape(text), rows)


def offer(
    tr: Translator,
    message_id: int,
    local_at: datetime,
    at: datetime,
    nights: Nights = NOON_TO_NOON,
) -> Message:
    """Ask whether a typed time that was not asked for is that of a cramp.

    Args:
        tr: the text's language.
        message_id: of the message with the time; it will identify the entry.
        local_at: the wall-clock time that was understood.
        at: the same time as an aware instant.
        nights: the person's nights.
    """
    _ = tr.gettext
    night = night_name(tr, nights.of(local_at))
    text = _("A cramp at {time}, {night}?").format(time=clock(tr, local_at), night=night)
    data = pack("cramps", "logat", message_id, int(at.timestamp()))
    rows = ((Button(_("Log it"), data, "primary"), Button(_("No"), pack("cramps", "nolog"))),)
    return Message(escape(text), rows)


def which(
    tr: Translator,
    message_id: int,
    entry: Entry,
    local_at: datetime,
    at: datetime,
    precision: TimePrecision,
    nights: Nights = NOON_TO_NOON,
) -> Message:
    """Ask whether a typed time with its day is another cramp, or the right time of an entry.

    Args:
        tr: the text's language.
        message_id: of the message with the time; it identifies another entry.
        entry: the one that was just logged, or is open.
        local_at: the wall-clock time that was understood.
        at: the same time as an aware instant.
        precision: exact, about or night_only.
        nights: the person's nights.
    """
    _ = tr.gettext
    if precision is TimePrecision.NIGHT_ONLY:
        said = night_name(tr, nights.of(local_at))
    else:
        time = clock_words(tr, local_at, is_about=precision is TimePrecision.ABOUT)
        said = _("{day}, {time}").format(day=day(tr, local_at.date()), time=time)
    text = _("{said}: is that another cramp, or the right time for this entry: {when}?").format(
        said=said[:1].upper() + said[1:], when=when_words(tr, entry)
    )
    seconds = int(at.timestamp())
    rows = (
        (
            Button(
                _("Another cramp"),
                pack("cramps", "logat", message_id, seconds, LETTER_OF[precision]),
            ),
        ),
        (
            Button(
                _("Correct that entry"),
                pack("cramps", "move", entry.id, seconds, LETTER_OF[precision]),
            ),
        ),
        (Button(_("Neither"), pack("cramps", "nolog")),),
    )
    return Message(escape(text), rows)


def same_minute(
    tr: Translator,
    message_id: int,
    entry: Entry,
    at: datetime,
    precision: TimePrecision,
    told: Sequence[tuple[str, str]],
) -> Message:
    """Ask whether a typed cramp is another one than an entry of the same minute.

    Args:
        tr: the text's language.
        message_id: of the message that was typed; it identifies another entry.
        entry: the entry that is there.
        at: the instant of the typed cramp, aware.
        precision: of that instant.
        told: fields and codes that were told of it.
    """
    _ = tr.gettext
    text = _(
        "You already logged a cramp at that time: {when}. Is this another cramp, or the same one?"
    ).format(when=when_words(tr, entry))
    codes = encode_told(told)
    moment = (int(at.timestamp()), LETTER_OF[precision], codes)
    other = pack("cramps", "logat", message_id, *moment, 1)
    same = pack("cramps", "sameone", entry.id, message_id, codes)
    rows = ((Button(_("Another cramp"), other), Button(_("The same cramp"), same)),)
    return Message(escape(text), rows)


def not_logged(tr: Translator) -> Message:
    """Say that nothing was logged."""
    _ = tr.gettext
    rows = ((Button(_("Help"), pack("users", "help")),),)
    return Message(escape(_("All right, nothing is logged.")), rows)
