"""The words that people type, in a data file for each language; see ``lexer.py``."""
