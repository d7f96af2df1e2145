"""Queues of updates in memory, one for each person who has sent something.

Each queue keeps the order of update ids and is served by a task of its own, one update at a time.
So whoever sends much, or whose chat Telegram serves slowly, delays nobody else.
"""

import asyncio
import logging
from bisect import insort
from collections.abc import Callable, Coroutine
from typing import Any

from bot.telegram.inbox import Held
from bot.telegram.raw_update import kind_of
from bot.telegram.stopping import rest
from bot.telegram.update_handling import Handling, Outcome

log = logging.getLogger(__name__)

MOST_OF_ONE_PERSON = 8
"""Updates of one person that wait in memory; further ones wait in the database."""
MOST_IN_MEMORY = 2_000
"""Updates of all people that wait in memory. The earliest one of each person does not count and
always has a place, so that nobody waits for others."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 10.0
"""Pauses between attempts at the same update; doubled each time."""
SPINNER_SECONDS = 1.0
"""How long a tapped button may show its spinner while earlier updates of the person are handled."""


class PersonQueues:
    """Serves the queues of all people side by side.

    Args:
        begin: gives the handling of an update that is put into a queue.
        on_done: called with the id of an update that was handled, and is to be marked as done.
        on_lost: called with the id of an update that this process does not hold any more, or that
            is marked as done already.
        on_room: called with the person whose queue has ended or is no longer full.
    """

    def __init__(
        self,
        begin: Callable[[Held], Handling],
        on_done: Callable[[int], None],
        on_lost: Callable[[int], None],
        on_room: Callable[[int], None],
    ) -> None:
        self._begin, self._on_done = begin, on_done
        self._on_lost, self._on_room = on_lost, on_room
        self._queues: dict[int, list[Handling]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._spinners: dict[int, asyncio.TimerHandle] = {}
        """Update id of a tap → when its spinner is stopped, if it was not answered before."""
        self._stopping = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is being handled."""
        return not self._queues

    def has_queue(self, user_id: int) -> bool:
        """Whether updates of a person wait in memory or are being handled."""
        return user_id in self._queues

    def has_room_for(self, user_id: int | None, update_id: int, others: int, of_them: int) -> bool:
        """Whether a further update of a person may wait in memory.

        Args:
            user_id: who sent it.
            update_id: the update; one that is earlier than all that wait holds those up, so that
                there is always room for it.
            others: how many updates are about to be added before it.
            of_them: how many of those are of the same person.
        """
        queue = self._queues.get(user_id, []) if user_id is not None else []
        waiting = len(queue) + of_them
        if waiting == 0 or (queue and update_id < queue[0].held.update_id):
            return True
        return waiting < MOST_OF_ONE_PERSON and self._count + others < MOST_IN_MEMORY

    def add(self, held: Held) -> None:
        """Put an update into its person's queue.

        An update that nobody sent has a queue by itself, under a number that no person has.
        """
        key = held.user_id if held.user_id is not None else -1 - abs(held.update_id)
        handling = self._begin(held)
        self._count += 1
        if kind_of(held.raw) == "callback_query":
            loop = asyncio.get_running_loop()
            self._spinners[held.update_id] = loop.call_later(
                SPINNER_SECONDS, lambda: self._start(handling.stop_spinner())
            )
        queue = self._queues.get(key)
        if queue is not None:
            insort(queue, handling, key=lambda one: one.held.update_id)
            return
        self._queues[key] = [handling]
        self._start(self._serve(key))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="person queue")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self, seconds: float) -> None:
        """Let the updates in hand finish for some seconds, then cancel them; the rest is left."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, key: int) -> None:
        """Handle one person's updates, always the earliest that waits."""
        queue, pause = self._queues[key], FIRST_PAUSE_SECONDS
        try:
            while queue and not self._stopping.is_set():
                earliest = queue[0]
                result = await earliest.attempt()
                if result.outcome is Outcome.RETRY:
                    await rest(self._stopping, pause if result.pause is None else result.pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                    continue
                pause = FIRST_PAUSE_SECONDS
                queue.remove(earliest)
                self._count -= 1
                self._stop_timer(earliest)
                must_mark = result.outcome is Outcome.DONE and not result.is_marked
                (self._on_done if must_mark else self._on_lost)(earliest.held.update_id)
                if len(queue) == MOST_OF_ONE_PERSON // 2:
                    self._on_room(key)
        finally:
            for left in queue:
                self._stop_timer(left)
                self._on_lost(left.held.update_id)
            self._count -= len(queue)
            del self._queues[key]
            self._on_room(key)

    def _stop_timer(self, handling: Handling) -> None:
        timer = self._spinners.pop(handling.held.update_id, None)
        if timer is not None:
            timer.cancel()
