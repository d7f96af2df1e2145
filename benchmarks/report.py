"""How long a clinician's report takes: pages and preview, once cold and then again and again."""

import time
from datetime import UTC, datetime

from bot.features.report.contents import report
from bot.features.report.pdf import make_pdf, preview
from bot.i18n.translator import translator
from tests.features.report.test_report import NOTHING, material

ROUNDS = 20


def main() -> None:
    """Measure, and print one line for each."""
    tr, made_at = translator("en"), datetime(2027, 1, 5, 9, tzinfo=UTC)
    plan = report(tr, material(weeks=12), NOTHING, NOTHING)
    begun = time.perf_counter()
    pdf = make_pdf(tr, plan, made_at)
    cold = time.perf_counter() - begun
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        make_pdf(tr, plan, made_at)
    warm = (time.perf_counter() - begun) / ROUNDS
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        preview(pdf, 0)
    drawn = (time.perf_counter() - begun) / ROUNDS
    print(f"the first report with its fonts: {cold * 1000:.0f} ms, {cold / warm:.1f} times a later")
    print(f"a report: {warm * 1000:.0f} ms; the picture of a page: {drawn * 1000:.0f} ms")


if __name__ == "__main__":
    main()
