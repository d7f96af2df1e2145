"""For admins (``ADMIN_USER_IDS``): how the bot is, how it is used, and messages to everybody."""
