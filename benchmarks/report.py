"""Time to make a report for a clinician, first and repeated: ``python -m benchmarks.report``."""

import time
from datetime import UTC, datetime

from bot.features.report.contents import report
from bot.features.report.pdf import make_pdf, preview
from bot.i18n.translator import translator
from tests.features.report.test_report import NOTHING, material

ROUNDS = 20


def main() -> None:
    """Measure and print."""
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
    page = (time.perf_counter() - begun) / ROUNDS
    print(f"the first report with its fonts: {cold * 1000:.0f} ms, {cold / warm:.1f} times a later")
    print(f"a later report: {warm * 1000:.0f} ms; the picture of a page: {page * 1000:.0f} ms")


if __name__ == "__main__":
    main()
