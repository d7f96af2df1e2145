"""Sentences that people type half asleep, in a module for each language.

Each module has ``LANGUAGE``, ``UNDERSTOOD`` (a sentence and what is done), ``ASKED`` (a sentence
and readings that are offered, perhaps among others) and ``NEVER_DONE`` (sentences that change
nothing without a tap). It is the moment of ``sentences.py``.
"""
