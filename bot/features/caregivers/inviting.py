"""Handlers of an invitation: who may help is confirmed by the person who is helped.

The link is opened, the one who opened it says yes, and then the person who made it is told who that
is and decides. Before that neither sees anything of the other, and nothing can be logged.
"""

from datetime import date

from telegram import Update

from bot.features.caregivers import messages, queries, rendered
from bot.features.caregivers.ending import notify_not_confirmed, notify_of_end
from bot.features.caregivers.queries import Asked
from bot.features.caregivers.rendered import CardData
from bot.features.summary.week_building import MORNING
from bot.i18n.preferences import translator_for
from bot.identity import people
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, Replies, Say, Show, rendering

LINK = "care"
"""First part of the start parameter in the link of an invitation."""
EVERYTHING = "all"
FROM_NOW = "new"


# For the person who is helped --------------------------------------------------------------------


async def show_card(context: Context, note: str | None = None) -> Replies:
    """Show the card in the tapped message, or send it as a new one."""
    session, user = context.session, context.person
    row = await queries.caregiver_of(session, user.id)
    invitation = await queries.open_invitation(session, user.id, context.now)
    link = until = since_on = asked_id = None
    if invitation is not None:
        link = f"https://t.me/{context.bot.username}?start={LINK}_{invitation.code}"
        until = local_time(invitation.expires_at, context.zone)
        asked_id = invitation.asked_id
    if row is not None and row.since_at is not None:
        since_on = local_time(row.since_at, context.zone).date()
    data = CardData(
        context.tr,
        None if row is None else row.caregiver_id,
        since_on,
        None if row is None else row.shown_from_on,
        asked_id,
        link,
        until,
        tuple(await queries.helped_by(session, user.id)),
        note,
    )
    return context.present(rendering(rendered.card, data))


async def on_open(_update: Update, context: Context) -> Replies:
    """Show the card, for /caregiver and its button on other messages."""
    return await show_card(context)


async def on_invite(_update: Update, context: Context) -> Replies:
    """Create a link that is valid for a day; it replaces an earlier one."""
    asked_id = await queries.invite(context.session, context.person.id, context.now)
    return [*await show_card(context), *await notify_not_confirmed(context, asked_id)]


async def on_confirm(_update: Update, context: Context) -> Replies:
    """Let the person whom the tapped question names help: from now on, or with earlier weeks."""
    asked_id, scope = context.tap.number(0), context.tap.word(1)
    if asked_id is None or scope not in {EVERYTHING, FROM_NOW}:
        return NOTHING
    first_on = _present_night(context) if scope == FROM_NOW else None
    session, user_id = context.session, context.person.id
    helper = await people.get(session, asked_id)
    outcome = Asked.NOT_VALID
    if helper is not None and helper.blocked_at is None:
        outcome = await queries.confirm(session, user_id, asked_id, context.now, first_on)
    if helper is None or outcome is Asked.NOT_VALID:
        return await show_card(context, messages.question_is_over(context.tr))
    if outcome is Asked.HELPS_TOO_MANY:
        return await show_card(context, messages.helper_has_no_room(context.tr))
    shown = Show(rendering(rendered.accepted, context.tr, asked_id))
    if outcome is Asked.KNOWN:
        return [shown]
    card = rendering(rendered.person_card, translator_for(helper), user_id)
    return [shown, Say(card, to=asked_id)]


def _present_night(context: Context) -> date:
    """The night that has not ended yet: in the morning, the next one."""
    local, night_on = context.local_now, context.nights.first_unfinished(context.local_now)
    is_morning = context.nights.sleep is None and local.time() >= MORNING
    return max(night_on, local.date()) if is_morning else night_on


async def on_refuse(_update: Update, context: Context) -> Replies:
    """Refuse the person whom the tapped question names. The link is of no use any more."""
    asked_id = context.tap.number(0)
    is_refused = asked_id is not None and await queries.refuse(
        context.session, context.person.id, asked_id
    )
    if not is_refused:
        return await show_card(context, messages.question_is_over(context.tr))
    shown = Show(messages.refused(context.tr))
    return [shown, *await notify_not_confirmed(context, asked_id)]


async def on_end(_update: Update, context: Context) -> Replies:
    """End the help, or withdraw the invitation."""
    ended = await queries.end(context.session, context.person.id)
    await context.session.flush()
    if ended.caregiver_id is None:
        return [*await show_card(context), *await notify_not_confirmed(context, ended.asked_id)]
    shown = await show_card(context, messages.help_ended(context.tr))
    return [*shown, *await notify_of_end(context, ended.caregiver_id)]


# For who opened the link -------------------------------------------------------------------------


async def on_link(_update: Update, context: Context) -> Replies:
    """Ask whether the person wants to help, after they opened the link of an invitation."""
    return await invited(context, context.argument.removeprefix(f"{LINK}_"))


async def invited(context: Context, code: str) -> Replies:
    """Ask whether the person wants to help. Also called once they have agreed to be stored."""
    row = await queries.find_invitation(context.session, code, context.person.id, context.now)
    if row is None:
        return [Say(messages.invalid_invitation(context.tr))]
    if row.caregiver_id is not None:
        return [Say(rendering(rendered.person_card, context.tr, row.user_id))]
    if row.asked_id is not None:
        return [Say(messages.waits_for_confirmation(context.tr))]
    return [Say(messages.invitation_question(context.tr, row.code))]


async def on_accept(_update: Update, context: Context) -> Replies:
    """Want to help: the person who made the link is asked. Only the first one can be."""
    session, tr, user_id = context.session, context.tr, context.person.id
    code = context.tap.word(0) or ""
    row = await queries.find_invitation(session, code, user_id, context.now)
    if row is not None and row.caregiver_id is not None:
        return [Show(rendering(rendered.person_card, tr, row.user_id))]
    outcome = await queries.ask(session, code, user_id, context.now)
    match outcome:
        case Asked.HELPS_TOO_MANY:
            return [Show(messages.helps_too_many(tr))]
        case Asked.KNOWN:
            return [Show(messages.waits_for_confirmation(tr))]
        case Asked.NEW if row is not None:
            owner = await people.get(session, row.user_id)
            if owner is not None and owner.blocked_at is None:
                question = rendering(rendered.confirmation_question, translator_for(owner), user_id)
                return [
                    Show(messages.waits_for_confirmation(tr)),
                    Say(question, to=owner.id),
                ]
    return [Show(messages.invalid_invitation(tr))]


async def on_decline(_update: Update, context: Context) -> Replies:
    """Decline an invitation. The person who invited is not notified."""
    return [Show(messages.declined(context.tr))]
