"""The pages of a report, as a PDF and as pictures."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.drawing.typesetting import WIDTH, drawable
from bot.features.cramps.signs import SIGNS
from bot.features.cramps.values import CONTEXTS, RELIEFS, SITES, TRIGGERS
from bot.features.health_profile.values import ITEMS
from bot.features.report.builder import build_report
from bot.features.report.pdf.document import fitted_report, make_pdf
from bot.features.report.pdf.fonts import REPLACEMENT, printable
from bot.features.report.reading_cards import ReadingCards
from bot.features.report.rendering import read_card
from bot.features.report.report_data import (
    ListedMedicine,
    WarningSign,
    cramps_with_notes,
    note_code,
)
from bot.i18n.translator import HourCycle, translator
from tests.features.report.samples import (
    CREATED_AT,
    NOTHING,
    TR,
    cramp,
    flat,
    full_data,
    january,
    page_count,
    pdf_of,
    report_of,
    sample_data,
    text_of,
    words_of,
)
from tests.support.diaries import PEOPLE
from tests.support.lengths import example_count


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [flat(page.get_textpage().get_text_bounded()) for page in document]


@pytest.mark.parametrize("language", ["de", "fr", "ru"])
def test_the_pages_have_every_text_in_its_order_in_each_language(language: str) -> None:
    tr = translator(language)
    found = build_report(tr, full_data(), NOTHING, NOTHING)
    pages = pages_of(make_pdf(tr, found, CREATED_AT))
    assert len(pages) in {2, 3}
    text = " ".join(pages)
    assert REPLACEMENT not in text
    place = 0
    for section in found.sections:
        place = text.index(flat(printable(section.title)), place)
    for line in words_of(found).splitlines():
        assert flat(printable(line)) in text, line


def test_a_list_that_runs_over_the_page_repeats_its_head() -> None:
    title = "Medicines, as typed by the person, including over the counter"
    medicines = [ListedMedicine(f"{n:x}", f"§{n}§ " + "words " * 18) for n in range(30)]
    _first, second, *_more = pages_of(pdf_of(sample_data(2, 12, medicines=medicines)))
    running_head, begin, rest = second.partition(f"{title} (continued)")
    assert "Diary of night leg cramps" in running_head
    assert begin
    assert rest.lstrip().startswith("§")
    few = [ListedMedicine(f"{n:x}", "a tablet") for n in range(8)]
    typed = {"tried_before": "\n".join(["a line of words"] * 8)}
    pages = pages_of(pdf_of(sample_data(2, 12, medicines=few, typed=typed)))
    weeks = [len(re.findall(r"\d of 7", page)) for page in pages]
    assert len(weeks) == 2
    assert sum(weeks) == 12
    assert min(weeks) > 1
    assert re.search(r"\(continued\) Week from [A-Z ]+ Nights logged", pages[1])


@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=[one.name for one in PEOPLE])
def test_an_ordinary_diary_is_on_two_pages_with_all_its_texts(number: int) -> None:
    found = report_of(sample_data(number, questions="Why at night?", name="A. Example"))
    pdf = make_pdf(TR, found, CREATED_AT)
    pages = pages_of(pdf)
    assert 1 <= len(pages) <= 2
    text = " ".join(pages)
    assert " more entr" not in text
    for line in words_of(found).splitlines():
        assert flat(printable(line)) in text, line
    assert "Page 1 of" in text
    if number == 0:
        assert make_pdf(TR, found, CREATED_AT) == pdf


def test_a_line_that_is_left_out_is_not_in_the_file() -> None:
    secret = "a tablet to be kept private"
    medicines = [ListedMedicine("9", secret)]
    shown = report_of(sample_data(medicines=medicines))
    assert secret in text_of(make_pdf(TR, shown, CREATED_AT))
    hidden = report_of(sample_data(medicines=medicines), frozenset({"medicine.9"}))
    assert secret not in text_of(make_pdf(TR, hidden, CREATED_AT))


def test_unprintable_characters_are_replaced_by_a_visible_sign() -> None:
    assert printable("痛い, ok 💥") == f"{REPLACEMENT * 2}, ok {REPLACEMENT}"
    assert printable("café, ночь, νύχτα") == "café, ночь, νύχτα"
    note = "痛い שלום مؤلم 💥👩\u200d⚕️ \ud7a3\u202e\x07"
    plain = text_of(pdf_of(sample_data()))
    assert REPLACEMENT not in plain
    page = text_of(pdf_of(sample_data(questions=note)))
    assert f"{REPLACEMENT * 2} {REPLACEMENT * 4} {REPLACEMENT * 4} {REPLACEMENT * 3}" in page
    assert f"{REPLACEMENT} stands for a character that cannot be printed here." in page


def test_every_text_of_the_pages_is_on_the_cards_that_are_read_before() -> None:
    """What is cut from the pages is cut on the cards, too."""
    lines = "\n".join([SENTENCE] * 5)
    medicines = [ListedMedicine(f"{n:x}", f"§{n}§ " + "words " * 18) for n in range(30)]
    for data in (full_data(), sample_data(weeks=12, questions=lines, medicines=medicines)):
        found, pages = fitted_report(TR, report_of(data))
        assert pages == page_count(pdf_of(data))
        cards = ReadingCards(found)
        drawn = [cards.drawn(number) for number in range(len(cards))]
        # A taller picture is shown narrower on a phone, with smaller letters.
        assert all(card.height <= 1.4 * WIDTH for card in drawn)
        shown = [" ".join(text.text for text in card.texts) for card in drawn]
        told = flat(drawable(" ".join(shown)))
        for line in words_of(found).splitlines():
            name = re.sub(r"(?<=.) \d+$", "", line)  # its number stands at the right edge
            assert flat(drawable(name)).replace(" · ", " ") in told.replace(" · ", " "), line
        for section in found.sections:
            assert drawable(section.title) in shown[cards.with_section(section.code)], section.title


LONG_WORD = "n" * 180
SENTENCE = "a few words of whatever length it takes to fill a line and then some more of them"


@settings(max_examples=example_count(6), deadline=None)
@example(
    medicines=30,
    warning_signs=40,
    questions="\n".join(f"§q{n}§ {LONG_WORD}" for n in range(5)),
    weeks=12,
    number=0,
    length=220,
    is_ill=True,
)
@example(
    medicines=28,
    warning_signs=21,
    questions="\n".join(f"§q{n}§ " for n in range(4)),
    weeks=12,
    number=4,
    length=172,
    is_ill=True,
)
@given(
    medicines=st.integers(0, 30),
    warning_signs=st.integers(0, 40),
    questions=st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])),
            st.sampled_from([LONG_WORD, SENTENCE]),
        ),
        max_size=5,
    ).map(lambda texts: "\n".join(f"§q{n}§ {text}" for n, text in enumerate(texts))),
    weeks=st.sampled_from([4, 8, 12]),
    number=st.sampled_from(range(len(PEOPLE))),
    length=st.integers(0, 220),
    is_ill=st.booleans(),
)
def test_a_report_has_at_most_three_pages_and_says_what_is_cut(
    medicines: int,
    warning_signs: int,
    questions: str,
    weeks: int,
    number: int,
    length: int,
    *,
    is_ill: bool,
) -> None:
    found = sample_data(
        number,
        weeks=weeks,
        questions=questions,
        name="N" * 80,
        medicines=[ListedMedicine(str(n), f"§m{n}§ " + "words " * 18) for n in range(medicines)],
    )
    days = [found.last_on - timedelta(days=n) for n in range(warning_signs)]
    signs = [sign for signs in SIGNS.values() for sign in signs]
    noted_all = tuple(
        replace(
            fact,
            site=SITES[fact.entry_id % len(SITES)],
            context=CONTEXTS[fact.entry_id % len(CONTEXTS)],
            possible_triggers=frozenset(TRIGGERS),
            relief_tried=frozenset(RELIEFS),
            back_to_sleep="not_again",
            day_impact="tired",
            note=f"§n{fact.entry_id}§ {SENTENCE * 3}"[: max(9, length)],
        )
        for fact in found.facts.cramps
    )
    found = replace(
        found,
        facts=replace(found.facts, cramps=noted_all),
        profile={item: options[0] for item, options in ITEMS.items()} if is_ill else {},
        warning_signs=[
            WarningSign(signs[n % len(signs)], "emergency", day) for n, day in enumerate(days)
        ],
    )
    chosen = frozenset(note_code(one) for one in cramps_with_notes(found))
    whole = report_of(found, included_notes=chosen)
    pdf = make_pdf(TR, whole, CREATED_AT)
    assert 1 <= page_count(pdf) <= 3
    text = text_of(pdf)
    squeezed = text.replace(" ", "")  # a word that is too long for a line is broken
    cut = [int(count) for count in re.findall(r"and (\d+) more entr", text)]
    for section in whole.sections:
        words = [flat(printable(line.text)).replace(" ", "") for line in section.lines]
        missing = [place for place, word in enumerate(words) if word not in squeezed]
        if missing:
            # Lines are cut from the end. A short one, such as a date, can also occur elsewhere.
            kept = {len(words) - count for count in cut}
            assert any(
                0 <= number <= missing[0]
                and all(len(word) < 30 for word in words[number : missing[0]])
                for number in kept
            ), section.code


def test_the_metadata_of_the_file() -> None:
    document = pypdfium2.PdfDocument(pdf_of(january(name="A. Example")))
    metadata = document.get_metadata_dict()
    document.close()
    assert metadata["Title"] == "Diary of night leg cramps"
    assert metadata["Creator"] == "CalmCalf"
    assert metadata["CreationDate"].startswith("D:20270105090000")
    assert "A. Example" not in str(metadata)


def test_the_second_page_has_a_running_head_and_a_footer() -> None:
    full = sample_data(name="A. Example", questions="\n".join([SENTENCE] * 5))
    document = pypdfium2.PdfDocument(pdf_of(full))
    second = flat(document[1].get_textpage().get_text_bounded())
    document.close()
    assert second.startswith(
        "Diary of night leg cramps · Nights of 9 Nov 2026 – 3 Jan 2027; made on 4 Jan 2027 · Name: "
        "A. Example"
    )
    assert second.endswith("Made on 4 Jan 2027 with CalmCalf Page 2 of 2")


def test_dates_and_numbers_follow_the_language() -> None:
    class German:
        language = locale = "de"
        hour_cycle: HourCycle = 24
        gettext = staticmethod(TR.gettext)
        ngettext = staticmethod(TR.ngettext)
        pgettext = staticmethod(TR.pgettext)

    cramps = (cramp(3, intensity=6), cramp(5, intensity=7))
    report = build_report(German(), january(*cramps), NOTHING, NOTHING)
    text = text_of(make_pdf(German(), report, CREATED_AT))
    assert "28. Jan. 2027" in text
    assert "median 6,5 of 10" in text


def test_threads_can_render_at_the_same_time() -> None:
    wanted = report_of(sample_data())

    def draw(_number: int) -> tuple[bytes, bytes]:
        return make_pdf(TR, wanted, CREATED_AT), read_card(TR, wanted, 1).picture

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(draw, range(6)))) == 1
