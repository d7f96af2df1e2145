"""The health profile in words and buttons."""

# TRANSLATORS, ALL: Answers about health on buttons, two or three in a row; the person speaks.

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from html import escape

from bot.database.stored_values import Kind
from bot.features.health_profile.gate_messages import switch_on_button
from bot.features.health_profile.gates import DRINKS
from bot.features.health_profile.medicine_messages import MedicineLine, medicine_in_list
from bot.features.health_profile.values import (
    AGE,
    BLOOD_THINNER,
    BOTHER,
    BOTHERS,
    FOOD_CHECK,
    GLOBAL_CHANGE,
    ITEMS,
    LIMIT_FLUIDS,
    MEDICINES,
    OLD_SURGERY_OR_TRAVEL,
    ONLY_IF_TOLD,
    PAGES,
    PREGNANCY_WEEK,
    STRETCH_CHECK,
    URGE,
    WEEKS,
    page_of,
)
from bot.i18n.translator import Translator
from bot.telegram.message import LONGEST_CAPTION, Button, Message, Rows, pack

MEDICINES_SHOWN = 15
"""Medicines on the first page, so that they and all answers fit into one message."""
WEEKS_IN_A_ROW = 7
"""Buttons in a row of weeks."""


def item_names(tr: Translator) -> dict[str, str]:
    """Item → its name in lists and on buttons."""
    _ = tr.gettext
    return {
        AGE: _("Age"),
        "pregnant": _("Pregnant"),
        PREGNANCY_WEEK: _("Week of pregnancy"),
        "recent_birth": _("Gave birth lately"),
        "breastfeeding": _("Breastfeeding"),
        LIMIT_FLUIDS: _("Told to limit drinks or salt"),
        "heart_failure": _("Heart failure"),
        "kidney_disease": _("Kidney disease"),
        "dialysis": _("Dialysis"),
        "liver_disease": _("Liver disease"),
        "low_sodium": _("Low blood sodium"),
        "water_tablets": _("Water tablets"),
        BLOOD_THINNER: _("Blood thinner"),
        "limit_potassium": _("Told to limit potassium"),
        "nut_allergy": _("Nut allergy"),
        "bowel_disease": _("Bowel disease or surgery"),
        "low_calcium_potassium": _("Low calcium or potassium"),
        "drinks_heavily": _("Much alcohol every day"),
        "leg_surgery": _("Leg or back surgery, injury"),
        "broken_bone": _("Broken bone"),
        "plaster": _("Plaster cast or bed rest"),
        "told_not_to_stretch": _("Told not to stretch"),
        "balance_problem": _("Balance problem"),
        "breathless_on_effort": _("Breathless when active"),
        "clot_now": _("A blood clot now"),
        "clot_before": _("A blood clot before"),
        "long_travel": _("Long travel lately"),
        "cancer": _("Cancer"),
        "pill_or_hrt": _("The pill or HRT"),
        "artery_or_vein": _("Artery or vein disease"),
        "diabetes": _("Diabetes"),
        "numb_skin": _("Numb skin or feet"),
        "broken_skin": _("Broken skin on a leg"),
        "nerve_or_back": _("Nerve or back problem"),
        "parkinson_or_stroke": _("Parkinson's or a stroke"),
        "thyroid_disease": _("Thyroid disease"),
        "urge_feelings": _("Urge to move, odd feelings"),
        "urge_at_rest": _("Urge worse at rest"),
        "urge_moving": _("Urge eases on moving"),
        "urge_evening": _("Urge worse in the evening"),
        BOTHER: _("How much cramps bother me"),
        GLOBAL_CHANGE: _("Since the diary began"),
        MEDICINES: _("Medicines"),
        STRETCH_CHECK: _("A reason not to stretch"),
        FOOD_CHECK: _("A reason for care with food"),
        OLD_SURGERY_OR_TRAVEL: _("Surgery, long travel"),
    }


def value_names(tr: Translator) -> dict[str, str]:
    """Value of an item → its label."""
    _ = tr.gettext
    return {
        "yes": _("Yes"),
        "no": _("No"),
        "unsure": _("Not sure"),
        "warfarin": _("Warfarin or similar"),
        # TRANSLATORS: Another blood thinner.
        "other": _("Another one"),
        "unknown": _("Name not known"),
        "under_18": _("Under 18"),
        "18_39": _("18 to 39"),
        "40_59": _("40 to 59"),
        "60_74": _("60 to 74"),
        "75_plus": _("75 or over"),
        **{week: week for week in (*BOTHERS, *WEEKS)},
        "much_better": _("Much better"),
        "better": _("Better"),
        "a_bit_better": _("A bit better"),
        # TRANSLATORS: The cramps are as bad as when the diary began.
        "same": _("The same"),
        "a_bit_worse": _("A bit worse"),
        "worse": _("Worse"),
        "much_worse": _("Much worse"),
    }


