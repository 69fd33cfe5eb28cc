"""Despin."""
