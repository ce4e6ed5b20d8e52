"""Cycles and occurrences: the ledger of reports owed."""
