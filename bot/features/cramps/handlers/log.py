"""Log a cramp: at the time of a tap, or at an earlier time that the person types."""

from collections.abc import Sequence
from datetime import UTC, datetime

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.database.models import Cramp, SetupStep
from bot.features.cramps import queries, values
from bot.features.cramps.handlers.entry_card import card_of
from bot.features.cramps.messages import earlier_entries, entry_card
from bot.features.cramps.messages.refusals import not_added
from bot.features.cramps.values import Unusable
from bot.features.diary.limits import Limit
from bot.local_time.nights import local_time
from bot.local_time.typed_times import parse_clock
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, DiaryChanged, OnSent, Replies, Say, Show

ENTRY_SHOWN = "cramps.entry_shown"


async def on_command(update: Update, context: Context) -> Replies:
    """Handle /cramp: log a cramp now, or with "/cramp yesterday 3am" at that time."""
    if not context.argument:
        return await on_log(update, context)
    return await _log_typed(context, context.argument)


async def on_log(_update: Update, context: Context) -> Replies:
    """Log one cramp at the time of the tap.

    Called for the first button of the keyboard, for /cramp and for the link ``?start=log``.
    """
    logged = await queries.log(
        context.session, context.person.id, context.message_id, context.written_at, context.zone
    )
    if isinstance(logged, Limit):
        return refused(context, logged)
    cramp, is_new = logged
    if is_new:
        _stop_older_question(context)
    card = await card_of(context, cramp, entry_card.logged)
    if context.is_over_limit and cramp.same_as_id is not None:
        return NOTHING  # it is stored, and the answer to the first tap says so
    return [*_first_reply(cramp, card), DiaryChanged({cramp.night_on})]


def refused(context: Context, limit: Limit) -> Replies:
    """Say that an entry was not added, because a limit is reached."""
    return NOTHING if context.is_over_limit else context.refuse(not_added(context.tr, limit))


def _stop_older_question(context: Context) -> None:
    """Drop an open question, because what is typed from now on is about the new entry.

    The questions of /start stay open until they are answered.
    """
    if context.person.setup_step is SetupStep.DONE:
        context.person.awaiting = None


def _first_reply(cramp: Cramp, card: Message) -> Replies:
    """Send an entry's card once.

    ``reply_message_id`` stays None until the card was delivered. If the process is killed before
    that, the same update comes again and the card is sent then.
    """
    if cramp.reply_message_id is not None:
        return NOTHING
    return [Say(card, on_sent=OnSent(ENTRY_SHOWN, str(cramp.id)))]


async def on_entry_shown(context: Context, key: str, message_id: int) -> Replies:
    """Store which message shows an entry, so that later changes are shown in it.

    Args:
        context: of the update that logged the entry.
        key: the entry's id.
        message_id: the message that shows it.
    """
    await queries.set_reply(context.session, context.person.id, int(key), message_id)
    return NOTHING


# At an earlier time ------------------------------------------------------------------------------


async def log_at(
    context: Context,
    message_id: int,
    moment: datetime,
    precision: str,
    codes: Sequence[tuple[str, str]] = (),
) -> Replies:
    """Log a cramp at a stated time, and show it.

    Other features call this too: typed sentences, and the Mini App.

    Args:
        context: of a message, of a tap on a question that a message led to, or of the Mini App.
        message_id: identifies the entry: one id makes one entry, however often it comes.
        moment: when the cramp was, an aware instant.
        precision: exact, about or night_only.
        codes: fields and their codes that the person stated in the same sentence.
    """
    logged = await queries.log_at(
        context.session,
        context.person.id,
        message_id,
        context.written_at,
        moment,
        precision,
        context.zone,
    )
    if isinstance(logged, Limit):
        return refused(context, logged)
    cramp, is_new = logged
    if is_new:
        for name, code in codes:
            setattr(cramp, values.column_of(name), values.stored(name, code))
        _stop_older_question(context)  # not when it comes again: the question may be newer
    card = await card_of(context, cramp, entry_card.logged)
    return [*_shown(context, cramp, card), DiaryChanged({cramp.night_on})]


def _shown(context: Context, cramp: Cramp, card: Message) -> Replies:
    if context.query is not None:
        on_sent = OnSent(ENTRY_SHOWN, str(cramp.id)) if cramp.reply_message_id is None else None
        return [Show(card, on_sent=on_sent)]
    return NOTHING if context.is_over_limit else _first_reply(cramp, card)


def _read(
    text: str, now: datetime, zone: str, language: str
) -> tuple[datetime, TimePrecision] | Unusable:
    """The instant and the precision that a typed time or night means."""
    found = values.typed(text, now, zone, language)
    if found is not Unusable.UNCLEAR:
        return found
    night = values.typed_night(text, now, zone, language)
    if isinstance(night, Unusable):
        return night
    return min(values.middle_of(night, zone), now), TimePrecision.NIGHT_ONLY


async def _log_typed(context: Context, text: str) -> Replies:
    """Log a cramp at a typed time, or say why the text cannot be used."""
    read = _read(text, context.written_at, context.zone, context.tr.language)
    if not isinstance(read, Unusable):
        return await log_at(context, context.message_id, *read)
    if context.is_over_limit:
        return NOTHING
    return [Say(earlier_entries.unusable_backdated(context.tr, read))]


async def on_add(_update: Update, context: Context) -> Replies:
    """Ask when a cramp was that the person did not log at once."""
    context.ask("cramps", "when")
    return [Show(earlier_entries.ask_backdated(context.tr))]


async def on_typed_when(context: Context, _question: Tap, text: str) -> Replies | None:
    """Log a cramp at the time that was asked for."""
    return await _log_typed(context, text)


async def guess_earlier(context: Context, text: str) -> Replies | None:
    """Take a time that was not asked for as that of a cramp.

    A time with its day is logged. For a bare time of day the bot asks first.
    """
    language = context.tr.language
    read = _read(text, context.written_at, context.zone, language)
    is_number = text.strip().isdigit()  # it may be anything: a strength, a count
    is_set_up = context.person.setup_step is SetupStep.DONE
    if isinstance(read, Unusable) or is_number or not is_set_up:
        return None
    if parse_clock(text, language) is None:
        return await log_at(context, context.message_id, *read)
    moment, _precision = read
    local_at = local_time(moment, context.zone)
    return [Say(earlier_entries.offer(context.tr, context.message_id, local_at, moment))]


async def on_log_at(_update: Update, context: Context) -> Replies:
    """Log a cramp at the time that the bot asked about.

    The button carries the id of the message with that time, and the instant in Unix seconds.
    """
    message_id, seconds = context.tap.number(0), context.tap.number(1)
    if message_id is None or seconds is None or not 0 < message_id < 2**31:
        return NOTHING
    age = context.now.timestamp() - seconds
    if not 0 <= age <= values.FURTHEST_BACK.total_seconds():
        return NOTHING
    return await log_at(
        context, message_id, datetime.fromtimestamp(seconds, UTC), TimePrecision.EXACT
    )


async def on_no_log(_update: Update, context: Context) -> Replies:
    """Log nothing: the typed time was about something else."""
    return [Show(earlier_entries.not_logged(context.tr))]
