"""Log a cramp: at the time of a tap, or at an earlier time that the person types."""

from collections.abc import Sequence
from datetime import UTC, datetime

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.database.engine import Session
from bot.database.models import Cramp, SetupStep
from bot.features.cramps import entry_times, log_queries, queries
from bot.features.cramps.change_queries import set_codes
from bot.features.cramps.entry_times import Unusable
from bot.features.cramps.handlers.entry_card import card_of, older_closed
from bot.features.cramps.handlers.same_minute import ask_if_same, on_same_one
from bot.features.cramps.messages import earlier_entries, entry_card
from bot.features.cramps.messages.refusals import not_added
from bot.features.cramps.old_cards import reduced_at
from bot.features.cramps.told_codes import PRECISION_OF, Told, told_or_none
from bot.features.diary.limits import Limit
from bot.i18n.vocabulary.lexicon import is_answer
from bot.local_time.nights import local_time
from bot.local_time.typed_days import parse_ago
from bot.local_time.typed_times import parse_clock
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap, unpack
from bot.telegram.open_question import as_tapped, without_buttons
from bot.telegram.replies import NOTHING, DiaryChanged, OnSent, Replies, Say, Show
from bot.telegram.sent_ids import SentId

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
    return await log_tap(context, context.message_id, context.written_at)


async def log_tap(context: Context, message_id: int, tapped_at: datetime) -> Replies:
    """Log a cramp at the time of a tap, in the chat or on the page of the Mini App.

    Args:
        context: of the tap.
        message_id: identifies the entry; negative when no message of the chat did it.
        tapped_at: when it was tapped, an aware instant.
    """
    whose, zone, nights = context.person.id, context.zone, context.nights
    before = await log_queries.before_tap(
        context.session, whose, message_id, tapped_at, zone, nights
    )
    logged = await log_queries.log(
        context.session, whose, message_id, tapped_at, zone, nights, before=before
    )
    if isinstance(logged, Limit):
        return refused(context, logged)
    cramp, is_new = logged
    if is_new:
        stop_older_question(context)
    is_on_page = context.message is None
    if cramp.same_as_id is not None and (context.is_over_limit or is_on_page):
        return NOTHING  # it is stored; the answer to the first tap, or the page, says so
    card = await card_of(
        context, cramp, entry_card.logged, recent=before.newest, has_leg_sign=before.has_leg_sign
    )
    older = await _older(context, cramp, before.newest, is_new=is_new)
    said = NOTHING if is_on_page and context.is_over_limit else _first_reply(context, cramp, card)
    return [*said, *older, DiaryChanged({cramp.night_on})]


async def log_kept(context: Context, message_id: int, tapped_at: datetime) -> Replies:
    """Log a tap that waited until the person agreed that anything is stored.

    Args:
        context: of the tap that agrees, whose message shows the entry afterwards.
        message_id: the message of the tap that waited.
        tapped_at: when that was, an aware instant.
    """
    logged = await log_queries.log(
        context.session, context.person.id, message_id, tapped_at, context.zone, context.nights
    )
    if isinstance(logged, Limit):
        return refused(context, logged)
    cramp, _is_new = logged
    card = await card_of(context, cramp, entry_card.logged)
    return [*_shown(context, cramp, card), DiaryChanged({cramp.night_on})]


async def _older(
    context: Context, cramp: Cramp, recent: Sequence[queries.Recent], *, is_new: bool
) -> Replies:
    """Reduce the card of the entry before, once for each entry that is one of its own."""
    if not is_new or cramp.same_as_id is not None or context.is_over_limit:
        return NOTHING
    return await older_closed(context, cramp, recent)


def refused(context: Context, limit: Limit) -> Replies:
    """Say that an entry was not added, because a limit is reached."""
    return NOTHING if context.is_over_limit else context.refuse(not_added(context.tr, limit))


def stop_older_question(context: Context) -> None:
    """Drop an open question, because what is typed from now on is about the new entry.

    The questions of /start stay open until they are answered.
    """
    person = context.person
    if person.awaiting is not None and person.setup_step is SetupStep.DONE:
        person.awaiting = None


def _first_reply(context: Context, cramp: Cramp, card: Message) -> Replies:
    """Send an entry's card once.

    ``reply_message_id`` stays None until the card was delivered. If the process is killed before
    that, the same update comes again and the card is sent then.
    """
    if cramp.reply_message_id is not None:
        return NOTHING
    return [Say(card, on_sent=entry_shown(context, cramp))]


def entry_shown(context: Context, cramp: Cramp) -> OnSent:
    """The ``OnSent`` that stores which message shows an entry, and when it is reduced."""
    night_on = context.nights.of(context.local_now)
    reduced = reduced_at(night_on, context.now, context.zone, context.nights)
    return OnSent(ENTRY_SHOWN, f"{cramp.id} {int(reduced.timestamp())}")


async def store_shown(session: Session, sent: Sequence[SentId]) -> None:
    """Store which messages show entries, so that later changes are shown in them.

    Args:
        session: the open transaction.
        sent: the messages, with keys of :func:`entry_shown`.
    """
    shown = []
    for one in sent:
        cramp_id, _space, seconds = one.key.partition(" ")
        # The previous version wrote no instant.
        reduced = datetime.fromtimestamp(int(seconds), UTC) if seconds else None
        shown.append(queries.Shown(one.user_id, int(cramp_id), one.message_id, reduced))
    await queries.set_replies(session, shown)


# At an earlier time ------------------------------------------------------------------------------


