"""What was tried against cramps, and how often it is noted as having helped."""

from datetime import datetime

from bot.features.diary.facts import CrampFact
from bot.features.diary.tried import tried_against
from bot.features.free_text.acts.further_messages import FEW_ANSWERS, what_helped
from bot.i18n.translator import translator

AT = datetime(2027, 1, 13, 3, 12)


def _cramp(tried: str, helped: str | None, event_type: str = "cramp") -> CrampFact:
    return CrampFact(
        AT, AT.date(), event_type, relief_tried=frozenset(tried.split()), relief_helped=helped
    )


def test_each_thing_is_counted_with_the_answers_of_its_entries() -> None:
    cramps = [
        _cramp("walked stretched", "a_lot"),
        _cramp("walked", "a_bit"),
        _cramp("walked", "not_at_all"),
        _cramp("walked", "unsure"),
        _cramp("stretched", None),
        _cramp("heat", "a_lot", event_type="twitch"),
        _cramp("", "a_lot"),
    ]
    walked, stretched = tried_against(cramps)
    assert (walked.code, walked.entries, walked.helped, walked.answered) == ("walked", 4, 2, 3)
    assert (stretched.code, stretched.entries, stretched.helped) == ("stretched", 2, 1)


def test_what_helped_most_often_comes_first() -> None:
    cramps = [
        *[_cramp("walked", "not_at_all")] * 3,
        *[_cramp("cold", None)],
        *[_cramp("stretched", "a_bit")] * 2,
    ]
    assert len(cramps) > FEW_ANSWERS
    shown = what_helped(translator("en"), tried_against(cramps), 1)
    assert shown.text.splitlines()[1:] == [
        "Stretched: helped on 2 of 2 entries",
        "Cold: 1 entry",
        "Walked: helped on 0 of 3 entries",
        "This is no test: chance plays a part too.",
    ]
