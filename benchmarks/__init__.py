"""Benchmarks. ``make bench`` runs them and writes the pages with measurements in ``docs/``."""
