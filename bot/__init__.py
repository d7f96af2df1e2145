"""CalmCalf: kind reminders, a one-tap cramp diary and an honest weekly picture, in Telegram."""

__version__ = "1.0.0.dev0"
