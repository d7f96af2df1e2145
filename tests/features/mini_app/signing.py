"""Signs as Telegram does: the other side of bot.features.mini_app.init_data, written by itself."""

import hmac
import json
from datetime import datetime
from urllib.parse import urlencode

TOKEN = "1:sandbox-token"


def signed(person: object, at: datetime, token: str = TOKEN, **more: str) -> str:
    """What a page that this person opens at this instant is given."""
    user = person if isinstance(person, str) else json.dumps(person)
    fields = {"auth_date": str(int(at.timestamp())), "query_id": "AAE", "user": user} | more
    text = "\n".join(sorted("=".join(pair) for pair in fields.items()))
    key = hmac.new(b"WebAppData", token.encode(), "sha256").digest()
    return urlencode(fields | {"hash": hmac.new(key, text.encode(), "sha256").hexdigest()})
