"""The recipient's decision on a submission: accept, or return for correction."""
