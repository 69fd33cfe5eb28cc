"""Readers: a document's mark-up told apart from its prose, one module for each format."""
