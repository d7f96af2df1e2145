"""Whom the bots of the tests serve: private ones, which ask nobody before they store anything.

``tests/features/consent`` tests the bot that is open to everybody.
"""

from collections.abc import Mapping

from bot.sandbox.chats import FIRST_PERSON_ID

PEOPLE = range(FIRST_PERSON_ID, FIRST_PERSON_ID + 2000)
"""The first people of a sandbox."""
OPERATOR = {"OPERATOR_NAME": "Dr. Ada Example", "OPERATOR_CONTACT": "ada@example.org"}
"""Settings of a bot that is open to everybody."""


class Everybody(frozenset[int]):
    """The people allowed to use a private bot that turns nobody away."""

    def __contains__(self, _user_id: object) -> bool:
        return True


EVERYBODY = Everybody(PEOPLE[:100])


def with_people_allowed(environment: Mapping[str, str]) -> dict[str, str]:
    """Environment variables of a bot for everybody in the sandbox, unless they say for whom."""
    allowed = {"ALLOWED_USER_IDS": ",".join(map(str, PEOPLE))}
    is_meant = "BOT_TOKEN" in environment and "OPERATOR_NAME" not in environment
    return (allowed if is_meant else {}) | dict(environment)


OPEN = {
    "allowed_user_ids": frozenset[int](),
    "operator_name": OPERATOR["OPERATOR_NAME"],
    "operator_contact": OPERATOR["OPERATOR_CONTACT"],
}
"""The same, for a harness."""
