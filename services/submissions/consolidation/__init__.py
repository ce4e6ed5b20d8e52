"""Consolidation: a report upward, built from the accepted reports below and the own part."""
