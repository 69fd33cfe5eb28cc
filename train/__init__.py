"""From clean text to a checkpoint: dictionary, spinner, pairs, model, training, export."""

from despin.train.spin.dictionary import Entry, load_entries
from despin.train.spin.spin_config import SpinConfig
from despin.train.spin.spinner import Spinner, SpinResult

__all__ = ["Entry", "SpinConfig", "SpinResult", "Spinner", "load_entries"]
