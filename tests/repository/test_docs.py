"""What the documents point to is there."""

import re
from pathlib import Path

import pytest

from bot.identity.strangers import REMEMBERED
from bot.telegram import webhook
from bot.telegram.rate_limit import RATES, Sort
from tests.support.paths import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)[^)]*\)")
FILE = re.compile(r"`((?:bot|tests|requirements|\.ci)/[\w./-]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_what_shows_that_something_is_protected_exists() -> None:
    named = FILE.findall((ROOT / "docs" / "security.md").read_text())
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_figures_of_the_limits_are_those_in_force() -> None:
    text = (ROOT / "docs" / "security.md").read_text()
    assert f"{RATES[Sort.MESSAGE].most} messages and {RATES[Sort.TAP].most} taps a minute" in text
    assert f"kept, for {REMEMBERED.days} days" in text
    assert f"{webhook.WRONG_SECRETS.most} wrong ones a minute" in text
    assert {rate.seconds for rate in (*RATES.values(), webhook.WRONG_SECRETS)} == {60}
