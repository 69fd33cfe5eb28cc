"""Learning a spinner from its output: alignment, phrase extraction, realism."""
