"""Reads the word lists of danger as they are written in their files. Pure."""

import json
import tomllib
from pathlib import Path
from typing import Any

WORDS = Path(__file__).with_name("words.json")
CONCEPTS = Path(__file__).with_name("concepts")
RULES = Path(__file__).with_name("rules.toml")


def word_lists() -> dict[str, Any]:
    """The word lists."""
    loaded: dict[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    return loaded


def concepts() -> dict[str, dict[str, str]]:
    """The words of each language by concept."""
    files = sorted(CONCEPTS.glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def rules() -> dict[str, dict[str, str]]:
    """What has to be there for a sign, in concepts of any language."""
    return tomllib.loads(RULES.read_text(encoding="utf-8"))
