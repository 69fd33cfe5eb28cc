"""Text as it is written: tokens, segments, capitals, articles, protected spans, mark-up, edits."""
