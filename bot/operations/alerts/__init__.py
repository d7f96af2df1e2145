"""Alerts to the operators named in ``ADMIN_USER_IDS``, as messages in their chats."""
