"""The chat page: a web page on which people write to the bot, and the endpoints behind it."""
