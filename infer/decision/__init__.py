"""From evidence to a decision: posterior, n-gram lattice, calibrated confidence, spun score."""
