"""CalmCalf: kind reminders, a one-tap cramp diary and an honest weekly picture, in Telegram."""

__version__ = "0.1.0"
