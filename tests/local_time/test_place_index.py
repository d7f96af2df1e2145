"""The index of place names is the one that its sources give."""

from bot.local_time.place_index import zones_by_place
from tools.make_place_index import FILE, index, index_text


def test_the_file_is_up_to_date() -> None:
    made = index_text()
    assert FILE.read_text(encoding="utf-8") == made, "run: python -m tools.make_place_index"


def test_what_is_read_is_what_was_made() -> None:
    assert list(zones_by_place().items()) == list(index().items())
