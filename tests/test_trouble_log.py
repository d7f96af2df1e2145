"""Tests of what is read from an error and its causes."""

import errno
from itertools import pairwise

import pytest

from bot.trouble_log import is_out_of_file_descriptors


def chain(*errors: BaseException) -> BaseException:
    """Make each error the cause of the one before it; the first is returned."""
    for error, cause in pairwise(errors):
        error.__cause__ = cause
    return errors[0]


NO_FILES = OSError(errno.EMFILE, "too many open files")


@pytest.mark.parametrize(
    ("error", "lacking"),
    [
        (None, False),
        (chain(KeyError("a"), ValueError("b")), False),
        (chain(KeyError("a"), ValueError("b"), NO_FILES), True),
    ],
)
def test_that_files_are_lacking_is_found_among_the_causes(
    error: BaseException | None, lacking: bool
) -> None:
    assert is_out_of_file_descriptors(error) is lacking


def test_an_error_that_is_among_its_own_causes() -> None:
    """As when the cause of an error is raised again because of that error."""
    first, second = KeyError("a"), ValueError("b")
    assert is_out_of_file_descriptors(chain(first, second, first)) is False
