"""Methods that choose how updates are delivered."""

import re
from urllib.parse import urlsplit

from bot.sandbox.bot_api.method_group import MethodGroup
from bot.sandbox.bot_api.params import Params, bad_request
from bot.sandbox.models import Json, Webhook
from bot.sandbox.updates import DEFAULT_UPDATES, OPTIONAL_UPDATES

_SECRET = re.compile(r"[A-Za-z0-9_\-]*")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Delivery(MethodGroup):
    """setWebhook, deleteWebhook and getWebhookInfo. getUpdates, which waits, is in ``http.py``."""

    def do_set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if not url:
            return self.do_delete_webhook(params)
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname:
            raise bad_request("invalid webhook URL specified")
        if not local:
            if parts.scheme != "https":
                raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
            raise bad_request("bad webhook: the sandbox posts to addresses on this computer only")
        secret = params.text("secret_token")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        if params.flag("drop_pending_updates"):
            self.telegram.updates.clear()
        connections = params.between("max_connections", 40, 1, 100)
        self.allow(params)
        present = self.telegram.webhook
        wanted = Webhook(url, secret, connections)
        if present is None or present.settings() != wanted.settings():
            self.telegram.webhook = wanted
        self.telegram.changes.notify()
        return True

    def do_delete_webhook(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self.telegram.updates.clear()
        self.telegram.webhook = None
        self.telegram.changes.notify()
        return True

    def do_get_webhook_info(self, params: Params) -> Json:  # noqa: ARG002
        self.telegram.updates.drop_expired()
        webhook = self.telegram.webhook
        info: Json = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.telegram.updates.waiting),
        }
        if webhook is not None:
            info["max_connections"] = webhook.max_connections
            if webhook.last_error_at is not None:
                info["last_error_date"] = int(webhook.last_error_at.timestamp())
                info["last_error_message"] = webhook.last_error
        if self.telegram.updates.allowed != DEFAULT_UPDATES:
            info["allowed_updates"] = sorted(self.telegram.updates.allowed)
        return info

    def allow(self, params: Params) -> None:
        """Apply ``allowed_updates``, if given, to the updates from now on."""
        given = params.parsed("allowed_updates", "can't parse allowed_updates JSON object")
        if not isinstance(given, list):
            return
        known = [name for name in given if name in DEFAULT_UPDATES | OPTIONAL_UPDATES]
        self.telegram.updates.allowed = frozenset(known) or DEFAULT_UPDATES
