"""From clean text to a checkpoint: dictionary, spinner, pairs, model, training, export."""

from despin.train.habits import SpinConfig
from despin.train.lexicon import Entry, load_entries
from despin.train.spinner import Spinner, Spun

__all__ = ["Entry", "SpinConfig", "Spinner", "Spun", "load_entries"]
