"""Posts updates to the bot's webhook and retries until the bot accepts them."""

import asyncio
import contextlib
import time

import aiohttp

from bot.sandbox.models import QueuedUpdate, Webhook
from bot.sandbox.telegram import Telegram

ANSWER_TIMEOUT_SECONDS = 60.0
LONGEST_RETRY_SECONDS = 60.0
LONGEST_RETRY_AFTER_SECONDS = 3600.0
LONGEST_SLEEP_SECONDS = 3600.0


class WebhookSender:
    """Posts the updates of each lane one at a time and in order, as Telegram does for each chat."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._task: asyncio.Task[None] | None = None
        self._webhook: Webhook | None = None
        self._posts: set[asyncio.Task[None]] = set()

    def follow(self) -> None:
        """Post to the webhook that is set now; nothing happens when it has not changed."""
        webhook = self._telegram.webhook
        if webhook is self._webhook:
            return
        self.stop()
        self._webhook = webhook
        if webhook is not None:
            self._task = asyncio.create_task(self._run(), name="webhook")

    def stop(self) -> None:
        """Stop posting; unconfirmed updates stay in the queue."""
        for task in [self._task, *self._posts]:
            if task is not None:
                task.cancel()
        self._task = self._webhook = None
        for update in self._telegram.updates.waiting.values():
            update.in_flight = False

    async def _run(self) -> None:
        telegram = self._telegram
        async with aiohttp.ClientSession(
            # A connection for each post: the bot may have restarted since the last one.
            connector=aiohttp.TCPConnector(force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT_SECONDS),
        ) as session:
            while not telegram.closed and (webhook := telegram.webhook) is not None:
                telegram.updates.drop_expired()
                update, pause = self._next(webhook)
                if update is None:
                    await self._change_within(pause)
                    continue
                update.in_flight = True
                post = asyncio.create_task(self._deliver(session, webhook, update))
                self._posts.add(post)
                post.add_done_callback(self._posts.discard)

    async def _change_within(self, seconds: float) -> None:
        changes = self._telegram.changes
        seen = changes.revision
        with contextlib.suppress(TimeoutError):
            await changes.wait_for(lambda: changes.revision != seen, seconds)

    def _next(self, webhook: Webhook) -> tuple[QueuedUpdate | None, float]:
        """Return the update to post next; if there is none, the seconds until there may be one."""
        now, pause = time.monotonic(), LONGEST_SLEEP_SECONDS
        updates = self._telegram.updates.waiting.values()
        if sum(update.in_flight for update in updates) >= webhook.max_connections:
            return None, pause
        lanes: set[int] = set()
        for update in updates:
            if update.lane in lanes:
                continue
            lanes.add(update.lane)
            if update.in_flight:
                continue
            if update.not_before <= now:
                return update, 0.0
            pause = min(pause, update.not_before - now)
        return None, pause

    async def _deliver(
        self, session: aiohttp.ClientSession, webhook: Webhook, update: QueuedUpdate
    ) -> None:
        retry_after: float | None = None
        try:
            status, retry_after = await _post(session, webhook, update)
            error = None if 200 <= status < 300 else f"Wrong response from the webhook: {status}"
        except TimeoutError:
            error = "Read timeout expired"
        except (aiohttp.ClientError, OSError) as problem:
            error = f"Connection failed: {type(problem).__name__}"
        finally:
            update.in_flight = False
        if error is None:
            self._telegram.updates.confirm(update.id)
            return
        update.tries += 1
        update.not_before = time.monotonic() + self._pause(update.tries, retry_after)
        webhook.last_error, webhook.last_error_at = error, self._telegram.clock.now()
        self._telegram.changes.notify()

    def _pause(self, tries: int, retry_after: float | None) -> float:
        """Return the seconds until the next try: none after the first, then exponential backoff."""
        if retry_after is not None:
            return retry_after
        if tries == 1:
            return 0.0
        backoff = self._telegram.webhook_first_retry_seconds * 2.0 ** (tries - 2)
        return min(backoff, LONGEST_RETRY_SECONDS)


async def _post(
    session: aiohttp.ClientSession, webhook: Webhook, update: QueuedUpdate
) -> tuple[int, float | None]:
    """Post an update; return the status and the seconds of a Retry-After header."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
    async with session.post(
        webhook.url, json=update.payload, headers=headers, allow_redirects=False
    ) as response:
        given = response.headers.get("Retry-After", "")
        retry_after = min(float(given), LONGEST_RETRY_AFTER_SECONDS) if given.isdecimal() else None
        return response.status, retry_after
