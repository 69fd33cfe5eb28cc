"""Text handling: tokens, segments, capitalisation, articles, protected spans, mark-up, edits."""
