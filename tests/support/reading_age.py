"""How old a reader of a text has to be, by a maintained library."""

import re

import textstat

from tests.support.wording import visible_text

_SOURCES = re.compile(r"<blockquote expandable>.*?</blockquote>|<i>Sources?: .*?</i>", re.DOTALL)
_TABLE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
_BULLET = re.compile(r"^(•|◦|\d+\.)\s+")


def grade(html: str) -> float:
    """The Flesch-Kincaid grade of an English text in HTML: 7 is what a child of 12 or 13 reads.

    Every line is a sentence of its own, as a reader sees it. Names of sources and tables are left
    out.
    """
    text = visible_text(_TABLE.sub("", _SOURCES.sub("", html)))
    lines = (_BULLET.sub("", line.strip()) for line in text.splitlines())
    sentences = [line if line.endswith((".", "?", "!")) else f"{line}." for line in lines if line]
    return float(textstat.textstat.flesch_kincaid_grade(" ".join(sentences)))
