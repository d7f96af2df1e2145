"""The button that takes consent back, and the text for requests over HTTP afterwards.

The consent feature stands above all others, which need these for their own pages.
"""

# TRANSLATORS, ALL: People can take back that anything of them may be stored. "Consent" is the word
# of data protection law.

from bot.i18n.translator import Translator
from bot.telegram.message import Button, pack


def withdraw_button(tr: Translator) -> Button:
    """Takes the consent back with one tap."""
    return Button(tr.gettext("Take my consent back"), pack("consent", "no"))


def is_withdrawn_outside(tr: Translator) -> str:
    """The answer to a request over HTTP after consent was taken back: why nothing is logged."""
    return tr.gettext(
        "You took back your consent, so nothing is saved. To go on, send /privacy in the chat."
    )
