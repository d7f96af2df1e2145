"""What reading a typed sentence costs: milliseconds a sentence in each language, and memory.

``python -m benchmarks.understanding``. The sentences are those of the tests, each also with two
typing errors, because a misspelt sentence costs more. The limits are 5 ms and 30 MB.
"""

import random
import resource
import time
from datetime import UTC, datetime

from bot.features.free_text.offers.likeness import likeness
from bot.features.free_text.understanding.every_language import understand
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import languages
from tests.features.free_text.test_misspelt import SENTENCES, misspelt

NOW = datetime(2027, 1, 13, 6, 30, tzinfo=UTC)
MOST_MILLISECONDS, MOST_MEGABYTES = 5.0, 30.0
KILOBYTES = 1024


def megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES


def milliseconds(texts: list[str], language: str) -> tuple[float, float]:
    """Processor time of a sentence: the mean, and the slowest one."""
    spent = []
    for text in texts:
        begun = time.process_time()
        understand(text, language, NOW, "Europe/Berlin")
        spent.append((time.process_time() - begun) * 1000)
    return sum(spent) / len(spent), max(spent)


def weighing(texts: list[str], language: str) -> float:
    """Milliseconds of processor time in which the words of a sentence are weighed, on average."""
    tokens = [lex(text, language, len(text)) for text in texts]
    begun = time.process_time()
    for text, known in zip(texts, tokens, strict=True):
        likeness(text, known, language)
    return (time.process_time() - begun) * 1000 / len(texts)


def main() -> None:
    """Measure and print; every vocabulary is loaded, as in a bot with people of all languages.

    Raises:
        SystemExit: when a limit is exceeded.
    """
    before, slowest = megabytes(), 0.0
    for language in SENTENCES:
        understand("woke at three ten xyzzy", language, NOW, "Europe/Berlin")
        likeness("woke at three ten xyzzy", [], language)
    held = megabytes() - before
    chance = random.Random(1)  # noqa: S311 errors in sentences, no secret
    for language, rows in SENTENCES.items():
        texts = [text for text, _ in rows]
        plain, _ = milliseconds(texts, language)
        wrong, worst = milliseconds([misspelt(text, 2, chance) for text in texts], language)
        slowest = max(slowest, plain, wrong)
        weighed = weighing(texts, language)
        print(
            f"{language:6} {plain:5.2f} ms as written, {wrong:5.2f} ms misspelt ({worst:.1f} ms),"
            f" {weighed:.2f} ms for its likeness"
        )
    print(f"{len(languages())} vocabularies: {held:.1f} MB")
    if slowest > MOST_MILLISECONDS or held > MOST_MEGABYTES:
        raise SystemExit("a limit is exceeded")


if __name__ == "__main__":
    main()
