"""Texts about addresses that log a cramp, and what they answer."""

# TRANSLATORS, ALL: A secret web address that logs a cramp. Names such as minutes_ago, JSON and POST
# stay as they are.

from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.features.cramps.messages.refusals import not_added
from bot.features.diary.limits import Limit
from bot.features.log_address.logging_cramps import Logged, Outcome
from bot.features.log_address.request_fields import FIELDS, Problem
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

IN_PLACE = "sure"
"""The end of callback data after the person has confirmed that the current address may end."""
SIDES_SHOWN = "left, right, both"


@dataclass(frozen=True)
class ShownAddress:
    """What is shown of an address, in the person's local time (naive)."""

    made_at: datetime
    used_at: datetime | None


# Cards --------------------------------------------------------------------------------------------


def _title(tr: Translator) -> str:
    return f"<b>{escape(tr.gettext('Log without a screen'))}</b>"


def _back_row(tr: Translator) -> tuple[Button, ...]:
    return (Button(tr.gettext("◀ Settings"), pack("users", "settings")),)


def _moment(tr: Translator, at: datetime) -> str:
    return f"{formats.day(tr, at)}, {formats.clock(tr, at)}"


def times(tr: Translator, shown: ShownAddress) -> str:
    """When an address was made and last used."""
    _ = tr.gettext
    made = _moment(tr, shown.made_at)
    if shown.used_at is None:
        return _("Your web address can log cramps. Made: {made}. Not used yet.").format(made=made)
    text = _("Your web address can log cramps. Made: {made}. Last used: {used}.")
    return text.format(made=made, used=_moment(tr, shown.used_at))


def card(tr: Translator, shown: ShownAddress | None, note: str | None = None) -> Message:
    """What an address is for, and the one that there is.

    Args:
        tr: the text's language.
        shown: the person's address; None: they have none.
        note: what has just changed.
    """
    _ = tr.gettext
    what = _(
        "A button by the bed, Siri, your phone or your smart home can log a cramp for you. For "
        "that I make a secret web address. Anyone who has it can log cramps for you, and nothing "
        "else."
    )
    lines = [_title(tr), escape(what), "", escape(times(tr, shown)) if shown else ""]
    if note:
        lines += ["", escape(note)]
    rows: Rows = ((Button(_("Make an address"), pack("address", "make"), "primary"),),)
    if shown is not None:
        rows = (
            (Button(_("Make a new one…"), pack("address", "sure", "make")),),
            (Button(_("Switch it off…"), pack("address", "sure", "end")),),
        )
    rows = (*rows, (Button(_("How to use it"), pack("address", "how")),), _back_row(tr))
    return Message("\n".join(lines).rstrip(), rows)


def sure(tr: Translator, verb: str) -> Message:
    """Ask for confirmation before the current address stops working; ``verb`` is make or end."""
    _ = tr.gettext
    text = _("Every button that uses your address will stop working at once. Do you want that?")
    label = _("Yes, make a new one") if verb == "make" else _("Yes, switch it off")
    rows: Rows = (
        (Button(label, pack("address", verb, IN_PLACE), "danger"),),
        (Button(_("◀ Back"), pack("address", "open")),),
    )
    return Message(f"{_title(tr)}\n{escape(text)}", rows)


def made(tr: Translator, address: str) -> Message:
    """A new address, which is shown this once."""
    _ = tr.gettext
    lines = [
        _title(tr),
        escape(_("Here is your address. Any earlier address is switched off.")),
        "",
        f"<code>{escape(address)}</code>",
        "",
        escape(
            _(
                "I show it only this once. Keep it safe, like a key. To log a cramp, send a POST "
                "request to it, with nothing in it. The answer is a sentence that can be read "
                "aloud, and the entry appears here without a sound. Try it once now."
            )
        ),
    ]
    rows: Rows = (
        (Button(_("Copy the address"), copy_text=address),),
        (Button(_("How to use it"), pack("address", "more")),),
        (Button(_("I have it: hide it"), pack("address", "open"), "primary"),),
    )
    return Message("\n".join(lines), rows)


