"""Done once on PostgreSQL: the walk of ``test_done_once.py``.

In ``make test`` some conversations, in ``make soak`` all handlers of all features.
"""

import pytest

from tests.support.lengths import SOAK_SCALE
from tests.telegram.test_done_once import not_reached, predictable, walked

CONVERSATIONS = (
    (
        "Ann: press Log cramp",
        "Ann: 7",
        "Ann: tap More",
        "Ann: tap Note, count",
        "Ann: tap Add a note",
    ),
    ("Ann: /caregiver", "Ann: tap care:invite", "Nina: link", "Nina: tap care:accept"),
    ("Ann: /delete", "Ann: tap takeout:last", "Ann: tap takeout:delete:yes"),
)
LEAST_RUNS = 20


async def test_every_handler_has_its_effect_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = predictable(monkeypatch)
    is_whole = SOAK_SCALE is not None
    walk = await walked(postgres_url, recorder, None if is_whole else CONVERSATIONS)
    wrong = [*walk.wrong, *(not_reached(walk) if is_whole else [])]
    assert not wrong, "\n".join(wrong)
    assert walk.runs > LEAST_RUNS
