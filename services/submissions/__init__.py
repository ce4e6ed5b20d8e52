"""Submissions: the ledger of what is owed, what was reported, and how it was reviewed."""
