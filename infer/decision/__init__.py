"""Decisions from evidence: posterior, n-gram lattice, calibrated confidence, spun score."""
