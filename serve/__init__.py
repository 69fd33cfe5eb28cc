"""Despin as a service over HTTP."""
