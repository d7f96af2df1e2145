"""The tips that reminders carry, with the sources of each.

``learn/sources.py`` has the numbered sources. Tips about caffeine speak of sleep only, tips about
drinks name no amount, and meal ideas only name foods.
"""

# TRANSLATORS, ALL: One line below a reminder; a suggestion, never an order.

from collections.abc import Collection
from dataclasses import dataclass
from math import gcd

from bot.i18n.translator import N_, Translator


@dataclass(frozen=True)
class Tip:
    """One tip and the numbers of its sources; the text is a message id."""

    text: str
    sources: tuple[int, ...]
    unless: frozenset[str] = frozenset()
    """Gates that leave it out while they are shut: ``drinks``, ``greens``, ``nuts`` (and seeds),
    ``standing``."""


_DRINKS, _GREENS, _NUTS = frozenset({"drinks"}), frozenset({"greens"}), frozenset({"nuts"})
_STANDING = frozenset({"standing"})


TIPS: dict[str, tuple[Tip, ...]] = {
    "hydration": (
        Tip(N_("A drink with your next break?"), (26,)),
        Tip(N_("Water, tea, coffee: they all count as a drink."), (26,)),
        Tip(N_("Pale, clear yellow urine is the sign the NHS looks for."), (26,)),
        Tip(N_("Food brings part of the day's water too."), (27,)),
        Tip(N_("Most of the day's water comes from drinks, about a fifth from food."), (28,)),
        Tip(N_("A warm day or a long walk? You may like a glass within reach."), (26,)),
        Tip(N_("A drink now rather than late may spare you a night-time toilet trip."), (24,)),
        Tip(N_("How much suits you is individual. There is no target here."), (30,)),
    ),
    "stretch": (
        Tip(N_("Calf and back of the thigh, both legs: three holds of 10 seconds each."), (7, 8)),
        Tip(N_("Stretch to a moderate pull, never to pain."), (8,)),
        Tip(N_("Keep breathing while you hold."), (8,)),
        Tip(N_("Standing feels unsteady? The seated version is just as welcome."), (8,)),
        Tip(N_("Rest 10 seconds between holds. Both legs take about three minutes."), (8,)),
        Tip(N_("In one trial people stretched right before going to sleep."), (7,)),
        Tip(N_("Some people find a short stretch before bed useful. Studies disagree."), (7, 14)),
        Tip(N_("For the calf: back knee straight, both heels down."), (8, 9), _STANDING),
        Tip(N_("Stretching may reduce cramps. It may not stop them."), (15,)),
    ),
    "caffeine": (
        Tip(N_("Last call for today: caffeine late in the day can make sleep lighter."), (16, 17)),
        Tip(N_("In one study a large dose six hours before bed still disturbed sleep."), (16,)),
        Tip(N_("A small cup may need a shorter gap to bedtime, a large dose a longer one."), (18,)),
        Tip(N_("Across 24 studies, caffeine shortened sleep by about 45 minutes."), (17,)),
        Tip(N_("Close to bedtime, caffeine may make it take longer to fall asleep."), (19,)),
        Tip(N_("Cups differ: the caffeine in tea and coffee varies widely."), (23,)),
        Tip(N_("One review puts a cup of coffee about nine hours before bed."), (17,)),
        Tip(N_("Studies disagree on the best gap, so you can move your time."), (16, 17, 18)),
    ),
    "dinner_caffeine": (
        Tip(N_("Tea or cola with dinner? Late caffeine can make sleep lighter."), (16, 17)),
        Tip(N_("Tea tonight? The caffeine in a cup varies widely."), (23,)),
        Tip(
            N_("A drink without caffeine may suit the evening: late caffeine can cut sleep."),
            (17,),
            _DRINKS,
        ),
        Tip(
            N_(
                "In one study a small dose four hours before bed made no clear difference to sleep."
            ),
            (18,),
        ),
        Tip(N_("Close to bedtime, caffeine may lengthen the time to fall asleep."), (19,)),
    ),
    "meal": (
        Tip(N_("A handful of roasted pumpkin seeds?"), (48,), _NUTS),
        Tip(N_("Spinach with dinner?"), (48,), _GREENS),
        Tip(N_("Black beans in the pot tonight?"), (48,)),
        Tip(N_("Almonds or cashews to nibble on?"), (48,), _NUTS),
        Tip(N_("A baked potato, skin and all?"), (48,)),
        Tip(N_("Chia seeds stirred into some yogurt?"), (48,), _NUTS),
        Tip(N_("Brown rice on the side?"), (48,)),
        Tip(N_("A few edamame to start with?"), (48,)),
        Tip(N_("Peanut butter on wholewheat bread?"), (48,), _NUTS),
        Tip(N_("Kidney beans in a stew or a salad?"), (48,)),
        Tip(N_("Salmon with broccoli?"), (48,), _GREENS),
        Tip(N_("Half an avocado, in a salad or on bread?"), (48,)),
        Tip(N_("A banana for dessert?"), (48,)),
        Tip(N_("Oatmeal, tomorrow morning?"), (48,)),
        Tip(N_("Peanuts and raisins, a small bowl?"), (48,), _NUTS),
    ),
}


def tip(
    tr: Translator, kind: str, number: int, shut_gates: Collection[str] = (), a_day: int = 1
) -> str:
    """The tip for one occurrence of a reminder; "" for a kind without tips.

    The number of the occurrence decides, so that a message that is sent or edited again reads the
    same.

    Args:
        tr: the translator for this person.
        kind: the kind of reminder.
        number: as ``bot.dispatch.occurrence_numbers`` counts.
        shut_gates: codes of the gates that are shut for this person.
        a_day: how many times a day the reminder has.
    """
    _ = tr.gettext
    shut = {code.removesuffix("?") for code in shut_gates}  # no answer keeps a gate shut, too
    lines = [one for one in TIPS.get(kind, ()) if not one.unless & shut]
    return _(lines[turn(number, len(lines), a_day)].text) if lines else ""


def turn(number: int, count: int, a_day: int) -> int:
    """Which of ``count`` lines an occurrence carries: all of them, then all of them again.

    Four reminders a day and eight lines: each reminder would have the same two lines for ever. So
    when the numbers have a common divisor, each round begins one line later than the one before.
    """
    rounds, place = divmod(number, count)
    return place if gcd(a_day, count) <= 1 else (place + rounds) % count