def topic_names(tr: Translator) -> dict[str, str]:
    """Topic → its name on buttons and above its page."""
    _ = tr.gettext
    return {
        "person": _("Age, pregnancy"),
        "drinks": _("Heart, kidneys, drinks"),
        "food": _("Food, blood thinners"),
        "legs": _("Legs and balance"),
        "blood": _("Blood clots"),
        "nerves": _("Nerves and skin"),
        "urge": _("Urge to move, how bad it is"),
    }


def details(tr: Translator) -> dict[str, str]:
    """Item → an explanation of its name."""
    _ = tr.gettext
    return {
        "recent_birth": _("In the last 6 weeks."),
        "water_tablets": _("Tablets that make you pee more."),
        "bowel_disease": _("Such as coeliac or Crohn's disease, or diarrhoea for weeks."),
        "drinks_heavily": _("Over 15 units a day, or shaky hands in the morning."),
        "leg_surgery": _("Of a leg, a hip or the back, in the last 3 months."),
        "breathless_on_effort": _("Chest pain, or no breath, when you walk or climb stairs."),
        "clot_now": _("Found by a doctor, or a doctor thinks so."),
        "pill_or_hrt": _("Or other tablets or patches with estrogen."),
        "long_travel": _("Many hours of sitting, in the last weeks."),
        "urge_feelings": _("An urge to move the legs, often with odd feelings in them."),
        "urge_at_rest": _("Does it begin or get worse when you rest?"),
        "urge_moving": _("Does it ease while you move?"),
        "urge_evening": _("Is it worse in the evening or at night?"),
        BOTHER: _("0 is not at all, 10 is as much as possible. Once a month is often enough."),
        GLOBAL_CHANGE: _("How are your cramps, compared with when your diary began?"),
    }


def urge_note(tr: Translator, answers: Mapping[str, str]) -> list[str]:
    """What four times "yes" to the questions about an urge to move means; otherwise nothing."""
    if any(answers.get(item) != "yes" for item in URGE):
        return []
    return [tr.gettext("Worth telling a doctor; iron is one thing they may check.")]


def overview(
    tr: Translator,
    answers: Mapping[str, str],
    medicines: Sequence[MedicineLine],
    *,
    is_stale: bool = False,
) -> Message:
    """Everything that was entered, and a button for each topic.

    Args:
        tr: the translator for this person.
        answers: item → stored value.
        medicines: the person's medicines; a long list is cut.
        is_stale: whether some answers are half a year old; then it is asked if they are still so.
    """
    _ = tr.gettext
    names, values = item_names(tr), value_names(tr)
    lines = [
        f"<b>{escape(_('Your health'))}</b>",
        escape(
            _(
                "Nothing here is required. What you answer is shown in the pages for a doctor, "
                "/report, and may switch off tips that do not suit you. You can erase every "
                "answer."
            )
        ),
    ]
    line = _("{label}: {text}")
    lines += [
        escape(line.format(label=names[item], text=values[value]))
        for item, value in answers.items()
    ]
    lines += [escape(medicine_in_list(tr, medicine)) for medicine in medicines[:MEDICINES_SHOWN]]
    if len(medicines) > MEDICINES_SHOWN:
        left = len(medicines) - MEDICINES_SHOWN
        more = tr.ngettext("and {count} more medicine", "and {count} more medicines", left)
        lines.append(escape(more.format(count=left)))
    if is_stale:
        lines += ["", escape(_("Some answers are over 6 months old. Are they still correct?"))]
    rows = _overview_rows(tr, answers, has_any=bool(answers or medicines), is_stale=is_stale)
    return Message("\n".join(lines), rows)


def _overview_rows(
    tr: Translator, answers: Mapping[str, str], *, has_any: bool, is_stale: bool
) -> Rows:
    _ = tr.gettext
    buttons = [
        Button(_with_count(name, topic, answers), pack("about", "page", topic))
        for topic, name in topic_names(tr).items()
    ]
    rows = [*(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))]
    rows.append((Button(_("Medicines…"), pack("about", "medicines")),))
    if is_stale:
        rows.append((Button(_("All still correct"), pack("about", "still")),))
    if has_any:
        rows.append((Button(_("Erase all of this…"), pack("about", "eraseall")),))
    rows.append((Button(_("◀ Settings"), pack("users", "settings")),))
    return tuple(rows)


