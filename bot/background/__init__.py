"""Heavy work outside of the bot's own process."""
