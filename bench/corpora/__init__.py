"""Whole corpora: a large one made with known spun documents, and what `despin corpus` does with it."""
