"""The words that people type, as plain data: one file a language; see :mod:`bot.words.lexicon`."""
