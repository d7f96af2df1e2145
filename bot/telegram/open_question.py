"""The question that the bot asked last: what its buttons say can be typed.

It is kept in ``users.open_question`` until the person's next message or tap. Its message's id is
known once it is sent, so what was typed before that is never taken for its answer.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape, unescape

from bot.database.models import User
from bot.i18n.translator import Translator
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexicon import is_answer
from bot.telegram.context import Context
from bot.telegram.feature import Callback
from bot.telegram.message import Button, Message, Tap, unpack
from bot.telegram.replies import (
    NOTHING,
    DeleteMessages,
    Edit,
    OnSent,
    RemoveButtons,
    Replies,
    Reply,
    Say,
    Show,
    Toast,
)

SENT = "telegram.question_sent"
"""Name of the ``OnSent`` of a question."""
MOST_BUTTONS = 10
"""A message with more buttons is a card, and nobody types the words of its buttons."""
LONGEST_QUESTION = 600
"""A message with more characters is a card, too."""
_WHOSE = frozenset({("typed", "no"), ("consent", "mine")})
"""Buttons for which the words before the colon can be typed alone: "I had it: begin my diary". For
other buttons they may mean something else: "Log a cramp: Tuesday night"."""
_OF_A_SENTENCE = frozenset({("typed", "yes"), ("typed", "each")})
"""Buttons that begin with the id of the message whose meaning they offer."""
_QUESTION_MARK = "?"
_QUOTES = ("“", "„", "«")
"""What a quotation begins with, in each language."""


@dataclass(frozen=True)
class OpenQuestion:
    """A question with buttons that waits for an answer."""

    key: int
    """The id of the update that it answers."""
    buttons: tuple[tuple[str, str, str | None], ...]
    """What each button says, its callback data and its style."""
    awaiting: str | None = None
    """What typed text answers beside its buttons (``users.awaiting``)."""
    quoted: str = ""
    """The last line, if it quotes the person's own words."""
    message_id: int | None = None
    """The id of the message that asks, stored in a column of its own; None until it is sent.
    """

    def stored(self) -> str:
        """The question as it is kept in the person's row."""
        said = [self.key, self.buttons, self.awaiting, self.quoted]
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def of(cls, person: User) -> "OpenQuestion | None":
        """The question of a person's row; None when there is none."""
        if not person.open_question:
            return None
        key, buttons, awaiting, quoted = json.loads(person.open_question)
        message_id = person.open_question_message_id
        return cls(key, tuple(map(tuple, buttons)), awaiting, quoted, message_id)

    def keep(self, person: User) -> None:
        """Keep it as the open question of a person."""
        person.open_question = self.stored()
        person.open_question_message_id = self.message_id

    def is_about(self, message_id: int) -> bool:
        """Whether it asks what a message means."""
        taps = [tap for _label, data, _style in self.buttons if (tap := unpack(data)) is not None]
        return any(
            (tap.feature, tap.verb) in _OF_A_SENTENCE and tap.number(0) == message_id
            for tap in taps
        )

    def chosen(self, text: str, tr: Translator) -> str | None:
        """The callback data of the button that was typed: its words, or a fitting "yes" or "no"."""
        said = _bare(text)
        named = {data for label, data, _style in self.buttons if _bare(label) == said and said}
        if len(named) == 1:
            return named.pop()
        begun = {data for label, data, _style in self.buttons if _begun(label, data) == said}
        if said and len(begun) == 1:
            return begun.pop()
        if is_answer(text, "unsure", tr.language):
            return self._named(tr.gettext("Not sure"))
        answer = _yes_or_no(text, tr)
        return None if answer is None else self._answering(answer, tr)

    def _named(self, words: str) -> str | None:
        """The callback data of the only button with these words."""
        found = [data for label, data, _style in self.buttons if _bare(label) == _bare(words)]
        return found[0] if len(found) == 1 else None

    def _answering(self, answer: str, tr: Translator) -> str | None:
        found = {
            word: [
                data
                for label, data, style in self.buttons
                if style != "danger" and _begins_with(label, word, tr)
            ]
            for word in ("yes", "no")
        }
        main = [data for _label, data, style in self.buttons if style == "primary"]
        sure = found["yes"] or (main if len(main) == 1 and main != found["no"] else [])
        meant = sure if answer == "yes" else found["no"]
        return meant[0] if len(meant) == 1 else None


def _yes_or_no(text: str, tr: Translator) -> str | None:
    return next((one for one in ("yes", "no") if is_answer(text, one, tr.language)), None)


def says_yes_or_no(context: Context) -> bool:
    """Whether a message is a "yes" or a "no" and nothing else."""
    return _yes_or_no(context.text, context.tr) is not None


def choose(context: Context, question: OpenQuestion) -> Replies | None:
    """Say that "yes" or "no" chooses none of the buttons; the question stays open.

    None for every other text.
    """
    if not says_yes_or_no(context):
        return None
    question.keep(context.person)
    return [Say(choose_one(context.tr))]


def choose_one(tr: Translator) -> Message:
    """Say that what was typed chooses none of the buttons."""
    return Message(escape(tr.gettext("Please tap the button with what you mean.")))