def how(tr: Translator) -> Message:
    """How the address is used with the things that people have."""
    _ = tr.gettext
    steps = (
        _(
            "iPhone: in Shortcuts, the action “Get Contents of URL” with the method POST. It can "
            "speak the answer."
        ),
        _("Android: in the app HTTP Shortcuts or Tasker, a request with the method POST."),
        _("Home Assistant: a “rest_command” with the method POST, run by any button by the bed."),
        _("ESPHome: “http_request.post” when the button is pressed."),
        _(
            "If you like, send more, as JSON: strength (0 to 10), side (left, right or both), site "
            "(such as calf), minutes_ago."
        ),
        _("Every step is in the bot's documentation, “Log without a screen”."),
    )
    lines = [_title(tr), *(f"• {escape(step)}" for step in steps)]
    rows: Rows = ((Button(_("◀ Back"), pack("address", "open")),),)
    return Message("\n".join(lines), rows)


def not_set_up(tr: Translator) -> Message:
    """Whoever runs this bot has not given it a public address."""
    text = tr.gettext(
        "For this, the bot needs a public web address, and the person who runs it has not set one "
        "up yet. Everything else is ready."
    )
    return Message(f"{_title(tr)}\n{escape(text)}", (_back_row(tr),))


def switched_off(tr: Translator) -> str:
    """The note on the card after an address was removed."""
    return tr.gettext("Your address is switched off. It no longer does anything.")


# Answers ------------------------------------------------------------------------------------------


def spoken(tr: Translator, logged: Logged) -> str:
    """The answer to a request that was carried out, as a sentence to be spoken."""
    _ = tr.gettext
    outcome, at = logged.outcome, logged.local_at
    if outcome is Outcome.REMOVED:
        return _("This cramp was removed in the chat.")
    is_same = outcome is Outcome.SAME
    if at is None:
        return _("Already logged.") if is_same else _("Logged.")
    if tr.hour_cycle == 12:
        text = _("Already logged, {time}.") if is_same else _("Logged, {time}.")
        return text.format(time=formats.clock(tr, at))
    # Voices read "3:12" as a time in every language, but some stumble over "03:12".
    text = _("Already logged, {hour}:{minute}.") if is_same else _("Logged, {hour}:{minute}.")
    return text.format(hour=at.hour, minute=f"{at.minute:02}")


def limit(tr: Translator, reached: Limit) -> str:
    """The answer when a limit keeps a cramp from being added."""
    return not_added(tr, reached)


def post_only(tr: Translator) -> str:
    """The answer to a request other than POST, such as that of a browser."""
    return tr.gettext("This address logs a cramp when it gets a POST request.")


def unknown(tr: Translator) -> str:
    """The answer to a token that is nobody's."""
    return tr.gettext("There is nothing here.")


def too_many(tr: Translator) -> str:
    """The answer to requests that come too fast."""
    return tr.gettext("Too many requests. Please wait a little.")


def later(tr: Translator) -> str:
    """The answer while nothing can be logged."""
    return tr.gettext("I cannot log right now. Please try again in a moment.")


def problem(tr: Translator, why: Problem, field: str, sites: tuple[str, ...]) -> str:
    """Why a request cannot be used.

    Args:
        tr: the sentence's language.
        why: the problem.
        field: the name of the unknown field.
        sites: the codes of sites.
    """
    _ = tr.gettext
    one_of = _("{field} has to be one of: {values}.")
    return {
        Problem.UNREADABLE: _("I could not read that. Send JSON, form fields, or nothing at all."),
        Problem.IN_ADDRESS: _("Send the fields in the body, not in the address."),
        Problem.UNKNOWN: _("I do not know the field {field}. Possible fields: {values}.").format(
            field=field, values=", ".join(FIELDS)
        ),
        Problem.STRENGTH: _("strength has to be a whole number from 0 to 10."),
        Problem.SIDE: one_of.format(field="side", values=SIDES_SHOWN),
        Problem.SITE: one_of.format(field="site", values=", ".join(sites)),
        Problem.MINUTES: _("minutes_ago has to be a number from 0 to 1440."),
        Problem.AT: _(
            "at has to be a time within the last 24 hours, such as {example}, or Unix seconds."
        ).format(example="2027-01-14T03:12:00+01:00"),
        Problem.TWO_TIMES: _("Send either at or minutes_ago, not both."),
        Problem.KEY: _("key has to be a text of 1 to 200 characters."),
    }[why]
