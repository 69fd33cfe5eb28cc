"""Candidate substitutions and their possible originals: phrase table, inverse lexicon, slots, subwords."""
