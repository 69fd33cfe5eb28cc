"""From clean text to batches: corpora, spun examples, target forms, inverse lexicon, n-gram counts."""
