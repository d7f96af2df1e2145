"""The commands of ``python -m bot`` other than ``run``."""
