"""The words that people type, as plain data: one file a language; see ``lexicon.py``."""
