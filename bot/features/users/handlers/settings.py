"""The settings card."""

from dataclasses import replace
from html import escape

from telegram import Update

from bot.dispatch.replanning import replan
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import advance, await_open_question, show_question
from bot.features.users.messages import settings
from bot.features.users.messages.pause import pause_words
from bot.features.users.messages.settings import ShownSettings
from bot.local_time.nights import local_time
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context
from bot.telegram.message import Button, Message
from bot.telegram.replies import Replies


def home_zone_kept(context: Context) -> str | None:
    """The zone that reminders keep while the person is elsewhere; None when there is none."""
    user = context.person
    if user.home_zone is None or user.home_zone_until_on is None:
        return None
    return user.home_zone if context.today < user.home_zone_until_on else None


def current_pause(context: Context) -> str | None:
    """The pause as a sentence; None when there is no pause or it is over."""
    user = context.person
    if not user.paused:
        return None
    if user.paused_until_at is None:
        return pause_words(context.tr, None)
    if user.paused_until_at <= context.now:
        return None
    return pause_words(context.tr, local_time(user.paused_until_at, context.zone))


def shown_settings(context: Context) -> ShownSettings:
    """The person's settings as the settings card shows them."""
    user, locale = context.person, context.tr.locale
    home = home_zone_kept(context)
    return ShownSettings(
        city=city_name(context.zone, locale),
        local_now=context.local_now,
        bed_time=user.bed_time,
        wake_time=user.wake_time,
        fluids=user.fluids,
        home_city=city_name(home, locale) if home else None,
        home_until_on=user.home_zone_until_on,
        pause=current_pause(context),
        has_public_url=context.deps.settings.reachable_url is not None,
        has_consent=context.deps.settings.is_open or user.consent_version is not None,
    )


def settings_card(context: Context, note: str | None = None) -> Message:
    """The settings card, with a note about what has just changed."""
    return settings.settings_card(context.tr, shown_settings(context), note)


async def after_answer(
    context: Context, note: str, row: tuple[Button, ...] = (), *, above: str = ""
) -> Replies:
    """What follows an answer that was just stored in the person's row.

    During the onboarding that is the next question; later, reminders are planned again and the
    settings card is shown with the note, and with a row of buttons that belongs to it. Above the
    next question can stand how the answer was understood.
    """
    context.person.awaiting = None
    asked = await advance(context)
    if asked is not None:
        if above:
            asked = replace(asked, text=f"{escape(above)}\n\n{asked.text}")
        return show_question(context, asked, is_answer=True)
    await replan(context.session, context.person, context.now)
    shown = settings_card(context, note)
    shown = replace(shown, rows=(row, *shown.rows)) if row else shown
    return present_with_keyboard(context, shown)


def answered_before(context: Context) -> Replies:
    """Answer a button of an onboarding that is over: with the settings, and how to change them."""
    note = context.tr.gettext("That question is answered already. Tap below to change an answer.")
    return present_with_keyboard(context, settings_card(context, note))


async def on_settings(_update: Update, context: Context) -> Replies:
    """Show the settings card; during the onboarding, the open question."""
    asked = await advance(context)
    if asked is not None:
        return show_question(context, asked)
    await_open_question(context.person)
    return present_with_keyboard(context, settings_card(context))
