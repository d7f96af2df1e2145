"""Messages of the cramps feature: texts and buttons, without SQL and without sending."""
