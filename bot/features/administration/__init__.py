"""For admins (``ADMIN_USER_IDS``): the bot's state, its use, and messages to everybody."""
