"""Posts updates to the bot's webhook, again and again until it takes them."""

import asyncio
import contextlib
import json
import time
from urllib.parse import urlsplit

from bot.sandbox.telegram import QueuedUpdate, Telegram, Webhook

ANSWER_WITHIN_SECONDS = 60.0
LONGEST_RETRY_SECONDS = 60.0
LONGEST_RETRY_AFTER_SECONDS = 3600.0


async def _post(url: str, body: bytes, secret: str) -> tuple[int, float | None]:
    """Post JSON over plain HTTP.

    Returns:
        The status and the seconds of a Retry-After header.

    Raises:
        OSError, ValueError, asyncio.IncompleteReadError: when there is no HTTP answer.
    """
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        head = [
            f"POST {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        if secret:
            head.append(f"X-Telegram-Bot-Api-Secret-Token: {secret}")
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        wait = None
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name.strip().lower() == "retry-after" and value.strip().isdigit():
                wait = min(float(value), LONGEST_RETRY_AFTER_SECONDS)
        return status, wait
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


class WebhookSender:
    """One update in flight a lane, as Telegram does: a chat's messages wait for each other."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._task: asyncio.Task[None] | None = None
        self._webhook: Webhook | None = None
        self._posts: set[asyncio.Task[None]] = set()

    def follow(self) -> None:
        """Post to the present webhook, if there is one; one that stays is left in peace."""
        webhook = self._telegram.webhook
        if webhook is self._webhook:
            return
        self.stop()
        self._webhook = webhook
        if webhook is None:
            return
        self._task = asyncio.create_task(self._run(), name="webhook")

    def stop(self) -> None:
        """Stop posting; what is unconfirmed stays queued."""
        for task in [self._task, *self._posts]:
            if task is not None:
                task.cancel()
        self._task = self._webhook = None
        for update in self._telegram.queue.values():
            update.in_flight = False

    def _next(self, webhook: Webhook) -> tuple[QueuedUpdate | None, float]:
        """The next update that may be posted, and how long to wait when there is none."""
        now = time.monotonic()
        busy, wait = set(), 3600.0
        if len(self._posts) >= webhook.max_connections:
            return None, wait
        for update in self._telegram.queue.values():
            if update.lane in busy:
                continue
            busy.add(update.lane)
            if update.in_flight:
                continue
            if update.not_before <= now:
                return update, 0.0
            wait = min(wait, update.not_before - now)
        return None, wait

    async def _run(self) -> None:
        telegram = self._telegram
        while not telegram.closed and telegram.webhook is not None:
            webhook = telegram.webhook
            telegram.drop_expired()
            update, wait = self._next(webhook)
            if update is None:
                seen = telegram.revision
                with contextlib.suppress(TimeoutError):
                    await telegram.wait_for(lambda: telegram.revision != seen, wait)  # noqa: B023
                continue
            update.in_flight = True
            post = asyncio.create_task(self._deliver(webhook, update))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def _deliver(self, webhook: Webhook, update: QueuedUpdate) -> None:
        telegram = self._telegram
        wait: float | None = None
        try:
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                body = json.dumps(update.payload).encode()
                status, wait = await _post(webhook.url, body, webhook.secret)
            error = None if 200 <= status < 300 else f"Wrong response from the webhook: {status}"
        except TimeoutError:
            error = "Read timeout expired"
        except (OSError, ValueError, IndexError, asyncio.IncompleteReadError) as problem:
            error = f"Connection failed: {type(problem).__name__}"
        finally:
            update.in_flight = False
        if error is None:
            telegram.confirm(update.id)
            return
        update.tries += 1
        if wait is None:
            again = telegram.webhook_first_retry_seconds * 2.0 ** (update.tries - 2)
            wait = 0.0 if update.tries == 1 else min(again, LONGEST_RETRY_SECONDS)
        update.not_before = time.monotonic() + wait
        webhook.last_error, webhook.last_error_at = error, telegram.clock.now()
        telegram.changed()
