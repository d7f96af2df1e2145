"""Whatever a sentence changes at once comes with a way back."""

from datetime import timedelta

from tests.support.harness import Harness

SENTENCES = (
    "cramp left calf, 7",
    "it was an 8",
    "no, the right leg",
    "delete that",
    "stretch at 22:15",
    "stretch off",
    "stretch on",
    "stretch only on weekdays",
    "stretch 30 min earlier",
    "reset stretch",
    "skip stretching today",
    "pause until monday",
    "resume",
    "remind me in 2 hours to drink",
    "remind me every day at 9pm to buy bread",
    "bedtime 23:15",
    "i get up at 6:30",
    "i stretched",
    "no cramps last night",
    "i'm in tokyo now",
    "use 24 hour clock",
    "speak german",
)

WAYS_BACK = ("Undo", "Rückgängig", "◀ Change nothing")


async def test_every_change_can_be_undone(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(harness.clock.now() + timedelta(hours=16))
    missing = []
    for text in SENTENCES:
        harness.clock.advance(timedelta(minutes=1))
        before = {message.id for message in ann.messages}
        await ann.says(text)
        said = [message for message in ann.messages if message.id not in before]
        labels = [label for message in said for label in message.buttons]
        if not any(label.startswith(WAYS_BACK) for label in labels):
            missing.append(f"{text!r}: {[message.words[:60] for message in said]} {labels}")
    assert not missing, "\n".join(missing)
