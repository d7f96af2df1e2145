"""Signs ``initData`` as Telegram does; shares no code with ``bot.features.mini_app.init_data``."""

import hmac
import json
from datetime import datetime
from urllib.parse import urlencode

TOKEN = "1:sandbox-token"


def signed(person: object, at: datetime, token: str = TOKEN, **more: str) -> str:
    """The ``initData`` that Telegram gives a page which this person opens at this instant."""
    user = person if isinstance(person, str) else json.dumps(person)
    fields = {"auth_date": str(int(at.timestamp())), "query_id": "AAE", "user": user} | more
    text = "\n".join(sorted("=".join(pair) for pair in fields.items()))
    key = hmac.new(b"WebAppData", token.encode(), "sha256").digest()
    return urlencode(fields | {"hash": hmac.new(key, text.encode(), "sha256").hexdigest()})
