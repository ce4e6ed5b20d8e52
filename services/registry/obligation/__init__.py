"""Standing duties to report: who owes what to whom, by when, and why."""
