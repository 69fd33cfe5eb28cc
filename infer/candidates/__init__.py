"""What may be a substitution, and the wordings it may stand for: phrase table, inverse lexicon, slots."""
