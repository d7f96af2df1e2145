"""The person's own words that a question quotes in its last line, since no button carries them."""

from telegram import Message as TelegramMessage

from bot.features.free_text.acts.act_messages import quoted_in
from bot.features.free_text.rules.felt_words import felt_words
from bot.telegram.context import Context


def quoted_words(context: Context) -> str:
    """The person's own words in the question that is answered; "" when there are none."""
    tapped = context.query.message if context.query is not None else None
    text = tapped.text if isinstance(tapped, TelegramMessage) else None
    return quoted_in(text or context.quoted)


def felt_of(context: Context) -> str:
    """How bad a cramp was, in the words of the message that tells it, or of the question."""
    language, words = context.tr.language, quoted_words(context)
    if words:
        return words if felt_words(words, language) == words else ""
    return felt_words(context.text, language) if context.query is None else ""
