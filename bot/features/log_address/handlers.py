"""The card of a person's address, which /settings opens."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from telegram import Update

from bot.features.log_address import messages, queries
from bot.features.log_address.messages import ShownAddress
from bot.features.log_address.token import NONCE_BYTES, hash_of, token_of
from bot.i18n.translator import Translator
from bot.local_time.nights import local_time
from bot.telegram.context import Context, Outside
from bot.telegram.feature import AnyHandler, Feature, taps
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, Replies, Say, Show, rendering

PATH = "/log"
SECOND_TAP = timedelta(minutes=1)
"""Within this time after an address was made, another tap counts as a double tap."""


async def shown_address(context: Context) -> ShownAddress | None:
    """The person's address as the card shows it; None if they have none."""
    row = await queries.address_of(context.session, context.person.id)
    if row is None:
        return None
    used_at = None if row.used_at is None else local_time(row.used_at, context.zone)
    return ShownAddress(local_time(row.made_at, context.zone), used_at)


async def _card(context: Context, note: str | None = None) -> Message:
    """The card, or that addresses are not set up."""
    shown = await shown_address(context)
    if context.deps.settings.reachable_url is None and shown is None:
        return messages.not_set_up(context.tr)
    return messages.card(context.tr, shown, note)


async def on_open(_update: Update, context: Context) -> Replies:
    """Show the card."""
    return context.present(await _card(context))


async def on_sure(_update: Update, context: Context) -> Replies:
    """Ask before the address in use is replaced or switched off."""
    verb = context.tap.word(0)
    return context.present(messages.sure(context.tr, verb)) if verb in {"make", "end"} else NOTHING


async def on_make(_update: Update, context: Context) -> Replies:
    """Make an address, which replaces an earlier one, and show it once.

    An old card may still offer the first one; then it is asked before the one in use ends.
    """
    settings = context.deps.settings
    if settings.reachable_url is None:
        return context.present(messages.not_set_up(context.tr))
    row = await queries.address_of(context.session, context.person.id)
    is_in_use = row is not None and context.now - row.made_at > SECOND_TAP
    if is_in_use and context.tap.word(0) != messages.IN_PLACE:
        return context.present(messages.sure(context.tr, "make"))
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    token_hash = hash_of(token_of(nonce, settings.token))
    await queries.set_address(context.session, context.person.id, token_hash, context.now)
    return [Show(rendering(_made, context.tr, nonce))]


async def _made(outside: Outside, tr: Translator, nonce: str) -> Message:
    """The message with a new address; see ``token_of`` for why it is made after the commit."""
    settings = outside.deps.settings
    token = token_of(nonce, settings.token)
    return messages.made(tr, f"{settings.reachable_url}{PATH}/{token}")


async def on_end(_update: Update, context: Context) -> Replies:
    """Switch the address off."""
    await queries.remove_address(context.session, context.person.id)
    return context.present(await _card(context, messages.switched_off(context.tr)))


async def on_how(_update: Update, context: Context) -> Replies:
    """Say how an address is used, in place of the card."""
    return context.present(messages.how(context.tr))


async def on_more(_update: Update, context: Context) -> Replies:
    """Say the same in a new message, because the tapped one shows the address."""
    return [Say(messages.how(context.tr))]


def _handlers() -> Sequence[AnyHandler]:
    return taps(
        "address",
        {
            "open": on_open,
            "sure": on_sure,
            "make": on_make,
            "end": on_end,
            "how": on_how,
            "more": on_more,
        },
    )


FEATURE = Feature(name="address", handlers=_handlers)
