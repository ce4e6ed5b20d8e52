"""Completeness and punctuality, counted from the ledger."""
