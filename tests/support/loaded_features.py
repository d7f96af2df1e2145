"""Loads the features' word lists in the process from which the tests' bots are forked: each of them
would else load them when it starts.
"""

from bot.features.registry import FEATURES
from bot.telegram.feature import load_all

for _ in load_all(FEATURES):
    pass
