"""/broadcast: a message to everybody, with a preview, a button to stop it, and a record.

Only admins reach the commands and buttons. What they type in answer is checked here.
"""

from collections.abc import Mapping

from telegram import Update

from bot.database.models import Broadcast, BroadcastState
from bot.database.read_only import reading
from bot.features.administration import broadcast_messages, broadcast_queries
from bot.features.administration.broadcast_messages import FEATURE, LONGEST_TEXT
from bot.i18n.translator import available_languages, translator
from bot.telegram.context import Context, Outside
from bot.telegram.held_rows import wake_after_commit
from bot.telegram.message import Tap
from bot.telegram.replies import NOTHING, Afterwards, OnSent, Replies, Say, Show, Toast

CARD_SENT = "admin.card_sent"
OPEN_MINUTES = 60
"""How long the question for a text is open."""


async def on_broadcast(_update: Update, context: Context) -> Replies:
    """Show what is under way, or else the record and the question for the text."""
    running = await broadcast_queries.open_broadcast(context.session)
    if running is not None:
        return _card(context, running)
    earlier = await broadcast_queries.latest(context.session)
    _ask(context, 0, "")
    return context.present(broadcast_messages.ask(context.tr, earlier, context.sender_id))


async def on_text(context: Context, question: Tap, text: str) -> Replies | None:
    """Store the typed text as a draft, or as the text of one language; then show the preview."""
    minute = question.number(2) or 0
    if not context.is_admin or context.written_at.timestamp() // 60 - minute > OPEN_MINUTES:
        context.stop_asking(FEATURE)
        return None
    if len(text) > LONGEST_TEXT:
        return [Say(broadcast_messages.too_long(context.tr, len(text)))]
    draft_id, language = question.number(0) or 0, question.word(1) or ""
    context.person.awaiting = None
    if not draft_id:
        draft_id = await broadcast_queries.new_draft(
            context.session, context.sender_id, text, context.now
        )
    else:
        draft = await broadcast_queries.draft_of(context.session, draft_id, context.sender_id)
        if draft is None or language not in available_languages():
            return NOTHING
        draft.texts = {**draft.texts, language: text}
    return [Afterwards(_count, _preview, (draft_id, language))]


async def _count(
    outside: Outside, draft_id: int, language: str
) -> tuple[int, str, Mapping[str, int]]:
    """Count the people who would get it, by language, without blocking anybody."""
    deps = outside.deps
    async with reading(deps.settings.database_url) as connection:
        people = await broadcast_queries.count_people(
            connection, deps.clock.now(), deps.settings.allowed_user_ids
        )
    return draft_id, language, people


async def _preview(context: Context, counted: tuple[int, str, Mapping[str, int]]) -> Replies:
    """Show a draft exactly as people will see it, and who they are."""
    draft_id, language, people = counted
    draft = await broadcast_queries.draft_of(context.session, draft_id, context.sender_id)
    if draft is None:
        return NOTHING
    draft.people = sum(people.values())
    reader = translator(language) if language else context.tr
    text = draft.texts[language]
    return [
        Say(broadcast_messages.as_people_see_it(reader, text)),
        Say(broadcast_messages.preview(context.tr, draft, people)),
    ]


async def on_language(_update: Update, context: Context) -> Replies:
    """Ask for the text of one language."""
    draft, language = await _own_draft(context), context.tap.word(1)
    if draft is None or language not in available_languages():
        return _out_of_date(context)
    _ask(context, draft.id or 0, language)
    return [Say(broadcast_messages.ask_translation(context.tr, draft.id or 0, language))]


def _ask(context: Context, draft_id: int, language: str) -> None:
    """Wait for the text of a new draft (0), or for that of one language."""
    context.ask(FEATURE, "text", draft_id, language, int(context.now.timestamp()) // 60)


async def on_send(_update: Update, context: Context) -> Replies:
    """Begin to send a draft, unless another one is under way."""
    await broadcast_queries.begin_alone(context.session)
    if await broadcast_queries.open_broadcast(context.session, locks=True) is not None:
        return [Toast(context.tr.gettext("Another message is on its way already."), alert=True)]
    draft = await _own_draft(context)
    if draft is None:
        return _out_of_date(context)
    draft.state, draft.started_at = BroadcastState.RUNNING, context.now
    context.stop_asking(FEATURE)
    wake_after_commit(context, Broadcast)
    return _card(context, draft)


async def on_cancel(_update: Update, context: Context) -> Replies:
    """Send nothing: the draft goes, and no text is waited for."""
    context.stop_asking(FEATURE)
    draft = await _own_draft(context)
    if draft is not None:
        await context.session.delete(draft)
    elif context.tap.number(0):
        return _out_of_date(context)
    return [Show(broadcast_messages.cancelled(context.tr))]


async def on_stop(_update: Update, context: Context) -> Replies:
    """Stop what is under way. Every admin may, whoever began it."""
    running = await broadcast_queries.open_broadcast(context.session, locks=True)
    if running is None or running.id != context.tap.number(0):
        return _out_of_date(context)
    running.state = BroadcastState.STOPPING
    wake_after_commit(context, Broadcast)
    return [Show(broadcast_messages.progress(context.tr, running))]


async def on_card_sent(context: Context, key: str, message_id: int) -> Replies:
    """Store which message shows how far a broadcast is: the newest one of whoever began it."""
    broadcast = await context.session.get(Broadcast, int(key))
    if broadcast is not None and broadcast.admin_id == context.sender_id:
        broadcast.message_id = message_id
    return NOTHING


def _card(context: Context, broadcast: Broadcast) -> Replies:
    shown = broadcast_messages.progress(context.tr, broadcast)
    on_sent = OnSent(CARD_SENT, str(broadcast.id))
    if context.query is None:
        return [Say(shown, on_sent=on_sent)]
    return [Show(shown, on_sent=on_sent)]


async def _own_draft(context: Context) -> Broadcast | None:
    number = context.tap.number(0)
    if number is None:
        return None
    return await broadcast_queries.draft_of(context.session, number, context.sender_id)


def _out_of_date(context: Context) -> Replies:
    return [Toast(context.tr.gettext("This button is out of date."))]
