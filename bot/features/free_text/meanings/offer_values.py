"""What is offered for a text that nobody understands, besides what a sentence can mean. Pure."""

from dataclasses import dataclass

from bot.features.free_text.meanings.values import Meaning


@dataclass(frozen=True)
class OpenReminder:
    """The card of a reminder."""

    kind: str


@dataclass(frozen=True)
class OpenCommand:
    """What a command or a button opens."""

    name: str
    """Of the command; "month" for the month as a picture."""
    label: str


Offer = Meaning | OpenReminder | OpenCommand
