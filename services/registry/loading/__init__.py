"""Bringing the reference files into the registry: only what is new or different, and never over a steward."""