async def log_at(
    context: Context,
    message_id: int,
    moment: datetime,
    precision: str,
    codes: Sequence[tuple[str, str]] = (),
    *,
    is_another: bool = False,
    is_ago: bool = False,
    note: str = "",
) -> Replies:
    """Log a cramp at a stated time, and show it.

    When there is an entry of the same minute, the person is asked whether it is another one.

    Other features call this too: typed sentences, and the Mini App.

    Args:
        context: of a message, of a tap on a question that a message led to, or of the Mini App.
        message_id: identifies the entry: one id makes one entry, however often it comes.
        moment: when the cramp was, an aware instant.
        precision: exact, about or night_only.
        codes: fields and their codes that the person stated in the same sentence.
        is_another: the person has said that it is another one than those that are there.
        is_ago: the time was counted back from now: "five minutes ago".
        note: what they said of it that no field keeps.
    """
    if message_id > 0 and not is_another:
        question = await ask_if_same(context, message_id, moment, precision, codes, is_ago=is_ago)
        if question is not None:
            return question
    logged = await log_queries.log_at(
        context.session,
        context.person.id,
        message_id,
        context.written_at,
        moment,
        precision,
        context.zone,
        context.nights,
    )
    if isinstance(logged, Limit):
        return refused(context, logged)
    cramp, is_new = logged
    if is_new:
        set_codes(cramp, codes)
        cramp.note = note or None
        stop_older_question(context)  # not when it comes again: the question may be newer
    recent = await queries.recent(context.session, cramp.user_id)
    card = await card_of(context, cramp, entry_card.logged, recent=recent)
    older = await _older(context, cramp, recent, is_new=is_new)
    return [*_shown(context, cramp, card), *older, DiaryChanged({cramp.night_on})]


def _shown(context: Context, cramp: Cramp, card: Message) -> Replies:
    if context.query is not None:
        on_sent = entry_shown(context, cramp) if cramp.reply_message_id is None else None
        return [Show(card, on_sent=on_sent)]
    return NOTHING if context.is_over_limit else _first_reply(context, cramp, card)


async def _log_typed(context: Context, text: str, told: Told = ()) -> Replies:
    """Log a cramp at a typed time, or say why the text cannot be used."""
    read = entry_times.typed_or_night(
        text, context.written_at, context.zone, context.tr.language, context.nights
    )
    if not isinstance(read, Unusable):
        is_ago = parse_ago(text, context.tr.language) is not None
        return await log_at(context, context.message_id, *read, told, is_ago=is_ago)
    if context.is_over_limit:
        return NOTHING
    return [Say(earlier_entries.unusable_backdated(context.tr, read))]


async def on_add(_update: Update, context: Context) -> Replies:
    """Ask when a cramp was that the person did not log at once."""
    context.ask("cramps", "when")
    return [Show(earlier_entries.ask_backdated(context.tr))]


async def on_typed_when(context: Context, question: Tap, text: str) -> Replies | None:
    """Log a cramp at the time that was asked for; the question may carry what else was told."""
    return await _log_typed(context, text, told_or_none(question.word(0)) or ())


async def guess_earlier(context: Context, text: str) -> Replies | None:
    """Take a time that was not asked for as that of a cramp.

    A time with its day is logged. For a bare time of day the bot asks first.
    """
    language = context.tr.language
    read = entry_times.typed_or_night(
        text, context.written_at, context.zone, language, context.nights
    )
    is_number = text.strip().isdigit()  # it may be anything: a strength, a count
    is_set_up = context.person.setup_step is SetupStep.DONE
    if isinstance(read, Unusable) or is_number or not is_set_up:
        return None
    if read[1] is TimePrecision.NIGHT_ONLY:
        return None  # "last night" does not say that there was a cramp
    if parse_clock(text, language) is None:
        return await log_at(context, context.message_id, *read)
    moment, _precision = read
    local_at = local_time(moment, context.zone)
    return [
        Say(earlier_entries.offer(context.tr, context.message_id, local_at, moment, context.nights))
    ]


async def on_log_at(_update: Update, context: Context) -> Replies:
    """Log a cramp at the time that the bot asked about.

    The button carries the id of the message with that time, the instant in Unix seconds, perhaps
    its precision, what was told, and whether it is another one than the entry of that minute.
    """
    message_id, seconds = context.tap.message_id(0), context.tap.number(1)
    precision = PRECISION_OF.get(context.tap.word(2) or "e")
    told = told_or_none(context.tap.word(3))
    if precision is None or told is None or message_id is None or seconds is None:
        return NOTHING
    age = context.now.timestamp() - seconds
    if not 0 <= age <= entry_times.FURTHEST_BACK.total_seconds():
        return NOTHING
    at, is_another = datetime.fromtimestamp(seconds, UTC), context.tap.number(4) == 1
    return await log_at(context, message_id, at, precision, told, is_another=is_another)


async def on_no_log(_update: Update, context: Context) -> Replies:
    """Log nothing: the typed time was about something else."""
    return [Show(earlier_entries.not_logged(context.tr))]


async def same_or_another(context: Context, text: str) -> Replies | None:
    """Answer whether a cramp is another one, in other words than the buttons': "same one".

    It comes before the answer to a question of the set-up, such as the place.
    """
    question = context.question
    taps = [tap for _, data, _ in question.buttons if (tap := unpack(data))] if question else []
    if question is None or not any(tap.is_for("cramps", "sameone") for tap in taps):
        return None
    for answer, verb, callback in (
        ("same", "sameone", on_same_one),
        ("another", "logat", on_log_at),
    ):
        tap = next((one for one in taps if one.is_for("cramps", verb)), None)
        if tap is not None and is_answer(text, answer, context.tr.language):
            replies = await as_tapped(context, tap, callback)
            return without_buttons(question, replies)
    return None
