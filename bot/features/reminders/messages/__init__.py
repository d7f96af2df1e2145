"""The texts and buttons of reminders, one module for each subject."""
