"""The other side of ``bot.background.worker``: a process that does one piece of work after another.

It gets pickled calls on its standard input and answers on what was its standard output, each with
its length before it. It imports next to nothing by itself: what a piece of work needs is loaded
when the first such piece comes.
"""

import logging
import os
import pickle
import signal
import sys
import threading
import traceback
import warnings
import zoneinfo
from queue import SimpleQueue

LENGTH_BYTES = 8
MODEST = 5
"""How much it steps back when the bot itself wants the processor."""


def _read() -> bytes | None:
    """One piece of work; None when the bot is gone or has no more."""
    size = sys.stdin.buffer.read(LENGTH_BYTES)
    work = sys.stdin.buffer.read(int.from_bytes(size))
    return work if len(size) == LENGTH_BYTES else None


def _take_in(works: SimpleQueue[bytes]) -> None:
    """Read beside the work, so that the end of the bot ends this process at once."""
    while (work := _read()) is not None:
        works.put(work)
    os._exit(0)


def _done(work: bytes) -> bytes:
    """The pickled result, or what went wrong."""
    try:
        function, arguments = pickle.loads(work)  # noqa: S301 - it comes from the bot alone
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:
        return pickle.dumps((False, _portable(error)))


def _portable(error: Exception) -> Exception:
    """The error with its traceback as a note, or what is known of one that cannot be handed over.

    A traceback here is lines of code; what they worked on is not in it.
    """
    note = "".join(traceback.format_tb(error.__traceback__))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301
    except Exception:
        error = RuntimeError(type(error).__qualname__)
    error.add_note(f"In the workshop:\n{note}")
    return error


def main() -> None:
    """Work until the standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the bot gets them too, and says what follows
        signal.signal(number, signal.SIG_IGN)
    logging.disable()  # libraries tell of what they set, which is somebody's diary
    warnings.simplefilter("ignore")
    zoneinfo.reset_tzpath(())  # the rules of the tzdata package alone, as in the bot
    os.nice(MODEST)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # libraries that print
    works: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_take_in, args=(works,), daemon=True).start()
    while True:
        answer = _done(works.get())
        answers.write(len(answer).to_bytes(LENGTH_BYTES))
        answers.write(answer)
        answers.flush()
