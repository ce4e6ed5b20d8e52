"""Occurrences as submissions last told them: who owes what to whom, and whether it still does."""
