"""Drafts, submissions, observations, findings and receipts."""
