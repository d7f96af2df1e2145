"""Relief: moves against a cramp one at a time, and how long it has been going on."""
