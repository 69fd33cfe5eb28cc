"""Readers: each cuts a source into parts, always the same ones."""
