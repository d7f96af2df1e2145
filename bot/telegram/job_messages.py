"""Messages about jobs: progress with a button to stop, and what is said when there is no result."""

# TRANSLATORS, ALL: Progress of work that takes long: files, imports and pages.

from html import escape

from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

FEATURE = "jobs"
"""The first part of the callback data of the Stop button."""
PARTLY = "partly"
"""In the callback data: what the job has done so far stays."""


def progress(tr: Translator, words: str, job_id: int, *, keeps_part: bool) -> Message:
    """How far a job has come, without a sound."""
    part = (PARTLY,) if keeps_part else ()
    stop = Button(tr.gettext("Stop"), pack("jobs", "stop", job_id, *part))
    return Message(escape(words), ((stop,),), silent=True)


def stopped(tr: Translator, *, keeps_part: bool) -> Message:
    """The person called the job off."""
    _ = tr.gettext
    text = _("Stopped. What was already added stays.") if keeps_part else _("Stopped.")
    return Message(escape(text), silent=True)


def too_many(tr: Translator) -> str:
    """The person has as many open jobs as are allowed."""
    return tr.gettext(
        "I am still working on what you asked for. Please ask again when that is done."
    )


def given_up(tr: Translator) -> Message:
    """The job was begun three times and never ended."""
    text = tr.gettext(
        "Sorry, I tried three times and could not finish this. What you logged is safe."
    )
    return Message(escape(text), silent=True)


# How far a job is: for the ``progress`` of a feature's kinds of jobs ------------------------------


def reading(tr: Translator, done: int, total: int | None) -> str:
    """Entries of a diary or of a file are read."""
    if total is None:
        return tr.gettext("One moment…")
    words = tr.ngettext(
        "Reading {done} of {total} entry…", "Reading {done} of {total} entries…", total
    )
    return _with_numbers(tr, words, done, total)


def adding(tr: Translator, done: int, total: int | None) -> str:
    """Entries of a file are added to a diary."""
    if total is None:
        return tr.gettext("One moment…")
    words = tr.ngettext(
        "Adding {done} of {total} entry…", "Adding {done} of {total} entries…", total
    )
    return _with_numbers(tr, words, done, total)


def drawing(tr: Translator, done: int, total: int | None) -> str:
    """Entries are read, then pages are made."""
    if total is None or done >= total:
        return tr.gettext("Making your pages…")
    return reading(tr, done, total)


def _with_numbers(tr: Translator, words: str, done: int, total: int) -> str:
    return words.format(done=formats.count(tr, done), total=formats.count(tr, total))
