"""What runs inside the worker process of ``bot.background.worker``.

Requests are pickled calls on standard input. Responses are pickled results on standard output.
Each is preceded by its length in 8 bytes, big-endian. Hardly anything but the standard library is
imported before a call needs it.
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
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from bot.background import malloc

LENGTH_BYTES = 8
MOST_DISPENSABLE = 1000
"""When memory runs out, the kernel ends this process first: the bot starts another one."""
NICENESS = 5
"""Added to the process's niceness, so that the bot itself gets the processor first."""


def _read_request() -> bytes | None:
    """The next request; None at the end of standard input."""
    size = sys.stdin.buffer.read(LENGTH_BYTES)
    request = sys.stdin.buffer.read(int.from_bytes(size))
    return request if len(size) == LENGTH_BYTES else None


def _read_requests(queue: SimpleQueue[bytes]) -> None:
    """Fill the queue from standard input; exit the process at its end, even during a call.

    This runs in a thread of its own. Standard input ends when the bot's process ends, however
    it ended, so the worker never outlives the bot.
    """
    while (request := _read_request()) is not None:
        queue.put(request)
    os._exit(0)


def _respond(request: bytes) -> bytes:
    """Call the function and pickle ``(True, result)`` or ``(False, exception)``."""
    try:
        function, arguments = pickle.loads(request)  # noqa: S301 - only the bot writes here
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:
        return pickle.dumps((False, _picklable(error)))


def _picklable(error: Exception) -> Exception:
    """The exception with its traceback as a note.

    An exception that cannot be pickled becomes a RuntimeError that names its class. The note has
    lines of code only, not the values that they worked on, which may be diary content.
    """
    note = "".join(traceback.format_tb(error.__traceback__))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301
    except Exception:
        error = RuntimeError(type(error).__qualname__)
    error.add_note(f"In the worker process:\n{note}")
    return error


def main() -> None:
    """Serve requests until standard input ends."""
    # The whole process group gets these signals. The bot decides when the worker ends.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    malloc.keep_little()
    logging.disable()  # libraries log what they lay out, which may be diary content
    warnings.simplefilter("ignore")
    zoneinfo.reset_tzpath(())  # time-zone rules come from the tzdata package only, as in the bot
    os.nice(NICENESS)
    with suppress(OSError):  # there is no such file on macOS
        Path("/proc/self/oom_score_adj").write_text(str(MOST_DISPENSABLE))
    # A library that prints must not write into the stream of responses.
    responses = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    queue: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read_requests, args=(queue,), daemon=True).start()
    while True:
        response = _respond(queue.get())
        responses.write(len(response).to_bytes(LENGTH_BYTES))
        responses.write(response)
        responses.flush()
