"""Agencies over time: versions, aliases, codes, groups and successions."""