def _with_count(name: str, topic: str, answers: Mapping[str, str]) -> str:
    """The name of a topic, marked when something of it was told."""
    items = (*PAGES[topic], *ONLY_IF_TOLD.get(topic, ()))
    return f"• {name}" if any(item in answers for item in items) else name


def page(
    tr: Translator, topic: str, answers: Mapping[str, str], notes: Sequence[str] = ()
) -> Message:
    """The items of one topic, each with its answer and a button.

    Args:
        tr: the translator for this person.
        topic: one of ``PAGES``.
        answers: item → stored value.
        notes: what the answer before means, line by line.
    """
    _ = tr.gettext
    names, values = item_names(tr), value_names(tr)
    told = [item for item in ONLY_IF_TOLD.get(topic, ()) if item in answers]
    items = [*PAGES[topic], *told]
    lines = [f"<b>{escape(topic_names(tr)[topic])}</b>"]
    lines += [
        escape(_("{label}: {text}").format(label=names[item], text=values[answers[item]]))
        for item in items
        if item in answers
    ]
    lines += ["", *map(escape, notes)] if notes else []
    buttons = [
        Button(f"• {names[item]}" if item in answers else names[item], pack("about", "item", item))
        for item in items
    ]
    rows = [*(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))]
    if topic != "person" and any(item not in answers for item in items):
        rows.append((Button(_("No to all the others"), pack("about", "none", topic)),))
    rows.append((_back(tr),))
    return Message("\n".join(lines), tuple(rows))


def with_offers(tr: Translator, message: Message, kinds: Collection[Kind]) -> Message:
    """A message with a button for each kind of reminder that can be switched on again."""
    offers = tuple((switch_on_button(tr, kind),) for kind in kinds)
    return replace(message, rows=(*offers, *message.rows))


def item_card(
    tr: Translator, item: str, value: str | None, *, are_drinks_off: bool = False
) -> Message:
    """The possible answers of one item.

    Args:
        tr: the language.
        item: one of ``ITEMS``.
        value: the stored answer; None: none.
        are_drinks_off: whether the answer to the fluid question keeps drink reminders off.
    """
    _ = tr.gettext
    values = value_names(tr)
    chips = [
        Button(
            f"• {values[code]}" if code == value else values[code],
            pack("about", "set", item, code),
        )
        for code in ITEMS[item]
    ]
    wide = WEEKS_IN_A_ROW if item in {PREGNANCY_WEEK, BOTHER} else 2
    rows: list[tuple[Button, ...]] = [
        tuple(chips[start : start + wide]) for start in range(0, len(chips), wide)
    ]
    last = [Button(_("◀ Back"), pack("about", "page", page_of(item)))]
    if value is not None:
        last.append(Button(_("Erase"), pack("about", "set", item, "clear")))
    rows.append(tuple(last))
    lines = [f"<b>{escape(item_names(tr)[item])}</b>"]
    if item in details(tr):
        lines.append(escape(details(tr)[item]))
    if item in DRINKS:
        lines.append(escape(_("If you answer yes, drink reminders stay off.")))
    if item == LIMIT_FLUIDS and are_drinks_off:
        lines.append(
            escape(_("They are off now. To switch them on again, change your answer about drinks."))
        )
        change = Button(_("Change my answer about drinks"), pack("users", "fluids"))
        rows.insert(-1, (change,))
    return Message("\n".join(lines), tuple(rows))


def _back(tr: Translator) -> Button:
    return Button(tr.gettext("◀ Back"), pack("about", "open"))


def erase_question(tr: Translator) -> Message:
    """Ask for confirmation before everything is erased."""
    _ = tr.gettext
    rows: Rows = (
        (
            Button(_("Yes, erase it"), pack("about", "eraseall", "yes"), "danger"),
            Button(_("No, keep it"), pack("about", "open")),
        ),
    )
    return Message(escape(_("Erase everything you told me about your health?")), rows)


def with_stale_question(tr: Translator, summary: Message) -> Message:
    """A weekly summary with the question whether old answers about health are still so."""
    # TRANSLATORS: Below the weekly summary, with the button "Check the answers".
    line = tr.gettext(
        "Some answers about your health are over 6 months old. Are they still correct?"
    )
    # TRANSLATORS: Opens the answers about health, some of which are old.
    button = Button(tr.gettext("Check the answers"), pack("about", "again"))
    text = f"{summary.text}\n\n{escape(line)}"
    if summary.picture is not None and len(text) > LONGEST_CAPTION:
        text = summary.text
    return replace(summary, text=text, rows=(*summary.rows, (button,)))
