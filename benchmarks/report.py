"""Time to make a report for a clinician, first and repeated: ``python -m benchmarks.report``."""

import time
from datetime import UTC, datetime

from bot.features.report.builder import build_report
from bot.features.report.pdf.document import make_pdf
from bot.features.report.rendering import read_card
from bot.i18n.translator import translator
from tests.features.report.samples import NOTHING, sample_data

ROUNDS = 20


def main() -> None:
    """Measure and print."""
    tr, made_at = translator("en"), datetime(2027, 1, 5, 9, tzinfo=UTC)
    report = build_report(tr, sample_data(weeks=12), NOTHING, NOTHING)
    begun = time.perf_counter()
    make_pdf(tr, report, made_at)
    cold = time.perf_counter() - begun
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        make_pdf(tr, report, made_at)
    warm = (time.perf_counter() - begun) / ROUNDS
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        read_card(tr, report, 0)
    card = (time.perf_counter() - begun) / ROUNDS
    print(f"the first report with its fonts: {cold * 1000:.0f} ms, {cold / warm:.1f} times a later")
    print(f"a later report: {warm * 1000:.0f} ms; a card to read: {card * 1000:.0f} ms")


if __name__ == "__main__":
    main()
