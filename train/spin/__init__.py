"""The spinner: its dictionary, its configuration and the replacement of phrases in clean text."""
