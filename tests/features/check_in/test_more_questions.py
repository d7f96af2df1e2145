"""Which further questions a morning has."""

from collections import Counter
from datetime import date, timedelta

from bot.database.models import Exposure, Habit
from bot.features.check_in.more_messages import exposure_labels
from bot.features.check_in.more_questions import A_MORNING, ROTATED, asked_on
from bot.features.summary.every_night_messages import exposure_name
from bot.i18n.translator import translator

FIRST = date(2027, 1, 4)


def test_seven_mornings_ask_each_of_them_three_times() -> None:
    for start in range(7):
        mornings = [asked_on(FIRST + timedelta(days=start + number), ()) for number in range(7)]
        assert {len(set(one)) for one in mornings} == {A_MORNING}
        assert Counter(one for morning in mornings for one in morning) == dict.fromkeys(ROTATED, 3)


def test_nothing_is_asked_twice_in_a_morning() -> None:
    """Late caffeine is in every check-in, and a fair test of alcohol asks about it."""
    assert set(ROTATED) == {one.value for one in Exposure} - {Exposure.CAFFEINE_LATE}
    for number in range(7):
        night_on = FIRST + timedelta(days=number)
        plain = asked_on(night_on, {Habit.STRETCH_DONE})
        fewer = asked_on(night_on, {Habit.NO_ALCOHOL})
        assert fewer == tuple(one for one in plain if one != Exposure.ALCOHOL_EVENING)


def test_every_exposure_has_a_name_and_two_buttons() -> None:
    tr = translator("en")
    labels = exposure_labels(tr)
    assert set(labels) == set(Exposure)
    assert len({label for pair in labels.values() for label in pair}) == 2 * len(Exposure)
    assert len({exposure_name(tr, one) for one in Exposure}) == len(Exposure)
