"""A local stand-in for Telegram: a Bot API server and a chat page."""
