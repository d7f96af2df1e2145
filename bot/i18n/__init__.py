"""Languages: translations, formats of dates and numbers, and the words that people type."""
