"""Collective expressions of documents; their members depend on the day."""