def _bare(words: str) -> str:
    """Text without punctuation, emoji, capitals and accents."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(words)).split())


def _begun(label: str, data: str) -> str:
    """The folded words before a button's colon; "" if they are not enough to choose it."""
    tap = unpack(data)
    is_enough = tap is not None and (tap.feature, tap.verb) in _WHOSE
    return _bare(label.partition(":")[0]) if is_enough else ""


def _begins_with(label: str, answer: str, tr: Translator) -> bool:
    """Whether a button says "Yes" or "No", perhaps with more words after a comma or colon."""
    first = label.replace(":", ",").partition(",")[0].strip()
    own = tr.gettext("Yes") if answer == "yes" else tr.gettext("No")
    return _bare(first) == _bare(own) or is_answer(first, answer, tr.language)


def taken(context: Context) -> OpenQuestion | None:
    """The question that was open before this update, which closes it.

    None for text that was written before the question was in the chat.
    """
    question = OpenQuestion.of(context.person)
    if question is None:
        return None
    context.person.open_question = context.person.open_question_message_id = None
    is_after = question.message_id is not None and context.message_id > question.message_id
    return question if is_after and context.message is not None else None


def asked(context: Context, replies: Replies) -> Replies:
    """The replies; the last one is stored as the open question if it asks something."""
    if not context.may_store or context.person not in context.session:
        return replies  # of whom nothing may be stored, or nobody who is known here
    shown = [(n, said) for n, one in enumerate(replies) if (said := _content(one)) is not None]
    if not shown or not (buttons := _buttons(shown[-1][1])):
        return replies
    at, message = shown[-1]
    reply = replies[at]
    last_line = unescape(message.text.rsplit("\n", 1)[-1])
    question = OpenQuestion(
        key=context.update_id,
        buttons=tuple((one.label, one.data, one.style) for one in buttons),
        awaiting=context.person.awaiting,
        quoted=last_line if last_line.startswith(_QUOTES) else "",
    )
    if isinstance(reply, Say):
        question.keep(context.person)
        told = replace(reply, on_sent=OnSent(SENT, str(context.update_id)))
        return [*replies[:at], told, *replies[at + 1 :]]
    here = context.tapped_message_id
    if here is not None:
        replace(question, message_id=here).keep(context.person)
    return replies


def _content(reply: Reply) -> Message | None:
    """The message that a reply shows to the person; None when it shows none."""
    if isinstance(reply, Say) and (reply.to is not None or reply.on_sent or reply.is_aside):
        return None
    if isinstance(reply, Say | Show) and isinstance(reply.content, Message):
        return reply.content
    return None


def _buttons(message: Message) -> Sequence[Button]:
    """The buttons of a question; none of a message that asks nothing, or of a card."""
    buttons = [button for row in message.rows for button in row if button.data]
    is_short = len(buttons) <= MOST_BUTTONS and len(message.text) <= LONGEST_QUESTION
    is_question = is_short and _QUESTION_MARK in message.text
    return buttons if is_question else ()


async def on_sent(context: Context, key: str, message_id: int) -> Replies:
    """Store which message asks, while it is the open question."""
    question = OpenQuestion.of(context.person)
    if question is not None and str(question.key) == key:
        context.person.open_question_message_id = message_id
    return NOTHING


def without_buttons(question: OpenQuestion, replies: Replies) -> Replies:
    """The answer to a question that was typed: the question keeps its words, not its buttons."""
    number = question.message_id
    is_gone = any(
        (isinstance(one, RemoveButtons | Edit) and one.message_id == number)
        or (isinstance(one, DeleteMessages) and number in one.message_ids)
        for one in replies
    )
    return replies if number is None or is_gone else [*replies, RemoveButtons(number)]


def in_place(question: OpenQuestion, replies: Replies) -> Replies:
    """The replies to an edited message, of which the first replaces the open question.

    What no edit can show, such as a picture, comes as a message of its own.
    """
    for at, one in enumerate(replies):
        if not isinstance(one, Say) or one.to is not None or one.is_aside:
            continue
        shown, number = one.content, question.message_id
        if number is None or not isinstance(shown, Message) or one.then or one.otherwise:
            break
        if shown.picture or shown.document or shown.reply_keyboard:
            break
        return [*replies[:at], Edit(number, shown, one.on_sent), *replies[at + 1 :]]
    return without_buttons(question, replies)


async def as_tapped(context: Context, tap: Tap, callback: Callback, quoted: str = "") -> Replies:
    """Call the handler of a button for typed text; its replies become new messages.

    Args:
        context: who typed what the button says.
        tap: its callback data.
        callback: what handles it.
        quoted: the last line of the message with the button.
    """
    context.stands_for, context.quoted = tap, quoted
    try:
        replies = await callback(context.telegram_update, context)
    finally:
        context.stands_for = None
    return [as_said(one) for one in replies]


def as_said(reply: Reply) -> Reply:
    """A reply to a tap, as one to a message."""
    if isinstance(reply, Show):
        return Say(reply.content, on_sent=reply.on_sent)
    if isinstance(reply, Toast) and reply.text:
        return Say(Message(escape(reply.text)))
    return reply
